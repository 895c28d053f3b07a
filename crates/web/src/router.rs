//! The router, made from the route table.

use std::sync::Arc;

use axum::Router;
use axum::handler::Handler;
use axum::middleware::from_fn_with_state;
use tower_http::compression::CompressionLayer;

use crate::problem::{Problem, code};
use crate::route::{Route, RouteFacts};
use crate::state::WebState;
use crate::{api, asset, console, frame, health, openapi};

/// Every route, in one table.
pub fn routes(demo: bool) -> Vec<Route> {
    let mut routes = health::routes();
    routes.extend(asset::routes());
    routes.extend(openapi::routes());
    routes.extend(api::routes());
    routes.extend(console::routes(demo));
    routes
}

/// The service that answers every request.
///
/// Serve it with `into_make_service_with_connect_info::<SocketAddr>()`: the peer's address counts
/// for limits, audit events and the metrics.
pub fn router(web: WebState) -> Router {
    let mut routes = routes(web.options.demo);
    if web.options.metrics_apart {
        routes.retain(|route| route.facts.path != health::METRICS);
    }
    router_of(web, routes)
}

/// The service that answers requests for the metrics, and for nothing else.
pub fn metrics_router(web: WebState) -> Router {
    let mut routes = health::routes();
    routes.retain(|route| route.facts.path == health::METRICS);
    router_of(web, routes)
}

/// The service that answers requests for these routes only.
pub fn router_of(web: WebState, routes: Vec<Route>) -> Router {
    let mut router = Router::new();
    for Route { facts, mut handler } in routes {
        let compressed = facts.compressed;
        let path = facts.path;
        let framed = (web.clone(), Arc::new(facts));
        if compressed {
            handler = handler.route_layer(CompressionLayer::new());
        }
        let handler = handler.route_layer(from_fn_with_state(framed, frame::serve));
        router = router.route(path, handler);
    }
    let unmatched = (web.clone(), RouteFacts::unmatched());
    let framed = from_fn_with_state(unmatched, frame::serve);
    router
        .fallback(nothing.layer(framed.clone()))
        .method_not_allowed_fallback(not_that_way.layer(framed))
        .with_state(web)
}

async fn nothing() -> Problem {
    Problem::new(code::NOT_FOUND, "nothing is at this address")
}

async fn not_that_way() -> Problem {
    Problem::new(code::METHOD_NOT_ALLOWED, "this address does not answer this method")
}
