//! The mails in the outbox, newest first, without their content.

use guildhall_model::{Email, MailId, Timestamp};
use guildhall_store::outbox::{self, MailFilter, MailStatus, StoredMail};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{Never, Permission, Query, QueryOutcome, TheSystem, Viewing};

/// The most mails that one answer holds: a page of 200, and one more to tell that there is another.
const MOST: u32 = 201;

/// Lists the mails of the installation, newest first.
#[derive(Clone, Debug)]
pub struct ListOutbox {
    /// Which mails.
    pub filter: MailFilter,
    /// Only mails older than this one.
    pub after: Option<MailId>,
    /// How many at most; capped at 201.
    pub limit: u32,
}

/// A page of the outbox.
#[derive(Clone, Debug)]
pub struct OutboxList {
    /// The mails, newest first.
    pub mails: Vec<OutboxEntry>,
    /// How many the filter finds in all.
    pub total: u64,
    /// How many wait to be sent, of all.
    pub pending: u64,
    /// How many were given up, of all.
    pub failed: u64,
}

/// What the outbox tells about a mail. Never its content, which may hold a link that opens an
/// account (security 4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OutboxEntry {
    /// The mail.
    pub id: MailId,
    /// What sort of mail, such as `invitation`.
    pub kind: String,
    /// Whom it goes to.
    pub recipient: Email,
    /// Its subject.
    pub subject: String,
    /// `pending`, `sent`, `failed` or `expired`.
    pub status: String,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it is tried next, while pending.
    pub next_attempt_at: Option<Timestamp>,
    /// When it was handed to the mail server.
    pub sent_at: Option<Timestamp>,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
    /// Whether its content is still there.
    pub has_content: bool,
}

impl From<StoredMail> for OutboxEntry {
    fn from(mail: StoredMail) -> Self {
        let pending = mail.status == MailStatus::Pending;
        Self {
            id: mail.id,
            kind: mail.kind,
            recipient: mail.recipient,
            subject: mail.subject,
            status: mail.status.to_string(),
            attempts: mail.attempts,
            created_at: mail.created_at,
            next_attempt_at: pending.then_some(mail.next_attempt_at),
            sent_at: mail.sent_at,
            last_error: mail.last_error,
            has_content: mail.payload.is_some(),
        }
    }
}

impl Query for ListOutbox {
    const NAME: &'static str = "outbox.list";
    const PERMISSION: Permission<TheSystem> = Permission::named("can_read_outbox");
    type Target = TheSystem;
    type Output = OutboxList;
    type Refusal = Never;

    fn target(&self) -> TheSystem {
        TheSystem
    }

    async fn run(self, cx: &mut Viewing<'_, Self>) -> QueryOutcome<Self> {
        let limit = self.limit.min(MOST);
        let mut store = cx.store();
        let tx = store.system();
        let of = |status| MailFilter { status: Some(status), recipient: None };
        let mails = outbox::page(tx, &self.filter, self.after, limit).await?;
        Ok(OutboxList {
            mails: mails.into_iter().map(OutboxEntry::from).collect(),
            total: outbox::count(tx, &self.filter).await?,
            pending: outbox::count(tx, &of(MailStatus::Pending)).await?,
            failed: outbox::count(tx, &of(MailStatus::Failed)).await?,
        })
    }
}
