//! Where randomness comes from: a source that is handed in, so that tests can repeat a run.

use std::sync::Arc;

/// A source of random bytes for ids and secrets.
pub trait Entropy: Send + Sync {
    /// Overwrite all of `bytes` with random ones.
    fn fill(&self, bytes: &mut [u8]);
}

impl<E: Entropy + ?Sized> Entropy for Arc<E> {
    fn fill(&self, bytes: &mut [u8]) {
        (**self).fill(bytes);
    }
}

/// The operating system's random source, fit for secrets.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    /// # Panics
    /// When the operating system has no randomness: going on would make guessable secrets.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the system's source")]
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system gives random bytes");
    }
}
