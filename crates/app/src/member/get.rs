//! One member.

use guildhall_model::{OrganizationId, UserId};
use guildhall_store::{member, role};

use super::MemberView;
use crate::{Never, Permission, Query, QueryOutcome, Stop, Viewing};

/// A member of an organization.
#[derive(Clone, Copy, Debug)]
pub struct GetMember {
    /// The organization.
    pub organization: OrganizationId,
    /// The user.
    pub user: UserId,
}

impl Query for GetMember {
    const NAME: &'static str = "member.get";
    const PERMISSION: Permission<OrganizationId> = Permission::named("can_list_members");
    type Target = OrganizationId;
    type Output = MemberView;
    type Refusal = Never;

    fn target(&self) -> OrganizationId {
        self.organization
    }

    async fn run(self, cx: &mut Viewing<'_, Self>) -> QueryOutcome<Self> {
        let member = member::get(&mut cx.store(), self.user).await?.ok_or(Stop::NotFound)?;
        let roles = role::all(&mut cx.store()).await?;
        let view = MemberView::of(cx.snapshot(), self.organization, member, &roles)?;
        view.ok_or(Stop::NotFound)
    }
}
