//! The console's static files: the address holds a version, so that browsers keep them.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::extract::Path;
use crate::page::asset;
use crate::problem::{Problem, code};
use crate::reply::{Reply, Stop};
use crate::route::{Contract, Describe, Route};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;

/// The route of all files.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/assets/{version}/{name}", show)
            .public("the console's own files hold no data")
            .compressed(),
    ]
}

async fn show(
    Path((version, name)): Path<(String, String)>,
    Known(known): Known,
) -> Reply<Response> {
    let missing = || Stop::from(Problem::new(code::NOT_FOUND, "there is no such file"));
    let asset = asset::find(&name).ok_or_else(missing)?;
    let current = version == asset::version();
    let caching = if current { "public, max-age=31536000, immutable" } else { "no-cache" };
    let tag = format!("\"{}\"", asset::version());
    let head = [
        (header::CONTENT_TYPE, HeaderValue::from_static(asset.media_type)),
        (header::CACHE_CONTROL, HeaderValue::from_static(caching)),
        (header::ETAG, HeaderValue::try_from(&tag).map_err(|_| missing())?),
    ];
    if known.is_some_and(|known| known.split(',').any(|each| each.trim() == tag)) {
        return Ok((StatusCode::NOT_MODIFIED, head).into_response());
    }
    Ok((head, asset.bytes).into_response())
}

/// The versions of the file that the browser already has.
struct Known(Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for Known {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(tags(&parts.headers)))
    }
}

fn tags(headers: &HeaderMap) -> Option<String> {
    headers.get(header::IF_NONE_MATCH)?.to_str().ok().map(str::to_owned)
}

impl Describe for Known {
    fn describe(_: &mut Contract) {}
}
