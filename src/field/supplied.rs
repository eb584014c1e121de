//! The values of a contact or a company, as staff or their keys supply them.

use serde_json::{Map, Value};

use super::{By, Defined, Values};
use crate::base::Result;

impl Values {
    /// What a request makes of the values before it; with none before, everything required must be there. Errors are of
    /// `customFields.NAME`.
    pub fn of_request(before: Option<&Self>, given: &Map<String, Value>, defined: &Defined) -> Result<Self> {
        match before {
            Some(values) => values.merge(given, defined, By::Staff),
            None => Self::begin(given, defined, By::Staff),
        }
    }

    /// What the row of a table makes of the values before it; with none before, everything required must be there. Errors
    /// are of `customFields.NAME`.
    pub fn of_row(before: Option<&Self>, cells: &[(String, String)], defined: &Defined) -> Result<Self> {
        let cells = cells.iter().map(|(name, text)| (name.as_str(), text.as_str()));
        match before {
            Some(values) => values.merge_texts(cells, defined, By::Staff),
            None => {
                let values = Self::default().merge_texts(cells, defined, By::Staff)?;
                Self::begin(&values.show(defined, By::Staff), defined, By::Staff)
            }
        }
    }
}
