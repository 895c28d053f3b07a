//! The mails about somebody's own account.

use guildhall_model::{Email, Timestamp};

use super::{address, moment};
use crate::mail::MailToken;
use crate::mail::inert;
use crate::mail::letter::Letter;

const NOT_YOU: &str = "If this was not you, choose a new password at once and end the sessions \
    that you do not know; both are under Settings.";
const TELL: &str = "If this was not you, tell the administrators of this installation at once.";
const IGNORE: &str = "If you did not ask for this, you can ignore this mail: nothing happens \
    without the link.";

pub(super) fn verify(base: &str, token: &MailToken, expires: Timestamp) -> Letter {
    Letter::new(base, "Confirm your e-mail address")
        .say(
            "Welcome to Guildhall. Please confirm that this address is yours; then your \
             account is ready.",
        )
        .action("Confirm this address", &format!("/verify/{}", token.0))
        .note(format!("The link works once, until {}.", moment(expires)))
        .note("If you did not register, you can ignore this mail.")
}

pub(super) fn known_address(base: &str) -> Letter {
    Letter::new(base, "You already have an account")
        .say(
            "Somebody, probably you, tried to register with this address. It already has an \
             account, so nothing was changed.",
        )
        .action("Sign in", "/sign-in")
        .note("Forgotten the password? The sign-in page leads to a new one.")
        .note("If it was not you, there is nothing to do.")
}

pub(super) fn reset(base: &str, token: &MailToken, expires: Timestamp) -> Letter {
    Letter::new(base, "Choose a new password")
        .say(
            "Somebody, probably you, asked for a new password for your account. Choose it \
             here; your sessions end when you do.",
        )
        .action("Choose a new password", &format!("/reset/{}", token.0))
        .note(format!("The link works once, until {}.", moment(expires)))
        .note(IGNORE)
}

pub(super) fn password_changed(base: &str, at: Timestamp) -> Letter {
    Letter::new(base, "Your password was changed")
        .say(format!(
            "The password of your account was changed on {}. Your other sessions have ended.",
            moment(at)
        ))
        .note(
            "If this was not you, ask for a new password on the sign-in page at once, and tell \
             the administrators of this installation.",
        )
}

pub(super) fn verify_change(
    base: &str,
    token: &MailToken,
    old: &Email,
    expires: Timestamp,
) -> Letter {
    Letter::new(base, "Confirm your new address")
        .say(
            "Your account is about to use this address for signing in and for mail. Please \
             confirm that it is yours.",
        )
        .fact("Until now", address(old))
        .action("Use this address", &format!("/verify/{}", token.0))
        .note(format!("The link works once, until {}.", moment(expires)))
        .note(IGNORE)
}

pub(super) fn email_changed(base: &str, new: &Email, at: Timestamp) -> Letter {
    Letter::new(base, "Your account has a new address")
        .say(format!(
            "Since {} your account uses another e-mail address. Mail about it no longer comes \
             here.",
            moment(at)
        ))
        .fact("New address", address(new))
        .note(TELL)
}

pub(super) fn deleted(base: &str) -> Letter {
    Letter::new(base, "Your account was deleted")
        .say(
            "Your account with its sessions and API keys is gone, and you are no longer a \
             member of any organization.",
        )
        .note(TELL)
}

pub(super) fn second_factor(base: &str, on: bool, at: Timestamp) -> Letter {
    let at = moment(at);
    let letter = if on {
        Letter::new(base, "Two-step sign-in is on").say(format!(
            "Since {at} signing in to your account asks for a code from your authenticator. \
             Keep the recovery codes in a safe place."
        ))
    } else {
        Letter::new(base, "Two-step sign-in is off")
            .say(format!("Since {at} your password alone opens your account."))
    };
    letter.note(NOT_YOU)
}

pub(super) fn recovery_code(base: &str, remaining: u32, at: Timestamp) -> Letter {
    let left = match remaining {
        0 => "None is left: make new ones under Settings.".to_owned(),
        1 => "One is left.".to_owned(),
        some => format!("{some} are left."),
    };
    Letter::new(base, "A recovery code was used")
        .say(format!("On {} a recovery code opened your account. {left}", moment(at)))
        .note(NOT_YOU)
}

pub(super) fn api_key(base: &str, name: &str, expires: Option<Timestamp>, at: Timestamp) -> Letter {
    Letter::new(base, "An API key was created")
        .say("A key was created that lets a program act as you.")
        .fact("Name", inert::name(name))
        .fact("Created", moment(at))
        .fact("Expires", expires.map_or_else(|| "never".to_owned(), moment))
        .action("See your API keys", "/settings/api-keys")
        .note("If this was not you, revoke the key and choose a new password at once.")
}

pub(super) fn test(base: &str, at: Timestamp) -> Letter {
    Letter::new(base, "Mail from Guildhall works")
        .say(format!("This mail was sent on {} to try the mail settings.", moment(at)))
}
