//! `/api/admin/users`: accounts, for admins.

use axum::extract::{Path, RawQuery};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::done::Done;
use super::page::{Asked, Paginated};
use super::password::{Password, plain};
use super::view::RoleWord;
use crate::access::link::Purpose;
use crate::access::recover;
use crate::base::{Capability, Check, Error, Result, Role, Time, check};
use crate::dialects::answer::{self, Answered};
use crate::dialects::call::{ByPerson, Call};
use crate::dialects::description::words::{needing, words};
use crate::dialects::given::{self, given};
use crate::person::{self, Email, NewPerson, Person, PersonChange, PersonFilter};
use crate::store::Conn;

/// A user as this surface shows them.
#[derive(Serialize, ToSchema)]
#[schema(as = User)]
pub struct View {
    id: i64,
    uuid: String,
    name: String,
    email: String,
    #[schema(value_type = RoleWord)]
    role: &'static str,
    is_active: bool,
    phone: Option<String>,
    department: Option<String>,
    email_verified: bool,
    last_login_at: Option<String>,
    created_at: String,
    /// Not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<Project>)]
    projects: Option<Vec<Project>>,
}

/// A user, in a wrapper.
#[derive(Serialize, ToSchema)]
#[schema(as = OneUser)]
pub struct One {
    /// Whom it is about.
    pub user: View,
}

#[derive(Serialize, ToSchema)]
#[schema(as = UserProject)]
struct Project {
    id: i64,
    name: String,
    slug: String,
}

impl From<Person> for View {
    fn from(person: Person) -> Self {
        Self {
            id: person.id,
            uuid: person.uuid,
            name: person.name,
            email: person.email,
            role: person.role.as_str(),
            is_active: person.is_active,
            phone: person.phone,
            department: person.department,
            email_verified: person.verified_at.is_some(),
            last_login_at: person.last_login_at.map(Time::to_seconds),
            created_at: person.created_at.to_seconds(),
            projects: None,
        }
    }
}

impl View {
    /// With the projects that they work for.
    pub fn with_projects(conn: &Conn<'_>, person: Person) -> Result<Self> {
        let projects = person::projects(conn, &person)?.into_iter();
        let projects = projects.map(|project| Project { id: project.id, name: project.name, slug: project.slug });
        Ok(Self { projects: Some(projects.collect()), ..Self::from(person) })
    }
}

#[derive(Deserialize)]
struct Query {
    role: Option<String>,
    active: Option<String>,
    search: Option<String>,
    #[serde(flatten)]
    page: Asked,
}

needing!(
    /// A user who is to be made.
    NewUser = Body,
    "name",
    "email",
    "role"
);

#[derive(Deserialize, ToSchema)]
#[schema(as = UserChange)]
struct Body {
    #[schema(max_length = 255)]
    name: Option<String>,
    #[schema(max_length = 254)]
    email: Option<String>,
    /// At least 8 characters, or what the instance asks for.
    password: Option<String>,
    #[schema(value_type = Option<RoleWord>)]
    role: Option<String>,
    is_active: Option<bool>,
    email_verified: Option<bool>,
    #[serde(default, deserialize_with = "given")]
    #[schema(max_length = 64)]
    phone: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(max_length = 255)]
    department: Option<Option<String>>,
}

fn role(text: Option<&str>) -> Result<Option<Role>> {
    let Some(text) = check::line("role", text, 32)? else { return Ok(None) };
    let wrong = || Error::field("role", "The role must be super_admin, admin, agent or customer.");
    Role::parse(&text).map(Some).ok_or_else(wrong)
}

fn email(text: &str) -> Result<Email> {
    Email::parse(&check::required_line("email", Some(text), 254)?)
}

/// Reads a change; for a user who is to be made, `needed`, what is missing is wrong.
fn parse(call: &Call, needed: bool) -> Result<(PersonChange, Option<Password>)> {
    let (body, mut check) = (call.body.read::<Body>()?, Check::default());
    let given = |text: Option<String>| text.or_else(|| needed.then(String::new));
    let role = |text: String| role(Some(&text)).and_then(|role| check::required("role", role));
    let change = PersonChange {
        name: given(body.name).and_then(|text| check.take(check::required_line("name", Some(&text), 255))),
        email: given(body.email).and_then(|text| check.take(email(&text))),
        role: given(body.role).and_then(|text| check.take(role(text))),
        is_active: body.is_active,
        phone: body.phone.map(|text| check.take(check::line("phone", text.as_deref(), 64)).flatten()),
        department: body.department.map(|text| check.take(check::line("department", text.as_deref(), 255)).flatten()),
        email_verified: body.email_verified,
        ..PersonChange::default()
    };
    let password = plain(&mut check, body.password, call.app().settings.min_password_length);
    check.done()?;
    Ok((change, password))
}

fn new(change: PersonChange) -> Result<NewPerson> {
    let (name, email) = (check::required("name", change.name)?, check::required("email", change.email)?);
    Ok(NewPerson {
        phone: change.phone.flatten(),
        department: change.department.flatten(),
        verified: change.email_verified.unwrap_or(change.password_hash.is_some()),
        is_active: change.is_active.unwrap_or(true),
        password_hash: change.password_hash,
        ..NewPerson::new(email, name, check::required("role", change.role)?)
    })
}

/// Users, newest first.
///
/// `role` and `active` narrow, `search` looks for a part of the name or the address.
#[utoipa::path(get, path = "/api/admin/users", tag = "desk",
    params(("role" = inline(Option<RoleWord>), Query), ("active" = Option<bool>, Query),
        ("search" = Option<String>, Query), Asked),
    responses((status = 200, body = Paginated<View>), (status = 403)))]
pub async fn list(RawQuery(query): RawQuery, ByPerson(call): ByPerson) -> Answered {
    call.read(move |conn, actor| {
        actor.must(Capability::Administer)?;
        let (asked, mut check): (Query, _) = (given::query(query.as_deref())?, Check::default());
        let role = check.take(role(asked.role.as_deref()));
        let active = check.take(given::yes("active", asked.active.as_deref()));
        let search = check.take(check::line("search", asked.search.as_deref(), 255));
        let page = asked.page.parse(&mut check);
        let filter = PersonFilter { role: check.need(role)?, active: check.need(active)?, search: check.need(search)? };
        let (people, total) = person::list(conn, actor, &filter, page.offset(), page.size)?;
        let views = people.into_iter().map(View::from).collect();
        Paginated::new(views, page, total).answer("/api/admin/users", query.as_deref())
    })
    .await
}

/// A user with their projects.
#[utoipa::path(get, path = "/api/admin/users/{user}", tag = "desk", params(("user" = i64, Path)),
    responses((status = 200, body = One), (status = 403)))]
pub async fn show(Path(id): Path<String>, ByPerson(call): ByPerson) -> Answered {
    call.read(move |conn, actor| {
        actor.must(Capability::Administer)?;
        let person = person::find(conn, actor, given::id(&id)?)?;
        answer::ok(&One { user: View::with_projects(conn, person)? })
    })
    .await
}

/// Make a user.
///
/// With a password the address counts as verified; without one the user is invited by mail. `email_verified` and
/// `is_active` may be given too. Only a super admin makes a super admin.
#[utoipa::path(post, path = "/api/admin/users", tag = "desk",
    request_body = NewUser, responses((status = 201, body = One), (status = 409, description = "The address is taken.")))]
pub async fn create(ByPerson(call): ByPerson) -> Answered {
    call.read(|_, actor| actor.must(Capability::Administer)).await?;
    let (mut change, password) = parse(&call, true)?;
    if let Some(password) = password {
        change.password_hash = Some(call.app().passwords.hash(password.checked).await?);
    }
    let (new, origin) = (new(change)?, call.app().origin());
    call.write(move |tx, actor, _| {
        let id = person::create(tx, actor, &new)?;
        let person = person::find(tx, actor, id)?;
        if person.password_hash.is_none() && person.is_active {
            recover::invite(tx, actor, &person, &origin)?;
        }
        answer::created(&One { user: View::with_projects(tx, person)? })
    })
    .await
}

/// Change a user; what is left out stays, a null or blank phone or department clears it.
///
/// A password ends the user's sessions and verifies the address, and so does `email_verified`; a new address is unproven
/// unless one of them comes with it, and is mailed a link that proves it. Deactivating ends the sessions too. Only a super
/// admin changes a super admin, nobody changes the own role (403), and the last active super admin stays one (409).
#[utoipa::path(put, path = "/api/admin/users/{user}", tag = "desk", params(("user" = i64, Path)),
    request_body = Body, responses((status = 200, body = One),
        (status = 409, description = "The address is taken, or there would be no active super admin.")))]
pub async fn change(Path(id): Path<String>, ByPerson(call): ByPerson) -> Answered {
    let number = call
        .read(move |conn, actor| {
            actor.must(Capability::Administer)?;
            let person = person::find(conn, actor, given::id(&id)?)?;
            actor.must_command(person.role)?;
            Ok(person.id)
        })
        .await?;
    let (mut change, password) = parse(&call, false)?;
    if let Some(password) = password {
        change.password_hash = Some(call.app().passwords.hash(password.checked).await?);
    }
    let takes_away = change.is_active == Some(false) || change.password_hash.is_some();
    let origin = call.app().origin();
    call.even_when_full_if(takes_away)
        .write(move |tx, actor, _| {
            actor.must(Capability::Administer)?;
            let person = person::find(tx, actor, number)?;
            let person = person::change(tx, actor, &person, &change, &origin)?;
            answer::ok(&One { user: View::with_projects(tx, person)? })
        })
        .await
}

/// Delete a user, never oneself. Their ways in are gone, and their address is free again.
#[utoipa::path(delete, path = "/api/admin/users/{user}", tag = "desk", params(("user" = i64, Path)),
    responses((status = 200, body = Done), (status = 409, description = "There would be no active super admin.")))]
pub async fn delete(Path(id): Path<String>, ByPerson(call): ByPerson) -> Answered {
    call.even_when_full()
        .write(move |tx, actor, _| {
            actor.must(Capability::Administer)?;
            let person = person::find(tx, actor, given::id(&id)?)?;
            person::delete(tx, actor, &person)?;
            Done::answer("User deleted")
        })
        .await
}

words! {
    /// `invite` sets a first password, `reset` another one.
    PurposeWord = ["invite", "reset"];
}

#[derive(Serialize, ToSchema)]
struct Link<'l> {
    link: &'l str,
    expires_at: String,
}

#[derive(Deserialize, ToSchema)]
#[schema(as = WantedLink)]
struct Wanted {
    #[schema(value_type = PurposeWord)]
    purpose: Option<String>,
}

/// A link to hand over to a user: `invite` sets a first password, `reset` another one.
///
/// Shown once; it works beside those that were mailed, until one of them was used. Only a super admin gets one for a super
/// admin.
#[utoipa::path(post, path = "/api/admin/users/{user}/link", tag = "desk", params(("user" = i64, Path)),
    request_body = Wanted, responses((status = 201, body = Link)))]
pub async fn link(Path(id): Path<String>, ByPerson(call): ByPerson) -> Answered {
    let origin = call.origin();
    call.write(move |tx, actor, body| {
        actor.must(Capability::Administer)?;
        let person = person::find(tx, actor, given::id(&id)?)?;
        actor.must_command(person.role)?;
        let purpose = match body.read::<Wanted>()?.purpose.as_deref() {
            Some("invite") => Purpose::Invite,
            Some("reset") => Purpose::Reset,
            _ => return Err(Error::field("purpose", "The purpose must be invite or reset.")),
        };
        let link = recover::hand_over(tx, actor, &person, purpose, &origin)?;
        let shown = Link { link: link.url.expose(), expires_at: link.expires_at.to_seconds() };
        Ok(answer::created(&shown)?.once())
    })
    .await
}
