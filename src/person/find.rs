//! Finding users: admins see all, everybody else themselves.

use crate::base::{Actor, Capability, Error, Result, Role, Time};
use crate::field::Values;
use crate::store::{Conn, Row, params};

/// A user who is not deleted.
#[derive(Clone, Debug)]
pub struct Person {
    /// The number that other tables refer to.
    pub id: i64,
    /// The id that some surfaces show instead.
    pub uuid: String,
    /// As the user spells it.
    pub email: String,
    /// Shown to others.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// argon2id; never leaves the domain.
    pub password_hash: Option<String>,
    /// Whether they may sign in.
    pub is_active: bool,
    /// As they write it.
    pub phone: Option<String>,
    /// Where they work, in the words of an admin.
    pub department: Option<String>,
    /// When the address was shown to be theirs.
    pub verified_at: Option<Time>,
    /// When they last signed in.
    pub last_login_at: Option<Time>,
    /// When the account was made.
    pub created_at: Time,
    /// A short name that is theirs alone, in whatever case.
    pub username: String,
    /// The number and the UUID of the company they belong to.
    pub company: Option<(i64, String)>,
    /// Where their picture is: http or https.
    pub avatar_url: Option<String>,
    /// How much of their projects an agent sees.
    pub ticket_scope: TicketScope,
    /// Words that others have put to them.
    pub tags: Vec<String>,
    /// What custom fields say of them.
    pub custom: Values,
    /// The project whose key made the account: such a key may change whom it made, and nobody else.
    pub home: Option<i64>,
}

/// How much of their projects an agent sees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TicketScope {
    /// Every ticket.
    #[default]
    All,
    /// What they have, and what their groups have.
    Group,
    /// What they have.
    Assigned,
}

impl TicketScope {
    /// As SQL and JSON spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Group => "group",
            Self::Assigned => "assigned",
        }
    }

    /// The reverse of [`TicketScope::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        [Self::All, Self::Group, Self::Assigned].into_iter().find(|scope| scope.as_str() == text)
    }
}

/// Reads a JSON list of texts, as the database keeps it.
pub(super) fn words(text: &str) -> Result<Vec<String>> {
    serde_json::from_str(text).map_err(Error::internal)
}

pub(super) fn read(row: &Row<'_>) -> Result<Person> {
    let (role, scope, tags): (String, String, String) = (row.get("role")?, row.get("ticket_scope")?, row.get("tags")?);
    Ok(Person {
        id: row.get("id")?,
        uuid: row.get("uuid")?,
        email: row.get("email")?,
        name: row.get("name")?,
        role: Role::parse(&role).ok_or_else(|| Error::internal(format!("unknown role {role}")))?,
        password_hash: row.get("password_hash")?,
        is_active: row.get("is_active")?,
        phone: row.get("phone")?,
        department: row.get("department")?,
        verified_at: row.get::<Option<i64>>("email_verified_at")?.map(Time),
        last_login_at: row.get::<Option<i64>>("last_login_at")?.map(Time),
        created_at: Time(row.get("created_at")?),
        username: row.get::<Option<String>>("username")?.unwrap_or_default(),
        company: row.get::<Option<i64>>("company_id")?.zip(row.get("company")?),
        avatar_url: row.get("avatar_url")?,
        ticket_scope: TicketScope::parse(&scope).ok_or_else(|| Error::internal(format!("unknown scope {scope}")))?,
        tags: words(&tags)?,
        custom: Values::parse(&row.get::<String>("custom_fields")?)?,
        home: row.get("home_project_id")?,
    })
}

/// The user with this number, as far as the actor may see them.
pub fn find(conn: &Conn<'_>, actor: &Actor, id: i64) -> Result<Person> {
    if !actor.is_admin() && actor.user() != Some(id) {
        return Err(Error::not_found());
    }
    by_id(conn, id)?.ok_or_else(Error::not_found)
}

/// The user with this UUID, for those who run the accounts. A key that sees one project alone sees the agents of that
/// project, those who filed something there, and whom it made itself.
pub fn find_uuid(conn: &Conn<'_>, actor: &Actor, uuid: &str) -> Result<Person> {
    actor.must(Capability::Administer)?;
    let found = conn.one(
        "select u.id, u.uuid, u.email, u.name, u.role, u.password_hash, u.is_active, u.phone, u.department,
           u.email_verified_at, u.last_login_at, u.created_at, u.username, u.company_id, u.avatar_url, u.ticket_scope,
           u.tags, u.custom_fields, u.home_project_id, (select c.uuid from companies c where c.id = u.company_id) as company
         from users u where u.uuid = :uuid and u.deleted_at is null
           and (:within is null or u.home_project_id = :within
             or u.id in (select user_id from project_agents where project_id = :within)
             or exists (select 1 from tickets t where t.creator_id = u.id and t.project_id = :within))",
        params! {":uuid": uuid, ":within": actor.within()},
        read,
    )?;
    found.ok_or_else(Error::not_found)
}

/// The user with this number: for those who hold a link or a session of theirs.
pub(crate) fn by_id(conn: &Conn<'_>, id: i64) -> Result<Option<Person>> {
    conn.one(
        "select u.id, u.uuid, u.email, u.name, u.role, u.password_hash, u.is_active, u.phone, u.department,
           u.email_verified_at, u.last_login_at, u.created_at, u.username, u.company_id, u.avatar_url, u.ticket_scope,
           u.tags, u.custom_fields, u.home_project_id, (select c.uuid from companies c where c.id = u.company_id) as company
         from users u where u.id = :id and u.deleted_at is null",
        params! {":id": id},
        read,
    )
}

/// The user with this address, in whatever case.
pub fn by_email(conn: &Conn<'_>, email: &str) -> Result<Option<Person>> {
    conn.one(
        "select u.id, u.uuid, u.email, u.name, u.role, u.password_hash, u.is_active, u.phone, u.department,
           u.email_verified_at, u.last_login_at, u.created_at, u.username, u.company_id, u.avatar_url, u.ticket_scope,
           u.tags, u.custom_fields, u.home_project_id, (select c.uuid from companies c where c.id = u.company_id) as company
         from users u where lower(u.email) = lower(:email) and u.deleted_at is null",
        params! {":email": email.trim()},
        read,
    )
}

/// How many users there are, deleted ones included: an instance with none is empty.
pub fn count(conn: &Conn<'_>) -> Result<i64> {
    let count = conn.one("select count(*) as n from users", params![], |row| row.get("n"))?;
    Ok(count.unwrap_or_default())
}
