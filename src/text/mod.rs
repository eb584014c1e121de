//! What people write, made fit to be read: Markdown as HTML that is safe to show, and as plain text.
//!
//! | file | what |
//! |---|---|
//! | `markdown` | reads a text into a tree that holds no HTML and is no deeper or larger than people write |
//! | `html` `plain` | the two forms of such a tree |
//! | `excerpt` | the place in a text that holds what somebody looked for |
//! | `list` | a list in one text, as it stands in a cell of a table |
//! | `tag` | tells HTML tags from other words in angle brackets |
//!
//! HTML in a text is never interpreted: its tags are left out, scripts and styles with what they hold. What merely looks
//! like a tag, as `<server address>` does, stays as text. Links that lead elsewhere than to [`markdown::SCHEMES`] or within
//! the site are text too.

mod excerpt;
mod html;
pub mod list;
mod markdown;
mod plain;
mod tag;

pub use excerpt::{Excerpt, Sought, excerpt};
pub use html::{Form, escape, to_html};
pub use plain::to_plain;
