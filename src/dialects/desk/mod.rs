//! Document 001: tickets for staff and customers, what they draw on, projects, accounts, and signing in.

mod attachments;
mod auth;
mod canned_responses;
mod categories;
mod changing;
mod conversation;
mod devices;
mod done;
mod events;
mod health;
mod key_pairs;
mod links;
mod mail;
mod mail_choices;
mod mail_templates;
mod mailboxes;
mod notifications;
mod outbox;
mod page;
mod password;
mod presence;
mod problem;
mod profile;
mod projects;
mod promise;
mod reports;
mod sessions;
mod sla;
mod tags;
mod tickets;
mod users;
mod view;
mod webhooks;

use axum::middleware::map_response;

use super::answer::worded;
use super::routes::{Register, routes};

/// Every route of the surface.
pub fn routes<R: Register>() -> R {
    R::default()
        .routes(routes!(health::health))
        .routes(routes!(tickets::list, tickets::create))
        .routes(routes!(tickets::show, changing::change, tickets::delete))
        .routes(routes!(tickets::restore))
        .routes(routes!(conversation::message))
        .routes(routes!(attachments::download))
        .routes(routes!(conversation::status))
        .routes(routes!(conversation::assign))
        .routes(routes!(conversation::rate))
        .routes(routes!(promise::explain))
        .routes(routes!(devices::list))
        .routes(routes!(conversation::watch, conversation::unwatch))
        .routes(routes!(events::follow))
        .routes(routes!(webhooks::list, webhooks::create))
        .routes(routes!(webhooks::show, webhooks::change, webhooks::delete))
        .routes(routes!(webhooks::rotate))
        .routes(routes!(webhooks::ping))
        .routes(routes!(webhooks::deliveries))
        .routes(routes!(webhooks::replay))
        .routes(routes!(notifications::list))
        .routes(routes!(notifications::read))
        .routes(routes!(presence::note))
        .routes(routes!(projects::list, projects::create))
        .routes(routes!(projects::show, projects::change))
        .routes(routes!(projects::assign))
        .routes(routes!(projects::remove))
        .routes(routes!(projects::open))
        .routes(routes!(key_pairs::list, key_pairs::create))
        .routes(routes!(key_pairs::revoke))
        .routes(routes!(auth::login))
        .routes(routes!(auth::register))
        .routes(routes!(auth::refresh))
        .routes(routes!(auth::logout))
        .routes(routes!(profile::me))
        .routes(routes!(profile::profile))
        .routes(routes!(links::verify))
        .routes(routes!(links::forgot_password))
        .routes(routes!(links::reset_password))
        .routes(routes!(links::resend_verification))
        .routes(routes!(sessions::list))
        .routes(routes!(sessions::end))
        .routes(routes!(sessions::of_user, sessions::sign_out))
        .routes(routes!(users::list, users::create))
        .routes(routes!(users::show, users::change, users::delete))
        .routes(routes!(users::link))
        .routes(routes!(categories::list, categories::create))
        .routes(routes!(categories::change, categories::delete))
        .routes(routes!(tags::list, tags::create))
        .routes(routes!(tags::delete))
        .routes(routes!(canned_responses::list, canned_responses::create))
        .routes(routes!(canned_responses::change, canned_responses::delete))
        .routes(routes!(canned_responses::rendered))
        .routes(routes!(sla::list, sla::create))
        .routes(routes!(sla::change, sla::delete))
        .routes(routes!(reports::dashboard))
        .routes(routes!(reports::by_project))
        .routes(routes!(reports::agents))
        .routes(routes!(reports::volume))
        .routes(routes!(reports::sla))
        .routes(routes!(reports::categories))
        .routes(routes!(outbox::list))
        .routes(routes!(outbox::replay))
        .routes(routes!(mail::test))
        .routes(routes!(mailboxes::list, mailboxes::create))
        .routes(routes!(mailboxes::show, mailboxes::change, mailboxes::delete))
        .routes(routes!(mailboxes::test))
        .routes(routes!(mail_templates::list))
        .routes(routes!(mail_templates::show, mail_templates::change, mail_templates::reset))
        .routes(routes!(mail_templates::preview))
        .routes(routes!(mail_choices::show, mail_choices::change))
        .layer(map_response(async |response| worded(response, problem::translate)))
}
