//! The version of a cluster's platform.

use std::cmp::Ordering;
use std::str::FromStr;

use crate::text::{self, text_value};

/// A version: two to four numbers with dots between, such as `2.6.0`.
///
/// Versions compare number by number, never as text: `2.10.0` is newer than `2.6.0`, and `2.6` is
/// as new as `2.6.0` (H64).
#[derive(Clone, Debug)]
pub struct Version {
    text: String,
    numbers: [u32; Version::MOST],
}

/// A text is not a version.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} is not a version: write numbers with dots between, like `3.0.1`", text::quoted(.0))]
pub struct VersionError(String);

impl Version {
    /// The most numbers.
    pub const MOST: usize = 4;

    /// The first version in which administrators of the organization administer the cluster (H61).
    pub const ADMINISTERED: [u32; Self::MOST] = [2, 6, 0, 0];

    /// The text, as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether administrators of the organization administer a Managed cluster of this version
    /// (H61, H62).
    #[must_use]
    pub fn is_administered(&self) -> bool {
        self.numbers >= Self::ADMINISTERED
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.numbers == other.numbers
    }
}

impl Eq for Version {}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.numbers.cmp(&other.numbers)
    }
}

impl FromStr for Version {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let refused = || VersionError(text.into());
        let mut numbers = [0; Self::MOST];
        let mut parts = 0;
        for part in text.split('.') {
            let slot = numbers.get_mut(parts).ok_or_else(refused)?;
            let plain = (1..=9).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
            *slot =
                if plain { part.parse().map_err(|_| refused())? } else { return Err(refused()) };
            parts += 1;
        }
        if parts < 2 { Err(refused()) } else { Ok(Self { text: text.into(), numbers }) }
    }
}

text_value!(Version, "a version", {
    "type": "string",
    "pattern": r"^[0-9]{1,9}(\.[0-9]{1,9}){1,3}$",
    "description": "A version: numbers with dots between, compared number by number.",
    "examples": ["3.0.1"],
});
