//! What became of an import.

use serde::Serialize;
use utoipa::ToSchema;

use super::rows::Wrong;
use crate::base::Taken;

/// Errors that are told; the rest are counted.
const TOLD: usize = 1_000;

/// Rows by what became of them.
#[derive(Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ImportReport)]
pub struct Report {
    created: u64,
    updated: u64,
    /// Rows that changed nothing: they were like this already, or something is wrong with them.
    skipped: u64,
    errors: Vec<Told>,
    /// Beyond the first 1000.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = u64)]
    errors_left_out: Option<u64>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ImportError)]
struct Told {
    /// The header's is 1.
    row: u64,
    /// The column; null where it is the row itself.
    field: Option<String>,
    message: String,
}

impl Report {
    /// Counts a row.
    pub fn count(&mut self, number: u64, taken: std::result::Result<Taken, Vec<Wrong>>) {
        match taken {
            Ok(Taken::Created) => self.created += 1,
            Ok(Taken::Updated) => self.updated += 1,
            Ok(Taken::Same) => self.skipped += 1,
            Err(wrong) => {
                self.skipped += 1;
                self.tell(number, wrong);
            }
        }
    }

    /// Tells what is wrong with a row.
    pub fn tell(&mut self, row: u64, wrong: Vec<Wrong>) {
        for Wrong { field, message } in wrong {
            if self.errors.len() < TOLD {
                self.errors.push(Told { row, field, message });
            } else {
                *self.errors_left_out.get_or_insert(0) += 1;
            }
        }
    }
}
