//! How an account's second factor stands.

use guildhall_model::{Timestamp, UserId};
use guildhall_store::{recovery_code, user};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Never, Permission, Query, QueryOutcome, Stop, Viewing};

/// Whether the second factor is on.
#[derive(Debug)]
pub struct GetSecondFactor {
    /// The account.
    pub user: UserId,
}

/// A second factor that is on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SecondFactor {
    /// Since when it is asked for.
    pub since: Timestamp,
    /// How many recovery codes were not used yet.
    pub recovery_codes_left: u64,
}

impl Query for GetSecondFactor {
    const NAME: &'static str = "second_factor.get";
    const PERMISSION: Permission<UserId> = Permission::named("can_manage_second_factor");
    type Target = UserId;
    type Output = Option<SecondFactor>;
    type Refusal = Never;

    fn target(&self) -> UserId {
        self.user
    }

    async fn run(self, cx: &mut Viewing<'_, Self>) -> QueryOutcome<Self> {
        let account = user::find(cx.store().system(), self.user).await?.ok_or(Stop::NotFound)?;
        let Some(since) = account.totp.and_then(|factor| factor.confirmed_at) else {
            return Ok(None);
        };
        let recovery_codes_left = recovery_code::left(cx.store().system(), self.user).await?;
        Ok(Some(SecondFactor { since, recovery_codes_left }))
    }
}
