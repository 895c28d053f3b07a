//! Secret tokens and what is kept of them.

use std::collections::HashSet;

use guildhall_model::{
    ApiKeySecret, BootstrapSecret, InvitationSecret, ResetSecret, SessionSecret, SystemEntropy,
    TokenHash, VerificationSecret,
};
use proptest::{prop_assert, prop_assert_eq, prop_assume, proptest};

use crate::support::{Always, random, refusal};

#[test]
fn a_token_has_a_prefix_44_digits_and_a_checksum() {
    let key = ApiKeySecret::generate(&Always(0));
    assert_eq!(*key.expose(), format!("ghk_{}{}", "0".repeat(44), &key.expose()[48..]));
    assert_eq!(key.expose().len(), 54);
    assert_eq!(SessionSecret::generate(&Always(0)).expose()[..4], *"ghs_");
    assert_eq!(InvitationSecret::generate(&Always(0)).expose()[..4], *"ghi_");
    assert_eq!(VerificationSecret::generate(&Always(0)).expose()[..4], *"ghv_");
    assert_eq!(ResetSecret::generate(&Always(0)).expose()[..4], *"ghr_");
    assert_eq!(BootstrapSecret::generate(&Always(0)).expose()[..4], *"ghb_");
}

#[test]
fn the_checksum_is_the_crc_32_of_all_before_it() {
    let text = ApiKeySecret::generate(&Always(0)).expose();
    let value = text[48..].bytes().fold(0u64, |value, byte| {
        let digit = match byte {
            b'0'..=b'9' => byte - b'0',
            b'A'..=b'Z' => byte - b'A' + 10,
            _ => byte - b'a' + 36,
        };
        value * 62 + u64::from(digit)
    });
    assert_eq!(value, ZLIB_OF_ZEROS);
}

/// The CRC-32 of `ghk_` and 44 zeros, as zlib computes it.
const ZLIB_OF_ZEROS: u64 = 0xc352_6160;

#[test]
fn tokens_round_trip() {
    proptest!(random(), |(byte: u8)| {
        let secret = ResetSecret::generate(&Always(byte));
        let read: ResetSecret = secret.expose().parse().expect("its own text");
        prop_assert_eq!(read.expose(), secret.expose());
        prop_assert_eq!(read.hash(), secret.hash());
    });
    let tokens: HashSet<_> =
        (0..100).map(|_| SessionSecret::generate(&SystemEntropy).hash().to_string()).collect();
    assert_eq!(tokens.len(), 100);
}

#[test]
fn security_1_a_changed_token_is_refused_before_any_look_up() {
    let text = InvitationSecret::generate(&SystemEntropy).expose();
    proptest!(random(), |(at in 4..54usize, digit in "[0-9A-Za-z]")| {
        let mut changed = text.to_string();
        changed.replace_range(at..=at, &digit);
        prop_assume!(changed != **text);
        prop_assert!(changed.parse::<InvitationSecret>().is_err());
    });
    for changed in [
        String::new(),
        "ghi_".into(),
        text[..53].into(),
        text[4..].into(),
        format!("{}0", *text),
        format!(" {}", *text),
        text.to_lowercase(),
        text.replacen("ghi_", "ghs_", 1),
        format!("ghi_{}", "z".repeat(50)),
        format!("ghi_{}é", &text[4..52]),
    ] {
        assert!(changed.parse::<InvitationSecret>().is_err(), "{changed}");
    }
}

#[test]
fn a_token_of_one_kind_serves_no_other() {
    let invitation = InvitationSecret::generate(&Always(1));
    assert!(invitation.expose().parse::<ResetSecret>().is_err());
    assert_ne!(invitation.hash(), ResetSecret::generate(&Always(1)).hash());
}

#[test]
fn nothing_shows_a_token() {
    let key = ApiKeySecret::generate(&SystemEntropy);
    let text = key.expose();
    assert_eq!(format!("{key:?} {:?}", key.clone()), "ghk_… ghk_…");
    assert_eq!(format!("{:?}", key.hash()), "TokenHash(…)");
    let message = refusal::<ApiKeySecret>(&format!("\"{}x\"", *text));
    assert!(message.starts_with("this is not a valid API key: copy it again, whole"), "{message}");
    assert!(!message.contains(&text[8..20]));
    let read: ApiKeySecret = serde_json::from_str(&format!("\"{}\"", *text)).expect("the key");
    assert_eq!(read.hash(), key.hash());
}

#[test]
fn a_hash_is_the_sha_256_of_the_text() {
    let hash = SessionSecret::generate(&Always(0)).hash();
    assert_eq!(hash.to_string(), SHA256_OF_ZEROS);
    assert_eq!(hash.to_string().parse(), Ok(hash));
    let text = hash.to_string();
    for damaged in [String::new(), text[1..].into(), text.to_uppercase(), format!("{text}00")] {
        assert!(damaged.parse::<TokenHash>().is_err(), "{damaged}");
    }
}

/// The SHA-256 of `ghs_`, 44 zeros and their checksum, computed elsewhere.
const SHA256_OF_ZEROS: &str = "879cea9343ac3250849a2cd97beadd51a465d2c9a046bca9690fff46de4aa450";
