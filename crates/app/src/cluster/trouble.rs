//! Why a driver did not do what it was told: for the people of an organization, and for the
//! operator.

use super::driver::{Report, plain};

/// Why a driver did not do what it was told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DriverError {
    /// It may work later: it is tried again.
    #[error("{0}")]
    Temporary(Trouble),
    /// It will not work by itself: somebody has to do something about it first.
    #[error("{0}")]
    Permanent(Trouble),
}

impl DriverError {
    /// May work later; people read this sentence.
    pub fn temporary(message: &str) -> Self {
        Self::Temporary(Trouble::new(message))
    }

    /// Will not work by itself; people read this sentence.
    pub fn permanent(message: &str) -> Self {
        Self::Permanent(Trouble::new(message))
    }

    /// What went wrong.
    pub fn trouble(&self) -> &Trouble {
        match self {
            Self::Temporary(trouble) | Self::Permanent(trouble) => trouble,
        }
    }

    /// Adds what only the operator is told.
    #[must_use]
    pub fn because(self, detail: impl std::fmt::Display) -> Self {
        match self {
            Self::Temporary(trouble) => Self::Temporary(trouble.because(detail)),
            Self::Permanent(trouble) => Self::Permanent(trouble.because(detail)),
        }
    }
}

/// The most characters of what the operator is told of a trouble.
const LONGEST_DETAIL: usize = 2_000;

/// What went wrong, in two voices, so that nothing of the machine reaches the people of an
/// organization: a sentence that was written for them, and beside it what programs and the system
/// said. Shown as text, it is the sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// What people read: what happened, in words of Guildhall or of the driver's author. Never a
    /// path, a command line, what a program wrote for its operator, or an error of the system.
    message: String,
    /// Exactly these, for the log and for system administrators.
    detail: Option<String>,
}

impl Trouble {
    /// A trouble that this sentence says all about. It is cleaned as [`Report::words`] says.
    pub fn new(message: &str) -> Self {
        Self { message: Report::words(message), detail: None }
    }

    /// The same, with what only the operator is told.
    #[must_use]
    pub fn because(self, detail: impl std::fmt::Display) -> Self {
        let detail = plain(&detail.to_string(), LONGEST_DETAIL);
        Self { detail: Some(detail).filter(|detail| !detail.is_empty()), ..self }
    }

    /// What only the operator is told.
    pub fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }

    /// Both, for the operator's eyes alone.
    pub fn in_full(&self) -> String {
        match &self.detail {
            Some(detail) => format!("{}: {detail}", self.message),
            None => self.message.clone(),
        }
    }
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl From<&str> for Trouble {
    fn from(message: &str) -> Self {
        Self::new(message)
    }
}
