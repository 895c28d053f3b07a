//! Every mail that Guildhall sends: what it is about, and how it reads.

mod compose;
mod inert;
mod letter;
pub mod transport;

use std::fmt;

use guildhall_model::{Credits, Email, OrganizationId, Secret, SecretKind, Timestamp};
use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

/// A mail to be sent, as plain data. It becomes text only when it is delivered or read, with
/// links that start at the configured base URL and nowhere else.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "about", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the fields are named after what they hold")]
pub enum Mail {
    /// Asks the holder of a new account to prove the address.
    VerifyAddress { token: MailToken, expires: Timestamp },
    /// Somebody registered with an address that already has an account; the answer in the
    /// browser is the same as for a new one, and this mail tells the holder.
    RegistrationOnKnownAddress,
    /// The link to choose a new password.
    PasswordReset { token: MailToken, expires: Timestamp },
    /// The password was changed or reset.
    PasswordChanged { at: Timestamp },
    /// Asks the holder of an account to prove the address it is about to get. Goes to the new one.
    EmailChangeVerify { token: MailToken, old: Email, expires: Timestamp },
    /// Tells the old address that the account has another one now.
    EmailChanged { new: Email, at: Timestamp },
    /// The offer to join an organization.
    Invitation(InvitationMail),
    /// The same offer again; its link replaces the earlier one.
    InvitationReminder(InvitationMail),
    /// The offer was taken back.
    InvitationWithdrawn { organization: String },
    /// The invited person joined; goes to the inviter.
    InvitationAccepted { organization: String, organization_id: OrganizationId, member: Email },
    /// The role in an organization changed.
    RoleChanged {
        organization: String,
        organization_id: OrganizationId,
        before: String,
        after: String,
        by: Email,
    },
    /// Removed from an organization by somebody else.
    RemovedFromOrganization { organization: String, by: Email },
    /// An organization has a new owner; goes to both.
    OwnershipTransferred {
        organization: String,
        organization_id: OrganizationId,
        from: Email,
        to: Email,
    },
    /// An organization was deleted; its owner may restore it until the time given.
    OrganizationDeleted { organization: String, by: Email, restorable_until: Timestamp },
    /// A deleted organization is back.
    OrganizationRestored { organization: String, organization_id: OrganizationId, by: Email },
    /// The credits of an organization come to an end; goes to its owner and administrators.
    /// `hours` is for how long they last if its clusters run on, or `None` if none runs.
    CreditsLow {
        organization: String,
        organization_id: OrganizationId,
        left: Credits,
        hours: Option<i64>,
        at: Timestamp,
    },
    /// An organization has no credits left; `stopping` tells whether its clusters are stopped.
    CreditsSpent { organization: String, organization_id: OrganizationId, stopping: bool },
    /// The account is gone.
    AccountDeleted,
    /// Signing in asks for a code from now on.
    SecondFactorEnabled { at: Timestamp },
    /// Signing in asks for the password alone from now on.
    SecondFactorDisabled { at: Timestamp },
    /// A recovery code stood in for the second factor.
    RecoveryCodeUsed { remaining: u32, at: Timestamp },
    /// An API key was made that acts as the user.
    ApiKeyCreated { name: String, expires: Option<Timestamp>, at: Timestamp },
    /// Shows that the mail settings work.
    Test { at: Timestamp },
}

/// What an invitation tells the invited person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InvitationMail {
    /// The display name of the organization, as its administrators chose it.
    pub organization: String,
    /// Who invites.
    pub inviter: Email,
    /// The label of the role that comes with joining, such as `Member`.
    pub role: String,
    /// The secret of the link.
    pub token: MailToken,
    /// When the link stops working.
    pub expires: Timestamp,
}

/// The secret part of a link in a mail. Its `Debug` form shows nothing.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MailToken(String);

impl<K: SecretKind> From<&Secret<K>> for MailToken {
    fn from(secret: &Secret<K>) -> Self {
        Self(secret.expose().to_string())
    }
}

impl Drop for MailToken {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for MailToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MailToken(…)")
    }
}

/// A mail as its reader sees it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenderedMail {
    /// One line without control characters, at most 140 characters.
    pub subject: String,
    /// The plain text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
}

impl fmt::Debug for RenderedMail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RenderedMail").field("subject", &self.subject).finish_non_exhaustive()
    }
}

impl Mail {
    /// The stable name of the kind of mail, as the outbox lists it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::VerifyAddress { .. } => "verify_address",
            Self::RegistrationOnKnownAddress => "registration_on_known_address",
            Self::PasswordReset { .. } => "password_reset",
            Self::PasswordChanged { .. } => "password_changed",
            Self::EmailChangeVerify { .. } => "email_change_verify",
            Self::EmailChanged { .. } => "email_changed",
            Self::Invitation(_) => "invitation",
            Self::InvitationReminder(_) => "invitation_reminder",
            Self::InvitationWithdrawn { .. } => "invitation_withdrawn",
            Self::InvitationAccepted { .. } => "invitation_accepted",
            Self::RoleChanged { .. } => "role_changed",
            Self::RemovedFromOrganization { .. } => "removed_from_organization",
            Self::OwnershipTransferred { .. } => "ownership_transferred",
            Self::OrganizationDeleted { .. } => "organization_deleted",
            Self::OrganizationRestored { .. } => "organization_restored",
            Self::CreditsLow { .. } => "credits_low",
            Self::CreditsSpent { .. } => "credits_spent",
            Self::AccountDeleted => "account_deleted",
            Self::SecondFactorEnabled { .. } => "second_factor_enabled",
            Self::SecondFactorDisabled { .. } => "second_factor_disabled",
            Self::RecoveryCodeUsed { .. } => "recovery_code_used",
            Self::ApiKeyCreated { .. } => "api_key_created",
            Self::Test { .. } => "test",
        }
    }

    /// The time after which the mail has nothing left to offer, because its link is dead.
    pub fn expires(&self) -> Option<Timestamp> {
        match self {
            Self::VerifyAddress { expires, .. }
            | Self::PasswordReset { expires, .. }
            | Self::EmailChangeVerify { expires, .. } => Some(*expires),
            Self::Invitation(invitation) | Self::InvitationReminder(invitation) => {
                Some(invitation.expires)
            }
            _ => None,
        }
    }

    /// The subject: one line of at most 140 characters, without a secret.
    pub fn subject(&self) -> String {
        compose::letter(self, "").into_subject()
    }

    /// Writes the mail out. `base_url` is the configured address of this installation, such as
    /// `https://guildhall.example`; every link starts there.
    pub fn render(&self, base_url: &str) -> RenderedMail {
        compose::letter(self, base_url).finish()
    }
}
