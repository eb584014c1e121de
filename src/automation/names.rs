//! Who and what the values of a rule name: users, groups, projects, the instance's own fields.

use crate::base::Result;
use crate::field::{self, Definition, Entity};
use crate::store::{Conn, params};

/// Something that an id of a rule names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The number that other tables refer to.
    pub number: i64,
    /// The id that surfaces show.
    pub uuid: String,
}

/// What an id must be the id of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noun {
    /// Anybody on staff.
    User,
    /// Active staff.
    Staff,
    /// A group of agents.
    Group,
    /// A project.
    Project,
}

impl Noun {
    /// For people.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Staff => "active agent or admin",
            Self::Group => "agent group",
            Self::Project => "project",
        }
    }
}

/// Where names are looked up.
pub trait Names {
    /// What has this UUID or number.
    fn find(&self, noun: Noun, id: &str) -> Result<Option<Named>>;
    /// The custom field of tickets with this name, while it is in use.
    fn own_field(&self, name: &str) -> Result<Option<Definition>>;
}

/// The names that the database has.
pub struct Lookup<'c>(pub &'c Conn<'c>);

impl Names for Lookup<'_> {
    fn find(&self, noun: Noun, id: &str) -> Result<Option<Named>> {
        let uuid = id.to_ascii_lowercase();
        let number: Option<i64> = id.parse().ok();
        let sql = match noun {
            Noun::User => {
                "select id, uuid from users where (uuid = :uuid or id = :number) and deleted_at is null
                   and role <> 'customer'"
            }
            Noun::Staff => {
                "select id, uuid from users where (uuid = :uuid or id = :number) and deleted_at is null and is_active
                   and role <> 'customer'"
            }
            Noun::Group => "select id, uuid from agent_groups where uuid = :uuid or id = :number",
            Noun::Project => "select id, uuid from projects where uuid = :uuid or id = :number",
        };
        self.0.one(sql, params! {":uuid": uuid, ":number": number}, |row| {
            Ok(Named { number: row.get("id")?, uuid: row.get("uuid")? })
        })
    }

    fn own_field(&self, name: &str) -> Result<Option<Definition>> {
        Ok(field::defined(self.0, Entity::Ticket)?.named(name).cloned())
    }
}
