//! What the tests share: repeatable random cases, a fixed random source, the JSON round trip.

use std::fmt::Debug;

use guildhall_model::{Entropy, SystemEntropy};
use proptest::test_runner::{Config, RngSeed};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Settings of a random test: its seed is printed, and taken from `PROPTEST_RNG_SEED` if given.
pub(crate) fn random() -> Config {
    let mut config = Config { failure_persistence: None, ..Config::default() };
    if config.rng_seed == RngSeed::Random {
        let mut seed = [0; 8];
        SystemEntropy.fill(&mut seed);
        config.rng_seed = RngSeed::Fixed(u64::from_be_bytes(seed));
    }
    if let RngSeed::Fixed(seed) = config.rng_seed {
        println!("repeat these cases with PROPTEST_RNG_SEED={seed}");
    }
    config
}

/// A source that gives the same byte again and again.
pub(crate) struct Always(pub(crate) u8);

impl Entropy for Always {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(self.0);
    }
}

/// The value's JSON, after proving that it reads back as the same value.
pub(crate) fn json<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) -> String {
    let json = serde_json::to_string(value).expect("the value has a JSON form");
    assert_eq!(&serde_json::from_str::<T>(&json).expect("its JSON reads back"), value);
    json
}

/// The message with which this JSON is refused as a `T`.
pub(crate) fn refusal<T: DeserializeOwned + Debug>(json: &str) -> String {
    serde_json::from_str::<T>(json).expect_err("this is refused").to_string()
}
