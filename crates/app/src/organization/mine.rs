//! The organizations of a person.

use guildhall_authz::Check;
use guildhall_model::{
    DisplayName, OrganizationId, OrganizationName, OrganizationRole, Timestamp, UserId,
};
use guildhall_store::organization;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::seats;
use crate::{
    Never, Permission, Query, QueryOutcome, Stop, Viewing, member::standing, object, user,
};

/// How many organizations of one person are looked at.
const MOST: usize = 5_000;

/// The organizations that a user is in, by name, and those they may restore (B60).
#[derive(Clone, Copy, Debug)]
pub struct ListMyOrganizations {
    /// The user.
    pub user: UserId,
}

/// An organization as one of its members sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MyOrganization {
    /// Its id.
    pub id: OrganizationId,
    /// Its name in addresses.
    pub name: OrganizationName,
    /// The name it is shown under.
    pub display_name: DisplayName,
    /// The user's role in it.
    pub role: OrganizationRole,
    /// Its plan.
    pub plan: String,
    /// How many people are in it; null for those who may not see them.
    pub people: Option<u64>,
    /// Until when it can be restored, if it is deleted.
    pub restorable_until: Option<Timestamp>,
}

impl Query for ListMyOrganizations {
    const NAME: &'static str = "organization.list_mine";
    const PERMISSION: Permission<UserId> = Permission::named("can_list_memberships");
    type Target = UserId;
    type Output = Vec<MyOrganization>;
    type Refusal = Never;

    fn target(&self) -> UserId {
        self.user
    }

    async fn run(self, cx: &mut Viewing<'_, Self>) -> QueryOutcome<Self> {
        Self::of(cx, self.user).await
    }
}

impl ListMyOrganizations {
    /// The list, for any query about the user.
    pub(super) async fn of<Q: Query>(
        cx: &mut Viewing<'_, Q>,
        user: UserId,
    ) -> Result<Vec<MyOrganization>, Stop<Q::Refusal>> {
        let found = organization::of_user(cx.store().system(), user, MOST).await?;
        let mut mine = Vec::with_capacity(found.len());
        for one in found {
            if let Some(view) = view(cx, one, user)? {
                mine.push(view);
            }
        }
        mine.sort_by_cached_key(|one| (one.display_name.as_str().to_lowercase(), one.id));
        Ok(mine)
    }
}

fn view<Q: Query>(
    cx: &Viewing<'_, Q>,
    one: organization::Organization,
    id: UserId,
) -> Result<Option<MyOrganization>, Stop<Q::Refusal>> {
    let this = object("organization", &one.id.text());
    let subject = user(id);
    let may = |relation: &str| cx.snapshot().check(&Check::new(&this, relation, &subject));
    if !may("can_see")? {
        return Ok(None);
    }
    let Some(direct) = standing::direct(cx.snapshot(), one.id, id) else { return Ok(None) };
    let role = if one.deleted_at.is_none() && may("admin")? {
        direct.min(OrganizationRole::Admin)
    } else {
        direct
    };
    let people = may("can_list_members")?.then(|| seats::members(cx.snapshot(), one.id));
    Ok(Some(MyOrganization {
        id: one.id,
        name: one.name,
        display_name: one.display_name,
        role,
        plan: one.plan,
        people,
        restorable_until: one.purge_at,
    }))
}
