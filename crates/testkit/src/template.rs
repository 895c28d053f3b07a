//! A database that is prepared once and copied for every test.

use tokio::sync::OnceCell;

use crate::database::sqlite_of;
use crate::{TestDatabase, postgres, sqlite};

/// A prepared (say, migrated) database of each engine, made at its first use:
/// `static MIGRATED: Template = Template::new();`
#[derive(Debug, Default)]
pub struct Template {
    /// Kept as bytes: what a static holds is never dropped, and a folder would stay behind.
    sqlite: OnceCell<Vec<u8>>,
    postgres: OnceCell<Option<TestDatabase>>,
}

impl Template {
    /// A template that is not prepared yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { sqlite: OnceCell::const_new(), postgres: OnceCell::const_new() }
    }

    /// A copy of each engine's prepared database. `prepare` is called with the address of an empty
    /// database once for each engine.
    ///
    /// # Panics
    /// As [`postgres`] and [`TestDatabase::copy`].
    pub async fn engines(&self, prepare: impl AsyncFn(&str)) -> Vec<TestDatabase> {
        let mut copies = vec![self.sqlite(&prepare).await];
        copies.extend(self.postgres(&prepare).await);
        copies
    }

    /// A copy of the prepared SQLite database; see [`Self::engines`].
    ///
    /// # Panics
    /// As [`Self::engines`].
    pub async fn sqlite(&self, prepare: impl AsyncFn(&str)) -> TestDatabase {
        let prepared = self.sqlite.get_or_init(async || {
            let database = sqlite();
            prepare(database.url()).await;
            database.content()
        });
        sqlite_of(prepared.await)
    }

    /// A copy of the prepared PostgreSQL database, where there is one; see [`Self::engines`].
    ///
    /// # Panics
    /// As [`Self::engines`].
    pub async fn postgres(&self, prepare: impl AsyncFn(&str)) -> Option<TestDatabase> {
        let prepared = self.postgres.get_or_init(async || {
            let database = postgres()?;
            prepare(database.url()).await;
            Some(database)
        });
        prepared.await.as_ref().map(TestDatabase::copy)
    }
}
