//! Passwords and their hashes.

use guildhall_model::{Password, PasswordError, PasswordHash};

use crate::support::refusal;

#[test]
fn a_password_is_taken_as_it_is() {
    for text in [" ", " two words ", "pa\0ss", "пароль", "e\u{301}", &"x".repeat(256)] {
        assert_eq!(Password::parse(text).expect("a password").expose(), text);
    }
}

#[test]
fn a_password_has_1_to_256_bytes() {
    assert_eq!(Password::parse("").err(), Some(PasswordError::Empty));
    assert_eq!(Password::parse("x".repeat(257)).err(), Some(PasswordError::TooLong));
    assert_eq!(Password::parse("é".repeat(129)).err(), Some(PasswordError::TooLong));
}

#[test]
fn nothing_shows_a_password() {
    let password = Password::parse("hunter2").expect("a password");
    assert_eq!(format!("{password:?} {:?}", password.clone()), "Password(…) Password(…)");
    assert!(!refusal::<Password>(&format!("\"{}\"", "hunter2".repeat(50))).contains("hunter2"));
    let read: Password = serde_json::from_str("\"hunter2\"").expect("a password");
    assert_eq!(read.expose(), "hunter2");
}

#[test]
fn a_hash_is_a_phc_string() {
    let text = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNo";
    let hash: PasswordHash = text.parse().expect("a PHC string");
    assert_eq!(hash.expose(), text);
    assert_eq!(format!("{hash:?}"), "PasswordHash(…)");
    for text in
        ["", "$", "$$", "hunter2", "argon2id$v=19$x", "$argon2id", "$argon2id$x", "$a$b c$d"]
    {
        let error = text.parse::<PasswordHash>().expect_err(text);
        let message = "the stored password hash is damaged: it is not a PHC string";
        assert_eq!(error.to_string(), message);
    }
}
