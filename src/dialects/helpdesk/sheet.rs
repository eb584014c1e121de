//! What a row of a table of contacts or companies is: its columns, in the order of the template, and its verbs.

use crate::base::{Actor, Error, Result, Taken};
use crate::company::{self, AccountTier, Company, Given, Health};
use crate::dialects::cell::{defused, joined, split};
use crate::person::{self, Contact, Person};
use crate::store::{Conn, Tx};

/// The cells of a row, by the column's name; `None` where there is no such column, or nothing in it.
pub type Cells<'c> = dyn Fn(&str) -> Option<String> + 'c;

/// A kind of table.
pub trait Sheet: Send + 'static {
    /// What export writes, template shows and import reads.
    const COLUMNS: &'static [&'static str];
    /// What import reads besides.
    const ALSO: &'static [&'static str];
    /// The column by which a row is found again.
    const KEY: &'static str;
    /// The file's name.
    const FILE: &'static str;
    /// What is read off a row.
    type Row: Send + Sync + 'static;

    /// By what a row is found again, in lower case.
    fn key(row: &Self::Row) -> String;
    /// Reads a row.
    fn read(cells: &Cells<'_>) -> Result<Self::Row>;
    /// Takes a row in.
    fn take_in(tx: &Tx<'_>, actor: &Actor, row: &Self::Row) -> Result<Taken>;
    /// What taking it in would do.
    fn foresee(conn: &Conn<'_>, actor: &Actor, row: &Self::Row) -> Result<Taken>;
    /// Rows to write, with the number that each goes by, after a number.
    fn page(conn: &Conn<'_>, actor: &Actor, after: Option<i64>, limit: i64) -> Result<Vec<(i64, Vec<String>)>>;
}

/// Customers.
pub struct Contacts;

impl Sheet for Contacts {
    const COLUMNS: &'static [&'static str] = &["name", "email", "phone", "company", "tags"];
    const ALSO: &'static [&'static str] = &["role"];
    const KEY: &'static str = "email";
    const FILE: &'static str = "attachment; filename=\"contacts.csv\"";
    type Row = Contact;

    fn key(row: &Contact) -> String {
        row.email.trim().to_ascii_lowercase()
    }

    fn read(cells: &Cells<'_>) -> Result<Contact> {
        if cells("role").is_some_and(|role| !role.trim().eq_ignore_ascii_case("customer")) {
            return Err(Error::field("role", "An import makes customers. Change roles with PATCH /api/users/{id}."));
        }
        Ok(Contact {
            email: cells("email").unwrap_or_default(),
            name: cells("name"),
            phone: cells("phone"),
            company: cells("company"),
            tags: cells("tags").map(|cell| split(&cell)),
        })
    }

    fn take_in(tx: &Tx<'_>, actor: &Actor, row: &Contact) -> Result<Taken> {
        person::take_in(tx, actor, row)
    }

    fn foresee(conn: &Conn<'_>, actor: &Actor, row: &Contact) -> Result<Taken> {
        person::foresee(conn, actor, row)
    }

    fn page(conn: &Conn<'_>, actor: &Actor, after: Option<i64>, limit: i64) -> Result<Vec<(i64, Vec<String>)>> {
        let people = person::contacts(conn, actor, after, limit)?;
        Ok(people.into_iter().map(|(person, company)| (person.id, contact(&person, company))).collect())
    }
}

fn contact(person: &Person, company: Option<String>) -> Vec<String> {
    vec![
        defused(&person.name),
        defused(&person.email),
        defused(person.phone.as_deref().unwrap_or_default()),
        defused(&company.unwrap_or_default()),
        defused(&joined(person.tags.iter().map(String::as_str))),
    ]
}

/// Companies.
pub struct Companies;

impl Sheet for Companies {
    const COLUMNS: &'static [&'static str] =
        &["name", "description", "domains", "industry", "healthScore", "accountTier", "renewalDate"];
    const ALSO: &'static [&'static str] = &[];
    const KEY: &'static str = "name";
    const FILE: &'static str = "attachment; filename=\"companies.csv\"";
    type Row = Given;

    fn key(row: &Given) -> String {
        row.name.as_deref().unwrap_or_default().trim().to_ascii_lowercase()
    }

    fn read(cells: &Cells<'_>) -> Result<Given> {
        let text = |column: &str| cells(column).map(Some);
        Ok(Given {
            name: cells("name"),
            description: text("description"),
            domains: cells("domains").map(|cell| Some(split(&cell))),
            industry: text("industry"),
            health: text("healthScore"),
            tier: text("accountTier"),
            renewal_date: text("renewalDate"),
        })
    }

    fn take_in(tx: &Tx<'_>, actor: &Actor, row: &Given) -> Result<Taken> {
        company::take_in(tx, actor, row)
    }

    fn foresee(conn: &Conn<'_>, actor: &Actor, row: &Given) -> Result<Taken> {
        company::foresee(conn, actor, row)
    }

    fn page(conn: &Conn<'_>, actor: &Actor, after: Option<i64>, limit: i64) -> Result<Vec<(i64, Vec<String>)>> {
        let companies = company::page(conn, actor, after, limit)?;
        Ok(companies.into_iter().map(|company| (company.id, cells(&company))).collect())
    }
}

fn cells(company: &Company) -> Vec<String> {
    let fields = &company.fields;
    vec![
        defused(&fields.name),
        defused(fields.description.as_deref().unwrap_or_default()),
        defused(&joined(fields.domains.iter().map(String::as_str))),
        defused(fields.industry.as_deref().unwrap_or_default()),
        fields.health.map_or("", Health::as_str).to_owned(),
        fields.tier.map_or("", AccountTier::as_str).to_owned(),
        fields.renewal_date.map(|date| date.to_string()).unwrap_or_default(),
    ]
}
