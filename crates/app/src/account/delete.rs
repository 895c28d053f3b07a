//! Deleting one's own account.

use guildhall_authz::{Subject, Tuple};
use guildhall_model::{OrganizationId, UserId};
use guildhall_store::{
    ScopeId,
    invitation::{self, InvitationStatus},
    member, organization, relationship, user,
};

use super::remove_system_admin::is_last;
use crate::{
    Granted, Operation, Outcome, PasswordProof, Permission, Refusal, RefusalKind, Stop, Target,
    index, mail::Mail, permission,
};

/// How many invitations are read at once.
const BATCH: usize = 500;

/// Deletes one's account with its sessions and keys and takes it out of every organization.
/// Organizations in which nobody else is go with it.
#[derive(Debug)]
pub struct DeleteAccount {
    /// Proof of the password, which names the account.
    pub proof: PasswordProof,
}

/// Why the account is not deleted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeleteAccountRefusal {
    /// The password has changed since it was proved.
    #[error("the password has changed meanwhile; start again")]
    PasswordChanged,
    /// The account owns organizations that others are in.
    #[error("you own {}; hand over or delete what others are in first", list(.0))]
    OwnsOrganizations(Vec<(OrganizationId, String)>),
    /// It is the only system administrator.
    #[error("you are the only system administrator; appoint another first")]
    LastSystemAdmin,
}

fn list(organizations: &[(OrganizationId, String)]) -> String {
    organizations.iter().map(|(_, name)| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

impl Refusal for DeleteAccountRefusal {
    const CODES: &'static [&'static str] =
        &["account.password_changed", "account.owns_organizations", "account.last_system_admin"];

    fn code(&self) -> &'static str {
        match self {
            Self::PasswordChanged => Self::CODES[0],
            Self::OwnsOrganizations(_) => Self::CODES[1],
            Self::LastSystemAdmin => Self::CODES[2],
        }
    }

    fn kind(&self) -> RefusalKind {
        RefusalKind::Conflict
    }
}

impl Operation for DeleteAccount {
    const NAME: &'static str = "account.delete";
    const PERMISSION: Permission<UserId> = Permission::named("can_delete_account");
    type Target = UserId;
    type Output = ();
    type Refusal = DeleteAccountRefusal;

    fn target(&self) -> UserId {
        self.proof.user()
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let id = *cx.target();
        let changed = DeleteAccountRefusal::PasswordChanged;
        let account = super::proven(cx, id, &self.proof, changed).await?;
        if is_last(cx, id).await? {
            return Err(DeleteAccountRefusal::LastSystemAdmin.into());
        }
        let mut owned = Vec::new();
        for organization in member::organizations(cx.store().system(), id).await? {
            owned.extend(leave(cx, organization, id).await?);
        }
        if !owned.is_empty() {
            return Err(DeleteAccountRefusal::OwnsOrganizations(owned).into());
        }
        for row in relationship::of_subject(&mut cx.store(), "user", &id.text()).await? {
            cx.unrelate(index::tuple(row)).await?;
        }
        cx.about("user", id, &account.email);
        cx.mail(&account.email, &Mail::AccountDeleted).await?;
        user::delete(cx.store().system(), id).await?;
        Ok(())
    }
}

/// Takes the account out of one organization. Answers the organization instead where the account
/// owns it and is not alone in it.
async fn leave(
    cx: &mut Granted<'_, DeleteAccount>,
    organization: OrganizationId,
    id: UserId,
) -> Result<Option<(OrganizationId, String)>, Stop<DeleteAccountRefusal>> {
    let scope = ScopeId::from(organization);
    if !cx.enter(&scope).await? {
        return Ok(None);
    }
    let Some(known) = organization::get(&mut cx.store_of(&scope)?).await? else { return Ok(None) };
    let owns = Tuple::new(organization.object(), "owner", permission::user(id));
    if known.deleted_at.is_none() && cx.snapshot().contains(&owns) {
        if member::count(&mut cx.store_of(&scope)?).await? > 1 {
            return Ok(Some((organization, known.display_name.to_string())));
        }
        close(cx, organization, &scope).await?;
    }
    for row in relationship::of_subject(&mut cx.store_of(&scope)?, "user", &id.text()).await? {
        cx.unrelate_in(&scope, index::tuple(row)).await?;
    }
    member::remove(&mut cx.store_of(&scope)?, id).await?;
    Ok(None)
}

/// Deletes an organization in which nobody is left: its invitations end at once, and it goes for
/// good with the next purge.
async fn close(
    cx: &mut Granted<'_, DeleteAccount>,
    organization: OrganizationId,
    scope: &ScopeId,
) -> Result<(), Stop<DeleteAccountRefusal>> {
    let now = cx.now();
    loop {
        let some = invitation::page(&mut cx.store_of(scope)?, "", None, false, BATCH).await?;
        if some.is_empty() {
            break;
        }
        for one in some {
            let mut store = cx.store_of(scope)?;
            invitation::settle(&mut store, one.id, InvitationStatus::Ended, now).await?;
        }
    }
    let everyone = Subject::Wildcard("user".into());
    cx.relate_in(scope, Tuple::new(organization.object(), "suspended", everyone)).await?;
    organization::delete(&mut cx.store_of(scope)?, now, now).await?;
    Ok(())
}
