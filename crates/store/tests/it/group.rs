//! Jobs that share a commit: each is kept or undone by itself, and told only after the commit.

use std::sync::{Arc, Mutex};

use guildhall_store::{Completion, Group, Job, Stmt, StoreError, Tx, Value, Verdict};
use tokio::sync::oneshot;

use crate::world::places;

static PUT: Stmt =
    Stmt::new("test.put", "insert into throttle (throttle_key, attempts, since) values ($1, 1, 1)");
static COUNT: Stmt = Stmt::new("test.count", "select count(*) as many from throttle");

#[derive(Clone, Default)]
struct Keys {
    seen: Vec<String>,
    committed: Arc<Mutex<Vec<String>>>,
}

impl Group for Keys {
    fn committed(self, _jobs: usize) {
        self.committed.lock().expect("no panic").extend(self.seen);
    }
}

fn put(key: String, verdict: Verdict, done: oneshot::Sender<Result<(), StoreError>>) -> Job<Keys> {
    Box::new(move |tx: &mut Tx, keys: &mut Keys| {
        Box::pin(async move {
            keys.seen.push(key.clone());
            let put = tx.execute(&PUT, &[Value::from(key)]).await.map(drop);
            let verdict = if put.is_ok() { verdict } else { Verdict::Rollback };
            let tell: Completion = Box::new(move |committed| {
                drop(done.send(committed.and(put)));
            });
            (verdict, tell)
        })
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn each_job_is_kept_or_undone_by_itself() {
    for place in places().await {
        let committed = Arc::new(Mutex::new(Vec::new()));
        let shared = Arc::clone(&committed);
        let new_group = move || Keys { seen: Vec::new(), committed: Arc::clone(&shared) };
        let writer = place.database.writer(new_group).expect("a writer");
        let mut answers = Vec::new();
        for at in 0..60 {
            let (done, answer) = oneshot::channel();
            // Every third is undone, and every fifth clashes with the first.
            let key = if at % 5 == 4 { "0".to_owned() } else { at.to_string() };
            let verdict = if at % 3 == 2 { Verdict::Rollback } else { Verdict::Commit };
            writer.submit(put(key, verdict, done)).await;
            answers.push((at, answer));
        }
        let mut kept = 0;
        for (at, answer) in answers {
            let answer = answer.await.expect("every job is answered");
            let clashes = at % 5 == 4;
            // PostgreSQL runs the jobs side by side, so a clash may come before what it clashes
            // with.
            if place.at.engine() == "sqlite" {
                assert_eq!(answer.is_err(), clashes, "job {at}: {answer:?}");
            }
            kept += usize::from(answer.is_ok() && at % 3 != 2);
        }
        let mut tx = place.database.read().await.expect("a transaction");
        let many = tx.fetch_one(&COUNT, &[]).await.expect("it counts");
        assert_eq!(many.int("many").expect("bigint"), kept as i64, "{}", place.at.engine());
        assert_eq!(committed.lock().expect("no panic").len(), kept, "{}", place.at.engine());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_panics_is_undone_alone() {
    for place in places().await {
        let writer = place.database.writer(Keys::default).expect("a writer");
        let (kept, answer) = oneshot::channel();
        let panics: Job<Keys> = Box::new(|tx: &mut Tx, _: &mut Keys| {
            Box::pin(async move {
                tx.execute(&PUT, &["lost".into()]).await.expect("it is put");
                panic!("on purpose")
            })
        });
        writer.submit(panics).await;
        writer.submit(put("kept".to_owned(), Verdict::Commit, kept)).await;
        answer.await.expect("the other is answered").expect("and kept");
        let mut tx = place.database.read().await.expect("a transaction");
        let many = tx.fetch_one(&COUNT, &[]).await.expect("it counts");
        assert_eq!(many.int("many").expect("bigint"), 1, "{}", place.at.engine());
    }
}

/// A job that only read may have read what another of the group wrote, such as a kept outcome: it
/// cannot be told that all is well when that is gone.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_told_anything_that_a_failed_commit_took_away() {
    static LATER: Stmt = Stmt::new("test.defer", "pragma defer_foreign_keys = on");
    static BREAK: Stmt = Stmt::new(
        "test.break",
        "insert into recovery_code (user_id, code_hash) values ('nobody', 'x')",
    );
    let places = places().await;
    // On PostgreSQL, each job commits by itself.
    let place = places.iter().find(|place| place.at.engine() == "sqlite").expect("SQLite");
    let committed = Arc::new(Mutex::new(Vec::new()));
    let shared = Arc::clone(&committed);
    let new_group = move || Keys { seen: Vec::new(), committed: Arc::clone(&shared) };
    let writer = place.database.writer(new_group).expect("a writer");
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let (broken, breaks) = oneshot::channel();
    let first: Job<Keys> = Box::new(move |tx: &mut Tx, _: &mut Keys| {
        Box::pin(async move {
            // The writer's own thread waits until the others have come, so that they share.
            wait.recv().expect("the test goes on");
            tx.execute(&LATER, &[]).await.expect("the check is put off");
            tx.execute(&BREAK, &[]).await.expect("nothing is checked yet");
            let tell: Completion = Box::new(move |ended| drop(broken.send(ended)));
            (Verdict::Commit, tell)
        })
    });
    writer.submit(first).await;
    let mut others = Vec::new();
    for verdict in [Verdict::Commit, Verdict::Rollback] {
        let (done, answer) = oneshot::channel();
        writer.submit(put(format!("{verdict:?}"), verdict, done)).await;
        others.push(answer);
    }
    go.send(()).expect("the first job waits");
    assert!(breaks.await.expect("it is answered").is_err());
    for other in others {
        let ended = other.await.expect("it is answered");
        assert!(matches!(ended, Err(StoreError::Unavailable(_))), "{ended:?}");
    }
    assert_eq!(committed.lock().expect("no panic").len(), 0);
    let (done, answer) = oneshot::channel();
    writer.submit(put("later".to_owned(), Verdict::Commit, done)).await;
    answer.await.expect("it is answered").expect("the writer goes on");
}
