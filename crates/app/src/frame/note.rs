//! Bookkeeping beside operations: counted attempts and times of last use. Nobody's rights or data
//! change by it, so it is neither decided nor audited, and it commits by itself.

use std::future::Future;

use guildhall_store::{Completion, Job, StoreError, Tx, Verdict};
use tokio::sync::oneshot;

use crate::{App, index::Staged};

/// A small piece of work on the database outside of operations and queries.
pub(crate) trait Note: Send + 'static {
    /// What it answers.
    type Output: Send + 'static;

    /// Does it.
    fn run(self, tx: &mut Tx) -> impl Future<Output = Result<Self::Output, StoreError>> + Send;
}

/// Writes a note, together with whatever commits at the time.
pub(crate) async fn note<N: Note>(app: &App, note: N) -> Result<N::Output, StoreError> {
    let (answer, answered) = oneshot::channel();
    let job: Job<Staged> = Box::new(move |tx, _| {
        Box::pin(async move {
            let ended = note.run(tx).await;
            let verdict = if ended.is_ok() { Verdict::Commit } else { Verdict::Rollback };
            let completion: Completion = Box::new(move |committed| {
                // Whoever asked may have gone.
                drop(answer.send(committed.and(ended)));
            });
            (verdict, completion)
        })
    });
    app.writer().submit(job).await;
    let gone = || StoreError::Unavailable("the note was dropped".to_owned());
    answered.await.unwrap_or_else(|_| Err(gone()))
}

/// Looks something up that decides who the actor is, before there is one.
pub(crate) async fn look<N: Note>(app: &App, look: N) -> Result<N::Output, StoreError> {
    if !app.database().blocks() {
        return look_here(app, look).await;
    }
    let (app, runtime) = (app.clone(), tokio::runtime::Handle::current());
    let work = move || runtime.block_on(look_here(&app, look));
    match tokio::task::spawn_blocking(work).await {
        Ok(found) => found,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

async fn look_here<N: Note>(app: &App, look: N) -> Result<N::Output, StoreError> {
    let mut tx = app.database().read().await?;
    let found = look.run(&mut tx).await;
    // Nothing was written; a failing end discards the connection.
    drop(tx.commit().await);
    found
}
