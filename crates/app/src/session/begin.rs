//! The step that begins a session.

use std::time::Duration;

use guildhall_model::{SessionId, SessionKind, SessionSecret, Timestamp, UserId};
use guildhall_store::session;
use serde::{Deserialize, Serialize};

use crate::{Granted, Operation, Revealed, Stop};

/// A session that has just begun, with the secret that the browser gets.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewSession {
    /// Its id.
    pub session: SessionId,
    /// Its secret.
    pub secret: Revealed<SessionKind>,
    /// Whose it is.
    pub user: UserId,
    /// The instant from which it is worth nothing.
    pub expires_at: Timestamp,
    /// How long the browser keeps it; `None` is until it is closed.
    pub keep: Option<Duration>,
}

/// Begins a session of a user, with a secret of its own: no secret from before signing in is ever
/// a session. One that the same browser had ends.
pub(crate) async fn begin<O: Operation>(
    cx: &mut Granted<'_, O>,
    user: UserId,
    remember: bool,
) -> Result<NewSession, Stop<O::Refusal>> {
    let earlier = cx.actor().user().zip(cx.actor().session());
    if let Some((whose, earlier)) = earlier {
        session::end(cx.store().system(), earlier, whose).await?;
    }
    let secret = SessionSecret::generate(cx.entropy());
    let settings = cx.settings();
    let lasts =
        if remember { settings.remembered_session_lifetime } else { settings.session_lifetime };
    let now = cx.now();
    let new = session::Session {
        id: cx.generate(),
        user,
        token_hash: secret.hash(),
        remembered: remember,
        address: cx.call().origin.address.map(|address| address.to_string()),
        user_agent: cx.call().origin.user_agent.clone(),
        created_at: now,
        last_seen_at: now,
        expires_at: now.plus(lasts),
    };
    session::insert(cx.store().system(), &new).await?;
    Ok(NewSession {
        session: new.id,
        secret: Revealed(secret),
        user,
        expires_at: new.expires_at,
        keep: remember.then_some(lasts),
    })
}

/// Gives the session that the operation was asked for in a new secret, since what guarded it has
/// changed; `None` where it was asked for otherwise.
pub(crate) async fn renew<O: Operation>(
    cx: &mut Granted<'_, O>,
    user: UserId,
) -> Result<Option<NewSession>, Stop<O::Refusal>> {
    let Some(current) = cx.actor().session() else { return Ok(None) };
    let (secret, now) = (SessionSecret::generate(cx.entropy()), cx.now());
    let renewed = session::renew(cx.store().system(), current, user, &secret.hash()).await?;
    Ok(renewed.map(|renewed| NewSession {
        session: renewed.id,
        secret: Revealed(secret),
        user,
        expires_at: renewed.expires_at,
        keep: renewed.remembered.then(|| renewed.expires_at.since(now)),
    }))
}
