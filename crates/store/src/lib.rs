//! The only crate that knows SQL: migrations, statements, transactions over SQLite or PostgreSQL.
//!
//! The SQL text of a statement is the same for both engines. A table that belongs to a tenant is
//! reached only through [`Scoped`], which binds the tenant by itself.

mod database;
mod engine;
mod error;
mod group;
mod migration;
mod row;
mod scope;
mod statement;
mod transaction;
mod value;

pub mod api_key;
pub mod audit;
pub mod cloud_account;
pub mod cluster;
pub mod credit;
pub mod directory;
pub mod idempotency;
pub mod installation;
pub mod invitation;
pub mod mailed_link;
pub mod member;
pub mod organization;
pub mod outbox;
pub mod quota;
pub mod recovery_code;
pub mod relationship;
pub mod role;
pub mod session;
pub mod user;

pub use database::{Database, DatabaseUrl, Options, Writer};
pub use error::{Constraint, StoreError};
pub use group::{Completion, Group, Job, Verdict};
pub use row::Row;
pub use scope::{ScopeId, Scoped};
pub use statement::{Stmt, TenantStmt};
pub use transaction::Tx;
pub use value::Value;
