//! Finding out who sent a request, from the secret that it brings.

use std::time::Duration;

use guildhall_model::{
    ApiKeyId, ApiKeySecret, Email, OrganizationId, SessionId, SessionSecret, Timestamp, TokenHash,
    UserId,
};
use guildhall_store::{
    StoreError, Tx, api_key, session,
    user::{self, Account},
};

use crate::{
    Actor, App, Via,
    frame::{Note, look, note},
};

/// Times of last use are written at most this often.
const NOTED_EVERY: Duration = Duration::from_secs(60);

/// Who sent a request, and what every page shows of them.
#[derive(Clone, Debug)]
pub struct Authenticated {
    /// The user as an actor.
    pub actor: Actor,
    /// The account.
    pub user: UserId,
    /// Its address.
    pub email: Email,
    /// Whether the holder has proved to receive mail there.
    pub email_verified: bool,
    /// The first name; empty for none.
    pub first_name: String,
    /// The last name; empty for none.
    pub last_name: String,
    /// First and last name, as far as they are given.
    pub name: String,
    /// Whether the Welcome splash is still to be closed (H20).
    pub welcome: bool,
    /// The organization last looked at; the user may have left it since.
    pub last_organization: Option<OrganizationId>,
}

impl App {
    /// Who a session's secret belongs to; `None` if the session has ended or expired, or the
    /// account is disabled.
    pub async fn authenticate_session(
        &self,
        secret: &SessionSecret,
    ) -> Result<Option<Authenticated>, StoreError> {
        let now = self.clock().now();
        let Some(found) = look(self, BySession(secret.hash())).await? else { return Ok(None) };
        let (session, account) = found;
        if now >= session.expires_at || account.disabled_at.is_some() {
            return Ok(None);
        }
        if session.last_seen_at.plus(NOTED_EVERY) <= now {
            self.note_use(Used::Session(session.id), now).await;
        }
        Ok(Some(authenticated(account, Via::Session(session.id))))
    }

    /// Who an API key belongs to; `None` if it was revoked or has expired, or the account is
    /// disabled.
    pub async fn authenticate_api_key(
        &self,
        secret: &ApiKeySecret,
    ) -> Result<Option<Authenticated>, StoreError> {
        let now = self.clock().now();
        let Some((key, account)) = look(self, ByKey(secret.hash())).await? else {
            return Ok(None);
        };
        let expired = key.expires_at.is_some_and(|expires| now >= expires);
        if expired || account.disabled_at.is_some() {
            return Ok(None);
        }
        if key.last_used_at.is_none_or(|used| used.plus(NOTED_EVERY) <= now) {
            self.note_use(Used::Key(key.id), now).await;
        }
        Ok(Some(authenticated(account, Via::ApiKey(key.id))))
    }

    /// Remembers which organization a user looked at last. The page is shown though it cannot be
    /// noted, such as on a full disk.
    pub async fn remember_organization(&self, user: UserId, organization: OrganizationId) {
        if let Err(error) = note(self, Visit { user, organization }).await {
            tracing::warn!(%error, "the organization last looked at was not noted");
        }
    }

    /// A request is answered though its use cannot be noted, such as on a full disk.
    async fn note_use(&self, used: Used, at: Timestamp) {
        if let Err(error) = note(self, UsedAt { used, at }).await {
            tracing::warn!(%error, "a time of last use was not noted");
        }
    }
}

fn authenticated(account: Account, via: Via) -> Authenticated {
    Authenticated {
        actor: Actor::User { id: account.id, email: account.email.clone(), via },
        user: account.id,
        name: account.name(),
        email_verified: account.email_verified_at.is_some(),
        email: account.email,
        first_name: account.first_name,
        last_name: account.last_name,
        welcome: account.welcome_closed_at.is_none(),
        last_organization: account.last_organization,
    }
}

struct BySession(TokenHash);

impl Note for BySession {
    type Output = Option<(session::Session, Account)>;

    async fn run(self, tx: &mut Tx) -> Result<Self::Output, StoreError> {
        session::find(tx, &self.0).await
    }
}

struct ByKey(TokenHash);

impl Note for ByKey {
    type Output = Option<(api_key::ApiKey, Account)>;

    async fn run(self, tx: &mut Tx) -> Result<Self::Output, StoreError> {
        api_key::find(tx, &self.0).await
    }
}

enum Used {
    Session(SessionId),
    Key(ApiKeyId),
}

struct UsedAt {
    used: Used,
    at: Timestamp,
}

impl Note for UsedAt {
    type Output = ();

    async fn run(self, tx: &mut Tx) -> Result<(), StoreError> {
        match self.used {
            Used::Session(id) => session::seen(tx, id, self.at).await,
            Used::Key(id) => api_key::used(tx, id, self.at).await,
        }
    }
}

struct Visit {
    user: UserId,
    organization: OrganizationId,
}

impl Note for Visit {
    type Output = ();

    async fn run(self, tx: &mut Tx) -> Result<(), StoreError> {
        user::visit(tx, self.user, Some(self.organization)).await
    }
}
