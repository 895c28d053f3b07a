//! The fields of a form of the console.

use axum::extract::{FromRequest, Request};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use super::{body, pairs};
use crate::frame::Exchange;
use crate::problem::Problem;
use crate::route::{Body, BodyKind, Contract, Describe};

/// A submitted form, read into a type.
///
/// The type holds what was typed as it was typed (`String`, `Option<String>`, `bool`, lists), so
/// that the page can show it again; the handler validates it field by field. The frame's
/// own field `submission` is taken out before (see [`crate::caller::Person`]).
#[derive(Debug, Clone)]
pub struct Form<T>(pub T);

/// The hidden field that makes sending a form twice one effect.
pub(crate) const SUBMISSION: &str = "submission";

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Form<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Problem> {
        let exchange = Exchange::of(request.extensions())?;
        let bytes = body::read(request, "application/x-www-form-urlencoded").await?;
        exchange.hash_body(&bytes);
        let mut pairs = pairs::decode(&bytes)?;
        if let Some(at) = pairs.iter().position(|(name, _)| name == SUBMISSION) {
            exchange.submit(&pairs.remove(at).1)?;
        }
        pairs::read(pairs).map(Self)
    }
}

impl<T: JsonSchema> Describe for Form<T> {
    fn describe(contract: &mut Contract) {
        let schema: crate::route::SchemaOf = |schemas| schemas.subschema_for::<T>();
        contract.body = Some(Body { kind: BodyKind::Form, schema });
    }
}
