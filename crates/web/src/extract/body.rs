//! Reading a whole body within its limit, of the content type that the route takes.

use std::time::Duration;

use axum::body::{Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, header};
use http_body_util::LengthLimitError;

use crate::problem::{Problem, code};

/// The largest body that is read, in bytes.
const LIMIT: usize = 256 * 1024;
/// How long a client may take over it. Shorter than the time limit of a request, so that a dead
/// line is told from work that takes too long.
const PATIENCE: Duration = Duration::from_secs(20);

/// The body of a request that declares this content type.
pub(super) async fn read(request: Request, content_type: &str) -> Result<Bytes, Problem> {
    require_type(request.headers(), content_type)?;
    let declared = request.headers().get(header::CONTENT_LENGTH);
    let declared = declared.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if declared.is_some_and(|length| length > LIMIT as u64) {
        return Err(too_large());
    }
    let body = tokio::time::timeout(PATIENCE, to_bytes(request.into_body(), LIMIT)).await;
    body.map_err(|_| too_slow())?.map_err(|error| {
        let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
        while let Some(each) = cause {
            if each.is::<LengthLimitError>() {
                return too_large();
            }
            cause = each.source();
        }
        Problem::new(code::UNREADABLE, "the body ended before all of it had arrived")
    })
}

fn require_type(headers: &HeaderMap, wanted: &str) -> Result<(), Problem> {
    let sent = headers.get(header::CONTENT_TYPE).map(|value| value.to_str().unwrap_or_default());
    let mut parts = sent.unwrap_or_default().split(';').map(str::trim);
    let essence_fits = parts.next().is_some_and(|essence| essence.eq_ignore_ascii_case(wanted));
    let parameters_fit = parts.all(|parameter| match parameter.split_once('=') {
        Some((name, value)) if name.trim().eq_ignore_ascii_case("charset") => {
            value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
        }
        _ => true,
    });
    if essence_fits && parameters_fit {
        return Ok(());
    }
    let sent = match sent {
        None => "none".to_owned(),
        Some(sent) => format!("`{}`", sent.escape_default()),
    };
    let detail = format!("the body has to be `{wanted}` in UTF-8; the content type sent is {sent}");
    Err(Problem::new(code::UNSUPPORTED_TYPE, detail))
}

fn too_slow() -> Problem {
    let seconds = PATIENCE.as_secs();
    Problem::new(code::TOO_SLOW, format!("the body had not arrived after {seconds} seconds"))
}

fn too_large() -> Problem {
    Problem::new(code::TOO_LARGE, format!("the body is larger than {} KiB", LIMIT / 1024))
}
