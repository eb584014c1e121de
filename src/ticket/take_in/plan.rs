//! What is to be done about a ticket that is taken in, or what is wrong with it, field by field.

use super::Arrival;
use crate::base::{Actor, Capability, Check, Error, Kind, Priority, Result, check, fold};
use crate::field::{self, Entity, Values};
use crate::store::{Conn, params};
use crate::ticket::assign::assignable;
use crate::ticket::facts::description as said;
use crate::ticket::open::project;
use crate::ticket::{Change, Customer, NewTicket, Source, Status, Ticket, find, tag};

/// What the verbs call what the columns of a table call otherwise.
pub(super) const NAMES: &[(&str, &str)] =
    &[("project_id", "project"), ("user_id", "assignee"), ("category_id", "category")];

pub(super) enum Plan {
    Make(Box<NewTicket>),
    Change(Box<Ticket>, Box<Change>),
    Nothing,
}

/// A plan, and what only the taking in itself can look up, because it may have to be made.
pub(super) struct Planned {
    pub external: String,
    pub plan: Plan,
    pub category: Option<String>,
    pub tags: Option<Vec<String>>,
}

/// Checks everything that was given; every field that is wrong is named.
pub(super) fn plan(conn: &Conn<'_>, actor: &Actor, arrival: &Arrival) -> Result<Planned> {
    actor.must(Capability::Administer)?;
    let mut check = Check::default();
    let external = check.take(check::required_line("externalId", arrival.external.as_deref(), 255));
    let subject = check.take(check::line("subject", arrival.subject.as_deref(), 255)).flatten();
    let description = check.take(check::block("description", arrival.description.as_deref())).flatten();
    let environment = check.take(check::line("environment", arrival.environment.as_deref(), 255)).flatten();
    let category = check.take(category(arrival.category.as_deref())).flatten();
    let tags = check.take(words(arrival.tags.as_deref())).flatten();
    let customer = check.take(customer(&arrival.customer));
    let group = check.take(group(conn, arrival.group.as_deref())).flatten();
    let assignee = check.take(staff(conn, arrival.assignee.as_deref())).flatten();
    let before = match &external {
        Some(external) => check.take(known(conn, actor, external)).flatten(),
        None => None,
    };
    let project = match &before {
        Some(ticket) => check.take(must_be_in(conn, ticket, arrival)).map(|()| ticket.project),
        None => check.take(new_project(conn, actor, arrival.project.as_deref())),
    };
    if let (Some(project), Some(user)) = (project, assignee)
        && before.as_ref().is_none_or(|ticket| ticket.assignee != Some(user))
        && assignable(conn, project, user)?.is_none()
    {
        check.note(Error::field("assignee", "They are not active, or cannot see the ticket's project."));
    }
    let defined = field::defined(conn, Entity::Ticket)?;
    let values = before.as_ref().map(|ticket| Values::parse(&ticket.custom_fields)).transpose()?;
    let custom = check.take(Values::of_row(values.as_ref(), &arrival.custom, &defined));
    if before.is_none() {
        check.take(check::required("subject", subject.as_ref()));
        check.take(check::required("description", description.as_ref()));
    }
    if let Some(ticket) = &before {
        must_stay(&mut check, ticket, arrival);
    }
    let (external, custom) = (check.need(external)?, check.need(custom)?);
    let customer = check.need(customer)?;
    check.done()?;
    let Some(ticket) = before else {
        let new = NewTicket {
            project,
            priority: arrival.priority.unwrap_or(Priority::Medium),
            customer,
            status: arrival.status.unwrap_or(Status::Open),
            assignee,
            group,
            due: arrival.due,
            environment,
            custom_fields: Some(custom.to_text()),
            created_at: arrival.created_at,
            is_answered: false,
            ..NewTicket::new(
                subject.unwrap_or_default(),
                description.unwrap_or_default(),
                arrival.source.unwrap_or(Source::Api),
            )
        };
        return Ok(Planned { external, plan: Plan::Make(Box::new(new)), category, tags });
    };
    let (category, tags) = (new_category(conn, &ticket, category)?, new_tags(conn, &ticket, tags)?);
    let said = said(conn, ticket.id)?;
    let wanted = Change {
        subject: subject.filter(|subject| *subject != ticket.subject),
        description: description.filter(|text| *text != said),
        priority: arrival.priority.filter(|priority| *priority != ticket.priority),
        assignee: assignee.map(Some).filter(|user| *user != ticket.assignee),
        group: group.map(Some).filter(|group| *group != ticket.group),
        due: arrival.due.map(Some).filter(|due| *due != ticket.due),
        environment: environment.map(Some).filter(|name| *name != ticket.environment),
        custom_fields: Some(custom.to_text()).filter(|text| *text != ticket.custom_fields),
        status: arrival.status.filter(|status| *status != ticket.status),
        ..Change::default()
    };
    if wanted == Change::default() && category.is_none() && tags.is_none() {
        return Ok(Planned { external, plan: Plan::Nothing, category, tags });
    }
    // Where it stands is what the row says, or what it was: being given to somebody moves nothing here.
    let wanted = Change { status: Some(wanted.status.unwrap_or(ticket.status)), ..wanted };
    Ok(Planned { external, plan: Plan::Change(Box::new(ticket), Box::new(wanted)), category, tags })
}

/// The ticket of an external id: one that was taken in under it, else one that has it as UUID.
fn known(conn: &Conn<'_>, actor: &Actor, external: &str) -> Result<Option<Ticket>> {
    let number = conn.one(
        "select ticket_id as id from ticket_sources where external_id = :external
         union all select id from tickets where uuid = lower(:external) limit 1",
        params! {":external": external},
        |row| row.get("id"),
    )?;
    let Some(number) = number else { return Ok(None) };
    match find::itself(conn, actor, number) {
        Ok(ticket) if ticket.deleted_at.is_some() => {
            Err(Error::field("externalId", "This ticket was deleted. Restore it first."))
        }
        Err(error) if error.kind == Kind::NotFound => {
            Err(Error::field("externalId", "This ticket belongs to a project that this key does not see."))
        }
        found => found.map(Some),
    }
}

fn category(text: Option<&str>) -> Result<Option<String>> {
    let Some(word) = check::line("category", text, 255)? else { return Ok(None) };
    if check::slug(&word).is_empty() {
        return Err(Error::field("category", "The category must have at least one letter or digit."));
    }
    Ok(Some(word))
}

fn words(given: Option<&[String]>) -> Result<Option<Vec<String>>> {
    let Some(given) = given else { return Ok(None) };
    let given: Result<Vec<Option<String>>> = given.iter().map(|text| check::line("tags", Some(text), 64)).collect();
    let given: Vec<String> = given?.into_iter().flatten().collect();
    if given.len() > tag::MOST {
        return Err(Error::field("tags", format!("A ticket has at most {} tags.", tag::MOST)));
    }
    Ok(Some(given).filter(|given| !given.is_empty()))
}

fn customer(given: &Customer) -> Result<Customer> {
    let mut check = Check::default();
    let name = check.take(check::line("customerName", given.name.as_deref(), 255)).flatten();
    let email = check.take(check::line("customerEmail", given.email.as_deref(), 254)).flatten();
    let email = email.and_then(|text| check.take(crate::person::Email::parse(&text)));
    let phone = check.take(check::line("customerPhone", given.phone.as_deref(), 64)).flatten();
    check.done().map_err(|error| error.called(&[("email", "customerEmail")]))?;
    Ok(Customer { name, email: email.map(|email| email.as_str().to_owned()), phone, reference: None })
}

fn group(conn: &Conn<'_>, name: Option<&str>) -> Result<Option<i64>> {
    let Some(name) = check::line("group", name, 255)? else { return Ok(None) };
    let found = conn.one(
        "select id from agent_groups where lower(name) = lower(:name) order by id limit 1",
        params! {":name": name},
        |row| row.get("id"),
    )?;
    found.map(Some).ok_or_else(|| Error::field("group", "There is no group of this name."))
}

fn staff(conn: &Conn<'_>, email: Option<&str>) -> Result<Option<i64>> {
    let Some(email) = check::line("assignee", email, 254)? else { return Ok(None) };
    let found = conn.one(
        "select id from users where lower(email) = lower(:email) and deleted_at is null and role <> 'customer'",
        params! {":email": email},
        |row| row.get("id"),
    )?;
    found.map(Some).ok_or_else(|| Error::field("assignee", "There is no agent or admin with this address."))
}

/// The project that a new ticket goes to.
fn new_project(conn: &Conn<'_>, actor: &Actor, slug: Option<&str>) -> Result<i64> {
    let wanted = match check::line("project", slug, 255)? {
        Some(slug) => Some(by_slug(conn, &slug)?.unwrap_or_default()),
        None => None,
    };
    Ok(project(conn, actor, wanted).map_err(|error| error.called(NAMES))?.id)
}

fn by_slug(conn: &Conn<'_>, slug: &str) -> Result<Option<i64>> {
    conn.one("select id from projects where slug = :slug", params! {":slug": slug}, |row| row.get("id"))
}

fn must_be_in(conn: &Conn<'_>, ticket: &Ticket, arrival: &Arrival) -> Result<()> {
    match check::line("project", arrival.project.as_deref(), 255)? {
        Some(slug) if by_slug(conn, &slug)? != Some(ticket.project) => Err(stays("project")),
        _ => Ok(()),
    }
}

fn stays(field: &'static str) -> Error {
    Error::field(field, "This stays as it was when the ticket was made. Leave it out, or as it is.")
}

/// Notes what is said of the beginning of a ticket, and differs from it.
fn must_stay(check: &mut Check, ticket: &Ticket, arrival: &Arrival) {
    let (is, given) = (&ticket.customer, &arrival.customer);
    let mut stay = |field: &'static str, same: bool| {
        if !same {
            check.note(stays(field));
        }
    };
    let same = |is: &Option<String>, given: &Option<String>| {
        let given = given.as_deref().map(str::trim).filter(|text| !text.is_empty());
        given.is_none_or(|given| is.as_deref().is_some_and(|is| is.eq_ignore_ascii_case(given)))
    };
    stay("source", arrival.source.is_none_or(|source| source == ticket.source));
    stay("customerEmail", same(&is.email, &given.email));
    stay("customerName", same(&is.name, &given.name));
    stay("customerPhone", same(&is.phone, &given.phone));
    stay("createdAt", arrival.created_at.is_none_or(|at| at == ticket.created_at));
    let finished = arrival.resolved_at.filter(|_| ticket.status.is_finished());
    stay("resolvedAt", finished.is_none_or(|at| Some(at) == ticket.resolved_at));
}

/// The word, where its slug is another than that of the ticket's category.
fn new_category(conn: &Conn<'_>, ticket: &Ticket, word: Option<String>) -> Result<Option<String>> {
    let present = conn.one("select slug from categories where id = :id", params! {":id": ticket.category}, |row| {
        row.get::<String>("slug")
    })?;
    Ok(word.filter(|word| present.as_ref() != Some(&check::slug(word))))
}

/// The tags, where they are others than those of the ticket, in whatever case.
fn new_tags(conn: &Conn<'_>, ticket: &Ticket, tags: Option<Vec<String>>) -> Result<Option<Vec<String>>> {
    let folded = |all: &[String]| all.iter().map(|tag| fold(tag)).collect::<std::collections::BTreeSet<_>>();
    let present = folded(&tag::names(conn, ticket.id)?);
    Ok(tags.filter(|tags| folded(tags) != present))
}
