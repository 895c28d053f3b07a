//! Typed ids: the bits of a UUIDv7 and the kind of thing they name.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Entropy, Kind, Timestamp, text};

pub(crate) const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const DIGITS: usize = 26;

/// The id of one thing of kind `K`: 128 bits of a UUIDv7 (RFC 9562), which sort by creation time.
///
/// Shown, sent, stored and logged in one form: the kind's prefix, `_`, and 26 digits of Crockford's
/// base 32 in lower case. No other spelling is read, so equal ids have equal texts.
pub struct Id<K: Kind>(u128, PhantomData<fn() -> K>);

/// A text is not an id of the expected kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{} is not the id of a {name}: it is written `{prefix}_` and 26 digits or lower-case letters",
    text::quoted(.text)
)]
pub struct IdError {
    text: String,
    name: &'static str,
    prefix: &'static str,
}

impl<K: Kind> Id<K> {
    /// A new id, made at `at`.
    ///
    /// Ids made in different microseconds sort by time (RFC 9562 §6.2, method 3); 62 random bits
    /// keep those of one microsecond apart.
    #[must_use]
    pub fn generate(at: Timestamp, entropy: &dyn Entropy) -> Self {
        let mut random = [0; 8];
        entropy.fill(&mut random);
        let micros = u128::try_from(at.micros()).unwrap_or(0);
        let millis = (micros / 1000) & 0xffff_ffff_ffff;
        let fraction = (micros % 1000) * 4096 / 1000;
        let random = u128::from(u64::from_be_bytes(random)) & 0x3fff_ffff_ffff_ffff;
        Self::from_bits(millis << 80 | 7 << 76 | fraction << 64 | 2 << 62 | random)
    }

    /// The id of these 128 bits.
    #[must_use]
    pub const fn from_bits(bits: u128) -> Self {
        Self(bits, PhantomData)
    }

    /// The 128 bits.
    #[must_use]
    pub const fn bits(self) -> u128 {
        self.0
    }

    /// When the id was made, to the millisecond.
    #[must_use]
    pub fn made_at(self) -> Timestamp {
        Timestamp::new(i64::try_from(self.0 >> 80).unwrap_or(0).saturating_mul(1000))
    }

    /// The text form.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::with_capacity(K::PREFIX.len() + 1 + DIGITS);
        text.push_str(K::PREFIX);
        text.push('_');
        text.extend(digits(self.0).map(char::from));
        text
    }
}

fn digits(bits: u128) -> [u8; DIGITS] {
    std::array::from_fn(|i| ALPHABET[(bits >> (5 * (DIGITS - 1 - i))) as usize & 31])
}

fn bits(digits: &str) -> Option<u128> {
    // 26 digits hold 130 bits: the first digit must leave the upper two at zero.
    if digits.len() != DIGITS || digits.as_bytes()[0] > b'7' {
        return None;
    }
    digits.bytes().try_fold(0, |bits: u128, digit| {
        let value = ALPHABET.iter().position(|known| *known == digit)?;
        Some(bits << 5 | value as u128)
    })
}

impl<K: Kind> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text())
    }
}

impl<K: Kind> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<K: Kind> FromStr for Id<K> {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.strip_prefix(K::PREFIX)
            .and_then(|rest| rest.strip_prefix('_'))
            .and_then(bits)
            .map(Self::from_bits)
            .ok_or_else(|| IdError { text: text.into(), name: K::NAME, prefix: K::PREFIX })
    }
}

impl<K: Kind> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text())
    }
}

impl<'de, K: Kind> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text::deserialize(deserializer, "an id")
    }
}

impl<K: Kind> JsonSchema for Id<K> {
    fn schema_name() -> Cow<'static, str> {
        K::SCHEMA.into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let (name, prefix) = (K::NAME, K::PREFIX);
        json_schema!({
            "type": "string",
            "pattern": format!("^{prefix}_[0-7][0-9a-hjkmnp-tv-z]{{25}}$"),
            "description": format!("The id of one {name}."),
            "examples": [format!("{prefix}_01kaqv8xk2e8jt6y4r9m3s5d7c")],
        })
    }
}

impl<K: Kind> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K: Kind> Copy for Id<K> {}

impl<K: Kind> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<K: Kind> Eq for Id<K> {}

impl<K: Kind> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<K: Kind> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}

impl<K: Kind> Hash for Id<K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
