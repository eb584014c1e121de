//! Those who act: staff, customers, and the projects they meet in.

use std::sync::Arc;

use fastrand::Rng;

use super::{Amount, Past, words};
use crate::base::{Actor, Result, Role, Time, Who, check};
use crate::person::{self, Email, NewPerson};
use crate::project::{self, Fields, Given};
use crate::store::Tx;

/// What the addresses of all made-up people end with: nobody's, by RFC 2606.
pub const DOMAIN: &str = "example.org";
/// People made in one transaction.
const AT_ONCE: usize = 500;
const PROJECTS: [&str; 8] =
    ["Family", "North Office", "South Office", "Travellers", "Students", "Streaming", "Partners", "Lab"];

/// Somebody who acts.
#[derive(Clone)]
pub(super) struct Member {
    /// The user's number.
    pub user: i64,
    /// How the code knows them.
    pub actor: Actor,
}

/// Everybody.
#[derive(Clone)]
pub(super) struct Cast {
    pub agents: Arc<Vec<Member>>,
    pub customers: Arc<Vec<Member>>,
    /// Numbers of projects.
    pub projects: Arc<Vec<i64>>,
}

struct Draft {
    name: String,
    email: String,
    role: Role,
    hash: Option<String>,
}

pub(super) async fn make(past: &Past, at: Time, amount: &Amount, hash: &str, rng: &mut Rng) -> Result<Cast> {
    let names: Vec<String> = (0..amount.projects).map(project_name).collect();
    let projects = past
        .at(at, move |tx| {
            let mut all = vec![1];
            for name in &names {
                let given = Given { name: Some(name.clone()), ..Given::default() };
                all.push(project::create(tx, &Actor::system(), &Fields::parse(&given, None)?)?.id);
            }
            Ok(all)
        })
        .await?;
    let staff = std::iter::once(("admin".to_owned(), Role::Admin));
    let staff = staff.chain((1..=amount.agents.max(1)).map(|n| (format!("agent{n}"), Role::Agent)));
    let staff = staff.map(|(word, role)| draft(rng, &word, role, Some(hash.to_owned()))).collect();
    let staff = people(past, at, staff).await?;
    let customers = (1..=amount.customers.max(1)).map(|n| draft(rng, &format!("customer{n}"), Role::Customer, None));
    let customers = people(past, at, customers.collect()).await?;
    let agents: Vec<Member> = staff.into_iter().skip(1).collect();
    let (all, working) = (projects.clone(), agents.clone());
    past.at(at, move |tx| {
        for number in &all {
            let project = project::find(tx, &Actor::system(), *number)?;
            for agent in &working {
                project::assign(tx, &Actor::system(), &project, agent.user, None)?;
            }
        }
        Ok(())
    })
    .await?;
    Ok(Cast { agents: Arc::new(agents), customers: Arc::new(customers), projects: Arc::new(projects) })
}

fn project_name(number: u64) -> String {
    let number = usize::try_from(number).unwrap_or_default();
    let round = number / PROJECTS.len();
    let name = PROJECTS[number % PROJECTS.len()];
    if round == 0 { name.to_owned() } else { format!("{name} {}", round + 1) }
}

fn draft(rng: &mut Rng, word: &str, role: Role, hash: Option<String>) -> Draft {
    let (first, last) = words::name(rng);
    let email = match role {
        Role::Customer => format!("{}.{}.{word}@{DOMAIN}", check::slug(first), check::slug(last)),
        _ => format!("{word}@{DOMAIN}"),
    };
    Draft { name: format!("{first} {last}"), email, role, hash }
}

async fn people(past: &Past, at: Time, drafts: Vec<Draft>) -> Result<Vec<Member>> {
    let mut made = Vec::with_capacity(drafts.len());
    let drafts = Arc::new(drafts);
    for start in (0..drafts.len()).step_by(AT_ONCE) {
        let drafts = drafts.clone();
        let some = move |tx: &Tx<'_>| drafts.iter().skip(start).take(AT_ONCE).map(|draft| person(tx, draft)).collect();
        made.extend(past.at::<Vec<Member>, _>(at, some).await?);
    }
    Ok(made)
}

fn person(tx: &Tx<'_>, draft: &Draft) -> Result<Member> {
    let new = NewPerson {
        password_hash: draft.hash.clone(),
        verified: true,
        ..NewPerson::new(Email::parse(&draft.email)?, draft.name.clone(), draft.role)
    };
    let user = person::create(tx, &Actor::system(), &new)?;
    let who = Who::Person { user, email: draft.email.clone(), role: draft.role, session: String::new() };
    Ok(Member { user, actor: Actor::new(who, None) })
}
