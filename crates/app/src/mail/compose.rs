//! Chooses the words of every mail: which letter stands for which kind.

mod account;
mod credit;
mod organization;

use guildhall_model::{Email, Timestamp};

use super::letter::Letter;
use super::{Mail, inert};

/// Writes the letter for `mail`.
pub(super) fn letter(mail: &Mail, base: &str) -> Letter {
    match mail {
        Mail::VerifyAddress { token, expires } => account::verify(base, token, *expires),
        Mail::RegistrationOnKnownAddress => account::known_address(base),
        Mail::PasswordReset { token, expires } => account::reset(base, token, *expires),
        Mail::PasswordChanged { at } => account::password_changed(base, *at),
        Mail::EmailChangeVerify { token, old, expires } => {
            account::verify_change(base, token, old, *expires)
        }
        Mail::EmailChanged { new, at } => account::email_changed(base, new, *at),
        Mail::AccountDeleted => account::deleted(base),
        Mail::SecondFactorEnabled { at } => account::second_factor(base, true, *at),
        Mail::SecondFactorDisabled { at } => account::second_factor(base, false, *at),
        Mail::RecoveryCodeUsed { remaining, at } => account::recovery_code(base, *remaining, *at),
        Mail::ApiKeyCreated { name, expires, at } => account::api_key(base, name, *expires, *at),
        Mail::Test { at } => account::test(base, *at),
        Mail::Invitation(invitation) => organization::invite(base, invitation, false),
        Mail::InvitationReminder(invitation) => organization::invite(base, invitation, true),
        Mail::InvitationWithdrawn { organization } => organization::withdrawn(base, organization),
        Mail::InvitationAccepted { organization, organization_id, member } => {
            organization::accepted(base, organization, *organization_id, member)
        }
        Mail::RoleChanged { organization, organization_id, before, after, by } => {
            organization::role(base, organization, *organization_id, [before, after], by)
        }
        Mail::RemovedFromOrganization { organization, by } => {
            organization::removed(base, organization, by)
        }
        Mail::OwnershipTransferred { organization, organization_id, from, to } => {
            organization::transferred(base, organization, *organization_id, from, to)
        }
        Mail::OrganizationDeleted { organization, by, restorable_until } => {
            organization::deleted(base, organization, by, *restorable_until)
        }
        Mail::OrganizationRestored { organization, organization_id, by } => {
            organization::restored(base, organization, *organization_id, by)
        }
        Mail::CreditsLow { organization, organization_id, left, hours, at } => {
            credit::low(base, organization, *organization_id, (*left, *hours), *at)
        }
        Mail::CreditsSpent { organization, organization_id, stopping } => {
            credit::spent(base, organization, *organization_id, *stopping)
        }
    }
}

fn address(email: &Email) -> String {
    inert::name(email.as_str())
}

/// A time as a person reads it: `28 November 2026, 18:05 UTC`.
fn moment(at: Timestamp) -> String {
    match jiff::Timestamp::from_microsecond(at.micros()) {
        Ok(time) => time.strftime("%-d %B %Y, %H:%M UTC").to_string(),
        Err(_) => at.to_string(),
    }
}
