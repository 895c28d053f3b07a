//! Organizations: their names, plan and seats.

use guildhall_model::{DisplayName, OrganizationName, Timestamp};

use crate::{Scoped, Stmt, StoreError, TenantStmt, Tx};

/// What an organization is made with.
#[derive(Clone, Debug)]
pub struct NewOrganization<'a> {
    /// Its name in URLs; a conflict where another has it.
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

/// Writes the organization whose scope this is.
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
