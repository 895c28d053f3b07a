//! Finding out who carries a secret: the holder of a session, or of an API key.

use guildhall_model::{ApiKeySecret, Email, OrganizationId, SessionSecret, Timestamp, UserId};
use guildhall_store::{StoreError, api_key, session, user::Account};

use crate::{Actor, App, Via};

/// Somebody who proved who they are.
#[derive(Clone, Debug)]
pub struct Authenticated {
    /// Who, for operations.
    pub actor: Actor,
    /// Their id.
    pub user: UserId,
    /// Their address.
    pub email: Email,
    /// First and last name; empty if not given.
    pub name: String,
    /// Whether they proved to receive mail at the address.
    pub email_verified: bool,
    /// The organization they looked at last.
    pub last_organization: Option<OrganizationId>,
}

impl App {
    /// Whose session it is; `None` if there is none, it has expired, or the account is disabled.
    /// Asked anew with every request, so that an ended session is refused at the next one
    /// (security 48).
    ///
    /// # Errors
    /// If the database does not answer.
    pub async fn authenticate_session(
        &self,
        secret: &SessionSecret,
    ) -> Result<Option<Authenticated>, StoreError> {
        let mut tx = self.database().read().await?;
        let found = session::find(&mut tx, &secret.hash()).await?;
        tx.commit().await?;
        let now = self.clock().now();
        Ok(found.and_then(|(session, account)| {
            (session.expires_at > now).then_some(())?;
            holder(account, Via::Session(session.id))
        }))
    }

    /// Whose API key it is; `None` if there is none, it has expired, or the account is disabled.
    ///
    /// # Errors
    /// If the database does not answer.
    pub async fn authenticate_api_key(
        &self,
        secret: &ApiKeySecret,
    ) -> Result<Option<Authenticated>, StoreError> {
        let mut tx = self.database().read().await?;
        let found = api_key::find(&mut tx, &secret.hash()).await?;
        tx.commit().await?;
        let now = self.clock().now();
        let lasts = |expires: Option<Timestamp>| expires.is_none_or(|expires| expires > now);
        Ok(found.and_then(|(key, account)| {
            lasts(key.expires_at).then_some(())?;
            holder(account, Via::ApiKey(key.id))
        }))
    }
}

fn holder(account: Account, via: Via) -> Option<Authenticated> {
    if account.disabled_at.is_some() {
        return None;
    }
    Some(Authenticated {
        actor: Actor::User { id: account.id, email: account.email.clone(), via },
        user: account.id,
        name: account.name(),
        email_verified: account.email_verified_at.is_some(),
        last_organization: account.last_organization,
        email: account.email,
    })
}
