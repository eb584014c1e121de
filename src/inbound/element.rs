//! What an element of a mail's HTML is to who reads its text.

use html5ever::tokenizer::Tag;

/// Elements that stand on lines of their own.
pub(super) const LINES: [&str; 22] = [
    "address",
    "article",
    "aside",
    "body",
    "caption",
    "center",
    "dd",
    "div",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "header",
    "hr",
    "legend",
    "main",
    "nav",
    "section",
    "tbody",
    "tr",
];

/// An attribute, where the element has it.
pub(super) fn attribute<'t>(tag: &'t Tag, name: &str) -> Option<&'t str> {
    tag.attrs.iter().find(|attribute| &*attribute.name.local == name).map(|attribute| &*attribute.value)
}

/// Whether an attribute that is a list of words holds this one.
pub(super) fn is_of(tag: &Tag, name: &str, word: &str) -> bool {
    attribute(tag, name).is_some_and(|text| text.split_ascii_whitespace().any(|known| known == word))
}

/// Whether what an element holds is quoted: by Gmail, Thunderbird and Apple's, Yahoo's, and whoever quotes at all.
pub(super) fn is_quote(tag: &Tag) -> bool {
    let classes = ["gmail_quote", "gmail_quote_container", "moz-cite-prefix", "yahoo_quoted"];
    let name: &str = &tag.name;
    name == "blockquote" || (name == "div" && classes.iter().any(|class| is_of(tag, "class", class)))
}

/// Whether the head of the mail that is answered begins here, as Outlook puts it there: all below belongs to that mail.
pub(super) fn begins_below(tag: &Tag) -> bool {
    let style: String = attribute(tag, "style").unwrap_or_default().chars().filter(|c| !c.is_whitespace()).collect();
    let style = style.to_ascii_lowercase();
    let is_line = style.contains("border:none") && style.contains("border-top:solid") && style.contains("padding:3");
    attribute(tag, "id").is_some_and(|id| id.trim_start_matches("x_") == "divRplyFwdMsg")
        || is_of(tag, "class", "OutlookMessageHeader")
        || (&*tag.name == "div" && is_line)
}
