//! The first page one sees: welcome, dashboard, and what is shown without an organization.

use askama::Template;

use super::cluster::ClusterRow;
use super::invitation::PendingInvitation;
use super::part::{Moment, Person, number};
use super::shell::{Entrance, Shell, people_and_invitations};

/// Shown in place of the dashboard to a new user until they close it. The button posts to `close`.
#[derive(Debug, Clone, Template)]
#[template(path = "dashboard/welcome.html")]
pub struct WelcomePage {
    /// The frame.
    pub entrance: Entrance,
    /// The first name; may be empty.
    pub name: String,
    /// The display name of the organization made at registration; empty for none.
    pub organization: String,
    /// How many invitations wait behind the splash.
    pub invitations: u64,
    /// Where **Close** posts to.
    pub close: String,
    /// Where "Send the link again" posts to while the address is not confirmed; else empty.
    pub verify_again: String,
}

/// How many seats an organization has.
#[derive(Debug, Clone, Copy, Default)]
pub struct Seats {
    /// Members plus pending invitations.
    pub used: u64,
    /// The plan's limit; `None` for no limit.
    pub limit: Option<u64>,
}

impl Seats {
    /// "23 seats left of 50." or "No seats left of 50."; empty without a limit.
    pub fn sentence(&self) -> String {
        match self.limit {
            None => String::new(),
            Some(limit) => match limit.saturating_sub(self.used) {
                0 => format!("No seats left of {}.", number(limit)),
                1 => format!("1 seat left of {}.", number(limit)),
                left => format!("{} seats left of {}.", number(left), number(limit)),
            },
        }
    }
}

/// The facts of an organization that its dashboard opens with.
#[derive(Debug, Clone, Default)]
pub struct OrganizationSummary {
    /// The display name.
    pub name: String,
    /// Your role: "Owner", "Member".
    pub role: String,
    /// Through what you have it, e.g. "through group Platform on-call"; may be empty.
    pub through: String,
    /// Members who joined; `None` if you may not see them.
    pub people: Option<u64>,
    /// Pending invitations; `None` if you may not see them.
    pub invitations: Option<u64>,
    /// The seats of the plan.
    pub seats: Seats,
    /// The plan's name: "Enterprise".
    pub plan: String,
    /// When the organization was made.
    pub created: Moment,
    /// The owner and some administrators: whom to ask. At most six.
    pub in_charge: Vec<(Person, String)>,
    /// The address of the members page; empty if you may not open it.
    pub members: String,
}

impl OrganizationSummary {
    /// "24 people, 3 invitations. 23 seats left of 50."
    pub fn sentence(&self) -> String {
        let Some(people) = self.people else { return String::new() };
        let counted = people_and_invitations(people, self.invitations.unwrap_or(0));
        let seats = self.seats.sentence();
        if seats.is_empty() { counted } else { format!("{counted} {seats}") }
    }
}

/// One thing to do first.
#[derive(Debug, Clone, Default)]
pub struct Step {
    /// What to do: "Invite your colleagues".
    pub title: String,
    /// Why, in one sentence.
    pub text: String,
    /// Where it is done.
    pub url: String,
    /// Whether it is done already.
    pub done: bool,
}

impl Step {
    /// A step that is still open, or done.
    pub fn new(
        title: impl Into<String>,
        text: impl Into<String>,
        url: impl Into<String>,
        done: bool,
    ) -> Self {
        Self { title: title.into(), text: text.into(), url: url.into(), done }
    }
}

/// One line of what happened lately.
#[derive(Debug, Clone, Default)]
pub struct Happening {
    /// Who.
    pub person: Person,
    /// What, continuing the name: "invited tomas@northwind.example".
    pub text: String,
    /// When.
    pub at: Moment,
    /// The event's page; empty if there is none.
    pub url: String,
}

/// `/` and `/o/{org}/`.
#[derive(Debug, Clone, Template)]
#[template(path = "dashboard/dashboard.html")]
pub struct DashboardPage {
    /// The frame.
    pub shell: Shell,
    /// The invitations that wait for you.
    pub invitations: Vec<PendingInvitation>,
    /// The organization.
    pub summary: OrganizationSummary,
    /// The newest clusters, the same for every member (H28); empty for those who see none.
    pub clusters: Vec<ClusterRow>,
    /// The address of all clusters.
    pub all_clusters: String,
    /// What to do first; hidden when empty or all done.
    pub steps: Vec<Step>,
    /// What happened lately, for those who may see the audit; may be empty.
    pub latest: Vec<Happening>,
    /// Where "Send the link again" posts to while your address is not confirmed; else empty.
    pub verify_again: String,
}

impl DashboardPage {
    /// A dashboard with nothing but the facts.
    pub fn new(shell: Shell, summary: OrganizationSummary) -> Self {
        Self {
            shell,
            invitations: Vec::new(),
            summary,
            clusters: Vec::new(),
            all_clusters: String::new(),
            steps: Vec::new(),
            latest: Vec::new(),
            verify_again: String::new(),
        }
    }

    /// Whether the list of first steps is worth showing.
    pub fn shows_steps(&self) -> bool {
        self.steps.iter().any(|step| !step.done)
    }

    /// "1 of 3 done".
    pub fn progress(&self) -> String {
        let done = self.steps.iter().filter(|step| step.done).count();
        format!("{done} of {} done", self.steps.len())
    }
}

/// `/` for somebody who is in no organization.
#[derive(Debug, Clone, Template)]
#[template(path = "dashboard/nowhere.html")]
pub struct NoOrganizationPage {
    /// The frame.
    pub shell: Shell,
    /// The invitations that wait for you.
    pub invitations: Vec<PendingInvitation>,
    /// Organizations of yours that are deleted and may still be restored: name and page.
    pub restorable: Vec<(String, String)>,
    /// Where "Send the link again" posts to while your address is not confirmed; else empty.
    pub verify_again: String,
}
