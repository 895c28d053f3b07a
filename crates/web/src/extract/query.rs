//! The query of an address.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use super::pairs;
use crate::problem::Problem;
use crate::route::{Contract, Describe};

/// The query of the address, read into a type. Parameters that the type does not name are
/// refused by the frame, except the frame's own.
#[derive(Debug, Clone, Copy)]
pub struct Query<T>(pub T);

/// Parameters that the frame itself understands on every route.
pub(crate) const OWN: &[&str] = &["dry_run"];

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let mut pairs = pairs::decode(parts.uri.query().unwrap_or_default().as_bytes())?;
        pairs.retain(|(name, _)| !OWN.contains(&name.as_str()));
        pairs::read(pairs).map(Self)
    }
}

impl<T: JsonSchema> Describe for Query<T> {
    fn describe(contract: &mut Contract) {
        contract.query = Some(|schemas| T::json_schema(schemas));
    }
}
