//! Markdown as HTML that is safe to show.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};
use comrak::Arena;
use comrak::nodes::NodeValue;

use super::markdown;

/// What a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// What staff publish: images are shown.
    Article,
    /// What anybody writes to somebody: each line break is kept. Links stand in the place of images, because an image that
    /// loads tells its owner who reads.
    Message,
    /// What came by mail: no Markdown, each line, blank and mark as it was written.
    Plain,
}

/// All that may be in the HTML. It is made of a tree without HTML, so this only holds what the two before it miss.
static RULES: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let tags = "a blockquote br code del em h1 h2 h3 h4 h5 h6 hr img li ol p pre strong table tbody td th thead tr ul";
    let attributes = [
        ("a", HashSet::from(["href", "title"])),
        ("img", HashSet::from(["alt", "src", "title"])),
        ("ol", HashSet::from(["start"])),
        ("td", HashSet::from(["align"])),
        ("th", HashSet::from(["align"])),
    ];
    let mut rules = Builder::empty();
    rules
        .tags(tags.split(' ').collect())
        .tag_attributes(HashMap::from(attributes))
        .url_schemes(HashSet::from(markdown::SCHEMES))
        .url_relative(UrlRelative::PassThrough)
        .link_rel(Some("nofollow noopener noreferrer"));
    rules
});

/// The HTML of a Markdown text: elements of text only, links to http, https, mail, telephone and within the site, no
/// script, style, form or frame whatever the text holds. What nests too deep to be worth reading is shown as it was written.
pub fn to_html(text: &str, form: Form) -> String {
    if form == Form::Plain {
        return as_lines(text);
    }
    let (arena, mut options) = (Arena::new(), markdown::options());
    options.render.hardbreaks = form == Form::Message;
    let as_written = || format!("<pre>{}</pre>\n", escape(text));
    let Some(root) = markdown::read(&arena, text, &options) else { return as_written() };
    if form == Form::Message {
        for node in root.descendants() {
            let mut data = node.data_mut();
            if let NodeValue::Image(link) = &data.value {
                data.value = NodeValue::Link(link.clone());
            }
        }
    }
    let mut html = String::with_capacity(text.len() * 2);
    match comrak::format_html(root, &options, &mut html) {
        Ok(()) => RULES.clean(&html).to_string(),
        Err(_) => as_written(),
    }
}

/// A text as it was written, for readers that know no `pre-wrap`.
fn as_lines(text: &str) -> String {
    let (mut html, mut apart) = (String::with_capacity(text.len() + 16), true);
    html.push_str("<p>");
    for c in text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')) {
        match c {
            '\n' => html.push_str("<br>\n"),
            '\t' => html.push_str("&nbsp;&nbsp;&nbsp; "),
            ' ' if apart => html.push_str("&nbsp;"),
            c => html.push_str(&escape(c.encode_utf8(&mut [0; 4]))),
        }
        apart = matches!(c, '\n' | '\t') || (c == ' ' && !apart);
    }
    html.push_str("</p>\n");
    html
}

/// Text as HTML.
pub fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(c),
        }
    }
    html
}
