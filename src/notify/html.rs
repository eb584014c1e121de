//! The HTML of a mail whose words are plain text.

use crate::text::escape;

/// The template of the HTML, made of the template of the text: a paragraph of each block of lines, a link of a line that is
/// nothing but the variable of one. Lines that are nothing but a statement stay between paragraphs.
pub fn of_text(text: &str) -> String {
    let mut html = String::with_capacity(text.len() * 2);
    for block in text.split("\n\n") {
        let mut lines = Vec::new();
        for line in block.lines().map(str::trim).filter(|line| !line.is_empty()) {
            if line.starts_with("{%") && line.ends_with("%}") && line.matches("{%").count() == 1 {
                paragraph(&mut html, &std::mem::take(&mut lines));
                html.push_str(line);
                html.push('\n');
            } else {
                lines.push(line);
            }
        }
        paragraph(&mut html, &lines);
    }
    html
}

fn paragraph(html: &mut String, lines: &[&str]) {
    match lines {
        [] => {}
        ["{{ link }}"] => html.push_str("<p><a href=\"{{ link }}\">{{ link }}</a></p>\n"),
        ["{{ message }}"] => html.push_str("<blockquote>{{ message }}</blockquote>\n"),
        ["{{ files }}"] => html.push_str("{{ files }}\n"),
        _ => {
            let lines: Vec<String> = lines.iter().map(|line| literal(line)).collect();
            html.push_str(&format!("<p>{}</p>\n", lines.join("<br>\n")));
        }
    }
}

/// A line whose variables and statements stay, and whose rest is escaped.
fn literal(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(start) = ["{{", "{%", "{#"].iter().filter_map(|mark| rest.find(mark)).min() {
        let end = ["}}", "%}", "#}"].iter().filter_map(|mark| rest[start..].find(mark)).min();
        let Some(end) = end.map(|end| start + end + 2) else { break };
        out.push_str(&escape(&rest[..start]));
        out.push_str(&rest[start..end]);
        rest = &rest[end..];
    }
    out.push_str(&escape(rest));
    out
}

/// A whole page around what a mail says.
pub fn page(language: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"{language}\"><head><meta charset=\"utf-8\"></head>\
         <body style=\"font-family: sans-serif; line-height: 1.5; max-width: 40em\">\n{body}</body></html>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_html_of_a_text_has_its_paragraphs_links_and_statements_and_escapes_the_rest() {
        let text =
            "Hello <b>,\n\n{% if a %}\nyes & {{ a }}\n{% else %}\nno\n{% endif %}\n\n{{ link }}\n\n{{ message }}\n";
        let expected = "<p>Hello &lt;b&gt;,</p>\n{% if a %}\n<p>yes &amp; {{ a }}</p>\n{% else %}\n<p>no</p>\n\
            {% endif %}\n<p><a href=\"{{ link }}\">{{ link }}</a></p>\n<blockquote>{{ message }}</blockquote>\n";
        assert_eq!(of_text(text), expected);
    }
}
