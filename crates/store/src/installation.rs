//! What is known of the installation itself: which key its secrets are sealed with.

use crate::{Stmt, StoreError, Tx};

static FINGERPRINT: Stmt =
    Stmt::new("installation.fingerprint", "select key_fingerprint from installation where id = 1");
static CLAIM: Stmt = Stmt::new(
    "installation.claim",
    "insert into installation (id, key_fingerprint) values (1, $1) on conflict do nothing",
);

/// The fingerprint of the installation's key; `None` before the first start.
pub async fn key_fingerprint(tx: &mut Tx) -> Result<Option<String>, StoreError> {
    let row = tx.fetch_optional(&FINGERPRINT, &[]).await?;
    row.map(|row| row.text("key_fingerprint").map(str::to_owned)).transpose()
}

/// Notes the fingerprint of the installation's key, unless there is one already.
pub async fn note_key_fingerprint(tx: &mut Tx, fingerprint: &str) -> Result<(), StoreError> {
    tx.execute(&CLAIM, &[fingerprint.into()]).await.map(drop)
}
