//! A migrated database of each engine.

use guildhall_store::{Database, Options};
use guildhall_testkit::{Template, TestDatabase};

static MIGRATED: Template = Template::new();

/// A database, and the place it lives in, which must outlive it.
pub(crate) struct Place {
    pub(crate) database: Database,
    pub(crate) at: TestDatabase,
}

/// A migrated database on each engine.
pub(crate) async fn places() -> Vec<Place> {
    let prepare = async |url: &str| {
        let ran = open(url, Options::default()).await.migrate().await.expect("migrations run");
        assert!(!ran.is_empty());
    };
    let mut places = Vec::new();
    for at in MIGRATED.engines(prepare).await {
        places.push(Place { database: open(at.url(), Options::default()).await, at });
    }
    places
}

/// Opens a database by its address.
pub(crate) async fn open(url: &str, options: Options) -> Database {
    Database::open(&url.parse().expect("an address"), options).await.expect("it opens")
}
