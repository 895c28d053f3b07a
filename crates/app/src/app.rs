//! The application: everything that operations share, opened once for each process.

use std::sync::Arc;

use guildhall_model::{Clock, Entropy};
use guildhall_store::{Database, StoreError, Writer, installation};
use tokio::sync::Notify;

use crate::{
    Call, Done, Error, Forecast, Keys, MasterKey, Metrics, Operation, Passwords, Query, Settings,
    Vault,
    cluster::Wake,
    frame,
    index::{Index, Staged},
};

/// The application. Cloning is cheap and shares everything.
#[derive(Clone, Debug)]
pub struct App(Arc<Inner>);

/// What an application is made of.
pub struct AppParts {
    /// The database, migrated.
    pub database: Database,
    /// What the operator set.
    pub settings: Settings,
    /// The secret of the installation.
    pub master_key: MasterKey,
    /// What credentials at clouds are sealed with.
    pub vault: Vault,
    /// Where times come from.
    pub clock: Arc<dyn Clock>,
    /// Where randomness comes from.
    pub entropy: Arc<dyn Entropy>,
}

/// Why an application does not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The database cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The key is not the one that the database was begun with. What is sealed could not be read,
    /// and what this process sealed could not be read by the others.
    #[error("the key is not the one that this database was begun with")]
    OtherKey,
}

struct Inner {
    database: Database,
    writer: Writer<Staged>,
    index: Arc<Index>,
    settings: Settings,
    keys: Keys,
    vault: Vault,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    passwords: Passwords,
    metrics: Metrics,
    outbox_wake: Arc<Notify>,
    keeper_wake: Arc<Wake>,
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("App")
    }
}

impl App {
    /// Reads the relationships into memory and starts the writer. The first one on a database notes
    /// which key it has, and every other one needs the same.
    pub async fn open(parts: AppParts) -> Result<Self, OpenError> {
        let AppParts { database, settings, master_key, vault, clock, entropy } = parts;
        let keys = Keys::new(&master_key);
        check_key(&database, &keys).await?;
        let metrics = Metrics::default();
        let mut tx = database.read().await?;
        let index = Arc::new(Index::load(&mut tx).await?);
        tx.commit().await?;
        let outbox_wake = Arc::new(Notify::new());
        let (staged_index, staged_metrics) = (Arc::clone(&index), metrics.clone());
        let wake = Arc::clone(&outbox_wake);
        let keeper_wake = Arc::new(Wake::default());
        let keeper = Arc::clone(&keeper_wake);
        let new_group = move || {
            let (index, metrics) = (Arc::clone(&staged_index), staged_metrics.clone());
            Staged::new(index, metrics, Arc::clone(&wake), Arc::clone(&keeper))
        };
        let writer = database.writer(new_group)?;
        let passwords = Passwords::new(Arc::clone(&entropy));
        Ok(Self(Arc::new(Inner {
            database,
            writer,
            index,
            settings,
            keys,
            vault,
            clock,
            entropy,
            passwords,
            metrics,
            outbox_wake,
            keeper_wake,
        })))
    }

    /// Does what is asked, if it is permitted: the only way to change anything.
    pub async fn execute<O: Operation>(
        &self,
        call: &Call,
        operation: O,
    ) -> Result<Done<O::Output>, Error<O::Refusal>> {
        frame::execute(self, call, operation).await
    }

    /// Says who would gain and lose what if it were done, and changes nothing.
    pub async fn dry_run<O: Operation>(
        &self,
        call: &Call,
        operation: O,
    ) -> Result<Forecast, Error<O::Refusal>> {
        frame::dry_run(self, call, operation).await
    }

    /// Answers a question, if it is permitted.
    pub async fn read<Q: Query>(
        &self,
        call: &Call,
        query: Q,
    ) -> Result<Q::Output, Error<Q::Refusal>> {
        frame::read(self, call, query).await
    }

    /// Whether the database answers.
    pub async fn ready(&self) -> Result<(), StoreError> {
        let mut tx = self.0.database.read().await?;
        guildhall_store::relationship::revision(&mut tx, &guildhall_store::ScopeId::system())
            .await?;
        tx.commit().await
    }

    /// What the operator set.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// The installation's keys.
    pub fn keys(&self) -> &Keys {
        &self.0.keys
    }

    /// What credentials at clouds are sealed with.
    pub fn vault(&self) -> &Vault {
        &self.0.vault
    }

    /// Hashing of passwords.
    pub fn passwords(&self) -> &Passwords {
        &self.0.passwords
    }

    /// What is counted and measured.
    pub fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    /// The clock that every time comes from.
    pub fn clock(&self) -> &dyn Clock {
        &*self.0.clock
    }

    /// The source that ids and secrets come from.
    pub fn entropy(&self) -> &dyn Entropy {
        &*self.0.entropy
    }

    pub(crate) fn database(&self) -> &Database {
        &self.0.database
    }

    pub(crate) fn writer(&self) -> &Writer<Staged> {
        &self.0.writer
    }

    pub(crate) fn outbox_wake(&self) -> &Notify {
        &self.0.outbox_wake
    }

    pub(crate) fn keeper_wake(&self) -> &Wake {
        &self.0.keeper_wake
    }

    pub(crate) fn index(&self) -> &Arc<Index> {
        &self.0.index
    }
}

async fn check_key(database: &Database, keys: &Keys) -> Result<(), OpenError> {
    let mut tx = database.read().await?;
    let mut noted = installation::key_fingerprint(&mut tx).await?;
    tx.commit().await?;
    if noted.is_none() {
        let mut tx = database.write().await?;
        installation::note_key_fingerprint(&mut tx, keys.fingerprint()).await?;
        // Another process may have been faster.
        noted = installation::key_fingerprint(&mut tx).await?;
        tx.commit().await?;
    }
    if noted.as_deref() == Some(keys.fingerprint()) { Ok(()) } else { Err(OpenError::OtherKey) }
}
