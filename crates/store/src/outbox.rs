//! Effects outside the database, kept with the mutation that causes them until they are done.

use guildhall_model::{Email, MailId, Timestamp};

use crate::{Scoped, StoreError, TenantStmt};

static ADD: TenantStmt = TenantStmt::new(
    "outbox.add",
    "insert into outbox
        (scope, id, kind, recipient, payload, status, attempts, created_at, next_attempt_at)
     values ($1, $2, $3, $4, $5, 'pending', 0, $6, $6)",
);

/// Puts a mail into the outbox, to be sent once the transaction has committed (security 71).
pub async fn add(
    scoped: &mut Scoped<'_>,
    id: MailId,
    kind: &str,
    recipient: &Email,
    sealed: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    let args = [id.into(), kind.into(), recipient.into(), sealed.into(), at.into()];
    scoped.execute(&ADD, &args).await.map(drop)
}
