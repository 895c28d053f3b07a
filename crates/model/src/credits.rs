//! Credits: the unit in which an organization's consumption is counted.

use std::iter::Sum;
use std::ops::{Add, Neg, Sub};
use std::str::FromStr;
use std::time::Duration;

use crate::text;

/// An amount of credits, to the millionth; below zero where more was consumed than granted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Credits(i64);

/// A text is not an amount of credits.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} is not an amount of credits: write it like `250` or `12.5`", text::quoted(.0))]
pub struct CreditsError(String);

const ONE: i64 = 1_000_000;

impl Credits {
    /// None.
    pub const ZERO: Self = Self(0);
    /// The largest amount that is granted at once: a billion.
    pub const MAX_GRANT: Self = Self(1_000_000_000 * ONE);

    /// Whole credits.
    #[must_use]
    pub const fn new(credits: u32) -> Self {
        Self(credits as i64 * ONE)
    }

    /// Millionths of a credit, as the stores keep it.
    #[must_use]
    pub const fn from_millionths(millionths: i64) -> Self {
        Self(millionths)
    }

    /// Millionths of a credit.
    #[must_use]
    pub const fn millionths(self) -> i64 {
        self.0
    }

    /// What running for a time consumes at this rate for an hour, rounded down to the millionth.
    ///
    /// It only grows with time: the consumption of a part of a run is the difference between its
    /// end and its start, and the parts add up to the whole exactly.
    #[must_use]
    pub fn hourly(self, time: Duration) -> Self {
        let millionths = i128::from(self.0) * i128::try_from(time.as_micros()).unwrap_or(i128::MAX)
            / (3600 * i128::from(ONE));
        Self(i64::try_from(millionths).unwrap_or(i64::MAX))
    }

    /// The amount with exactly two decimals, rounded towards zero, for people.
    #[must_use]
    pub fn rounded(self) -> String {
        let cents = self.0 / (ONE / 100);
        let sign = if cents < 0 { "-" } else { "" };
        format!("{sign}{}.{:02}", cents.unsigned_abs() / 100, cents.unsigned_abs() % 100)
    }
}

impl Add for Credits {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Credits {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Neg for Credits {
    type Output = Self;

    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl Sum for Credits {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::ZERO, Add::add)
    }
}

impl std::fmt::Display for Credits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (sign, whole) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        let (whole, part) = (whole / ONE.unsigned_abs(), whole % ONE.unsigned_abs());
        if part == 0 {
            return f.pad(&format!("{sign}{whole}"));
        }
        f.pad(format!("{sign}{whole}.{part:06}").trim_end_matches('0'))
    }
}

impl FromStr for Credits {
    type Err = CreditsError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let refused = || CreditsError(text.into());
        let (sign, amount) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
        let (whole, part) = amount.split_once('.').unwrap_or((amount, "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(part) || part.len() > 6 {
            return Err(refused());
        }
        let whole: i64 = whole.parse().map_err(|_| refused())?;
        let part: i64 = format!("{part:0<6}").parse().map_err(|_| refused())?;
        let whole = whole.checked_mul(ONE).and_then(|whole| whole.checked_add(part));
        whole.map(|whole| Self(sign * whole)).ok_or_else(refused)
    }
}

impl serde::Serialize for Credits {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Credits {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        text::deserialize(from, "an amount of credits")
    }
}

impl schemars::JsonSchema for Credits {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Credits".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "pattern": r"^-?[0-9]+(\.[0-9]{1,6})?$",
            "description": "An amount of credits, exact to the millionth.",
            "examples": ["12.5"],
        })
    }
}
