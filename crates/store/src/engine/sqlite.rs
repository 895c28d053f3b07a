//! SQLite: connections that run statements in place, without another thread between.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use rusqlite::{OpenFlags, config::DbConfig};

use crate::{Row, Stmt, StoreError, Value};

/// How many readers are kept open between uses; more are opened under load and closed after.
const IDLE_READERS: usize = 8;
/// How many prepared statements a connection keeps.
const PREPARED: usize = 256;
/// How many KiB of pages a reader keeps.
const READER_CACHE: u32 = 4 * 1024;
/// How many KiB of pages the writer keeps: a group of commits changes over a thousand pages of
/// 4 KiB, and those that do not fit are written before the commit and read back.
const WRITER_CACHE: u32 = 32 * 1024;

/// A connection with an open transaction, given back to its pool when dropped.
pub(crate) struct Connection {
    inner: Option<rusqlite::Connection>,
    home: Option<Arc<Readers>>,
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("sqlite::Connection")
    }
}

impl Connection {
    pub(crate) fn writer(path: &Path) -> Result<Self, StoreError> {
        Ok(Self { inner: Some(open(path, WRITER_CACHE)?), home: None })
    }

    pub(crate) fn execute(&mut self, stmt: &Stmt, args: &[Value]) -> Result<u64, StoreError> {
        let fail = |error| StoreError::sqlite(stmt.name, error);
        let mut prepared = self.get().prepare_cached(stmt.sql).map_err(fail)?;
        bind(&mut prepared, args).map_err(fail)?;
        prepared.raw_execute().map(|changed| changed as u64).map_err(fail)
    }

    pub(crate) fn fetch(
        &mut self,
        stmt: &Stmt,
        args: &[Value],
        most: usize,
    ) -> Result<Vec<Row>, StoreError> {
        let fail = |error| StoreError::sqlite(stmt.name, error);
        let mut prepared = self.get().prepare_cached(stmt.sql).map_err(fail)?;
        bind(&mut prepared, args).map_err(fail)?;
        let columns: Arc<[String]> = prepared.column_names().map(str::to_owned).collect();
        let mut rows = prepared.raw_query();
        let mut read = Vec::new();
        while read.len() < most
            && let Some(row) = rows.next().map_err(fail)?
        {
            let values = (0..columns.len())
                .map(|at| value(stmt, row.get_ref(at).map_err(fail)?))
                .collect::<Result<_, _>>()?;
            read.push(Row { columns: Arc::clone(&columns), values });
        }
        Ok(read)
    }

    pub(crate) fn batch(&mut self, sql: &'static str) -> Result<(), StoreError> {
        let mut prepared =
            self.get().prepare_cached(sql).map_err(|error| StoreError::sqlite(sql, error))?;
        prepared.raw_execute().map(drop).map_err(|error| StoreError::sqlite(sql, error))
    }

    pub(crate) fn script(&mut self, sql: &str) -> Result<(), StoreError> {
        self.get().execute_batch(sql).map_err(|error| StoreError::sqlite("migration", error))
    }

    /// False once SQLite has rolled the transaction back by itself, as it does when the disk is
    /// full.
    pub(crate) fn in_transaction(&mut self) -> bool {
        !self.get().is_autocommit()
    }

    fn get(&mut self) -> &mut rusqlite::Connection {
        self.inner.as_mut().expect("the connection is taken only on drop")
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        let Some(inner) = self.inner.take() else { return };
        if !inner.is_autocommit() && inner.execute_batch("rollback").is_err() {
            return;
        }
        if let Some(home) = self.home.take() {
            home.give_back(inner);
        }
    }
}

/// Connections for reading.
#[derive(Debug)]
pub(crate) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<rusqlite::Connection>>,
}

impl Readers {
    pub(crate) fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), idle: Mutex::default() }
    }

    /// Begins a transaction that sees one state of the database.
    pub(crate) fn begin(self: &Arc<Self>) -> Result<Connection, StoreError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let inner = match idle {
            Some(connection) => connection,
            None => open(&self.path, READER_CACHE)?,
        };
        let mut connection = Connection { inner: Some(inner), home: Some(Arc::clone(self)) };
        connection.batch("begin deferred")?;
        Ok(connection)
    }

    fn give_back(&self, connection: rusqlite::Connection) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE_READERS {
            idle.push(connection);
        }
    }
}

fn open(path: &Path, cache: u32) -> Result<rusqlite::Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let open = || {
        let connection = rusqlite::Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.set_prepared_statement_cache_capacity(PREPARED);
        connection.execute_batch(
            "pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; \
             pragma temp_store = memory; pragma wal_autocheckpoint = 8192; \
             pragma journal_size_limit = 67108864;",
        )?;
        // Without it statements are planned anew whenever a bound value could tell of an index.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        // SQLite reads a negative size as KiB.
        connection.pragma_update(None, "cache_size", -i64::from(cache))?;
        Ok(connection)
    };
    open().map_err(|error| StoreError::sqlite("open", error))
}

/// SQLite numbers `$3` by its place in the text, not by its digits, so parameters go by name.
fn bind(prepared: &mut rusqlite::Statement<'_>, args: &[Value]) -> rusqlite::Result<()> {
    for at in 1..=prepared.parameter_count() {
        let number = prepared
            .parameter_name(at)
            .and_then(|name| name.strip_prefix('$'))
            .and_then(|digits| digits.parse::<usize>().ok());
        let arg = number.and_then(|number| args.get(number - 1));
        let arg = arg.ok_or(rusqlite::Error::InvalidParameterCount(at, args.len()))?;
        prepared.raw_bind_parameter(at, arg)?;
    }
    Ok(())
}

fn value(stmt: &Stmt, value: rusqlite::types::ValueRef<'_>) -> Result<Value, StoreError> {
    use rusqlite::types::ValueRef;
    match value {
        ValueRef::Null => Ok(Value::Null),
        ValueRef::Integer(int) => Ok(Value::Int(int)),
        ValueRef::Text(text) => String::from_utf8(text.to_vec())
            .map(Value::Text)
            .map_err(|_| StoreError::Fault(format!("{}: text that is not UTF-8", stmt.name))),
        ValueRef::Real(_) | ValueRef::Blob(_) => {
            Err(StoreError::Fault(format!("{}: a column of an unexpected type", stmt.name)))
        }
    }
}
