//! Sessions of the console: found by the hash of their secret.

use guildhall_model::{Email, SessionId, Timestamp, TokenHash, UserId};

use crate::{Row, Stmt, StoreError, Tx, user};

/// A session.
#[derive(Clone, Debug)]
pub struct Session {
    /// Its id, which is no secret.
    pub id: SessionId,
    /// Whose it is.
    pub user: UserId,
    /// Hash of the secret in the browser's cookie.
    pub token_hash: TokenHash,
    /// Whether the browser keeps it when it is closed.
    pub remembered: bool,
    /// The network address that it was begun from.
    pub address: Option<String>,
    /// The browser that it was begun in.
    pub user_agent: Option<String>,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_seen_at: Timestamp,
    /// The instant from which it is worth nothing.
    pub expires_at: Timestamp,
}

static INSERT: Stmt = Stmt::new(
    "session.insert",
    "insert into session
        (id, user_id, token_hash, remembered, address, user_agent, created_at, last_seen_at,
         expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
);
static FIND: Stmt = Stmt::new("session.find", "select * from session where token_hash = $1");
static LIST: Stmt = Stmt::new(
    "session.list",
    "select * from session where user_id = $1 and expires_at > $2 order by last_seen_at desc, id",
);
static ADDRESSES: Stmt = Stmt::new(
    "session.addresses",
    "select distinct session.address from session
     join user_account on user_account.id = session.user_id
     where user_account.email = $1 and session.expires_at > $2 and session.address is not null",
);
static SEEN: Stmt = Stmt::new(
    "session.seen",
    "update session set last_seen_at = $2 where id = $1 and last_seen_at < $2",
);
static RENEW: Stmt = Stmt::new(
    "session.renew",
    "update session set token_hash = $3 where id = $1 and user_id = $2 returning *",
);
static END: Stmt = Stmt::new("session.end", "delete from session where id = $1 and user_id = $2");
static END_OTHERS: Stmt =
    Stmt::new("session.end_others", "delete from session where user_id = $1 and id <> $2");
static END_ALL: Stmt = Stmt::new("session.end_all", "delete from session where user_id = $1");
static SWEEP: Stmt = Stmt::new("session.sweep", "delete from session where expires_at <= $1");

/// Begins a session.
pub async fn insert(tx: &mut Tx, session: &Session) -> Result<(), StoreError> {
    let args = [
        session.id.into(),
        session.user.into(),
        session.token_hash.to_string().into(),
        session.remembered.into(),
        session.address.as_deref().into(),
        session.user_agent.as_deref().into(),
        session.created_at.into(),
        session.last_seen_at.into(),
        session.expires_at.into(),
    ];
    tx.execute(&INSERT, &args).await.map(drop)
}

/// The session with that secret and whose it is, expired or not.
pub async fn find(
    tx: &mut Tx,
    hash: &TokenHash,
) -> Result<Option<(Session, user::Account)>, StoreError> {
    let row = tx.fetch_optional(&FIND, &[hash.to_string().into()]).await?;
    let Some(session) = row.as_ref().map(session).transpose()? else { return Ok(None) };
    // The index found it; this comparison takes the same time whatever differs (security 69).
    if session.token_hash != *hash {
        return Ok(None);
    }
    let account = user::find(tx, session.user).await?;
    Ok(account.map(|account| (session, account)))
}

/// The sessions of a user that have not expired, the one last used first.
pub async fn list(tx: &mut Tx, user: UserId, now: Timestamp) -> Result<Vec<Session>, StoreError> {
    tx.fetch_all(&LIST, &[user.into(), now.into()]).await?.iter().map(session).collect()
}

/// The network addresses where the person with that e-mail address is signed in.
pub async fn addresses(
    tx: &mut Tx,
    email: &Email,
    now: Timestamp,
) -> Result<Vec<String>, StoreError> {
    let rows = tx.fetch_all(&ADDRESSES, &[email.into(), now.into()]).await?;
    rows.iter().map(|row| row.text("address").map(str::to_owned)).collect()
}

/// Notes that a session was used.
pub async fn seen(tx: &mut Tx, id: SessionId, at: Timestamp) -> Result<(), StoreError> {
    tx.execute(&SEEN, &[id.into(), at.into()]).await.map(drop)
}

/// Gives a session of the user another secret. Answers the session, if there is one.
pub async fn renew(
    tx: &mut Tx,
    id: SessionId,
    user: UserId,
    hash: &TokenHash,
) -> Result<Option<Session>, StoreError> {
    let args = [id.into(), user.into(), hash.to_string().into()];
    tx.fetch_optional(&RENEW, &args).await?.as_ref().map(session).transpose()
}

/// Ends a session of the user. Answers whether there was one.
pub async fn end(tx: &mut Tx, id: SessionId, user: UserId) -> Result<bool, StoreError> {
    Ok(tx.execute(&END, &[id.into(), user.into()]).await? > 0)
}

/// Ends all sessions of the user, or all but one. Answers how many.
pub async fn end_all(tx: &mut Tx, user: UserId, but: Option<SessionId>) -> Result<u64, StoreError> {
    match but {
        Some(id) => tx.execute(&END_OTHERS, &[user.into(), id.into()]).await,
        None => tx.execute(&END_ALL, &[user.into()]).await,
    }
}

/// Deletes sessions that have expired.
pub async fn sweep(tx: &mut Tx, now: Timestamp) -> Result<u64, StoreError> {
    tx.execute(&SWEEP, &[now.into()]).await
}

fn session(row: &Row) -> Result<Session, StoreError> {
    let owned = |column| Ok::<_, StoreError>(row.opt_text(column)?.map(str::to_owned));
    Ok(Session {
        id: row.id("id")?,
        user: row.id("user_id")?,
        token_hash: row.parse("token_hash")?,
        remembered: row.flag("remembered")?,
        address: owned("address")?,
        user_agent: owned("user_agent")?,
        created_at: row.time("created_at")?,
        last_seen_at: row.time("last_seen_at")?,
        expires_at: row.time("expires_at")?,
    })
}
