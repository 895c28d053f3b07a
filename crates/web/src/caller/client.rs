//! The conversation with one client: what it asks of the application, and what it is told.

use axum::http::{HeaderMap, HeaderValue, header};
use guildhall_app::{Actor, App, Authenticated, Call, Forecast, Operation, Origin, Query};
use guildhall_model::UserId;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Failure;
use crate::cookie::{CookieName, NOTICE};
use crate::extract::{self, Json};
use crate::flash::{self, Flash};
use crate::frame::Exchange;
use crate::problem::{Problem, code};
use crate::reply::Stop;
use crate::seal;
use crate::state::WebState;

/// One client and its request. Handlers reach it through [`super::Caller`], [`super::Visitor`] or
/// [`super::Person`].
#[derive(Debug)]
pub struct Client {
    web: WebState,
    exchange: Exchange,
    known: Option<Authenticated>,
    cookies: HeaderMap,
}

impl Client {
    pub(super) fn new(
        web: &WebState,
        exchange: Exchange,
        known: Option<Authenticated>,
        headers: &HeaderMap,
    ) -> Self {
        if let Some(user) = known.as_ref().and_then(|known| known.actor.user()) {
            tracing::Span::current().record("user", tracing::field::display(user));
        }
        let lines = headers.get_all(header::COOKIE).iter();
        let cookies = lines.map(|line| (header::COOKIE, line.clone())).collect();
        Self { web: web.clone(), exchange, known, cookies }
    }

    /// Whether it is known who asks.
    pub fn is_signed_in(&self) -> bool {
        self.known.is_some()
    }

    /// Who asks, if known.
    pub fn identity(&self) -> Option<&Authenticated> {
        self.known.as_ref()
    }

    /// Who asks, for the application.
    pub fn actor(&self) -> Actor {
        self.known.as_ref().map_or(Actor::Anonymous, |known| known.actor.clone())
    }

    /// The id of who asks.
    ///
    /// # Errors
    /// The problem *sign in first*, if it is not known.
    pub fn user(&self) -> Result<UserId, Problem> {
        self.actor().user().ok_or_else(|| Problem::new(code::SIGN_IN_REQUIRED, "sign in first"))
    }

    /// The state of the server.
    pub fn web(&self) -> &WebState {
        &self.web
    }

    /// The application, for what is neither an operation nor a query: passwords and settings.
    pub fn app(&self) -> &App {
        &self.web.app
    }

    /// Where the request comes from.
    pub(crate) fn origin(&self) -> &Origin {
        self.exchange.origin()
    }

    /// Does it, or, if the request says `?dry_run=true`, ends the request with what would happen.
    ///
    /// # Errors
    /// The refusal, or the end of the request.
    pub async fn execute<O: Operation>(
        &self,
        operation: O,
    ) -> Result<O::Output, Failure<O::Refusal>> {
        self.check_declared(O::NAME)?;
        let call = self.call()?;
        if self.exchange.is_dry_run()? {
            let forecast = self.web.app.dry_run(&call, operation).await.map_err(Failure::of)?;
            return Err(Failure::Stopped(Stop::answer(Json(forecast))));
        }
        let done = self.web.app.execute(&call, operation).await.map_err(Failure::of)?;
        self.exchange.done(done.revision, done.replayed);
        Ok(done.output)
    }

    /// What would happen, without doing it: for pages that ask before they act.
    ///
    /// # Errors
    /// The refusal, or the end of the request.
    pub async fn forecast<O: Operation>(
        &self,
        operation: O,
    ) -> Result<Forecast, Failure<O::Refusal>> {
        self.check_declared(O::NAME)?;
        let call = Call { idempotency_key: None, ..self.call()? };
        self.web.app.dry_run(&call, operation).await.map_err(Failure::of)
    }

    /// Reads.
    ///
    /// # Errors
    /// The refusal, or the end of the request.
    pub async fn read<Q: Query>(&self, query: Q) -> Result<Q::Output, Failure<Q::Refusal>> {
        self.check_declared(Q::NAME)?;
        self.web.app.read(&self.call()?, query).await.map_err(Failure::of)
    }

    /// Reads what the frame of every page shows, such as the organizations to pick from. Routes
    /// need not declare it; what a page itself is about is read with [`Client::read`].
    ///
    /// # Errors
    /// The refusal, or the end of the request.
    pub async fn read_for_frame<Q: Query>(
        &self,
        query: Q,
    ) -> Result<Q::Output, Failure<Q::Refusal>> {
        let call = Call { at_least: self.exchange.at_least()?, ..Call::of(self.actor()) };
        self.web.app.read(&call, query).await.map_err(Failure::of)
    }

    /// The position in a list that a cursor stands for.
    ///
    /// # Errors
    /// If the cursor was not made for this person, address and query.
    pub fn position<P: DeserializeOwned>(
        &self,
        cursor: Option<&str>,
    ) -> Result<Option<P>, Problem> {
        let Some(cursor) = cursor.filter(|cursor| !cursor.is_empty()) else { return Ok(None) };
        let binding = self.cursor_binding();
        let position = seal::open(self.web.app.keys(), "cursor", &parts(&binding), cursor);
        let message = "is damaged or belongs to another list; start again without it";
        position.map(Some).ok_or_else(|| {
            let detail = format!("the cursor {message}");
            Problem::new(code::BAD_CURSOR, detail).field("cursor", message)
        })
    }

    /// The cursor that stands for a position in the list of this address and query.
    pub fn cursor<P: Serialize>(&self, position: &P) -> String {
        let binding = self.cursor_binding();
        seal::close(self.web.app.keys(), "cursor", &parts(&binding), position)
    }

    /// Has the next page show a notice.
    pub fn tell(&self, flash: Flash) {
        self.exchange.set_cookie(flash::cookie(&self.web, &flash));
    }

    /// The notices that an earlier answer left for this page. Each is shown once.
    pub fn notices(&self) -> Vec<crate::page::Notice> {
        let Some(sealed) = self.cookie(NOTICE) else { return Vec::new() };
        self.exchange.set_cookie(NOTICE.clear(self.web.base()));
        flash::open(&self.web, sealed).into_iter().collect()
    }

    /// A cookie of the console that the request carries.
    pub fn cookie(&self, name: CookieName) -> Option<&str> {
        name.read(&self.cookies, self.web.base())
    }

    /// Sets a cookie of the console with the answer.
    pub fn set_cookie(&self, name: CookieName, value: &str, lasts: Option<std::time::Duration>) {
        self.exchange.set_cookie(name.set(value, lasts, self.web.base()));
    }

    /// Removes a cookie of the console with the answer.
    pub fn clear_cookie(&self, name: CookieName) {
        self.exchange.set_cookie(name.clear(self.web.base()));
    }

    /// A key for a form that makes sending it twice one effect.
    pub fn submission(&self) -> String {
        let mut bytes = [0; 15];
        self.web.app.entropy().fill(&mut bytes);
        data_encoding::BASE32HEX_NOPAD.encode(&bytes).to_ascii_lowercase()
    }

    /// The address asked for: path and query.
    pub fn address(&self) -> &str {
        self.exchange.uri().path_and_query().map_or("/", |address| address.as_str())
    }

    /// Sets a cookie that the application's session needs, see [`crate::session`].
    pub(crate) fn send_cookie(&self, cookie: HeaderValue) {
        self.exchange.set_cookie(cookie);
    }

    fn call(&self) -> Result<Call, Problem> {
        Ok(Call {
            actor: self.actor(),
            origin: self.exchange.origin().clone(),
            idempotency_key: self.exchange.idempotency_key(self.web.app.keys())?,
            at_least: self.exchange.at_least()?,
        })
    }

    /// A handler runs only what its route declares, so the table says the truth.
    fn check_declared(&self, name: &'static str) -> Result<(), Problem> {
        let route = self.exchange.route();
        if route.may_run(name) {
            return Ok(());
        }
        tracing::error!(route = route.path, name, "a handler runs what its route does not declare");
        Err(Problem::new(code::FAULT, "something went wrong on our side; nothing was changed"))
    }

    fn cursor_binding(&self) -> [String; 3] {
        let uri = self.exchange.uri();
        let query = uri.query().unwrap_or_default();
        let mut pairs = extract::decode(query.as_bytes()).unwrap_or_default();
        pairs.retain(|(name, value)| {
            !value.is_empty() && !matches!(name.as_str(), "cursor" | "limit")
        });
        pairs.sort();
        [self.actor().key(), uri.path().to_owned(), format!("{pairs:?}")]
    }
}

fn parts(binding: &[String; 3]) -> [&str; 3] {
    [&binding[0], &binding[1], &binding[2]]
}
