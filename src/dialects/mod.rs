//! The dialects: each speaks one of the five documents, and none knows another.
//!
//! `door` decides which one answers, `call` carries a request into one transaction, `credential` tells the kinds of
//! credential apart by their shape, `answer` is what a handler gives back, `flow` one that is sent while it is made or
//! shared, `cached` the bytes of one that many ask for. `upload` takes a form with files once its sender is known, `form`
//! reads it, `attachments` shows what was taken.

pub mod answer;
mod attachments;
mod cached;
pub mod call;
pub mod credential;
pub mod customer;
pub mod desk;
pub mod door;
pub mod external;
pub mod fleet;
mod flow;
mod form;
mod given;
pub mod helpdesk;
pub mod limit;
mod numbered;
mod problem;
mod sign_in;
mod upload;
mod word;

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
        (door::Dialect::Helpdesk, helpdesk::routes()),
    ];
    Door::build(app, dialects)
}
