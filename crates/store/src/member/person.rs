//! The names and the address of an account, as organizations show them.

use guildhall_model::{Email, UserId};

use crate::{Row, Stmt, StoreError, Tx};

/// A person as the list of members sorts and finds them.
#[derive(Clone, Copy, Debug)]
pub struct Person<'a> {
    /// The account.
    pub id: UserId,
    /// Its address.
    pub email: &'a Email,
    /// The first name; empty for none.
    pub first_name: &'a str,
    /// The last name; empty for none.
    pub last_name: &'a str,
}

/// Who an account belongs to, as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownPerson {
    /// The account.
    pub id: UserId,
    /// Its address.
    pub email: Email,
    /// The first name; may be empty.
    pub first_name: String,
    /// The last name; may be empty.
    pub last_name: String,
}

impl KnownPerson {
    /// First and last name; empty where neither is known.
    pub fn name(&self) -> String {
        full_name(&self.first_name, &self.last_name)
    }
}

/// First and last name as one; empty where there is neither.
pub fn full_name(first: &str, last: &str) -> String {
    format!("{first} {last}").trim().to_owned()
}

static BY_ID: Stmt = Stmt::new(
    "person.by_id",
    "select id as user_id, email, first_name, last_name from user_account where id = $1",
);
static BY_EMAIL: Stmt = Stmt::new(
    "person.by_email",
    "select id as user_id, email, first_name, last_name from user_account where email = $1",
);

/// The person of an account.
pub async fn person(tx: &mut Tx, user: UserId) -> Result<Option<KnownPerson>, StoreError> {
    tx.fetch_optional(&BY_ID, &[user.into()]).await?.as_ref().map(read).transpose()
}

/// The person whose account has an address, confirmed or not.
pub async fn find_person(tx: &mut Tx, email: &Email) -> Result<Option<KnownPerson>, StoreError> {
    tx.fetch_optional(&BY_EMAIL, &[email.into()]).await?.as_ref().map(read).transpose()
}

pub(super) fn read(row: &Row) -> Result<KnownPerson, StoreError> {
    Ok(KnownPerson {
        id: row.id("user_id")?,
        email: row.parse("email")?,
        first_name: row.text("first_name")?.to_owned(),
        last_name: row.text("last_name")?.to_owned(),
    })
}
