//! This surface's lists: pages by number.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::base::{Check, Result};
use crate::dialects::answer::{self, Answer};
use crate::dialects::given::number;

/// Which page is asked for; flattened into each list's query.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Asked {
    /// From 1.
    #[param(value_type = Option<i64>, minimum = 1)]
    page: Option<String>,
    /// 20 by default.
    #[param(value_type = Option<i64>, minimum = 1, maximum = 100)]
    per_page: Option<String>,
}

/// Rows of a list that comes whole unless it is asked for in pages.
const WHOLE: i64 = 1_000;

/// A page that can be.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// From 1.
    pub number: i64,
    /// 1 to 100; 1,000 of what comes whole.
    pub size: i64,
}

impl Asked {
    /// Reads both numbers; what is out of range is an error of its field.
    pub fn parse(&self, check: &mut Check) -> Page {
        let size = check.take(number("per_page", self.per_page.as_deref(), 1..=100)).flatten();
        let page = check.take(number("page", self.page.as_deref(), 1..=i64::MAX)).flatten();
        Page { number: page.unwrap_or(1), size: size.unwrap_or(20) }
    }

    /// [`Asked::parse`] for lists that callers expect whole: without `per_page` a page has 1,000 rows.
    pub fn parse_whole(&self, check: &mut Check) -> Page {
        let page = self.parse(check);
        let is_whole = self.per_page.as_ref().is_none_or(String::is_empty);
        Page { size: if is_whole { WHOLE } else { page.size }, ..page }
    }
}

impl Page {
    /// Rows before this page.
    pub fn offset(self) -> i64 {
        (self.number - 1).saturating_mul(self.size)
    }

    /// Rows to read where nobody counts them: one more than are shown tells whether any follow.
    pub fn reach(self) -> i64 {
        self.size + 1
    }

    /// The answer of a list under its own name, with a `Link` to the next page where there is one.
    pub fn wrapped<R, V, W>(
        self,
        rows: Vec<R>,
        path: &str,
        query: Option<&str>,
        wrap: impl FnOnce(Vec<V>) -> W,
    ) -> Result<Answer>
    where
        V: From<R>,
        W: Serialize,
    {
        let size = usize::try_from(self.size).unwrap_or_default();
        let next = (rows.len() > size).then(|| next(path, query, self.number));
        let answer = answer::ok(&wrap(rows.into_iter().take(size).map(V::from).collect()))?;
        Ok(match next {
            Some(link) => answer.with_link(link),
            None => answer,
        })
    }
}

/// The paginator as document 001 shows it.
#[derive(Serialize, ToSchema)]
pub struct Paginated<T> {
    data: Vec<T>,
    current_page: i64,
    last_page: i64,
    total: i64,
    per_page: i64,
}

impl<T: Serialize> Paginated<T> {
    /// Puts rows into their page.
    pub fn new(data: Vec<T>, page: Page, total: i64) -> Self {
        let last_page = ((total + page.size - 1) / page.size).max(1);
        Self { data, current_page: page.number, last_page, total, per_page: page.size }
    }

    /// The answer, with a `Link` to the next page where there is one.
    pub fn answer(self, path: &str, query: Option<&str>) -> Result<Answer> {
        let next = (self.current_page < self.last_page).then(|| next(path, query, self.current_page));
        let answer = answer::ok(&self)?;
        Ok(match next {
            Some(link) => answer.with_link(link),
            None => answer,
        })
    }
}

/// The `Link` to the page behind one, with everything else that was asked for.
fn next(path: &str, query: Option<&str>, page: i64) -> String {
    let rest = query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("page="));
    let pairs: Vec<String> = rest.map(str::to_owned).chain([format!("page={}", page.saturating_add(1))]).collect();
    format!("<{path}?{}>; rel=\"next\"", pairs.join("&"))
}
