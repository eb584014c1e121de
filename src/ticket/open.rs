//! A new ticket.

use super::activity::{self, Happened};
use super::assign::give;
use super::message::{self, Kind, NewMessage};
use super::relate::{link, must_be_parent};
use super::save::save;
use super::status::enter;
use super::{Customer, Due, Promise, Source, Status, Ticket, automate, number, promise, tag, tally, tell};
use crate::audit;
use crate::automation::Event;
use crate::base::{Actor, Error, Priority, Result, Role, Time, Who, id};
use crate::person::{self, Email};
use crate::store::{Conn, Tx, params};

/// What it takes to file a ticket.
#[derive(Clone, Debug)]
pub struct NewTicket {
    /// The project's number; without one the key's project, or the instance's default.
    pub project: Option<i64>,
    /// One line of 1 to 255 characters.
    pub subject: String,
    /// The first message.
    pub description: String,
    /// How much it presses.
    pub priority: Priority,
    /// The category's number.
    pub category: Option<i64>,
    /// Tags by number.
    pub tags: Vec<i64>,
    /// The way it came in.
    pub source: Source,
    /// Who it is for, where the actor files for somebody else. Customers file for themselves.
    pub customer: Customer,
    /// The same, by the user's number.
    pub owner: Option<i64>,
    /// A JSON object.
    pub metadata: Option<String>,
    /// Where it stands at once: for staff.
    pub status: Status,
    /// Who has it at once.
    pub assignee: Option<i64>,
    /// The group of agents that has it.
    pub group: Option<i64>,
    /// The ticket that it is part of.
    pub parent: Option<i64>,
    /// The tickets that it is linked with.
    pub linked: Vec<i64>,
    /// When somebody wants it done.
    pub due: Option<Due>,
    /// Where it happens.
    pub environment: Option<String>,
    /// A JSON object, by the field's number.
    pub custom_fields: Option<String>,
    /// Whether the customer is told that it is there: machines are not.
    pub is_answered: bool,
    /// When it was filed elsewhere; now where it is filed here.
    pub created_at: Option<Time>,
}

impl NewTicket {
    /// A ticket of medium priority that says nothing else.
    pub fn new(subject: String, description: String, source: Source) -> Self {
        Self {
            project: None,
            subject,
            description,
            priority: Priority::Medium,
            category: None,
            tags: Vec::new(),
            source,
            customer: Customer::default(),
            owner: None,
            metadata: None,
            status: Status::Open,
            assignee: None,
            group: None,
            parent: None,
            linked: Vec::new(),
            due: None,
            environment: None,
            custom_fields: None,
            is_answered: true,
            created_at: None,
        }
    }
}

pub(super) struct Project {
    pub id: i64,
    prefix: String,
    timezone: String,
}

/// The project that the actor may file into: active, and an agent's own.
pub(super) fn project(conn: &Conn<'_>, actor: &Actor, wanted: Option<i64>) -> Result<Project> {
    let wanted = match &actor.who {
        Who::KeyPair { project, .. } => Some(*project),
        _ => wanted.or(actor.within()),
    };
    let agent = actor.user().filter(|_| actor.role() == Some(Role::Agent));
    let found = conn.one(
        "select id, prefix, timezone from projects p
         where p.is_active and (:within is null or p.id = :within) and (p.id = :wanted or (:wanted is null and p.is_default))
           and (:agent is null
             or exists (select 1 from project_agents where project_id = p.id and user_id = :agent))",
        params! {":wanted": wanted, ":agent": agent, ":within": actor.within()},
        |row| Ok(Project { id: row.get("id")?, prefix: row.get("prefix")?, timezone: row.get("timezone")? }),
    )?;
    found.ok_or_else(|| Error::field("project_id", "There is no such project, or it takes no tickets."))
}

/// Whose ticket this becomes, and how they are named on it.
pub(super) struct Owner {
    pub creator: Option<i64>,
    pub customer: Customer,
}

/// A customer owns what they file. What others file under an address belongs to a customer who has proved that address,
/// to nobody else: never to staff by their address alone.
pub(super) fn owner(conn: &Conn<'_>, actor: &Actor, chosen: Option<i64>, given: &Customer) -> Result<Owner> {
    let own = |creator: i64, customer: Customer| {
        conn.one("select name, email, phone from users where id = :user", params! {":user": creator}, |row| {
            Ok((row.get("name")?, row.get("email")?, row.get::<Option<String>>("phone")?))
        })
        .map(|found| {
            let (name, email, phone) = found.unwrap_or_default();
            let customer =
                Customer { name: Some(name), email: Some(email), phone: customer.phone.or(phone), ..customer };
            Owner { creator: Some(creator), customer }
        })
    };
    match (actor.user(), actor.role()) {
        (Some(user), Some(Role::Customer)) => own(user, given.clone()),
        _ if chosen.is_some() => {
            let customer = conn.one(
                "select id from users where id = :user and deleted_at is null and role = 'customer'",
                params! {":user": chosen},
                |row| row.get("id"),
            )?;
            own(customer.ok_or_else(|| Error::field("owner", "There is no such customer."))?, given.clone())
        }
        // A mail says whom it is from, and proves nothing.
        _ if actor.who == Who::Nobody => Ok(Owner { creator: None, customer: given.clone() }),
        // What an admin takes in is not theirs.
        (Some(user), _) if given.email.is_none() && !actor.is_quiet => {
            let named = given.name.clone();
            let mut owner = own(user, given.clone())?;
            owner.customer.name = named.or(owner.customer.name);
            Ok(owner)
        }
        _ => {
            let creator = conn.one(
                "select id from users where lower(email) = lower(:email) and deleted_at is null and role = 'customer'
                   and is_active and email_verified_at is not null",
                params! {":email": given.email},
                |row| row.get("id"),
            )?;
            Ok(Owner { creator, customer: given.clone() })
        }
    }
}

/// Makes an account for the customer whom another project's back end names, where there is none.
fn introduce(tx: &Tx<'_>, actor: &Actor, customer: &Customer) -> Result<()> {
    match (&actor.who, &customer.email) {
        (Who::KeyPair { .. }, Some(email)) => {
            let name = customer.name.as_deref().unwrap_or(email);
            person::introduce(tx, actor, &Email::parse(email)?, name, customer.phone.as_deref())
        }
        _ => Ok(()),
    }
}

/// Whether a category exists: one that does not is an error of its field.
pub(super) fn must_be_category(conn: &Conn<'_>, category: Option<i64>) -> Result<()> {
    let Some(category) = category else { return Ok(()) };
    let found =
        conn.one("select 1 from categories where id = :id and deleted_at is null", params! {":id": category}, |_| {
            Ok(())
        })?;
    found.ok_or_else(|| Error::field("category_id", "There is no such category."))
}

/// Whether a group exists: one that does not is an error of its field.
pub(super) fn must_be_group(conn: &Conn<'_>, group: Option<i64>) -> Result<()> {
    let Some(group) = group else { return Ok(()) };
    let found = conn.one("select 1 from agent_groups where id = :id", params! {":id": group}, |_| Ok(()))?;
    found.ok_or_else(|| Error::field("group", "There is no such group."))
}

/// Files a ticket: numbered, stamped with its deadlines, counted, searchable.
pub fn open(tx: &Tx<'_>, actor: &Actor, new: &NewTicket) -> Result<Ticket> {
    let project = project(tx, actor, new.project)?;
    must_be_category(tx, new.category)?;
    tag::must_exist(tx, &new.tags)?;
    introduce(tx, actor, &new.customer)?;
    let Owner { creator, customer } = owner(tx, actor, new.owner, &new.customer)?;
    let now = new.created_at.unwrap_or(tx.now());
    let number = number::take(tx, now, &project.prefix, &project.timezone, project.id)?;
    let mut ticket = Ticket {
        id: 0,
        uuid: id::new_uuid(now),
        number,
        project: project.id,
        subject: new.subject.clone(),
        status: Status::Open,
        priority: new.priority,
        category: new.category,
        counted_category: new.category,
        source: new.source,
        creator,
        customer,
        metadata: new.metadata.clone(),
        assignee: None,
        group: new.group,
        parent: new.parent,
        due: new.due,
        environment: new.environment.clone(),
        custom_fields: new.custom_fields.clone().unwrap_or_else(|| "{}".to_owned()),
        created_at: now,
        updated_at: now,
        last_activity_at: now,
        last_reply_at: None,
        reply_count: 0,
        first_response_at: None,
        resolved_at: None,
        closed_at: None,
        promise: Promise::default(),
        deleted_at: None,
    };
    must_be_group(tx, new.group)?;
    must_be_parent(tx, actor, ticket.id, new.parent)?;
    // Of what lies in the past every deadline would be missed at once.
    if !actor.is_quiet {
        promise::begin(tx, &mut ticket)?;
    }
    ticket.id = insert(tx, &ticket)?;
    let body = NewMessage {
        kind: Kind::Description,
        body: &new.description,
        is_staff: actor.is_staff() && actor.user() != creator,
        is_first_response: false,
        is_private: false,
        author: ticket.customer.name.as_deref().or(ticket.customer.email.as_deref()),
    };
    message::add(tx, actor, ticket.id, &body)?;
    tag::set(tx, ticket.id, &new.tags)?;
    activity::record(tx, actor, ticket.id, &Happened { to: Some("open"), ..Happened::new("created") })?;
    tally::change(tx, None, Some(&ticket));
    audit::record(tx, actor, "ticket_created", &ticket.number)?;
    if new.is_answered {
        tell::opened(tx, actor, &ticket)?;
    }
    let ticket = settle(tx, actor, ticket, new)?;
    automate::heed(tx, actor, ticket, Event::Created)
}

/// What is asked of a ticket beyond filing it: its place among others, who has it, where it stands.
fn settle(tx: &Tx<'_>, actor: &Actor, ticket: Ticket, new: &NewTicket) -> Result<Ticket> {
    if !new.linked.is_empty() {
        link(tx, actor, ticket.id, &new.linked)?;
    }
    if new.assignee.is_none() && new.status == Status::Open {
        return Ok(ticket);
    }
    let mut after = ticket.clone();
    if new.assignee.is_some() {
        give(tx, actor, &mut after, new.assignee)?;
    }
    if new.status != Status::Open {
        enter(tx, actor, &mut after, new.status)?;
    } else if new.assignee.is_some() && !actor.is_quiet {
        enter(tx, actor, &mut after, Status::InProgress)?;
    }
    save(tx, actor, &ticket, after)
}

fn insert(tx: &Tx<'_>, ticket: &Ticket) -> Result<i64> {
    let customer = &ticket.customer;
    tx.insert(
        "insert into tickets (uuid, number, project_id, subject, status, priority, category_id, source, creator_id,
           customer_name, customer_email, customer_phone, customer_ref, metadata, group_id, parent_id, due_date, due_at,
           environment, custom_fields, created_at, updated_at, last_activity_at, sla_terms_id, first_response_due_at, resolution_due_at)
         values (:uuid, :number, :project, :subject, :status, :priority, :category, :source, :creator, :name, :email,
           :phone, :reference, :metadata, :group, :parent, :due_date, :due_at, :environment, :custom_fields, :now, :now,
           :now, :terms, :first_response_due_at, :resolution_due_at)",
        params! {":uuid": ticket.uuid, ":number": ticket.number, ":project": ticket.project,
        ":subject": ticket.subject, ":status": ticket.status.as_str(), ":priority": ticket.priority.as_str(),
        ":category": ticket.category, ":source": ticket.source.as_str(), ":creator": ticket.creator,
        ":name": customer.name, ":email": customer.email, ":phone": customer.phone,
        ":reference": customer.reference, ":metadata": ticket.metadata, ":group": ticket.group,
        ":parent": ticket.parent, ":due_date": ticket.due.map(|due| due.to_string()),
        ":due_at": ticket.due.map(|due| due.at().0), ":environment": ticket.environment,
        ":custom_fields": ticket.custom_fields, ":now": ticket.created_at.0,
        ":terms": ticket.promise.terms,
        ":first_response_due_at": ticket.promise.first_response_due_at.map(|at| at.0),
        ":resolution_due_at": ticket.promise.resolution_due_at.map(|at| at.0)},
    )
}
