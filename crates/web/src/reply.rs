//! What handlers answer: JSON, nothing, a page, a redirect, a text, or a stop.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;

use crate::extract::Json;
use crate::next::NextPath;
use crate::problem::{Problem, code};
use crate::route::{Answer, DescribeAnswer};

/// What a handler returns.
pub type Reply<T> = Result<T, Stop>;

/// Why a handler ends before its answer: a problem, or another answer such as a redirect to the
/// sign-in page or the forecast of a dry run.
#[derive(Debug)]
pub enum Stop {
    /// The request is refused or failed.
    Problem(Problem),
    /// Something else is the answer.
    Answer(Box<Response>),
}

impl Stop {
    /// Another answer instead.
    pub fn answer(answer: impl IntoResponse) -> Self {
        Self::Answer(Box::new(answer.into_response()))
    }

    /// The problem, if it is one.
    pub fn problem(&self) -> Option<&Problem> {
        if let Self::Problem(problem) = self { Some(problem) } else { None }
    }
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl IntoResponse for Stop {
    fn into_response(self) -> Response {
        match self {
            Self::Problem(problem) => problem.into_response(),
            Self::Answer(answer) => *answer,
        }
    }
}

/// Done, and nothing to tell: status 204.
#[derive(Debug, Clone, Copy)]
pub struct NoContent;

impl IntoResponse for NoContent {
    fn into_response(self) -> Response {
        StatusCode::NO_CONTENT.into_response()
    }
}

impl DescribeAnswer for NoContent {
    fn answer() -> Answer {
        Answer::empty(204)
    }
}

/// Something was made: status 201 with it as JSON and, if it has one, its address.
#[derive(Debug, Clone)]
pub struct Created<T> {
    /// What was made.
    pub body: T,
    /// Its path.
    pub location: Option<String>,
}

impl<T> Created<T> {
    /// What was made, at this path.
    pub fn at(location: impl Into<String>, body: T) -> Self {
        Self { body, location: Some(location.into()) }
    }
}

impl<T: Serialize> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        let mut response = (StatusCode::CREATED, Json(self.body)).into_response();
        let location = self.location.and_then(|path| HeaderValue::try_from(path).ok());
        if let Some(location) = location {
            response.headers_mut().insert(header::LOCATION, location);
        }
        response
    }
}

impl<T: JsonSchema> DescribeAnswer for Created<T> {
    fn answer() -> Answer {
        Answer::json(201, |schemas| schemas.subschema_for::<T>())
    }
}

/// A page of the console.
#[derive(Debug)]
pub struct Html<P> {
    page: P,
    status: StatusCode,
}

impl<P: Template> Html<P> {
    /// The page.
    pub fn of(page: P) -> Self {
        Self { page, status: StatusCode::OK }
    }

    /// The page again with what is wrong in its form: status 422.
    pub fn refused(page: P) -> Self {
        Self { page, status: StatusCode::UNPROCESSABLE_ENTITY }
    }

    /// The page under another status.
    pub fn with_status(page: P, status: StatusCode) -> Self {
        Self { page, status }
    }
}

impl<P: Template> IntoResponse for Html<P> {
    fn into_response(self) -> Response {
        match self.page.render() {
            Ok(text) => {
                let html = HeaderValue::from_static("text/html; charset=utf-8");
                (self.status, [(header::CONTENT_TYPE, html)], text).into_response()
            }
            Err(error) => {
                tracing::error!(%error, "a page could not be rendered");
                Problem::new(code::FAULT, "the page could not be shown").into_response()
            }
        }
    }
}

impl<P> DescribeAnswer for Html<P> {
    fn answer() -> Answer {
        Answer::of("text/html; charset=utf-8")
    }
}

/// Go to another page of the console after a form (status 303), with cookies to set on the way.
#[derive(Debug)]
pub struct Redirect {
    to: String,
    cookies: Vec<HeaderValue>,
}

impl Redirect {
    /// To a path that the console itself makes.
    pub fn to(path: impl Into<String>) -> Self {
        let path = path.into();
        debug_assert!(path.starts_with('/') && !path.starts_with("//"), "a path of this site");
        Self { to: path, cookies: Vec::new() }
    }

    /// To a path that came with the request and was checked.
    pub fn next(path: &NextPath) -> Self {
        Self { to: path.as_str().to_owned(), cookies: Vec::new() }
    }

    /// Sets or clears a cookie.
    #[must_use]
    pub fn cookie(mut self, cookie: HeaderValue) -> Self {
        self.cookies.push(cookie);
        self
    }
}

impl IntoResponse for Redirect {
    fn into_response(self) -> Response {
        let Ok(to) = HeaderValue::try_from(self.to) else {
            tracing::error!("a redirect has an address that cannot be sent");
            return Problem::new(code::FAULT, "the next page has no address").into_response();
        };
        let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response();
        for cookie in self.cookies {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }
}

impl DescribeAnswer for Redirect {
    fn answer() -> Answer {
        Answer::empty(303)
    }
}

/// A text of a fixed media type.
#[derive(Debug)]
pub struct Plain {
    media_type: &'static str,
    text: String,
}

impl Plain {
    /// Plain text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::new("text/plain; charset=utf-8", text)
    }

    /// A text of another media type.
    pub fn new(media_type: &'static str, text: impl Into<String>) -> Self {
        Self { media_type, text: text.into() }
    }
}

impl IntoResponse for Plain {
    fn into_response(self) -> Response {
        let media_type = HeaderValue::from_static(self.media_type);
        ([(header::CONTENT_TYPE, media_type)], self.text).into_response()
    }
}

impl DescribeAnswer for Plain {
    fn answer() -> Answer {
        Answer::of("text/plain")
    }
}

impl DescribeAnswer for Response {
    /// For handlers that answer in several ways, such as a page or a redirect.
    fn answer() -> Answer {
        Answer::of("*/*")
    }
}

impl<T: DescribeAnswer> DescribeAnswer for Reply<T> {
    fn answer() -> Answer {
        T::answer()
    }
}
