//! What surrounds every handler: ids, log, guards, time limit, panics, headers, problems.

mod exchange;
mod headers;
mod problem;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use tracing::{Instrument, Span, info_span};

pub(crate) use exchange::Exchange;

use crate::problem::{Problem, code};
use crate::route::{RouteFacts, Surface};
use crate::state::WebState;
use crate::{csrf, extract};

/// The header of request ids, in requests that bring one and in every answer.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Answers one request of a route, with everything that is the same for all of them.
pub(crate) async fn serve(
    State((web, route)): State<(WebState, Arc<RouteFacts>)>,
    mut request: Request,
    next: Next,
) -> Response {
    let started = Instant::now();
    let _in_flight = web.metrics.enter();
    let exchange = Exchange::begin(&web, &route, &request);
    let method = method_name(request.method());
    let span = info_span!(
        "request",
        id = exchange.request_id(),
        method,
        route = route.path,
        user = tracing::field::Empty
    );
    request.extensions_mut().insert(exchange.clone());
    let answer = answer(&web, &route, request, next).instrument(span.clone()).await;
    let response = finish(&web, &route, &exchange, answer);
    let took = started.elapsed();
    web.metrics.finished(route.path, method, response.status().as_u16(), took);
    log(&span, &route, &response, took);
    response
}

async fn answer(web: &WebState, route: &RouteFacts, request: Request, next: Next) -> Response {
    let checked = csrf::check(route.guard(), request.method(), request.headers(), web.base())
        .and_then(|()| check_query(route, request.uri().query()));
    if let Err(problem) = checked {
        return problem.into_response();
    }
    let work = AssertUnwindSafe(next.run(request)).catch_unwind();
    match tokio::time::timeout(web.options.time_limit, work).await {
        Ok(Ok(response)) => response,
        Ok(Err(_panic)) => {
            // The panic's own message and place were written by the panic hook.
            tracing::error!("a handler panicked");
            Problem::new(code::FAULT, "something went wrong on our side").into_response()
        }
        Err(_elapsed) => {
            tracing::error!("a request took longer than the time limit");
            let detail = "the request took too long and was given up";
            Problem::new(code::TIMEOUT, detail).retry_after(web.options.time_limit).into_response()
        }
    }
}

/// Refuses parameters that the route does not take (for programs), or given twice (for everybody).
fn check_query(route: &RouteFacts, query: Option<&str>) -> Result<(), Problem> {
    let Some(query) = query else { return Ok(()) };
    let pairs = extract::decode(query.as_bytes())?;
    for (at, (name, _)) in pairs.iter().enumerate() {
        if pairs[..at].iter().any(|(earlier, _)| earlier == name) {
            let detail = format!("the parameter `{name}` is given more than once");
            return Err(Problem::new(code::DUPLICATE_FIELD, detail).field(name, "given twice"));
        }
        let known = route.parameters.iter().any(|parameter| parameter == name)
            || (name == "dry_run" && route.takes_dry_run());
        if !known && route.surface() == Surface::Api {
            let detail = format!("`{}` is not a parameter of this address", name.escape_debug());
            let known = match route.parameters.as_slice() {
                [] => "it takes none".to_owned(),
                names => format!("it takes {}", names.join(", ")),
            };
            return Err(Problem::new(code::UNKNOWN_FIELD, detail).field(name, known));
        }
    }
    Ok(())
}

fn finish(
    web: &WebState,
    route: &RouteFacts,
    exchange: &Exchange,
    mut response: Response,
) -> Response {
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        response = problem::render(web, exchange, &problem, response);
    }
    exchange.finish(response.headers_mut());
    if let Ok(id) = HeaderValue::from_str(exchange.request_id()) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    headers::secure(response.headers_mut(), web.base(), route.secret_address);
    response
}

fn log(span: &Span, route: &RouteFacts, response: &Response, took: std::time::Duration) {
    let _entered = span.enter();
    let status = response.status().as_u16();
    let microseconds = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    if route.surface() == Surface::Plain {
        tracing::debug!(status, microseconds, "answered");
    } else {
        tracing::info!(status, microseconds, "answered");
    }
}

/// The method as a label; whatever is not a known method is one label.
fn method_name(method: &axum::http::Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}
