//! Deleting an organization: everything stops at once, and goes for good later.

use guildhall_authz::{Subject, Tuple};
use guildhall_model::{OrganizationId, Timestamp};
use guildhall_store::{
    invitation::{self, InvitationStatus},
    organization, user as account,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Granted, Operation, Outcome, PasswordProof, Permission, Refusal, RefusalKind, Stop,
    invitation::forget, mail::Mail, object, user,
};

/// How many pending invitations are read at once.
const BATCH: usize = 500;

/// Delete an organization (B70). From the same moment nobody has any right in it (security 52);
/// until the time that is answered its owner may restore it.
#[derive(Clone, Debug)]
pub struct DeleteOrganization {
    /// The organization.
    pub organization: OrganizationId,
    /// That the owner knows their password.
    pub proof: PasswordProof,
}

/// What is left of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Deleted {
    /// Until when it can be restored.
    pub restorable_until: Timestamp,
}

/// Why it is not deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeleteOrganizationRefusal {
    /// The proof is not of the actor, or the password has changed since.
    #[error("enter your password again")]
    StaleProof,
}

impl Refusal for DeleteOrganizationRefusal {
    const CODES: &'static [&'static str] = &["organization.stale_proof"];

    fn code(&self) -> &'static str {
        Self::CODES[0]
    }

    fn kind(&self) -> RefusalKind {
        RefusalKind::Invalid
    }

    fn fields(&self) -> Vec<(String, String)> {
        vec![("password".into(), self.to_string())]
    }
}

/// The relationship that takes every right away from everybody.
pub(super) fn suspended(organization: OrganizationId) -> Tuple {
    let organization = object("organization", &organization.text());
    Tuple::new(organization, "suspended", Subject::Wildcard("user".into()))
}

impl Operation for DeleteOrganization {
    const NAME: &'static str = "organization.delete";
    const PERMISSION: Permission<OrganizationId> = Permission::named("can_delete");
    type Target = OrganizationId;
    type Output = Deleted;
    type Refusal = DeleteOrganizationRefusal;

    fn target(&self) -> OrganizationId {
        self.organization
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let (actor, email) = cx.acting_user()?;
        let known = account::find(cx.store().system(), actor).await?;
        if !known.is_some_and(|known| self.proof.holds(&known)) {
            return Err(DeleteOrganizationRefusal::StaleProof.into());
        }
        let before = organization::get(&mut cx.store()).await?.ok_or(Stop::NotFound)?;
        self.end_invitations(cx).await?;
        let this = object("organization", &self.organization.text());
        cx.relate(suspended(self.organization)).await?;
        cx.relate(Tuple::new(this, "restorer", user(actor))).await?;
        let now = cx.now();
        let restorable_until = now.plus(cx.settings().deletion_grace);
        organization::delete(&mut cx.store(), now, restorable_until).await?;
        let mail = Mail::OrganizationDeleted {
            organization: before.display_name.to_string(),
            by: email.clone(),
            restorable_until,
        };
        cx.mail_members(&email, mail).await?;
        let deleted = Deleted { restorable_until };
        cx.about("organization", self.organization, &before.display_name);
        cx.after(&deleted);
        Ok(deleted)
    }
}

impl DeleteOrganization {
    async fn end_invitations(
        &self,
        cx: &mut Granted<'_, Self>,
    ) -> Result<(), Stop<DeleteOrganizationRefusal>> {
        loop {
            let some = invitation::page(&mut cx.store(), "", None, false, BATCH).await?;
            if some.is_empty() {
                return Ok(());
            }
            for one in some {
                forget(cx, one.id, InvitationStatus::Ended).await?;
            }
        }
    }
}
