//! Bringing the tables to the newest version: paired files, run once each, in order.

use deadpool_postgres::Pool;

use crate::{
    Stmt, StoreError, Value,
    engine::{postgres, sqlite},
};

struct Migration {
    name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

const MIGRATIONS: &[Migration] = &[Migration {
    name: "0001_start",
    sqlite: include_str!("../migrations/sqlite/0001_start.sql"),
    postgres: include_str!("../migrations/postgres/0001_start.sql"),
}];

/// Serializes nodes that start at the same time; any number that nothing else in the database uses.
const LOCK: &str = "select pg_advisory_xact_lock(7241031)";
const TABLE: &str = "create table if not exists migration (name text primary key)";
static DONE: Stmt = Stmt::new("migration.done", "select name from migration where name = $1");
static RECORD: Stmt = Stmt::new("migration.record", "insert into migration (name) values ($1)");

pub(crate) fn sqlite(connection: &mut sqlite::Connection) -> Result<Vec<&'static str>, StoreError> {
    connection.batch("begin immediate")?;
    connection.script(TABLE)?;
    let mut ran = Vec::new();
    for migration in MIGRATIONS {
        let name = [Value::from(migration.name)];
        if connection.fetch(&DONE, &name, 1)?.is_empty() {
            connection.script(migration.sqlite)?;
            connection.execute(&RECORD, &name)?;
            ran.push(migration.name);
        }
    }
    connection.batch("commit")?;
    Ok(ran)
}

pub(crate) async fn postgres(pool: &Pool) -> Result<Vec<&'static str>, StoreError> {
    let mut connection = postgres::Connection::begin(pool, "begin").await?;
    connection.batch(LOCK).await?;
    connection.batch(TABLE).await?;
    let mut ran = Vec::new();
    for migration in MIGRATIONS {
        let name = [Value::from(migration.name)];
        if connection.fetch(&DONE, &name).await?.is_empty() {
            connection.batch(migration.postgres).await?;
            connection.execute(&RECORD, &name).await?;
            ran.push(migration.name);
        }
    }
    connection.finish("commit").await?;
    Ok(ran)
}
