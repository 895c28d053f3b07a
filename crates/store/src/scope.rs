//! The unit of tenancy: an organization, or the system.

use guildhall_model::OrganizationId;

use crate::{Row, StoreError, TenantStmt, Tx, Value};

/// Names the scope that a relationship, a row or a lock belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ScopeId(String);

impl ScopeId {
    /// The scope of the installation itself.
    pub fn system() -> Self {
        Self("system".to_owned())
    }

    /// The text form, as stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The organization whose scope this is, or `None` for the system.
    pub fn organization(&self) -> Option<OrganizationId> {
        self.0.parse().ok()
    }
}

impl From<OrganizationId> for ScopeId {
    fn from(id: OrganizationId) -> Self {
        Self(id.text())
    }
}

impl From<&ScopeId> for Value {
    fn from(scope: &ScopeId) -> Self {
        Self::Text(scope.0.clone())
    }
}

/// A transaction narrowed to one scope: every statement it runs has that scope as `$1`.
#[derive(Debug)]
pub struct Scoped<'t> {
    tx: &'t mut Tx,
    scope: &'t ScopeId,
}

impl<'t> Scoped<'t> {
    pub(crate) fn new(tx: &'t mut Tx, scope: &'t ScopeId) -> Self {
        Self { tx, scope }
    }

    /// The scope that this view is narrowed to.
    pub fn id(&self) -> &ScopeId {
        self.scope
    }

    /// The whole transaction, for tables that belong to no tenant.
    pub fn system(&mut self) -> &mut Tx {
        self.tx
    }

    /// Runs a statement and answers how many rows it changed.
    pub async fn execute(&mut self, stmt: &TenantStmt, args: &[Value]) -> Result<u64, StoreError> {
        let args = self.bound(args);
        self.tx.execute(&stmt.0, &args).await
    }

    /// All rows of a query.
    pub async fn fetch_all(
        &mut self,
        stmt: &TenantStmt,
        args: &[Value],
    ) -> Result<Vec<Row>, StoreError> {
        let args = self.bound(args);
        self.tx.fetch_all(&stmt.0, &args).await
    }

    /// The first row of a query, if any.
    pub async fn fetch_optional(
        &mut self,
        stmt: &TenantStmt,
        args: &[Value],
    ) -> Result<Option<Row>, StoreError> {
        let args = self.bound(args);
        self.tx.fetch_optional(&stmt.0, &args).await
    }

    /// The one row of a query that always has one.
    pub async fn fetch_one(
        &mut self,
        stmt: &TenantStmt,
        args: &[Value],
    ) -> Result<Row, StoreError> {
        let args = self.bound(args);
        self.tx.fetch_one(&stmt.0, &args).await
    }

    fn bound(&self, args: &[Value]) -> Vec<Value> {
        let mut bound = Vec::with_capacity(args.len() + 1);
        bound.push(Value::from(self.scope));
        bound.extend_from_slice(args);
        bound
    }
}
