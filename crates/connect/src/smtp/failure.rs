//! Decides whether a failed delivery is worth another attempt, and says why it failed.

use std::error::Error as _;

use guildhall_app::mail::transport::DeliveryError;
use lettre::transport::smtp::Error;

/// The most characters of a server's answer that are kept.
const ANSWER_LIMIT: usize = 200;

/// Answers that complain about our credentials or the lack of TLS, not about this mail: trying
/// again helps once the settings are right. See RFC 4954.
const ABOUT_SETTINGS: [u16; 5] = [523, 530, 534, 535, 538];

/// Turns an error of the transport into ours.
pub(super) fn classify(error: &Error) -> DeliveryError {
    let Some(code) = error.status().map(u16::from) else {
        return DeliveryError::Temporary(without_answer(error));
    };
    if ABOUT_SETTINGS.contains(&code) {
        // The text of such an answer might repeat what we sent, so it is left out.
        return DeliveryError::Temporary(format!(
            "the mail server refuses our user name or password, or wants TLS ({code})"
        ));
    }
    let answer = error.source().map(ToString::to_string).unwrap_or_default();
    let message = format!("the mail server answered {code} {}", one_line(&answer));
    let message = message.trim_end().to_owned();
    if error.is_permanent() {
        DeliveryError::Permanent(message)
    } else {
        DeliveryError::Temporary(message)
    }
}

fn without_answer(error: &Error) -> String {
    let mut cause = String::new();
    let mut source = error.source();
    while let Some(inner) = source {
        cause = inner.to_string();
        source = inner.source();
    }
    let cause = one_line(&cause);
    if error.is_tls() {
        format!("no TLS connection to the mail server: {cause}")
    } else if error.is_response() {
        "the mail server's answer makes no sense".to_owned()
    } else if cause.is_empty() {
        "the mail server cannot be reached".to_owned()
    } else {
        format!("the mail server cannot be reached: {cause}")
    }
}

fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split(|c: char| c.is_whitespace() || c.is_control()).collect();
    let line = words.iter().filter(|word| !word.is_empty()).copied().collect::<Vec<_>>().join(" ");
    line.chars().take(ANSWER_LIMIT).collect()
}
