//! Time-based one-time codes: six digits, half a minute each, one step of leeway either way.

use guildhall_model::{Email, Entropy, Timestamp, UserId};
use totp_rs::{Builder, Totp};
use zeroize::Zeroizing;

use crate::{KeyError, Keys};

/// What an authenticator shows before the address.
const ISSUER: &str = "Guildhall";
/// 160 bits, as RFC 4226 recommends.
const BYTES: usize = 20;

/// The secret that the account shares with its authenticator.
pub(crate) type Secret = Zeroizing<Vec<u8>>;

/// A new secret.
pub(crate) fn generate(entropy: &dyn Entropy) -> Secret {
    let mut secret = Zeroizing::new(vec![0; BYTES]);
    entropy.fill(&mut secret);
    secret
}

/// Seals a secret for the row of its account.
pub(crate) fn seal(keys: &Keys, user: UserId, secret: &Secret, entropy: &dyn Entropy) -> String {
    keys.seal(&context(user), secret, entropy)
}

/// Opens the secret of an account.
pub(crate) fn open(keys: &Keys, user: UserId, sealed: &str) -> Result<Secret, KeyError> {
    keys.open(&context(user), sealed)
}

/// Whether a text has the form of a code: six digits, spaces aside.
pub(crate) fn is_code(text: &str) -> bool {
    let digits = plain(text);
    digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// The time step that a code belongs to, if it is of now or a step before or after, and later than
/// the last one that was taken: no code works twice (RFC 6238, 5.2).
pub(crate) fn check(
    secret: &Secret,
    code: &str,
    now: Timestamp,
    last_step: Option<i64>,
) -> Option<i64> {
    let seconds = u64::try_from(now.micros() / 1_000_000).ok()?;
    let step = authenticator(secret, None).check(&plain(code), seconds)?;
    let step = i64::try_from(step).ok()?;
    last_step.is_none_or(|last| last < step).then_some(step)
}

/// The address that an authenticator reads from the QR code.
pub(crate) fn uri(secret: &Secret, email: &Email) -> String {
    // Only clock errors and an issuer with a colon make it fail.
    authenticator(secret, Some(email)).to_url().unwrap_or_default()
}

/// The secret as people type it: base 32.
pub(crate) fn base32(secret: &Secret) -> String {
    data_encoding::BASE32_NOPAD.encode(secret)
}

fn authenticator(secret: &Secret, email: Option<&Email>) -> Totp {
    Builder::new()
        .with_secret(secret.to_vec())
        .with_account_name(email.map_or("account", Email::as_str))
        .with_issuer(Some(ISSUER))
        .build_noncompliant()
}

fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

fn context(user: UserId) -> String {
    format!("second factor {user}")
}

#[cfg(test)]
mod tests {
    use guildhall_model::Timestamp;
    use zeroize::Zeroizing;

    use super::{check, is_code};

    #[test]
    fn codes_are_those_of_rfc_6238_and_work_once() {
        let secret = Zeroizing::new(b"12345678901234567890".to_vec());
        let at = |seconds: i64| Timestamp::new(seconds * 1_000_000);
        // Appendix B, the last six of the eight digits.
        assert_eq!(check(&secret, "287082", at(59), None), Some(1));
        assert_eq!(check(&secret, "081 804", at(1_111_111_109), None), Some(37_037_036));
        assert_eq!(check(&secret, "287082", at(89), None), Some(1), "one step late");
        assert_eq!(check(&secret, "287082", at(29), None), Some(1), "one step early");
        assert_eq!(check(&secret, "287082", at(90), None), None, "two steps late");
        assert_eq!(check(&secret, "287082", at(59), Some(1)), None, "used");
        assert_eq!(check(&secret, "287083", at(59), None), None);
        assert!(is_code("123 456") && !is_code("12345") && !is_code("abcd-efgh"));
    }
}
