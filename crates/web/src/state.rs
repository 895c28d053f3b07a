//! What every request can reach: the application, the base address, the seal, the metrics.

use std::ops::Deref;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use guildhall_app::App;

use crate::base_url::{BaseUrl, BaseUrlError};
use crate::metrics::Metrics;
use crate::page::DemoPerson;
use crate::proxy::Proxies;

/// How the web part runs.
#[derive(Debug, Clone)]
pub struct WebOptions {
    /// The reverse proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Proxies,
    /// Who may read `/metrics`.
    pub metrics: MetricsAccess,
    /// Whether `/metrics` is served by [`crate::metrics_router`] only, on a port of its own.
    pub metrics_apart: bool,
    /// Whether this is a demonstration: its pages say so and `/dev/…` exists.
    pub demo: bool,
    /// Whose sign-ins the demonstration tells.
    pub demo_people: Vec<DemoPerson>,
    /// How long a request may take before it is given up.
    pub time_limit: Duration,
}

impl Default for WebOptions {
    /// No proxies, metrics for loopback peers, 30 seconds.
    fn default() -> Self {
        Self {
            trusted_proxies: Proxies::default(),
            metrics: MetricsAccess::Loopback,
            metrics_apart: false,
            demo: false,
            demo_people: Vec::new(),
            time_limit: Duration::from_secs(30),
        }
    }
}

/// Who may read `/metrics`.
#[derive(Clone, PartialEq, Eq)]
pub enum MetricsAccess {
    /// Nobody; the address answers *not found*.
    Nobody,
    /// Programs on this machine that did not come through a proxy.
    Loopback,
    /// Whoever sends `Authorization: Bearer` with this token.
    Token(String),
    /// Everybody: for a network that is closed in another way.
    Everybody,
}

impl std::fmt::Debug for MetricsAccess {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Nobody => "Nobody",
            Self::Loopback => "Loopback",
            Self::Token(_) => "Token(…)",
            Self::Everybody => "Everybody",
        })
    }
}

/// What every request can reach. Cheap to clone.
#[derive(Clone)]
pub struct WebState(Arc<Inner>);

/// The parts of [`WebState`].
pub struct Inner {
    /// The application: the only way to the data.
    pub app: App,
    /// How the web part runs.
    pub options: WebOptions,
    pub(crate) metrics: Metrics,
    base: BaseUrl,
    document: OnceLock<String>,
}

impl WebState {
    /// The state of one server. Its address is the one in the application's settings.
    ///
    /// # Errors
    /// If that address is not of the form `https://host[:port]`.
    pub fn new(app: App, options: WebOptions) -> Result<Self, BaseUrlError> {
        let base = app.settings().base_url.parse()?;
        let metrics = Metrics::new(app.metrics());
        Ok(Self(Arc::new(Inner { app, options, metrics, base, document: OnceLock::new() })))
    }

    /// The OpenAPI document as text, made once.
    pub(crate) fn document_text(&self) -> String {
        let make = || {
            let routes = crate::router::routes(self.options.demo);
            crate::openapi::document(routes.iter().map(|route| route.facts()), &self.base)
                .to_string()
        };
        self.0.document.get_or_init(make).clone()
    }

    /// The address under which people reach the console.
    pub fn base(&self) -> &BaseUrl {
        &self.base
    }
}

impl Deref for WebState {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl std::fmt::Debug for WebState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WebState").field("options", &self.options).finish_non_exhaustive()
    }
}
