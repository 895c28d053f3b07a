//! The database: where it is, opening it, reading from it, and handing writes to it.

use std::{
    path::{Path, PathBuf},
    str::FromStr,
    sync::Arc,
};

use tokio::sync::mpsc;

use crate::{
    StoreError, Tx,
    engine::{postgres, sqlite},
    group::{self, Group, Job},
    migration,
    transaction::Connection,
};

/// Where the data is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// The embedded default: one file.
    Sqlite(PathBuf),
    /// A PostgreSQL server, as `postgres://user:password@host/name`.
    Postgres(String),
}

impl FromStr for DatabaseUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        match text.strip_prefix("sqlite://").or_else(|| text.strip_prefix("sqlite:")) {
            Some(path) if !path.is_empty() => Ok(Self::Sqlite(path.into())),
            _ => Err("a database is `sqlite:PATH` or `postgres://USER@HOST/NAME`".to_owned()),
        }
    }
}

/// How the database is used.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Connections to PostgreSQL; SQLite has one writer and as many readers as are needed.
    pub connections: usize,
    /// How many operations may share one commit on SQLite; 1 commits each by itself.
    pub group: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { connections: 16, group: 128 }
    }
}

/// An open database of either engine. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct Database(Engine);

#[derive(Clone, Debug)]
enum Engine {
    Sqlite { path: PathBuf, readers: Arc<sqlite::Readers>, options: Options },
    Postgres(deadpool_postgres::Pool),
}

impl Database {
    /// Opens the database; nothing is created in it before [`Database::migrate`].
    pub async fn open(url: &DatabaseUrl, options: Options) -> Result<Self, StoreError> {
        Ok(Self(match url {
            DatabaseUrl::Sqlite(path) => Engine::Sqlite {
                readers: Arc::new(sqlite::Readers::new(path)),
                path: path.clone(),
                options,
            },
            DatabaseUrl::Postgres(url) => {
                Engine::Postgres(postgres::pool(url, options.connections)?)
            }
        }))
    }

    /// Brings the tables to the newest version. Returns the names of the migrations that ran.
    pub async fn migrate(&self) -> Result<Vec<&'static str>, StoreError> {
        match &self.0 {
            Engine::Sqlite { path, .. } => {
                migration::sqlite(&mut sqlite::Connection::writer(path)?)
            }
            Engine::Postgres(pool) => migration::postgres(pool).await,
        }
    }

    /// Whether statements run in place on the calling thread, so that the caller had better not be
    /// one of the runtime's.
    pub fn blocks(&self) -> bool {
        matches!(self.0, Engine::Sqlite { .. })
    }

    /// Begins a transaction for reading, which sees one state of the database throughout.
    pub async fn read(&self) -> Result<Tx, StoreError> {
        Ok(Tx(match &self.0 {
            Engine::Sqlite { readers, .. } => Connection::Sqlite(readers.begin()?),
            Engine::Postgres(pool) => Connection::Postgres(
                postgres::Connection::begin(
                    pool,
                    "begin isolation level repeatable read read only",
                )
                .await?,
            ),
        }))
    }

    /// Begins a transaction for writing that shares its commit with no other.
    pub async fn write(&self) -> Result<Tx, StoreError> {
        Ok(Tx(match &self.0 {
            Engine::Sqlite { path, .. } => begin_sqlite(path)?,
            Engine::Postgres(pool) => {
                Connection::Postgres(postgres::Connection::begin(pool, "begin").await?)
            }
        }))
    }

    /// Starts the writer that runs jobs: on SQLite one thread that groups their commits, on
    /// PostgreSQL each in a transaction and a task of its own.
    ///
    /// `new_group` makes the state that the jobs of one commit share.
    pub fn writer<G: Group>(
        &self,
        new_group: impl Fn() -> G + Send + Sync + 'static,
    ) -> Result<Writer<G>, StoreError> {
        Ok(match &self.0 {
            Engine::Sqlite { path, options, .. } => {
                let (sender, jobs) = mpsc::channel(4096);
                group::spawn_sqlite(path, *options, jobs, new_group)?;
                Writer::Sqlite(sender)
            }
            Engine::Postgres(pool) => Writer::Postgres(pool.clone(), Arc::new(new_group)),
        })
    }
}

fn begin_sqlite(path: &Path) -> Result<Connection, StoreError> {
    let mut connection = sqlite::Connection::writer(path)?;
    connection.batch("begin immediate")?;
    Ok(Connection::Sqlite(connection))
}

/// Takes jobs and runs each in a transaction.
pub enum Writer<G: Group> {
    #[doc(hidden)]
    Sqlite(mpsc::Sender<Job<G>>),
    #[doc(hidden)]
    Postgres(deadpool_postgres::Pool, Arc<dyn Fn() -> G + Send + Sync>),
}

impl<G: Group> Writer<G> {
    /// Hands a job over. Its completion is called once its commit has succeeded or failed; a job
    /// that cannot be run is dropped.
    pub async fn submit(&self, job: Job<G>) {
        match self {
            // The receiver lives as long as the thread; without it the dropped job tells its
            // caller.
            Self::Sqlite(sender) => drop(sender.send(job).await),
            Self::Postgres(pool, new_group) => {
                tokio::spawn(group::run_postgres(pool.clone(), new_group(), job));
            }
        }
    }
}

impl<G: Group> std::fmt::Debug for Writer<G> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Writer")
    }
}
