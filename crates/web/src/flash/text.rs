//! The texts of notices. A gap `{}` is filled with a name; the page escapes it.

use crate::page::Tone;

/// One of our texts with `N` gaps.
#[derive(Debug, Clone, Copy)]
pub struct NoticeText<const N: usize> {
    key: &'static str,
}

impl<const N: usize> NoticeText<N> {
    /// Its name in the cookie.
    pub(super) fn key(&self) -> &'static str {
        self.key
    }
}

macro_rules! texts {
    ($($name:ident: $gaps:literal = $tone:ident, $text:literal;)*) => {
        /// Every text, by name.
        pub mod texts {
            use super::NoticeText;
            $(#[doc = $text] pub const $name: NoticeText<$gaps> =
                NoticeText { key: stringify!($name) };)*
        }

        /// The tone and the text of a key.
        pub(super) fn find(key: &str) -> Option<(Tone, &'static str)> {
            match key {
                $(stringify!($name) => Some((Tone::$tone, $text)),)*
                _ => None,
            }
        }

        #[cfg(test)]
        const GAPS: &[(usize, &str)] = &[$(($gaps, $text)),*];
    };
}

texts! {
    CREDITS_GRANTED: 1 = Done, "{} credits are granted.";
    CREDITS_TAKEN: 1 = Done, "{} credits are taken back.";
    MAIL_DUE: 0 = Done, "The mail is on its way again.";
    NOT_DONE: 1 = Warning, "That was not done: {}.";
    USER_DISABLED: 1 = Done, "The account of {} is disabled.";
    USER_ENABLED: 1 = Done, "The account of {} is enabled again.";
    RESET_LINK_SENT: 1 = Done, "A link to a new password is on its way to {}.";
    ADMIN_MADE: 1 = Done, "{} administers this installation now.";
    ADMIN_DISMISSED: 1 = Done, "{} no longer administers this installation.";
    MANAGER_MADE: 1 = Done, "{} manages the accounts of this installation now.";
    MANAGER_DISMISSED: 1 = Done, "{} no longer manages accounts.";
    PROFILE_SAVED: 0 = Done, "Your profile is saved.";
    PASSWORD_CHANGED: 0 = Done, "Your password is changed. Your other sessions have ended.";
    EMAIL_LINK_SENT: 1 = Info, "We sent a link to {}. Your e-mail changes when you open it.";
    SECOND_FACTOR_OFF: 0 = Done, "The second factor is off.";
    SECOND_FACTOR_ALREADY_ON: 0 = Info, "The second factor is on already.";
    SECOND_FACTOR_NOT_BEGUN: 0 = Warning, "Nothing is begun; set the second factor up again.";
    SESSION_ENDED: 0 = Done, "The session has ended.";
    OTHER_SESSIONS_ENDED: 0 = Done, "Your other sessions have ended.";
    API_KEY_REVOKED: 1 = Done, "The API key {} is revoked.";
    ACCOUNT_DELETED: 0 = Info, "Your account is deleted.";
    INVITED_ONE: 1 = Done, "{} is invited and gets a mail with a link.";
    INVITED_MANY: 1 = Done, "{} people are invited. Each gets a mail with a link.";
    PERMISSIONS_SAVED: 0 = Done, "The member permissions are saved.";
    ROLE_CHANGED: 2 = Done, "{} has another role now: {}.";
    MEMBER_REMOVED: 1 = Done, "{} was removed.";
    RESENT: 1 = Done, "The invitation to {} was sent again. Its earlier link no longer works.";
    NOT_RESENT: 1 = Warning, "The invitation was not sent. {}";
    WITHDRAWN: 1 = Done, "The invitation to {} was taken back.";
    OFFER_CHANGED: 1 = Done, "The invitation to {} offers another role now.";
    ROLE_SAVED: 1 = Done, "The role {} is saved.";
    ROLE_DELETED: 1 = Done, "The role {} is deleted.";
    ROLE_GIVEN: 1 = Done, "{} has the role now.";
    ROLE_TAKEN: 1 = Done, "{} no longer has the role.";
    CLUSTER_MADE: 1 = Done, "{} is being made. This page shows how far it is.";
    CLUSTER_STARTS: 1 = Done, "{} is being started.";
    CLUSTER_STOPS: 1 = Done, "{} is being stopped.";
    CLUSTER_UPGRADES: 2 = Done, "{} is being brought to version {}.";
    CLUSTER_TERMINATES: 1 = Done, "{} is being terminated.";
    CLUSTER_STAYS: 1 = Warning, "{}.";
    CLUSTER_PASSWORD_SET: 0 = Done, "Your password on clusters is set.";
    SERVICES_SAVED: 0 = Done, "The services are saved.";
    CLOUD_ACCOUNT_SAVED: 1 = Done, "The cloud account {} is saved.";
    CLOUD_ACCOUNT_DELETED: 1 = Done, "The cloud account {} is deleted.";
    SIGNED_OUT: 0 = Info, "You are signed out.";
    SIGN_IN_AGAIN: 0 = Info, "That took too long, or something has changed. Sign in again.";
    PASSWORD_SET: 0 = Done, "Your new password is set. Sign in with it.";
    TOO_MANY_MAILS: 0 = Warning, "This mail was sent several times within the hour. Look among \
        the unwanted mail, or try again later.";
    ALREADY_CONFIRMED: 0 = Info, "Your address is confirmed already.";
    ORGANIZATION_MADE: 1 = Done, "{} is ready, and you are its owner.";
    ORGANIZATION_SAVED: 0 = Done, "The settings are saved.";
    ORGANIZATION_DELETED: 2 = Done, "{} is deleted. You can restore it for {}.";
    ORGANIZATION_RESTORED: 1 = Done, "{} is restored.";
    OWNERSHIP_TRANSFERRED: 2 = Done, "{} is now the owner of {}.";
    LEFT: 1 = Done, "You have left {}.";
    OWNER_STAYS: 0 = Warning, "The owner cannot leave. Transfer the ownership first, or delete \
        the organization.";
    NOT_BY_ONESELF: 0 = Warning, "You are here through a group or a team only, which you leave \
        elsewhere.";
    JOINED: 1 = Done, "You have joined {}.";
    JOINED_REDUCED: 1 = Info, "You have joined {} as a member: whoever invited you may not give \
        the role that was offered any more.";
    INVITATION_REJECTED: 0 = Done, "You have rejected the invitation.";
    INVITATION_EXPIRED: 0 = Warning, "This invitation has expired. Ask for a new one.";
    INVITATION_VOID: 0 = Warning, "This invitation is void, because whoever sent it may not \
        invite any more.";
    MEMBER_ALREADY: 0 = Info, "You are a member of this organization already.";
    ONE_ORGANIZATION: 0 = Warning, "An account can be in one organization only here. Leave or \
        delete yours first.";
    NO_SEATS: 0 = Warning, "No seats are left in the plan of this organization. Ask whoever \
        invited you.";
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_text_has_as_many_gaps_as_it_says() {
        for (gaps, text) in super::GAPS {
            assert_eq!(text.matches("{}").count(), *gaps, "{text}");
        }
    }
}
