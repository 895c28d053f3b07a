//! Organizations: their names, plan and seats, and when they were deleted. Who belongs to one is a
//! matter of relationships.

use guildhall_model::{DisplayName, OrganizationId, OrganizationName, Timestamp, UserId};

use crate::{Row, ScopeId, Scoped, Stmt, StoreError, TenantStmt, Tx, Value};

/// An organization's attributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organization {
    /// Its id, which is also its scope.
    pub id: OrganizationId,
    /// Its name in addresses; never changes (B69).
    pub name: OrganizationName,
    /// The name it is shown under.
    pub display_name: DisplayName,
    /// The stored form of its plan.
    pub plan: String,
    /// Members plus pending invitations that the plan allows; `None` is without limit (A23, B52).
    pub seats: Option<i64>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was deleted, if it was.
    pub deleted_at: Option<Timestamp>,
    /// When a deleted one goes for good.
    pub purge_at: Option<Timestamp>,
}

/// What an organization is made with.
#[derive(Clone, Debug)]
pub struct NewOrganization<'a> {
    /// Its name in addresses; a conflict where another has it.
    pub name: &'a OrganizationName,
    /// The name it is shown under.
    pub display_name: &'a DisplayName,
    /// The stored form of its plan.
    pub plan: &'a str,
    /// Its seats; `None` is without limit.
    pub seats: Option<u32>,
    /// When it is made.
    pub created_at: Timestamp,
}

static INSERT: TenantStmt = TenantStmt::new(
    "organization.insert",
    "insert into organization (scope, name, display_name, plan, seats, created_at)
     values ($1, $2, $3, $4, $5, $6)",
);
static NAMED: Stmt =
    Stmt::new("organization.named", "select scope from organization where name = $1");
static GET: TenantStmt = TenantStmt::new(
    "organization.get",
    "select scope, name, display_name, plan, seats, created_at, deleted_at, purge_at
     from organization where scope = $1",
);
static RENAME: TenantStmt = TenantStmt::new(
    "organization.rename",
    "update organization set display_name = $2 where scope = $1",
);
static DELETE: TenantStmt = TenantStmt::new(
    "organization.delete",
    "update organization set deleted_at = $2, purge_at = $3 where scope = $1",
);
static SUBSCRIBE: TenantStmt = TenantStmt::new(
    "organization.subscribe",
    "update organization set plan = $2, seats = $3 where scope = $1",
);
static DUE: Stmt = Stmt::new(
    "organization.due",
    "select scope from organization where purge_at is not null and purge_at <= $1
     order by purge_at limit $2",
);
static OF_USER: Stmt = Stmt::new(
    "organization.of_user",
    "select o.scope, o.name, o.display_name, o.plan, o.seats, o.created_at, o.deleted_at,
            o.purge_at
     from member m join organization o on o.scope = m.scope
     where m.user_id = $1 order by o.created_at, o.scope limit $2",
);
static OTHERS_OF_USER: Stmt = Stmt::new(
    "organization.others_of_user",
    "select count(*) as many from member m join organization o on o.scope = m.scope
     where m.user_id = $1 and m.scope <> $2 and o.deleted_at is null",
);

/// Writes the organization whose scope this is.
///
/// # Errors
/// A conflict with [`crate::Constraint::OrganizationName`] where another has the name.
pub async fn insert(
    scoped: &mut Scoped<'_>,
    organization: &NewOrganization<'_>,
) -> Result<(), StoreError> {
    let args = [
        organization.name.key().into(),
        organization.display_name.as_str().into(),
        organization.plan.into(),
        organization.seats.map(i64::from).into(),
        organization.created_at.into(),
    ];
    scoped.execute(&INSERT, &args).await.map(drop)
}

/// Whether an organization of that name exists, deleted ones that can be restored included.
pub async fn is_named(tx: &mut Tx, name: &OrganizationName) -> Result<bool, StoreError> {
    Ok(tx.fetch_optional(&NAMED, &[name.key().into()]).await?.is_some())
}

/// The organization of the scope.
pub async fn get(scoped: &mut Scoped<'_>) -> Result<Option<Organization>, StoreError> {
    scoped.fetch_optional(&GET, &[]).await?.as_ref().map(organization).transpose()
}

/// Gives it another display name.
pub async fn rename(scoped: &mut Scoped<'_>, name: &DisplayName) -> Result<(), StoreError> {
    scoped.execute(&RENAME, &[name.as_str().into()]).await.map(drop)
}

/// Gives it another plan and number of seats.
pub async fn subscribe(
    scoped: &mut Scoped<'_>,
    plan: &str,
    seats: Option<i64>,
) -> Result<(), StoreError> {
    scoped.execute(&SUBSCRIBE, &[plan.into(), seats.into()]).await.map(drop)
}

/// Marks it as deleted, to go for good at a time.
pub async fn delete(
    scoped: &mut Scoped<'_>,
    at: Timestamp,
    purge_at: Timestamp,
) -> Result<(), StoreError> {
    scoped.execute(&DELETE, &[at.into(), purge_at.into()]).await.map(drop)
}

/// Takes the mark of deletion away.
pub async fn restore(scoped: &mut Scoped<'_>) -> Result<(), StoreError> {
    scoped.execute(&DELETE, &[Value::Null, Value::Null]).await.map(drop)
}

/// Deleted organizations whose time has come, the oldest first.
pub async fn due(
    tx: &mut Tx,
    now: Timestamp,
    most: usize,
) -> Result<Vec<OrganizationId>, StoreError> {
    let rows = tx.fetch_all(&DUE, &[now.into(), (most as i64).into()]).await?;
    rows.iter().map(|row| row.id("scope")).collect()
}

/// The organizations that a user is a member of, deleted ones included, the oldest first.
pub async fn of_user(
    tx: &mut Tx,
    user: UserId,
    most: usize,
) -> Result<Vec<Organization>, StoreError> {
    let rows = tx.fetch_all(&OF_USER, &[user.into(), (most as i64).into()]).await?;
    rows.iter().map(organization).collect()
}

/// How many other organizations, not deleted, a user is a member of (A22).
pub async fn others_of_user(tx: &mut Tx, user: UserId, but: &ScopeId) -> Result<i64, StoreError> {
    tx.fetch_one(&OTHERS_OF_USER, &[user.into(), but.into()]).await?.int("many")
}

fn organization(row: &Row) -> Result<Organization, StoreError> {
    Ok(Organization {
        id: row.id("scope")?,
        name: row.parse("name")?,
        display_name: row.parse("display_name")?,
        plan: row.text("plan")?.to_owned(),
        seats: row.opt_int("seats")?,
        created_at: row.time("created_at")?,
        deleted_at: row.opt_time("deleted_at")?,
        purge_at: row.opt_time("purge_at")?,
    })
}
