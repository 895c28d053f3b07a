//! The name of an organization in URLs.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use crate::text::{self, text_value};
use crate::{Entropy, id};

/// The name of an organization in URLs: 3 to 30 letters, digits, `_` and `-`, the first a letter
/// or digit (B69). Shown as it was written; two names are equal if their lower case is.
#[derive(Clone, Debug)]
pub struct OrganizationName(String);

/// A text is refused as an organization's name, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OrganizationNameError {
    /// Not 3 to 30 characters.
    #[error("{} has {} characters: an organization's name has 3 to 30", text::quoted(.0), .1)]
    Length(String, usize),
    /// A character other than letters, digits, `_` and `-`.
    #[error("{} cannot be used: write letters a to z, digits, `_` and `-` only", text::quoted(.0))]
    Character(String),
    /// The first character is `_` or `-`.
    #[error("{} cannot be used: begin with a letter or a digit", text::quoted(.0))]
    Start(String),
    /// The name has a meaning of its own.
    #[error("{} is reserved: choose another name", text::quoted(.0))]
    Reserved(String),
}

/// Names with a meaning in URLs, in mail or in people's minds (security case 38).
const RESERVED: &[&str] = &[
    "about",
    "abuse",
    "access",
    "account",
    "accounts",
    "acme-challenge",
    "admin",
    "administrator",
    "administrators",
    "all",
    "anonymous",
    "api",
    "api-keys",
    "app",
    "assets",
    "audit",
    "auth",
    "authorize",
    "billing",
    "built-in",
    "builtin",
    "callback",
    "charter",
    "cluster",
    "clusters",
    "config",
    "console",
    "dashboard",
    "default",
    "delete",
    "demo",
    "dev",
    "docs",
    "edit",
    "error",
    "everyone",
    "export",
    "favicon",
    "forgot",
    "group",
    "groups",
    "guest",
    "guildhall",
    "health",
    "healthz",
    "help",
    "home",
    "hostmaster",
    "import",
    "internal",
    "invitation",
    "invitations",
    "invite",
    "invoice",
    "invoices",
    "legal",
    "login",
    "logout",
    "mail",
    "member",
    "members",
    "metrics",
    "new",
    "nobody",
    "null",
    "oauth",
    "oauth2",
    "oidc",
    "openapi",
    "organization",
    "organizations",
    "outbox",
    "owner",
    "password",
    "plan",
    "plans",
    "postmaster",
    "privacy",
    "project",
    "projects",
    "public",
    "readyz",
    "register",
    "reset",
    "robots",
    "role",
    "roles",
    "root",
    "saml",
    "scim",
    "search",
    "security",
    "session",
    "sessions",
    "settings",
    "setup",
    "sign-in",
    "sign-out",
    "sign-up",
    "signin",
    "signout",
    "signup",
    "static",
    "status",
    "support",
    "system",
    "team",
    "teams",
    "terms",
    "test",
    "token",
    "tokens",
    "undefined",
    "usage",
    "user",
    "users",
    "verify",
    "webhook",
    "webhooks",
    "webmaster",
    "well-known",
    "workspace",
    "workspaces",
    "www",
];

impl OrganizationName {
    /// Read a name; surrounding white space is trimmed.
    ///
    /// # Errors
    /// With the first thing that keeps it from being an organization's name.
    pub fn parse(text: &str) -> Result<Self, OrganizationNameError> {
        let text = text.trim();
        let length = text.chars().count();
        if !(3..=30).contains(&length) {
            return Err(OrganizationNameError::Length(text.into(), length));
        }
        if !text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-') {
            return Err(OrganizationNameError::Character(text.into()));
        }
        if !text.starts_with(|c: char| c.is_ascii_alphanumeric()) {
            return Err(OrganizationNameError::Start(text.into()));
        }
        let name = Self(text.into());
        if RESERVED.contains(&name.key().replace('_', "-").as_str()) {
            return Err(OrganizationNameError::Reserved(text.into()));
        }
        Ok(name)
    }

    /// A name made from any text, such as the owner's address: its letters and digits, at most 20,
    /// and a random ending of 5 that keeps it apart from others.
    #[must_use]
    pub fn suggest(text: &str, entropy: &dyn Entropy) -> Self {
        let mut name: String = text
            .split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join("-")
            .to_ascii_lowercase();
        name.truncate(20);
        let mut random = [0; 5];
        entropy.fill(&mut random);
        let ending: String =
            random.iter().map(|byte| char::from(id::ALPHABET[usize::from(byte % 32)])).collect();
        let start = if name.is_empty() { "organization" } else { name.trim_end_matches('-') };
        Self(format!("{start}-{ending}"))
    }

    /// The name as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name in lower case, which no two organizations share.
    #[must_use]
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }

    fn folded(&self) -> impl Iterator<Item = u8> + '_ {
        self.0.bytes().map(|byte| byte.to_ascii_lowercase())
    }
}

impl PartialEq for OrganizationName {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl Eq for OrganizationName {}

impl PartialOrd for OrganizationName {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for OrganizationName {
    fn cmp(&self, other: &Self) -> Ordering {
        self.folded().cmp(other.folded())
    }
}

impl Hash for OrganizationName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

impl FromStr for OrganizationName {
    type Err = OrganizationNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

text_value!(OrganizationName, "an organization's name", {
    "type": "string",
    "minLength": 3,
    "maxLength": 30,
    "pattern": "^[0-9A-Za-z][0-9A-Za-z_-]{2,29}$",
    "description": "The organization's name in URLs: unique whatever the case, fixed once given.",
    "examples": ["acme"],
});
