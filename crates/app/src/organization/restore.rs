//! Taking the deletion of an organization back.

use guildhall_model::OrganizationId;
use guildhall_store::organization;

use super::delete::suspended;
use crate::{
    Actor, Granted, Operation, Outcome, Permission, Refusal, RefusalKind, Stop, mail::Mail, object,
};

/// Restore a deleted organization with everything in it but its invitations (security 52).
#[derive(Clone, Copy, Debug)]
pub struct RestoreOrganization {
    /// The organization.
    pub organization: OrganizationId,
}

/// Why it stays deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RestoreOrganizationRefusal {
    /// It is not deleted.
    #[error("this organization is not deleted")]
    NotDeleted,
    /// The time to restore it is over.
    #[error("the time to restore this organization is over")]
    TooLate,
}

impl Refusal for RestoreOrganizationRefusal {
    const CODES: &'static [&'static str] =
        &["organization.not_deleted", "organization.restore_too_late"];

    fn code(&self) -> &'static str {
        Self::CODES[*self as usize]
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::NotDeleted => RefusalKind::Conflict,
            Self::TooLate => RefusalKind::Gone,
        }
    }
}

impl Operation for RestoreOrganization {
    const NAME: &'static str = "organization.restore";
    const PERMISSION: Permission<OrganizationId> = Permission::named("can_restore");
    type Target = OrganizationId;
    type Output = ();
    type Refusal = RestoreOrganizationRefusal;

    fn target(&self) -> OrganizationId {
        self.organization
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let of = organization::get(&mut cx.store()).await?.ok_or(Stop::NotFound)?;
        let purge_at = of.purge_at.ok_or(RestoreOrganizationRefusal::NotDeleted)?;
        if cx.now() >= purge_at {
            return Err(RestoreOrganizationRefusal::TooLate.into());
        }
        cx.unrelate(suspended(self.organization)).await?;
        let this = object("organization", &self.organization.text());
        for tuple in cx.snapshot().tuples_of(&this, Some("restorer")) {
            cx.unrelate(tuple).await?;
        }
        organization::restore(&mut cx.store()).await?;
        cx.about("organization", self.organization, &of.display_name);
        if let Actor::User { email, .. } = cx.actor().clone() {
            let mail = Mail::OrganizationRestored {
                organization: of.display_name.to_string(),
                organization_id: self.organization,
                by: email.clone(),
            };
            cx.mail_members(&email, mail).await?;
        }
        Ok(())
    }
}
