//! The one way a value with a text form gets its `Display`, serde and JSON schema.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::de::{Deserializer, Error, Visitor};

/// Deserialize through `FromStr`, so that no value enters unvalidated.
pub(crate) fn deserialize<'de, T, D>(deserializer: D, expected: &'static str) -> Result<T, D::Error>
where
    T: FromStr,
    T::Err: fmt::Display,
    D: Deserializer<'de>,
{
    deserializer.deserialize_str(Parse(expected, PhantomData))
}

struct Parse<T>(&'static str, PhantomData<T>);

impl<T> Visitor<'_> for Parse<T>
where
    T: FromStr,
    T::Err: fmt::Display,
{
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }
}

/// User input as it appears in an error message: escaped, and cut after 80 characters.
pub(crate) fn quoted(text: &str) -> String {
    const MAX: usize = 80;
    let mut chars = text.chars();
    let shown: String = chars.by_ref().take(MAX).flat_map(escape).collect();
    if chars.next().is_some() { format!("`{shown}…`") } else { format!("`{shown}`") }
}

/// Control, invisible and unusual white-space characters as `\u{…}`, all others as they are.
fn escape(char: char) -> Box<dyn Iterator<Item = char>> {
    match char {
        '\'' | '"' | '\\' => Box::new(std::iter::once(char)),
        _ => Box::new(char.escape_debug()),
    }
}

/// Give a type with `as_str()` and `FromStr` its other text traits and its JSON schema.
macro_rules! text_value {
    ($type:ident, $expected:literal, $schema:tt) => {
        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl AsRef<str> for $type {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                crate::text::deserialize(from, $expected)
            }
        }

        impl schemars::JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!($schema)
            }
        }
    };
}

pub(crate) use text_value;
