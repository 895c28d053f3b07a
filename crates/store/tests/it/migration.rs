//! Bringing the tables to the newest version, and not touching those of a newer one.

use guildhall_store::{Options, Stmt, StoreError};

use crate::world::{open, places};

#[tokio::test]
async fn a_newer_database_is_refused_and_stays_as_it_is() {
    static RECORD: Stmt =
        Stmt::new("test.record", "insert into migration (name) values ('9999_newer')");
    for place in places().await {
        let database = open(place.at.url(), Options::default()).await;
        assert!(database.migrate().await.expect("it is up to date").is_empty());
        let mut tx = database.write().await.expect("a transaction");
        tx.execute(&RECORD, &[]).await.expect("it is recorded");
        tx.commit().await.expect("a commit");
        for _ in 0..2 {
            let refused = database.migrate().await;
            let newer = matches!(&refused, Err(StoreError::Newer(name)) if name == "9999_newer");
            assert!(newer, "{}: {refused:?}", place.at.engine());
        }
    }
}
