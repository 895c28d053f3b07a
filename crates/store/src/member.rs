//! Attributes of memberships: how members are sorted and found. Who is a member is a relationship.

use std::collections::BTreeSet;

use guildhall_model::{Email, OrganizationId, Timestamp, UserId};

use crate::{Scoped, Stmt, StoreError, TenantStmt, Tx, Value};

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

static INSERT: TenantStmt = TenantStmt::new(
    "member.insert",
    "insert into member (scope, user_id, sort_key, joined_at) values ($1, $2, $3, $4)",
);
static SORT: TenantStmt = TenantStmt::new(
    "member.sort",
    "update member set sort_key = $3 where scope = $1 and user_id = $2",
);
static FORGET_TERMS: TenantStmt = TenantStmt::new(
    "member_term.forget",
    "delete from member_term where scope = $1 and user_id = $2",
);
static ADD_TERM: TenantStmt = TenantStmt::new(
    "member_term.add",
    "insert into member_term (scope, term, user_id) values ($1, $2, $3)",
);
static COUNT: TenantStmt =
    TenantStmt::new("member.count", "select count(*) as members from member where scope = $1");
static ORGANIZATIONS: Stmt =
    Stmt::new("member.organizations", "select scope from member where user_id = $1 order by scope");

/// Writes the membership of a person, with the words they are found by.
pub async fn insert(
    scoped: &mut Scoped<'_>,
    person: &Person<'_>,
    joined_at: Timestamp,
) -> Result<(), StoreError> {
    let args = [person.id.into(), sort_key(person).into(), joined_at.into()];
    scoped.execute(&INSERT, &args).await?;
    add_terms(scoped, person).await
}

/// Brings order and words of a membership to the person's names and address as they are now.
pub async fn refresh(scoped: &mut Scoped<'_>, person: &Person<'_>) -> Result<(), StoreError> {
    scoped.execute(&SORT, &[person.id.into(), sort_key(person).into()]).await?;
    scoped.execute(&FORGET_TERMS, &[person.id.into()]).await?;
    add_terms(scoped, person).await
}

/// How many members the organization has.
pub async fn count(scoped: &mut Scoped<'_>) -> Result<u64, StoreError> {
    let row = scoped.fetch_one(&COUNT, &[]).await?;
    Ok(u64::try_from(row.int("members")?).unwrap_or_default())
}

/// The organizations a user is a member of, by id, deleted ones that can be restored included.
pub async fn organizations(tx: &mut Tx, user: UserId) -> Result<Vec<OrganizationId>, StoreError> {
    let rows = tx.fetch_all(&ORGANIZATIONS, &[user.into()]).await?;
    rows.iter().map(|row| row.id("scope")).collect()
}

async fn add_terms(scoped: &mut Scoped<'_>, person: &Person<'_>) -> Result<(), StoreError> {
    for term in terms(person) {
        scoped.execute(&ADD_TERM, &[Value::Text(term), person.id.into()]).await?;
    }
    Ok(())
}

/// Names in lower case, then the address, so that equal names have a fixed order.
fn sort_key(person: &Person<'_>) -> String {
    let names = format!("{} {}", person.first_name, person.last_name);
    format!("{}\u{1}{}", names.trim().to_lowercase(), person.email.as_str())
}

/// The words of names and address, each the start of what a search may ask for: the whole address,
/// its parts, and every word of the names; both names in a row as one, as people type them.
fn terms(person: &Person<'_>) -> BTreeSet<String> {
    let first = person.first_name.to_lowercase();
    let last = person.last_name.to_lowercase();
    let address = person.email.as_str();
    let mut terms = BTreeSet::from([
        address.to_owned(),
        format!("{first} {last}").trim().to_owned(),
        format!("{last} {first}").trim().to_owned(),
        person.email.domain().to_owned(),
    ]);
    let words = |text: &str| {
        let parts = text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
        parts.map(str::to_owned).collect::<Vec<_>>()
    };
    terms.extend(words(person.email.local_part()));
    terms.extend(words(&first));
    terms.extend(words(&last));
    terms
}

#[cfg(test)]
mod tests {
    use guildhall_model::UserId;

    use super::{Person, sort_key, terms};

    #[test]
    fn people_are_found_by_every_word_of_names_and_address() {
        let person = Person {
            id: UserId::from_bits(7),
            email: &"ada.king@lovelace.example".parse().unwrap(),
            first_name: "Ada Augusta",
            last_name: "King-Noel",
        };
        let terms = terms(&person);
        for term in ["ada", "augusta", "king", "noel", "ada.king@lovelace.example"] {
            assert!(terms.contains(term), "{term}");
        }
        assert_eq!(sort_key(&person), "ada augusta king-noel\u{1}ada.king@lovelace.example");
    }
}
