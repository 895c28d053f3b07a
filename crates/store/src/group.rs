//! Grouping commits: many operations, one wait for the disk.
//!
//! SQLite has one writer. While it waits for the disk, more jobs arrive; they run one after the
//! other inside the next transaction, each behind a savepoint, and share its commit. A job's
//! completion is called only when that commit has succeeded, so nothing is acknowledged that a
//! crash could take away; and when it fails, it fails for all of them, even for a job that wrote
//! nothing, because it may have answered from what another had written. On PostgreSQL, which groups
//! commits by itself, a group holds one job.

use std::{future::Future, panic::AssertUnwindSafe, path::Path, pin::Pin};

use deadpool_postgres::Pool;
use futures_util::FutureExt;
use tokio::sync::mpsc;

use crate::{
    Options, StoreError, Tx,
    engine::{postgres, sqlite},
    transaction::Connection,
};

/// State that the jobs of one commit share, such as changes staged for an index.
///
/// It is cloned before each job, and the clone put back when the job is undone.
pub trait Group: Clone + Send + 'static {
    /// The commit succeeded: `jobs` jobs were part of it.
    fn committed(self, jobs: usize);
}

/// What to do with the changes of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Make them durable with the group.
    Commit,
    /// Undo them, and only them.
    Rollback,
}

/// Called once, after the commit of the group has succeeded or failed.
pub type Completion = Box<dyn FnOnce(Result<(), StoreError>) + Send>;

/// Work to be done inside a transaction.
pub type Job<G> = Box<
    dyn for<'t> FnOnce(
            &'t mut Tx,
            &'t mut G,
        ) -> Pin<Box<dyn Future<Output = (Verdict, Completion)> + Send + 't>>
        + Send,
>;

pub(crate) fn spawn_sqlite<G: Group>(
    path: &Path,
    options: Options,
    mut jobs: mpsc::Receiver<Job<G>>,
    new_group: impl Fn() -> G + Send + 'static,
) -> Result<(), StoreError> {
    let mut tx = Tx(Connection::Sqlite(sqlite::Connection::writer(path)?));
    let work = move || {
        while let Some(first) = jobs.blocking_recv() {
            run_group(&mut tx, new_group(), first, &mut jobs, options.group);
        }
    };
    let thread = std::thread::Builder::new().name("guildhall-writer".to_owned()).spawn(work);
    thread
        .map(drop)
        .map_err(|error| StoreError::Unavailable(format!("no thread for the writer: {error}")))
}

fn run_group<G: Group>(
    tx: &mut Tx,
    mut group: G,
    first: Job<G>,
    jobs: &mut mpsc::Receiver<Job<G>>,
    most: usize,
) {
    if let Err(error) = tx.sqlite().batch("begin immediate") {
        // Dropping a job tells its caller that the database is unavailable.
        tracing::error!(%error, "a transaction could not begin");
        return;
    }
    let mut completions = Vec::new();
    let mut ran = 0;
    let mut committing = 0;
    let mut next = Some(first);
    let mut outcome = Ok(());
    while let Some(job) = next.take() {
        ran += 1;
        match run_one(tx, &mut group, job) {
            Ok((verdict, completion)) => {
                committing += usize::from(verdict == Verdict::Commit);
                completions.push(completion);
            }
            Err(error) => {
                outcome = Err(error);
                break;
            }
        }
        if ran < most {
            next = jobs.try_recv().ok();
        }
    }
    if outcome.is_ok() {
        outcome = tx.sqlite().batch(if committing == 0 { "rollback" } else { "commit" });
    }
    match &outcome {
        Ok(()) if committing > 0 => group.committed(committing),
        Ok(()) => {}
        Err(error) => {
            tracing::error!(%error, jobs = ran, "a commit failed");
            if tx.sqlite().in_transaction() {
                // A rollback that fails leaves the transaction to the next `begin`, which reports.
                drop(tx.sqlite().batch("rollback"));
            }
        }
    }
    for completion in completions {
        let failed = |error: &StoreError| StoreError::Unavailable(error.to_string());
        completion(outcome.as_ref().copied().map_err(failed));
    }
}

fn run_one<G: Group>(
    tx: &mut Tx,
    group: &mut G,
    job: Job<G>,
) -> Result<(Verdict, Completion), StoreError> {
    tx.sqlite().batch("savepoint job")?;
    let before = group.clone();
    let ran =
        futures_util::FutureExt::now_or_never(AssertUnwindSafe(job(tx, group)).catch_unwind());
    if !tx.sqlite().in_transaction() {
        return Err(StoreError::Unavailable("SQLite gave the transaction up".to_owned()));
    }
    let (verdict, completion): (Verdict, Completion) = match ran {
        Some(Ok(ended)) => ended,
        Some(Err(_)) => {
            tracing::error!("an operation panicked; its changes are undone");
            (Verdict::Rollback, Box::new(|_| ()))
        }
        None => {
            tracing::error!("an operation waited inside its transaction; its changes are undone");
            (Verdict::Rollback, Box::new(|_| ()))
        }
    };
    if verdict == Verdict::Rollback {
        *group = before;
        tx.sqlite().batch("rollback to job")?;
    }
    tx.sqlite().batch("release job")?;
    Ok((verdict, completion))
}

pub(crate) async fn run_postgres<G: Group>(pool: Pool, mut group: G, job: Job<G>) {
    let connection = match postgres::Connection::begin(&pool, "begin").await {
        Ok(connection) => connection,
        Err(error) => {
            tracing::error!(%error, "a transaction could not begin");
            return;
        }
    };
    let mut tx = Tx(Connection::Postgres(connection));
    let (verdict, completion) = job(&mut tx, &mut group).await;
    let outcome = match verdict {
        Verdict::Commit => tx.commit().await,
        // The client has its answer already decided; a failing rollback closes the connection.
        Verdict::Rollback => tx.rollback().await.or(Ok(())),
    };
    match &outcome {
        Ok(()) if verdict == Verdict::Commit => group.committed(1),
        Ok(()) => {}
        Err(error) => tracing::error!(%error, "a commit failed"),
    }
    completion(outcome);
}
