//! What a row of a table of contacts, companies or tickets is: its columns, in the order of the template, and its verbs.

use serde_json::Map;

use super::view::{priority, status};
use crate::base::{Actor, Check, Error, Result, Scope, Taken, Time};
use crate::company::{self, AccountTier, Company, Given, Health};
use crate::dialects::cell::defused;
use crate::dialects::given;
use crate::field::{Defined, Definition, Entity, Values};
use crate::person::{self, Contact, Person};
use crate::store::{Conn, Tx};
use crate::text::list;
use crate::ticket::{self, Arrival, Customer, Departure, Due, Source};

/// The cells of a row, by the column's name; `None` where there is no such column, or nothing in it.
pub type Cells<'c> = dyn Fn(&str) -> Option<String> + 'c;

/// Custom fields by name, as a row holds their values.
pub type Custom = Vec<(String, String)>;

/// A kind of table.
pub trait Sheet: Send + 'static {
    /// Whose custom fields are columns too.
    const ENTITY: Entity;
    /// What export writes, template shows and import reads, before the custom fields.
    const COLUMNS: &'static [&'static str];
    /// What import reads besides.
    const ALSO: &'static [&'static str];
    /// The column by which a row is found again.
    const KEY: &'static str;
    /// The file's name.
    const FILE: &'static str;
    /// What a program needs to read it.
    const READ: Scope;
    /// What a program needs to take it in.
    const WRITE: Scope;
    /// What is read off a row.
    type Row: Send + Sync + 'static;

    /// By what a row is found again, in lower case.
    fn key(row: &Self::Row) -> String;
    /// Reads a row.
    fn read(cells: &Cells<'_>, custom: Custom) -> Result<Self::Row>;
    /// Takes a row in.
    fn take_in(tx: &Tx<'_>, actor: &Actor, row: &Self::Row) -> Result<Taken>;
    /// What taking it in would do.
    fn foresee(conn: &Conn<'_>, actor: &Actor, row: &Self::Row) -> Result<Taken>;
    /// Rows to write, with the number that each goes by, after a number.
    fn page(conn: &Conn<'_>, actor: &Actor, after: Option<i64>, limit: i64) -> Result<Vec<Line>>;
}

/// What is written of something.
pub struct Line {
    /// The number that it goes by.
    pub number: i64,
    /// What is in the columns that every table has.
    pub cells: Vec<String>,
    /// What is in its custom fields.
    pub custom: Values,
}

/// The custom fields that are columns: those whose name no other column has.
pub fn custom<S: Sheet>(defined: &Defined) -> impl Iterator<Item = &Definition> {
    let is_other = |definition: &&Definition| {
        let mut known = S::COLUMNS.iter().chain(S::ALSO);
        known.all(|column| !column.eq_ignore_ascii_case(definition.name.trim()))
    };
    defined.iter().filter(is_other)
}

/// The header.
pub fn header<S: Sheet>(defined: &Defined) -> Vec<String> {
    let own = S::COLUMNS.iter().map(|column| (*column).to_owned());
    own.chain(custom::<S>(defined).map(|definition| defused(&definition.name))).collect()
}

/// A row.
pub fn line<S: Sheet>(line: Line, defined: &Defined) -> Vec<String> {
    let custom = custom::<S>(defined).map(|definition| defused(&line.custom.text(definition)));
    line.cells.into_iter().chain(custom).collect()
}

/// Customers.
pub struct Contacts;

impl Sheet for Contacts {
    const ENTITY: Entity = Entity::Contact;
    const COLUMNS: &'static [&'static str] = &["name", "email", "phone", "company", "tags"];
    const ALSO: &'static [&'static str] = &["role"];
    const KEY: &'static str = "email";
    const FILE: &'static str = "attachment; filename=\"contacts.csv\"";
    const READ: Scope = Scope::UsersRead;
    const WRITE: Scope = Scope::UsersWrite;
    type Row = Contact;

    fn key(row: &Contact) -> String {
        row.email.trim().to_ascii_lowercase()
    }

    fn read(cells: &Cells<'_>, custom: Custom) -> Result<Contact> {
        if cells("role").is_some_and(|role| !role.trim().eq_ignore_ascii_case("customer")) {
            return Err(Error::field("role", "An import makes customers. Change roles with PATCH /api/users/{id}."));
        }
        Ok(Contact {
            email: cells("email").unwrap_or_default(),
            name: cells("name"),
            phone: cells("phone"),
            company: cells("company"),
            tags: cells("tags").map(|cell| several(&cell)),
            custom,
        })
    }

    fn take_in(tx: &Tx<'_>, actor: &Actor, row: &Contact) -> Result<Taken> {
        person::take_in(tx, actor, row)
    }

    fn foresee(conn: &Conn<'_>, actor: &Actor, row: &Contact) -> Result<Taken> {
        person::foresee(conn, actor, row)
    }

    fn page(conn: &Conn<'_>, actor: &Actor, after: Option<i64>, limit: i64) -> Result<Vec<Line>> {
        let people = person::contacts(conn, actor, after, limit)?;
        let line = |(person, company): (Person, Option<String>)| Line {
            number: person.id,
            cells: contact(&person, company),
            custom: person.custom,
        };
        Ok(people.into_iter().map(line).collect())
    }
}

fn contact(person: &Person, company: Option<String>) -> Vec<String> {
    vec![
        defused(&person.name),
        defused(&person.email),
        defused(person.phone.as_deref().unwrap_or_default()),
        defused(&company.unwrap_or_default()),
        listed(&person.tags),
    ]
}

/// Companies.
pub struct Companies;

impl Sheet for Companies {
    const ENTITY: Entity = Entity::Company;
    const COLUMNS: &'static [&'static str] =
        &["name", "description", "domains", "industry", "healthScore", "accountTier", "renewalDate"];
    const ALSO: &'static [&'static str] = &[];
    const KEY: &'static str = "name";
    const FILE: &'static str = "attachment; filename=\"companies.csv\"";
    const READ: Scope = Scope::UsersRead;
    const WRITE: Scope = Scope::UsersWrite;
    type Row = Given;

    fn key(row: &Given) -> String {
        row.name.as_deref().unwrap_or_default().trim().to_ascii_lowercase()
    }

    fn read(cells: &Cells<'_>, custom: Custom) -> Result<Given> {
        let text = |column: &str| cells(column).map(Some);
        Ok(Given {
            name: cells("name"),
            description: text("description"),
            domains: cells("domains").map(|cell| Some(several(&cell))),
            industry: text("industry"),
            health: text("healthScore"),
            tier: text("accountTier"),
            renewal_date: text("renewalDate"),
            custom: Map::new(),
            cells: custom,
        })
    }

    fn take_in(tx: &Tx<'_>, actor: &Actor, row: &Given) -> Result<Taken> {
        company::take_in(tx, actor, row)
    }

    fn foresee(conn: &Conn<'_>, actor: &Actor, row: &Given) -> Result<Taken> {
        company::foresee(conn, actor, row)
    }

    fn page(conn: &Conn<'_>, actor: &Actor, after: Option<i64>, limit: i64) -> Result<Vec<Line>> {
        let companies = company::page(conn, actor, after, limit)?;
        let line =
            |company: Company| Line { number: company.id, cells: cells(&company), custom: company.fields.custom };
        Ok(companies.into_iter().map(line).collect())
    }
}

fn cells(company: &Company) -> Vec<String> {
    let fields = &company.fields;
    vec![
        defused(&fields.name),
        defused(fields.description.as_deref().unwrap_or_default()),
        listed(&fields.domains),
        defused(fields.industry.as_deref().unwrap_or_default()),
        fields.health.map_or("", Health::as_str).to_owned(),
        fields.tier.map_or("", AccountTier::as_str).to_owned(),
        fields.renewal_date.map(|date| date.to_string()).unwrap_or_default(),
    ]
}

/// Tickets.
pub struct Tickets;

impl Sheet for Tickets {
    const ENTITY: Entity = Entity::Ticket;
    const COLUMNS: &'static [&'static str] = &[
        "externalId",
        "project",
        "subject",
        "description",
        "status",
        "priority",
        "category",
        "tags",
        "source",
        "customerEmail",
        "customerName",
        "customerPhone",
        "assignee",
        "group",
        "dueDate",
        "environment",
        "createdAt",
        "resolvedAt",
        "updatedAt",
    ];
    const ALSO: &'static [&'static str] = &[];
    const KEY: &'static str = "externalId";
    const FILE: &'static str = "attachment; filename=\"tickets.csv\"";
    const READ: Scope = Scope::TicketsRead;
    const WRITE: Scope = Scope::TicketsWrite;
    type Row = Arrival;

    fn key(row: &Arrival) -> String {
        row.external.as_deref().unwrap_or_default().trim().to_owned()
    }

    fn read(cells: &Cells<'_>, custom: Custom) -> Result<Arrival> {
        let mut check = Check::default();
        let status = cells("status").and_then(|text| check.take(status(text.trim())));
        let priority = cells("priority").and_then(|text| check.take(priority(text.trim())));
        let source = cells("source").and_then(|text| check.take(way_in(text.trim())));
        let due = cells("dueDate").and_then(|text| check.take(Due::parse("dueDate", text.trim())));
        let mut moment = |column| check.take(given::moment(column, cells(column).as_deref())).flatten();
        let (created_at, resolved_at, updated_at) = (moment("createdAt"), moment("resolvedAt"), moment("updatedAt"));
        check.done()?;
        Ok(Arrival {
            external: cells("externalId"),
            project: cells("project"),
            subject: cells("subject"),
            description: cells("description"),
            status,
            priority,
            category: cells("category"),
            tags: cells("tags").map(|cell| several(&cell)),
            source,
            customer: Customer {
                name: cells("customerName"),
                email: cells("customerEmail"),
                phone: cells("customerPhone"),
                reference: None,
            },
            assignee: cells("assignee"),
            group: cells("group"),
            due,
            environment: cells("environment"),
            created_at,
            resolved_at,
            updated_at,
            custom,
        })
    }

    fn take_in(tx: &Tx<'_>, actor: &Actor, row: &Arrival) -> Result<Taken> {
        // A row that fails takes along the categories and tags that it made.
        tx.attempt(|| ticket::take_in(tx, actor, row))
    }

    fn foresee(conn: &Conn<'_>, actor: &Actor, row: &Arrival) -> Result<Taken> {
        ticket::foresee(conn, actor, row)
    }

    fn page(conn: &Conn<'_>, actor: &Actor, after: Option<i64>, limit: i64) -> Result<Vec<Line>> {
        let all = ticket::take_out(conn, actor, after, limit)?;
        let line = |one: Departure| Line { number: one.number, cells: written(&one), custom: one.custom };
        Ok(all.into_iter().map(line).collect())
    }
}

fn way_in(text: &str) -> Result<Source> {
    Source::parse(&text.to_ascii_lowercase())
        .ok_or_else(|| Error::field("source", "The source must be portal, email or api."))
}

fn written(ticket: &Departure) -> Vec<String> {
    let text = |text: &Option<String>| defused(text.as_deref().unwrap_or_default());
    let at = |at: Option<Time>| at.map(Time::to_milliseconds).unwrap_or_default();
    vec![
        defused(&ticket.external),
        ticket.project.clone(),
        defused(&ticket.subject),
        defused(&ticket.description),
        ticket.status.as_str().to_owned(),
        ticket.priority.as_str().to_owned(),
        text(&ticket.category),
        listed(&ticket.tags),
        ticket.source.as_str().to_owned(),
        text(&ticket.customer.email),
        text(&ticket.customer.name),
        text(&ticket.customer.phone),
        text(&ticket.assignee),
        text(&ticket.group),
        ticket.due.map(|due| due.to_string()).unwrap_or_default(),
        text(&ticket.environment),
        at(Some(ticket.created_at)),
        at(ticket.resolved_at),
        at(Some(ticket.updated_at)),
    ]
}

/// Several texts in one cell.
fn listed(texts: &[String]) -> String {
    defused(&list::joined(texts.iter().map(String::as_str), ", "))
}

/// The reverse of [`listed`], as people write it too.
fn several(cell: &str) -> Vec<String> {
    list::split(cell, &[',', ';'])
}
