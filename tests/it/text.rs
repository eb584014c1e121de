//! Markdown: what may be in its HTML, and what becomes of it as plain text.

use gatehouse::text::{Form, to_html, to_plain};
use proptest::prelude::*;

/// The tags of a piece of HTML, whole.
fn tags(html: &str) -> Vec<&str> {
    html.split('<').skip(1).map(|part| part.split_once('>').unwrap_or_else(|| panic!("no end: {html}")).0).collect()
}

const ELEMENTS: [&str; 26] = [
    "a",
    "blockquote",
    "br",
    "code",
    "del",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "img",
    "li",
    "ol",
    "p",
    "pre",
    "strong",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
];

/// Whether a piece of HTML is text, links and images and nothing that acts.
fn is_harmless(html: &str) -> Result<(), String> {
    for tag in tags(html) {
        let tag = tag.trim_start_matches('/').trim_end_matches('/');
        let (name, mut rest) = tag.split_once(' ').unwrap_or((tag, ""));
        if !ELEMENTS.contains(&name) {
            return Err(format!("element {name} in {html}"));
        }
        while let Some((attribute, value)) = rest.trim_start().split_once("=\"") {
            let (value, behind) = value.split_once('"').ok_or(format!("attribute without an end in {html}"))?;
            if !["href", "title", "alt", "src", "start", "align", "rel"].contains(&attribute) {
                return Err(format!("attribute {attribute} in {html}"));
            }
            let scheme = value.split(['/', '?', '#']).next().unwrap_or_default().split_once(':');
            // What a browser takes for a scheme, once it has dropped what it does not see.
            let seen: String =
                scheme.map_or("", |(scheme, _)| scheme).chars().filter(|c| !c.is_ascii_control()).collect();
            let is_scheme = seen.trim().bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
            let known =
                !is_scheme || ["", "http", "https", "mailto", "tel"].contains(&seen.trim().to_lowercase().as_str());
            if ["href", "src"].contains(&attribute) && !known {
                return Err(format!("address {value} in {html}"));
            }
            rest = behind;
        }
        if !rest.trim().is_empty() {
            return Err(format!("{rest} in a tag of {html}"));
        }
    }
    Ok(())
}

#[test]
fn markdown_becomes_the_html_that_it_stands_for() {
    let cases = [
        (
            "# Connect\n\n*One* **two** ~~three~~ `four`",
            "<h1>Connect</h1>\n<p><em>One</em> <strong>two</strong> <del>three</del> <code>four</code></p>\n",
        ),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("3. a", "<ol start=\"3\">\n<li>a</li>\n</ol>\n"),
        ("```sh\nwg set <interface> peer\n```", "<pre><code>wg set &lt;interface&gt; peer\n</code></pre>\n"),
        (
            "[the app](https://example.org/a?b=1&c \"Get it\")",
            "<p><a href=\"https://example.org/a?b=1&amp;c\" title=\"Get it\" rel=\"nofollow noopener noreferrer\">the app</a></p>\n",
        ),
        (
            "See https://example.org.",
            "<p>See <a href=\"https://example.org\" rel=\"nofollow noopener noreferrer\">https://example.org</a>.</p>\n",
        ),
        (
            "|a|b|\n|-|:-:|\n|1|2|",
            "<table>\n<thead>\n<tr>\n<th>a</th>\n<th align=\"center\">b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>1</td>\n<td align=\"center\">2</td>\n</tr>\n</tbody>\n</table>\n",
        ),
        ("Use <server address> & `<key>`", "<p>Use &lt;server address&gt; &amp; <code>&lt;key&gt;</code></p>\n"),
        ("![a map](https://example.org/m.png)", "<p><img src=\"https://example.org/m.png\" alt=\"a map\"></p>\n"),
    ];
    for (text, html) in cases {
        assert_eq!(to_html(text, Form::Article), html, "{text}");
        is_harmless(html).unwrap();
    }
}

#[test]
fn nothing_hostile_survives() {
    let hostile = [
        "<script>alert(1)</script>",
        "Hi <script>alert(1)</script> there",
        "Hi <ScRiPt\nsrc=//evil.example>alert(1)</sCrIpT > there",
        "<img src=x onerror=alert(1)>",
        "text <img src=\"x\" onerror='alert(1)'/> text",
        "<div><div onclick=alert(1)><p><script>alert(1)</script></p></div></div>",
        "<svg/onload=alert(1)><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
        "<svg><style><img src=x onerror=alert(1)></style></svg>",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
        "<form action=/api/login><input name=email></form><base href=//evil.example>",
        "<a href=\"javascript:alert(1)\">x</a>",
        "<!--><script>alert(1)</script>-->",
        "<![CDATA[<script>alert(1)</script>]]>",
        "<b><p><b><p><a href='x'><table><a href=y onmouseover=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](java\tscript:alert(1))",
        "[x](<java&#x0A;script:alert(1)>)",
        "[x](&#106;avascript&colon;alert(1))",
        "[x](\u{1}javascript:alert(1))",
        "[x](vbscript:msgbox(1))",
        "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
        "[x](file:///etc/passwd)",
        "[x][1]\n\n[1]: javascript:alert(1) \"onmouseover=alert(1)\"",
        "<javascript:alert(1)>",
        "![x](javascript:alert(1))",
        "![x](data:image/svg+xml;base64,PHN2Zy8+)",
        "![x](data:image/png;base64,iVBORw0KGgo=)",
        "![\" onerror=\"alert(1)](x)",
        "[x](https://example.org \"\\\" onmouseover=\\\"alert(1)\")",
        "[x](https://example.org/\"onmouseover=\"alert(1))",
        "``` \" onmouseover=\"alert(1)\ncode\n```",
        "|<script>alert(1)</script>|\n|-|\n|<img src=x onerror=alert(1)>|",
        "# <script>alert(1)</script>\n> - <img src=x onerror=alert(1)>",
        "https://example.org/<script>alert(1)</script>",
    ];
    for text in hostile {
        for form in [Form::Article, Form::Message, Form::Plain] {
            let html = to_html(text, form);
            is_harmless(&html).unwrap_or_else(|what| panic!("{text}: {what}"));
            assert!(!html.to_lowercase().contains("<script"), "{text}: {html}");
        }
        assert!(
            !to_plain(text, Form::Article).to_lowercase().contains("<script"),
            "{text}: {}",
            to_plain(text, Form::Article)
        );
    }
}

#[test]
fn a_link_that_leads_nowhere_good_is_text() {
    for address in
        ["javascript:x()", "JAVASCRIPT:x()", "data:text/html,x", "ftp://a.example", "<java\tscript:x>", "", "a:b"]
    {
        assert_eq!(
            to_html(&format!("[*x*]({address}) ![y]({address})"), Form::Article),
            "<p><em>x</em> y</p>\n",
            "{address}"
        );
        assert_eq!(to_plain(&format!("[*x*]({address}) ![y]({address})"), Form::Article), "x y", "{address}");
    }
    for address in ["/kb/1", "#top", "?a=b:c", "HTTPS://a.example", "mailto:a@b.example", "tel:+49", "./a:b"] {
        let html = to_html(&format!("[x]({address})"), Form::Article);
        assert!(html.contains(&format!("href=\"{address}\"")), "{address}: {html}");
    }
}

#[test]
fn pasted_html_loses_its_tags_and_keeps_its_words() {
    let text = "<div class=a>\nOne <b>two</b>\n</div>\n\nThree <i>four</i><br>five <script>six</script> seven";
    assert_eq!(to_plain(text, Form::Article), "One two\n\nThree four\nfive  seven");
    assert_eq!(to_html(text, Form::Article), "<p>One two</p>\n<p>Three four<br>\nfive  seven</p>\n");
}

#[test]
fn a_message_keeps_its_lines_and_shows_links_in_place_of_images() {
    assert_eq!(to_html("Hi\nthere", Form::Message), "<p>Hi<br>\nthere</p>\n");
    let html = to_html("![a map](https://example.org/m.png)", Form::Message);
    assert_eq!(html, "<p><a href=\"https://example.org/m.png\" rel=\"nofollow noopener noreferrer\">a map</a></p>\n");
}

#[test]
fn plain_text_reads_as_people_write_it() {
    let cases = [
        (
            "# iOS\n\nGet **WireGuard** from\nthe [App Store](https://apple.example/app).",
            "iOS\n\nGet WireGuard from the App Store (https://apple.example/app).",
        ),
        ("- one\n- two\n  1. a\n  2. b\n\nend", "- one\n- two\n  1. a\n  2. b\n\nend"),
        ("```\nwg show\n  wg0\n```", "wg show\n  wg0"),
        ("|a|b|\n|-|-|\n|1|2|", "a | b\n1 | 2"),
        (
            "> quoted\n\n---\n\nhttps://example.org and ![a map](m.png) and [x](javascript:alert(1))",
            "> quoted\n\nhttps://example.org and a map and x",
        ),
        ("a\u{2}b\u{3} &lt;key&gt; <key>", "ab <key> <key>"),
        (
            "a@b.example, [mail](mailto:a@b.example), [here](/kb), www.example.org",
            "a@b.example, mail (a@b.example), here, www.example.org",
        ),
        ("  ", ""),
    ];
    for (text, plain) in cases {
        assert_eq!(to_plain(text, Form::Article), plain, "{text}");
    }
    assert_eq!(to_plain("> it\n> stopped\n\nThen\nwait.", Form::Message), "> it\n> stopped\n\nThen\nwait.");
}

/// What makes readers of Markdown or HTML slow, or fall over, where nothing bounds them.
fn deep() -> Vec<String> {
    let long = |piece: &str| piece.repeat(65_536 / piece.len());
    [
        ">",
        "> ",
        "- ",
        "* ",
        "1. ",
        "[",
        "![",
        "![[](",
        "*a ",
        "**a *b ",
        "_a __b ",
        "`",
        "`a``",
        "<",
        "<a ",
        "<!--",
        "<script>",
        "<div>\n",
        "\\",
        "&",
        "~~a ",
        "<b>",
        "</",
        "a@b.c ",
        "http://",
        "[a](",
        "[a]: b\n",
        "|",
        "\t",
        "<![CDATA[",
        "<a href='",
        "[x](<",
    ]
    .iter()
    .map(|piece| long(piece))
    .chain([format!("{}\n{}\n{}", "|a".repeat(9_000), "|-".repeat(9_000), "|\n".repeat(9_000))])
    .chain([format!("{}a{}", "[".repeat(32_000), "]()".repeat(10_000))])
    .chain([(0..350).map(|n| format!("{}- a\n", "  ".repeat(n % 180))).collect()])
    .collect()
}

#[test]
fn what_nobody_would_write_by_hand_ends_soon_and_stays_small() {
    for text in deep() {
        let start: String = text.chars().take(12).collect();
        let html = to_html(&text, Form::Article);
        is_harmless(&html).unwrap_or_else(|what| panic!("{start}: {}", what.chars().take(100).collect::<String>()));
        assert!(html.len() < 40 * text.len() + 100, "{start}: {} bytes", html.len());
        assert!(to_plain(&text, Form::Article).len() <= 2 * text.len(), "{start}");
    }
}

#[test]
fn what_nests_too_deep_is_shown_as_it_was_written() {
    let quotes = ">".repeat(65);
    assert_eq!(to_html(&quotes, Form::Article), format!("<pre>{}</pre>\n", "&gt;".repeat(65)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn whatever_is_written_the_html_is_harmless(pieces in proptest::collection::vec(prop_oneof![
        Just("<".to_owned()), Just(">".to_owned()), Just("\"".to_owned()), Just("'".to_owned()), Just("[x](".to_owned()),
        Just(")".to_owned()), Just("![".to_owned()), Just("](".to_owned()), Just("javascript:".to_owned()), Just("<script".to_owned()),
        Just("</script>".to_owned()), Just("<img src=x onerror=".to_owned()), Just("<svg>".to_owned()), Just("<!--".to_owned()),
        Just("-->".to_owned()), Just("`".to_owned()), Just("\n".to_owned()), Just("\n\n".to_owned()), Just("    ".to_owned()),
        Just("> ".to_owned()), Just("- ".to_owned()), Just("|".to_owned()), Just("&lt;".to_owned()), Just("&#x6a;".to_owned()),
        Just("data:".to_owned()), Just("https://a.example".to_owned()), Just("\\".to_owned()), "\\PC{0,6}", any::<char>().prop_map(String::from),
    ], 0..24)) {
        let text = pieces.concat();
        let html = to_html(&text, Form::Article);
        prop_assert_eq!(is_harmless(&html), Ok(()));
        let plain = to_plain(&text, Form::Article);
        prop_assert!(plain.chars().all(|c| !c.is_control() || c == '\n' || c == '\t'));
    }
}
