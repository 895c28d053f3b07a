//! Codes that stand in for a second factor that was lost, each once.

use guildhall_model::{Timestamp, UserId};

use crate::{Stmt, StoreError, Tx};

static INSERT: Stmt = Stmt::new(
    "recovery_code.insert",
    "insert into recovery_code (user_id, code_hash) values ($1, $2)",
);
static FORGET: Stmt =
    Stmt::new("recovery_code.forget", "delete from recovery_code where user_id = $1");
static USE: Stmt = Stmt::new(
    "recovery_code.use",
    "update recovery_code set used_at = $3
     where user_id = $1 and code_hash = $2 and used_at is null",
);
static LEFT: Stmt = Stmt::new(
    "recovery_code.left",
    "select count(*) as codes from recovery_code where user_id = $1 and used_at is null",
);

/// Replaces all codes of a user; without new ones it only takes the old ones away.
pub async fn replace(tx: &mut Tx, user: UserId, hashes: &[String]) -> Result<(), StoreError> {
    tx.execute(&FORGET, &[user.into()]).await?;
    for hash in hashes {
        tx.execute(&INSERT, &[user.into(), hash.into()]).await?;
    }
    Ok(())
}

/// Uses a code up. Answers whether it was one that had not been used.
pub async fn consume(
    tx: &mut Tx,
    user: UserId,
    hash: &str,
    at: Timestamp,
) -> Result<bool, StoreError> {
    Ok(tx.execute(&USE, &[user.into(), hash.into(), at.into()]).await? > 0)
}

/// How many codes of a user were not used yet.
pub async fn left(tx: &mut Tx, user: UserId) -> Result<u64, StoreError> {
    let row = tx.fetch_one(&LEFT, &[user.into()]).await?;
    Ok(u64::try_from(row.int("codes")?).unwrap_or_default())
}
