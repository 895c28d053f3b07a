//! The configured address of the installation: the only source of links and origins.

use std::fmt;
use std::str::FromStr;

/// The address under which people reach the console, such as `https://guildhall.example.org`.
///
/// Scheme `http` or `https`, a host, perhaps a port; no path, user or query. The default port of
/// the scheme is dropped and the host is in lower case, so that it equals what browsers send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl {
    origin: String,
    https: bool,
}

/// The text is not an address of the form `https://host[:port]`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a base address like `https://guildhall.example.org` (no path, no user)")]
pub struct BaseUrlError(String);

impl BaseUrl {
    /// The origin as browsers write it: scheme, host and a port that is not the default.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Whether the console is reached over TLS; cookies are then `Secure` and HSTS is sent.
    pub fn is_https(&self) -> bool {
        self.https
    }

    /// The full address of a path, which starts with `/`.
    pub fn join(&self, path: &str) -> String {
        debug_assert!(path.starts_with('/'), "a path starts with a slash");
        format!("{}{path}", self.origin)
    }
}

impl FromStr for BaseUrl {
    type Err = BaseUrlError;

    fn from_str(text: &str) -> Result<Self, BaseUrlError> {
        let refuse = || BaseUrlError(text.to_owned());
        let (https, rest) = match text.split_once("://") {
            Some(("https", rest)) => (true, rest),
            Some(("http", rest)) => (false, rest),
            _ => return Err(refuse()),
        };
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        let (host, port) = split_port(authority).ok_or_else(refuse)?;
        if !is_host(host) {
            return Err(refuse());
        }
        let default = if https { 443 } else { 80 };
        let scheme = if https { "https" } else { "http" };
        let host = host.to_ascii_lowercase();
        let origin = match port {
            Some(port) if port != default => format!("{scheme}://{host}:{port}"),
            _ => format!("{scheme}://{host}"),
        };
        Ok(Self { origin, https })
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.origin)
    }
}

fn split_port(authority: &str) -> Option<(&str, Option<u16>)> {
    let host_ends = authority.rfind(']').map_or(0, |end| end + 1);
    match authority[host_ends..].find(':') {
        None => Some((authority, None)),
        Some(colon) => {
            let (host, port) = authority.split_at(host_ends + colon);
            port[1..].parse().ok().filter(|port| *port > 0).map(|port| (host, Some(port)))
        }
    }
}

fn is_host(host: &str) -> bool {
    if let Some(address) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return address.parse::<std::net::Ipv6Addr>().is_ok();
    }
    !host.is_empty()
        && host.len() <= 253
        && host.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.')
}

#[cfg(test)]
mod tests {
    use super::BaseUrl;

    fn origin(text: &str) -> Option<String> {
        text.parse::<BaseUrl>().ok().map(|base| base.origin().to_owned())
    }

    #[test]
    fn an_address_is_normalised_as_browsers_write_it() {
        assert_eq!(origin("https://Guild.Example:443/").as_deref(), Some("https://guild.example"));
        assert_eq!(origin("http://127.0.0.1:8080").as_deref(), Some("http://127.0.0.1:8080"));
        assert_eq!(origin("http://[::1]:80").as_deref(), Some("http://[::1]"));
    }

    #[test]
    fn security_16_anything_but_an_origin_is_refused() {
        for text in [
            "guild.example",
            "ftp://x",
            "https://",
            "https://a@b",
            "https://a/b",
            "https://a?b",
            "https://a:0",
            "https://a:99999",
            "https://a b",
            "https://[::1",
            "javascript://x",
        ] {
            assert_eq!(origin(text), None, "{text}");
        }
    }
}
