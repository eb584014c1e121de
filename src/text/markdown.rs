//! Reading Markdown into a tree without HTML: CommonMark with GFM's tables, strikethrough and bare links.

use comrak::arena_tree::NodeEdge;
use comrak::nodes::{Node, NodeValue};
use comrak::{Arena, Options};

use super::tag::{self, Tag};

/// Where links may lead, and images come from.
pub(super) const SCHEMES: [&str; 4] = ["http", "https", "mailto", "tel"];
/// Deepest nesting, of lists in quotes in lists and so on.
const DEEPEST: usize = 64;
/// Most parts: words in emphasis, cells, lines.
const MOST: usize = 50_000;
/// Ampersands times length: html5ever 0.40 looks at all that follows for each of them, and for each character from U+0080
/// to U+00BF.
const DEAREST: usize = 1 << 28;

/// What a text may use.
pub(super) fn options() -> Options<'static> {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.strikethrough = true;
    options.extension.autolink = true;
    options.render.escape = true;
    options
}

/// The tree of a text; `None` for what nests deeper, or has more parts, than anything that people write: it would take
/// its readers' time.
pub(super) fn read<'a>(arena: &'a Arena<'a>, text: &str, options: &Options<'_>) -> Option<Node<'a>> {
    let dear = text.chars().filter(|c| matches!(c, '&' | '\u{80}'..='\u{bf}')).count();
    if dear.saturating_mul(text.len()) > DEAREST {
        return None;
    }
    let root = comrak::parse_document(arena, text, options);
    let (mut depth, mut parts) = (0_usize, 0_usize);
    for edge in root.traverse() {
        match edge {
            NodeEdge::Start(_) => (depth, parts) = (depth + 1, parts + 1),
            NodeEdge::End(_) => depth -= 1,
        }
        if depth > DEEPEST || parts > MOST {
            return None;
        }
    }
    let all: Vec<Node<'a>> = root.descendants().collect();
    all.iter().for_each(|node| without_html(arena, node));
    all.iter().for_each(|node| without_bad_link(node));
    Some(root)
}

/// Whether an address leads where links may. Browsers do not see control characters and blanks in it.
fn leads_somewhere(url: &str) -> bool {
    let seen: String = url.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect();
    match seen.split_once(':') {
        Some((scheme, _)) if !scheme.contains(['/', '?', '#']) => {
            SCHEMES.iter().any(|known| known.eq_ignore_ascii_case(scheme))
        }
        _ => !seen.is_empty(),
    }
}

/// Puts what a link or image says in its place, where it leads nowhere.
fn without_bad_link<'a>(node: Node<'a>) {
    let is_bad = match &node.data().value {
        NodeValue::Link(link) | NodeValue::Image(link) => !leads_somewhere(&link.url),
        _ => false,
    };
    if is_bad {
        let children: Vec<Node<'a>> = node.children().collect();
        children.into_iter().for_each(|child| node.insert_before(child));
        node.detach();
    }
}

/// Takes the HTML out of a node's children.
fn without_html<'a>(arena: &'a Arena<'a>, node: Node<'a>) {
    let children: Vec<Node<'a>> = node.children().collect();
    let mut hidden: Option<(usize, String)> = None;
    let mut gone = Vec::new();
    for (index, child) in children.iter().enumerate() {
        let mut data = child.data_mut();
        let with = match &data.value {
            NodeValue::HtmlBlock(block) => {
                let text = tag::strip(&block.literal).trim().to_owned();
                match text.is_empty() {
                    true => gone.push(index),
                    false => child.append(arena.alloc(NodeValue::Text(text.into()).into())),
                }
                NodeValue::Paragraph
            }
            NodeValue::HtmlInline(literal) => match tag::read(literal) {
                Tag::Text => NodeValue::Text(literal.clone().into()),
                Tag::Line => NodeValue::LineBreak,
                Tag::Other => NodeValue::Text("".into()),
                Tag::Hides(name) => {
                    hidden.get_or_insert_with(|| (index, name.to_ascii_lowercase()));
                    NodeValue::Text("".into())
                }
                Tag::Shows(name) => {
                    let opened = hidden.take_if(|(_, open)| open.eq_ignore_ascii_case(name));
                    gone.extend(opened.into_iter().flat_map(|(from, _)| from..index));
                    NodeValue::Text("".into())
                }
            },
            _ => continue,
        };
        data.value = with;
    }
    gone.into_iter().filter_map(|index| children.get(index)).for_each(|child| child.detach());
}
