//! What an operation answers that has nothing to show.

use serde::Serialize;
use utoipa::ToSchema;

use crate::base::Result;
use crate::dialects::answer::{self, Answer};

/// A word for people.
#[derive(Serialize, ToSchema)]
pub struct Done {
    message: &'static str,
}

impl Done {
    /// Says this.
    pub fn saying(message: &'static str) -> Self {
        Self { message }
    }

    /// 200.
    pub fn answer(message: &'static str) -> Result<Answer> {
        answer::ok(&Self::saying(message))
    }
}
