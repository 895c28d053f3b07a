//! API keys of users: found by the hash of their secret.

use guildhall_model::{ApiKeyId, ApiKeyName, Timestamp, TokenHash, UserId};

use crate::{Row, Stmt, StoreError, Tx, user};

/// An API key.
#[derive(Clone, Debug)]
pub struct ApiKey {
    /// Its id, which is no secret.
    pub id: ApiKeyId,
    /// Whose it is.
    pub user: UserId,
    /// What it is for.
    pub name: ApiKeyName,
    /// Hash of the key.
    pub token_hash: TokenHash,
    /// The last characters of the key.
    pub hint: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// The instant from which it is worth nothing; `None` for never.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
}

static INSERT: Stmt = Stmt::new(
    "api_key.insert",
    "insert into api_key (id, user_id, name, token_hash, hint, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7)",
);
static FIND: Stmt = Stmt::new("api_key.find", "select * from api_key where token_hash = $1");
static LIST: Stmt = Stmt::new(
    "api_key.list",
    "select * from api_key where user_id = $1 order by created_at desc, id desc",
);
static USED: Stmt = Stmt::new("api_key.used", "update api_key set last_used_at = $2 where id = $1");
static REVOKE: Stmt = Stmt::new(
    "api_key.revoke",
    "delete from api_key where id = $1 and user_id = $2 returning name",
);
static REVOKE_ALL: Stmt = Stmt::new("api_key.revoke_all", "delete from api_key where user_id = $1");

/// Writes a key.
pub async fn insert(tx: &mut Tx, key: &ApiKey) -> Result<(), StoreError> {
    let args = [
        key.id.into(),
        key.user.into(),
        key.name.as_str().into(),
        key.token_hash.to_string().into(),
        key.hint.as_str().into(),
        key.created_at.into(),
        key.expires_at.into(),
    ];
    tx.execute(&INSERT, &args).await.map(drop)
}

/// The key with that secret and whose it is, expired or not.
pub async fn find(
    tx: &mut Tx,
    hash: &TokenHash,
) -> Result<Option<(ApiKey, user::Account)>, StoreError> {
    let row = tx.fetch_optional(&FIND, &[hash.to_string().into()]).await?;
    let Some(key) = row.as_ref().map(api_key).transpose()? else { return Ok(None) };
    // The index found it; this comparison takes the same time whatever differs (security 69).
    if key.token_hash != *hash {
        return Ok(None);
    }
    let account = user::find(tx, key.user).await?;
    Ok(account.map(|account| (key, account)))
}

/// The keys of a user, the latest first.
pub async fn list(tx: &mut Tx, user: UserId) -> Result<Vec<ApiKey>, StoreError> {
    tx.fetch_all(&LIST, &[user.into()]).await?.iter().map(api_key).collect()
}

/// Notes that a key was used.
pub async fn used(tx: &mut Tx, id: ApiKeyId, at: Timestamp) -> Result<(), StoreError> {
    tx.execute(&USED, &[id.into(), at.into()]).await.map(drop)
}

/// Revokes a key of the user. Answers its name, or `None` where there is none.
pub async fn revoke(tx: &mut Tx, id: ApiKeyId, user: UserId) -> Result<Option<String>, StoreError> {
    let row = tx.fetch_optional(&REVOKE, &[id.into(), user.into()]).await?;
    row.map(|row| Ok(row.text("name")?.to_owned())).transpose()
}

/// Revokes all keys of the user. Answers how many.
pub async fn revoke_all(tx: &mut Tx, user: UserId) -> Result<u64, StoreError> {
    tx.execute(&REVOKE_ALL, &[user.into()]).await
}

fn api_key(row: &Row) -> Result<ApiKey, StoreError> {
    Ok(ApiKey {
        id: row.id("id")?,
        user: row.id("user_id")?,
        name: row.parse("name")?,
        token_hash: row.parse("token_hash")?,
        hint: row.text("hint")?.to_owned(),
        created_at: row.time("created_at")?,
        expires_at: row.opt_time("expires_at")?,
        last_used_at: row.opt_time("last_used_at")?,
    })
}
