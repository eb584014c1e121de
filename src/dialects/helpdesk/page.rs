//! This surface's lists: bare arrays, up to a limit, and a link to what follows.

use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use crate::base::{Check, Result};
use crate::dialects::answer::{self, Answer};
use crate::dialects::given::number;

/// Which part of a list is asked for; flattened into each list's query.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Asked {
    /// 100 by default.
    #[param(value_type = Option<i64>, minimum = 1, maximum = 1000)]
    limit: Option<String>,
    /// From the `Link` header of the page before.
    #[param(value_type = Option<i64>, minimum = 1)]
    cursor: Option<String>,
}

/// A part of a list that can be.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// 1 to 1000.
    pub limit: i64,
    /// What the part before ended with: a number that only the list itself understands.
    pub after: Option<i64>,
}

impl Asked {
    /// Reads both numbers; what is out of range is an error of its field.
    pub fn parse(&self, check: &mut Check) -> Page {
        let limit = check.take(number("limit", self.limit.as_deref(), 1..=1000)).flatten();
        let after = check.take(number("cursor", self.cursor.as_deref(), 1..=i64::MAX)).flatten();
        Page { limit: limit.unwrap_or(100), after }
    }
}

impl Page {
    /// Rows to read: one more than are shown tells whether any follow.
    pub fn reach(self) -> i64 {
        self.limit + 1
    }

    /// The answer: rows up to the limit, and a `Link` to the rest where there is one. `key` tells where a row lies.
    pub fn answer<R, V: Serialize>(
        self,
        rows: Vec<R>,
        path: &str,
        query: Option<&str>,
        key: impl Fn(&R) -> i64,
        view: impl Fn(R) -> V,
    ) -> Result<Answer> {
        let limit = usize::try_from(self.limit).unwrap_or_default();
        let last = rows.get(limit.saturating_sub(1)).filter(|_| rows.len() > limit).map(key);
        let views: Vec<V> = rows.into_iter().take(limit).map(view).collect();
        let answer = answer::ok(&views)?;
        let Some(last) = last else { return Ok(answer) };
        let rest = query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="));
        let pairs: Vec<String> = rest.map(str::to_owned).chain([format!("cursor={last}")]).collect();
        Ok(answer.with_link(format!("<{path}?{}>; rel=\"next\"", pairs.join("&"))))
    }
}
