//! Custom roles: their names. What a role may do, and who holds it, are relationships.

use guildhall_model::{RoleId, RoleName, Timestamp};

use crate::{Row, Scoped, StoreError, TenantStmt};

/// A custom role of an organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// Its id.
    pub id: RoleId,
    /// Its name, unique in the organization whatever the case of its letters.
    pub name: RoleName,
    /// What it is for; may be empty.
    pub description: String,
    /// When it was made.
    pub created_at: Timestamp,
}

static ADD: TenantStmt = TenantStmt::new(
    "role.add",
    "insert into role (scope, id, name, name_key, description, created_at)
     values ($1, $2, $3, $4, $5, $6)",
);
static GET: TenantStmt = TenantStmt::new(
    "role.get",
    "select id, name, description, created_at from role where scope = $1 and id = $2",
);
static ALL: TenantStmt = TenantStmt::new(
    "role.all",
    "select id, name, description, created_at from role where scope = $1 order by name_key, id",
);
static EDIT: TenantStmt = TenantStmt::new(
    "role.edit",
    "update role set name = $3, name_key = $4, description = $5 where scope = $1 and id = $2",
);
static REMOVE: TenantStmt =
    TenantStmt::new("role.remove", "delete from role where scope = $1 and id = $2");

/// Adds a role.
///
/// # Errors
/// A conflict with [`crate::Constraint::RoleName`] where the name is taken.
pub async fn add(scoped: &mut Scoped<'_>, role: &Role) -> Result<(), StoreError> {
    let args = [
        role.id.into(),
        role.name.as_str().into(),
        key(&role.name).into(),
        role.description.as_str().into(),
        role.created_at.into(),
    ];
    scoped.execute(&ADD, &args).await.map(drop)
}

/// One role.
pub async fn get(scoped: &mut Scoped<'_>, id: RoleId) -> Result<Option<Role>, StoreError> {
    scoped.fetch_optional(&GET, &[id.into()]).await?.as_ref().map(role).transpose()
}

/// All roles, by name.
pub async fn all(scoped: &mut Scoped<'_>) -> Result<Vec<Role>, StoreError> {
    scoped.fetch_all(&ALL, &[]).await?.iter().map(role).collect()
}

/// Gives a role another name and description.
///
/// # Errors
/// As [`add`].
pub async fn edit(
    scoped: &mut Scoped<'_>,
    id: RoleId,
    name: &RoleName,
    description: &str,
) -> Result<(), StoreError> {
    let args = [id.into(), name.as_str().into(), key(name).into(), description.into()];
    scoped.execute(&EDIT, &args).await.map(drop)
}

/// Removes a role.
pub async fn remove(scoped: &mut Scoped<'_>, id: RoleId) -> Result<(), StoreError> {
    scoped.execute(&REMOVE, &[id.into()]).await.map(drop)
}

fn key(name: &RoleName) -> String {
    name.as_str().to_lowercase()
}

fn role(row: &Row) -> Result<Role, StoreError> {
    Ok(Role {
        id: row.id("id")?,
        name: row.parse("name")?,
        description: row.text("description")?.to_owned(),
        created_at: row.time("created_at")?,
    })
}
