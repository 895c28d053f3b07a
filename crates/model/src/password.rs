//! Passwords as they are typed, and as they are kept.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer};
use zeroize::Zeroizing;

use crate::text;

/// A password as it was typed: 1 to 256 bytes, taken as they are. Whether it is strong enough to
/// be chosen is decided elsewhere.
///
/// It is wiped from memory when dropped, shows nothing in `Debug` and cannot be serialized.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

/// A text cannot be a password, and why. The text itself is not repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Nothing was given.
    #[error("the password is missing")]
    Empty,
    /// More than 256 bytes.
    #[error("the password is too long: use at most 256 characters")]
    TooLong,
}

impl Password {
    /// The most bytes.
    pub const MAX: usize = 256;

    /// Take a password as it was typed; nothing is trimmed or normalized.
    ///
    /// # Errors
    /// When it is empty or longer than 256 bytes.
    pub fn parse(text: impl Into<String>) -> Result<Self, PasswordError> {
        let text = Zeroizing::new(text.into());
        match text.len() {
            0 => Err(PasswordError::Empty),
            1..=Self::MAX => Ok(Self(text)),
            _ => Err(PasswordError::TooLong),
        }
    }

    /// The password itself: for hashing, and for judging its strength.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

impl FromStr for Password {
    type Err = PasswordError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl<'de> Deserialize<'de> for Password {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text::deserialize(deserializer, "a password")
    }
}

impl JsonSchema for Password {
    fn schema_name() -> Cow<'static, str> {
        "Password".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "format": "password",
            "minLength": 1,
            "maxLength": 256,
            "writeOnly": true,
            "description": "A password: at most 256 bytes, taken exactly as given.",
        })
    }
}

/// A password as it is kept: the text of a PHC string (`$argon2id$…`). Hidden in `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

/// A text is not a PHC string. The text itself is not repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the stored password hash is damaged: it is not a PHC string")]
pub struct PasswordHashError;

impl PasswordHash {
    /// Take the text of a PHC string: `$`, the algorithm, `$`, and its parameters, salt and hash.
    ///
    /// # Errors
    /// When the text has not that form.
    pub fn parse(text: impl Into<String>) -> Result<Self, PasswordHashError> {
        let text = text.into();
        let mut fields = text.split('$');
        let framed =
            fields.next() == Some("") && fields.next().is_some_and(|name| !name.is_empty());
        let plain = text.len() <= 512 && text.bytes().all(|byte| byte.is_ascii_graphic());
        if framed && plain && fields.count() >= 2 { Ok(Self(text)) } else { Err(PasswordHashError) }
    }

    /// The text of the PHC string: for storing, and for checking a password against.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl FromStr for PasswordHash {
    type Err = PasswordHashError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}
