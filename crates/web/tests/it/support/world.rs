//! An installation of its own for each test, on a database of its own.

use std::sync::Arc;

use axum::Router;
use guildhall_app::cluster::driver::Service;
use guildhall_app::{App, AppParts, MasterKey, Settings};
use guildhall_model::{CloudProvider, Entropy};
use guildhall_store::{Database, Options};
use guildhall_testkit::{ManualClock, SeededEntropy, Template, TestDatabase};
use guildhall_web::{Route, WebOptions, WebState, router, router_of};

use super::{BASE, Client};

static MIGRATED: Template = Template::new();

/// An installation.
pub(crate) struct World {
    pub(crate) web: WebState,
    pub(crate) clock: ManualClock,
    database: TestDatabase,
}

impl World {
    /// An installation on SQLite as it is after the first start.
    pub(crate) async fn new() -> Self {
        Self::with(WebOptions::default()).await
    }

    /// An installation on SQLite with these options.
    pub(crate) async fn with(options: WebOptions) -> Self {
        let database = MIGRATED.sqlite(migrate).await;
        Self::start(database, options, ManualClock::at_text("2026-03-01T09:00:00Z")).await
    }

    /// An installation on SQLite whose operator has set something.
    pub(crate) async fn set(change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = settings();
        change(&mut settings);
        let database = MIGRATED.sqlite(migrate).await;
        let clock = ManualClock::at_text("2026-03-01T09:00:00Z");
        Self::run(database, WebOptions::default(), clock, settings).await
    }

    /// One installation on each engine.
    pub(crate) async fn on_each_engine() -> Vec<Self> {
        let mut worlds = Vec::new();
        for database in MIGRATED.engines(migrate).await {
            let clock = ManualClock::at_text("2026-03-01T09:00:00Z");
            worlds.push(Self::start(database, WebOptions::default(), clock).await);
        }
        worlds
    }

    /// Ends the installation and keeps its database.
    pub(crate) fn rest(self) -> TestDatabase {
        let Self { web, database, .. } = self;
        drop(web);
        database
    }

    /// An installation on a copy of a database: what happens there does not happen to the copied.
    pub(crate) async fn awake(database: &TestDatabase) -> Self {
        let clock = ManualClock::at_text("2026-03-01T09:30:00Z");
        Self::start(database.copy(), WebOptions::default(), clock).await
    }

    async fn start(database: TestDatabase, options: WebOptions, clock: ManualClock) -> Self {
        Self::run(database, options, clock, settings()).await
    }

    async fn run(
        database: TestDatabase,
        options: WebOptions,
        clock: ManualClock,
        settings: Settings,
    ) -> Self {
        let parts = AppParts {
            database: open(database.url()).await,
            settings,
            master_key: MasterKey::new([7; 32]),
            vault: guildhall_app::Vault::derived(&MasterKey::new([7; 32])),
            clock: Arc::new(clock.clone()),
            entropy: Arc::new(SeededEntropy::printed()) as Arc<dyn Entropy>,
        };
        let app = App::open(parts).await.expect("the application opens");
        let web = WebState::new(app, options).expect("a base address");
        Self { web, clock, database }
    }

    /// The engine of the database, for messages.
    pub(crate) fn engine(&self) -> &'static str {
        self.database.engine()
    }

    /// Somebody unknown at the real router.
    pub(crate) fn client(&self) -> Client {
        Client::new(router(self.web.clone()))
    }

    /// Somebody unknown at a router of other routes.
    pub(crate) fn client_of(&self, routes: Vec<Route>) -> Client {
        Client::new(self.router_of(routes))
    }

    fn router_of(&self, routes: Vec<Route>) -> Router {
        router_of(self.web.clone(), routes)
    }
}

/// What the provisioner of clusters signs its calls back with.
pub(crate) const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// What the provisioner of another cloud does.
pub(crate) const OTHER_SECRET: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";

/// What the operator has set: clusters can be made on the machine itself.
pub(crate) fn settings() -> Settings {
    let mut settings = Settings { base_url: BASE.to_owned(), ..Settings::default() };
    settings.clusters.providers.insert(CloudProvider::Local, Service::defaults());
    for (cloud, secret) in [(CloudProvider::Local, SECRET), (CloudProvider::Aws, OTHER_SECRET)] {
        settings.clusters.callers.insert(cloud, secret.parse().expect("a secret"));
    }
    settings
}

async fn migrate(url: &str) {
    open(url).await.migrate().await.expect("migrations run");
}

async fn open(url: &str) -> Database {
    let url = url.parse().expect("the test database has an address");
    Database::open(&url, Options::default()).await.expect("the test database opens")
}
