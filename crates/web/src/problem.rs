//! What a refused request is told: an RFC 9457 problem, which the frame renders.

mod body;
pub mod code;

use std::time::Duration;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

pub use body::{FieldBody, ProblemBody};
pub use code::Code;

/// A refused or failed request, before it is rendered.
///
/// Handlers return it (through [`crate::Stop`]); the frame adds the address of its type and the
/// request id, and answers with JSON or with a page, so no handler decides how a problem looks.
#[derive(Debug, Clone)]
pub struct Problem(Box<Facts>);

#[derive(Debug, Clone)]
struct Facts {
    status: StatusCode,
    code: &'static str,
    title: &'static str,
    detail: String,
    fields: Vec<Field>,
    retry_after: Option<Duration>,
    permission: Option<&'static str>,
}

/// One field of a request and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The name as the caller sent it; nested JSON fields as a path, `members[2].email`.
    pub name: String,
    /// What is wrong, one sentence without the value of a secret.
    pub message: String,
}

impl Problem {
    /// A problem of one of the frame's own codes.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self::of(code.status, code.code, code.title, detail.into())
    }

    /// A problem of an operation's refusal: its own code, under the status of its kind.
    pub fn refused(status: StatusCode, code: &'static str, detail: String) -> Self {
        Self::of(status, code, code::refusal_title(status), detail)
    }

    fn of(status: StatusCode, code: &'static str, title: &'static str, detail: String) -> Self {
        let (fields, retry_after, permission) = (Vec::new(), None, None);
        Self(Box::new(Facts { status, code, title, detail, fields, retry_after, permission }))
    }

    /// Names a field and what is wrong with it.
    #[must_use]
    pub fn field(mut self, name: impl Into<String>, message: impl Into<String>) -> Self {
        self.0.fields.push(Field { name: name.into(), message: message.into() });
        self
    }

    /// Says when trying again makes sense (`Retry-After`, whole seconds, at least one).
    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.0.retry_after = Some(wait);
        self
    }

    /// Names the permission that is missing.
    #[must_use]
    pub fn permission(mut self, permission: &'static str) -> Self {
        self.0.permission = Some(permission);
        self
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// The stable code, such as `member.owner_cannot_leave`.
    pub fn code(&self) -> &'static str {
        self.0.code
    }

    /// The short title, the same for every problem of this code.
    pub fn title(&self) -> &'static str {
        self.0.title
    }

    /// What happened this time, in lower case, without a full stop.
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// The detail as a sentence for a page.
    pub fn sentence(&self) -> String {
        crate::page::sentence(&self.0.detail)
    }

    /// The fields that are wrong.
    pub fn fields(&self) -> &[Field] {
        &self.0.fields
    }

    /// Seconds to wait before trying again, if known.
    pub fn retry_after_seconds(&self) -> Option<u64> {
        self.0.retry_after.map(|wait| wait.as_secs_f64().ceil().max(1.0) as u64)
    }

    /// The permission that is missing, if that is the reason.
    pub fn missing_permission(&self) -> Option<&'static str> {
        self.0.permission
    }
}

impl IntoResponse for Problem {
    /// A response without a body that carries the problem to the frame, which renders it.
    fn into_response(self) -> Response {
        let mut response = self.0.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}
