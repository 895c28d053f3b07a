//! The security headers of every answer.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::base_url::BaseUrl;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data:; font-src 'self'; form-action 'self'; connect-src 'self'; \
    base-uri 'none'; frame-ancestors 'none'";

const PERMISSIONS: &str = "accelerometer=(), camera=(), geolocation=(), gyroscope=(), \
    magnetometer=(), microphone=(), payment=(), usb=()";

/// Adds the headers. `secret_address` marks pages whose address must not leave them at all
/// (security 18); others tell their address to our own pages only. They may not all say
/// `no-referrer`, since browsers then hide the origin of their forms, which the guard against
/// cross-site requests needs.
pub(super) fn secure(headers: &mut HeaderMap, base: &BaseUrl, secret_address: bool) {
    let referrer = if secret_address { "no-referrer" } else { "same-origin" };
    let fixed = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, referrer),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("permissions-policy"), PERMISSIONS),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if base.is_https() {
        let year = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    // Only a handler that knows that its answer never changes says otherwise.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}
