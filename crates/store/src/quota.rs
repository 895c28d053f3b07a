//! How much of something was used in a span of time, counted per key.

use std::time::Duration;

use guildhall_model::Timestamp;

use crate::{Stmt, StoreError, Tx};

/// What a key may use.
#[derive(Clone, Copy, Debug)]
pub struct Quota {
    /// How many times within the window.
    pub most: u32,
    /// How long a use is counted; the window begins with the first use.
    pub window: Duration,
}

static TAKE: Stmt = Stmt::new(
    "quota.take",
    "insert into throttle (throttle_key, attempts, since) values ($1, $2, $3)
     on conflict (throttle_key) do update set
       attempts = case when throttle.since <= $4 then excluded.attempts
                       else throttle.attempts + excluded.attempts end,
       since = case when throttle.since <= $4 then excluded.since else throttle.since end
     returning attempts, since",
);

/// Uses some of a key's quota. Where it does not suffice, answers when it begins anew; the caller
/// then undoes its transaction, and with it this use.
pub async fn take(
    tx: &mut Tx,
    key: &str,
    uses: usize,
    quota: Quota,
    now: Timestamp,
) -> Result<Result<(), Timestamp>, StoreError> {
    let args = [key.into(), (uses as i64).into(), now.into(), now.minus(quota.window).into()];
    let row = tx.fetch_one(&TAKE, &args).await?;
    if row.int("attempts")? <= i64::from(quota.most) {
        return Ok(Ok(()));
    }
    Ok(Err(row.time("since")?.plus(quota.window)))
}

static GIVE_BACK: Stmt = Stmt::new(
    "quota.give_back",
    "update throttle set attempts = attempts - 1 where throttle_key = $1 and attempts > 0",
);
static CLEAR: Stmt = Stmt::new("quota.clear", "delete from throttle where throttle_key = $1");
static SWEEP: Stmt = Stmt::new("quota.sweep", "delete from throttle where since < $1");

/// Takes one use back, such as an attempt that turned out well.
pub async fn give_back(tx: &mut Tx, key: &str) -> Result<(), StoreError> {
    tx.execute(&GIVE_BACK, &[key.into()]).await.map(drop)
}

/// Forgets all uses of a key.
pub async fn clear(tx: &mut Tx, key: &str) -> Result<(), StoreError> {
    tx.execute(&CLEAR, &[key.into()]).await.map(drop)
}

/// Deletes counts that began before a time.
pub async fn sweep(tx: &mut Tx, before: Timestamp) -> Result<u64, StoreError> {
    tx.execute(&SWEEP, &[before.into()]).await
}
