//! Times: their text form and their arithmetic at the edges.

use std::time::Duration;

use guildhall_model::Timestamp;
use proptest::{prop_assert, prop_assert_eq, proptest};

use crate::support::{json, random, refusal};

#[test]
fn a_time_is_rfc_3339_in_utc_with_six_decimals() {
    let time = Timestamp::new(1_764_000_000_123_456);
    assert_eq!(time.to_string(), "2025-11-24T16:00:00.123456Z");
    assert_eq!(json(&time), "\"2025-11-24T16:00:00.123456Z\"");
    assert_eq!(Timestamp::new(0).to_string(), "1970-01-01T00:00:00.000000Z");
    assert_eq!(Timestamp::MIN.to_string(), "0000-01-01T00:00:00.000000Z");
    assert_eq!(Timestamp::MAX.to_string(), "9999-12-30T22:00:00.000000Z");
}

#[test]
fn offsets_and_decimals_are_read() {
    for (text, micros) in [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T01:00:00+01:00", 0),
        ("1970-01-01T00:00:00.1Z", 100_000),
        ("1970-01-01T00:00:00.000001999Z", 1),
        ("1969-12-31T23:59:59Z", -1_000_000),
    ] {
        assert_eq!(text.parse(), Ok(Timestamp::new(micros)), "{text}");
    }
}

#[test]
fn what_is_no_time_is_refused_with_an_example() {
    for text in ["", "yesterday", "2026-11-21", "2026-11-21T18:14:05", "2026-13-01T00:00:00Z", "0"]
    {
        let error = text.parse::<Timestamp>().expect_err(text);
        let message = format!("`{text}` is not a time: write it like `2026-11-21T18:14:05Z`");
        assert_eq!(error.to_string(), message);
    }
    assert!(refusal::<Timestamp>("1764000000").contains("an RFC 3339 time"));
}

#[test]
fn arithmetic_stops_at_the_first_and_last_time() {
    assert_eq!(Timestamp::new(i64::MIN), Timestamp::MIN);
    assert_eq!(Timestamp::new(i64::MAX), Timestamp::MAX);
    assert_eq!(Timestamp::MAX.plus(Duration::MAX), Timestamp::MAX);
    assert_eq!(Timestamp::MIN.minus(Duration::MAX), Timestamp::MIN);
    assert_eq!(Timestamp::MIN.since(Timestamp::MAX), Duration::ZERO);
    assert!(Timestamp::MAX.since(Timestamp::MIN) > Duration::from_secs(9998 * 31_536_000));
}

#[test]
fn times_round_trip_and_sort_as_their_texts() {
    let years = Timestamp::MIN.micros()..=Timestamp::MAX.micros();
    proptest!(random(), |(a in years.clone(), b in years)| {
        let (a, b) = (Timestamp::new(a), Timestamp::new(b));
        prop_assert_eq!(a.to_string().parse::<Timestamp>(), Ok(a));
        prop_assert_eq!(a.cmp(&b), a.to_string().cmp(&b.to_string()));
    });
}

#[test]
fn later_and_earlier_undo_each_other() {
    proptest!(random(), |(at in 0..4_000_000_000_000_000i64, by in 0..1_000_000_000_000u64)| {
        let (at, by) = (Timestamp::new(at), Duration::from_micros(by));
        prop_assert_eq!(at.plus(by).minus(by), at);
        prop_assert_eq!(at.plus(by).since(at), by);
        prop_assert!(at.plus(by) >= at);
    });
}
