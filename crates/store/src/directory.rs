//! Lists over the whole installation, for system administrators: users and organizations.

use guildhall_model::{DisplayName, Email, OrganizationId, OrganizationName, Timestamp, UserId};

use crate::{Row, Stmt, StoreError, Tx};

/// A user, as the installation's list shows them.
#[derive(Clone, Debug)]
pub struct ListedUser {
    /// Their id.
    pub id: UserId,
    /// Their address.
    pub email: Email,
    /// First name; may be empty.
    pub first_name: String,
    /// Last name; may be empty.
    pub last_name: String,
    /// Whether the address is verified.
    pub verified: bool,
    /// Whether a second factor is in force.
    pub second_factor: bool,
    /// When the account was made.
    pub created_at: Timestamp,
    /// When the account was disabled, if it is.
    pub disabled_at: Option<Timestamp>,
    /// When they were last seen in one of their sessions.
    pub seen_at: Option<Timestamp>,
    /// In how many organizations they are.
    pub organizations: u64,
}

/// An organization, as the installation's list shows it.
#[derive(Clone, Debug)]
pub struct ListedOrganization {
    /// Its id.
    pub id: OrganizationId,
    /// Its name in addresses.
    pub name: OrganizationName,
    /// The name it is shown under.
    pub display_name: DisplayName,
    /// Its plan.
    pub plan: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was deleted, if it is.
    pub deleted_at: Option<Timestamp>,
    /// The owner's address.
    pub owner: Option<Email>,
    /// How many people are in it.
    pub people: u64,
}

macro_rules! user_where {
    ($rest:literal) => {
        concat!(
            "select u.id, u.email, u.first_name, u.last_name, u.email_verified_at,
                    u.totp_confirmed_at, u.created_at, u.disabled_at,
                    (select max(s.last_seen_at) from session s where s.user_id = u.id) as seen_at,
                    (select count(*) from member m where m.user_id = u.id) as organizations
             from user_account u where ",
            $rest
        )
    };
}

static USERS: Stmt = Stmt::new(
    "directory.users",
    user_where!(
        "u.email > $1
         and (cast($2 as text) is null or u.email like $2 escape '\\'
              or lower(u.first_name || ' ' || u.last_name) like $2 escape '\\')
         order by u.email limit $3"
    ),
);
static USER: Stmt = Stmt::new("directory.user", user_where!("u.id = $1"));
static COUNT_USERS: Stmt =
    Stmt::new("directory.count_users", "select count(*) as many from user_account");
static ORGANIZATIONS: Stmt = Stmt::new(
    "directory.organizations",
    "select o.scope, o.name, o.display_name, o.plan, o.created_at, o.deleted_at,
            (select u.email from relationship r join user_account u on u.id = r.subject_id
             where r.scope = o.scope and r.object_kind = 'organization' and r.object_id = o.scope
               and r.relation = 'owner' limit 1) as owner,
            (select count(*) from member m where m.scope = o.scope) as people
     from organization o
     where o.name > $1
       and (cast($2 as text) is null or o.name like $2 escape '\\'
            or lower(o.display_name) like $2 escape '\\')
     order by o.name limit $3",
);
static COUNT_ORGANIZATIONS: Stmt =
    Stmt::new("directory.count_organizations", "select count(*) as many from organization");

/// Users after an address, in the order of addresses, that hold a text in address or name.
pub async fn users(
    tx: &mut Tx,
    after: &str,
    search: Option<&str>,
    limit: u32,
) -> Result<Vec<ListedUser>, StoreError> {
    let args = [after.into(), search.map(containing).into(), i64::from(limit).into()];
    tx.fetch_all(&USERS, &args).await?.iter().map(user).collect()
}

/// One user.
pub async fn find_user(tx: &mut Tx, id: UserId) -> Result<Option<ListedUser>, StoreError> {
    tx.fetch_optional(&USER, &[id.into()]).await?.as_ref().map(user).transpose()
}

/// How many users there are.
pub async fn count_users(tx: &mut Tx) -> Result<u64, StoreError> {
    count(tx.fetch_one(&COUNT_USERS, &[]).await?)
}

/// Organizations after a name, in the order of names, that hold a text in one of their names.
pub async fn organizations(
    tx: &mut Tx,
    after: &str,
    search: Option<&str>,
    limit: u32,
) -> Result<Vec<ListedOrganization>, StoreError> {
    let args = [after.into(), search.map(containing).into(), i64::from(limit).into()];
    tx.fetch_all(&ORGANIZATIONS, &args).await?.iter().map(organization).collect()
}

/// How many organizations there are.
pub async fn count_organizations(tx: &mut Tx) -> Result<u64, StoreError> {
    count(tx.fetch_one(&COUNT_ORGANIZATIONS, &[]).await?)
}

/// The pattern of texts that contain another, in lower case, whose own signs stand for themselves.
fn containing(text: &str) -> String {
    let mut pattern = String::from("%");
    for sign in text.to_lowercase().chars() {
        if matches!(sign, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(sign);
    }
    pattern.push('%');
    pattern
}

fn count(row: Row) -> Result<u64, StoreError> {
    Ok(u64::try_from(row.int("many")?).unwrap_or_default())
}

fn user(row: &Row) -> Result<ListedUser, StoreError> {
    Ok(ListedUser {
        id: row.id("id")?,
        email: row.parse("email")?,
        first_name: row.text("first_name")?.to_owned(),
        last_name: row.text("last_name")?.to_owned(),
        verified: row.opt_time("email_verified_at")?.is_some(),
        second_factor: row.opt_time("totp_confirmed_at")?.is_some(),
        created_at: row.time("created_at")?,
        disabled_at: row.opt_time("disabled_at")?,
        seen_at: row.opt_time("seen_at")?,
        organizations: u64::try_from(row.int("organizations")?).unwrap_or_default(),
    })
}

fn organization(row: &Row) -> Result<ListedOrganization, StoreError> {
    Ok(ListedOrganization {
        id: row.id("scope")?,
        name: row.parse("name")?,
        display_name: row.parse("display_name")?,
        plan: row.text("plan")?.to_owned(),
        created_at: row.time("created_at")?,
        deleted_at: row.opt_time("deleted_at")?,
        owner: row.opt_parse("owner")?,
        people: u64::try_from(row.int("people")?).unwrap_or_default(),
    })
}
