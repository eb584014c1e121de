//! The one-time link: a page that makes the first administrator.

use axum::Form;
use axum::extract::{Extension, RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;

use crate::access::first_admin;
use crate::app::App;
use crate::base::{Actor, Error, Kind};
use crate::dialects::call::From;
use crate::dialects::html::{self, escape};
use crate::person::Email;
use crate::person::password::Password;

const PAGE: &str = include_str!("../../assets/setup.html");
const AFTER: &str = include_str!("../../assets/setup-after.html");
const STYLE: &str = include_str!("../../assets/setup.css");

/// What the page posts.
#[derive(Default, Deserialize)]
pub struct Given {
    #[serde(default)]
    token: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    password: String,
}

/// The page, its style, or a word that the link is spent.
pub async fn form(State(app): State<App>, RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    if query == "style" {
        return ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE).into_response();
    }
    let token = query.split('&').find_map(|pair| pair.strip_prefix("token=")).unwrap_or_default().to_owned();
    let given = Given { token: token.clone(), ..Given::default() };
    match app.store.read(move |conn| first_admin::check(conn, &token)).await {
        Ok(()) => page(StatusCode::OK, &given, None),
        Err(error) => refuse(&error),
    }
}

/// Makes the administrator.
pub async fn make(State(app): State<App>, from: Option<Extension<From>>, Form(given): Form<Given>) -> Response {
    match attempt(&app, from.map(|from| from.0.0), &given).await {
        Ok(()) => Html(done(&given)).into_response(),
        Err(error) if error.kind == Kind::Gone => refuse(&error),
        Err(error) => page(StatusCode::UNPROCESSABLE_ENTITY, &given, Some(&error)),
    }
}

async fn attempt(app: &App, ip: Option<std::net::IpAddr>, given: &Given) -> Result<(), Error> {
    let token = given.token.clone();
    app.store.read(move |conn| first_admin::check(conn, &token)).await?;
    let email = Email::parse(&given.email)?;
    let password = Password::parse(given.password.clone(), app.settings.min_password_length)?;
    let hash = app.passwords.hash(password).await?;
    let (token, name) = (given.token.clone(), given.name.clone());
    let actor = Actor::nobody(ip);
    app.store.write(move |tx| first_admin::make(tx, &actor, &token, email.clone(), name.clone(), hash.clone())).await
}

fn done(given: &Given) -> String {
    let way = if cfg!(feature = "web") {
        "<a class=\"button\" href=\"/\">Sign in</a>"
    } else {
        "<p>This build has no web app: sign in with <code>POST /api/login</code>.</p>"
    };
    html::fill(AFTER, |hole| match hole {
        "title" => "Done".to_owned(),
        "text" => format!("{} is the first administrator.", escape(&given.email)),
        "way" => way.to_owned(),
        _ => String::new(),
    })
}

fn refuse(error: &Error) -> Response {
    let body = html::fill(AFTER, |hole| match hole {
        "title" => "Gatehouse".to_owned(),
        "text" => escape(&error.message),
        _ => String::new(),
    });
    (StatusCode::GONE, Html(body)).into_response()
}

fn page(status: StatusCode, given: &Given, problem: Option<&Error>) -> Response {
    let words = problem.map(|error| {
        let fields: Vec<&str> = error.fields.values().flatten().map(String::as_str).collect();
        let text = if fields.is_empty() { error.message.to_string() } else { fields.join(" ") };
        format!("<p class=\"problem\" role=\"alert\">{}</p>", escape(&text))
    });
    let body = html::fill(PAGE, |hole| match hole {
        "problem" => words.clone().unwrap_or_default(),
        "token" => escape(&given.token),
        "email" => escape(&given.email),
        "name" => escape(&given.name),
        _ => String::new(),
    });
    (status, Html(body)).into_response()
}
