//! Messages of services that sign them after Standard Webhooks.

use std::marker::PhantomData;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::HeaderMap;
use guildhall_app::cluster::callback::{ID, SIGNATURE, Signed, TIMESTAMP};
use guildhall_app::{App, Origin};
use schemars::JsonSchema;

use super::body;
use crate::frame::Exchange;
use crate::problem::Problem;
use crate::route::{Body, BodyKind, Contract, Describe, SchemaOf, Who};
use crate::state::WebState;

/// A signed message with a JSON document of a type. Neither the signature is checked nor the
/// document read: the secrets are the application's, and it reads nothing that is not signed.
pub struct SignedJson<T> {
    app: App,
    exchange: Exchange,
    headers: HeaderMap,
    body: Bytes,
    document: PhantomData<fn() -> T>,
}

impl<T> SignedJson<T> {
    /// The application, which knows the secrets.
    pub(crate) fn app(&self) -> &App {
        &self.app
    }

    /// Where the message comes from.
    pub(crate) fn origin(&self) -> &Origin {
        self.exchange.origin()
    }

    /// What the message claims about itself. A header that is missing, there twice or no text is
    /// empty, and no signature holds with it.
    pub(crate) fn signed(&self) -> Signed<'_> {
        let header = |name| {
            let mut values = self.headers.get_all(name).iter();
            let (first, second) = (values.next(), values.next());
            first.filter(|_| second.is_none()).and_then(|value| value.to_str().ok())
        };
        Signed {
            id: header(ID).unwrap_or_default(),
            timestamp: header(TIMESTAMP).unwrap_or_default(),
            signature: header(SIGNATURE).unwrap_or_default(),
        }
    }

    /// The document as it came.
    pub(crate) fn body(&self) -> &[u8] {
        &self.body
    }
}

impl<T> FromRequest<WebState> for SignedJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, web: &WebState) -> Result<Self, Problem> {
        let exchange = Exchange::of(request.extensions())?;
        let headers = request.headers().clone();
        let body = body::read(request, "application/json").await?;
        Ok(Self { app: web.app.clone(), exchange, headers, body, document: PhantomData })
    }
}

impl<T: JsonSchema> Describe for SignedJson<T> {
    fn describe(contract: &mut Contract) {
        let schema: SchemaOf = |schemas| schemas.subschema_for::<T>();
        contract.body = Some(Body { kind: BodyKind::Json, schema });
        contract.who = Who::Provisioner;
    }
}
