//! The invitations that wait for a person.

use guildhall_model::{Email, InvitationId, OrganizationId, Timestamp, UserId};
use guildhall_store::{invitation, role, user};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{OfferedRole, offer};
use crate::{Never, Permission, Query, QueryOutcome, Stop, Viewing};

/// How many invitations wait on one dashboard at most.
const MOST: usize = 100;

/// The invitations to a user's confirmed address that can be accepted now (H19, B53).
#[derive(Clone, Copy, Debug)]
pub struct ListMyInvitations {
    /// The user.
    pub user: UserId,
}

/// An invitation as the invited person sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MyInvitation {
    /// The invitation.
    pub id: InvitationId,
    /// The organization it is to.
    pub organization: OrganizationId,
    /// What the organization is called.
    pub organization_name: String,
    /// The role that comes with joining.
    pub role: OfferedRole,
    /// What people call it.
    pub role_name: String,
    /// Who invited.
    pub inviter_email: Email,
    /// The instant from which on it cannot be accepted.
    pub expires_at: Timestamp,
}

impl Query for ListMyInvitations {
    const NAME: &'static str = "invitation.list_mine";
    const PERMISSION: Permission<UserId> = Permission::named("can_list_invitations");
    type Target = UserId;
    type Output = Vec<MyInvitation>;
    type Refusal = Never;

    fn target(&self) -> UserId {
        self.user
    }

    async fn run(self, cx: &mut Viewing<'_, Self>) -> QueryOutcome<Self> {
        let now = cx.now();
        let person = user::find(cx.store().system(), self.user).await?.ok_or(Stop::NotFound)?;
        if !cx.snapshot().contains(&offer::holds(&person.email, self.user)) {
            return Ok(Vec::new());
        }
        let snapshot = cx.snapshot().clone();
        let mut mine = Vec::new();
        let offers = invitation::of_address(cx.store().system(), &person.email, now, MOST).await?;
        for invitation::Offer { invitation, organization_name } in offers {
            let organization = invitation.organization;
            let offered = offer::offered(&invitation)?;
            // What rests on a right that is gone is not offered (security 9).
            let standing = offer::standing(&snapshot, organization, invitation.inviter, offered)?;
            let Some(role) = standing else { continue };
            let role_name = match role {
                OfferedRole::Organization(fixed) => fixed.label().to_owned(),
                OfferedRole::Custom(id) => {
                    let scope = organization.into();
                    let mut store = cx.store();
                    let role = role::get(&mut store.system().scope(&scope), id).await?;
                    role.map_or_else(|| "Member".to_owned(), |role| role.name.to_string())
                }
            };
            mine.push(MyInvitation {
                id: invitation.id,
                organization,
                organization_name,
                role,
                role_name,
                inviter_email: invitation.inviter_email,
                expires_at: invitation.expires_at,
            });
        }
        Ok(mine)
    }
}
