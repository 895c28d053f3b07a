//! How a problem looks: JSON for programs, a page for people.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::Exchange;
use crate::console::word;
use crate::page::{Entrance, ProblemPage};
use crate::problem::{Problem, ProblemBody, code};
use crate::reply::Html;
use crate::route::Surface;
use crate::state::WebState;

/// Fills the answer that carried a problem, keeping its headers (such as `Allow`).
pub(super) fn render(
    web: &WebState,
    exchange: &Exchange,
    problem: &Problem,
    carrier: Response,
) -> Response {
    let rendered = match exchange.surface() {
        Surface::Console => page(web, exchange, problem),
        Surface::Api | Surface::Plain => json(web, exchange, problem),
    };
    let (head, _) = carrier.into_parts();
    let (rendered_head, body) = rendered.into_parts();
    let mut response = Response::from_parts(head, body);
    response.headers_mut().remove(header::CONTENT_LENGTH);
    for (name, value) in &rendered_head.headers {
        response.headers_mut().insert(name, value.clone());
    }
    *response.status_mut() = problem.status();
    if let Some(seconds) = problem.retry_after_seconds() {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if problem.status() == StatusCode::UNAUTHORIZED {
        let scheme = HeaderValue::from_static("Bearer realm=\"Guildhall\"");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
    }
    response
}

fn json(web: &WebState, exchange: &Exchange, problem: &Problem) -> Response {
    let body = ProblemBody::of(problem, web.base(), exchange.request_id());
    let bytes = serde_json::to_vec(&body).unwrap_or_default();
    let media_type = HeaderValue::from_static("application/problem+json");
    ([(header::CONTENT_TYPE, media_type)], Body::from(bytes)).into_response()
}

fn page(web: &WebState, exchange: &Exchange, problem: &Problem) -> Response {
    let entrance = Entrance { demo: web.options.demo, ..Entrance::default() };
    let request = exchange.request_id();
    let reason = problem.sentence();
    let page = match problem.status() {
        StatusCode::NOT_FOUND => ProblemPage::not_found(entrance),
        StatusCode::METHOD_NOT_ALLOWED => ProblemPage::wrong_method(entrance),
        StatusCode::PAYLOAD_TOO_LARGE => ProblemPage::too_large(entrance),
        StatusCode::SERVICE_UNAVAILABLE => ProblemPage::unavailable(entrance, request),
        StatusCode::INTERNAL_SERVER_ERROR => ProblemPage::fault(entrance, request),
        StatusCode::TOO_MANY_REQUESTS => {
            ProblemPage::too_many(entrance, &wait(problem.retry_after_seconds().unwrap_or(1)))
        }
        StatusCode::FORBIDDEN if problem.code() == code::CROSS_ORIGIN.code => {
            ProblemPage::foreign_form(entrance).next("Open the console", web.base().join("/"))
        }
        StatusCode::FORBIDDEN => {
            let words = problem.missing_permission().map(word::forbidden);
            ProblemPage::forbidden(entrance, words.unwrap_or(reason))
        }
        StatusCode::BAD_REQUEST | StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            ProblemPage::malformed(entrance, reason)
        }
        status => ProblemPage::refused(entrance, status.as_u16(), reason),
    };
    let response = Html::of(page).into_response();
    if response.extensions().get::<Problem>().is_some() {
        return json(web, exchange, problem);
    }
    response
}

/// A wait in words.
fn wait(seconds: u64) -> String {
    match seconds {
        1 => "a second".to_owned(),
        2..=90 => format!("{seconds} seconds"),
        _ => format!("{} minutes", seconds.div_ceil(60)),
    }
}
