//! Telling HTML tags from other words in angle brackets, and taking them out of a text.

/// Elements whose content is no text.
const HIDDEN: &str = "iframe noembed noframes noscript script style template title";
/// Elements that begin a line.
const LINES: &str =
    "article aside blockquote br dd div dl dt h1 h2 h3 h4 h5 h6 header hr li main ol p pre section tr ul";
/// Every other element of HTML (WHATWG, obsolete ones included) that people may have pasted.
const OTHERS: &str = "a abbr acronym address applet area audio b base basefont bdi bdo bgsound big blink body button canvas \
    caption center cite code col colgroup data datalist del details dfn dialog dir em embed fieldset \
    figcaption figure font footer form frame frameset head hgroup html i img input ins kbd keygen label \
    legend link map mark marquee math menu meta meter nav nobr object optgroup option output param picture \
    plaintext progress q rp ruby s samp search select slot small source span strike strong sub summary sup \
    svg table tbody td textarea tfoot th thead time track tt u var video";

/// What stands in angle brackets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag<'t> {
    /// The opening tag of an element whose content is no text.
    Hides(&'t str),
    /// The closing tag of one.
    Shows(&'t str),
    /// A tag that begins a line.
    Line,
    /// Any other tag of HTML, a comment or a declaration.
    Other,
    /// No HTML.
    Text,
}

/// Reads what a text begins with, which is `<` and something.
pub(super) fn read(text: &str) -> Tag<'_> {
    let inner = text.strip_prefix('<').unwrap_or_default();
    if inner.starts_with(['!', '?']) {
        return Tag::Other;
    }
    let (closes, inner) = inner.strip_prefix('/').map_or((false, inner), |inner| (true, inner));
    let end = inner.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inner.len());
    let (name, rest) = inner.split_at(end);
    let is = |known: &str| known.split(' ').any(|known| known.eq_ignore_ascii_case(name));
    if !rest.starts_with(|c: char| c.is_ascii_whitespace() || c == '/' || c == '>') {
        return Tag::Text;
    }
    match (is(HIDDEN), closes) {
        (true, false) => Tag::Hides(name),
        (true, true) => Tag::Shows(name),
        (false, _) if is(LINES) => Tag::Line,
        (false, _) if is(OTHERS) => Tag::Other,
        (false, _) => Tag::Text,
    }
}

/// Where what begins here with `<` ends, behind its `>`; a `>` in quotes does not end a tag.
fn end(text: &str) -> Option<usize> {
    if text.starts_with("<!--") {
        return text.find("-->").map(|at| at + 3);
    }
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (None, '>') => return Some(at + 1),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            _ => {}
        }
    }
    None
}

/// Where the closing tag of an element begins.
fn closing(text: &str, name: &str) -> Option<usize> {
    let opens = |at: &usize| {
        let inner = text.get(at + 2..at + 2 + name.len());
        inner.is_some_and(|inner| inner.eq_ignore_ascii_case(name))
    };
    text.match_indices("</").map(|(at, _)| at).find(opens)
}

/// A block of HTML without its tags.
pub(super) fn strip(html: &str) -> String {
    let (mut text, mut rest) = (String::with_capacity(html.len()), html);
    // A tag that never ends makes text of itself, and of whatever looks like one behind it.
    let mut may_end = true;
    while let Some(at) = rest.find('<') {
        let (before, from) = rest.split_at(at);
        text.push_str(before);
        let tag = read(from);
        let end = if tag == Tag::Text || !may_end { None } else { end(from) };
        may_end &= end.is_some() || tag == Tag::Text;
        let Some((_, behind)) = end.and_then(|end| from.split_at_checked(end)) else {
            text.push('<');
            rest = from.get(1..).unwrap_or_default();
            continue;
        };
        rest = behind;
        match tag {
            Tag::Hides(name) => rest = closing(behind, name).and_then(|at| behind.get(at..)).unwrap_or_default(),
            Tag::Line => text.push('\n'),
            Tag::Shows(_) | Tag::Other | Tag::Text => {}
        }
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_go_and_what_only_looks_like_one_stays() {
        let cases = [
            ("<b>bold</b> and <i class='>'>more</i>", "bold and more"),
            ("a <server address> and <peer> < 3", "a <server address> and <peer> < 3"),
            ("<ScRiPt src=x>alert(1)</sCrIpT>after", "after"),
            ("<script>alert(1)", ""),
            ("<style>p{}</style><p>one<p>two", "\none\ntwo"),
            ("x<!-- <b> -->y<!doctype html><?php z ?>", "xy"),
            ("<img src=x onerror=alert(1)", "<img src=x onerror=alert(1)"),
            ("<\u{e9}> <é", "<\u{e9}> <é"),
        ];
        for (html, expected) in cases {
            assert_eq!(strip(html), expected, "{html}");
        }
    }
}
