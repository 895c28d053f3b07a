//! Reading a mail in the outbox, while no mail server is configured.

use guildhall_model::{Email, MailId, Timestamp};
use guildhall_store::outbox;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::Content;
use crate::mail::RenderedMail;
use crate::{Granted, Keys, Operation, Outcome, Permission, Refusal, RefusalKind, Stop, TheSystem};

/// Shows a mail to a system administrator. An operation, not a query, so that each look leaves an
/// audit event: a mail may hold a link that opens somebody's account.
#[derive(Clone, Debug)]
pub struct ReadMail {
    /// The mail.
    pub mail: MailId,
}

/// A mail as its receiver would see it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ReadableMail {
    /// The mail.
    pub id: MailId,
    /// Whom it is for.
    pub recipient: Email,
    /// When it was written.
    pub created_at: Timestamp,
    /// The subject.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The HTML, which links only to this installation.
    pub html: String,
}

/// Why a mail is not shown.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ReadMailRefusal {
    /// Mails reach their receivers, so nobody else has to read them.
    #[error("mails are sent by the mail server, so only their receivers can read them")]
    MailIsSent,
    /// It was delivered or has expired.
    #[error("the content of this mail has been erased")]
    Erased,
}

impl Refusal for ReadMailRefusal {
    const CODES: &'static [&'static str] = &["mail.not_readable", "mail.erased"];

    fn code(&self) -> &'static str {
        match self {
            Self::MailIsSent => "mail.not_readable",
            Self::Erased => "mail.erased",
        }
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::MailIsSent => RefusalKind::Forbidden,
            Self::Erased => RefusalKind::Gone,
        }
    }
}

impl Operation for ReadMail {
    const NAME: &'static str = "outbox.read";
    const PERMISSION: Permission<TheSystem> = Permission::named("can_read_outbox");
    type Target = TheSystem;
    type Output = ReadableMail;
    type Refusal = ReadMailRefusal;

    fn target(&self) -> TheSystem {
        TheSystem
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        if cx.settings().mail_is_sent {
            return Err(ReadMailRefusal::MailIsSent.into());
        }
        let found = outbox::find(cx.store().system(), self.mail).await?;
        let stored = found.ok_or(Stop::NotFound)?;
        let payload = stored.payload.ok_or(ReadMailRefusal::Erased)?;
        let content = open(cx.app().keys(), stored.id, &payload).map_err(Stop::Fault)?;
        let mail = content.into_mail();
        cx.about("mail", stored.id, &stored.recipient);
        let RenderedMail { subject, text, html } = mail.render(&cx.settings().base_url);
        let (id, recipient, created_at) = (stored.id, stored.recipient, stored.created_at);
        Ok(ReadableMail { id, recipient, created_at, subject, text, html })
    }
}

/// Opens the sealed content of a mail.
///
/// # Errors
/// In words, if the keys are not those that sealed it.
pub(super) fn open(keys: &Keys, id: MailId, payload: &str) -> Result<Content, String> {
    let content = keys.open(&id.text(), payload).map_err(|error| error.to_string())?;
    serde_json::from_slice(&content).map_err(|error| format!("the mail cannot be read: {error}"))
}
