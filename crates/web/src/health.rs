//! What a supervisor asks: is the process up, can it work, what has it counted.

use std::convert::Infallible;
use std::net::SocketAddr;

use axum::extract::{ConnectInfo, FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use subtle::ConstantTimeEq;

use crate::problem::{Problem, code};
use crate::proxy;
use crate::reply::{Plain, Reply, Stop};
use crate::route::{Contract, Describe, Route};
use crate::state::{MetricsAccess, WebState};

/// Where the metrics are.
pub(crate) const METRICS: &str = "/metrics";

/// The routes of a supervisor.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/healthz", alive).public("says only that the process runs"),
        Route::get("/readyz", ready).public("says only whether the database answers"),
        Route::get(METRICS, metrics).public("guarded by the setting of who may read metrics"),
    ]
}

async fn alive() -> Plain {
    Plain::text("ok\n")
}

async fn ready(State(web): State<WebState>) -> Reply<Plain> {
    match web.app.ready().await {
        Ok(()) => Ok(Plain::text("ready\n")),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            Err(Problem::new(code::UNAVAILABLE, "the database does not answer").into())
        }
    }
}

async fn metrics(State(web): State<WebState>, reader: Reader) -> Reply<Plain> {
    if !reader.may_read(&web) {
        return Err(Stop::from(Problem::new(code::NOT_FOUND, "nothing is at this address")));
    }
    const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(Plain::new(OPEN_METRICS, web.metrics.page()))
}

/// Who asks for the metrics.
struct Reader {
    peer: Option<SocketAddr>,
    headers: HeaderMap,
}

impl Reader {
    fn may_read(&self, web: &WebState) -> bool {
        match &web.options.metrics {
            MetricsAccess::Nobody => false,
            MetricsAccess::Everybody => true,
            MetricsAccess::Loopback => {
                let here = |peer: SocketAddr| peer.ip().to_canonical().is_loopback();
                self.peer.is_some_and(here) && !proxy::was_forwarded(&self.headers)
            }
            MetricsAccess::Token(token) => {
                let sent = self.headers.get(header::AUTHORIZATION);
                let sent = sent.and_then(|value| value.as_bytes().strip_prefix(b"Bearer "));
                sent.is_some_and(|sent| bool::from(sent.ct_eq(token.as_bytes())))
            }
        }
    }
}

impl FromRequestParts<WebState> for Reader {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &WebState) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0);
        Ok(Self { peer, headers: parts.headers.clone() })
    }
}

impl Describe for Reader {
    fn describe(_: &mut Contract) {}
}
