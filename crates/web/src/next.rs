//! Where to go after signing in: a path of this site, or nowhere else.

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

/// A path on this site that is safe to redirect to, such as `/o/org_x/members?page=2`.
///
/// Whatever a browser could read as another site is refused: `//host`, `/\host`, a scheme,
/// userinfo, control characters, and every percent-encoded spelling of them, once or more often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextPath(String);

/// What has to be escaped to carry a path as one query value.
const QUERY_VALUE: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'&')
    .add(b'+')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'=')
    .add(b';')
    .add(b'\'')
    .add(b'`');

/// How long a remembered path may be, in bytes.
const LONGEST: usize = 2_048;

impl NextPath {
    /// The path, if it leads to this site only.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let mut spelling = text.to_owned();
        loop {
            if !stays_here(&spelling) {
                return None;
            }
            let decoded = percent_decode_str(&spelling).decode_utf8().ok()?.into_owned();
            if decoded == spelling {
                break;
            }
            spelling = decoded;
        }
        text.is_ascii().then(|| Self(text.to_owned()))
    }

    /// The front page.
    pub fn home() -> Self {
        Self("/".to_owned())
    }

    /// The path itself, for a `Location`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address of `page` that carries this path along, such as `/sign-in?next=%2Fsettings`.
    pub fn carried_by(&self, page: &str) -> String {
        if self.0 == "/" {
            return page.to_owned();
        }
        format!("{page}?next={}", utf8_percent_encode(&self.0, QUERY_VALUE))
    }
}

/// One spelling: starts with exactly one slash and holds nothing that could leave the site.
fn stays_here(path: &str) -> bool {
    let mut bytes = path.bytes();
    let leads_in = bytes.next() == Some(b'/') && !matches!(bytes.next(), Some(b'/' | b'\\'));
    let path_only = path.split(['?', '#']).next().unwrap_or_default();
    leads_in
        && !path.contains('\\')
        && !path.chars().any(char::is_control)
        && !path_only.contains("//")
        && !path_only.contains('@')
        && !path_only.split('/').any(|segment| segment == ".." || segment == ".")
        && !path_only.to_ascii_lowercase().contains("javascript:")
}

#[cfg(test)]
mod tests {
    use super::NextPath;

    #[test]
    fn security_15_only_a_path_of_this_site_is_followed() {
        for evil in [
            "",
            "evil.example",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "/javascript:alert(1)",
            "data:text/html,x",
            "@evil.example",
            "/@evil.example",
            "//user@evil.example",
            "/%2f/evil.example",
            "/%2fevil.example",
            "/%2Fevil.example",
            "/%252fevil.example",
            "/%25252fevil.example",
            "/%5cevil.example",
            "/%5Cevil.example",
            "%2f%2fevil.example",
            "/\tevil.example",
            "/%09/evil.example",
            "/%0d%0aLocation:%20//evil.example",
            "/\n/evil.example",
            " //evil.example",
            "/.//evil.example",
            "/..//evil.example",
            "/%2e%2e//evil.example",
            "/\u{3000}/x",
            "/%ff",
            "/ok/../../x",
            "http:evil.example",
            "/\u{0}/evil.example",
        ] {
            assert_eq!(NextPath::parse(evil), None, "{evil:?}");
        }
        for good in [
            "/",
            "/settings/profile",
            "/o/org_01k/members?search=maya%40acme.example&page=2",
            "/invitation/ghi_abc",
            "/o/org_01k/audit?from=2026-01-01#last",
        ] {
            assert_eq!(NextPath::parse(good).map(|next| next.0).as_deref(), Some(good));
        }
    }

    #[test]
    fn a_path_travels_as_one_query_value() {
        let next = NextPath::parse("/o/x/members?a=1&b=2").unwrap();
        assert_eq!(next.carried_by("/sign-in"), "/sign-in?next=/o/x/members%3Fa%3D1%26b%3D2");
        assert_eq!(NextPath::home().carried_by("/sign-in"), "/sign-in");
    }
}
