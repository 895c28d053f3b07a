//! Bringing the tables to the newest version: paired files, run once each, in order.

use deadpool_postgres::Pool;

use crate::{
    Row, Stmt, StoreError, Value,
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
static DONE: Stmt = Stmt::new("migration.done", "select name from migration order by name");
static RECORD: Stmt = Stmt::new("migration.record", "insert into migration (name) values ($1)");

pub(crate) fn sqlite(connection: &mut sqlite::Connection) -> Result<Vec<&'static str>, StoreError> {
    connection.batch("begin immediate")?;
    connection.script(TABLE)?;
    let missing = missing(&connection.fetch(&DONE, &[], usize::MAX)?)?;
    for migration in &missing {
        connection.script(migration.sqlite)?;
        connection.execute(&RECORD, &[Value::from(migration.name)])?;
    }
    connection.batch("commit")?;
    Ok(names(&missing))
}

pub(crate) async fn postgres(pool: &Pool) -> Result<Vec<&'static str>, StoreError> {
    let mut connection = postgres::Connection::begin(pool, "begin").await?;
    connection.batch(LOCK).await?;
    connection.batch(TABLE).await?;
    let missing = missing(&connection.fetch(&DONE, &[]).await?)?;
    for migration in &missing {
        connection.batch(migration.postgres).await?;
        connection.execute(&RECORD, &[Value::from(migration.name)]).await?;
    }
    connection.finish("commit").await?;
    Ok(names(&missing))
}

/// What is still to be run. A migration that this version does not know comes from a newer one,
/// whose tables would be misread and damaged.
fn missing(done: &[Row]) -> Result<Vec<&'static Migration>, StoreError> {
    let done = done.iter().map(|row| row.text("name")).collect::<Result<Vec<_>, _>>()?;
    let known = |name: &str| MIGRATIONS.iter().any(|migration| migration.name == name);
    if let Some(newer) = done.iter().find(|name| !known(name)) {
        return Err(StoreError::Newer((*newer).to_owned()));
    }
    Ok(MIGRATIONS.iter().filter(|migration| !done.contains(&migration.name)).collect())
}

fn names(migrations: &[&'static Migration]) -> Vec<&'static str> {
    migrations.iter().map(|migration| migration.name).collect()
}
