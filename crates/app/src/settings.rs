//! What an operator can set about the behaviour of operations.

use std::{collections::BTreeMap, time::Duration};

use guildhall_model::{CloudProvider, Credits};

use crate::cluster::{callback::WebhookSecrets, driver::Service};

/// The settings that operations read.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where people reach the console, without a trailing slash: the only source of links in mails
    /// (security 16).
    pub base_url: String,
    /// Who may register.
    pub registration: Registration,
    /// Whether users may make organizations besides the one from registration.
    pub create_organizations: bool,
    /// Whether an account may be in one organization only (A22).
    pub one_organization: bool,
    /// How long an invitation can be accepted.
    pub invitation_lifetime: Duration,
    /// The plan of a new organization (A1).
    pub default_plan: Plan,
    /// Seats of a new organization; `None` is without limit (A23, B52).
    pub default_seats: Option<u32>,
    /// How long a session lasts without "stay signed in".
    pub session_lifetime: Duration,
    /// How long it lasts with.
    pub remembered_session_lifetime: Duration,
    /// How long a deleted organization can be restored.
    pub deletion_grace: Duration,
    /// How long a link to verify an address or to reset a password works.
    pub link_lifetime: Duration,
    /// Failed sign-ins to an account from one network address before that has to wait.
    pub sign_in_attempts: u32,
    /// Failed sign-ins to an account from all addresses together before it has to wait everywhere
    /// but where its person is signed in.
    pub sign_in_attempts_everywhere: u32,
    /// Failed sign-ins from a network address before it has to wait.
    pub sign_in_attempts_per_address: u32,
    /// The time that failed sign-ins are counted over, and that the wait lasts.
    pub sign_in_window: Duration,
    /// Invitation mails that one organization may send in an hour (security 17).
    pub invitations_per_hour: u32,
    /// Invitation mails to one address in a day (security 17).
    pub invitations_per_recipient: u32,
    /// Whether mails are sent; without, the outbox keeps them readable for administrators.
    pub mail_is_sent: bool,
    /// What clusters there can be, and what they cost.
    pub clusters: ClusterSettings,
}

/// What an operator set about clusters and credits.
#[derive(Clone, Debug)]
pub struct ClusterSettings {
    /// The clouds that have a driver, each with the services of its clusters.
    pub providers: BTreeMap<CloudProvider, Vec<Service>>,
    /// The clouds whose provisioners call back, each with the secrets that it signs with.
    pub callers: BTreeMap<CloudProvider, WebhookSecrets>,
    /// The sizes to choose from, the smallest first.
    pub sizes: Vec<ClusterSize>,
    /// What a new organization is granted (H9).
    pub initial_credits: Credits,
    /// Whether running clusters are stopped when no credits are left; new ones are never started.
    pub stop_at_zero: bool,
    /// The balances below which owner and administrators get a mail, once each.
    pub warn_below: Vec<Credits>,
}

/// A size of clusters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterSize {
    /// Its name, which the driver knows it by.
    pub name: String,
    /// What an hour of it consumes.
    pub hourly: Credits,
}

impl ClusterSettings {
    /// The size of that name.
    pub fn size(&self, name: &str) -> Option<&ClusterSize> {
        self.sizes.iter().find(|size| size.name == name)
    }

    /// The names of the sizes in a list.
    pub fn size_names(&self) -> String {
        let names: Vec<_> = self.sizes.iter().map(|size| size.name.as_str()).collect();
        names.join(", ")
    }
}

impl Default for ClusterSettings {
    fn default() -> Self {
        let size = |name: &str, hourly| ClusterSize {
            name: name.to_owned(),
            hourly: Credits::new(hourly),
        };
        Self {
            providers: BTreeMap::new(),
            callers: BTreeMap::new(),
            sizes: vec![size("small", 60), size("medium", 120), size("large", 240)],
            initial_credits: Credits::new(10_000),
            stop_at_zero: false,
            warn_below: vec![Credits::new(1_000), Credits::new(100), Credits::ZERO],
        }
    }
}

/// Who may register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registration {
    /// Anybody.
    Open,
    /// Whoever has a pending invitation to their address.
    Invitation,
    /// Nobody; accounts are made at the command line.
    Closed,
}

/// What an organization has subscribed to (A1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plan {
    /// Cannot invite.
    Community,
    /// Can invite.
    Commercial,
    /// Can invite; the default of a self-hosted installation.
    Enterprise,
}

impl Plan {
    /// The stored form.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Community => "community",
            Self::Commercial => "commercial",
            Self::Enterprise => "enterprise",
        }
    }

    /// The form people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Community => "Community",
            Self::Commercial => "Commercial",
            Self::Enterprise => "Enterprise",
        }
    }

    /// Whether members can be invited (A1).
    pub fn allows_inviting(self) -> bool {
        self != Self::Community
    }
}

impl std::str::FromStr for Plan {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        [Self::Community, Self::Commercial, Self::Enterprise]
            .into_iter()
            .find(|plan| plan.as_str() == text)
            .ok_or_else(|| format!("`{text}` is not a plan: community, commercial or enterprise"))
    }
}

impl Default for Settings {
    fn default() -> Self {
        const HOUR: u64 = 60 * 60;
        Self {
            base_url: "http://localhost:8080".to_owned(),
            registration: Registration::Open,
            create_organizations: true,
            one_organization: false,
            invitation_lifetime: Duration::from_secs(7 * 24 * HOUR),
            default_plan: Plan::Enterprise,
            default_seats: None,
            session_lifetime: Duration::from_secs(12 * HOUR),
            remembered_session_lifetime: Duration::from_secs(30 * 24 * HOUR),
            deletion_grace: Duration::from_secs(14 * 24 * HOUR),
            link_lifetime: Duration::from_secs(24 * HOUR),
            sign_in_attempts: 10,
            sign_in_attempts_everywhere: 100,
            sign_in_attempts_per_address: 100,
            sign_in_window: Duration::from_secs(15 * 60),
            invitations_per_hour: 500,
            invitations_per_recipient: 10,
            mail_is_sent: false,
            clusters: ClusterSettings::default(),
        }
    }
}
