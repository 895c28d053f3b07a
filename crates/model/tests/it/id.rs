//! Ids: their text form, their order, and that no kind is read as another.

use std::collections::HashSet;
use std::time::Duration;

use guildhall_model::{
    Clock, OrganizationId, RoleId, SystemClock, SystemEntropy, Timestamp, UserId, kind,
};
use proptest::{prop_assert, prop_assert_eq, proptest};

use crate::support::{Always, json, random, refusal};

const TIME: Timestamp = Timestamp::new(1_764_000_000_123_456);

#[test]
fn an_id_has_one_text_form() {
    let id = OrganizationId::generate(TIME, &Always(0xff));
    assert_eq!(id.text(), "org_01kav9ft3vex5vzzzzzzzzzzzz");
    assert_eq!(id.to_string(), id.text());
    assert_eq!(format!("{id:?}"), id.text());
    assert_eq!(json(&id), format!("\"{id}\""));
    assert_eq!(id.made_at(), Timestamp::new(1_764_000_000_123_000));
}

#[test]
fn an_id_is_a_uuid_of_version_7() {
    for byte in [0, 0x5a, 0xff] {
        let bits = UserId::generate(TIME, &Always(byte)).bits();
        assert_eq!(bits >> 76 & 0xf, 7);
        assert_eq!(bits >> 62 & 3, 2);
    }
}

#[test]
fn the_id_of_one_kind_is_not_read_as_another() {
    let organization = OrganizationId::generate(TIME, &SystemEntropy).text();
    let error = organization.parse::<UserId>().expect_err("an organization is no user");
    assert_eq!(
        error.to_string(),
        format!(
            "`{organization}` is not the id of a user: \
             it is written `user_` and 26 digits or lower-case letters"
        )
    );
    assert!(refusal::<RoleId>(&format!("\"{organization}\"")).contains("custom role"));
}

#[test]
fn other_spellings_are_refused() {
    let digits = "01kb62anw3ef5zzzzzzzzzzzzz";
    assert!(format!("user_{digits}").parse::<UserId>().is_ok());
    let upper = digits.to_uppercase();
    for text in [
        String::new(),
        "user".into(),
        "user_".into(),
        digits.into(),
        format!("user{digits}"),
        format!("user-{digits}"),
        format!("USER_{digits}"),
        format!("user_{upper}"),
        format!(" user_{digits}"),
        format!("user_{digits}\n"),
        format!("user_{}", &digits[1..]),
        format!("user_{digits}0"),
        format!("user_8{}", &digits[1..]),
        format!("user_{}i", &digits[1..]),
        format!("user_{}l", &digits[1..]),
        format!("user_{}o", &digits[1..]),
        format!("user_{}u", &digits[1..]),
        format!("user_{}é", &digits[2..]),
    ] {
        assert!(text.parse::<UserId>().is_err(), "`{text}` was read as an id");
    }
}

#[test]
fn ids_of_one_moment_differ() {
    let ids: HashSet<_> = (0..1000).map(|_| UserId::generate(TIME, &SystemEntropy)).collect();
    assert_eq!(ids.len(), 1000);
    let now = SystemClock.now();
    let made = UserId::generate(now, &SystemEntropy).made_at();
    assert!(now.since(made) < Duration::from_millis(1));
}

#[test]
fn no_two_kinds_share_a_prefix() {
    let different: HashSet<_> = kind::PREFIXES.iter().collect();
    assert_eq!(different.len(), kind::PREFIXES.len());
    for prefix in kind::PREFIXES {
        assert!(prefix.chars().all(|c| c.is_ascii_lowercase()), "{prefix}");
    }
}

#[test]
fn ids_round_trip_and_sort_as_their_texts() {
    proptest!(random(), |(a: u128, b: u128)| {
        let (a, b) = (UserId::from_bits(a), UserId::from_bits(b));
        prop_assert_eq!(a.text().parse::<UserId>(), Ok(a));
        prop_assert_eq!(a.cmp(&b), a.text().cmp(&b.text()));
    });
}

#[test]
fn ids_sort_by_the_microsecond_they_were_made() {
    proptest!(random(), |(at in 0..4_000_000_000_000_000i64, low: u8, high: u8)| {
        let first = UserId::generate(Timestamp::new(at), &Always(low));
        let second = UserId::generate(Timestamp::new(at + 1), &Always(high));
        prop_assert!(first < second);
    });
}
