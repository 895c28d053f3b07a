//! Whether a change comes from the console's own pages: the defence against cross-site requests.

use axum::http::{HeaderMap, Method, header};

use crate::base_url::BaseUrl;
use crate::cookie::SESSION;
use crate::problem::{Problem, code};

/// What a route asks of the origin of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Guard {
    /// No route is there, so nothing can be changed.
    Nothing,
    /// A program's route: only a request with the session cookie has to come from the console.
    WithCookie,
    /// A form of the console: always.
    Always,
    /// A form of the console on a page whose address is a secret. Such a page sends no referrer,
    /// so browsers post its form with `Origin: null`; the secret in the address stands for it.
    SecretAddress,
}

/// Refuses a state-changing request that does not come from the configured origin.
///
/// `Origin` decides if the browser sends it, then `Sec-Fetch-Site`, then `Referer`. A request
/// with none of them is refused: no browser in use omits all three on a form.
pub(crate) fn check(
    guard: Guard,
    method: &Method,
    headers: &HeaderMap,
    base: &BaseUrl,
) -> Result<(), Problem> {
    let reads_only = matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS);
    let carries_session = SESSION.present(headers, base);
    if reads_only || guard == Guard::Nothing || (guard == Guard::WithCookie && !carries_session) {
        return Ok(());
    }
    if comes_from_here(guard, headers, base) { Ok(()) } else { Err(refusal(base)) }
}

fn comes_from_here(guard: Guard, headers: &HeaderMap, base: &BaseUrl) -> bool {
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or("invalid"));
    let site = text(header::HeaderName::from_static("sec-fetch-site"));
    if site.is_some_and(|site| site != "same-origin") {
        return false;
    }
    match text(header::ORIGIN) {
        Some("null") => site.is_some() || guard == Guard::SecretAddress,
        Some(origin) => origin == base.origin(),
        None if site.is_some() => true,
        None => text(header::REFERER).is_some_and(|referer| is_below(referer, base)),
    }
}

fn is_below(referer: &str, base: &BaseUrl) -> bool {
    referer
        .strip_prefix(base.origin())
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
}

fn refusal(base: &BaseUrl) -> Problem {
    let detail = format!(
        "the request did not come from {base}, so nothing was changed; open the console at that \
         address and try again"
    );
    Problem::new(code::CROSS_ORIGIN, detail)
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};

    use super::{Guard, check};

    fn allowed(guard: Guard, pairs: &[(&'static str, &'static str)]) -> bool {
        let headers: HeaderMap = pairs
            .iter()
            .map(|(k, v)| (HeaderName::from_static(k), HeaderValue::from_static(v)))
            .collect();
        let base = "https://guild.example".parse().unwrap();
        check(guard, &Method::POST, &headers, &base).is_ok()
    }

    #[test]
    fn security_66_a_form_is_taken_from_our_own_pages_only() {
        for headers in [
            &[("origin", "https://guild.example")][..],
            &[("origin", "https://guild.example"), ("sec-fetch-site", "same-origin")],
            &[("sec-fetch-site", "same-origin")],
            &[("origin", "null"), ("sec-fetch-site", "same-origin")],
            &[("referer", "https://guild.example/o/x/members")],
        ] {
            assert!(allowed(Guard::Always, headers), "{headers:?}");
        }
        for headers in [
            &[][..],
            &[("origin", "https://evil.example")],
            &[("origin", "http://guild.example")],
            &[("origin", "https://guild.example.evil.example")],
            &[("origin", "null")],
            &[("origin", "https://guild.example"), ("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "none")],
            &[("referer", "https://guild.example.evil.example/")],
            &[("referer", "https://evil.example/?https://guild.example/")],
        ] {
            assert!(!allowed(Guard::Always, headers), "{headers:?}");
        }
    }

    #[test]
    fn security_66_a_program_without_a_cookie_is_free_of_it() {
        assert!(allowed(Guard::WithCookie, &[]));
        assert!(allowed(Guard::WithCookie, &[("authorization", "Bearer ghk_x")]));
        assert!(!allowed(Guard::WithCookie, &[("cookie", "__Host-guildhall=x")]));
        assert!(!allowed(
            Guard::WithCookie,
            &[("cookie", "__Host-guildhall=x; __Host-guildhall=y")]
        ));
    }

    #[test]
    fn a_page_that_sends_no_referrer_may_still_post_its_form() {
        assert!(allowed(Guard::SecretAddress, &[("origin", "null")]));
        assert!(!allowed(
            Guard::SecretAddress,
            &[("origin", "null"), ("sec-fetch-site", "cross-site")]
        ));
        assert!(!allowed(Guard::SecretAddress, &[]));
    }
}
