//! Builds the message that goes over the wire.

use std::time::{Duration, UNIX_EPOCH};

use guildhall_app::mail::transport::{DeliveryError, OutgoingMail};
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::{Address, Message};

/// Builds `mail` as a text and an HTML alternative. The Message-ID depends on the mail's id alone,
/// so that a repeated delivery can be recognized.
///
/// # Errors
/// A permanent one if the receiver's address does not fit into a message.
pub(super) fn build(mail: &OutgoingMail, from: &Mailbox) -> Result<Message, DeliveryError> {
    let receiver: Address = mail.to.as_str().parse().map_err(|_| refused("the address"))?;
    let written = Duration::from_micros(mail.written.micros().try_into().unwrap_or(0));
    Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, receiver))
        .subject(&mail.content.subject)
        .date(UNIX_EPOCH + written)
        .message_id(Some(format!("<{}@{}>", mail.id, from.email.domain())))
        .header(AutoSubmitted)
        .header(NoAutoReply)
        .multipart(MultiPart::alternative_plain_html(
            mail.content.text.clone(),
            mail.content.html.clone(),
        ))
        .map_err(|_| refused("the mail"))
}

fn refused(what: &str) -> DeliveryError {
    DeliveryError::Permanent(format!("{what} cannot be written as a message"))
}

/// `Auto-Submitted: auto-generated` (RFC 3834): no vacation answers, please.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// `X-Auto-Response-Suppress: All`: the same for servers that ignore RFC 3834.
#[derive(Clone)]
struct NoAutoReply;

impl Header for NoAutoReply {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("X-Auto-Response-Suppress")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "All".to_owned())
    }
}
