//! The variable parts of an address.

use axum::extract::path::ErrorKind;
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequestParts, MatchedPath};
use axum::http::request::Parts;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use super::text;
use crate::problem::{Problem, code};
use crate::route::{Contract, Describe};

/// The variable parts of the path, read into ids or other types. A part that cannot be one is
/// *not found*, like an id that nobody has.
#[derive(Debug, Clone, Copy)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Path::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Self(value)),
            Err(rejection) => {
                let matched = parts.extensions.get::<MatchedPath>().map(MatchedPath::as_str);
                Err(problem(rejection, matched.unwrap_or_default()))
            }
        }
    }
}

fn problem(rejection: PathRejection, matched: &str) -> Problem {
    let PathRejection::FailedToDeserializePathParams(failure) = rejection else {
        return Problem::new(code::NOT_FOUND, "nothing is at this address");
    };
    let (name, message) = match failure.into_kind() {
        ErrorKind::InvalidUtf8InPathParam { .. } => {
            return Problem::new(code::NOT_UTF8, "the address is not valid UTF-8");
        }
        ErrorKind::ParseErrorAtKey { key, expected_type, .. } => {
            (Some(key), format!("has to be a {expected_type}"))
        }
        ErrorKind::ParseErrorAtIndex { index, expected_type, .. } => {
            let name = crate::route::parameters(matched).nth(index).map(str::to_owned);
            (name, format!("has to be a {expected_type}"))
        }
        ErrorKind::DeserializeError { key, message, .. } => (Some(key), message),
        ErrorKind::Message(message) => (None, message),
        _ => (None, "a part of the address cannot be read".to_owned()),
    };
    let message = text::shown(&message);
    let problem = Problem::new(code::NOT_FOUND, "nothing is at this address");
    match name {
        Some(name) => problem.field(name, message),
        None => problem,
    }
}

impl<T: JsonSchema> Describe for Path<T> {
    fn describe(contract: &mut Contract) {
        contract.path = Some(|schemas| T::json_schema(schemas));
    }
}
