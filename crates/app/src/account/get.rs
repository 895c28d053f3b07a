//! One's own account.

use guildhall_model::{Email, OrganizationId, Timestamp, UserId};
use guildhall_store::{
    invitation,
    mailed_link::{self, Purpose},
    user,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Never, Permission, Query, QueryOutcome, Stop, Viewing};

/// The most invitations that are counted.
const MOST: usize = 1_000;

/// One's own account.
#[derive(Debug)]
pub struct GetAccount {
    /// The account.
    pub user: UserId,
}

/// An account as its holder sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MyAccount {
    /// Its id.
    pub id: UserId,
    /// Its address.
    pub email: Email,
    /// Whether the holder has confirmed it.
    pub email_verified: bool,
    /// The address that will replace it once it is confirmed; null for none.
    pub email_pending: Option<Email>,
    /// The first name; empty for none.
    pub first_name: String,
    /// The last name; empty for none.
    pub last_name: String,
    /// Whether signing in asks for a second factor.
    pub second_factor: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When the password was chosen.
    pub password_changed_at: Timestamp,
    /// The organization last looked at; null for none.
    pub last_organization: Option<OrganizationId>,
    /// How many invitations to the confirmed address wait for an answer.
    pub pending_invitations: u64,
}

impl Query for GetAccount {
    const NAME: &'static str = "account.get";
    const PERMISSION: Permission<UserId> = Permission::named("can_edit_profile");
    type Target = UserId;
    type Output = MyAccount;
    type Refusal = Never;

    fn target(&self) -> UserId {
        self.user
    }

    async fn run(self, cx: &mut Viewing<'_, Self>) -> QueryOutcome<Self> {
        let now = cx.now();
        let account = user::find(cx.store().system(), self.user).await?.ok_or(Stop::NotFound)?;
        let pending =
            mailed_link::newest(cx.store().system(), self.user, Purpose::ChangeEmail, now).await?;
        let invitations = if account.email_verified_at.is_some() {
            invitation::of_address(cx.store().system(), &account.email, now, MOST).await?.len()
        } else {
            0
        };
        Ok(MyAccount {
            id: account.id,
            email_verified: account.email_verified_at.is_some(),
            email_pending: pending.and_then(|link| link.email),
            second_factor: account.has_second_factor(),
            email: account.email,
            first_name: account.first_name,
            last_name: account.last_name,
            created_at: account.created_at,
            password_changed_at: account.password_changed_at,
            last_organization: account.last_organization,
            pending_invitations: invitations as u64,
        })
    }
}
