//! Several mail addresses, as people type or paste them.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::{Email, EmailError};

/// One to 500 different mail addresses, in the order they were given (A8, A10).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct EmailList(Vec<Email>);

/// A list of mail addresses is refused as a whole, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmailListError {
    /// No address was given.
    #[error("no mail address was given: write at least one, like `bob@example.org`")]
    Empty,
    /// More than 500 addresses.
    #[error("{0} mail addresses are too many: give at most 500 at once")]
    TooMany(usize),
    /// Some items are no addresses: every one of them, in order.
    #[error("{}", each(.0))]
    Invalid(Vec<EmailError>),
}

impl EmailList {
    /// The most addresses in one list.
    pub const MAX: usize = 500;

    /// Read addresses separated by commas, semicolons, line ends or white space. White space
    /// around an item is trimmed, empty items are ignored, repeated addresses folded (A10).
    ///
    /// # Errors
    /// When an item is no address (the error names each one), or when there are none or too many.
    pub fn parse(text: &str) -> Result<Self, EmailListError> {
        Self::from_items(text.split(|c: char| c == ',' || c == ';' || c.is_whitespace()))
    }

    /// Read addresses given one by one; the rules are those of [`Self::parse`].
    ///
    /// # Errors
    /// As [`Self::parse`].
    pub fn from_items<'a>(
        items: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, EmailListError> {
        let mut emails = Vec::new();
        let mut seen = std::collections::HashSet::new();
        let mut bad = Vec::new();
        let mut given = 0;
        for item in items.into_iter().map(str::trim).filter(|item| !item.is_empty()) {
            given += 1;
            if given > Self::MAX {
                continue;
            }
            match Email::parse(item) {
                Ok(email) if seen.insert(email.clone()) => emails.push(email),
                Ok(_) => {}
                Err(error) if bad.contains(&error) => {}
                Err(error) => bad.push(error),
            }
        }
        match (given, bad.is_empty()) {
            (0, _) => Err(EmailListError::Empty),
            (given, _) if given > Self::MAX => Err(EmailListError::TooMany(given)),
            (_, false) => Err(EmailListError::Invalid(bad)),
            (_, true) => Ok(Self(emails)),
        }
    }

    /// The addresses.
    #[must_use]
    pub fn as_slice(&self) -> &[Email] {
        &self.0
    }

    /// The addresses, one by one.
    pub fn iter(&self) -> std::slice::Iter<'_, Email> {
        self.0.iter()
    }
}

fn each(errors: &[EmailError]) -> String {
    errors.iter().map(EmailError::to_string).collect::<Vec<_>>().join("; ")
}

impl IntoIterator for EmailList {
    type Item = Email;
    type IntoIter = std::vec::IntoIter<Email>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a EmailList {
    type Item = &'a Email;
    type IntoIter = std::slice::Iter<'a, Email>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl From<Email> for EmailList {
    fn from(email: Email) -> Self {
        Self(vec![email])
    }
}

impl FromStr for EmailList {
    type Err = EmailListError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl fmt::Display for EmailList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, email) in self.0.iter().enumerate() {
            write!(f, "{}{email}", if i == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

impl<'de> Deserialize<'de> for EmailList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ListOrText)
    }
}

struct ListOrText;

impl<'de> Visitor<'de> for ListOrText {
    type Value = EmailList;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of mail addresses, or a text with commas between them")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<EmailList, E> {
        EmailList::parse(text).map_err(E::custom)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<EmailList, A::Error> {
        let mut texts = Vec::new();
        while let Some(text) = items.next_element::<String>()? {
            texts.push(text);
        }
        EmailList::from_items(texts.iter().map(String::as_str)).map_err(A::Error::custom)
    }
}

impl JsonSchema for EmailList {
    fn schema_name() -> Cow<'static, str> {
        "EmailList".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let item = generator.subschema_for::<Email>();
        json_schema!({
            "anyOf": [
                { "type": "array", "items": item, "minItems": 1, "maxItems": 500 },
                { "type": "string", "description": "Addresses with commas between them." },
            ],
            "description": "1 to 500 mail addresses. Repeated ones are folded; if one is not an \
                            address, all are refused and the answer names each bad one.",
        })
    }
}
