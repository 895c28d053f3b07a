//! The only crate that knows HTTP: the JSON API, the console, sessions, problems.
//!
//! Everything starts from one table of [`Route`]s, see [`router()`]. A handler gets to the
//! application only through a [`caller::Caller`], [`caller::Visitor`] or [`caller::Person`].

pub mod api;
mod asset;
mod audit;
pub mod base_url;
pub mod caller;
pub mod console;
pub mod cookie;
mod csrf;
mod csv;
pub mod extract;
pub mod flash;
mod frame;
mod health;
mod metrics;
pub mod next;
mod openapi;
pub mod page;
pub mod problem;
mod proxy;
pub mod reply;
pub mod route;
mod router;
mod seal;
mod serve;
pub mod session;
mod state;
mod usage;

pub use base_url::{BaseUrl, BaseUrlError};
pub use openapi::{ProblemsPage, ReferencePage, document as openapi_document};
pub use proxy::{Proxies, ProxyError};
pub use reply::{Reply, Stop};
pub use route::Route;
pub use router::{metrics_router, router, router_of, routes};
pub use serve::serve;
pub use state::{MetricsAccess, WebOptions, WebState};
