//! The text of a mail that is HTML: lines where it has lines, entries of lists behind a mark, addresses behind their links, and
//! what mail programs mark as quoted behind `>`, as in a plain mail.

use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

use super::element::{LINES, attribute, begins_below, is_of, is_quote};
use super::quote::SEPARATOR;
use crate::base::check::LONGEST_BODY;

/// Bytes that are handed to the tokenizer at once: it looks at the rest of them for each ampersand.
const PIECE: usize = 512;
/// Bytes that are looked at. What stands behind pictures of that size is in the mail itself, which is kept.
const MOST: usize = 4 << 20;
/// Bytes of text, answer and quote together, after which nothing more is read.
const ENOUGH: usize = 4 * LONGEST_BODY;
/// Longest address of a link that is told.
const LONGEST_LINK: usize = 2_000;
/// Deepest lists, quotes and links that are kept apart.
const DEEPEST: usize = 32;

/// The text of a mail's HTML.
pub(super) fn to_text(html: &str) -> String {
    let tokenizer = Tokenizer::new(Text::default(), TokenizerOpts::default());
    let mut rest = &html[..html.floor_char_boundary(MOST)];
    while !rest.is_empty() && tokenizer.sink.page.borrow().out.len() < ENOUGH {
        let (piece, behind) = rest.split_at(rest.ceil_char_boundary(PIECE.min(rest.len())));
        rest = behind;
        let input = BufferQueue::default();
        input.push_back(StrTendril::from_slice(piece));
        // A script would ask for a word here; none is run.
        while !input.is_empty() {
            let _ = tokenizer.feed(&input);
        }
    }
    tokenizer.end();
    tokenizer.sink.page.take().finish()
}

/// What reads the tokens.
#[derive(Default)]
struct Text {
    page: RefCell<Page>,
}

impl TokenSink for Text {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut page = self.page.borrow_mut();
        match token {
            Token::CharacterTokens(text) => page.say(&text),
            Token::TagToken(tag) => return page.tag(&tag),
            Token::DoctypeToken(_)
            | Token::CommentToken(_)
            | Token::NullCharacterToken
            | Token::EOFToken
            | Token::ParseError(_) => {}
        }
        TokenSinkResult::Continue
    }
}

/// The text so far.
#[derive(Default)]
struct Page {
    out: String,
    /// Line breaks that come before whatever is said next.
    breaks: usize,
    /// Whether a blank comes before that.
    is_apart: bool,
    /// Whether another cell of a row comes before that.
    is_cell: bool,
    /// How many elements that keep their blanks are open.
    kept: usize,
    /// Elements whose content is not shown.
    hidden: Option<String>,
    /// The open elements of what is quoted, each with how many of its name are open in it.
    quotes: Vec<(String, usize)>,
    /// The open lists: of those with numbers the last one.
    lists: Vec<Option<usize>>,
    /// The open links: where they lead, and where their text begins.
    links: Vec<(String, usize)>,
    /// Whether the mail that is answered has begun.
    is_below: bool,
}

impl Page {
    /// Begins another line, behind so many line breaks at least.
    fn line(&mut self, breaks: usize) {
        self.breaks = self.breaks.max(breaks);
        (self.is_apart, self.is_cell) = (false, false);
    }

    /// Whether nothing was said in this line yet.
    fn is_fresh(&self) -> bool {
        self.out.is_empty() || self.breaks > 0
    }

    /// Writes what comes before the next word.
    fn begin(&mut self) {
        let mark = "> ".repeat(self.quotes.len());
        if self.out.is_empty() {
            self.out.push_str(&mark);
        } else if self.breaks > 0 {
            for _ in 0..self.breaks.min(2) {
                self.out.push('\n');
                self.out.push_str(&mark);
            }
        } else if self.is_cell {
            self.out.push('\t');
        } else if self.is_apart {
            self.out.push(' ');
        }
        (self.breaks, self.is_apart, self.is_cell) = (0, false, false);
    }

    fn say(&mut self, text: &str) {
        if self.hidden.is_some() {
            return;
        }
        for c in text.chars() {
            match c {
                '\r' => {}
                '\n' if self.kept > 0 => self.breaks += 1,
                ' ' | '\t' if self.kept > 0 => {
                    self.begin();
                    self.out.push(c);
                }
                '\n' | '\t' | ' ' | '\u{c}' => self.is_apart = !self.is_fresh(),
                // Nobody sees it, and programs put it everywhere.
                '\u{200b}' | '\u{feff}' | '\u{ad}' => {}
                '\u{a0}' => {
                    self.begin();
                    self.out.push(' ');
                }
                c => {
                    self.begin();
                    self.out.push(c);
                }
            }
        }
    }

    fn tag(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let name: &str = &tag.name;
        let opens = tag.kind == TagKind::StartTag;
        if let Some(hidden) = &self.hidden {
            if !opens && hidden == name {
                self.hidden = None;
            }
            return TokenSinkResult::Continue;
        }
        match (name, opens) {
            ("script" | "style" | "title" | "noframes" | "iframe" | "xmp", true) => {
                self.hidden = Some(name.to_owned());
                return TokenSinkResult::RawData(RawKind::Rawtext);
            }
            ("br", _) => {
                let breaks = if self.is_fresh() { self.breaks + 1 } else { 1 };
                self.line(breaks);
            }
            ("a", true) => self.link(tag),
            ("a", false) => self.unlink(),
            ("img", true) => self.picture(tag),
            ("ul" | "ol", true) => {
                self.line(if self.lists.is_empty() { 2 } else { 1 });
                let start = attribute(tag, "start").and_then(|text| text.parse::<usize>().ok()).unwrap_or(1);
                if self.lists.len() < DEEPEST {
                    self.lists.push((name == "ol").then(|| start.saturating_sub(1)));
                }
            }
            ("ul" | "ol", false) => {
                self.lists.pop();
                self.line(if self.lists.is_empty() { 2 } else { 1 });
            }
            ("li", true) => self.entry(),
            ("td" | "th", false) => self.is_cell = !self.is_fresh(),
            ("pre" | "textarea", true) => {
                self.line(2);
                self.kept += 1;
            }
            ("pre" | "textarea", false) => {
                self.kept = self.kept.saturating_sub(1);
                self.line(2);
            }
            // Outlook's paragraphs have no space between them.
            ("p", _) => self.line(if is_of(tag, "class", "MsoNormal") { 1 } else { 2 }),
            ("h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "table" | "blockquote" | "dl", _) => self.line(2),
            ("td" | "th", true) => {}
            (name, _) if LINES.contains(&name) => self.line(1),
            _ => {}
        }
        self.quote(tag, opens);
        TokenSinkResult::Continue
    }

    fn link(&mut self, tag: &Tag) {
        // A link in a link ends that.
        self.unlink();
        let target: String = attribute(tag, "href").unwrap_or_default().chars().filter(|c| !c.is_control()).collect();
        self.links.push((target.trim().to_owned(), self.out.len()));
    }

    /// Tells where a link leads, unless that is what it says.
    fn unlink(&mut self) {
        let Some((target, begin)) = self.links.pop() else { return };
        let said = self.out.get(begin..).unwrap_or_default().trim().to_owned();
        let lower = target.to_ascii_lowercase();
        let address = ["mailto:", "tel:"].iter().find(|scheme| lower.starts_with(*scheme));
        let told = match address {
            Some(scheme) => target.get(scheme.len()..).unwrap_or_default().split('?').next().unwrap_or_default(),
            None if lower.starts_with("http://") || lower.starts_with("https://") => &target,
            None => return,
        };
        let bare = |text: &str| {
            let text = text.trim_end_matches('/');
            text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or(text).to_lowercase()
        };
        if said.is_empty() || told.is_empty() || told.len() > LONGEST_LINK || bare(&said) == bare(told) {
            return;
        }
        let told = format!("({told})");
        self.is_apart = !self.is_fresh();
        self.begin();
        self.out.push_str(&told);
    }

    /// What a picture says in words.
    fn picture(&mut self, tag: &Tag) {
        if let Some(said) = attribute(tag, "alt").map(str::trim).filter(|said| !said.is_empty()) {
            self.say(&format!("[{said}]"));
        }
    }

    fn entry(&mut self) {
        self.line(1);
        self.begin();
        let depth = self.lists.len().saturating_sub(1);
        self.out.push_str(&"  ".repeat(depth));
        match self.lists.last_mut() {
            Some(Some(number)) => {
                *number = number.saturating_add(1);
                let mark = format!("{number}. ");
                self.out.push_str(&mark);
            }
            _ => self.out.push_str("- "),
        }
    }

    /// Follows what is quoted: what mail programs mark so, and what stands below the head of the mail that is answered.
    fn quote(&mut self, tag: &Tag, opens: bool) {
        let name: &str = &tag.name;
        if !opens {
            let Some((open, inner)) = self.quotes.last_mut().filter(|(open, _)| open == name) else { return };
            *inner -= 1;
            if *inner == 0 && open == name {
                self.line(1);
                self.quotes.pop();
            }
            return;
        }
        if begins_below(tag) && !self.is_below && self.quotes.is_empty() {
            self.is_below = true;
            self.line(1);
            self.begin();
            self.out.push_str(SEPARATOR);
            self.line(1);
        } else if is_quote(tag) && self.quotes.len() < DEEPEST && !(name == "blockquote" && self.is_marked_already()) {
            self.line(1);
            self.quotes.push((name.to_owned(), 1));
        } else if let Some((_, inner)) = self.quotes.last_mut().filter(|(open, _)| open == name) {
            *inner += 1;
        }
    }

    /// Whether what is quoted stands in an element that says so alone: Gmail puts a `div` around its `blockquote`.
    fn is_marked_already(&self) -> bool {
        matches!(self.quotes.as_slice(), [(name, _)] if name == "div")
    }

    fn finish(mut self) -> String {
        self.unlink();
        let mut lines: Vec<&str> = Vec::new();
        for line in self.out.lines().map(str::trim_end) {
            let is_blank = |line: &str| line.trim_matches(['>', ' ']).is_empty();
            let repeats = is_blank(line) && lines.last().is_none_or(|last| is_blank(last));
            if !repeats {
                lines.push(line);
            }
        }
        lines.join("\n").trim_end().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::super::quote::split_quote;
    use super::*;

    #[test]
    fn lines_lists_and_the_addresses_of_links_come_through() {
        for (html, text) in [
            ("<p>One</p><p>Two<br>three</p>", "One\n\nTwo\nthree"),
            ("<div>a</div><div><br></div><div>b<br></div><div>c</div>", "a\n\nb\nc"),
            (
                "Do:<ul><li>one<li>two<ol><li>a</li><li>b</li></ol></li></ul>then",
                "Do:\n\n- one\n- two\n  1. a\n  2. b\n\nthen",
            ),
            (
                "<table><tr><td>Server</td><td>Ping</td></tr><tr><td>la</td><td>12</td></tr></table>",
                "Server\tPing\nla\t12",
            ),
            ("See <a href='https://a.example/x?y=1&amp;z'>the page</a>.", "See the page (https://a.example/x?y=1&z)."),
            (
                "<a href='https://a.example/'>a.example</a> <a href=mailto:x@a.example>x@a.example</a>",
                "a.example x@a.example",
            ),
            ("<a href='javascript:alert(1)'>x</a><a href='https://a.example'><img src=x></a>", "x"),
            ("<style>p{}</style><script>a<b</script><title>t</title>a &lt;b&gt; &amp; &uuml;&nbsp;c", "a <b> & ü c"),
            ("<pre>a\n  b</pre>c", "a\n  b\n\nc"),
            ("<p class=MsoNormal>a</p><p class=MsoNormal><o:p>&nbsp;</o:p></p><p class=MsoNormal>b</p>", "a\n\nb"),
            ("a   b\n c __init__.py # x", "a b c __init__.py # x"),
            ("<p>unclosed <b>and <a href=https://b.example>odd", "unclosed and odd (https://b.example)"),
            ("", ""),
        ] {
            assert_eq!(to_text(html), text, "{html}");
        }
    }

    #[test]
    fn what_mail_programs_mark_as_quoted_is_quoted() {
        for quoted in [
            "<div id=\"appendonsend\"></div><hr><div id=\"divRplyFwdMsg\"><b>From:</b> Ada<br></div><div>Try.</div>",
            "<div style=\"border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm\"><p><b>Von:</b> Ada</p></div><p>Try.</p>",
            "<div class=\"OutlookMessageHeader\">From: Ada</div><p>Try.</p>",
            "<div class=\"gmail_quote gmail_quote_container\"><div class=\"gmail_attr\">Le lun. Ada a écrit :<br></div>\
             <blockquote class=\"gmail_quote\"><div>Try.</div></blockquote></div>",
            "<div class=\"moz-cite-prefix\">On Mon, Ada wrote:<br></div><blockquote type=\"cite\"><p>Try.</p></blockquote>",
            "<div>On Mon, Ada wrote:</div><blockquote type=cite>Try.</blockquote>",
        ] {
            let (answer, rest) =
                split_quote(&to_text(&format!("<html><body><div>It works.</div>{quoted}</body></html>")));
            assert_eq!(answer, "It works.", "{quoted}");
            assert!(rest.is_some_and(|rest| rest.contains("Try.")), "{quoted}");
        }
        let between = "<blockquote type=cite>Is it on?</blockquote><div>Yes.</div>";
        assert_eq!(to_text(between), "> Is it on?\n\nYes.");
    }

    #[test]
    fn whatever_it_holds_no_more_is_read_than_a_message_can_have() {
        for html in [
            "&".repeat(8 << 20),
            "<div>".repeat(1 << 20),
            "<a href=x><blockquote>".repeat(1 << 18),
            "é&é".repeat(1 << 20),
        ] {
            assert!(to_text(&html).len() < 2 * ENOUGH);
        }
    }
}
