//! Making an API key.

use guildhall_model::{ApiKeyId, ApiKeyKind, ApiKeyName, ApiKeySecret, Timestamp, UserId};
use guildhall_store::api_key::{self, ApiKey};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Actor, Granted, Operation, Outcome, Permission, RefusalKind, Revealed, Via, mail::Mail,
    refusal::refusals,
};

/// The most keys of one user.
const MOST: usize = 100;
/// How many characters of a key tell it apart in lists.
const HINT: usize = 4;

/// Makes a key that acts for the user, and shows it once (H75).
#[derive(Debug)]
pub struct CreateApiKey {
    /// The account.
    pub user: UserId,
    /// What it is for.
    pub name: ApiKeyName,
    /// The instant from which it is worth nothing; `None` for never.
    pub expires_at: Option<Timestamp>,
}

/// A key that was just made.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct NewApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// What it is for.
    pub name: ApiKeyName,
    /// The key itself. It is not shown again.
    pub key: Revealed<ApiKeyKind>,
    /// The instant from which it is worth nothing; null for never.
    pub expires_at: Option<Timestamp>,
}

refusals! {
    /// Why no key is made.
    CreateApiKeyRefusal {
        /// A key asks for a key, which would outlive it.
        SessionRequired = "api_key.session_required", RefusalKind::Forbidden,
            "an API key cannot make another; sign in to the console";
        /// The expiry has passed.
        Expired = "api_key.expires_in_the_past", RefusalKind::Invalid,
            "the expiry has to be in the future", at "expires_at";
        /// There are too many.
        TooMany = "api_key.too_many", RefusalKind::Conflict,
            "you have 100 API keys, which is the most; revoke one first";
    }
}

impl Operation for CreateApiKey {
    const NAME: &'static str = "api_key.create";
    const PERMISSION: Permission<UserId> = Permission::named("can_manage_api_keys");
    type Target = UserId;
    type Output = NewApiKey;
    type Refusal = CreateApiKeyRefusal;

    fn target(&self) -> UserId {
        self.user
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        if matches!(cx.actor(), Actor::User { via: Via::ApiKey(_), .. }) {
            return Err(CreateApiKeyRefusal::SessionRequired.into());
        }
        let now = cx.now();
        if self.expires_at.is_some_and(|expires| expires <= now) {
            return Err(CreateApiKeyRefusal::Expired.into());
        }
        let account = crate::account::find(cx, self.user).await?;
        if api_key::list(cx.store().system(), self.user).await?.len() >= MOST {
            return Err(CreateApiKeyRefusal::TooMany.into());
        }
        let secret = ApiKeySecret::generate(cx.entropy());
        let text = secret.expose();
        let key = ApiKey {
            id: cx.generate(),
            user: self.user,
            name: self.name,
            token_hash: secret.hash(),
            hint: text[text.len() - HINT..].to_owned(),
            created_at: now,
            expires_at: self.expires_at,
            last_used_at: None,
        };
        api_key::insert(cx.store().system(), &key).await?;
        let (name, expires) = (key.name.to_string(), key.expires_at);
        cx.mail(&account.email, &Mail::ApiKeyCreated { name, expires, at: now }).await?;
        cx.about("api_key", key.id, &key.name);
        cx.after(serde_json::json!({ "expires_at": key.expires_at }));
        let ApiKey { id, name, expires_at, .. } = key;
        Ok(NewApiKey { id, name, key: Revealed(secret), expires_at })
    }
}
