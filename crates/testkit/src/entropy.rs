//! Randomness that can be repeated from its seed.

use std::env;
use std::sync::atomic::{AtomicU64, Ordering};

use guildhall_model::{Entropy, SystemEntropy};

const VARIABLE: &str = "TEST_SEED";

/// A random source that gives the same bytes for the same seed (SplitMix64). Not fit for secrets.
#[derive(Debug)]
pub struct SeededEntropy {
    seed: u64,
    state: AtomicU64,
}

impl SeededEntropy {
    /// The source of this seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { seed, state: AtomicU64::new(seed) }
    }

    /// A source of a new seed at every run, or of that in the variable `TEST_SEED`. The seed
    /// is printed, which the test harness shows when the test fails.
    ///
    /// # Panics
    /// When the variable holds no number.
    #[must_use]
    pub fn printed() -> Self {
        let seed = match env::var(VARIABLE) {
            Ok(text) => text.parse().unwrap_or_else(|_| panic!("{VARIABLE}={text} is no number")),
            Err(_) => {
                let mut bytes = [0; 8];
                SystemEntropy.fill(&mut bytes);
                u64::from_be_bytes(bytes)
            }
        };
        println!("repeat this with {VARIABLE}={seed}");
        Self::new(seed)
    }

    /// The seed.
    #[must_use]
    pub const fn seed(&self) -> u64 {
        self.seed
    }

    /// The next 64 random bits.
    pub fn next(&self) -> u64 {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut bits = self.state.fetch_add(STEP, Ordering::SeqCst).wrapping_add(STEP);
        bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ bits >> 31
    }

    /// A random number from 0 to `limit - 1`.
    ///
    /// # Panics
    /// When `limit` is zero.
    pub fn below(&self, limit: usize) -> usize {
        assert!(limit > 0, "there is no number below 0");
        ((u128::from(self.next()) * limit as u128) >> 64) as usize
    }

    /// A random one of these.
    ///
    /// # Panics
    /// When there are none.
    pub fn pick<'a, T>(&self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.next().to_le_bytes()[..chunk.len()]);
        }
    }
}
