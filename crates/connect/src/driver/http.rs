//! Makes clusters by asking a provisioner of the operator over HTTP, with signed requests.

mod connection;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use guildhall_app::cluster::callback::{ID, SIGNATURE, TIMESTAMP, WebhookSecrets};
use guildhall_app::cluster::driver::{
    Answer, Driver, DriverError, Order, Report, Service, Trouble,
};
use guildhall_model::{Clock, Timestamp};
use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, HOST, HeaderValue, RETRY_AFTER, USER_AGENT};
use hyper::{Request, StatusCode};
use serde_json::Value;

use super::{read_report, services_or_usual};
pub use connection::AddressError;
use connection::{Address, Received};

/// The header by which a request that was already done is known again.
const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// The longest pause that a provisioner can ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(60 * 60);

/// Who is asked, and how.
#[derive(Clone)]
pub struct HttpSettings {
    /// The address that takes every request: `https://…`, or `http://…` on a trusted network.
    pub url: String,
    /// What signs the requests.
    pub secrets: WebhookSecrets,
    /// Certificates in PEM that are trusted beside the public ones.
    pub extra_roots: Option<Vec<u8>>,
    /// The longest that one request may take, from connecting to the end of the answer.
    pub timeout: Duration,
    /// The services of its clusters; empty means the usual ones.
    pub services: Vec<Service>,
}

/// A driver that asks a provisioner.
pub struct HttpDriver {
    settings: HttpSettings,
    address: Address,
    clock: Arc<dyn Clock>,
    /// Before which it has asked not to be asked.
    not_before: Mutex<Option<Timestamp>>,
}

impl HttpDriver {
    /// Prepares the driver; connects only when there is something to do.
    ///
    /// # Errors
    /// If the address is none that can be asked, or the certificates cannot be read.
    pub fn new(settings: HttpSettings, clock: Arc<dyn Clock>) -> Result<Self, AddressError> {
        let address = Address::new(&settings.url, settings.extra_roots.as_deref())?;
        Ok(Self { settings, address, clock, not_before: Mutex::default() })
    }

    async fn ask(&self, order: &Order) -> Result<Report, DriverError> {
        self.may_ask()?;
        let request = self.request(order)?;
        let asked = tokio::time::timeout(self.settings.timeout, self.address.ask(request)).await;
        let Ok(asked) = asked else {
            let seconds = self.settings.timeout.as_secs_f32();
            let text = format!("the provisioner did not answer within {seconds} s");
            return Err(DriverError::temporary(&text));
        };
        let received = asked.map_err(|error| {
            DriverError::temporary("the provisioner cannot be reached").because(error)
        })?;
        if received.too_large {
            let text = "the provisioner answered more than a megabyte";
            return Err(DriverError::permanent(text));
        }
        match received.status {
            StatusCode::OK => read_report("the provisioner", order.verb, &received.body),
            StatusCode::ACCEPTED => accepted(order, &received),
            _ => Err(self.failure(&received)),
        }
    }

    /// Leaves a provisioner in peace for as long as it has asked for (`Retry-After`).
    fn may_ask(&self) -> Result<(), DriverError> {
        let until = *self.not_before.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.now();
        match until.filter(|until| *until > now) {
            Some(until) => {
                let seconds = until.since(now).as_secs().max(1);
                let text = format!("the provisioner has asked for a pause, {seconds} s more");
                Err(DriverError::temporary(&text))
            }
            None => Ok(()),
        }
    }

    fn failure(&self, received: &Received) -> DriverError {
        let later = received.headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        let pause = later.and_then(|text| text.trim().parse().ok()).map(Duration::from_secs);
        let busy = matches!(
            received.status,
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
        );
        if let Some(pause) = pause.filter(|_| busy) {
            let until = self.clock.now().plus(pause.min(LONGEST_PAUSE));
            *self.not_before.lock().unwrap_or_else(PoisonError::into_inner) = Some(until);
        }
        failure(received)
    }

    fn request(&self, order: &Order) -> Result<Request<Bytes>, DriverError> {
        let unfit = |error: &dyn std::fmt::Display| {
            let text = "the request to the provisioner cannot be written";
            DriverError::permanent(text).because(error)
        };
        let body = serde_json::to_vec(order).map_err(|error| unfit(&error))?;
        let id = order.request.to_string();
        let (timestamp, signature) = self.settings.secrets.sign(&id, self.clock.now(), &body);
        let mut signature = HeaderValue::try_from(signature).map_err(|error| unfit(&error))?;
        signature.set_sensitive(true);
        Request::post(self.address.path())
            .header(HOST, self.address.authority())
            .header(USER_AGENT, concat!("guildhall/", env!("CARGO_PKG_VERSION")))
            .header(CONTENT_TYPE, "application/json")
            .header(ID, &id)
            .header(IDEMPOTENCY_KEY, &id)
            .header(TIMESTAMP, timestamp)
            .header(SIGNATURE, signature)
            .body(Bytes::from(body))
            .map_err(|error| unfit(&error))
    }
}

impl Driver for HttpDriver {
    fn services(&self) -> Vec<Service> {
        services_or_usual(&self.settings.services)
    }

    fn call<'c>(&'c self, order: &'c Order) -> Answer<'c> {
        Box::pin(self.ask(order))
    }
}

/// The answer of a provisioner that is still at it: a report in a passing state, which has the
/// cluster described again. Only verbs that move a cluster can be answered so.
fn accepted(order: &Order, received: &Received) -> Result<Report, DriverError> {
    let report = read_report("the provisioner", order.verb, &received.body)?;
    let state = report.state;
    if order.verb.needs_state() && !state.is_some_and(|state| state.is_passing()) {
        return Err(DriverError::permanent(
            "the provisioner answered 202, but with a state that does not pass",
        ));
    }
    if !order.verb.needs_state() {
        // Asked again it either still works or is done.
        return Err(DriverError::temporary("the provisioner is still at work"));
    }
    Ok(report)
}

fn failure(received: &Received) -> DriverError {
    let status = received.status;
    let said = problem(received);
    let text = match said.as_deref() {
        Some(said) if !said.is_empty() => format!("the provisioner answered {status}: {said}"),
        _ => format!("the provisioner answered {status}"),
    };
    if status.is_redirection() {
        // The address is the operator's choice, and a signed request goes nowhere else.
        let text = format!("{text}; redirects are not followed");
        return DriverError::permanent(&text);
    }
    let trouble = Trouble::new(&text);
    match status {
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS => {
            DriverError::Temporary(trouble)
        }
        _ if status.is_client_error() => DriverError::Permanent(trouble),
        _ => DriverError::Temporary(trouble),
    }
}

/// What a problem (RFC 9457) says, whose detail is written for people. Any other body may be what
/// a service's framework shows of its insides.
fn problem(received: &Received) -> Option<String> {
    let kind = received.headers.get(CONTENT_TYPE)?.to_str().ok()?;
    if kind.split(';').next()?.trim() != "application/problem+json" {
        return None;
    }
    let value: Value = serde_json::from_slice(&received.body).ok()?;
    let text = ["detail", "title"].iter().find_map(|field| value.get(field)?.as_str());
    text.map(Report::words)
}
