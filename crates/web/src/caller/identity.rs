//! Finding out who sent a request: an API key in `Authorization`, or the session cookie.

use axum::http::{HeaderMap, header};
use guildhall_app::Authenticated;
use guildhall_model::{ApiKeySecret, SessionSecret};

use crate::cookie::SESSION;
use crate::problem::{Problem, code};
use crate::reply::Stop;
use crate::state::WebState;

/// Who a request to the API comes from. A key that is sent but not valid is refused, never
/// ignored; a session that has ended makes the request anonymous.
pub(super) async fn of_program(
    web: &WebState,
    headers: &HeaderMap,
) -> Result<Option<Authenticated>, Stop> {
    let mut sent = headers.get_all(header::AUTHORIZATION).iter();
    let Some(authorization) = sent.next() else { return of_browser(web, headers).await };
    let refused = || {
        let detail = "the API key is not valid, has expired or was revoked; \
            it is sent as `Authorization: Bearer ghk_…`";
        Stop::from(Problem::new(code::SIGN_IN_REQUIRED, detail))
    };
    if sent.next().is_some() {
        return Err(refused());
    }
    let bearer = authorization.to_str().ok().and_then(|text| {
        let (scheme, token) = text.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    let key = bearer.and_then(|token| token.parse::<ApiKeySecret>().ok()).ok_or_else(refused)?;
    let identity = web.app.authenticate_api_key(&key).await.map_err(unavailable)?;
    identity.map(Some).ok_or_else(refused)
}

/// Who a request of a browser comes from.
pub(super) async fn of_browser(
    web: &WebState,
    headers: &HeaderMap,
) -> Result<Option<Authenticated>, Stop> {
    let cookie = SESSION.read(headers, web.base());
    let Some(secret) = cookie.and_then(|text| text.parse::<SessionSecret>().ok()) else {
        return Ok(None);
    };
    web.app.authenticate_session(&secret).await.map_err(unavailable)
}

fn unavailable(error: impl std::fmt::Display) -> Stop {
    tracing::error!(%error, "nobody can be authenticated");
    Stop::from(super::failure::unavailable())
}
