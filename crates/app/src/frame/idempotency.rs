//! Answering a repeated request with the outcome of the first.

use guildhall_store::{StoreError, Tx, idempotency};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use zeroize::Zeroizing;

use crate::{App, Call, Done, Error, Never, Stop};

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

/// What an operation has led to, as JSON.
pub(super) struct Outcome(Zeroizing<Vec<u8>>);

impl Outcome {
    /// It, to be kept.
    pub(super) fn of<T: Serialize>(done: &Done<T>, name: &str) -> Result<Self, Error<Never>> {
        let keep = Keep { output: &done.output, revision: done.revision.to_string() };
        serde_json::to_vec(&keep)
            .map(|json| Self(json.into()))
            .map_err(|error| fault(name, error.to_string()))
    }

    /// What it was when it was kept.
    pub(super) fn done<T: DeserializeOwned>(self, name: &str) -> Result<Done<T>, Error<Never>> {
        let kept: Kept<T> =
            serde_json::from_slice(&self.0).map_err(|error| fault(name, error.to_string()))?;
        let revision = kept.revision.parse();
        let revision = revision.map_err(|error: &str| fault(name, error.to_owned()))?;
        Ok(Done { output: kept.output, revision, replayed: true })
    }
}

/// The outcome that was kept for the call's key, if there is one.
pub(super) async fn find(
    app: &App,
    call: &Call,
    tx: &mut Tx,
    name: &str,
) -> Result<Option<Outcome>, Error<Never>> {
    let Some(asked) = &call.idempotency_key else { return Ok(None) };
    let actor = call.actor.key();
    let kept = idempotency::find(tx, &actor, &asked.key)
        .await
        .map_err(|error| Stop::from(error).answer(name))?;
    let Some(kept) = kept else { return Ok(None) };
    if kept.operation != name || kept.fingerprint != asked.fingerprint {
        return Err(Error::KeyReused);
    }
    let outcome = app.keys().open(&context(&actor, &asked.key), &kept.outcome);
    let outcome = outcome.map_err(|error| fault(name, error.to_string()))?;
    Ok(Some(Outcome(outcome)))
}

/// Keeps the outcome under the call's key. It may hold a secret that is shown once: it is sealed.
pub(super) async fn keep(
    app: &App,
    call: &Call,
    tx: &mut Tx,
    name: &str,
    Outcome(outcome): Outcome,
) -> Result<(), Error<Never>> {
    let Some(asked) = &call.idempotency_key else { return Ok(()) };
    let actor = call.actor.key();
    let kept = idempotency::Kept {
        operation: name.to_owned(),
        fingerprint: asked.fingerprint.clone(),
        outcome: app.keys().seal(&context(&actor, &asked.key), &outcome, app.entropy()),
    };
    let ended = idempotency::keep(tx, &actor, &asked.key, &kept, app.clock().now()).await;
    ended.map_err(|error| match error {
        // Another request with the key committed meanwhile: asked again, this one finds its
        // outcome.
        StoreError::Conflict(_) => Error::Unavailable,
        error => Stop::from(error).answer(name),
    })
}

fn fault(name: &str, cause: String) -> Error<Never> {
    Stop::Fault(cause).answer(name)
}

fn context(actor: &str, key: &str) -> String {
    format!("idempotency {actor} {key}")
}
