//! Effects outside the database, kept with the mutation that causes them until they are done.

use std::fmt;
use std::str::FromStr;

use guildhall_model::{Email, MailId, Timestamp};

use crate::{Row, Scoped, Stmt, StoreError, TenantStmt, Tx, Value, statement::containing};

/// How far a mail has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailStatus {
    /// Waits for its first or next attempt.
    Pending,
    /// Was handed to the mail server; its content is erased.
    Sent,
    /// Was given up after the last attempt, or refused for good.
    Failed,
    /// Was never handed over in time; its content is erased.
    Expired,
}

/// A mail as it lies in the outbox.
#[derive(Clone, Debug)]
pub struct StoredMail {
    /// Its id, which stays the same for every attempt.
    pub id: MailId,
    /// The kind of mail, such as `invitation`.
    pub kind: String,
    /// The address it goes to.
    pub recipient: Email,
    /// The subject, which holds no secret.
    pub subject: String,
    /// The sealed content, until it is erased.
    pub payload: Option<String>,
    /// How far it has come.
    pub status: MailStatus,
    /// How often handing it over was begun.
    pub attempts: u32,
    /// When the mutation behind it was made.
    pub created_at: Timestamp,
    /// When the next attempt is due, if it is pending.
    pub next_attempt_at: Timestamp,
    /// When it was handed over.
    pub sent_at: Option<Timestamp>,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
}

static ADD: TenantStmt = TenantStmt::new(
    "outbox.add",
    "insert into outbox
        (scope, id, kind, recipient, subject, payload, status, attempts, created_at,
         next_attempt_at)
     values ($1, $2, $3, $4, $5, $6, 'pending', 0, $7, $7)",
);

/// Puts a mail into the outbox, to be sent once the transaction has committed (security 71).
pub async fn add(
    scoped: &mut Scoped<'_>,
    id: MailId,
    kind: &str,
    recipient: &Email,
    subject: &str,
    sealed: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    let args = [id.into(), kind.into(), recipient.into(), subject.into(), sealed.into(), at.into()];
    scoped.execute(&ADD, &args).await.map(drop)
}

static DUE: Stmt = Stmt::new(
    "outbox.due",
    "select * from outbox
     where status = 'pending' and next_attempt_at <= $1
       and (leased_until is null or leased_until <= $1)
     order by next_attempt_at, id limit $2",
);

/// Pending mails that are due and that nobody is sending, the longest due first.
pub async fn due(tx: &mut Tx, now: Timestamp, limit: u32) -> Result<Vec<StoredMail>, StoreError> {
    let rows = tx.fetch_all(&DUE, &[now.into(), i64::from(limit).into()]).await?;
    rows.iter().map(mail).collect()
}

static LEASE: Stmt = Stmt::new(
    "outbox.lease",
    "update outbox set leased_until = $3, attempts = attempts + 1
     where id = $1 and status = 'pending' and next_attempt_at <= $2
       and (leased_until is null or leased_until <= $2)",
);

/// Begins an attempt that nobody else may begin before `until`. Answers whether it is ours: of two
/// processes, the later one finds the lease of the earlier.
pub async fn lease(
    tx: &mut Tx,
    id: MailId,
    now: Timestamp,
    until: Timestamp,
) -> Result<bool, StoreError> {
    Ok(tx.execute(&LEASE, &[id.into(), now.into(), until.into()]).await? == 1)
}

static SENT: Stmt = Stmt::new(
    "outbox.sent",
    "update outbox set status = 'sent', sent_at = $2, payload = null, leased_until = null,
        last_error = null
     where id = $1",
);

/// Notes that a mail was handed over, and erases its content.
pub async fn sent(tx: &mut Tx, id: MailId, at: Timestamp) -> Result<(), StoreError> {
    tx.execute(&SENT, &[id.into(), at.into()]).await.map(drop)
}

static POSTPONED: Stmt = Stmt::new(
    "outbox.postponed",
    "update outbox set next_attempt_at = $2, leased_until = null, last_error = $3
     where id = $1 and status = 'pending'",
);

/// Notes that an attempt failed and when the next one is due.
pub async fn postponed(
    tx: &mut Tx,
    id: MailId,
    next: Timestamp,
    error: &str,
) -> Result<(), StoreError> {
    tx.execute(&POSTPONED, &[id.into(), next.into(), error.into()]).await.map(drop)
}

static FAILED: Stmt = Stmt::new(
    "outbox.failed",
    "update outbox set status = 'failed', leased_until = null, last_error = $2
     where id = $1 and status = 'pending'",
);

/// Notes that a mail was given up. Its content stays, sealed, so that it can be tried again.
pub async fn failed(tx: &mut Tx, id: MailId, error: &str) -> Result<(), StoreError> {
    tx.execute(&FAILED, &[id.into(), error.into()]).await.map(drop)
}

static EXPIRED: Stmt = Stmt::new(
    "outbox.expired",
    "update outbox set status = 'expired', payload = null, leased_until = null
     where id = $1 and status in ('pending', 'failed')",
);

/// Notes that a mail came too late to be of use, and erases its content.
pub async fn expired(tx: &mut Tx, id: MailId) -> Result<(), StoreError> {
    tx.execute(&EXPIRED, &[id.into()]).await.map(drop)
}

static REWRITE: Stmt = Stmt::new(
    "outbox.rewrite",
    "update outbox set payload = $2, attempts = 0, leased_until = null
     where id = $1 and status = 'pending'",
);

/// Gives a pending mail another content, and ends the attempt that found out so.
pub async fn rewrite(tx: &mut Tx, id: MailId, sealed: &str) -> Result<(), StoreError> {
    tx.execute(&REWRITE, &[id.into(), sealed.into()]).await.map(drop)
}

static RETRY: Stmt = Stmt::new(
    "outbox.retry",
    "update outbox set status = 'pending', attempts = 0, next_attempt_at = $2, leased_until = null
     where id = $1 and status in ('pending', 'failed') and payload is not null",
);

/// Makes a mail that was given up or postponed due at once. Answers whether there was one.
pub async fn retry(tx: &mut Tx, id: MailId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.execute(&RETRY, &[id.into(), now.into()]).await? == 1)
}

static NEXT: Stmt = Stmt::new(
    "outbox.next",
    "select min(case when leased_until > next_attempt_at then leased_until
                     else next_attempt_at end) as next
     from outbox where status = 'pending'",
);

/// When a pending mail is next due.
pub async fn next_due(tx: &mut Tx) -> Result<Option<Timestamp>, StoreError> {
    tx.fetch_one(&NEXT, &[]).await?.opt_time("next")
}

static FIND: Stmt = Stmt::new("outbox.find", "select * from outbox where id = $1");

/// One mail.
pub async fn find(tx: &mut Tx, id: MailId) -> Result<Option<StoredMail>, StoreError> {
    tx.fetch_optional(&FIND, &[id.into()]).await?.as_ref().map(mail).transpose()
}

/// Which mails a list shows.
#[derive(Clone, Debug, Default)]
pub struct MailFilter {
    /// Only those that have come this far.
    pub status: Option<MailStatus>,
    /// Only those to an address with this in it.
    pub recipient: Option<String>,
}

impl MailFilter {
    fn args(&self) -> [Value; 2] {
        let status = self.status.map_or("", MailStatus::as_str);
        let recipient = self.recipient.as_deref().map(str::to_ascii_lowercase);
        let recipient = recipient.map_or_else(|| "%".to_owned(), |text| containing(&text));
        [status.into(), recipient.into()]
    }
}

static PAGE: Stmt = Stmt::new(
    "outbox.page",
    r"select * from outbox
      where ($1 = '' or status = $1) and recipient like $2 escape '\'
        and ($3 = '' or id < $3)
      order by id desc limit $4",
);

/// Mails, newest first: those after one in that order, at most `limit`.
pub async fn page(
    tx: &mut Tx,
    filter: &MailFilter,
    after: Option<MailId>,
    limit: u32,
) -> Result<Vec<StoredMail>, StoreError> {
    let [status, recipient] = filter.args();
    let after = after.map(|id| id.text()).unwrap_or_default();
    let args = [status, recipient, after.into(), i64::from(limit).into()];
    tx.fetch_all(&PAGE, &args).await?.iter().map(mail).collect()
}

static COUNT: Stmt = Stmt::new(
    "outbox.count",
    r"select count(*) as mails from outbox
      where ($1 = '' or status = $1) and recipient like $2 escape '\'",
);

/// How many mails there are.
pub async fn count(tx: &mut Tx, filter: &MailFilter) -> Result<u64, StoreError> {
    let mails = tx.fetch_one(&COUNT, &filter.args()).await?.int("mails")?;
    Ok(mails.unsigned_abs())
}

static PURGE: Stmt = Stmt::new("outbox.purge", "delete from outbox where created_at < $1");

/// Deletes mails that were written before a time. Answers how many.
pub async fn purge(tx: &mut Tx, before: Timestamp) -> Result<u64, StoreError> {
    tx.execute(&PURGE, &[before.into()]).await
}

fn mail(row: &Row) -> Result<StoredMail, StoreError> {
    Ok(StoredMail {
        id: row.id("id")?,
        kind: row.text("kind")?.to_owned(),
        recipient: row.parse("recipient")?,
        subject: row.text("subject")?.to_owned(),
        payload: row.opt_text("payload")?.map(str::to_owned),
        status: row.parse("status")?,
        attempts: u32::try_from(row.int("attempts")?).unwrap_or(u32::MAX),
        created_at: row.time("created_at")?,
        next_attempt_at: row.time("next_attempt_at")?,
        sent_at: row.opt_time("sent_at")?,
        last_error: row.opt_text("last_error")?.map(str::to_owned),
    })
}

impl MailStatus {
    /// The stored form.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Expired => "expired",
        }
    }
}

impl fmt::Display for MailStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for MailStatus {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        [Self::Pending, Self::Sent, Self::Failed, Self::Expired]
            .into_iter()
            .find(|status| status.as_str() == text)
            .ok_or_else(|| format!("`{text}` is none of: pending, sent, failed, expired"))
    }
}
