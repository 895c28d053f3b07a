//! The mails about an organization and one's place in it.

use guildhall_model::{Email, OrganizationId, Timestamp};

use super::{address, moment};
use crate::mail::InvitationMail;
use crate::mail::inert;
use crate::mail::letter::Letter;

pub(super) fn invite(base: &str, invitation: &InvitationMail, again: bool) -> Letter {
    let (subject, opening, link) = if again {
        ("Reminder: join “{}”", "You are still invited", "Earlier links no longer work. ")
    } else {
        ("Invitation to join “{}”", "You have been invited", "")
    };
    let (letter, name) = about(base, subject, &invitation.organization);
    letter
        .say(format!(
            "{opening} to join the organization “{name}” on Guildhall. Joining gives you access \
             to what its members share."
        ))
        .fact("Organization", name)
        .fact("Invited by", address(&invitation.inviter))
        .fact("Your role", inert::name(&invitation.role))
        .fact("Open until", moment(invitation.expires))
        .action("See the invitation", &format!("/invitation/{}", invitation.token.0))
        .note(format!(
            "{link}You accept or reject after signing in; opening the link alone does nothing."
        ))
        .note("If you do not know the sender, you can ignore this mail.")
}

pub(super) fn withdrawn(base: &str, organization: &str) -> Letter {
    let (letter, name) = about(base, "Invitation to “{}” withdrawn", organization);
    letter.say(format!("The invitation to join “{name}” was withdrawn. Its link no longer works."))
}

pub(super) fn accepted(
    base: &str,
    organization: &str,
    id: OrganizationId,
    member: &Email,
) -> Letter {
    let (letter, name) = about(base, "A new member in “{}”", organization);
    letter
        .say(format!("Somebody you invited joined “{name}”."))
        .fact("Member", address(member))
        .action("See the members", &format!("/o/{id}/members"))
}

pub(super) fn role(
    base: &str,
    organization: &str,
    id: OrganizationId,
    [before, after]: [&str; 2],
    by: &Email,
) -> Letter {
    let (letter, name) = about(base, "Your role in “{}” changed", organization);
    letter
        .say(format!("You have another role in “{name}”."))
        .fact("Role now", inert::name(after))
        .fact("Role before", inert::name(before))
        .fact("Changed by", address(by))
        .action("Open the organization", &format!("/o/{id}/"))
}

pub(super) fn removed(base: &str, organization: &str, by: &Email) -> Letter {
    let (letter, name) = about(base, "You were removed from “{}”", organization);
    letter
        .say(format!(
            "You are no longer a member of “{name}”. What you made there stays with the \
             organization; your own account is untouched."
        ))
        .fact("Removed by", address(by))
}

pub(super) fn transferred(
    base: &str,
    organization: &str,
    id: OrganizationId,
    from: &Email,
    to: &Email,
) -> Letter {
    let (letter, name) = about(base, "“{}” has a new owner", organization);
    letter
        .say(format!("The ownership of “{name}” was transferred."))
        .fact("New owner", address(to))
        .fact("Owner before", address(from))
        .action("Open the organization", &format!("/o/{id}/"))
}

pub(super) fn deleted(base: &str, organization: &str, by: &Email, until: Timestamp) -> Letter {
    let (letter, name) = about(base, "“{}” was deleted", organization);
    letter
        .say(format!(
            "The organization “{name}” was deleted, and nobody can use it any more. Its owner \
             can restore it until {}; after that its data is gone.",
            moment(until)
        ))
        .fact("Deleted by", address(by))
}

pub(super) fn restored(base: &str, organization: &str, id: OrganizationId, by: &Email) -> Letter {
    let (letter, name) = about(base, "“{}” is back", organization);
    letter
        .say(format!("The organization “{name}” was restored with everything in it."))
        .fact("Restored by", address(by))
        .action("Open the organization", &format!("/o/{id}/"))
}

/// Starts a letter whose subject names an organization, and gives the name as it may be shown.
pub(super) fn about(base: &str, subject: &str, organization: &str) -> (Letter, String) {
    let name = inert::name(organization);
    (Letter::new(base, &subject.replace("{}", &name)), name)
}
