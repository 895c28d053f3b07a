//! Links that work once: mailed to verify an address or reset a password, printed to set up.

use std::str::FromStr;

use guildhall_model::{Email, Timestamp, TokenHash, UserId};

use crate::{Row, Stmt, StoreError, Tx};

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To verify the address of an account.
    Verify,
    /// To verify the address that an account is about to get.
    ChangeEmail,
    /// To choose a new password.
    Reset,
    /// To make the first system administrator.
    SetUp,
}

impl Purpose {
    fn as_str(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::ChangeEmail => "change_email",
            Self::Reset => "reset",
            Self::SetUp => "set_up",
        }
    }
}

impl FromStr for Purpose {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        [Self::Verify, Self::ChangeEmail, Self::Reset, Self::SetUp]
            .into_iter()
            .find(|purpose| purpose.as_str() == text)
            .ok_or_else(|| format!("`{text}` is not a purpose of a link"))
    }
}

/// A link.
#[derive(Clone, Debug)]
pub struct MailedLink {
    /// Hash of its secret.
    pub token_hash: TokenHash,
    /// What it is for.
    pub purpose: Purpose,
    /// Whose it is; `None` for setting up.
    pub user: Option<UserId>,
    /// The address it was sent to, or is about.
    pub email: Option<Email>,
    /// Hash of the secret that the browser got in which it was asked for.
    pub browser_hash: Option<TokenHash>,
    /// When it was made.
    pub created_at: Timestamp,
    /// The instant from which it does not work any more.
    pub expires_at: Timestamp,
}

static INSERT: Stmt = Stmt::new(
    "mailed_link.insert",
    "insert into mailed_link
        (token_hash, purpose, user_id, email, browser_hash, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7)",
);
static FIND: Stmt = Stmt::new(
    "mailed_link.find",
    "select * from mailed_link where token_hash = $1 and used_at is null",
);
static NEWEST: Stmt = Stmt::new(
    "mailed_link.newest",
    "select * from mailed_link
     where user_id = $1 and purpose = $2 and used_at is null and expires_at > $3
     order by created_at desc limit 1",
);
static USE: Stmt = Stmt::new(
    "mailed_link.use",
    "update mailed_link set used_at = $2 where token_hash = $1 and used_at is null",
);
static FORGET: Stmt =
    Stmt::new("mailed_link.forget", "delete from mailed_link where user_id = $1 and purpose = $2");
static FORGET_UNOWNED: Stmt = Stmt::new(
    "mailed_link.forget_unowned",
    "delete from mailed_link where user_id is null and purpose = $1",
);
static SWEEP: Stmt =
    Stmt::new("mailed_link.sweep", "delete from mailed_link where expires_at < $1");

/// Writes a link; an earlier one of the same user for the same purpose stops working.
pub async fn replace(tx: &mut Tx, link: &MailedLink) -> Result<(), StoreError> {
    match link.user {
        Some(user) => forget(tx, user, link.purpose).await?,
        None => tx.execute(&FORGET_UNOWNED, &[link.purpose.as_str().into()]).await.map(drop)?,
    }
    let args = [
        link.token_hash.to_string().into(),
        link.purpose.as_str().into(),
        link.user.into(),
        link.email.as_ref().map(Email::as_str).into(),
        link.browser_hash.map(|hash| hash.to_string()).into(),
        link.created_at.into(),
        link.expires_at.into(),
    ];
    tx.execute(&INSERT, &args).await.map(drop)
}

/// The link with that secret, if it was not used; expired or not.
pub async fn find(tx: &mut Tx, hash: &TokenHash) -> Result<Option<MailedLink>, StoreError> {
    let row = tx.fetch_optional(&FIND, &[hash.to_string().into()]).await?;
    row.as_ref().map(link).transpose()
}

/// The link of a user for a purpose that still works.
pub async fn newest(
    tx: &mut Tx,
    user: UserId,
    purpose: Purpose,
    now: Timestamp,
) -> Result<Option<MailedLink>, StoreError> {
    let args = [user.into(), purpose.as_str().into(), now.into()];
    tx.fetch_optional(&NEWEST, &args).await?.as_ref().map(link).transpose()
}

/// Uses a link up. Answers whether it was unused.
pub async fn consume(tx: &mut Tx, hash: &TokenHash, at: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.execute(&USE, &[hash.to_string().into(), at.into()]).await? > 0)
}

/// Takes a user's links for a purpose back.
pub async fn forget(tx: &mut Tx, user: UserId, purpose: Purpose) -> Result<(), StoreError> {
    tx.execute(&FORGET, &[user.into(), purpose.as_str().into()]).await.map(drop)
}

/// Deletes links that expired before a time.
pub async fn sweep(tx: &mut Tx, before: Timestamp) -> Result<u64, StoreError> {
    tx.execute(&SWEEP, &[before.into()]).await
}

fn link(row: &Row) -> Result<MailedLink, StoreError> {
    Ok(MailedLink {
        token_hash: row.parse("token_hash")?,
        purpose: row.parse("purpose")?,
        user: row.opt_parse("user_id")?,
        email: row.opt_parse("email")?,
        browser_hash: row.opt_parse("browser_hash")?,
        created_at: row.time("created_at")?,
        expires_at: row.time("expires_at")?,
    })
}
