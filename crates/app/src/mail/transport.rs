//! What a way to send mail must do, implemented outside this crate.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use guildhall_model::{Email, MailId, Timestamp};
use thiserror::Error;

use super::RenderedMail;

/// Sends mail, by SMTP in the running service.
pub trait Transport: Send + Sync {
    /// Hands one mail over. Called again with the same id after a temporary failure, or when the
    /// process stopped before the success was noted, so the receiver can drop a repetition.
    fn deliver<'a>(&'a self, mail: &'a OutgoingMail) -> Delivery<'a>;
}

/// The pending outcome of [`Transport::deliver`].
pub type Delivery<'a> = Pin<Box<dyn Future<Output = Result<(), DeliveryError>> + Send + 'a>>;

/// A mail ready to be handed over.
#[derive(Clone)]
pub struct OutgoingMail {
    /// Stays the same for every attempt; becomes the Message-ID.
    pub id: MailId,
    /// The stored address of the receiver.
    pub to: Email,
    /// When the mail came into being.
    pub written: Timestamp,
    /// Subject, text and HTML.
    pub content: RenderedMail,
}

/// Shows neither the receiver nor the content, so that it may stand in a log.
impl fmt::Debug for OutgoingMail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutgoingMail").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Why a mail was not handed over. The text names the cause for an administrator and never
/// holds the content of the mail or a credential.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DeliveryError {
    /// Trying again later may help: no connection, a full mailbox, a busy server.
    #[error("{0}")]
    Temporary(String),
    /// Trying again does not help: the server refuses the receiver or the mail.
    #[error("{0}")]
    Permanent(String),
}
