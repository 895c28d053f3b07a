//! One request and its answer: what the frame, the extractors and the handler tell each other.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use axum::extract::{ConnectInfo, Request};
use axum::http::{Extensions, HeaderMap, HeaderName, HeaderValue, Method, Uri, header};
use data_encoding::{BASE32HEX_NOPAD, HEXLOWER};
use guildhall_app::{IdempotencyKey, Keys, Origin, RevisionToken};
use sha2::{Digest, Sha256};

use super::REQUEST_ID;
use crate::problem::{Problem, code};
use crate::route::{RouteFacts, Surface};
use crate::state::WebState;

const REVISION: HeaderName = HeaderName::from_static("guildhall-revision");
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
const KEY: HeaderName = HeaderName::from_static("idempotency-key");
const AT_LEAST: HeaderName = HeaderName::from_static("guildhall-at-least");

/// The longest user agent that is kept, in characters.
const USER_AGENT: usize = 256;

/// One request and its answer. Cheap to clone; every clone is the same exchange.
#[derive(Debug, Clone)]
pub(crate) struct Exchange(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    route: Arc<RouteFacts>,
    surface: Surface,
    method: Method,
    uri: Uri,
    origin: Origin,
    request_id: String,
    key: Option<HeaderValue>,
    at_least: Option<HeaderValue>,
    submission: OnceLock<String>,
    body: OnceLock<[u8; 32]>,
    notes: Mutex<Notes>,
}

/// What the handler wants the answer to carry.
#[derive(Debug, Default)]
struct Notes {
    revision: Option<RevisionToken>,
    replayed: bool,
    cookies: Vec<HeaderValue>,
}

impl Exchange {
    /// A request has arrived.
    pub(super) fn begin(web: &WebState, route: &Arc<RouteFacts>, request: &Request) -> Self {
        let headers = request.headers();
        let request_id = brought(headers).unwrap_or_else(|| made(web));
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map(|peer| peer.0.ip().to_canonical());
        let user_agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
        let origin = Origin {
            address: web.options.trusted_proxies.client(peer, headers),
            user_agent: user_agent.map(|agent| agent.chars().take(USER_AGENT).collect()),
            request_id: Some(request_id.clone()),
        };
        Self(Arc::new(Inner {
            route: route.clone(),
            surface: Surface::of(request.uri().path()),
            method: request.method().clone(),
            uri: request.uri().clone(),
            origin,
            request_id,
            key: headers.get(&KEY).cloned(),
            at_least: headers.get(&AT_LEAST).cloned(),
            submission: OnceLock::new(),
            body: OnceLock::new(),
            notes: Mutex::default(),
        }))
    }

    /// The exchange that a request is part of.
    pub(crate) fn of(extensions: &Extensions) -> Result<Self, Problem> {
        let exchange = extensions.get::<Self>().cloned();
        exchange.ok_or_else(|| Problem::new(code::FAULT, "a route is outside the frame"))
    }

    pub(crate) fn request_id(&self) -> &str {
        &self.0.request_id
    }

    pub(crate) fn route(&self) -> &RouteFacts {
        &self.0.route
    }

    pub(crate) fn surface(&self) -> Surface {
        self.0.surface
    }

    pub(crate) fn origin(&self) -> &Origin {
        &self.0.origin
    }

    /// The address asked for.
    pub(crate) fn uri(&self) -> &Uri {
        &self.0.uri
    }

    /// Whether the answer is to say what would happen, and nothing is to happen.
    pub(crate) fn is_dry_run(&self) -> Result<bool, Problem> {
        let query = self.0.uri.query().unwrap_or_default();
        let pairs = crate::extract::decode(query.as_bytes())?;
        match pairs.iter().find(|(name, _)| name == "dry_run").map(|(_, value)| value.as_str()) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => {
                let detail = "`dry_run` has to be `true` or `false`";
                let problem = Problem::new(code::INVALID_FIELD, detail);
                Err(problem.field("dry_run", "has to be `true` or `false`"))
            }
        }
    }

    /// The form's own key against being sent twice.
    pub(crate) fn submit(&self, submission: &str) -> Result<(), Problem> {
        if submission.is_empty() {
            return Ok(());
        }
        check_key(submission)?;
        // A second value of the same form cannot come: the first one is taken out and kept.
        let _ = self.0.submission.set(submission.to_owned());
        Ok(())
    }

    /// Remembers the body's hash: one key may not stand for two different requests.
    pub(crate) fn hash_body(&self, bytes: &[u8]) {
        let _ = self.0.body.set(Sha256::digest(bytes).into());
    }

    /// The key that makes repeating the request harmless, from the header or the form.
    pub(crate) fn idempotency_key(&self, keys: &Keys) -> Result<Option<IdempotencyKey>, Problem> {
        let key = match (self.0.submission.get(), &self.0.key) {
            (Some(submission), _) => submission.clone(),
            (None, Some(header)) => {
                let key = header.to_str().unwrap_or_default();
                check_key(key)?;
                key.to_owned()
            }
            (None, None) => return Ok(None),
        };
        Ok(Some(IdempotencyKey { key, fingerprint: self.fingerprint(keys) }))
    }

    /// The oldest state that the caller wants to see.
    pub(crate) fn at_least(&self) -> Result<Option<RevisionToken>, Problem> {
        let Some(header) = &self.0.at_least else { return Ok(None) };
        let token = header.to_str().ok().and_then(|text| text.parse().ok());
        let detail = "`Guildhall-At-Least` is not a revision that an earlier answer gave";
        token.map(Some).ok_or_else(|| Problem::new(code::BAD_REVISION, detail))
    }

    /// A mutation was done, at this revision.
    pub(crate) fn done(&self, revision: RevisionToken, replayed: bool) {
        let mut notes = self.0.notes.lock().unwrap_or_else(PoisonError::into_inner);
        notes.revision = Some(revision);
        notes.replayed |= replayed;
    }

    /// Sets a cookie with the answer, whatever the handler answers.
    pub(crate) fn set_cookie(&self, cookie: HeaderValue) {
        let mut notes = self.0.notes.lock().unwrap_or_else(PoisonError::into_inner);
        notes.cookies.push(cookie);
    }

    /// Puts what was noted into the answer's head.
    pub(super) fn finish(&self, headers: &mut HeaderMap) {
        let mut notes = self.0.notes.lock().unwrap_or_else(PoisonError::into_inner);
        let revision = notes.revision.take().map(|revision| revision.to_string());
        if let Some(revision) = revision.and_then(|text| HeaderValue::try_from(text).ok()) {
            headers.insert(REVISION, revision);
        }
        if notes.replayed {
            headers.insert(REPLAYED, HeaderValue::from_static("true"));
        }
        for cookie in notes.cookies.drain(..) {
            headers.append(header::SET_COOKIE, cookie);
        }
    }

    /// What the request asks for, by a code that only this installation can make: a body may hold
    /// a password, which a plain hash would let one guess.
    fn fingerprint(&self, keys: &Keys) -> String {
        let body = self.0.body.get().map_or(&[][..], |body| body);
        let asked = format!("{} {} {}", self.0.method, self.0.uri.path(), HEXLOWER.encode(body));
        let signed = keys.sign("idempotency fingerprint", &asked);
        signed.rsplit_once('.').map(|(_, code)| code.to_owned()).unwrap_or_default()
    }
}

fn check_key(key: &str) -> Result<(), Problem> {
    let visible = |b: u8| b.is_ascii_graphic();
    if (1..=128).contains(&key.len()) && key.bytes().all(visible) {
        return Ok(());
    }
    let detail = "the idempotency key has to be 1 to 128 visible ASCII characters";
    Err(Problem::new(code::BAD_IDEMPOTENCY_KEY, detail))
}

/// The request id that the client brought, if it is well formed.
fn brought(headers: &HeaderMap) -> Option<String> {
    let id = headers.get(REQUEST_ID)?.to_str().ok()?;
    let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    ((8..=64).contains(&id.len()) && id.bytes().all(fits)).then(|| id.to_owned())
}

fn made(web: &WebState) -> String {
    let mut bytes = [0; 15];
    web.app.entropy().fill(&mut bytes);
    format!("req_{}", BASE32HEX_NOPAD.encode(&bytes).to_ascii_lowercase())
}
