//! A database of its own for a test, of either engine.

use std::fs;
use std::io::{Write, stderr};
use std::path::PathBuf;
use std::sync::Once;

use tempfile::TempDir;

use crate::cluster::Cluster;

/// An empty database of a test, gone when dropped.
#[derive(Debug)]
pub struct TestDatabase {
    url: String,
    place: Place,
}

#[derive(Debug)]
enum Place {
    Folder(TempDir),
    Cluster(&'static Cluster, String),
}

/// A new SQLite database: a file that is not there yet, in a folder of its own.
///
/// # Panics
/// When there is no place for a folder.
#[must_use]
pub fn sqlite() -> TestDatabase {
    let folder = tempfile::tempdir().expect("a folder for the database");
    let url = format!("sqlite:{}", file_in(&folder).display());
    TestDatabase { url, place: Place::Folder(folder) }
}

/// A SQLite database with this content, as [`TestDatabase::content`] gave it.
pub(crate) fn sqlite_of(content: &[u8]) -> TestDatabase {
    let database = sqlite();
    if let Place::Folder(folder) = &database.place {
        fs::write(file_in(folder), content).expect("the database is written");
    }
    database
}

/// A new PostgreSQL database, on a server that this process starts once; `None`, and a loud line,
/// where PostgreSQL is not installed.
///
/// # Panics
/// When the server does not start, and, with `GUILDHALL_REQUIRE_POSTGRES` set, when PostgreSQL is
/// not installed.
#[must_use]
pub fn postgres() -> Option<TestDatabase> {
    let cluster = installed()?;
    Some(TestDatabase::on(cluster, cluster.create(None)))
}

/// A new database of each engine there is, to run a suite on all of them.
///
/// # Panics
/// As [`postgres`].
#[must_use]
pub fn engines() -> Vec<TestDatabase> {
    std::iter::once(sqlite()).chain(postgres()).collect()
}

impl TestDatabase {
    fn on(cluster: &'static Cluster, name: String) -> Self {
        Self { url: cluster.url(&name), place: Place::Cluster(cluster, name) }
    }

    /// Its address: `sqlite:…` or `postgres://…`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The engine's name, for messages: `sqlite` or `postgres`.
    #[must_use]
    pub const fn engine(&self) -> &'static str {
        match self.place {
            Place::Folder(_) => "sqlite",
            Place::Cluster(..) => "postgres",
        }
    }

    /// A new database with what is committed in this one. PostgreSQL ends the connections to it.
    ///
    /// # Panics
    /// When the content cannot be read.
    #[must_use]
    pub fn copy(&self) -> Self {
        match &self.place {
            Place::Folder(folder) => sqlite_of(&content(folder)),
            Place::Cluster(cluster, name) => Self::on(cluster, cluster.create(Some(name))),
        }
    }

    /// Brings PostgreSQL's statistics and its map of visible rows up to date, as a real server does
    /// in the background some time after much was written; for benchmarks.
    ///
    /// # Panics
    /// When the server refuses.
    pub fn settle(&self) {
        if let Place::Cluster(cluster, name) = &self.place {
            cluster.settle(name);
        }
    }

    /// The bytes of a SQLite database; nothing for PostgreSQL.
    pub(crate) fn content(&self) -> Vec<u8> {
        match &self.place {
            Place::Folder(folder) => content(folder),
            Place::Cluster(..) => Vec::new(),
        }
    }
}

fn file_in(folder: &TempDir) -> PathBuf {
    folder.path().join("guildhall.db")
}

/// Read through SQLite, so that a connection still open, or its log, does no harm.
fn content(folder: &TempDir) -> Vec<u8> {
    let copy = folder.path().join("copy.db");
    let connection = rusqlite::Connection::open(file_in(folder)).expect("the database opens");
    let path = copy.to_str().expect("the folder's path is UTF-8");
    connection.execute("vacuum into ?1", [path]).expect("the database is copied");
    let content = fs::read(&copy).expect("the copy is read");
    fs::remove_file(copy).expect("the copy is removed");
    content
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Place::Cluster(cluster, name) = &self.place {
            cluster.drop(name);
        }
    }
}

fn installed() -> Option<&'static Cluster> {
    let cluster = Cluster::of_this_process();
    if cluster.is_none() {
        say_missing();
    }
    cluster
}

/// Says, once and loudly, that PostgreSQL is not installed.
pub(crate) fn say_missing() {
    static SAID: Once = Once::new();
    let required = std::env::var_os("GUILDHALL_REQUIRE_POSTGRES").is_some();
    assert!(!required, "PostgreSQL is required but not installed");
    // Past the harness, which hides what a passing test prints.
    SAID.call_once(|| {
        let line = "PostgreSQL is not installed: this test ran on SQLite only\n";
        let _ = stderr().write_all(line.as_bytes());
    });
}
