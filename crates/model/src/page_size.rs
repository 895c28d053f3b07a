//! How many rows a page of a list holds.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::text;

/// The number of rows on a page: 1 to 200, 50 unless asked otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct PageSize(u16);

/// A number of rows is out of bounds.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} is not a page size: ask for 1 to 200 rows", text::quoted(.0))]
pub struct PageSizeError(String);

impl PageSize {
    /// The most rows on one page.
    pub const MAX: Self = Self(200);

    /// A page of this many rows.
    ///
    /// # Errors
    /// When it is not 1 to 200.
    pub fn new(rows: u64) -> Result<Self, PageSizeError> {
        match u16::try_from(rows) {
            Ok(rows) if (1..=Self::MAX.0).contains(&rows) => Ok(Self(rows)),
            _ => Err(PageSizeError(rows.to_string())),
        }
    }

    /// The number of rows.
    #[must_use]
    pub const fn rows(self) -> usize {
        self.0 as usize
    }
}

impl Default for PageSize {
    fn default() -> Self {
        Self(50)
    }
}

impl fmt::Display for PageSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for PageSize {
    type Err = PageSizeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let rows = text.trim().parse().map_err(|_| PageSizeError(text.into()))?;
        Self::new(rows)
    }
}

impl<'de> Deserialize<'de> for PageSize {
    /// From a number (JSON) or a text (a query string).
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NumberOrText)
    }
}

struct NumberOrText;

impl Visitor<'_> for NumberOrText {
    type Value = PageSize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number from 1 to 200")
    }

    fn visit_u64<E: Error>(self, rows: u64) -> Result<PageSize, E> {
        PageSize::new(rows).map_err(E::custom)
    }

    fn visit_i64<E: Error>(self, rows: i64) -> Result<PageSize, E> {
        rows.to_string().parse().map_err(E::custom)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<PageSize, E> {
        text.parse().map_err(E::custom)
    }
}

impl JsonSchema for PageSize {
    fn schema_name() -> Cow<'static, str> {
        "PageSize".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "integer",
            "minimum": 1,
            "maximum": 200,
            "default": 50,
            "description": "How many rows a page holds.",
        })
    }
}
