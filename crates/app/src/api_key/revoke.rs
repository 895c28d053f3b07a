//! Revoking an API key.

use guildhall_model::{ApiKeyId, UserId};
use guildhall_store::api_key;

use crate::{Granted, Never, Operation, Outcome, Permission, Stop};

/// Revokes one of one's keys; the next request with it is refused.
#[derive(Debug)]
pub struct RevokeApiKey {
    /// The account.
    pub user: UserId,
    /// The key.
    pub key: ApiKeyId,
}

impl Operation for RevokeApiKey {
    const NAME: &'static str = "api_key.revoke";
    const PERMISSION: Permission<UserId> = Permission::named("can_manage_api_keys");
    type Target = UserId;
    type Output = ();
    type Refusal = Never;

    fn target(&self) -> UserId {
        self.user
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let revoked = api_key::revoke(cx.store().system(), self.key, self.user).await?;
        let Some(name) = revoked else { return Err(Stop::NotFound) };
        cx.about("api_key", self.key, name);
        Ok(())
    }
}
