//! Accounts of people.

use guildhall_model::{Email, OrganizationId, PasswordHash, Timestamp, UserId};

use crate::{
    Row, Stmt, StoreError, Tx,
    member::{Person, full_name},
};

/// An account.
#[derive(Clone, Debug)]
pub struct Account {
    /// Its id.
    pub id: UserId,
    /// Its address, which no other account has.
    pub email: Email,
    /// When the holder proved to receive mail there.
    pub email_verified_at: Option<Timestamp>,
    /// The first name; empty for none.
    pub first_name: String,
    /// The last name; empty for none.
    pub last_name: String,
    /// The password.
    pub password_hash: PasswordHash,
    /// When it was chosen.
    pub password_changed_at: Timestamp,
    /// The second factor, if one was begun.
    pub totp: Option<Totp>,
    /// When the Welcome splash was closed (H20).
    pub welcome_closed_at: Option<Timestamp>,
    /// The organization last looked at.
    pub last_organization: Option<OrganizationId>,
    /// Since when nobody can sign in to it.
    pub disabled_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A second factor by time-based codes.
#[derive(Clone, Debug)]
pub struct Totp {
    /// The shared secret, sealed.
    pub sealed: String,
    /// Since when it is asked for; before, the set-up was not finished.
    pub confirmed_at: Option<Timestamp>,
    /// The last time step whose code was taken.
    pub last_step: Option<i64>,
}

impl Account {
    /// An account as it begins: of an address that is not confirmed yet, without a second factor.
    pub fn new(
        id: UserId,
        email: Email,
        (first_name, last_name): (&str, &str),
        password_hash: PasswordHash,
        created_at: Timestamp,
    ) -> Self {
        Self {
            id,
            email,
            email_verified_at: None,
            first_name: first_name.to_owned(),
            last_name: last_name.to_owned(),
            password_hash,
            password_changed_at: created_at,
            totp: None,
            welcome_closed_at: None,
            last_organization: None,
            disabled_at: None,
            created_at,
        }
    }

    /// The account as lists of members sort and find it.
    pub fn person(&self) -> Person<'_> {
        let (first_name, last_name) = (self.first_name.as_str(), self.last_name.as_str());
        Person { id: self.id, email: &self.email, first_name, last_name }
    }

    /// First and last name, as far as they are given.
    pub fn name(&self) -> String {
        full_name(&self.first_name, &self.last_name)
    }

    /// Whether signing in asks for a second factor.
    pub fn has_second_factor(&self) -> bool {
        self.totp.as_ref().is_some_and(|totp| totp.confirmed_at.is_some())
    }
}

static INSERT: Stmt = Stmt::new(
    "user_account.insert",
    "insert into user_account
        (id, email, email_verified_at, first_name, last_name, password_hash, password_changed_at,
         welcome_closed_at, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
);
static BY_ID: Stmt = Stmt::new("user_account.by_id", "select * from user_account where id = $1");
static BY_EMAIL: Stmt =
    Stmt::new("user_account.by_email", "select * from user_account where email = $1");
static SET_NAMES: Stmt = Stmt::new(
    "user_account.set_names",
    "update user_account set first_name = $2, last_name = $3 where id = $1",
);
static SET_PASSWORD: Stmt = Stmt::new(
    "user_account.set_password",
    "update user_account set password_hash = $2, password_changed_at = $3 where id = $1",
);
static SET_EMAIL: Stmt = Stmt::new(
    "user_account.set_email",
    "update user_account set email = $2, email_verified_at = $3 where id = $1",
);
static SET_TOTP: Stmt = Stmt::new(
    "user_account.set_totp",
    "update user_account set totp_sealed = $2, totp_confirmed_at = $3, totp_last_step = $4
     where id = $1",
);
static CLOSE_WELCOME: Stmt = Stmt::new(
    "user_account.close_welcome",
    "update user_account set welcome_closed_at = $2 where id = $1 and welcome_closed_at is null",
);
static VISIT: Stmt =
    Stmt::new("user_account.visit", "update user_account set last_organization = $2 where id = $1");
static DISABLE: Stmt =
    Stmt::new("user_account.disable", "update user_account set disabled_at = $2 where id = $1");
static DELETE: Stmt = Stmt::new("user_account.delete", "delete from user_account where id = $1");

/// Writes an account; a conflict on [`crate::Constraint::UserEmail`] where the address is taken.
pub async fn insert(tx: &mut Tx, account: &Account) -> Result<(), StoreError> {
    let args = [
        account.id.into(),
        (&account.email).into(),
        account.email_verified_at.into(),
        account.first_name.as_str().into(),
        account.last_name.as_str().into(),
        account.password_hash.expose().into(),
        account.password_changed_at.into(),
        account.welcome_closed_at.into(),
        account.created_at.into(),
    ];
    tx.execute(&INSERT, &args).await.map(drop)
}

/// The account of that id.
pub async fn find(tx: &mut Tx, id: UserId) -> Result<Option<Account>, StoreError> {
    tx.fetch_optional(&BY_ID, &[id.into()]).await?.as_ref().map(account).transpose()
}

/// The account with that address, verified or not.
pub async fn find_by_email(tx: &mut Tx, email: &Email) -> Result<Option<Account>, StoreError> {
    tx.fetch_optional(&BY_EMAIL, &[email.into()]).await?.as_ref().map(account).transpose()
}

/// Sets the names; empty for none.
pub async fn set_names(
    tx: &mut Tx,
    id: UserId,
    first_name: &str,
    last_name: &str,
) -> Result<(), StoreError> {
    tx.execute(&SET_NAMES, &[id.into(), first_name.into(), last_name.into()]).await.map(drop)
}

/// Sets the password.
pub async fn set_password(
    tx: &mut Tx,
    id: UserId,
    hash: &PasswordHash,
    at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(&SET_PASSWORD, &[id.into(), hash.expose().into(), at.into()]).await.map(drop)
}

/// Sets the address and since when it is verified; a conflict where it is taken.
pub async fn set_email(
    tx: &mut Tx,
    id: UserId,
    email: &Email,
    verified_at: Option<Timestamp>,
) -> Result<(), StoreError> {
    tx.execute(&SET_EMAIL, &[id.into(), email.into(), verified_at.into()]).await.map(drop)
}

/// Sets the second factor; `None` takes it away.
pub async fn set_totp(tx: &mut Tx, id: UserId, totp: Option<&Totp>) -> Result<(), StoreError> {
    let args = [
        id.into(),
        totp.map(|totp| totp.sealed.as_str()).into(),
        totp.and_then(|totp| totp.confirmed_at).into(),
        totp.and_then(|totp| totp.last_step).into(),
    ];
    tx.execute(&SET_TOTP, &args).await.map(drop)
}

/// Notes that the Welcome splash was closed. Answers whether it was open.
pub async fn close_welcome(tx: &mut Tx, id: UserId, at: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.execute(&CLOSE_WELCOME, &[id.into(), at.into()]).await? > 0)
}

/// Notes the organization last looked at.
pub async fn visit(
    tx: &mut Tx,
    id: UserId,
    organization: Option<OrganizationId>,
) -> Result<(), StoreError> {
    tx.execute(&VISIT, &[id.into(), organization.into()]).await.map(drop)
}

/// Closes the account to everybody since a time, or opens it again.
pub async fn disable(tx: &mut Tx, id: UserId, since: Option<Timestamp>) -> Result<(), StoreError> {
    tx.execute(&DISABLE, &[id.into(), since.into()]).await.map(drop)
}

/// Deletes the account with its sessions, keys, codes, links and memberships' attributes.
pub async fn delete(tx: &mut Tx, id: UserId) -> Result<(), StoreError> {
    tx.execute(&DELETE, &[id.into()]).await.map(drop)
}

fn account(row: &Row) -> Result<Account, StoreError> {
    let totp = match row.opt_text("totp_sealed")? {
        Some(sealed) => Some(Totp {
            sealed: sealed.to_owned(),
            confirmed_at: row.opt_time("totp_confirmed_at")?,
            last_step: row.opt_int("totp_last_step")?,
        }),
        None => None,
    };
    Ok(Account {
        id: row.id("id")?,
        email: row.parse("email")?,
        email_verified_at: row.opt_time("email_verified_at")?,
        first_name: row.text("first_name")?.to_owned(),
        last_name: row.text("last_name")?.to_owned(),
        password_hash: row.parse("password_hash")?,
        password_changed_at: row.time("password_changed_at")?,
        totp,
        welcome_closed_at: row.opt_time("welcome_closed_at")?,
        last_organization: row.opt_parse("last_organization")?,
        disabled_at: row.opt_time("disabled_at")?,
        created_at: row.time("created_at")?,
    })
}
