//! Choosing, making, setting up, handing over and deleting an organization.

use askama::Template;

use super::dashboard::Seats;
use super::form::Form;
use super::member::Tab;
use super::part::{Choice, Moment, Offer, Pager, Person};
use super::shell::Shell;

/// One of your organizations in the long list.
#[derive(Debug, Clone, Default)]
pub struct OrganizationRow {
    /// The id's text.
    pub id: String,
    /// The display name.
    pub name: String,
    /// The name in URLs; may be empty.
    pub handle: String,
    /// Your role.
    pub role: String,
    /// How many people; `None` if you may not see them.
    pub people: Option<u64>,
    /// The plan.
    pub plan: String,
    /// Set while it is deleted and may be restored: until when, and the page for it.
    pub deleted: Option<(Moment, String)>,
}

/// `/organizations`.
#[derive(Debug, Clone, Template)]
#[template(path = "organization/list.html")]
pub struct OrganizationsPage {
    /// The frame.
    pub shell: Shell,
    /// What was searched for (`q`).
    pub query: String,
    /// How many one is in and owns, in a sentence.
    pub lead: String,
    /// Your organizations.
    pub rows: Vec<OrganizationRow>,
    /// Where this page stands in the whole.
    pub pager: Pager,
}

/// `/organizations/new`. Fields: `display_name`, `name`, hidden `submission`.
#[derive(Debug, Clone, Template)]
#[template(path = "organization/new.html")]
pub struct NewOrganizationPage {
    /// The frame.
    pub shell: Shell,
    /// Posted to `/organizations/new`.
    pub form: Form,
    /// Why none can be made now; empty if it can.
    pub refused: String,
}

impl NewOrganizationPage {
    /// A fresh page.
    pub fn new(shell: Shell, submission: &str) -> Self {
        let form = Form::creating("organization", "/organizations/new", submission);
        Self { shell, form, refused: String::new() }
    }
}

/// `/o/{org}/settings`. Field: `display_name`.
#[derive(Debug, Clone, Template)]
#[template(path = "organization/settings.html")]
pub struct OrganizationSettingsPage {
    /// The frame.
    pub shell: Shell,
    /// General, Cloud accounts; empty for those who see no cloud accounts.
    pub tabs: Vec<Tab>,
    /// Posted to `/o/{org}/settings`.
    pub form: Form,
    /// Why the display name cannot be edited ("only the owner …"); empty if it can.
    pub locked: String,
    /// The name in URLs; may be empty.
    pub handle: String,
    /// The id's text.
    pub id: String,
    /// The plan's name.
    pub plan: String,
    /// The plan's seats.
    pub seats: Seats,
    /// When it was made.
    pub created: Moment,
    /// Who owns it; without an e-mail for those who may not see it.
    pub owner: Person,
    /// The page that hands it over.
    pub transfer: Offer,
    /// The page that asks before leaving.
    pub leave: Offer,
    /// The page that asks before deleting.
    pub delete: Offer,
}

impl OrganizationSettingsPage {
    /// A page with the facts still to be filled in.
    pub fn new(shell: Shell, id: impl Into<String>, display_name: impl Into<String>) -> Self {
        let id = id.into();
        let mut form = Form::new("settings", format!("/o/{id}/settings"));
        form.set("display_name", display_name);
        Self {
            shell,
            tabs: Vec::new(),
            form,
            locked: String::new(),
            handle: String::new(),
            id,
            plan: String::new(),
            seats: Seats::default(),
            created: Moment::default(),
            owner: Person::default(),
            transfer: Offer::Absent,
            leave: Offer::Absent,
            delete: Offer::Absent,
        }
    }
}

/// `/o/{org}/settings/transfer`. Fields: `email` (of a member), `password`. The form does it
/// at once.
#[derive(Debug, Clone, Template)]
#[template(path = "organization/transfer.html")]
pub struct TransferOwnershipPage {
    /// The frame.
    pub shell: Shell,
    /// The display name.
    pub name: String,
    /// Posted to the page's own address.
    pub form: Form,
    /// Members to choose from (value: e-mail), administrators first; empty to type the e-mail.
    pub members: Vec<Choice>,
    /// The address of the settings.
    pub back: String,
}

/// `/o/{org}/settings/restore`: what the owner of a deleted organization sees, at every address
/// of it. The button posts to `action`.
#[derive(Debug, Clone, Template)]
#[template(path = "organization/restore.html")]
pub struct RestoreOrganizationPage {
    /// The frame.
    pub shell: Shell,
    /// The display name.
    pub name: String,
    /// When it was deleted.
    pub deleted: Moment,
    /// Until when it can be restored.
    pub until: Moment,
    /// Where **Restore** posts to.
    pub action: String,
    /// Carries a refusal.
    pub form: Form,
}
