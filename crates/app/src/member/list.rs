//! The members of an organization: filtered, searched, page by page.

use guildhall_model::{OrganizationId, OrganizationRole, PageSize, UserId};
use guildhall_store::{
    invitation,
    member::{Direction, Position, Terms},
    organization, role,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    MemberView,
    page::{Effort, Wanted},
};
use crate::{
    Never, Permission, Query, QueryOutcome, Stop, Viewing,
    organization::{Seats, seats},
};

/// A page of the members of an organization, by name (A18, S11, S17).
#[derive(Clone, Debug)]
pub struct ListMembers {
    /// The organization.
    pub organization: OrganizationId,
    /// Which of them.
    pub filter: MemberFilter,
    /// Words, each of which has to start a word of the name or the address; empty for all.
    pub search: String,
    /// Where the page begins.
    pub cursor: Option<MemberCursor>,
    /// How many rows it has at most.
    pub size: PageSize,
}

/// Which members are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MemberFilter {
    /// Everybody who joined.
    #[default]
    Members,
    /// Administrators by themselves, the owner included.
    Admins,
    /// Restricted members.
    Restricted,
}

impl MemberFilter {
    /// The roles that fit; none stands for every role.
    pub(super) fn roles(self) -> &'static [OrganizationRole] {
        match self {
            Self::Members => &[],
            Self::Admins => &[OrganizationRole::Owner, OrganizationRole::Admin],
            Self::Restricted => &[OrganizationRole::Restricted],
        }
    }
}

/// A place in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberCursor {
    sort_key: String,
    user: UserId,
    backward: bool,
    /// The number of the row that it stands beside, from 1.
    row: u64,
}

/// How many there are of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MemberCounts {
    /// Everybody who joined.
    pub members: u64,
    /// Administrators, the owner included.
    pub admins: u64,
    /// Restricted members.
    pub restricted: u64,
    /// Pending invitations, expired ones included.
    pub invited: u64,
    /// Pending invitations that can still be accepted.
    pub standing: u64,
}

/// One page.
#[derive(Clone, Debug)]
pub struct MemberPage {
    /// The rows.
    pub rows: Vec<MemberView>,
    /// The number of the first row among those that fit, from 1.
    pub first: u64,
    /// The page before.
    pub previous: Option<MemberCursor>,
    /// The page after.
    pub next: Option<MemberCursor>,
    /// How many fit the filter; `None` where something was searched for.
    pub total: Option<u64>,
    /// How many there are of each.
    pub counts: MemberCounts,
    /// The seats.
    pub seats: Seats,
}

impl Query for ListMembers {
    const NAME: &'static str = "member.list";
    const PERMISSION: Permission<OrganizationId> = Permission::named("can_list_members");
    type Target = OrganizationId;
    type Output = MemberPage;
    type Refusal = Never;

    fn target(&self) -> OrganizationId {
        self.organization
    }

    async fn run(self, cx: &mut Viewing<'_, Self>) -> QueryOutcome<Self> {
        let (snapshot, now) = (cx.snapshot().clone(), cx.now());
        let terms = Terms::of_query(&self.search);
        let wanted = Wanted {
            snapshot: &snapshot,
            organization: self.organization,
            filter: self.filter,
            terms: &terms,
            effort: Effort::USUAL,
        };
        let backward = self.cursor.as_ref().is_some_and(|cursor| cursor.backward);
        let direction = if backward { Direction::Backward } else { Direction::Forward };
        let from = self.cursor.as_ref().map(MemberCursor::position);
        let most = self.size.rows();
        let mut found = wanted.rows(&mut cx.store(), direction, from.as_ref(), most + 1).await?;
        let more = found.len() > most;
        found.truncate(most);
        if backward {
            found.reverse();
        }
        let many = found.len() as u64;
        let beside = self.cursor.as_ref().map_or(0, |cursor| cursor.row);
        let first = if backward { beside.saturating_sub(many).max(1) } else { beside + 1 };
        let place = |member: &guildhall_store::member::Member, backward, row| MemberCursor {
            sort_key: member.sort_key.clone(),
            user: member.person.id,
            backward,
            row,
        };
        let previous = found.first().filter(|_| if backward { more } else { from.is_some() });
        let previous = previous.map(|row| place(row, true, first));
        let next = found.last().filter(|_| backward || more);
        let next = next.map(|row| place(row, false, (first + many).saturating_sub(1)));
        let roles = role::all(&mut cx.store()).await?;
        let mut rows = Vec::with_capacity(found.len());
        for member in found {
            rows.extend(MemberView::of(&snapshot, self.organization, member, &roles)?);
        }
        let of = organization::get(&mut cx.store()).await?.ok_or(Stop::NotFound)?;
        let (invited, standing) = invitation::count(&mut cx.store(), now).await?;
        let counts = self.counts(&snapshot, invited, standing);
        let seats = Seats { used: counts.members + standing, limit: seats::limit(&of) };
        let total = terms.is_empty().then_some(match self.filter {
            MemberFilter::Members => counts.members,
            MemberFilter::Admins => counts.admins,
            MemberFilter::Restricted => counts.restricted,
        });
        Ok(MemberPage { rows, first, previous, next, total, counts, seats })
    }
}

impl ListMembers {
    /// From the index: nothing is counted in the database but invitations.
    fn counts(
        &self,
        snapshot: &guildhall_authz::Snapshot,
        invited: u64,
        standing: u64,
    ) -> MemberCounts {
        let holders = |role| seats::holders(snapshot, self.organization, role);
        let admins = holders(OrganizationRole::Owner) + holders(OrganizationRole::Admin);
        let restricted = holders(OrganizationRole::Restricted);
        let members = admins + holders(OrganizationRole::Member) + restricted;
        MemberCounts { members, admins, restricted, invited, standing }
    }
}

impl MemberCursor {
    fn position(&self) -> Position {
        Position { sort_key: self.sort_key.clone(), user: self.user.text() }
    }
}
