//! An application on a database of its own, with a clock that stands still.

use std::sync::Arc;

use guildhall_app::{Actor, App, AppParts, Call, MasterKey, Settings, Vault, Via};
use guildhall_model::{Clock, Email, Entropy, Id, SessionId, UserId};
use guildhall_store::{Database, Options};
use guildhall_testkit::{ManualClock, SeededEntropy, Template, TestDatabase};

static MIGRATED: Template = Template::new();

/// An application, its time and its database.
pub(crate) struct World {
    pub(crate) app: App,
    pub(crate) clock: ManualClock,
    pub(crate) entropy: Arc<SeededEntropy>,
    pub(crate) engine: &'static str,
    database: TestDatabase,
    settings: Settings,
}

/// A world on each engine.
pub(crate) async fn worlds() -> Vec<World> {
    worlds_with(Settings::default()).await
}

/// A world on each engine, with settings.
pub(crate) async fn worlds_with(settings: Settings) -> Vec<World> {
    // Faults are logged and never shown: a failing test shows the log.
    drop(tracing_subscriber::fmt().with_test_writer().try_init());
    let databases = MIGRATED.engines(async |url| {
        let database = open(url).await;
        database.migrate().await.expect("migrations run");
    });
    let mut worlds = Vec::new();
    for database in databases.await {
        let clock = ManualClock::at_text("2026-03-01T09:00:00Z");
        let entropy = Arc::new(SeededEntropy::printed());
        let app = start(database.url(), &clock, &entropy, &settings).await;
        let (engine, settings) = (database.engine(), settings.clone());
        worlds.push(World { app, clock, entropy, engine, database, settings });
    }
    worlds
}

/// An application on an empty database.
pub(crate) async fn app_on(url: &str) -> App {
    open(url).await.migrate().await.expect("migrations run");
    let clock = ManualClock::at_text("2026-03-01T09:00:00Z");
    start(url, &clock, &Arc::new(SeededEntropy::printed()), &Settings::default()).await
}

impl World {
    /// A second process on the same database.
    pub(crate) async fn another_process(&self) -> App {
        start(self.database.url(), &self.clock, &self.entropy, &self.settings).await
    }

    /// A second process with a clock of its own.
    pub(crate) async fn process_at(&self, clock: Arc<dyn Clock>) -> App {
        let (url, vault) = (self.database.url(), Vault::derived(&MasterKey::new([7; 32])));
        start_with(url, clock, &self.entropy, &self.settings, vault).await
    }

    /// A second process with keys of its own.
    pub(crate) async fn process_with(&self, vault: Vault) -> App {
        let (url, clock) = (self.database.url(), Arc::new(self.clock.clone()));
        start_with(url, clock, &self.entropy, &self.settings, vault).await
    }

    /// The database itself, to look at what was written.
    pub(crate) async fn database(&self) -> Database {
        open(self.database.url()).await
    }

    /// A call by a user who need not have an account.
    pub(crate) fn call_of(&self, user: UserId, email: &str) -> Call {
        let email: Email = email.parse().expect("a mail address");
        let session: SessionId = self.generate();
        Call::of(Actor::User { id: user, email, via: Via::Session(session) })
    }

    /// A new id.
    pub(crate) fn generate<K: guildhall_model::Kind>(&self) -> Id<K> {
        let entropy: &dyn Entropy = &*self.entropy;
        Id::generate(Clock::now(&self.clock), entropy)
    }
}

async fn open(url: &str) -> Database {
    let url = url.parse().expect("the test database has an address");
    Database::open(&url, Options::default()).await.expect("the test database opens")
}

async fn start(
    url: &str,
    clock: &ManualClock,
    entropy: &Arc<SeededEntropy>,
    settings: &Settings,
) -> App {
    let vault = Vault::derived(&MasterKey::new([7; 32]));
    start_with(url, Arc::new(clock.clone()), entropy, settings, vault).await
}

async fn start_with(
    url: &str,
    clock: Arc<dyn Clock>,
    entropy: &Arc<SeededEntropy>,
    settings: &Settings,
    vault: Vault,
) -> App {
    let parts = AppParts {
        database: open(url).await,
        settings: settings.clone(),
        master_key: MasterKey::new([7; 32]),
        vault,
        clock,
        entropy: Arc::clone(entropy) as Arc<dyn Entropy>,
    };
    App::open(parts).await.expect("the application opens")
}
