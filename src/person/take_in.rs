//! Taking in a customer from elsewhere: made where nobody has the address, else brought up to date. Nobody is mailed.

use super::change::change_unasked;
use super::{Email, NewPerson, Person, PersonChange, by_email, create, granted, parse_tags};
use crate::base::{Actor, Capability, Check, Error, Result, Role, Taken, check};
use crate::company;
use crate::field::{self, Entity, Values};
use crate::store::{Conn, Tx};

/// A customer as somebody else knows them; blank is missing.
#[derive(Clone, Debug, Default)]
pub struct Contact {
    /// By it a customer is found again.
    pub email: String,
    /// 1 to 255 characters; needed for whoever is new.
    pub name: Option<String>,
    /// Up to 64 characters.
    pub phone: Option<String>,
    /// The name of a company that there is.
    pub company: Option<String>,
    /// Each up to 64 characters.
    pub tags: Option<Vec<String>>,
    /// Custom fields by name, as tables hold their values.
    pub custom: Vec<(String, String)>,
}

enum Plan {
    Make(NewPerson),
    Change(Box<Person>, PersonChange),
    Nothing,
}

/// Makes the customer, or changes what was given and differs.
pub fn take_in(tx: &Tx<'_>, actor: &Actor, contact: &Contact) -> Result<Taken> {
    match plan(tx, actor, contact)? {
        Plan::Make(new) => create(tx, actor, &new).map(|_| Taken::Created),
        Plan::Change(person, wanted) => change_unasked(tx, actor, &person, &wanted).map(|_| Taken::Updated),
        Plan::Nothing => Ok(Taken::Same),
    }
}

/// What [`take_in`] would do.
pub fn foresee(conn: &Conn<'_>, actor: &Actor, contact: &Contact) -> Result<Taken> {
    match plan(conn, actor, contact)? {
        Plan::Make(_) => Ok(Taken::Created),
        Plan::Change(person, wanted) => granted::may_change(conn, actor, &person, &wanted).map(|()| Taken::Updated),
        Plan::Nothing => Ok(Taken::Same),
    }
}

fn plan(conn: &Conn<'_>, actor: &Actor, contact: &Contact) -> Result<Plan> {
    actor.must(Capability::Administer)?;
    let mut check = Check::default();
    let email = check::required_line("email", Some(&contact.email), 254).and_then(|text| Email::parse(&text));
    let email = check.take(email);
    let name = check.take(check::line("name", contact.name.as_deref(), 255));
    let phone = check.take(check::line("phone", contact.phone.as_deref(), 64)).flatten();
    let tags = contact.tags.as_ref().map(|tags| check.take(parse_tags(tags.iter().map(String::as_str))));
    let tags = tags.map(Option::unwrap_or_default).filter(|tags| !tags.is_empty());
    let company = match contact.company.as_deref().map(str::trim).filter(|name| !name.is_empty()) {
        Some(name) => {
            let none = || Error::field("company", "There is no company of this name. Import the companies first.");
            let found = company::named(conn, actor, name)?.map(|company| company.id).ok_or_else(none);
            check.take(found)
        }
        None => None,
    };
    let known = match &email {
        Some(email) => by_email(conn, email.as_str())?,
        None => None,
    };
    if email.is_some() && known.is_none() && name == Some(None) {
        check.take(check::required("name", None::<()>));
    }
    let name = name.flatten();
    if known.as_ref().is_some_and(|person| person.role != Role::Customer) {
        check.note(Error::field("email", "This address belongs to a member of staff, whom no import changes."));
    }
    let defined = field::defined(conn, Entity::Contact)?;
    let before = known.as_ref().map(|person| &person.custom);
    let custom = check.take(Values::of_row(before, &contact.custom, &defined));
    let (email, custom) = (check.need(email)?, check.need(custom)?);
    let Some(person) = known else {
        let new = NewPerson::new(email, name.unwrap_or_default(), Role::Customer);
        return Ok(Plan::Make(NewPerson { phone, company, tags: tags.unwrap_or_default(), custom, ..new }));
    };
    let wanted = PersonChange {
        name: name.filter(|name| *name != person.name),
        phone: phone.map(Some).filter(|phone| *phone != person.phone),
        company: company.map(Some).filter(|company| *company != person.company.as_ref().map(|(id, _)| *id)),
        tags: tags.filter(|tags| *tags != person.tags),
        custom: Some(custom).filter(|custom| *custom != person.custom),
        ..PersonChange::default()
    };
    let same = (&wanted.name, &wanted.phone, &wanted.company) == (&None, &None, &None)
        && (&wanted.tags, &wanted.custom) == (&None, &None);
    Ok(if same { Plan::Nothing } else { Plan::Change(Box::new(person), wanted) })
}
