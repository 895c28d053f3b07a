//! Inviting one address or many: all of them, or none.

use guildhall_model::{Email, EmailList, InvitationId, OrganizationId, Timestamp, UserId};
use guildhall_store::invitation::{self, Invitation, InvitationStatus};
use guildhall_store::{member, organization, user};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{OfferedRole, letter, offer};
use crate::{
    Granted, Operation, Outcome, Permission, Plan, Refusal, RefusalKind, Stop, ceiling,
    organization::seats,
};

/// Invite addresses to an organization (H13 to H17, A2, A7, A8, B51).
#[derive(Clone, Debug)]
pub struct InviteMembers {
    /// The organization.
    pub organization: OrganizationId,
    /// Whom to invite.
    pub emails: EmailList,
    /// The role that comes with joining.
    pub role: OfferedRole,
}

/// An invitation that was sent. Its link is only in the mail (security 4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Invited {
    /// The invitation.
    pub id: InvitationId,
    /// The invited address.
    pub email: Email,
    /// Whether there was a pending invitation already, which has a new link now (H26).
    pub renewed: bool,
    /// The instant from which on it cannot be accepted.
    pub expires_at: Timestamp,
}

/// Why nobody is invited.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InviteMembersRefusal {
    /// The plan does not include members (A1).
    #[error(
        "inviting is not part of the Community plan: it needs the Commercial or the Enterprise plan"
    )]
    Plan,
    /// The inviter has not confirmed their own address.
    #[error("confirm your own address before you invite others")]
    Unconfirmed,
    /// The role permits what the inviter may not do (H17, security 6, 7).
    #[error("you cannot invite with a role that permits more than you may do yourself")]
    AboveOwn,
    /// There is no such custom role.
    #[error("there is no such role in this organization")]
    NoSuchRole,
    /// Some are members already (H26, A25).
    #[error("{} already", are(.0, "a member", "members"))]
    AlreadyMembers(Vec<Email>),
    /// Some are members of another organization, and the installation allows one (A22).
    #[error(
        "{} of another organization, and an account can be in one organization only here",
        are(.0, "a member", "members")
    )]
    Elsewhere(Vec<Email>),
    /// The plan has not enough seats (B52).
    #[error("{}", no_seats(*.left, *.needed))]
    NoSeats {
        /// How many seats are left.
        left: u64,
        /// How many would be needed.
        needed: u64,
    },
    /// Too many invitation mails (security 17).
    #[error("too many invitations were sent; try again later")]
    TooMany {
        /// Seconds to wait.
        retry_after: u64,
    },
}

impl Refusal for InviteMembersRefusal {
    const CODES: &'static [&'static str] = &[
        "invitation.plan",
        "invitation.unconfirmed_inviter",
        "invitation.role_above_own",
        "invitation.no_such_role",
        "invitation.already_member",
        "invitation.member_elsewhere",
        "invitation.no_seats",
        "invitation.too_many",
    ];

    fn code(&self) -> &'static str {
        let at = match self {
            Self::Plan => 0,
            Self::Unconfirmed => 1,
            Self::AboveOwn => 2,
            Self::NoSuchRole => 3,
            Self::AlreadyMembers(_) => 4,
            Self::Elsewhere(_) => 5,
            Self::NoSeats { .. } => 6,
            Self::TooMany { .. } => 7,
        };
        Self::CODES[at]
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::Plan => RefusalKind::Plan,
            Self::Unconfirmed | Self::AboveOwn => RefusalKind::Forbidden,
            Self::NoSuchRole => RefusalKind::Invalid,
            Self::AlreadyMembers(_) | Self::Elsewhere(_) | Self::NoSeats { .. } => {
                RefusalKind::Conflict
            }
            Self::TooMany { retry_after } => RefusalKind::TooMany { retry_after: *retry_after },
        }
    }

    fn fields(&self) -> Vec<(String, String)> {
        let field = match self {
            Self::AboveOwn | Self::NoSuchRole => "role",
            Self::AlreadyMembers(_) | Self::Elsewhere(_) | Self::NoSeats { .. } => "emails",
            Self::Plan | Self::Unconfirmed | Self::TooMany { .. } => return Vec::new(),
        };
        vec![(field.into(), self.to_string())]
    }
}

impl Operation for InviteMembers {
    const NAME: &'static str = "invitation.create";
    const PERMISSION: Permission<OrganizationId> = Permission::named("can_invite");
    type Target = OrganizationId;
    type Output = Vec<Invited>;
    type Refusal = InviteMembersRefusal;

    fn target(&self) -> OrganizationId {
        self.organization
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let (inviter, inviter_email) = cx.acting_user()?;
        let organization = organization::get(&mut cx.store()).await?.ok_or(Stop::NotFound)?;
        if organization.plan.parse().is_ok_and(|plan: Plan| !plan.allows_inviting()) {
            return Err(InviteMembersRefusal::Plan.into());
        }
        self.check_right(cx, inviter, &inviter_email)?;
        let label = letter::label(cx, self.role).await?.ok_or(InviteMembersRefusal::NoSuchRole)?;
        self.check_nobody_is_in(cx).await?;
        let pending = self.pending(cx).await?;
        self.check_seats(cx, &organization, &pending).await?;
        let (now, settings) = (cx.now(), cx.settings().clone());
        let recipients: Vec<&Email> = self.emails.iter().collect();
        let counted =
            offer::count_mails(&mut cx.store(), &settings, inviter, &recipients, now).await?;
        if let Err(until) = counted {
            return Err(
                InviteMembersRefusal::TooMany { retry_after: offer::wait(until, now) }.into()
            );
        }
        let mut invited = Vec::with_capacity(recipients.len());
        for (email, pending) in self.emails.iter().zip(pending) {
            let by = (inviter, &inviter_email);
            let names = (organization.display_name.as_str(), label.as_str());
            invited.push(self.invite(cx, email, pending, by, names).await?);
        }
        cx.about("organization", self.organization, &organization.display_name);
        cx.after(serde_json::json!({ "role": self.role, "invited": invited }));
        Ok(invited)
    }
}

impl InviteMembers {
    fn check_right(
        &self,
        cx: &Granted<'_, Self>,
        inviter: UserId,
        email: &Email,
    ) -> Result<(), Stop<InviteMembersRefusal>> {
        let snapshot = cx.snapshot();
        if !snapshot.contains(&offer::holds(email, inviter)) {
            return Err(InviteMembersRefusal::Unconfirmed.into());
        }
        if !offer::exists(snapshot, self.organization, self.role) {
            return Err(InviteMembersRefusal::NoSuchRole.into());
        }
        if !ceiling::may_offer(snapshot, self.organization, inviter, self.role)? {
            return Err(InviteMembersRefusal::AboveOwn.into());
        }
        Ok(())
    }

    async fn check_nobody_is_in(
        &self,
        cx: &mut Granted<'_, Self>,
    ) -> Result<(), Stop<InviteMembersRefusal>> {
        let one_only = cx.settings().one_organization;
        let (mut here, mut elsewhere) = (Vec::new(), Vec::new());
        for email in &self.emails {
            if member::by_email(&mut cx.store(), email).await?.is_some() {
                here.push(email.clone());
            } else if one_only && is_elsewhere(cx, email).await? {
                elsewhere.push(email.clone());
            }
        }
        if !here.is_empty() {
            return Err(InviteMembersRefusal::AlreadyMembers(here).into());
        }
        if !elsewhere.is_empty() {
            return Err(InviteMembersRefusal::Elsewhere(elsewhere).into());
        }
        Ok(())
    }

    async fn pending(
        &self,
        cx: &mut Granted<'_, Self>,
    ) -> Result<Vec<Option<Invitation>>, Stop<InviteMembersRefusal>> {
        let mut pending = Vec::new();
        for email in &self.emails {
            pending.push(invitation::pending_for(&mut cx.store(), email).await?);
        }
        Ok(pending)
    }

    async fn check_seats(
        &self,
        cx: &mut Granted<'_, Self>,
        organization: &guildhall_store::organization::Organization,
        pending: &[Option<Invitation>],
    ) -> Result<(), Stop<InviteMembersRefusal>> {
        let now = cx.now();
        let seated = |one: &&Option<Invitation>| one.as_ref().is_some_and(|i| i.expires_at > now);
        let needed = (pending.len() - pending.iter().filter(seated).count()) as u64;
        let snapshot = cx.snapshot().clone();
        let seats = seats::of(&mut cx.store(), &snapshot, organization, now).await?;
        match seats.left() {
            Some(left) if left < needed => {
                Err(InviteMembersRefusal::NoSeats { left, needed }.into())
            }
            _ => Ok(()),
        }
    }

    async fn invite(
        &self,
        cx: &mut Granted<'_, Self>,
        email: &Email,
        pending: Option<Invitation>,
        (inviter, inviter_email): (UserId, &Email),
        (organization, label): (&str, &str),
    ) -> Result<Invited, Stop<InviteMembersRefusal>> {
        let (secret, hash) = letter::new_link(cx);
        let now = cx.now();
        let expires_at = now.plus(cx.settings().invitation_lifetime);
        let renewed = pending.is_some();
        let mut label = label.to_owned();
        let invitation = if let Some(mut invitation) = pending {
            let kept = self.kept_offer(cx, &invitation, inviter)?;
            if let Some(role) = kept {
                label = letter::label(cx, role).await?.unwrap_or(label);
            } else {
                let by = (inviter, inviter_email);
                offer::take_over(cx, self.organization, &mut invitation, by).await?;
                invitation.role = self.role.to_string();
            }
            (invitation.sent_at, invitation.expires_at) = (now, expires_at);
            invitation::renew(&mut cx.store(), &invitation, &hash).await?;
            invitation
        } else {
            let invitation = Invitation {
                id: cx.generate(),
                organization: self.organization,
                email: email.clone(),
                role: self.role.to_string(),
                inviter,
                inviter_email: inviter_email.clone(),
                status: InvitationStatus::Pending,
                created_at: now,
                sent_at: now,
                expires_at,
            };
            invitation::add(&mut cx.store(), &invitation, &hash).await?;
            for tuple in offer::tuples(self.organization, invitation.id, inviter, email) {
                cx.relate(tuple).await?;
            }
            invitation
        };
        letter::send(cx, &invitation, (organization, &label), &secret, renewed).await?;
        Ok(Invited { id: invitation.id, email: email.clone(), renewed, expires_at })
    }

    /// Somebody who may not manage another's invitation reminds of it as it is: the offer and
    /// its inviter stay, as long as the inviter still stands for it (H22).
    fn kept_offer(
        &self,
        cx: &Granted<'_, Self>,
        invitation: &Invitation,
        inviter: UserId,
    ) -> Result<Option<OfferedRole>, Stop<InviteMembersRefusal>> {
        let manages = cx.allows(&crate::user(inviter), "can_manage_invitations")?;
        if manages || invitation.inviter == inviter {
            return Ok(None);
        }
        let role = offer::offered(invitation)?;
        let standing = offer::standing(cx.snapshot(), self.organization, invitation.inviter, role)?;
        Ok(standing.filter(|standing| *standing == role))
    }
}

async fn is_elsewhere(
    cx: &mut Granted<'_, InviteMembers>,
    email: &Email,
) -> Result<bool, Stop<InviteMembersRefusal>> {
    let scope = guildhall_store::ScopeId::from(*cx.target());
    let mut store = cx.store();
    let Some(person) = user::find_by_email(store.system(), email).await? else {
        return Ok(false);
    };
    Ok(organization::others_of_user(store.system(), person.id, &scope).await? > 0)
}

fn are(emails: &[Email], one: &str, many: &str) -> String {
    let list = emails.iter().map(|email| format!("`{email}`")).collect::<Vec<_>>().join(", ");
    if emails.len() == 1 { format!("{list} is {one}") } else { format!("{list} are {many}") }
}

fn no_seats(left: u64, needed: u64) -> String {
    match left {
        0 => "no seats are left in the plan of this organization".to_owned(),
        1 => {
            format!("only 1 seat is left in the plan of this organization, and {needed} are needed")
        }
        _ => format!(
            "only {left} seats are left in the plan of this organization, and {needed} are needed"
        ),
    }
}
