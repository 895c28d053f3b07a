//! Members: the attributes of a membership and the order and the words by which people are found.
//!
//! That somebody is a member, and as what, is a relationship; a row here exists exactly as long.

mod person;
mod search;

use std::collections::HashMap;

use guildhall_model::{Email, OrganizationId, Timestamp, UserId};

use crate::{Row, Scoped, Stmt, StoreError, TenantStmt, Tx, Value};

pub use person::{KnownPerson, Person, find_person, full_name, person};
pub use search::Terms;

/// A membership together with the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Who it is.
    pub person: KnownPerson,
    /// What the list is ordered by.
    pub sort_key: String,
    /// When they joined.
    pub joined_at: Timestamp,
}

/// A row of the list of members by what orders it, and so the place beside that row.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The sort key of the row.
    pub sort_key: String,
    /// The user of the row, as text.
    pub user: String,
}

/// Which way to go from a [`Position`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Towards later rows, in order.
    Forward,
    /// Towards earlier rows, in reverse order.
    Backward,
}

/// What the rows of a page are found by. Each is driven by its own index, so the caller chooses
/// the one with the fewest rows to pass over.
#[derive(Clone, Copy, Debug)]
pub enum Found<'a> {
    /// All members.
    InOrder,
    /// Members that have a word starting like this. Somebody with several such words comes once
    /// for each of them, one after the other.
    ByWord(&'a str),
    /// Users who have this relation to the organization by a relationship of their own.
    ByRelation(&'a str),
    /// Members that have such a word and such a relation, as [`Found::ByWord`].
    ByBoth(&'a str, &'a str),
}

static INSERT: TenantStmt = TenantStmt::new(
    "member.insert",
    "insert into member (scope, user_id, sort_key, joined_at) values ($1, $2, $3, $4)",
);
static ADD_TERM: TenantStmt = TenantStmt::new(
    "member_term.add",
    "insert into member_term (scope, term, user_id, sort_key) values ($1, $2, $3, $4)",
);
static REMOVE_TERMS: TenantStmt = TenantStmt::new(
    "member_term.remove",
    "delete from member_term where scope = $1 and user_id = $2",
);
static REMOVE: TenantStmt =
    TenantStmt::new("member.remove", "delete from member where scope = $1 and user_id = $2");
static GET: TenantStmt = TenantStmt::new(
    "member.get",
    "select m.user_id, m.sort_key, m.joined_at, u.email, u.first_name, u.last_name
     from member m join user_account u on u.id = m.user_id
     where m.scope = $1 and m.user_id = $2",
);
static BY_EMAIL: TenantStmt = TenantStmt::new(
    "member.by_email",
    "select m.user_id, m.sort_key, m.joined_at, u.email, u.first_name, u.last_name
     from user_account u join member m on m.user_id = u.id
     where m.scope = $1 and u.email = $2",
);
/// How many members [`these`] reads with one statement.
const AT_ONCE: usize = 25;
static THESE: TenantStmt = TenantStmt::new(
    "member.these",
    "select m.user_id, m.sort_key, m.joined_at, u.email, u.first_name, u.last_name
     from member m join user_account u on u.id = m.user_id
     where m.scope = $1 and m.user_id in
       ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
        $21, $22, $23, $24, $25, $26)",
);
static EMAILS: TenantStmt = TenantStmt::new(
    "member.emails",
    "select m.user_id, u.email from member m join user_account u on u.id = m.user_id
     where m.scope = $1 and m.user_id > $2 order by m.user_id limit $3",
);
static SOME: TenantStmt = TenantStmt::new(
    "member.some",
    "select user_id from member where scope = $1 order by user_id limit $2",
);
static COUNT_WORD: TenantStmt = TenantStmt::new(
    "member_term.count",
    "select count(*) as many from
       (select 1 as one from member_term where scope = $1 and term >= $2 and term < $3 limit $4) t",
);
static COUNT: TenantStmt =
    TenantStmt::new("member.count", "select count(*) as members from member where scope = $1");
static ORGANIZATIONS: Stmt =
    Stmt::new("member.organizations", "select scope from member where user_id = $1 order by scope");
static SORT: TenantStmt = TenantStmt::new(
    "member.sort",
    "update member set sort_key = $3 where scope = $1 and user_id = $2",
);

/// Writes the membership of a person, with the words they are found by.
pub async fn insert(
    scoped: &mut Scoped<'_>,
    person: &Person<'_>,
    joined_at: Timestamp,
) -> Result<(), StoreError> {
    let key = search::sort_key(person);
    let user = Value::from(person.id);
    scoped.execute(&INSERT, &[user, key.as_str().into(), joined_at.into()]).await?;
    add_terms(scoped, person.id, &key).await
}

/// Brings order and words of a membership to the person's names and address as they are now.
pub async fn refresh(scoped: &mut Scoped<'_>, person: &Person<'_>) -> Result<(), StoreError> {
    let key = search::sort_key(person);
    scoped.execute(&REMOVE_TERMS, &[person.id.into()]).await?;
    scoped.execute(&SORT, &[person.id.into(), key.as_str().into()]).await?;
    add_terms(scoped, person.id, &key).await
}

/// Removes a membership. Answers whether there was one.
pub async fn remove(scoped: &mut Scoped<'_>, user: UserId) -> Result<bool, StoreError> {
    scoped.execute(&REMOVE_TERMS, &[user.into()]).await?;
    Ok(scoped.execute(&REMOVE, &[user.into()]).await? > 0)
}

/// How many members the organization has, by counting them.
pub async fn count(scoped: &mut Scoped<'_>) -> Result<u64, StoreError> {
    let row = scoped.fetch_one(&COUNT, &[]).await?;
    Ok(u64::try_from(row.int("members")?).unwrap_or_default())
}

/// The organizations a user is a member of, by id, deleted ones that can be restored included.
pub async fn organizations(tx: &mut Tx, user: UserId) -> Result<Vec<OrganizationId>, StoreError> {
    let rows = tx.fetch_all(&ORGANIZATIONS, &[user.into()]).await?;
    rows.iter().map(|row| row.id("scope")).collect()
}

/// One member.
pub async fn get(scoped: &mut Scoped<'_>, user: UserId) -> Result<Option<Member>, StoreError> {
    scoped.fetch_optional(&GET, &[user.into()]).await?.as_ref().map(member).transpose()
}

/// The member with an address.
pub async fn by_email(
    scoped: &mut Scoped<'_>,
    email: &Email,
) -> Result<Option<Member>, StoreError> {
    scoped.fetch_optional(&BY_EMAIL, &[email.into()]).await?.as_ref().map(member).transpose()
}

/// The addresses of the members after one of them, at most `limit`, in no order of meaning.
pub async fn emails(
    scoped: &mut Scoped<'_>,
    after: Option<UserId>,
    limit: u32,
) -> Result<Vec<(UserId, Email)>, StoreError> {
    let after = after.map(|user| user.text()).unwrap_or_default();
    let rows = scoped.fetch_all(&EMAILS, &[after.into(), i64::from(limit).into()]).await?;
    rows.iter().map(|row| Ok((row.id("user_id")?, row.parse("email")?))).collect()
}

/// Some of the members, whichever.
pub async fn some(scoped: &mut Scoped<'_>, most: usize) -> Result<Vec<UserId>, StoreError> {
    let rows = scoped.fetch_all(&SOME, &[(most as i64).into()]).await?;
    rows.iter().map(|row| row.id("user_id")).collect()
}

/// How many words start like this, counted up to `most`.
pub async fn count_words(
    scoped: &mut Scoped<'_>,
    start: &str,
    most: usize,
) -> Result<usize, StoreError> {
    let args = [start.into(), search::end(start).into(), (most as i64).into()];
    let many = scoped.fetch_one(&COUNT_WORD, &args).await?.int("many")?;
    Ok(usize::try_from(many).unwrap_or_default())
}

/// At most `most` rows from a position on, by what orders them; without a position, from the
/// respective end. Cheap, since nothing is looked up beside the index that they are found by.
pub async fn positions(
    scoped: &mut Scoped<'_>,
    found: Found<'_>,
    direction: Direction,
    from: Option<&Position>,
    most: usize,
) -> Result<Vec<Position>, StoreError> {
    let (key, user) = match (from, direction) {
        (Some(position), _) => (position.sort_key.as_str(), position.user.as_str()),
        (None, Direction::Forward) => ("", ""),
        (None, Direction::Backward) => (search::LAST, ""),
    };
    let mut args: Vec<Value> = vec![key.into(), user.into(), (most as i64).into()];
    match found {
        Found::InOrder => {}
        Found::ByWord(start) => args.extend([start.into(), search::end(start).into()]),
        Found::ByRelation(relation) => args.push(relation.into()),
        Found::ByBoth(start, relation) => {
            args.extend([start.into(), search::end(start).into(), relation.into()]);
        }
    }
    let rows = scoped.fetch_all(search::statement(found, direction), &args).await?;
    let position = |row: &Row| {
        let (sort_key, user) = (row.text("sort_key")?.to_owned(), row.text("user_id")?.to_owned());
        Ok(Position { sort_key, user })
    };
    rows.iter().map(position).collect()
}

/// The members at these positions, in the same order. Whoever left since is left out.
pub async fn these(
    scoped: &mut Scoped<'_>,
    positions: &[Position],
) -> Result<Vec<Member>, StoreError> {
    let mut known = HashMap::with_capacity(positions.len());
    for some in positions.chunks(AT_ONCE) {
        let mut users: Vec<Value> = some.iter().map(|one| one.user.as_str().into()).collect();
        // Nobody has the empty id.
        users.resize(AT_ONCE, "".into());
        for row in scoped.fetch_all(&THESE, &users).await? {
            known.insert(row.text("user_id")?.to_owned(), member(&row)?);
        }
    }
    Ok(positions.iter().filter_map(|one| known.remove(&one.user)).collect())
}

async fn add_terms(scoped: &mut Scoped<'_>, user: UserId, key: &str) -> Result<(), StoreError> {
    for term in Terms::of_key(key).iter() {
        scoped.execute(&ADD_TERM, &[term.into(), user.into(), key.into()]).await?;
    }
    Ok(())
}

fn member(row: &Row) -> Result<Member, StoreError> {
    Ok(Member {
        person: person::read(row)?,
        sort_key: row.text("sort_key")?.to_owned(),
        joined_at: row.time("joined_at")?,
    })
}
