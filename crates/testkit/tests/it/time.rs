//! The clock and the randomness that tests control.

use std::time::Duration;

use guildhall_model::{Clock, Entropy, UserId};
use guildhall_testkit::{ManualClock, SeededEntropy};

#[test]
fn a_clock_stands_until_it_is_moved() {
    let clock = ManualClock::default();
    assert_eq!(clock.now().to_string(), "2026-01-05T12:00:00.000000Z");
    let other = clock.clone();
    assert_eq!(clock.advance(Duration::from_secs(90)), other.now());
    assert_eq!(other.now().to_string(), "2026-01-05T12:01:30.000000Z");
    clock.set("2020-02-29T00:00:00Z".parse().expect("a time"));
    assert_eq!(other.now(), ManualClock::at_text("2020-02-29T00:00:00Z").now());
}

#[test]
fn a_seed_repeats_a_run() {
    let (one, same, other) = (SeededEntropy::new(7), SeededEntropy::new(7), SeededEntropy::new(8));
    let now = ManualClock::default().now();
    let ids = |entropy| (0..100).map(|_| UserId::generate(now, entropy)).collect::<Vec<_>>();
    let first = ids(&one);
    assert_eq!(first, ids(&same));
    assert_ne!(first, ids(&other));
    assert_eq!(SeededEntropy::new(0).next(), 0xe220_a839_7b1d_cdaf, "as SplitMix64 is published");
}

#[test]
fn random_numbers_reach_every_place() {
    let entropy = SeededEntropy::printed();
    let mut seen = [0; 5];
    for _ in 0..1000 {
        seen[entropy.below(5)] += 1;
    }
    assert!(seen.iter().all(|times| *times > 100), "seed {}: {seen:?}", entropy.seed());
    let mut bytes = [0; 19];
    entropy.fill(&mut bytes);
    assert!(bytes[16..].iter().any(|byte| *byte != 0) || bytes[..16] != [0; 16]);
    assert!(["a", "b"].contains(entropy.pick(&["a", "b"])));
}
