//! The pending invitations of an organization.

use guildhall_authz::Check;
use guildhall_model::{Email, InvitationId, OrganizationId, PageSize, Timestamp, UserId};
use guildhall_store::{
    invitation::{self, Invitation, InvitationStatus},
    role,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{OfferedRole, offer};
use crate::{InvitationRef, Never, Permission, Query, QueryOutcome, Stop, Viewing, object};

/// A page of the pending invitations of an organization, by address (H21, A18, A19).
#[derive(Clone, Debug)]
pub struct ListInvitations {
    /// The organization.
    pub organization: OrganizationId,
    /// Only addresses that start like this, in whatever case; empty for all.
    pub search: String,
    /// Where the page begins.
    pub cursor: Option<InvitationCursor>,
    /// How many rows it has at most.
    pub size: PageSize,
}

/// A place in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationCursor {
    email: String,
    backward: bool,
    /// The number of the row that it stands beside, from 1.
    row: u64,
}

/// One page.
#[derive(Clone, Debug)]
pub struct InvitationPage {
    /// The rows.
    pub rows: Vec<InvitationView>,
    /// The number of the first row in the whole list, from 1.
    pub first: u64,
    /// The page before.
    pub previous: Option<InvitationCursor>,
    /// The page after.
    pub next: Option<InvitationCursor>,
    /// How many are pending in all, searched or not.
    pub total: u64,
}

/// A pending invitation, as members see it. Its link is in the mail only (security 4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InvitationView {
    /// The invitation.
    pub id: InvitationId,
    /// The invited address.
    pub email: Email,
    /// The offered role.
    pub role: OfferedRole,
    /// What people call it.
    pub role_name: String,
    /// Whose right the offer rests on.
    pub inviter: UserId,
    /// Their address.
    pub inviter_email: Email,
    /// When the link was sent last.
    pub sent_at: Timestamp,
    /// The instant from which on it cannot be accepted.
    pub expires_at: Timestamp,
    /// Whether that is past.
    pub expired: bool,
    /// Whether the asker may take it back (H22).
    pub can_withdraw: bool,
    /// Whether the asker may send it again (A20).
    pub can_resend: bool,
    /// Whether the asker may change the offered role.
    pub can_change_role: bool,
}

impl Query for ListInvitations {
    const NAME: &'static str = "invitation.list";
    const PERMISSION: Permission<OrganizationId> = Permission::named("can_list_members");
    type Target = OrganizationId;
    type Output = InvitationPage;
    type Refusal = Never;

    fn target(&self) -> OrganizationId {
        self.organization
    }

    async fn run(self, cx: &mut Viewing<'_, Self>) -> QueryOutcome<Self> {
        let now = cx.now();
        let (total, _) = invitation::count(&mut cx.store(), now).await?;
        let backward = self.cursor.as_ref().is_some_and(|cursor| cursor.backward);
        let from = self.cursor.as_ref().map(|cursor| cursor.email.as_str());
        let beside = self.cursor.as_ref().map_or(0, |cursor| cursor.row);
        let start = self.search.trim().to_lowercase();
        let most = self.size.rows();
        let mut found = invitation::page(&mut cx.store(), &start, from, backward, most + 1).await?;
        let more = found.len() > most;
        found.truncate(most);
        if backward {
            found.reverse();
        }
        let many = found.len() as u64;
        let first = if backward { beside.saturating_sub(many).max(1) } else { beside + 1 };
        let place = |invitation: &Invitation, backward, row| InvitationCursor {
            email: invitation.email.to_string(),
            backward,
            row,
        };
        let previous = found.first().filter(|_| if backward { more } else { from.is_some() });
        let previous = previous.map(|row| place(row, true, first));
        let next = found.last().filter(|_| backward || more);
        let next = next.map(|row| place(row, false, (first + many).saturating_sub(1)));
        let roles = role::all(&mut cx.store()).await?;
        let view = |invitation| view(cx, invitation, &roles);
        let rows = found.into_iter().map(view).collect::<Result<_, _>>()?;
        Ok(InvitationPage { rows, first, previous, next, total })
    }
}

/// One pending invitation of an organization.
#[derive(Clone, Copy, Debug)]
pub struct GetInvitation {
    /// The organization it is to.
    pub organization: OrganizationId,
    /// The invitation.
    pub invitation: InvitationId,
}

impl Query for GetInvitation {
    const NAME: &'static str = "invitation.get";
    const PERMISSION: Permission<InvitationRef> = Permission::named("can_see");
    type Target = InvitationRef;
    type Output = InvitationView;
    type Refusal = Never;

    fn target(&self) -> InvitationRef {
        InvitationRef { organization: self.organization, invitation: self.invitation }
    }

    async fn run(self, cx: &mut Viewing<'_, Self>) -> QueryOutcome<Self> {
        let found = invitation::get(&mut cx.store(), self.invitation).await?;
        let found = found.filter(|one| one.status == InvitationStatus::Pending);
        let roles = role::all(&mut cx.store()).await?;
        view(cx, found.ok_or(Stop::NotFound)?, &roles)
    }
}

fn view<Q: Query>(
    cx: &Viewing<'_, Q>,
    invitation: Invitation,
    roles: &[role::Role],
) -> Result<InvitationView, Stop<Q::Refusal>> {
    let role = offer::offered(&invitation)?;
    let role_name = match role {
        OfferedRole::Organization(fixed) => fixed.label().to_owned(),
        OfferedRole::Custom(id) => {
            let custom = roles.iter().find(|role| role.id == id);
            custom.map_or_else(|| "Member".to_owned(), |role| role.name.to_string())
        }
    };
    let this = object("invitation", &invitation.id.text());
    let may = |relation: &str| match cx.actor().subject() {
        Some(subject) => cx.snapshot().check(&Check::new(&this, relation, &subject)),
        None => Ok(true),
    };
    Ok(InvitationView {
        id: invitation.id,
        role,
        role_name,
        inviter: invitation.inviter,
        sent_at: invitation.sent_at,
        expires_at: invitation.expires_at,
        expired: invitation.expires_at <= cx.now(),
        can_withdraw: may("can_withdraw")?,
        can_resend: may("can_resend")?,
        can_change_role: may("can_change_invited_role")?,
        email: invitation.email,
        inviter_email: invitation.inviter_email,
    })
}
