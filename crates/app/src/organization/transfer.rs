//! Handing an organization over to another member.

use guildhall_model::{OrganizationId, OrganizationRole, UserId};
use guildhall_store::{member, organization, user as account};

use crate::{
    Granted, Operation, Outcome, PasswordProof, Permission, Refusal, RefusalKind, Stop, mail::Mail,
    member::standing,
};

/// Make another member the owner; the owner before becomes an administrator (B40, B50). Both
/// happen, or neither (security 32).
#[derive(Clone, Debug)]
pub struct TransferOwnership {
    /// The organization.
    pub organization: OrganizationId,
    /// The member who becomes its owner.
    pub to: UserId,
    /// That the actor knows their password.
    pub proof: PasswordProof,
}

/// Why the owner stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransferOwnershipRefusal {
    /// Only a member can become owner.
    #[error("only a member of the organization can become its owner")]
    NotAMember,
    /// They own it already.
    #[error("this member is the owner already")]
    OwnerAlready,
    /// The account is switched off.
    #[error("this member's account is disabled")]
    Disabled,
    /// The proof is not of the actor, or the password has changed since.
    #[error("enter your password again")]
    StaleProof,
}

impl Refusal for TransferOwnershipRefusal {
    const CODES: &'static [&'static str] = &[
        "organization.new_owner_not_member",
        "organization.owner_already",
        "organization.new_owner_disabled",
        "organization.stale_proof",
    ];

    fn code(&self) -> &'static str {
        Self::CODES[*self as usize]
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::NotAMember | Self::StaleProof => RefusalKind::Invalid,
            Self::OwnerAlready | Self::Disabled => RefusalKind::Conflict,
        }
    }

    fn fields(&self) -> Vec<(String, String)> {
        let field = if *self == Self::StaleProof { "password" } else { "email" };
        vec![(field.into(), self.to_string())]
    }
}

impl Operation for TransferOwnership {
    const NAME: &'static str = "organization.transfer";
    const PERMISSION: Permission<OrganizationId> = Permission::named("can_transfer");
    type Target = OrganizationId;
    type Output = ();
    type Refusal = TransferOwnershipRefusal;

    fn target(&self) -> OrganizationId {
        self.organization
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let (actor, _) = cx.acting_user()?;
        let known = account::find(cx.store().system(), actor).await?;
        if !known.is_some_and(|known| self.proof.holds(&known)) {
            return Err(TransferOwnershipRefusal::StaleProof.into());
        }
        let new = member::get(&mut cx.store(), self.to).await?;
        let new = new.ok_or(TransferOwnershipRefusal::NotAMember)?.person;
        let disabled = account::find(cx.store().system(), self.to).await?;
        if disabled.is_none_or(|account| account.disabled_at.is_some()) {
            return Err(TransferOwnershipRefusal::Disabled.into());
        }
        let owner = standing::owner(cx.snapshot(), self.organization);
        let owner = owner.ok_or_else(|| Stop::Fault("an organization has no owner".to_owned()))?;
        if owner == self.to {
            return Err(TransferOwnershipRefusal::OwnerAlready.into());
        }
        let of = organization::get(&mut cx.store()).await?.ok_or(Stop::NotFound)?;
        standing::set(cx, self.organization, owner, OrganizationRole::Admin).await?;
        standing::set(cx, self.organization, self.to, OrganizationRole::Owner).await?;
        let old = account::find(cx.store().system(), owner).await?;
        let old = old.ok_or_else(|| Stop::Fault("an owner has no account".to_owned()))?;
        let mail = Mail::OwnershipTransferred {
            organization: of.display_name.to_string(),
            organization_id: self.organization,
            from: old.email.clone(),
            to: new.email.clone(),
        };
        cx.mail(&old.email, &mail).await?;
        cx.mail(&new.email, &mail).await?;
        cx.about("organization", self.organization, &of.display_name);
        cx.before(serde_json::json!({ "owner": old.email }));
        cx.after(serde_json::json!({ "owner": new.email }));
        Ok(())
    }
}
