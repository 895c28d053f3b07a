//! Where a person stands: what the frame of every page shows.

use guildhall_model::UserId;

use super::{ListMyOrganizations, MyOrganization};
use crate::{
    Never, Permission, Query, QueryOutcome, Viewing,
    account::{administers, manages},
};

/// The organizations of a user and what they may do besides, for the frame of a page.
#[derive(Clone, Copy, Debug)]
pub struct GetMyPlace {
    /// The user.
    pub user: UserId,
}

/// Where a person stands.
#[derive(Clone, Debug)]
pub struct MyPlace {
    /// Their organizations by name, those they may restore included.
    pub organizations: Vec<MyOrganization>,
    /// Whether they may make another.
    pub can_create: bool,
    /// Whether they administer the installation.
    pub system_administrator: bool,
    /// Whether they manage its accounts, as every administrator does.
    pub user_manager: bool,
}

impl Query for GetMyPlace {
    const NAME: &'static str = "organization.place";
    const PERMISSION: Permission<UserId> = Permission::named("can_list_memberships");
    type Target = UserId;
    type Output = MyPlace;
    type Refusal = Never;

    fn target(&self) -> UserId {
        self.user
    }

    async fn run(self, cx: &mut Viewing<'_, Self>) -> QueryOutcome<Self> {
        let organizations = ListMyOrganizations::of(cx, self.user).await?;
        let settings = cx.settings();
        let one_only = settings.one_organization && !organizations.is_empty();
        let can_create = settings.create_organizations && !one_only;
        let system_administrator = cx.snapshot().contains(&administers(self.user));
        let user_manager = system_administrator || cx.snapshot().contains(&manages(self.user));
        Ok(MyPlace { organizations, can_create, system_administrator, user_manager })
    }
}
