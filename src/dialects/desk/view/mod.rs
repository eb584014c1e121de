//! How this surface shows tickets and messages.
//!
//! `row` is a ticket in a list, `whole` one with all that is beside it, `message` one of its messages, `activity` a line of its
//! trail, `field` one of its custom fields; what several of them name stands here.

mod activity;
mod field;
mod message;
mod row;
mod whole;

use serde::Serialize;
use utoipa::ToSchema;

pub use self::field::FieldView;
pub use self::message::MessageView;
pub use self::row::Row;
pub use self::whole::{RatingView, Whole};
use crate::base::Role;
use crate::dialects::description::words::words;
pub use crate::dialects::word::{
    AnyPriority, AnyStatus, PriorityWord, StatusWord, parse_priority, parse_status, priority, status,
};
use crate::ticket::{CategoryRef, Channel, Named, ProjectRef, TagRef};

words! {
    /// What somebody may do.
    pub RoleWord = Role::ALL.map(Role::as_str);
    /// The way that a message came in.
    ChannelWord = Channel::ALL.map(Channel::as_str);
}

#[derive(Serialize, ToSchema)]
#[schema(as = Person)]
pub struct Who<'t> {
    id: Option<i64>,
    name: &'t str,
}

impl<'t> From<&'t Named> for Who<'t> {
    fn from(named: &'t Named) -> Self {
        Self { id: Some(named.id), name: &named.name }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = TicketProject)]
struct Project<'t> {
    id: i64,
    name: &'t str,
    slug: &'t str,
}

impl<'t> From<&'t ProjectRef> for Project<'t> {
    fn from(project: &'t ProjectRef) -> Self {
        Self { id: project.id, name: &project.name, slug: &project.slug }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = TicketCategory)]
struct Category<'t> {
    id: i64,
    name: &'t str,
    color: Option<&'t str>,
}

impl<'t> From<&'t CategoryRef> for Category<'t> {
    fn from(category: &'t CategoryRef) -> Self {
        Self { id: category.id, name: &category.name, color: category.color.as_deref() }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = TicketTag)]
struct Tag<'t> {
    id: i64,
    name: &'t str,
    color: Option<&'t str>,
}

impl<'t> From<&'t TagRef> for Tag<'t> {
    fn from(tag: &'t TagRef) -> Self {
        Self { id: tag.id, name: &tag.name, color: tag.color.as_deref() }
    }
}
