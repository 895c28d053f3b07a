//! Signed messages between Guildhall and a provisioner, both ways, after the rules of Standard
//! Webhooks: three headers, an HMAC over id, time and body, keys that can be changed without a gap.

use std::time::Duration;

use data_encoding::BASE64;
use guildhall_model::{ClusterId, JobId, Timestamp};
use hmac::{Hmac, Mac};
use serde::Deserialize;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::driver::Report;

/// The header with the id of the message, the same for every attempt.
pub const ID: &str = "webhook-id";
/// The header with the time of the attempt, in seconds since 1970.
pub const TIMESTAMP: &str = "webhook-timestamp";
/// The header with the signatures, separated by spaces.
pub const SIGNATURE: &str = "webhook-signature";

/// How far the time of a message may be from ours, before or after.
const WINDOW: Duration = Duration::from_secs(5 * 60);

/// The start of a secret's text form.
const PREFIX: &str = "whsec_";
/// The start of a signature of the one kind there is.
const VERSION: &str = "v1,";

/// The secrets that are shared with a provisioner: usually one; while they are changed, two. Not
/// shown by `Debug`, wiped when dropped.
#[derive(Clone)]
pub struct WebhookSecrets(Vec<Zeroizing<Vec<u8>>>);

/// A text holds no secrets of webhooks. The text itself is not repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be `whsec_` and the base 64 form of 24 to 64 random bytes; several are separated by \
     spaces"
)]
pub struct WebhookSecretsError;

impl std::str::FromStr for WebhookSecrets {
    type Err = WebhookSecretsError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let secret = |text: &str| {
            let digits = text.strip_prefix(PREFIX).ok_or(WebhookSecretsError)?;
            let bytes = BASE64.decode(digits.as_bytes()).map_err(|_| WebhookSecretsError)?;
            let bytes = Zeroizing::new(bytes);
            if (24..=64).contains(&bytes.len()) { Ok(bytes) } else { Err(WebhookSecretsError) }
        };
        let secrets: Vec<_> = text.split_whitespace().map(secret).collect::<Result<_, _>>()?;
        if secrets.is_empty() { Err(WebhookSecretsError) } else { Ok(Self(secrets)) }
    }
}

impl std::fmt::Debug for WebhookSecrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WebhookSecrets")
    }
}

/// The headers of a signed message, as they stand there.
#[derive(Clone, Copy, Debug)]
pub struct Signed<'m> {
    /// That of [`ID`].
    pub id: &'m str,
    /// That of [`TIMESTAMP`].
    pub timestamp: &'m str,
    /// That of [`SIGNATURE`].
    pub signature: &'m str,
}

/// What a provisioner tells of its own accord.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Callback {
    /// The cluster that it is about.
    pub cluster: ClusterId,
    /// The request that this is about; left out for what happened by itself.
    #[serde(default)]
    pub request: Option<JobId>,
    /// How the cluster is; its `state` has to be there.
    pub report: Report,
}

/// Why a message is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// No signature of it was made with a secret that is known, or a header is not as it must be.
    #[error("the signature does not hold")]
    Signature,
    /// It was signed too long ago, or in the future: it may be a repetition of an old one.
    #[error("the signature is older than five minutes, or the clocks differ")]
    Time,
}

impl WebhookSecrets {
    /// The headers' values of a message: its time in seconds, and the signatures with every secret.
    pub fn sign(&self, id: &str, at: Timestamp, body: &[u8]) -> (String, String) {
        let timestamp = at.micros().div_euclid(1_000_000).to_string();
        let signatures = self.0.iter().map(|secret| {
            let code = code(secret, id, &timestamp, body).finalize().into_bytes();
            format!("{VERSION}{}", BASE64.encode(&code))
        });
        let signature = signatures.collect::<Vec<_>>().join(" ");
        (timestamp, signature)
    }

    /// Whether one of the signatures is right and fresh, `now` being the present time. Compares in
    /// constant time.
    ///
    /// # Errors
    /// [`SignatureError::Signature`] and [`SignatureError::Time`].
    pub fn verify(
        &self,
        signed: Signed<'_>,
        body: &[u8],
        now: Timestamp,
    ) -> Result<(), SignatureError> {
        let given = signed.signature.split(' ').filter_map(|one| one.strip_prefix(VERSION));
        let given: Vec<_> =
            given.filter_map(|one| BASE64.decode(one.as_bytes()).ok()).take(8).collect();
        let mut held = false;
        for secret in &self.0 {
            for signature in &given {
                let code = code(secret, signed.id, signed.timestamp, body);
                held |= code.verify_slice(signature).is_ok();
            }
        }
        if !held {
            return Err(SignatureError::Signature);
        }
        let seconds: i64 = signed.timestamp.parse().map_err(|_| SignatureError::Signature)?;
        let away = seconds.abs_diff(now.micros().div_euclid(1_000_000));
        if away > WINDOW.as_secs() { Err(SignatureError::Time) } else { Ok(()) }
    }
}

impl Callback {
    /// Reads a message whose signature holds.
    ///
    /// # Errors
    /// What is wrong with it, in words, without repeating it.
    pub fn read(body: &[u8]) -> Result<Self, String> {
        let callback: Self = serde_json::from_slice(body).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            format!("is not a call back (line {line}, column {column})")
        })?;
        if callback.report.state.is_none() {
            return Err("does not say how the cluster is (`state`)".to_owned());
        }
        let report = callback.report.checked()?;
        Ok(Self { report, ..callback })
    }
}

fn code(secret: &[u8], id: &str, timestamp: &str, body: &[u8]) -> Hmac<Sha256> {
    let mut code = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(secret)
        .expect("HMAC takes keys of any length");
    for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", body] {
        code.update(part);
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const OTHER: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";

    fn secrets(text: &str) -> WebhookSecrets {
        text.parse().unwrap()
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::new(seconds * 1_000_000)
    }

    fn verify(by: &str, signed: Signed<'_>, body: &[u8], now: i64) -> Result<(), SignatureError> {
        secrets(by).verify(signed, body, at(now))
    }

    #[test]
    fn security_68_a_message_is_signed_as_the_standard_says() {
        // The example of the specification.
        let id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
        let body = br#"{"test": 2432232314}"#;
        let (timestamp, signature) = secrets(SECRET).sign(id, at(1_614_265_330), body);
        assert_eq!(timestamp, "1614265330");
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn security_68_69_only_fresh_and_whole_messages_of_the_right_secret_are_taken() {
        let body = b"{}";
        let now = 1_800_000_000;
        let (timestamp, signature) = secrets(SECRET).sign("job_1", at(now), body);
        let signed = Signed { id: "job_1", timestamp: &timestamp, signature: &signature };
        assert_eq!(verify(SECRET, signed, body, now), Ok(()));
        assert_eq!(verify(SECRET, signed, body, now + 300), Ok(()));
        assert_eq!(verify(SECRET, signed, body, now - 300), Ok(()));
        assert_eq!(verify(SECRET, signed, body, now + 301), Err(SignatureError::Time));
        assert_eq!(verify(SECRET, signed, body, now - 301), Err(SignatureError::Time));
        let wrong = Err(SignatureError::Signature);
        assert_eq!(verify(OTHER, signed, body, now), wrong);
        assert_eq!(verify(SECRET, signed, b"{ }", now), wrong);
        assert_eq!(verify(SECRET, Signed { id: "job_2", ..signed }, body, now), wrong);
        let later = (now + 1).to_string();
        assert_eq!(verify(SECRET, Signed { timestamp: &later, ..signed }, body, now), wrong);
        for signature in ["", "v1,", "v1", "v2,AAAA", "v1,AAAA", &signature[..signature.len() - 4]]
        {
            assert_eq!(verify(SECRET, Signed { signature, ..signed }, body, now), wrong);
        }
    }

    #[test]
    fn security_68_secrets_are_changed_without_a_gap() {
        let both = secrets(&format!("{OTHER}  {SECRET}\n"));
        let (timestamp, signature) = both.sign("job_1", at(0), b"");
        assert_eq!(signature.split(' ').count(), 2);
        let signed = Signed { id: "job_1", timestamp: &timestamp, signature: &signature };
        for one in [SECRET, OTHER] {
            assert_eq!(verify(one, signed, b"", 0), Ok(()));
            let (timestamp, signature) = secrets(one).sign("job_1", at(0), b"");
            let signed = Signed { id: "job_1", timestamp: &timestamp, signature: &signature };
            assert_eq!(both.verify(signed, b"", at(0)), Ok(()));
        }
    }

    #[test]
    fn secrets_are_long_and_not_shown() {
        for text in ["", " ", "hunter2", "whsec_", "whsec_aHVudGVyMg==", "whsec_???"] {
            let error = text.parse::<WebhookSecrets>().unwrap_err();
            assert!(!error.to_string().contains("hunter2"));
        }
        assert_eq!(format!("{:?}", secrets(SECRET)), "WebhookSecrets");
    }

    #[test]
    fn a_call_back_is_read_only_when_it_is_sound() {
        let cluster = ClusterId::from_bits(1);
        let body = format!(r#"{{"cluster":"{cluster}","report":{{"state":"running"}}}}"#);
        let callback = Callback::read(body.as_bytes()).unwrap();
        assert_eq!((callback.cluster, callback.request), (cluster, None));
        let state = "\"state\":\"running\"";
        let script = body.replace(state, "\"state\":\"running\",\"url\":\"javascript:alert(1)\"");
        let stateless = body.replace(state, "\"progress\":7");
        let more = body.replace("\"report\"", "\"scope\":\"org\",\"report\"");
        for wrong in ["", "{}", &script, &stateless, &more] {
            assert!(Callback::read(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }
}
