//! Outcomes of operations that were sent with an idempotency key.

use guildhall_model::Timestamp;

use crate::{Stmt, StoreError, Tx};

/// What was kept for a key.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Name of the operation that ran.
    pub operation: String,
    /// Hash of what was asked.
    pub fingerprint: String,
    /// The sealed outcome.
    pub outcome: String,
}

static FIND: Stmt = Stmt::new(
    "idempotency.find",
    "select operation, fingerprint, outcome from idempotency
     where actor = $1 and idempotency_key = $2",
);
static KEEP: Stmt = Stmt::new(
    "idempotency.keep",
    "insert into idempotency
        (actor, idempotency_key, operation, fingerprint, outcome, created_at)
     values ($1, $2, $3, $4, $5, $6)",
);
static FORGET: Stmt =
    Stmt::new("idempotency.forget", "delete from idempotency where created_at < $1");

/// What an actor's key has led to before.
pub async fn find(tx: &mut Tx, actor: &str, key: &str) -> Result<Option<Kept>, StoreError> {
    let row = tx.fetch_optional(&FIND, &[actor.into(), key.into()]).await?;
    row.map(|row| {
        Ok(Kept {
            operation: row.text("operation")?.to_owned(),
            fingerprint: row.text("fingerprint")?.to_owned(),
            outcome: row.text("outcome")?.to_owned(),
        })
    })
    .transpose()
}

/// Keeps an outcome under an actor's key; a conflict where the key is taken by now.
pub async fn keep(
    tx: &mut Tx,
    actor: &str,
    key: &str,
    kept: &Kept,
    at: Timestamp,
) -> Result<(), StoreError> {
    let args = [
        actor.into(),
        key.into(),
        kept.operation.as_str().into(),
        kept.fingerprint.as_str().into(),
        kept.outcome.as_str().into(),
        at.into(),
    ];
    tx.execute(&KEEP, &args).await.map(drop)
}

/// Forgets outcomes from before a time.
pub async fn forget(tx: &mut Tx, before: Timestamp) -> Result<u64, StoreError> {
    tx.execute(&FORGET, &[before.into()]).await
}
