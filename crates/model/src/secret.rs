//! Secret tokens: what a browser, a program or a mail carries to prove who it speaks for.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer};
use zeroize::Zeroizing;

use crate::{Entropy, TokenHash, text};

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const HALF: usize = 22;
const CHECKSUM: usize = 6;
const DIGITS: usize = 2 * HALF + CHECKSUM;

/// What a secret token is for.
pub trait SecretKind: 'static {
    /// The start of its text form, before the `_`: `ghk`. Scanners find leaked tokens by it.
    const PREFIX: &'static str;
    /// What messages call it: `API key`.
    const NAME: &'static str;
    /// Its name in the OpenAPI document: `ApiKeySecret`.
    const SCHEMA: &'static str;
}

/// A secret token: 256 random bits, wiped from memory when dropped.
///
/// Its text form is the kind's prefix, `_`, 44 digits of base 62 and 6 of a CRC-32, so that a
/// mistyped or made-up token is refused before any look-up. It is shown once and kept only as its
/// [`TokenHash`]: `Debug` hides it, and it cannot be serialized.
pub struct Secret<K: SecretKind>(Zeroizing<[u8; 32]>, PhantomData<fn() -> K>);

/// A text is not a secret token of the expected kind. The text itself is not repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not a valid {0}: copy it again, whole")]
pub struct SecretError(&'static str);

macro_rules! secrets {
    ($($alias:ident, $kind:ident, $prefix:literal, $name:literal;)*) => {$(
        #[doc = concat!("What a ", $name, " is for.")]
        #[derive(Debug)]
        pub enum $kind {}

        impl SecretKind for $kind {
            const PREFIX: &'static str = $prefix;
            const NAME: &'static str = $name;
            const SCHEMA: &'static str = stringify!($alias);
        }

        #[doc = concat!("The secret of a ", $name, ": `", $prefix, "_…`.")]
        pub type $alias = Secret<$kind>;
    )*};
}

secrets! {
    SessionSecret, SessionKind, "ghs", "session";
    ApiKeySecret, ApiKeyKind, "ghk", "API key";
    InvitationSecret, InvitationKind, "ghi", "invitation link";
    VerificationSecret, VerificationKind, "ghv", "verification link";
    ResetSecret, ResetKind, "ghr", "reset link";
    BootstrapSecret, BootstrapKind, "ghb", "set-up link";
    ContinuationSecret, ContinuationKind, "ghc", "registration";
}

impl<K: SecretKind> Secret<K> {
    /// A new token.
    #[must_use]
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        entropy.fill(bytes.as_mut());
        Self(bytes, PhantomData)
    }

    /// The token itself, to be shown or sent once.
    #[must_use]
    pub fn expose(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(K::PREFIX.len() + 1 + DIGITS));
        text.push_str(K::PREFIX);
        text.push('_');
        let (high, low) = halves(&self.0);
        push_digits(&mut text, high, HALF);
        push_digits(&mut text, low, HALF);
        let checksum = crc32(text.as_bytes());
        push_digits(&mut text, checksum.into(), CHECKSUM);
        text
    }

    /// What is kept of it. Tokens of different kinds never have the same hash.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        TokenHash::of(&self.expose())
    }
}

fn halves(bytes: &[u8; 32]) -> (u128, u128) {
    let half = |at: usize| u128::from_be_bytes(std::array::from_fn(|i| bytes[at + i]));
    (half(0), half(16))
}

fn push_digits(text: &mut String, value: u128, digits: usize) {
    let digit = |place: usize| (value / 62u128.pow(place as u32) % 62) as usize;
    text.extend((0..digits).rev().map(|place| char::from(ALPHABET[digit(place)])));
}

fn read_digits(text: &[u8]) -> Option<u128> {
    text.iter().try_fold(0, |value: u128, byte| {
        let digit = ALPHABET.iter().position(|known| known == byte)?;
        value.checked_mul(62)?.checked_add(digit as u128)
    })
}

/// The CRC-32 of ISO 3309, as in zip and PNG files.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            crc >> 1 ^ (0xedb8_8320 & (crc & 1).wrapping_neg())
        })
    })
}

fn read<K: SecretKind>(text: &str) -> Option<Secret<K>> {
    let digits = text.strip_prefix(K::PREFIX)?.strip_prefix('_')?.as_bytes();
    if digits.len() != DIGITS {
        return None;
    }
    let (value, checksum) = digits.split_at(2 * HALF);
    let signed = &text.as_bytes()[..text.len() - CHECKSUM];
    if read_digits(checksum)? != u128::from(crc32(signed)) {
        return None;
    }
    let mut bytes = Zeroizing::new([0; 32]);
    bytes[..16].copy_from_slice(&read_digits(&value[..HALF])?.to_be_bytes());
    bytes[16..].copy_from_slice(&read_digits(&value[HALF..])?.to_be_bytes());
    Some(Secret(bytes, PhantomData))
}

impl<K: SecretKind> FromStr for Secret<K> {
    type Err = SecretError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        read(text).ok_or(SecretError(K::NAME))
    }
}

impl<K: SecretKind> Clone for Secret<K> {
    fn clone(&self) -> Self {
        Self(self.0.clone(), PhantomData)
    }
}

impl<K: SecretKind> fmt::Debug for Secret<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_…", K::PREFIX)
    }
}

impl<'de, K: SecretKind> Deserialize<'de> for Secret<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text::deserialize(deserializer, "a secret token")
    }
}

impl<K: SecretKind> JsonSchema for Secret<K> {
    fn schema_name() -> Cow<'static, str> {
        K::SCHEMA.into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let (name, prefix) = (K::NAME, K::PREFIX);
        json_schema!({
            "type": "string",
            "pattern": format!("^{prefix}_[0-9A-Za-z]{{50}}$"),
            "description": format!("The secret of one {name}, shown only once."),
        })
    }
}
