//! Who asks, and the only way from a request to the application.

mod client;
mod failure;
mod identity;
mod page;
mod proof;

use std::ops::Deref;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Method, header};

pub use client::Client;
pub use failure::Failure;
pub(crate) use failure::status;
pub use page::{Page, Place};

use crate::frame::Exchange;
use crate::next::NextPath;
use crate::reply::{Redirect, Stop};
use crate::route::{Contract, Describe, Who};
use crate::state::WebState;

/// A program, or a script of the console: known by an API key or a session, or not known.
///
/// Whether an operation may be done by somebody unknown is the operation's to say.
#[derive(Debug)]
pub struct Caller(Client);

/// Somebody at the console, signed in or not.
#[derive(Debug)]
pub struct Visitor(Client);

/// A person who is signed in at the console. Others are led to the sign-in page and back.
#[derive(Debug)]
pub struct Person(Client);

impl FromRequestParts<WebState> for Caller {
    type Rejection = Stop;

    async fn from_request_parts(parts: &mut Parts, web: &WebState) -> Result<Self, Stop> {
        let exchange = Exchange::of(&parts.extensions)?;
        let identity = identity::of_program(web, &parts.headers).await?;
        Ok(Self(Client::new(web, exchange, identity, &parts.headers)))
    }
}

impl FromRequestParts<WebState> for Visitor {
    type Rejection = Stop;

    async fn from_request_parts(parts: &mut Parts, web: &WebState) -> Result<Self, Stop> {
        let exchange = Exchange::of(&parts.extensions)?;
        let identity = identity::of_browser(web, &parts.headers).await?;
        Ok(Self(Client::new(web, exchange, identity, &parts.headers)))
    }
}

impl FromRequestParts<WebState> for Person {
    type Rejection = Stop;

    async fn from_request_parts(parts: &mut Parts, web: &WebState) -> Result<Self, Stop> {
        let Visitor(client) = Visitor::from_request_parts(parts, web).await?;
        if client.is_signed_in() {
            return Ok(Self(client));
        }
        let next = way_back(parts, web).unwrap_or_else(NextPath::home);
        Err(Stop::answer(Redirect::to(next.carried_by("/sign-in"))))
    }
}

/// The page to return to after signing in: the one asked for, or, after a form, the one that held
/// the form.
fn way_back(parts: &Parts, web: &WebState) -> Option<NextPath> {
    if matches!(parts.method, Method::GET | Method::HEAD) {
        return NextPath::parse(parts.uri.path_and_query()?.as_str());
    }
    let referer = parts.headers.get(header::REFERER)?.to_str().ok()?;
    NextPath::parse(referer.strip_prefix(web.base().origin())?)
}

macro_rules! clients {
    ($($kind:ident $who:ident),*) => {$(
        impl Deref for $kind {
            type Target = Client;

            fn deref(&self) -> &Client {
                &self.0
            }
        }

        impl Describe for $kind {
            fn describe(contract: &mut Contract) {
                contract.who = Who::$who;
            }
        }
    )*};
}

clients!(Caller Caller, Visitor Visitor, Person Person);
