//! The clusters of an organization: the list, the form that makes one, and one cluster with its
//! tabs.

use askama::Template;

use super::form::Form;
use super::member::Tab;
use super::part::{Choice, Consequences, Moment, Offer, Pager, number};
use super::shell::Shell;

/// How far a cluster is, as every page shows it.
#[derive(Debug, Clone, Default)]
pub struct ClusterStanding {
    /// The state's text form, which the colours follow: `running`.
    pub state: &'static str,
    /// What people read: "Running".
    pub label: &'static str,
    /// Whether its driver is at work and the state passes by itself.
    pub passing: bool,
    /// How far the move under way has come, in percent, if known.
    pub progress: Option<u8>,
}

impl ClusterStanding {
    /// The class of the status.
    pub fn class(&self) -> &'static str {
        match self.state {
            "running" => "joined",
            "error" => "failed",
            _ if self.passing => "busy",
            _ => "ended",
        }
    }
}

/// One cluster in a list.
#[derive(Debug, Clone, Default)]
pub struct ClusterRow {
    /// Its id, by which the page finds its row again.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its page.
    pub url: String,
    /// How far it is.
    pub standing: ClusterStanding,
    /// What its driver has to say, or why it cannot be reached; may be empty.
    pub note: String,
    /// The version that runs.
    pub version: String,
    /// Its size.
    pub size: String,
    /// What an hour of it consumes: "60 credits an hour".
    pub rate: String,
    /// Who asked for it.
    pub created_by: String,
    /// When.
    pub created: Moment,
    /// Where **Start** posts to.
    pub start: Offer,
    /// Where **Stop** posts to.
    pub stop: Offer,
}

/// Whether one of them is in a state that passes by itself, which the page follows.
pub(super) fn any_passing(rows: &[ClusterRow]) -> bool {
    rows.iter().any(|row| row.standing.passing)
}

/// What stands in place of an empty list: what to do first, and who may.
#[derive(Debug, Clone, Default)]
pub struct FirstStep {
    /// The heading.
    pub title: String,
    /// One or two sentences.
    pub text: String,
    /// The buttons, the first one being the main one: label and address.
    pub actions: Vec<(String, String)>,
}

/// `/o/{org}/clusters`. The search form gets `q` and keeps `terminated`.
#[derive(Debug, Clone, Template)]
#[template(path = "cluster/list.html")]
pub struct ClustersPage {
    /// The frame.
    pub shell: Shell,
    /// The clusters, newest first.
    pub rows: Vec<ClusterRow>,
    /// What was searched for.
    pub query: String,
    /// Whether terminated ones are listed, too.
    pub terminated: bool,
    /// Where this page stands in the whole.
    pub pager: Pager,
    /// How many are not terminated, of all.
    pub living: u64,
    /// How many of them run.
    pub running: u64,
    /// The page that makes one.
    pub create: Offer,
    /// What to do first, shown while there are none.
    pub first: FirstStep,
}

impl ClustersPage {
    /// "2 of 3 clusters are running."
    fn sentence(&self) -> String {
        match (self.running, self.living) {
            (_, 0) => "There is no cluster now.".to_owned(),
            (0, 1) => "The only cluster is not running.".to_owned(),
            (1, 1) => "The only cluster is running.".to_owned(),
            (0, all) => format!("None of {} clusters is running.", number(all)),
            (1, all) => format!("1 of {} clusters is running.", number(all)),
            (some, all) if some == all => format!("All {} clusters are running.", number(all)),
            (some, all) => format!("{} of {} clusters are running.", number(some), number(all)),
        }
    }

    /// The address of the same search with or without terminated clusters.
    pub fn shown(&self, terminated: bool) -> String {
        let mut pairs = Vec::new();
        if terminated {
            pairs.push(("terminated", "true"));
        }
        if !self.query.is_empty() {
            pairs.push(("q", self.query.as_str()));
        }
        if pairs.is_empty() { "?".to_owned() } else { crate::extract::address("", &pairs) }
    }
}

/// `/o/{org}/clusters/new`. Fields: `name`, `version`, `cloud_account`, `size`,
/// `user_management`, hidden `submission`.
#[derive(Debug, Clone, Template)]
#[template(path = "cluster/new.html")]
pub struct NewClusterPage {
    /// The frame.
    pub shell: Shell,
    /// Posted to the page's own address.
    pub form: Form,
    /// The cloud accounts to choose from.
    pub cloud_accounts: Vec<Choice>,
    /// The sizes, each with what an hour of it consumes.
    pub sizes: Vec<Choice>,
    /// Who keeps the accounts on it (H67).
    pub user_managements: Vec<Choice>,
    /// The credits that are left, as a sentence; empty if not known.
    pub credits: String,
    /// What to do first, if there is no cloud account to choose from.
    pub first: Option<FirstStep>,
    /// The address of the list.
    pub back: String,
}

/// What every page of one cluster begins with.
#[derive(Debug, Clone, Default)]
pub struct ClusterHead {
    /// Its name.
    pub name: String,
    /// One line: version, size, where it runs.
    pub sentence: String,
    /// How far it is.
    pub standing: ClusterStanding,
    /// Since when.
    pub since: Moment,
    /// What its driver has to say; may be empty.
    pub message: String,
    /// Why its driver could not reach it; may be empty.
    pub unreachable: String,
    /// Where the state is read again while it passes: `/o/{org}/clusters/{cluster}/state`.
    pub live: String,
    /// Where **Start** posts to.
    pub start: Offer,
    /// Where **Stop** posts to.
    pub stop: Offer,
    /// Where **Retry** posts to, after a failure.
    pub retry: Offer,
    /// The page that asks before terminating.
    pub terminate: Offer,
    /// Overview, Services, Accounts, Upgrade.
    pub tabs: Vec<Tab>,
    /// The address of the list.
    pub back: String,
}

impl ClusterHead {
    /// Why its driver gave up.
    pub fn failure(&self) -> &str {
        if self.message.is_empty() { "Its driver gave up without a word." } else { &self.message }
    }

    /// That its driver could not reach it.
    pub fn unreached(&self) -> String {
        format!("The cluster could not be reached when it was last looked at: {}", self.unreachable)
    }
}

/// `/o/{org}/clusters/{cluster}/state`: the part of the page that changes by itself.
#[derive(Debug, Clone, Template)]
#[template(path = "cluster/state.html")]
pub struct ClusterStatePart {
    /// What it shows.
    pub head: ClusterHead,
}

/// How somebody signs in to a cluster.
#[derive(Debug, Clone, Default)]
pub enum ClusterSignIn {
    /// There is nothing to sign in to now, and why.
    #[default]
    None,
    /// With an account of one's own (H35).
    Own {
        /// The account's name.
        name: String,
        /// "User", "Admin"; empty while it is not made.
        role: String,
        /// Whether the cluster has it as it should be by now.
        ready: bool,
        /// The command or the words; empty unless the cluster runs.
        how: String,
        /// Fields: `password`.
        password: Form,
        /// Whether a password is set already.
        has_password: bool,
    },
    /// The cluster manages its users itself.
    Unmanaged {
        /// Who keeps its accounts: "OAuth2".
        kept_by: String,
        /// Where the administrator's password is shown; absent for those who may not see it.
        admin_password: Offer,
    },
}

/// `/o/{org}/clusters/{cluster}`.
#[derive(Debug, Clone, Template)]
#[template(path = "cluster/overview.html")]
pub struct ClusterPage {
    /// The frame.
    pub shell: Shell,
    /// Name, state, what can be done.
    pub head: ClusterHead,
    /// Where people reach it; empty if not known.
    pub url: String,
    /// How the reader signs in.
    pub sign_in: ClusterSignIn,
    /// Names and values: size, user management, who made it.
    pub facts: Vec<(String, String)>,
    /// When it was made.
    pub created: Moment,
    /// What was found other than it had been made, and repaired; may be empty.
    pub drift: String,
    /// When that was.
    pub drifted: Moment,
}

impl ClusterPage {
    /// Whether the address is one that a browser opens.
    pub fn linked(&self) -> bool {
        self.url.starts_with("https://") || self.url.starts_with("http://")
    }
}

/// The administrator of a cluster that manages its users itself; the answer to the button that
/// shows it.
#[derive(Debug, Clone, Template)]
#[template(path = "cluster/admin_password.html")]
pub struct ClusterAdminPage {
    /// The frame.
    pub shell: Shell,
    /// The cluster's name.
    pub cluster: String,
    /// The administrator's name.
    pub name: String,
    /// Their password.
    pub password: String,
    /// The cluster's page.
    pub back: String,
}

/// One service of a cluster.
#[derive(Debug, Clone, Default)]
pub struct ServiceRow {
    /// Its name for programs, which the field `service` sends.
    pub name: String,
    /// What people read.
    pub label: String,
    /// "8020, 30010"; empty if its driver chooses.
    pub ports: String,
    /// Whether the cluster is as it should be by now.
    pub applied: bool,
}

/// `/o/{org}/clusters/{cluster}/services`. Field: `service`, once for each open one.
#[derive(Debug, Clone, Template)]
#[template(path = "cluster/services.html")]
pub struct ClusterServicesPage {
    /// The frame.
    pub shell: Shell,
    /// Name, state, what can be done.
    pub head: ClusterHead,
    /// Posted to the page's own address; the values say which are open.
    pub form: Form,
    /// The services.
    pub services: Vec<ServiceRow>,
    /// Why one may only look; empty for those who may change them.
    pub reason: String,
}

impl ClusterServicesPage {
    /// The labels of the services that are open.
    pub fn open(&self) -> Vec<&str> {
        let open = self.services.iter().filter(|one| self.form.has("service", &one.name));
        open.map(|one| one.label.as_str()).collect()
    }
}

/// An account on a cluster.
#[derive(Debug, Clone, Default)]
pub struct ClusterAccountRow {
    /// Whose it is; empty once their account at Guildhall is gone.
    pub email: String,
    /// Its name on the cluster.
    pub name: String,
    /// What it may do: "User", "Admin"; empty while it is blocked or not made.
    pub role: String,
    /// The status' colour: `joined`, `invited`, `ended` or `failed`.
    pub class: &'static str,
    /// "Active", "Blocked", "Being made".
    pub status: &'static str,
    /// What is still to happen to it, or why it did not; may be empty.
    pub note: String,
    /// When it last changed; empty words for never.
    pub applied: Moment,
}

/// `/o/{org}/clusters/{cluster}/accounts`.
#[derive(Debug, Clone, Template)]
#[template(path = "cluster/accounts.html")]
pub struct ClusterAccountsPage {
    /// The frame.
    pub shell: Shell,
    /// Name, state, what can be done.
    pub head: ClusterHead,
    /// The accounts by name.
    pub rows: Vec<ClusterAccountRow>,
    /// Who keeps them, if Guildhall does not: "OAuth2"; else empty.
    pub kept_by: String,
    /// Whether administrators of the organization administer the cluster (H61).
    pub administered: bool,
}

/// `/o/{org}/clusters/{cluster}/upgrade`. Field: `version`.
#[derive(Debug, Clone, Template)]
#[template(path = "cluster/upgrade.html")]
pub struct ClusterUpgradePage {
    /// The frame.
    pub shell: Shell,
    /// Name, state, what can be done.
    pub head: ClusterHead,
    /// Posted to the page's own address.
    pub form: Form,
    /// The version that runs.
    pub version: String,
    /// Why it cannot be upgraded now; empty if it can.
    pub reason: String,
    /// Whether the administrators become administrators of the cluster with 2.6.0 (H66).
    pub lifts: bool,
}

/// `/o/{org}/clusters/{cluster}/terminate`. Field: `understood`.
#[derive(Debug, Clone, Template)]
#[template(path = "cluster/terminate.html")]
pub struct TerminateClusterPage {
    /// The frame.
    pub shell: Shell,
    /// Its name.
    pub name: String,
    /// Posted to the page's own address.
    pub form: Form,
    /// What is lost and what stays.
    pub consequences: Consequences,
    /// The cluster's page.
    pub back: String,
}
