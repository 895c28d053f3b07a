//! An organization's accounts at clouds. Their credentials are sealed before they come here.

use guildhall_model::{CloudAccountId, CloudAccountName, CloudProvider, Timestamp};

use crate::{Row, Scoped, Stmt, StoreError, TenantStmt, Tx};

/// A cloud account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CloudAccount {
    /// Its id.
    pub id: CloudAccountId,
    /// Its name, unique in the organization whatever the case of its letters.
    pub name: CloudAccountName,
    /// Its cloud.
    pub provider: CloudProvider,
    /// What is not secret in it, as JSON.
    pub settings: String,
    /// What is, sealed.
    pub sealed: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub changed_at: Timestamp,
}

static ADD: TenantStmt = TenantStmt::new(
    "cloud_account.add",
    "insert into cloud_account
        (scope, id, name, name_key, provider, settings, sealed, created_at, changed_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $8)",
);
static GET: TenantStmt = TenantStmt::new(
    "cloud_account.get",
    "select * from cloud_account where scope = $1 and id = $2",
);
static ALL: TenantStmt = TenantStmt::new(
    "cloud_account.all",
    "select * from cloud_account where scope = $1 order by name_key, id",
);
static EDIT: TenantStmt = TenantStmt::new(
    "cloud_account.edit",
    "update cloud_account set name = $3, name_key = $4, settings = $5, sealed = $6, changed_at = $7
     where scope = $1 and id = $2",
);
static REMOVE: TenantStmt = TenantStmt::new(
    "cloud_account.remove",
    "delete from cloud_account where scope = $1 and id = $2",
);
static FORGET: TenantStmt =
    TenantStmt::new("cloud_account.forget", "delete from cloud_account where scope = $1");
static USES: TenantStmt = TenantStmt::new(
    "cloud_account.uses",
    "select count(*) as clusters from cluster
     where scope = $1 and cloud_account_id = $2 and state <> 'terminated'",
);
static SEALED: Stmt = Stmt::new(
    "cloud_account.sealed",
    "select id, sealed from cloud_account where id > $1 order by id limit $2",
);
static RESEAL: Stmt = Stmt::new(
    "cloud_account.reseal",
    "update cloud_account set sealed = $3 where id = $1 and sealed = $2",
);

/// Adds a cloud account.
///
/// # Errors
/// A conflict with [`crate::Constraint::CloudAccountName`] where the name is taken.
pub async fn add(scoped: &mut Scoped<'_>, account: &CloudAccount) -> Result<(), StoreError> {
    let args = [
        account.id.into(),
        account.name.as_str().into(),
        key(&account.name).into(),
        account.provider.as_str().into(),
        account.settings.as_str().into(),
        account.sealed.as_str().into(),
        account.created_at.into(),
    ];
    scoped.execute(&ADD, &args).await.map(drop)
}

/// One cloud account.
pub async fn get(
    scoped: &mut Scoped<'_>,
    id: CloudAccountId,
) -> Result<Option<CloudAccount>, StoreError> {
    scoped.fetch_optional(&GET, &[id.into()]).await?.as_ref().map(account).transpose()
}

/// All cloud accounts, by name.
pub async fn all(scoped: &mut Scoped<'_>) -> Result<Vec<CloudAccount>, StoreError> {
    scoped.fetch_all(&ALL, &[]).await?.iter().map(account).collect()
}

/// Changes a cloud account's name and content.
///
/// # Errors
/// As [`add`].
pub async fn edit(scoped: &mut Scoped<'_>, account: &CloudAccount) -> Result<(), StoreError> {
    let args = [
        account.id.into(),
        account.name.as_str().into(),
        key(&account.name).into(),
        account.settings.as_str().into(),
        account.sealed.as_str().into(),
        account.changed_at.into(),
    ];
    scoped.execute(&EDIT, &args).await.map(drop)
}

/// Removes a cloud account.
pub async fn remove(scoped: &mut Scoped<'_>, id: CloudAccountId) -> Result<(), StoreError> {
    scoped.execute(&REMOVE, &[id.into()]).await.map(drop)
}

/// Removes all cloud accounts. Answers how many.
pub async fn forget(scoped: &mut Scoped<'_>) -> Result<u64, StoreError> {
    scoped.execute(&FORGET, &[]).await
}

/// How many clusters that are not terminated run in it.
pub async fn uses(scoped: &mut Scoped<'_>, id: CloudAccountId) -> Result<i64, StoreError> {
    scoped.fetch_one(&USES, &[id.into()]).await?.int("clusters")
}

/// The sealed credentials of all organizations after an id, in the order of ids: for the rotation
/// of the key that they are sealed with.
pub async fn sealed(
    tx: &mut Tx,
    after: &str,
    limit: u32,
) -> Result<Vec<(CloudAccountId, String)>, StoreError> {
    let rows = tx.fetch_all(&SEALED, &[after.into(), i64::from(limit).into()]).await?;
    rows.iter().map(|row| Ok((row.id("id")?, row.text("sealed")?.to_owned()))).collect()
}

/// Puts the same credentials in, sealed anew. Answers whether they had not changed meanwhile.
pub async fn reseal(
    tx: &mut Tx,
    id: CloudAccountId,
    before: &str,
    after: &str,
) -> Result<bool, StoreError> {
    Ok(tx.execute(&RESEAL, &[id.into(), before.into(), after.into()]).await? == 1)
}

fn key(name: &CloudAccountName) -> String {
    name.as_str().to_lowercase()
}

fn account(row: &Row) -> Result<CloudAccount, StoreError> {
    Ok(CloudAccount {
        id: row.id("id")?,
        name: row.parse("name")?,
        provider: row.parse("provider")?,
        settings: row.text("settings")?.to_owned(),
        sealed: row.text("sealed")?.to_owned(),
        created_at: row.time("created_at")?,
        changed_at: row.time("changed_at")?,
    })
}
