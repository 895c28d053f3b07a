//! Reading, writing, ending a transaction.

use guildhall_store::{Stmt, StoreError, Value};

use crate::world::places;

static PUT: Stmt = Stmt::new(
    "test.put",
    "insert into mailed_link (token_hash, purpose, created_at, expires_at, used_at)
     values ($1, '', $2, $2, $3)",
);
static GET: Stmt = Stmt::new(
    "test.get",
    "select token_hash, created_at, used_at from mailed_link where token_hash = $1",
);
static ODD_ORDER: Stmt = Stmt::new(
    "test.odd_order",
    "select cast($3 as text) as third, cast($1 as text) as first, cast($2 as text) as second",
);

#[tokio::test(flavor = "multi_thread")]
async fn values_come_back_as_they_were_bound() {
    for place in places().await {
        let mut tx = place.database.write().await.expect("a transaction");
        let text = "Zoë's “key” 🗝 \\ ' \" % _";
        for (key, int, null) in [(text, i64::MIN, Value::Null), ("b", i64::MAX, Value::Int(0))] {
            let args = [key.into(), int.into(), null.clone()];
            assert_eq!(tx.execute(&PUT, &args).await.expect("it is put"), 1);
            let row = tx.fetch_one(&GET, &[key.into()]).await.expect("it is there");
            assert_eq!(row.text("token_hash").expect("text"), key);
            assert_eq!(row.int("created_at").expect("bigint"), int);
            assert_eq!(
                row.opt_int("used_at").expect("bigint").map_or(Value::Null, Value::Int),
                null
            );
            assert!(matches!(row.text("created_at"), Err(StoreError::Fault(_))));
            assert!(matches!(row.text("nothing"), Err(StoreError::Fault(_))));
        }
        let row = tx.fetch_one(&ODD_ORDER, &["1".into(), "2".into(), "3".into()]).await;
        let row = row.expect("parameters go by their number");
        assert_eq!(row.text("third").expect("text"), "3", "{}", place.at.engine());
        assert_eq!(row.text("first").expect("text"), "1");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_committed_is_not_there() {
    for place in places().await {
        for (key, commit) in [("kept", true), ("undone", false)] {
            let mut tx = place.database.write().await.expect("a transaction");
            tx.execute(&PUT, &[key.into(), 1.into(), Value::Null]).await.expect("it is put");
            if commit {
                tx.commit().await.expect("it commits");
            } else {
                drop(tx);
            }
        }
        let mut tx = place.database.read().await.expect("a transaction");
        let there = tx.fetch_optional(&GET, &["kept".into()]).await.expect("it is read");
        assert!(there.is_some());
        let undone = tx.fetch_optional(&GET, &["undone".into()]).await.expect("it is read");
        assert!(undone.is_none(), "{}", place.at.engine());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_sees_one_state_throughout() {
    for place in places().await {
        let mut reader = place.database.read().await.expect("a transaction");
        let before = reader.fetch_optional(&GET, &["late".into()]).await.expect("it is read");
        let mut writer = place.database.write().await.expect("a transaction");
        writer.execute(&PUT, &["late".into(), 1.into(), Value::Null]).await.expect("it is put");
        writer.commit().await.expect("it commits");
        let after = reader.fetch_optional(&GET, &["late".into()]).await.expect("it is read");
        assert!(before.is_none() && after.is_none(), "{}", place.at.engine());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn migrating_again_does_nothing() {
    for place in places().await {
        assert!(place.database.migrate().await.expect("it runs").is_empty());
    }
}
