//! A clock that stands still until a test moves it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use guildhall_model::{Clock, Timestamp};

/// A clock that a test sets. Clones show the same time.
#[derive(Clone, Debug)]
pub struct ManualClock(Arc<AtomicI64>);

impl ManualClock {
    /// A clock that shows `time`.
    #[must_use]
    pub fn at(time: Timestamp) -> Self {
        Self(Arc::new(AtomicI64::new(time.micros())))
    }

    /// A clock that shows this RFC 3339 time.
    ///
    /// # Panics
    /// When it is none.
    #[must_use]
    pub fn at_text(time: &str) -> Self {
        Self::at(time.parse().unwrap_or_else(|error| panic!("{error}")))
    }

    /// Let time pass; the new time is returned.
    pub fn advance(&self, by: Duration) -> Timestamp {
        let later = self.now().plus(by);
        self.set(later);
        later
    }

    /// Show `time` from now on, be it earlier or later.
    pub fn set(&self, time: Timestamp) {
        self.0.store(time.micros(), Ordering::SeqCst);
    }
}

impl Default for ManualClock {
    /// A clock that shows noon on 5 January 2026, a Monday.
    fn default() -> Self {
        Self::at(Timestamp::new(1_767_614_400_000_000))
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::new(self.0.load(Ordering::SeqCst))
    }
}
