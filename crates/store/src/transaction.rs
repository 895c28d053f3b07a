//! A transaction on either engine, with one bind and one row reader.

use crate::{
    Row, ScopeId, Scoped, Stmt, StoreError, Value,
    engine::{postgres, sqlite},
};

/// An open transaction. Dropping it without [`Tx::commit`] rolls it back.
#[derive(Debug)]
pub struct Tx(pub(crate) Connection);

#[derive(Debug)]
pub(crate) enum Connection {
    Sqlite(sqlite::Connection),
    Postgres(postgres::Connection),
}

impl Tx {
    /// Narrows the transaction to one tenant.
    pub fn scope<'t>(&'t mut self, scope: &'t ScopeId) -> Scoped<'t> {
        Scoped::new(self, scope)
    }

    /// Runs a statement and answers how many rows it changed.
    pub async fn execute(&mut self, stmt: &Stmt, args: &[Value]) -> Result<u64, StoreError> {
        match &mut self.0 {
            Connection::Sqlite(connection) => connection.execute(stmt, args),
            Connection::Postgres(connection) => connection.execute(stmt, args).await,
        }
    }

    /// All rows of a query.
    pub async fn fetch_all(&mut self, stmt: &Stmt, args: &[Value]) -> Result<Vec<Row>, StoreError> {
        match &mut self.0 {
            Connection::Sqlite(connection) => connection.fetch(stmt, args, usize::MAX),
            Connection::Postgres(connection) => connection.fetch(stmt, args).await,
        }
    }

    /// The first row of a query, if any.
    pub async fn fetch_optional(
        &mut self,
        stmt: &Stmt,
        args: &[Value],
    ) -> Result<Option<Row>, StoreError> {
        let rows = match &mut self.0 {
            Connection::Sqlite(connection) => connection.fetch(stmt, args, 1)?,
            Connection::Postgres(connection) => connection.fetch(stmt, args).await?,
        };
        Ok(rows.into_iter().next())
    }

    /// The one row of a query that always has one; none is a fault.
    pub async fn fetch_one(&mut self, stmt: &Stmt, args: &[Value]) -> Result<Row, StoreError> {
        let row = self.fetch_optional(stmt, args).await?;
        row.ok_or_else(|| StoreError::Fault(format!("{}: no row", stmt.name)))
    }

    /// Makes the changes durable.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self.0 {
            Connection::Sqlite(mut connection) => connection.batch("commit"),
            Connection::Postgres(mut connection) => connection.finish("commit").await,
        }
    }

    /// Undoes the changes, and keeps the connection, which a mere drop may have to close.
    pub async fn rollback(self) -> Result<(), StoreError> {
        match self.0 {
            Connection::Sqlite(mut connection) => connection.batch("rollback"),
            Connection::Postgres(mut connection) => connection.finish("rollback").await,
        }
    }

    pub(crate) fn sqlite(&mut self) -> &mut sqlite::Connection {
        match &mut self.0 {
            Connection::Sqlite(connection) => connection,
            Connection::Postgres(_) => unreachable!("only SQLite groups commits"),
        }
    }
}
