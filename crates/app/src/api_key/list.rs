//! Listing one's API keys.

use guildhall_model::{ApiKeyId, ApiKeyName, Timestamp, UserId};
use guildhall_store::api_key;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Never, Permission, Query, QueryOutcome, Viewing};

/// One's API keys, the latest first, expired ones included.
#[derive(Debug)]
pub struct ListApiKeys {
    /// The account.
    pub user: UserId,
}

/// A key in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ListedApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// What it is for.
    pub name: ApiKeyName,
    /// The last characters of the key, by which its owner knows it.
    pub hint: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// The instant from which it is worth nothing; null for never.
    pub expires_at: Option<Timestamp>,
    /// Whether that instant has passed.
    pub expired: bool,
    /// When it was last used, to the minute; null for never.
    pub last_used_at: Option<Timestamp>,
}

impl Query for ListApiKeys {
    const NAME: &'static str = "api_key.list";
    const PERMISSION: Permission<UserId> = Permission::named("can_manage_api_keys");
    type Target = UserId;
    type Output = Vec<ListedApiKey>;
    type Refusal = Never;

    fn target(&self) -> UserId {
        self.user
    }

    async fn run(self, cx: &mut Viewing<'_, Self>) -> QueryOutcome<Self> {
        let now = cx.now();
        let keys = api_key::list(cx.store().system(), self.user).await?;
        let listed = keys.into_iter().map(|key| ListedApiKey {
            id: key.id,
            name: key.name,
            hint: key.hint,
            created_at: key.created_at,
            expires_at: key.expires_at,
            expired: key.expires_at.is_some_and(|expires| now >= expires),
            last_used_at: key.last_used_at,
        });
        Ok(listed.collect())
    }
}
