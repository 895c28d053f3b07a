//! How an operation's error becomes an answer.

use std::time::Duration;

use axum::http::StatusCode;
use guildhall_app::{Error, Refusal, RefusalKind};

use crate::page::Form;
use crate::problem::{Problem, code};
use crate::reply::Stop;

/// An operation or query did not succeed.
#[derive(Debug)]
pub enum Failure<R> {
    /// A rule speaks against it. A page shows it in its form; for programs it is a problem.
    Refused(R),
    /// Anything else ends the request.
    Stopped(Stop),
}

impl<R: Refusal> Failure<R> {
    /// From what the application answered.
    pub(crate) fn of(error: Error<R>) -> Self {
        let problem = match error {
            Error::Refused(refusal) => return Self::Refused(refusal),
            Error::NotFound => {
                Problem::new(code::NOT_FOUND, "there is no such thing, or you may not see it")
            }
            Error::Forbidden { permission } => {
                let detail = format!("this needs the permission `{permission}`");
                Problem::new(code::FORBIDDEN, detail).permission(permission)
            }
            Error::SignInRequired => Problem::new(code::SIGN_IN_REQUIRED, "sign in first"),
            Error::KeyReused => {
                let detail = "this idempotency key was used for another request";
                Problem::new(code::KEY_REUSED, detail)
            }
            Error::Unavailable => unavailable(),
            Error::Fault => {
                Problem::new(code::FAULT, "something went wrong on our side; nothing was changed")
            }
        };
        Self::Stopped(problem.into())
    }

    /// The refusal, or the end of the request: for pages that show refusals in their form.
    ///
    /// # Errors
    /// If it is not a refusal.
    pub fn refusal(self) -> Result<R, Stop> {
        match self {
            Self::Refused(refusal) => Ok(refusal),
            Self::Stopped(stop) => Err(stop),
        }
    }

    /// Shows the refusal in the form that it is about: its message on top, and one at each field
    /// that it names.
    ///
    /// # Errors
    /// The end of the request, if it is not a refusal.
    pub fn show_in(self, form: &mut Form) -> Result<(), Stop> {
        let refusal = self.refusal()?;
        form.refuse(refusal.to_string());
        for (field, message) in refusal.fields() {
            // Forms are flat: what is nested in a body is a field by its own name.
            let field = field.rsplit('.').next().unwrap_or_default();
            form.fault(field, message);
        }
        Ok(())
    }
}

impl<R> From<Problem> for Failure<R> {
    fn from(problem: Problem) -> Self {
        Self::Stopped(problem.into())
    }
}

impl<R: Refusal> From<Failure<R>> for Stop {
    fn from(failure: Failure<R>) -> Self {
        match failure {
            Failure::Stopped(stop) => stop,
            Failure::Refused(refusal) => problem(&refusal).into(),
        }
    }
}

/// The database does not answer.
pub(super) fn unavailable() -> Problem {
    let detail = "the database does not answer at the moment; nothing was changed, try again soon";
    Problem::new(code::UNAVAILABLE, detail).retry_after(Duration::from_secs(2))
}

fn problem<R: Refusal>(refusal: &R) -> Problem {
    let kind = refusal.kind();
    let mut problem = Problem::refused(status(kind), refusal.code(), refusal.to_string());
    for (name, message) in refusal.fields() {
        problem = problem.field(name, message);
    }
    if let RefusalKind::TooMany { retry_after } = kind {
        problem = problem.retry_after(Duration::from_secs(retry_after));
    }
    problem
}

/// The status that a kind of refusal is answered with.
pub(crate) fn status(kind: RefusalKind) -> StatusCode {
    match kind {
        RefusalKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        RefusalKind::Conflict => StatusCode::CONFLICT,
        RefusalKind::Gone => StatusCode::GONE,
        RefusalKind::Forbidden => StatusCode::FORBIDDEN,
        RefusalKind::Missing => StatusCode::NOT_FOUND,
        RefusalKind::Plan => StatusCode::PAYMENT_REQUIRED,
        RefusalKind::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
    }
}
