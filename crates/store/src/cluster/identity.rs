//! How a person is called on clusters, and the verifier of the password that they set.

use guildhall_model::{Timestamp, UserId};

use crate::{Row, Scoped, Stmt, StoreError, TenantStmt, Tx};

/// A person's identity on clusters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterIdentity {
    /// Whose it is.
    pub user: UserId,
    /// The name of their accounts, unique in the installation; never changes.
    pub name: String,
    /// `SCRAM-SHA-256$…` (RFC 5803), once a password was set.
    pub verifier: Option<String>,
    /// When it was set.
    pub changed_at: Option<Timestamp>,
}

static GET: Stmt =
    Stmt::new("cluster_identity.get", "select * from cluster_identity where user_id = $1");
static OF_MEMBERS: TenantStmt = TenantStmt::new(
    "cluster_identity.of_members",
    "select i.user_id, i.name, i.verifier, i.changed_at
     from member m
     join user_account u on u.id = m.user_id
     join cluster_identity i on i.user_id = m.user_id
     where m.scope = $1 and u.disabled_at is null",
);
static TAKEN: Stmt =
    Stmt::new("cluster_identity.taken", "select user_id from cluster_identity where name = $1");
static ADD: Stmt = Stmt::new(
    "cluster_identity.add",
    "insert into cluster_identity (user_id, name) values ($1, $2)",
);
static SET: Stmt = Stmt::new(
    "cluster_identity.set",
    "update cluster_identity set verifier = $2, changed_at = $3 where user_id = $1",
);

/// The identity of a user, if they have one.
pub async fn get(tx: &mut Tx, user: UserId) -> Result<Option<ClusterIdentity>, StoreError> {
    tx.fetch_optional(&GET, &[user.into()]).await?.as_ref().map(identity).transpose()
}

/// The identities of an organization's members who have one and whose accounts are not disabled.
pub async fn of_members(scoped: &mut Scoped<'_>) -> Result<Vec<ClusterIdentity>, StoreError> {
    scoped.fetch_all(&OF_MEMBERS, &[]).await?.iter().map(identity).collect()
}

/// Whether somebody has the name.
pub async fn is_taken(tx: &mut Tx, name: &str) -> Result<bool, StoreError> {
    Ok(tx.fetch_optional(&TAKEN, &[name.into()]).await?.is_some())
}

/// Gives a user an identity.
///
/// # Errors
/// A conflict with [`crate::Constraint::ClusterIdentity`] where somebody has the name.
pub async fn add(tx: &mut Tx, user: UserId, name: &str) -> Result<(), StoreError> {
    tx.execute(&ADD, &[user.into(), name.into()]).await.map(drop)
}

/// Sets the verifier of a password.
pub async fn set_verifier(
    tx: &mut Tx,
    user: UserId,
    verifier: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(&SET, &[user.into(), verifier.into(), at.into()]).await.map(drop)
}

fn identity(row: &Row) -> Result<ClusterIdentity, StoreError> {
    Ok(ClusterIdentity {
        user: row.id("user_id")?,
        name: row.text("name")?.to_owned(),
        verifier: row.opt_text("verifier")?.map(str::to_owned),
        changed_at: row.opt_time("changed_at")?,
    })
}
