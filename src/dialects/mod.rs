//! The dialects: each speaks one of the five documents, and none knows another.
//!
//! `door` decides which one answers, `call` carries a request into one transaction, `credential` tells the kinds of
//! credential apart by their shape, `answer` is what a handler gives back, `flow` one that is sent while it is made or
//! shared, `cached` those that are given again, `revalidated` one that callers may keep, `cell` what a spreadsheet
//! reads, `html` a page, `routes` how each operation is registered, `description` what all of this looks like from outside. `upload` takes a form with files once its
//! sender is known, `form` reads it, `attachments` shows what was taken.

pub mod answer;
mod attachments;
mod cached;
pub mod call;
mod cell;
pub mod credential;
pub mod customer;
mod description;
pub mod desk;
pub mod developer;
pub mod door;
pub mod external;
pub mod fleet;
mod flow;
mod form;
mod given;
pub mod helpdesk;
pub mod html;
pub mod limit;
mod numbered;
pub mod oauth;
mod problem;
mod revalidated;
pub mod routes;
mod sign_in;
mod upload;
mod word;

use serde_json::Value;
use utoipa::PartialSchema;

use crate::app::App;
use crate::base::Result;
use description::{Surface, Way};
use door::{Dialect, Door};
use routes::{Register, Said};

fn all<R: Register>() -> [(Dialect, R); 7] {
    [
        (Dialect::Customer, customer::routes()),
        (Dialect::Desk, desk::routes()),
        (Dialect::External, external::routes()),
        (Dialect::Fleet, fleet::routes()),
        (Dialect::Developer, developer::routes()),
        (Dialect::OAuth, oauth::routes()),
        (Dialect::Helpdesk, helpdesk::routes()),
    ]
}

/// What [`describe`] says, as gzip (RFC 1952). The program carries it: to make it takes more code than all handlers have.
pub const DESCRIPTION: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/openapi.json.gz"));

/// Every dialect behind the door.
pub fn open(app: &App) -> Result<Door> {
    Door::build(app, all())
}

/// The description of them all (OpenAPI 3.1), as [`DESCRIPTION`] must have it.
pub fn describe() -> Result<Value> {
    description::whole(all::<Said>().map(|(dialect, said)| (surface(dialect), said.describe())))
}

fn surface(dialect: Dialect) -> Surface {
    let plain = || ("Problem", problem::Problem::schema());
    match dialect {
        Dialect::Customer => Surface {
            name: "customer",
            about: "For the apps of VPN users: the tickets of whoever is signed in.",
            problem: ("CustomerProblem", customer::problem()),
            invalid: 422,
            ways: &[Way::Session],
        },
        Dialect::Desk => Surface {
            name: "desk",
            about: "For staff and customers who are signed in.",
            problem: plain(),
            invalid: 422,
            ways: &[Way::Session],
        },
        Dialect::External => Surface {
            name: "external",
            about: "For other projects' back ends, with a key pair.",
            problem: plain(),
            invalid: 422,
            ways: &[Way::Pair],
        },
        Dialect::Fleet => Surface {
            name: "fleet",
            about: "VPN servers, devices, reports and the audit log, for admins and agents.",
            problem: plain(),
            invalid: 400,
            ways: &[Way::Session, Way::Key],
        },
        Dialect::Helpdesk => Surface {
            name: "helpdesk",
            about: "For integrators with an API key, and for staff who are signed in.",
            problem: plain(),
            invalid: 400,
            ways: &[Way::Session, Way::Key, Way::OAuth],
        },
        Dialect::Developer => Surface {
            name: "developer",
            about: "For agencies' integrations, with an API key or an OAuth access token.",
            problem: ("DeveloperProblem", developer::problem()),
            invalid: 422,
            ways: &[Way::Key, Way::OAuth],
        },
        Dialect::OAuth => Surface {
            name: "oauth",
            about: "For applications that people let act for them (RFC 6749, 7009, 8414).",
            problem: ("OauthProblem", oauth::problem()),
            invalid: 400,
            ways: &[],
        },
    }
}
