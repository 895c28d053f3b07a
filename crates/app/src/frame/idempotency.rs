//! Answering a repeated request with the outcome of the first.

use guildhall_store::{StoreError, Tx, idempotency};
use serde::{Deserialize, Serialize};

use crate::{App, Call, Done, Error, Operation, Stop};

#[derive(Serialize)]
struct Keep<'o, T> {
    output: &'o T,
    revision: String,
}

#[derive(Deserialize)]
struct Kept<T> {
    output: T,
    revision: String,
}

/// The outcome that was kept for the call's key, if there is one.
pub(super) async fn find<O: Operation>(
    app: &App,
    call: &Call,
    tx: &mut Tx,
) -> Result<Option<Done<O::Output>>, Error<O::Refusal>> {
    let Some(asked) = &call.idempotency_key else { return Ok(None) };
    let actor = call.actor.key();
    let kept = idempotency::find(tx, &actor, &asked.key)
        .await
        .map_err(|error| Stop::from(error).answer(O::NAME))?;
    let Some(kept) = kept else { return Ok(None) };
    if kept.operation != O::NAME || kept.fingerprint != asked.fingerprint {
        return Err(Error::KeyReused);
    }
    let fault = |cause: String| Stop::Fault(cause).answer(O::NAME);
    let outcome = app
        .keys()
        .open(&context(&actor, &asked.key), &kept.outcome)
        .map_err(|error| fault(error.to_string()))?;
    let kept: Kept<O::Output> =
        serde_json::from_slice(&outcome).map_err(|error| fault(error.to_string()))?;
    let revision = kept.revision.parse().map_err(|error: &str| fault(error.to_owned()))?;
    Ok(Some(Done { output: kept.output, revision, replayed: true }))
}

/// Keeps the outcome under the call's key. It may hold a secret that is shown once: it is sealed.
pub(super) async fn keep<O: Operation>(
    app: &App,
    call: &Call,
    tx: &mut Tx,
    done: &Done<O::Output>,
) -> Result<(), Error<O::Refusal>> {
    let Some(asked) = &call.idempotency_key else { return Ok(()) };
    let actor = call.actor.key();
    let keep = Keep { output: &done.output, revision: done.revision.to_string() };
    let outcome = serde_json::to_vec(&keep)
        .map_err(|error| Stop::Fault(error.to_string()).answer(O::NAME))?;
    let kept = idempotency::Kept {
        operation: O::NAME.to_owned(),
        fingerprint: asked.fingerprint.clone(),
        outcome: app.keys().seal(&context(&actor, &asked.key), &outcome, app.entropy()),
    };
    let ended = idempotency::keep(tx, &actor, &asked.key, &kept, app.clock().now()).await;
    ended.map_err(|error| match error {
        // Another request with the key committed meanwhile: asked again, this one finds its
        // outcome.
        StoreError::Conflict(_) => Error::Unavailable,
        error => Stop::from(error).answer(O::NAME),
    })
}

fn context(actor: &str, key: &str) -> String {
    format!("idempotency {actor} {key}")
}
