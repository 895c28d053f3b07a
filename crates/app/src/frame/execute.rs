//! Running an operation: lock, check, do, record, commit. Nothing else writes.

use guildhall_store::{Completion, Job, Tx, Verdict};
use tokio::sync::oneshot;

use super::{asked::Asked, forecast::Forecast, granted::Granted, idempotency, work::Work};
use crate::{App, Call, Error, Operation, Refusal, RevisionToken, Stop, index::Staged};

/// What an operation has led to.
#[derive(Clone, Debug)]
pub struct Done<T> {
    /// Its outcome.
    pub output: T,
    /// The state from which on everybody sees it.
    pub revision: RevisionToken,
    /// Whether this is the kept outcome of an earlier request with the same idempotency key.
    pub replayed: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Commit,
    DryRun,
}

enum Ended<T> {
    Done(Done<T>),
    Forecast(Forecast),
}

type Ending<O> = Result<Ended<<O as Operation>::Output>, Error<<O as Operation>::Refusal>>;

pub(crate) async fn execute<O: Operation>(
    app: &App,
    call: &Call,
    operation: O,
) -> Result<Done<O::Output>, Error<O::Refusal>> {
    match submit(app, call, operation, Mode::Commit).await? {
        Ended::Done(done) => Ok(done),
        Ended::Forecast(_) => Err(Error::Fault),
    }
}

pub(crate) async fn dry_run<O: Operation>(
    app: &App,
    call: &Call,
    operation: O,
) -> Result<Forecast, Error<O::Refusal>> {
    if !O::FORETOLD {
        return Err(Error::Forbidden { permission: O::PERMISSION.relation() });
    }
    match submit(app, call, operation, Mode::DryRun).await? {
        Ended::Forecast(forecast) => Ok(forecast),
        Ended::Done(_) => Err(Error::Fault),
    }
}

async fn submit<O: Operation>(app: &App, call: &Call, operation: O, mode: Mode) -> Ending<O> {
    let (answer, answered) = oneshot::channel::<Ending<O>>();
    let (job_app, job_call) = (app.clone(), call.clone());
    let job: Job<Staged> = Box::new(move |tx, staged| {
        Box::pin(async move {
            let ended = perform(&job_app, &job_call, operation, mode, tx, staged).await;
            let verdict = match &ended {
                Ok(Ended::Done(done)) if !done.replayed => Verdict::Commit,
                _ => Verdict::Rollback,
            };
            let completion: Completion = Box::new(move |committed| {
                let ended = committed.map_err(|_| Error::Unavailable).and(ended);
                // Whoever asked may have gone; what was done stays done.
                drop(answer.send(ended));
            });
            (verdict, completion)
        })
    });
    app.writer().submit(job).await;
    let ended = answered.await.unwrap_or(Err(Error::Unavailable));
    app.metrics().ended(O::NAME, label(&ended));
    ended
}

fn label<T, R: Refusal>(ended: &Result<T, Error<R>>) -> &'static str {
    match ended {
        Ok(_) => "done",
        Err(Error::Refused(_) | Error::KeyReused) => "refused",
        Err(Error::NotFound | Error::Forbidden { .. } | Error::SignInRequired) => "denied",
        Err(Error::Unavailable | Error::Fault) => "failed",
    }
}

async fn perform<O: Operation>(
    app: &App,
    call: &Call,
    operation: O,
    mode: Mode,
    tx: &mut Tx,
    staged: &mut Staged,
) -> Ending<O> {
    if mode == Mode::Commit
        && let Some(kept) = idempotency::find(app, call, tx, O::NAME).await.map_err(Error::widen)?
    {
        return kept.done(O::NAME).map(Ended::Done).map_err(Error::widen);
    }
    let target = operation.target();
    let asked = Asked::of(O::NAME, O::PERMISSION, &target);
    let work = Work::begin(app, call, tx, staged, asked).await.map_err(Error::widen)?;
    let mut granted = Granted::new(work, target);
    let output = operation.run(&mut granted).await.map_err(|stop| stop.answer(O::NAME))?;
    let mut work = granted.into_work();
    work.record().await.map_err(|error| Stop::from(error).answer(O::NAME))?;
    if mode == Mode::DryRun {
        return work.forecast().map(Ended::Forecast).map_err(Error::widen);
    }
    let done = Done { output, revision: work.revision(), replayed: false };
    if call.idempotency_key.is_some() {
        let outcome = idempotency::Outcome::of(&done, O::NAME).map_err(Error::widen)?;
        idempotency::keep(app, call, tx, O::NAME, outcome).await.map_err(Error::widen)?;
    }
    Ok(Ended::Done(done))
}
