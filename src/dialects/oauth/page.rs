//! The pages: what a person is asked, and what went wrong.

use std::sync::LazyLock;

use axum::http::{StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use url::{Host, Url};

use crate::access::oauth::{Asking, Parameters};
use crate::base::{Actor, Scope, Scopes, Who};
use crate::dialects::answer::{self, Answer};
use crate::dialects::html::{escape, fill};

const PAGE: &str = include_str!("../../../assets/consent.html");
const STYLE: &str = include_str!("../../../assets/consent.css");

/// The page's own style, named by its hash, so that no other is applied.
static STYLE_SOURCE: LazyLock<String> =
    LazyLock::new(|| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(STYLE))));

fn page(status: StatusCode, title: &str, content: &str, form_action: &str) -> Answer {
    let body = fill(PAGE, |hole| match hole {
        "title" => escape(title),
        "style" => STYLE.to_owned(),
        "content" => content.to_owned(),
        _ => String::new(),
    });
    let policy = format!(
        "default-src 'none'; style-src {}; form-action {form_action}; frame-ancestors 'none'; base-uri 'none'",
        *STYLE_SOURCE
    );
    let answer = Answer { status, ..answer::of_type("text/html; charset=utf-8", body.into_bytes()) };
    // Under the usual policy, which is none at all, browsers would not say where the form was sent from.
    answer.with_header(header::CONTENT_SECURITY_POLICY, &policy).with_header(header::REFERRER_POLICY, "same-origin")
}

/// What only the person hears: the application's own address is not known, or must not be trusted.
pub fn lost(status: StatusCode, what: &str) -> Answer {
    let content = format!("<h1>This did not work</h1>\n<p>{}</p>", escape(what));
    page(status, "This did not work", &content, "'none'")
}

/// Where a form's answer may lead: browsers hold redirects against the policy too.
fn form_action(redirect_uri: &str) -> String {
    let source = Url::parse(redirect_uri).ok().map(|url| match (url.scheme(), url.host()) {
        // No source names an IPv6 address.
        ("http" | "https", Some(Host::Domain(_) | Host::Ipv4(_))) => url.origin().ascii_serialization(),
        (scheme, _) => format!("{scheme}:"),
    });
    format!("'self' {}", source.unwrap_or_default())
}

fn words(scope: Scope) -> &'static str {
    match scope {
        Scope::TicketsRead => "Read the tickets that you can read",
        Scope::TicketsWrite => "Open, change and answer tickets in your name",
        Scope::UsersRead => "Read people, companies and groups",
        Scope::UsersWrite => "Make and change people, companies and groups",
        Scope::KbRead => "Read the knowledge base",
        Scope::KbWrite => "Write the knowledge base",
        Scope::SettingsRead => "Read settings",
        Scope::SettingsWrite => "Change settings, automation and keys",
        Scope::FleetRead => "See servers and devices",
        Scope::FleetWrite => "Change servers and devices",
    }
}

/// Who asks for what, where the answer goes, and two buttons.
pub fn ask(actor: &Actor, asking: &Asking, scopes: Scopes, given: &Parameters, token: &str) -> Answer {
    let Who::Person { email, .. } = &actor.who else { return lost(StatusCode::UNAUTHORIZED, "Sign in first.") };
    let scopes: String = scopes.iter().map(|scope| format!("<li>{}</li>\n", words(scope))).collect();
    let fields = [
        ("response_type", given.response_type.as_deref()),
        ("client_id", given.client_id.as_deref()),
        ("redirect_uri", given.redirect_uri.as_deref()),
        ("scope", given.scope.as_deref()),
        ("state", given.state.as_deref()),
        ("code_challenge", given.code_challenge.as_deref()),
        ("code_challenge_method", given.code_challenge_method.as_deref()),
        ("csrf_token", Some(token)),
    ];
    let hidden =
        |(name, value): (&str, &str)| format!("<input type=\"hidden\" name=\"{name}\" value=\"{}\">\n", escape(value));
    let fields: String =
        fields.into_iter().filter_map(|(name, value)| value.map(|value| hidden((name, value)))).collect();
    let (name, email, place) = (escape(&asking.client.name), escape(email), escape(&asking.redirect_uri));
    let content = format!(
        "<h1>Let {name} act for you?</h1>\n<p>You are signed in as {email}. {name} would be able to:</p>\n<ul>\n{scopes}</ul>\n\
         <p>Your answer goes to {place}.</p>\n<form method=\"post\" action=\"/oauth/authorize\">\n{fields}\
         <button name=\"decision\" value=\"allow\">Allow</button>\n\
         <button name=\"decision\" value=\"deny\" class=\"quiet\">Refuse</button>\n</form>"
    );
    page(StatusCode::OK, "Let an application act for you?", &content, &form_action(&asking.redirect_uri))
}
