//! Markdown as plain text, for those who cannot show more.

use comrak::Arena;
use comrak::nodes::{ListType, Node, NodeValue};

use super::{Form, markdown};

/// The plain text of a Markdown text: no marks and no HTML, blocks parted by an empty line, quotes behind `>`, the address of
/// a link behind its text, no control characters but line breaks and tabs.
pub fn to_plain(text: &str, form: Form) -> String {
    let (arena, options) = (Arena::new(), markdown::options());
    let read = if form == Form::Plain { None } else { markdown::read(&arena, text, &options) };
    let plain = read.map_or_else(|| text.to_owned(), |node| block(node, form));
    let kept = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
    plain.trim().chars().filter(kept).collect()
}

/// A block and what is in it. Trees are shallow, so this may call itself.
fn block(node: Node<'_>, form: Form) -> String {
    let joined = |between: &str| blocks(node, between, form);
    match &node.data().value {
        NodeValue::CodeBlock(code) => code.literal.trim_end().to_owned(),
        NodeValue::List(list) => {
            let items = node.children().enumerate().map(|(index, entry)| {
                let mark = match list.list_type {
                    ListType::Bullet => "- ".to_owned(),
                    ListType::Ordered => format!("{}. ", list.start.saturating_add(index)),
                };
                let inside = blocks(entry, if list.tight { "\n" } else { "\n\n" }, form);
                format!("{mark}{}", inside.replace('\n', &format!("\n{}", " ".repeat(mark.len()))))
            });
            items.collect::<Vec<_>>().join(if list.tight { "\n" } else { "\n\n" })
        }
        NodeValue::BlockQuote => format!("> {}", joined("\n\n").replace('\n', "\n> ")),
        NodeValue::Table(_) => joined("\n"),
        NodeValue::TableRow(_) => node.children().map(|child| block(child, form)).collect::<Vec<_>>().join(" | "),
        NodeValue::Paragraph | NodeValue::Heading(_) | NodeValue::TableCell => inlines(node, form),
        _ => joined("\n\n"),
    }
}

fn blocks(node: Node<'_>, between: &str, form: Form) -> String {
    let all = node.children().map(|child| block(child, form)).filter(|text| !text.trim().is_empty());
    all.collect::<Vec<_>>().join(between)
}

fn inlines(node: Node<'_>, form: Form) -> String {
    let mut out = String::new();
    node.children().for_each(|child| inline(child, form, &mut out));
    out
}

fn inline(node: Node<'_>, form: Form, out: &mut String) {
    match &node.data().value {
        NodeValue::Text(text) => out.push_str(text),
        NodeValue::Code(code) => out.push_str(&code.literal),
        NodeValue::SoftBreak if form == Form::Article => out.push(' '),
        NodeValue::SoftBreak | NodeValue::LineBreak => out.push('\n'),
        NodeValue::Link(link) => {
            let text = inlines(node, form);
            out.push_str(&text);
            // An address within the site says nothing outside it.
            let bare = link.url.strip_prefix("mailto:").or_else(|| link.url.strip_prefix("tel:"));
            let shown = bare.or_else(|| link.url.contains("://").then_some(&link.url));
            let told =
                |address: &&str| text == **address || text == link.url || link.url.ends_with(&format!("//{text}"));
            if let Some(address) = shown.filter(|address| !told(address)) {
                out.push_str(&format!(" ({address})"));
            }
        }
        _ => node.children().for_each(|child| inline(child, form, out)),
    }
}
