//! The mail of an invitation, with a link of its own.

use guildhall_model::{Email, InvitationSecret, TokenHash};
use guildhall_store::{invitation::Invitation, role};

use super::OfferedRole;
use crate::{
    Granted, Operation, Stop,
    mail::{InvitationMail, Mail, MailToken},
};

/// A new secret for the link of an invitation, and what is kept of it.
pub(super) fn new_link<O: Operation>(cx: &Granted<'_, O>) -> (InvitationSecret, TokenHash) {
    let secret = InvitationSecret::generate(cx.entropy());
    let hash = secret.hash();
    (secret, hash)
}

/// Mails the link. `again` says that the earlier links are dead.
pub(super) async fn send<O: Operation>(
    cx: &mut Granted<'_, O>,
    invitation: &Invitation,
    (organization, role): (&str, &str),
    secret: &InvitationSecret,
    again: bool,
) -> Result<(), Stop<O::Refusal>> {
    let content = InvitationMail {
        organization: organization.to_owned(),
        inviter: invitation.inviter_email.clone(),
        role: role.to_owned(),
        token: MailToken::from(secret),
        expires: invitation.expires_at,
    };
    let mail = if again { Mail::InvitationReminder(content) } else { Mail::Invitation(content) };
    let to: Email = invitation.email.clone();
    cx.mail(&to, &mail).await.map(drop)
}

/// What people call an offered role; `None` where a custom role does not exist.
pub(super) async fn label<O: Operation>(
    cx: &mut Granted<'_, O>,
    offered: OfferedRole,
) -> Result<Option<String>, Stop<O::Refusal>> {
    match offered {
        OfferedRole::Organization(fixed) => Ok(Some(fixed.label().to_owned())),
        OfferedRole::Custom(id) => {
            let role = role::get(&mut cx.store(), id).await?;
            Ok(role.map(|role| role.name.to_string()))
        }
    }
}
