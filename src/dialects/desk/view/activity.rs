//! A line of a ticket's trail.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Who, priority, status};
use crate::base::Priority;
use crate::ticket::{Activity, Status};

#[derive(Serialize, ToSchema)]
#[schema(as = Activity)]
pub(super) struct ActivityView<'t> {
    id: i64,
    action: &'t str,
    from: Option<&'t str>,
    to: Option<&'t str>,
    user: Option<Who<'t>>,
    via: Option<&'t str>,
    /// The automation rule that acted, for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String)]
    rule: Option<&'t str>,
    /// What made the rule act, for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String)]
    cause: Option<&'t str>,
    created_at: String,
}

/// This surface's word for a value of the trail.
fn word<'t>(action: &str, value: &'t str) -> &'t str {
    match action {
        "status_changed" | "created" => Status::parse(value).map_or(value, |known| status(known)),
        "priority_changed" => Priority::parse(value).map_or(value, |known| priority(known)),
        _ => value,
    }
}

impl<'t> From<&'t Activity> for ActivityView<'t> {
    fn from(activity: &'t Activity) -> Self {
        let worded = |value: &'t Option<String>| value.as_deref().map(|value| word(&activity.action, value));
        Self {
            id: activity.id,
            action: &activity.action,
            from: worded(&activity.from),
            to: worded(&activity.to),
            user: activity.user.as_ref().map(|(id, name)| Who { id: Some(*id), name }),
            via: activity.via.as_deref(),
            rule: activity.rule.as_ref().map(|(_, name)| name.as_str()),
            cause: activity.cause.as_deref(),
            created_at: activity.created_at.to_seconds(),
        }
    }
}
