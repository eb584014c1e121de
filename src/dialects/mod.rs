//! The dialects: each speaks one of the five documents, and none knows another.
//!
//! `door` decides which one answers, `call` carries a request into one transaction, `credential` tells the kinds of
//! credential apart by their shape, `answer` is what a handler gives back, `flow` one that is sent while it is made or
//! shared, `cached` the bytes of one that many ask for, `html` a page.

pub mod answer;
mod cached;
pub mod call;
pub mod credential;
pub mod customer;
pub mod desk;
pub mod developer;
pub mod door;
pub mod external;
pub mod fleet;
mod flow;
mod given;
pub mod helpdesk;
pub mod html;
pub mod limit;
mod problem;
mod sign_in;

use crate::app::App;
use door::Door;
use utoipa::openapi::OpenApi;

/// Every dialect behind the door, and the description of them all.
pub fn open(app: &App) -> crate::base::Result<(Door, OpenApi)> {
    let dialects = [
        (door::Dialect::Customer, customer::routes()),
        (door::Dialect::Desk, desk::routes()),
        (door::Dialect::External, external::routes()),
        (door::Dialect::Fleet, fleet::routes()),
        (door::Dialect::Developer, developer::routes()),
        (door::Dialect::Helpdesk, helpdesk::routes()),
    ];
    Door::build(app, dialects)
}
