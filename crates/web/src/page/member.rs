//! The members page of an organization, and the page on which one member's role is edited.

use askama::Template;

use super::dashboard::Seats;
use super::form::Form;
use super::part::{Choice, Moment, Offer, Pager, Person, count_of};
use super::shell::{Shell, people_and_invitations};

/// The part of the members page that invites.
#[derive(Debug, Clone, Default)]
pub enum AddMembers {
    /// The person may not invite and need not know why.
    #[default]
    Absent,
    /// Not now, and why: "No seats left", "Your plan …", "Confirm your address first".
    Refused(String),
    /// Fields: `emails` (separated by commas), `role`, hidden `submission`.
    Open {
        /// Posted to `/o/{org}/members/add`.
        form: Form,
        /// The roles this person may give; with one only, no choice is shown.
        roles: Vec<Choice>,
        /// How long the link works: "7 days".
        works_for: String,
    },
}

impl AddMembers {
    /// The form for an organization. The first role is chosen unless the form says otherwise.
    pub fn open(
        organization: &str,
        submission: &str,
        roles: Vec<Choice>,
        works_for: impl Into<String>,
    ) -> Self {
        let action = format!("/o/{organization}/members/add");
        let form = Form::creating("add", action, submission);
        Self::Open { form, roles, works_for: works_for.into() }
    }
}

/// A tab over a list.
#[derive(Debug, Clone, Default)]
pub struct Tab {
    /// What it is called.
    pub label: String,
    /// How many rows; `None` for no number.
    pub count: Option<u64>,
    /// Its address.
    pub url: String,
    /// Whether it is the one shown.
    pub current: bool,
}

impl Tab {
    /// A tab with its number of rows.
    pub fn new(
        label: impl Into<String>,
        count: Option<u64>,
        url: impl Into<String>,
        current: bool,
    ) -> Self {
        Self { label: label.into(), count, url: url.into(), current }
    }
}

/// Somebody who joined.
#[derive(Debug, Clone, Default)]
pub struct MemberRow {
    /// The user id's text; unique on the page.
    pub id: String,
    /// Who it is.
    pub person: Person,
    /// Whether it is you.
    pub you: bool,
    /// "Owner", "Administrator", "Member", "Restricted member", with custom roles after a comma.
    pub role: String,
    /// "through group Platform on-call"; empty for a role held directly.
    pub through: String,
    /// When they joined.
    pub joined: Moment,
    /// The page on which the role is edited (the one control for it).
    pub edit: Offer,
    /// The page that asks before removing; with `you` it is called **Leave**.
    pub remove: Offer,
    /// The page that answers *Why can they?*; empty if you may not see it.
    pub why: String,
}

/// Somebody who is invited.
#[derive(Debug, Clone, Default)]
pub struct InvitationRow {
    /// The invitation id's text; unique on the page.
    pub id: String,
    /// The invited address.
    pub email: String,
    /// The role they will have.
    pub role: String,
    /// Who invited, by name or "you".
    pub inviter: String,
    /// When it was sent last.
    pub sent: Moment,
    /// When it ends.
    pub expires: Moment,
    /// Whether it ended; the row then says so and offers to resend.
    pub expired: bool,
    /// The page on which the role they will have is edited.
    pub edit: Offer,
    /// Where **Resend** posts to.
    pub resend: Offer,
    /// The page that asks before withdrawing.
    pub withdraw: Offer,
}

/// The **Member permissions** card. Fields: `invite`, `clusters`, `ports`, each `on` or absent.
#[derive(Debug, Clone)]
pub struct MemberPermissions {
    /// Posted to `/o/{org}/permissions`; the values say which boxes are ticked.
    pub form: Form,
    /// Why you may only look; empty for those who may change them.
    pub reason: String,
}

impl MemberPermissions {
    /// The card with the three switches as they are.
    pub fn new(organization: &str, invite: bool, clusters: bool, ports: bool) -> Self {
        let mut form = Form::new("permissions", format!("/o/{organization}/permissions"));
        for (name, on) in [("invite", invite), ("clusters", clusters), ("ports", ports)] {
            if on {
                form.set(name, "on");
            }
        }
        Self { form, reason: String::new() }
    }
}

/// `/o/{org}/members`. The search form gets `q` and keeps `show`.
#[derive(Debug, Clone, Template)]
#[template(path = "member/members.html")]
pub struct MembersPage {
    /// The frame.
    pub shell: Shell,
    /// How many joined.
    pub people: u64,
    /// How many invitations are pending.
    pub invitations: u64,
    /// The plan's seats.
    pub seats: Seats,
    /// The form that invites.
    pub add: AddMembers,
    /// All, Members, Admins, Invited.
    pub tabs: Vec<Tab>,
    /// The value of `show` that the search keeps, e.g. `admins`; empty for all.
    pub show: String,
    /// What was searched for.
    pub query: String,
    /// Those who joined.
    pub rows: Vec<MemberRow>,
    /// Those who are invited.
    pub pending: Vec<InvitationRow>,
    /// The address of all of the invitations, where only the first of them are shown; else empty.
    pub more_pending: String,
    /// Where this page stands in the whole: among the people, or with `invited` the invitations.
    pub pager: Pager,
    /// The three switches; `None` where they are not shown.
    pub permissions: Option<MemberPermissions>,
}

impl MembersPage {
    /// A page without rows.
    pub fn new(shell: Shell, people: u64, invitations: u64, seats: Seats) -> Self {
        Self {
            shell,
            people,
            invitations,
            seats,
            add: AddMembers::Absent,
            tabs: Vec::new(),
            show: String::new(),
            query: String::new(),
            rows: Vec::new(),
            pending: Vec::new(),
            more_pending: String::new(),
            pager: Pager::default(),
            permissions: None,
        }
    }

    /// "24 people, 3 invitations. 23 seats left of 50."
    pub fn sentence(&self) -> String {
        let counted = people_and_invitations(self.people, self.invitations);
        let seats = self.seats.sentence();
        if seats.is_empty() { counted } else { format!("{counted} {seats}") }
    }

    /// What stands under the rows: "1–50 of 1,204 people and 3 invitations".
    fn counted(&self) -> String {
        let (one, many) = ("invitation", "invitations");
        if self.show == "invited" {
            return self.pager.text(one, many);
        }
        let people = self.pager.text("person", "people");
        let shown = self.pending.len() as u64;
        let invitations = match shown {
            0 => return people,
            _ if self.more_pending.is_empty() => count_of(shown, one, many),
            _ => format!("the first {}", count_of(shown, one, many)),
        };
        if people.is_empty() { invitations } else { format!("{people} and {invitations}") }
    }
}

/// `/o/{org}/members/{user}/edit` and the same for an invitation. Field: `role`. **Save** posts
/// to the page's own address, which answers with a [`super::ConfirmPage`].
#[derive(Debug, Clone, Template)]
#[template(path = "member/edit.html")]
pub struct EditMemberPage {
    /// The frame.
    pub shell: Shell,
    /// Whose role.
    pub person: Person,
    /// The role now: "Member".
    pub role: String,
    /// "through group Platform on-call": what stays whatever is chosen; may be empty.
    pub through: String,
    /// Posted to the page's own address.
    pub form: Form,
    /// The roles that may be given, each with what it can do.
    pub roles: Vec<Choice>,
    /// The address of the members page.
    pub back: String,
}
