//! The one route table: every route says what it serves or why it is public.
//!
//! The router, the OpenAPI document, the page that shows it, the guards and the access matrix of
//! the tests are all made from [`Route`]s. What a route takes and answers comes from the types of
//! its handler's arguments (see [`Endpoint`]), so the description cannot differ from the code.

mod contract;
mod endpoint;

use std::sync::Arc;

use axum::http::Method;
use axum::routing::{MethodFilter, MethodRouter, on};
use guildhall_app::{Operation, Query, Refusal};
use schemars::SchemaGenerator;
use serde_json::Value;

pub use contract::{Answer, Body, BodyKind, Contract, Describe, DescribeAnswer, SchemaOf, Who};
pub use endpoint::Endpoint;

use crate::csrf::Guard;
use crate::state::WebState;

/// A route: its handler and everything there is to know about it.
pub struct Route {
    pub(crate) facts: RouteFacts,
    pub(crate) handler: MethodRouter<WebState>,
}

/// What is known of a route beside its handler.
#[derive(Debug, Clone)]
pub struct RouteFacts {
    /// The method.
    pub method: Method,
    /// The path with its variable parts in braces.
    pub path: &'static str,
    /// What it does, or why it may be used by anybody.
    pub serves: Serves,
    /// Further operations and queries that its handler runs.
    pub also: Vec<&'static str>,
    /// One line: what it does. Required for the API.
    pub summary: &'static str,
    /// More, where one line is not enough.
    pub description: &'static str,
    /// What it takes and answers.
    pub contract: Contract,
    /// A body that is valid in form, for the documentation and the tests.
    pub example_body: Option<Value>,
    /// An answer, for the documentation.
    pub example_answer: Option<Value>,
    /// A query that is needed, such as `from=…`, for the documentation and the tests.
    pub example_query: Option<&'static str>,
    /// The refusals that it may answer with.
    pub refusals: Vec<&'static str>,
    /// Whether somebody who is not signed in may do it.
    pub anybody: bool,
    /// Whether a dry run tells what it would change.
    pub foretold: bool,
    /// Whether the path holds a secret; its pages then send no referrer at all.
    pub secret_address: bool,
    /// Whether the answer is worth compressing and holds no secret beside what others typed.
    pub compressed: bool,
    /// The names of query parameters that it takes.
    pub(crate) parameters: Vec<String>,
}

/// What a route serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Serves {
    /// It changes something by this operation, which needs this permission.
    Operation {
        /// The operation's name, `member.remove`.
        name: &'static str,
        /// The permission, `can_remove_member`.
        permission: &'static str,
    },
    /// It reads something by this query.
    Query {
        /// The query's name, `member.list`.
        name: &'static str,
        /// The permission, `can_see_members`.
        permission: &'static str,
    },
    /// It needs no permission, for this reason.
    Public(&'static str),
}

impl Serves {
    /// The name of the operation or query.
    pub fn name(&self) -> Option<&'static str> {
        match self {
            Self::Operation { name, .. } | Self::Query { name, .. } => Some(name),
            Self::Public(_) => None,
        }
    }

    /// The permission that is needed.
    pub fn permission(&self) -> Option<&'static str> {
        match self {
            Self::Operation { permission, .. } | Self::Query { permission, .. } => Some(permission),
            Self::Public(_) => None,
        }
    }
}

/// Who talks on a route: it decides how problems look and where requests must come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surface {
    /// Programs: problems are JSON.
    Api,
    /// People: problems are pages.
    Console,
    /// Supervisors and browsers fetching files: problems are JSON.
    Plain,
}

impl Surface {
    /// The surface that a path belongs to, whether or not there is a route.
    pub fn of(path: &str) -> Self {
        let below = |root: &str| {
            path == root || path.strip_prefix(root).is_some_and(|r| r.starts_with('/'))
        };
        if below("/api/v1") || path == "/api/openapi.json" {
            Self::Api
        } else if below("/assets") || matches!(path, "/healthz" | "/readyz" | "/metrics") {
            Self::Plain
        } else {
            Self::Console
        }
    }
}

/// A route that has not yet said what it serves: the only way on is to say it.
#[must_use = "a route has to say what it serves"]
pub struct Draft {
    route: Route,
}

impl Route {
    /// A route that reads.
    pub fn get<A: 'static, H: Endpoint<A>>(path: &'static str, handler: H) -> Draft {
        Self::draft(Method::GET, MethodFilter::GET, path, handler)
    }

    /// A route that makes or does something.
    pub fn post<A: 'static, H: Endpoint<A>>(path: &'static str, handler: H) -> Draft {
        Self::draft(Method::POST, MethodFilter::POST, path, handler)
    }

    /// A route that replaces something.
    pub fn put<A: 'static, H: Endpoint<A>>(path: &'static str, handler: H) -> Draft {
        Self::draft(Method::PUT, MethodFilter::PUT, path, handler)
    }

    /// A route that changes parts of something.
    pub fn patch<A: 'static, H: Endpoint<A>>(path: &'static str, handler: H) -> Draft {
        Self::draft(Method::PATCH, MethodFilter::PATCH, path, handler)
    }

    /// A route that removes something.
    pub fn delete<A: 'static, H: Endpoint<A>>(path: &'static str, handler: H) -> Draft {
        Self::draft(Method::DELETE, MethodFilter::DELETE, path, handler)
    }

    fn draft<A: 'static, H: Endpoint<A>>(
        method: Method,
        filter: MethodFilter,
        path: &'static str,
        handler: H,
    ) -> Draft {
        let contract = H::contract();
        let parameters = contract.query_names();
        let facts = RouteFacts {
            method,
            path,
            serves: Serves::Public(""),
            also: Vec::new(),
            summary: "",
            description: "",
            contract,
            example_body: None,
            example_answer: None,
            example_query: None,
            refusals: Vec::new(),
            anybody: false,
            foretold: false,
            secret_address: false,
            compressed: false,
            parameters,
        };
        Draft { route: Self { facts, handler: on(filter, handler) } }
    }

    /// Names a further operation that the handler runs.
    #[must_use]
    pub fn also<O: Operation>(mut self) -> Self {
        self.facts.also.push(O::NAME);
        self.facts.refusals.extend(O::Refusal::CODES);
        self
    }

    /// Names a further query that the handler runs.
    #[must_use]
    pub fn also_reads<Q: Query>(mut self) -> Self {
        self.facts.also.push(Q::NAME);
        self.facts.refusals.extend(Q::Refusal::CODES);
        self
    }

    /// Names refusals of what comes before the operation, such as a wrong password.
    #[must_use]
    pub fn refuses<R: Refusal>(mut self) -> Self {
        self.facts.refusals.extend(R::CODES);
        self
    }

    /// One line: what it does.
    #[must_use]
    pub fn summary(mut self, summary: &'static str) -> Self {
        self.facts.summary = summary;
        self
    }

    /// More than one line.
    #[must_use]
    pub fn description(mut self, description: &'static str) -> Self {
        self.facts.description = description;
        self
    }

    /// A body that is valid in form. Every route that takes a body has one.
    #[must_use]
    pub fn example_body(mut self, body: Value) -> Self {
        self.facts.example_body = Some(body);
        self
    }

    /// An answer.
    #[must_use]
    pub fn example_answer(mut self, answer: Value) -> Self {
        self.facts.example_answer = Some(answer);
        self
    }

    /// A query without which the route answers nothing useful.
    #[must_use]
    pub fn example_query(mut self, query: &'static str) -> Self {
        self.facts.example_query = Some(query);
        self
    }

    /// Somebody who is not signed in may do it, such as registering.
    #[must_use]
    pub fn for_anybody(mut self) -> Self {
        self.facts.anybody = true;
        self
    }

    /// The path holds a secret: its pages send no referrer at all.
    #[must_use]
    pub fn secret_address(mut self) -> Self {
        self.facts.secret_address = true;
        self
    }

    /// The answer is large and holds no secret: it may be compressed.
    #[must_use]
    pub fn compressed(mut self) -> Self {
        self.facts.compressed = true;
        self
    }

    /// What is known of it.
    pub fn facts(&self) -> &RouteFacts {
        &self.facts
    }
}

impl Draft {
    /// It changes something by this operation.
    pub fn serves<O: Operation>(mut self) -> Route {
        let permission = O::PERMISSION.relation();
        self.route.facts.foretold = O::FORETOLD;
        self.route.facts.serves = Serves::Operation { name: O::NAME, permission };
        self.route.facts.refusals.extend(O::Refusal::CODES);
        self.route
    }

    /// It reads something by this query.
    pub fn reads<Q: Query>(mut self) -> Route {
        let permission = Q::PERMISSION.relation();
        self.route.facts.serves = Serves::Query { name: Q::NAME, permission };
        self.route.facts.refusals.extend(Q::Refusal::CODES);
        self.route
    }

    /// It needs no permission, for this reason.
    pub fn public(mut self, why: &'static str) -> Route {
        self.route.facts.serves = Serves::Public(why);
        self.route
    }
}

impl RouteFacts {
    /// Who talks on it.
    pub fn surface(&self) -> Surface {
        Surface::of(self.path)
    }

    /// Whether it changes something.
    pub fn mutates(&self) -> bool {
        !matches!(self.method, Method::GET | Method::HEAD)
    }

    /// Whether it answers `?dry_run=true` with a forecast.
    pub fn takes_dry_run(&self) -> bool {
        self.surface() == Surface::Api && self.foretold
    }

    /// Whether its handler may run this operation or query.
    pub fn may_run(&self, name: &str) -> bool {
        self.serves.name() == Some(name) || self.also.contains(&name)
    }

    /// The names of the variable parts of its path.
    pub fn path_parameters(&self) -> impl Iterator<Item = &'static str> {
        parameters(self.path)
    }

    pub(crate) fn guard(&self) -> Guard {
        match self.surface() {
            _ if self.path == UNMATCHED => Guard::Nothing,
            Surface::Api => Guard::WithCookie,
            _ if self.secret_address => Guard::SecretAddress,
            _ => Guard::Always,
        }
    }

    /// What stands for addresses that no route answers.
    pub(crate) fn unmatched() -> Arc<Self> {
        Arc::new(Self {
            method: Method::GET,
            path: UNMATCHED,
            serves: Serves::Public("nothing is there"),
            also: Vec::new(),
            summary: "",
            description: "",
            contract: Contract::default(),
            example_body: None,
            example_answer: None,
            example_query: None,
            refusals: Vec::new(),
            anybody: false,
            foretold: false,
            secret_address: false,
            compressed: false,
            parameters: Vec::new(),
        })
    }
}

/// The path in logs and metrics of an address that no route answers.
const UNMATCHED: &str = "unmatched";

/// The names in braces of a path.
pub(crate) fn parameters(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(|part| {
        part.strip_prefix('{')?.strip_suffix('}').map(|name| name.trim_start_matches('*'))
    })
}

/// A generator whose references point into an OpenAPI document.
pub(crate) fn schemas(answers: bool) -> SchemaGenerator {
    let settings = schemars::generate::SchemaSettings::draft2020_12()
        .with(|settings| settings.definitions_path = "#/components/schemas/".into());
    let settings = if answers { settings.for_serialize() } else { settings.for_deserialize() };
    settings.into_generator()
}

impl std::fmt::Debug for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.facts.fmt(f)
    }
}
