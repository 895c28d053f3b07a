//! Reading and writing cookies: bound to this host on TLS, never readable by scripts.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, header};

use crate::base_url::BaseUrl;

/// A cookie that the console sets. Its name has the prefix `__Host-` when the console runs on TLS,
/// which binds it to this very host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CookieName(&'static str);

/// The session of a person who is signed in.
pub const SESSION: CookieName = CookieName("guildhall");
/// The notice shown on the next page.
pub const NOTICE: CookieName = CookieName("guildhall-notice");

/// What the browser was given when it registered.
pub const REGISTRATION: CookieName = CookieName("guildhall-registration");
/// What proves the first step of signing in, between both.
pub const TICKET: CookieName = CookieName("guildhall-ticket");

impl CookieName {
    /// A further cookie of the console, by its plain name.
    pub const fn new(plain: &'static str) -> Self {
        Self(plain)
    }

    fn on(self, base: &BaseUrl) -> String {
        let prefix = if base.is_https() { "__Host-" } else { "" };
        format!("{prefix}{}", self.0)
    }

    /// Whether a request carries a cookie of this name at all, readable or not.
    pub fn present(self, headers: &HeaderMap, base: &BaseUrl) -> bool {
        let name = self.on(base);
        headers.get_all(header::COOKIE).iter().any(|line| {
            line.as_bytes()
                .split(|byte| *byte == b';')
                .any(|pair| pair.trim_ascii().starts_with(name.as_bytes()))
        })
    }

    /// The value in a request. Of several cookies with this name none counts: the browser would
    /// never send two, so one of them was planted.
    pub fn read<'h>(self, headers: &'h HeaderMap, base: &BaseUrl) -> Option<&'h str> {
        let name = self.on(base);
        let mut values = headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .filter(|(key, _)| *key == name)
            .map(|(_, value)| value);
        let value = values.next()?;
        values.next().is_none().then_some(value)
    }

    /// The `Set-Cookie` value. Without `lasts` the cookie ends with the browser.
    pub fn set(self, value: &str, lasts: Option<Duration>, base: &BaseUrl) -> HeaderValue {
        let secure = if base.is_https() { "; Secure" } else { "" };
        let age = lasts.map_or(String::new(), |age| format!("; Max-Age={}", age.as_secs()));
        let name = self.on(base);
        let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}");
        HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
    }

    /// The `Set-Cookie` value that removes the cookie.
    pub fn clear(self, base: &BaseUrl) -> HeaderValue {
        self.set("", Some(Duration::ZERO), base)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use axum::http::{HeaderMap, HeaderValue, header};

    use super::SESSION;

    #[test]
    fn security_66_cookies_are_confined() {
        let tls = "https://guild.example".parse().unwrap();
        assert_eq!(
            SESSION.set("x", Some(Duration::from_secs(60)), &tls),
            "__Host-guildhall=x; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=60"
        );
        let plain = "http://127.0.0.1:8080".parse().unwrap();
        assert_eq!(SESSION.set("x", None, &plain), "guildhall=x; Path=/; HttpOnly; SameSite=Lax");
    }

    #[test]
    fn a_cookie_is_found_among_others_and_refused_when_planted_twice() {
        let base = "http://127.0.0.1:8080".parse().unwrap();
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=b; guildhall=one; c=d"));
        assert_eq!(SESSION.read(&headers, &base), Some("one"));
        headers.append(header::COOKIE, HeaderValue::from_static("guildhall=two"));
        assert_eq!(SESSION.read(&headers, &base), None);
    }
}
