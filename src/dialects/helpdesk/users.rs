//! `/api/users`: customers and staff.

use axum::extract::{Path, RawQuery};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::page;
use super::user::{RoleWord, ScopeOfTickets, View};
use crate::access::recover;
use crate::base::{Actor, Capability, Check, Error, Kind, Result, Role, Scope, check};
use crate::company;
use crate::dialects::answer::{self, Answered};
use crate::dialects::call::{ByUser, Call};
use crate::dialects::description::words::needing;
use crate::dialects::given::{self, given};
use crate::field::{self, Entity, Values};
use crate::person::password::Password;
use crate::person::{self, Email, NewPerson, Person, PersonChange, TicketScope};
use crate::store::Conn;

needing!(
    /// A user who is to be made.
    NewUser = Body,
    "username",
    "email",
    "name"
);

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = UserChange)]
struct Body {
    /// Nobody else's, in whatever case; no blanks.
    #[schema(max_length = 64)]
    username: Option<String>,
    /// Nobody else's, in whatever case.
    #[schema(max_length = 254)]
    email: Option<String>,
    /// At least 8 characters, or what the instance asks for.
    password: Option<String>,
    #[schema(max_length = 255)]
    name: Option<String>,
    #[schema(value_type = Option<RoleWord>)]
    role: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(max_length = 64)]
    phone: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    company_id: Option<Option<String>>,
    /// http or https.
    #[serde(default, deserialize_with = "given")]
    avatar_url: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    tags: Option<Option<Vec<String>>>,
    #[schema(value_type = Option<ScopeOfTickets>)]
    ticket_scope: Option<String>,
    is_active: Option<bool>,
    email_verified: Option<bool>,
    /// By the names of the fields; null clears one.
    #[schema(value_type = Option<Object>)]
    custom_fields: Option<Map<String, Value>>,
}

/// What was asked for, with what has yet to be looked up or worked out.
struct Wanted {
    change: PersonChange,
    /// The UUID of a company, or none.
    company: Option<Option<String>>,
    /// Custom fields by name.
    custom: Option<Map<String, Value>>,
    password: Option<Password>,
}

fn role(text: Option<&str>) -> Result<Option<Role>> {
    let Some(text) = check::line("role", text, 32)? else { return Ok(None) };
    let wrong = || Error::field("role", "The role must be customer, agent, admin or super_admin.");
    Role::parse(&text).map(Some).ok_or_else(wrong)
}

fn scope(text: Option<&str>) -> Result<Option<TicketScope>> {
    let Some(text) = check::line("ticketScope", text, 32)? else { return Ok(None) };
    let wrong = || Error::field("ticketScope", "The ticket scope must be all, group or assigned.");
    TicketScope::parse(&text).map(Some).ok_or_else(wrong)
}

fn email(text: &str) -> Result<Email> {
    Email::parse(&check::required_line("email", Some(text), 254)?)
}

/// Reads a change; for a user who is to be made, `needed`, what is missing is wrong.
fn parse(call: &Call, needed: bool) -> Result<Wanted> {
    let (body, mut check) = (call.body.read::<Body>()?, Check::default());
    let given = |text: Option<String>| text.or_else(|| needed.then(String::new));
    let tags = |tags: Option<Vec<String>>| person::parse_tags(tags.iter().flatten().map(String::as_str));
    let change = PersonChange {
        username: given(body.username).and_then(|text| check.take(person::parse_username(Some(&text)))),
        name: given(body.name).and_then(|text| check.take(check::required_line("name", Some(&text), 255))),
        email: given(body.email).and_then(|text| check.take(email(&text))),
        role: check.take(role(body.role.as_deref())).flatten(),
        is_active: body.is_active,
        phone: body.phone.map(|text| check.take(check::line("phone", text.as_deref(), 64)).flatten()),
        avatar_url: body.avatar_url.map(|text| check.take(person::parse_avatar(text.as_deref())).flatten()),
        tags: body.tags.map(|list| check.take(tags(list)).unwrap_or_default()),
        ticket_scope: check.take(scope(body.ticket_scope.as_deref())).flatten(),
        email_verified: body.email_verified,
        ..PersonChange::default()
    };
    let minimum = call.app().settings.min_password_length;
    let password = body.password.filter(|text| !text.trim().is_empty());
    let password = password.and_then(|text| check.take(Password::parse(text, minimum)));
    let company = body.company_id.map(|id| id.filter(|id| !id.trim().is_empty()));
    check.done()?;
    Ok(Wanted { change, company, custom: body.custom_fields, password })
}

impl Wanted {
    /// The change with its company's number and all its values; for somebody new where there is nobody yet.
    fn resolve(&self, conn: &Conn<'_>, actor: &Actor, person: Option<&Person>) -> Result<PersonChange> {
        let find = |id: &String| {
            let found = given::uuid(id.trim()).and_then(|uuid| company::find(conn, actor, &uuid));
            found.map(|company| company.id).map_err(|error| match error.kind {
                Kind::NotFound => Error::field("companyId", "There is no such company."),
                _ => error,
            })
        };
        let mut check = Check::default();
        let company = check.take(self.company.as_ref().map(|id| id.as_ref().map(find).transpose()).transpose());
        let custom = match (&self.custom, person) {
            (None, Some(_)) => None,
            (given, person) => {
                let (given, defined) = (given.clone().unwrap_or_default(), field::defined(conn, Entity::Contact)?);
                check.take(Values::of_request(person.map(|person| &person.custom), &given, &defined))
            }
        };
        check.done()?;
        Ok(PersonChange { company: company.flatten(), custom, ..self.change.clone() })
    }
}

fn new(change: PersonChange) -> Result<NewPerson> {
    let (name, email) = (check::required("name", change.name)?, check::required("email", change.email)?);
    Ok(NewPerson {
        phone: change.phone.flatten(),
        verified: change.email_verified.unwrap_or(change.password_hash.is_some()),
        is_active: change.is_active.unwrap_or(true),
        password_hash: change.password_hash,
        username: change.username,
        company: change.company.flatten(),
        avatar_url: change.avatar_url.flatten(),
        ticket_scope: change.ticket_scope.unwrap_or_default(),
        tags: change.tags.unwrap_or_default(),
        custom: change.custom.unwrap_or_default(),
        ..NewPerson::new(email, name, change.role.unwrap_or(Role::Customer))
    })
}

#[derive(Deserialize)]
struct Query {
    role: Option<String>,
    #[serde(flatten)]
    page: page::Asked,
}

/// Users, oldest first; `role=admin` finds super admins too. For admins and their keys: a key that sees one project finds
/// the agents of that project, those who filed something there, and whom it made.
#[utoipa::path(get, path = "/api/users", tag = "helpdesk", security(("scope" = ["users:read"])),
    params(("role" = Option<RoleWord>, Query), page::Asked), responses((status = 200, body = Vec<View>)))]
pub async fn list(RawQuery(query): RawQuery, ByUser(call): ByUser) -> Answered {
    let read = move |conn: &Conn<'_>, actor: &Actor| {
        actor.must(Capability::Administer)?;
        let (asked, mut check): (Query, _) = (given::query(query.as_deref())?, Check::default());
        let role = check.take(role(asked.role.as_deref()));
        let page = asked.page.parse(&mut check);
        let people = person::page(conn, actor, check.need(role)?, page.after, page.reach())?;
        let defined = field::defined(conn, Entity::Contact)?;
        page.answer(people, "/api/users", query.as_deref(), |person| person.id, |person| View::of(person, &defined))
    };
    call.needing(Scope::UsersRead).read(read).await
}

/// A user.
#[utoipa::path(get, path = "/api/users/{id}", tag = "helpdesk", security(("scope" = ["users:read"])),
    params(("id" = String, Path, format = "uuid")), responses((status = 200, body = View)))]
pub async fn show(Path(id): Path<String>, ByUser(call): ByUser) -> Answered {
    let read = move |conn: &Conn<'_>, actor: &Actor| {
        actor.must(Capability::Administer)?;
        let person = person::find_uuid(conn, actor, &given::uuid(&id)?)?;
        answer::ok(&View::of(person, &*field::defined(conn, Entity::Contact)?))
    };
    call.needing(Scope::UsersRead).read(read).await
}

/// Make a user: `username`, `email` and `name`, and whatever else a user has; a customer unless `role` says otherwise.
///
/// With a `password` the address counts as verified. A customer without one signs up in the portal, staff without one are
/// invited by mail. A customer whose address is verified and who is given no `companyId` joins the company that lists the
/// address's domain. Only a super admin makes a super admin; a key needs `settings:write` to make staff.
#[utoipa::path(post, path = "/api/users", tag = "helpdesk", security(("scope" = ["users:write"])),
    request_body = NewUser, responses((status = 201, body = View)))]
pub async fn create(ByUser(call): ByUser) -> Answered {
    let call = call.needing(Scope::UsersWrite);
    call.read(|_, actor| actor.must(Capability::Administer)).await?;
    let mut wanted = parse(&call, true)?;
    if let Some(password) = wanted.password.take() {
        wanted.change.password_hash = Some(call.app().passwords.hash(password).await?);
    }
    let origin = call.app().origin();
    call.write(move |tx, actor, _| {
        let id = person::create(tx, actor, &new(wanted.resolve(tx, actor, None)?)?)?;
        let person = person::find(tx, actor, id)?;
        if person.password_hash.is_none() && person.is_active && person.role != Role::Customer {
            recover::invite(tx, actor, &person, &origin)?;
        }
        answer::created(&View::of(person, &*field::defined(tx, Entity::Contact)?))
    })
    .await
}

/// Change a user: every field of creating one, all optional; what is left out stays, null clears.
///
/// A password ends the user's sessions and verifies the address, and so does `emailVerified`; a new address is unproven
/// unless one of them comes with it, and is mailed a link that proves it. Nobody changes the own role (403), only a super admin changes a super admin (403), and
/// the last active super admin stays one (409). A key needs `settings:write` to change the role of staff or make somebody
/// staff, to set a password or an address, and to vouch for an address for which a password waits; one that sees a single
/// project changes only customers whom it made.
#[utoipa::path(patch, path = "/api/users/{id}", tag = "helpdesk", security(("scope" = ["users:write"])),
    params(("id" = String, Path, format = "uuid")), request_body = Body, responses((status = 200, body = View), (status = 409)))]
pub async fn change(Path(id): Path<String>, ByUser(call): ByUser) -> Answered {
    let call = call.needing(Scope::UsersWrite);
    let uuid = call
        .read(move |conn, actor| {
            actor.must(Capability::Administer)?;
            let person = person::find_uuid(conn, actor, &given::uuid(&id)?)?;
            actor.must_command(person.role)?;
            Ok(person.uuid)
        })
        .await?;
    let mut wanted = parse(&call, false)?;
    if let Some(password) = wanted.password.take() {
        wanted.change.password_hash = Some(call.app().passwords.hash(password).await?);
    }
    let takes_away = wanted.change.is_active == Some(false) || wanted.change.password_hash.is_some();
    let origin = call.app().origin();
    call.even_when_full_if(takes_away)
        .write(move |tx, actor, _| {
            let person = person::find_uuid(tx, actor, &uuid)?;
            let change = wanted.resolve(tx, actor, Some(&person))?;
            let person = person::change(tx, actor, &person, &change, &origin)?;
            answer::ok(&View::of(person, &*field::defined(tx, Entity::Contact)?))
        })
        .await
}
