//! Pages: text in HTML, and pages that are filled from a template.

/// Text that stays text in an element or in a quoted attribute.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

/// Puts pieces into the `{holes}` of a page. The page is cut first, so that what one piece holds is never taken for
/// another hole.
pub fn fill(page: &str, piece: impl Fn(&str) -> String) -> String {
    let mut cuts = page.split('{');
    let mut body = cuts.next().unwrap_or_default().to_owned();
    for cut in cuts {
        let (hole, rest) = cut.split_once('}').unwrap_or((cut, ""));
        body.push_str(&piece(hole));
        body.push_str(rest);
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_piece_holds_is_no_hole() {
        let filled = fill("<p>{a}</p>{b}", |hole| if hole == "a" { "{b}".into() } else { escape("<'\">&") });
        assert_eq!(filled, "<p>{b}</p>&lt;&#39;&quot;&gt;&amp;");
    }
}
