//! The frame around every page: header, organization picker, menu, notices.

use super::part::{Notice, Person, count_of};

/// The frame of a page for somebody who is signed in.
#[derive(Debug, Clone, Default)]
pub struct Shell {
    /// Who is signed in.
    pub person: Person,
    /// The organization that the page is about, or the one last used; `None` if in none.
    pub organization: Option<OrganizationEntry>,
    /// The organizations in the picker, the current one included; at most twenty.
    pub organizations: Vec<OrganizationEntry>,
    /// Whether there are more than the picker shows (it then links to the whole list).
    pub more_organizations: bool,
    /// Whether this person may make another organization.
    pub can_create_organization: bool,
    /// Which entries the organization's menu has.
    pub menu: OrganizationMenu,
    /// Whether the System entry is shown, with all of its menu.
    pub system_administrator: bool,
    /// Whether the System entry is shown, with the users at least.
    pub user_manager: bool,
    /// Whether this is a demonstration (a badge says so, and mails and components are linked).
    pub demo: bool,
    /// The entry of the menu that this page belongs to.
    pub current: Section,
    /// What was just done, or has to be known.
    pub notices: Vec<Notice>,
}

/// An organization in the picker.
#[derive(Debug, Clone, Default)]
pub struct OrganizationEntry {
    /// The id's text, `org_…`.
    pub id: String,
    /// The display name.
    pub name: String,
    /// The small line under it: the plan, or the person's role.
    pub detail: String,
}

impl OrganizationEntry {
    /// An entry of the picker.
    pub fn new(id: impl Into<String>, name: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { id: id.into(), name: name.into(), detail: detail.into() }
    }

    /// The one letter on its seal.
    pub fn letter(&self) -> String {
        let letter = self.name.chars().find(|c| c.is_alphanumeric());
        letter.map_or_else(|| "·".to_owned(), |letter| letter.to_uppercase().collect())
    }
}

/// What of the organization's menu this person may open. The dashboard is always there.
#[derive(Debug, Clone, Copy, Default)]
pub struct OrganizationMenu {
    /// Members, with the number of people if known.
    pub members: bool,
    /// The number beside Members.
    pub member_count: Option<u64>,
    /// Roles.
    pub roles: bool,
    /// Clusters.
    pub clusters: bool,
    /// Usage.
    pub usage: bool,
    /// Audit.
    pub audit: bool,
    /// Settings of the organization.
    pub settings: bool,
}

impl OrganizationMenu {
    /// Everything: what owners and administrators see.
    pub fn full(member_count: u64) -> Self {
        let member_count = Some(member_count);
        Self {
            members: true,
            member_count,
            roles: true,
            clusters: true,
            usage: true,
            audit: true,
            settings: true,
        }
    }
}

/// Where in the menu a page belongs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Section {
    /// `/o/{org}/`
    #[default]
    Dashboard,
    /// `/o/{org}/members…`
    Members,
    /// `/o/{org}/roles…`
    Roles,
    /// `/o/{org}/clusters…`
    Clusters,
    /// `/o/{org}/usage`
    Usage,
    /// `/o/{org}/audit`
    Audit,
    /// `/o/{org}/settings…`
    Organization,
    /// No entry is marked, e.g. `/organizations/new`.
    Elsewhere,
    /// `/settings/profile`
    Profile,
    /// `/settings/security…`
    Security,
    /// `/settings/sessions`
    Sessions,
    /// `/settings/api-keys…`
    ApiKeys,
    /// `/settings/account`
    Account,
    /// `/system/organizations`
    SystemOrganizations,
    /// `/system/users`
    SystemUsers,
    /// `/system/outbox…`
    SystemOutbox,
    /// `/system/audit`
    SystemAudit,
}

impl Section {
    fn area(self) -> Area {
        match self {
            Self::Profile | Self::Security | Self::Sessions | Self::ApiKeys | Self::Account => {
                Area::Settings
            }
            Self::SystemOrganizations
            | Self::SystemUsers
            | Self::SystemOutbox
            | Self::SystemAudit => Area::System,
            _ => Area::Organization,
        }
    }
}

#[derive(PartialEq, Eq)]
enum Area {
    Organization,
    Settings,
    System,
}

/// A titled part of the menu.
#[derive(Debug)]
pub struct MenuGroup {
    /// The small heading; empty for none.
    pub title: String,
    /// The entries.
    pub entries: Vec<MenuEntry>,
}

/// One entry of the menu.
#[derive(Debug)]
pub struct MenuEntry {
    /// What it is called.
    pub label: String,
    /// Its address.
    pub url: String,
    /// The name of its picture in `icon.html`.
    pub icon: &'static str,
    /// A number beside it, already in words; empty for none.
    pub count: String,
    /// Whether this page belongs to it.
    pub current: bool,
}

impl Shell {
    /// The frame for a person, with nothing else known.
    pub fn new(person: Person, current: Section) -> Self {
        Self { person, current, ..Self::default() }
    }

    /// The menu of the area that this page belongs to.
    pub fn groups(&self) -> Vec<MenuGroup> {
        match self.current.area() {
            Area::Organization => self.organization_groups(),
            Area::Settings => self.settings_groups(),
            Area::System => self.system_groups(),
        }
    }

    /// What the menu as a whole is called.
    pub fn menu_label(&self) -> &'static str {
        match self.current.area() {
            Area::Organization => "Organization",
            Area::Settings => "Settings",
            Area::System => "System",
        }
    }

    /// Whether the organization of this entry is the one shown.
    pub fn is_current(&self, entry: &OrganizationEntry) -> bool {
        self.organization.as_ref().is_some_and(|current| current.id == entry.id)
    }

    /// The first page of the system that this person may open; empty for none.
    pub fn system(&self) -> &'static str {
        match (self.system_administrator, self.user_manager) {
            (true, _) => "/system/organizations",
            (false, true) => "/system/users",
            (false, false) => "",
        }
    }

    fn organization_groups(&self) -> Vec<MenuGroup> {
        let Some(organization) = &self.organization else {
            let entries = vec![self.entry(Section::Dashboard, "Dashboard", "/", "home")];
            return vec![MenuGroup { title: String::new(), entries }];
        };
        let base = format!("/o/{}", organization.id);
        let at = |rest: &str| format!("{base}{rest}");
        let mut entries = vec![self.entry(Section::Dashboard, "Dashboard", at("/"), "home")];
        if self.menu.members {
            let mut entry = self.entry(Section::Members, "Members", at("/members"), "people");
            entry.count = self.menu.member_count.map(super::part::number).unwrap_or_default();
            entries.push(entry);
        }
        if self.menu.clusters {
            entries.push(self.entry(Section::Clusters, "Clusters", at("/clusters"), "stack"));
        }
        if self.menu.roles {
            entries.push(self.entry(Section::Roles, "Roles", at("/roles"), "key"));
        }
        if self.menu.usage {
            entries.push(self.entry(Section::Usage, "Usage", at("/usage"), "chart"));
        }
        if self.menu.audit {
            entries.push(self.entry(Section::Audit, "Audit", at("/audit"), "file"));
        }
        if self.menu.settings {
            entries.push(self.entry(Section::Organization, "Settings", at("/settings"), "gear"));
        }
        vec![MenuGroup { title: String::new(), entries }]
    }

    fn settings_groups(&self) -> Vec<MenuGroup> {
        let account = vec![
            self.entry(Section::Profile, "Profile", "/settings/profile", "person"),
            self.entry(Section::Security, "Security", "/settings/security", "lock"),
            self.entry(Section::Sessions, "Sessions", "/settings/sessions", "screen"),
            self.entry(Section::ApiKeys, "API keys", "/settings/api-keys", "key"),
            self.entry(Section::Account, "Account", "/settings/account", "gear"),
        ];
        let mut groups = vec![MenuGroup { title: "You".to_owned(), entries: account }];
        if !self.organizations.is_empty() {
            let entries = self.organizations.iter().map(|organization| MenuEntry {
                label: organization.name.clone(),
                url: format!("/o/{}/members", organization.id),
                icon: "people",
                count: String::new(),
                current: false,
            });
            let title =
                if self.organizations.len() == 1 { "Organization" } else { "Organizations" };
            groups.push(MenuGroup { title: title.to_owned(), entries: entries.collect() });
        }
        groups
    }

    fn system_groups(&self) -> Vec<MenuGroup> {
        let organizations = "/system/organizations";
        let mut entries = vec![
            self.entry(Section::SystemOrganizations, "Organizations", organizations, "hall"),
            self.entry(Section::SystemUsers, "Users", "/system/users", "people"),
            self.entry(Section::SystemOutbox, "Outbox", "/system/outbox", "mail"),
            self.entry(Section::SystemAudit, "Audit", "/system/audit", "file"),
        ];
        if !self.system_administrator {
            entries.retain(|entry| entry.url == "/system/users");
        }
        vec![MenuGroup { title: "System".to_owned(), entries }]
    }

    fn entry(
        &self,
        section: Section,
        label: &str,
        url: impl Into<String>,
        icon: &'static str,
    ) -> MenuEntry {
        MenuEntry {
            label: label.to_owned(),
            url: url.into(),
            icon,
            count: String::new(),
            current: self.current == section,
        }
    }
}

/// The frame of a page for somebody who is not signed in, and of pages without a menu.
#[derive(Debug, Clone, Default)]
pub struct Entrance {
    /// What was just done, or has to be known.
    pub notices: Vec<Notice>,
    /// Whether this is a demonstration: the sign-ins and the mails are linked.
    pub demo: bool,
    /// The e-mail of the person, on pages that somebody signed in sees without a menu; else empty.
    pub signed_in_as: String,
}

/// "24 people, 3 invitations." with the right plurals.
pub fn people_and_invitations(people: u64, invitations: u64) -> String {
    let people = count_of(people, "person", "people");
    match invitations {
        0 => format!("{people}."),
        _ => format!("{people}, {}.", count_of(invitations, "invitation", "invitations")),
    }
}
