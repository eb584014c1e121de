//! Document 004: for integrators with an API key, and for staff with a session.
//!
//! A program needs the scope that each operation names; a person what their role allows.

mod api_keys;
mod automation_rules;
mod canned_responses;
mod companies;
mod conversation;
mod custom_fields;
mod dry_run;
mod export;
mod field;
mod filing;
mod groups;
mod handing;
mod import;
mod knowledge;
mod members;
mod oauth_clients;
mod page;
mod portal;
mod problem;
mod reports;
mod rows;
mod sheet;
mod sla_policies;
mod taken;
mod tickets;
mod time_entries;
mod upload;
mod user;
mod users;
mod view;

use axum::middleware::map_response;

use super::answer::worded;
use super::routes::{Register, routes};

/// Every route of the surface.
pub fn routes<R: Register>() -> R {
    R::default()
        .routes(routes!(api_keys::list, api_keys::create))
        .routes(routes!(api_keys::verify))
        .routes(routes!(api_keys::revoke))
        .routes(routes!(custom_fields::list, custom_fields::create))
        .routes(routes!(custom_fields::change, custom_fields::delete))
        .routes(routes!(tickets::list, filing::create))
        .routes(routes!(tickets::show, filing::change, tickets::delete))
        .routes(routes!(tickets::restore))
        .routes(routes!(handing::assign))
        .routes(routes!(handing::pick))
        .routes(routes!(handing::merge))
        .routes(routes!(handing::unmerge))
        .routes(routes!(conversation::replies, conversation::reply))
        .routes(routes!(conversation::notes, conversation::note))
        .routes(routes!(conversation::activities))
        .routes(routes!(time_entries::list, time_entries::create))
        .routes(routes!(time_entries::toggle))
        .routes(routes!(reports::stats))
        .routes(routes!(reports::reports))
        .routes(routes!(oauth_clients::list, oauth_clients::create))
        .routes(routes!(oauth_clients::delete))
        .routes(routes!(canned_responses::list, canned_responses::create))
        .routes(routes!(canned_responses::change, canned_responses::delete))
        .routes(routes!(sla_policies::list, sla_policies::create))
        .routes(routes!(sla_policies::change, sla_policies::delete))
        .merge(knowledge::routes())
        .routes(routes!(portal::signup))
        .routes(routes!(portal::login))
        .routes(routes!(users::list, users::create))
        .routes(routes!(users::show, users::change))
        .routes(routes!(export::contacts))
        .routes(routes!(export::companies))
        .routes(routes!(export::tickets))
        .routes(routes!(import::contacts))
        .routes(routes!(import::companies))
        .routes(routes!(import::tickets))
        .routes(routes!(import::contacts_template))
        .routes(routes!(import::companies_template))
        .routes(routes!(import::tickets_template))
        .routes(routes!(companies::list, companies::create))
        .routes(routes!(companies::show, companies::change, companies::delete))
        .routes(routes!(groups::list, groups::create))
        .routes(routes!(groups::show, groups::change, groups::delete))
        .routes(routes!(members::list, members::add))
        .routes(routes!(members::remove))
        .routes(routes!(automation_rules::list, automation_rules::create))
        .routes(routes!(dry_run::dry_run))
        .routes(routes!(automation_rules::change, automation_rules::delete))
        .layer(map_response(async |response| worded(response, problem::translate)))
}
