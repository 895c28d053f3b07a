//! Custom roles of an organization: the list, the form, and who has one.

use askama::Template;

use super::form::Form;
use super::part::{Offer, Pager, Person, count_of};
use super::shell::Shell;

/// One role in the list.
#[derive(Debug, Clone, Default)]
pub struct RoleRow {
    /// Its name.
    pub name: String,
    /// What it is for; may be empty.
    pub description: String,
    /// What it allows, in words, at most four.
    pub permissions: Vec<String>,
    /// How many more it allows than those named.
    pub more: usize,
    /// How many people have it.
    pub people: u64,
    /// Its page, with the people.
    pub url: String,
    /// Whether it comes with Guildhall and cannot be changed.
    pub built_in: bool,
}

/// `/o/{org}/roles`.
#[derive(Debug, Clone, Template)]
#[template(path = "role/list.html")]
pub struct RolesPage {
    /// The frame.
    pub shell: Shell,
    /// The roles, the built-in ones first.
    pub rows: Vec<RoleRow>,
    /// The page on which one is made.
    pub create: Offer,
}

impl RolesPage {
    /// "2 custom roles beside the 4 that are built in."
    fn sentence(&self) -> String {
        let custom = self.rows.iter().filter(|row| !row.built_in).count() as u64;
        let built_in = count_of(self.rows.len() as u64 - custom, "role", "roles");
        match custom {
            0 => format!("{built_in}, all of them built in."),
            _ => format!(
                "{} beside the built-in ones.",
                count_of(custom, "custom role", "custom roles")
            ),
        }
    }
}

/// One permission that a role may carry.
#[derive(Debug, Clone, Default)]
pub struct PermissionChoice {
    /// What is sent, e.g. `can_invite`.
    pub value: String,
    /// In words: "Invite members".
    pub label: String,
    /// One more sentence; may be empty.
    pub hint: String,
    /// Why you cannot give it ("you do not have it yourself"); empty if you can.
    pub refused: String,
}

/// Permissions that belong together.
#[derive(Debug, Clone, Default)]
pub struct PermissionGroup {
    /// "Members", "Clusters".
    pub title: String,
    /// The permissions.
    pub choices: Vec<PermissionChoice>,
}

/// `/o/{org}/roles/new` and `/o/{org}/roles/{role}/edit`. Fields: `name`, `description`,
/// `permission` (several, filled with [`Form::add`]), hidden `submission` when creating.
#[derive(Debug, Clone, Template)]
#[template(path = "role/form.html")]
pub struct RoleFormPage {
    /// The frame.
    pub shell: Shell,
    /// Posted to the page's own address.
    pub form: Form,
    /// Whether a role is made (otherwise edited).
    pub creating: bool,
    /// What may be ticked.
    pub groups: Vec<PermissionGroup>,
    /// The address of the list or of the role.
    pub back: String,
}

/// Somebody who has the role.
#[derive(Debug, Clone, Default)]
pub struct AssigneeRow {
    /// Who.
    pub person: Person,
    /// Where **Remove** posts to.
    pub remove: Offer,
}

/// `/o/{org}/roles/{role}`. Field of the assigning form: `email`.
#[derive(Debug, Clone, Template)]
#[template(path = "role/role.html")]
pub struct RolePage {
    /// The frame.
    pub shell: Shell,
    /// Its name.
    pub name: String,
    /// What it is for; may be empty.
    pub description: String,
    /// Whether it comes with Guildhall.
    pub built_in: bool,
    /// Everything it allows, in words.
    pub permissions: Vec<String>,
    /// Posted to `/o/{org}/roles/{role}/assign`; `None` where you may not assign.
    pub assign: Option<Form>,
    /// Who has it.
    pub rows: Vec<AssigneeRow>,
    /// Where this page stands in the whole.
    pub pager: Pager,
    /// The page on which it is edited.
    pub edit: Offer,
    /// The page that asks before deleting.
    pub delete: Offer,
    /// The address of the list.
    pub back: String,
}
