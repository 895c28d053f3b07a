//! Clusters: their states, how their users are managed, and where they run.

use crate::choice::choice;

choice! {
    /// How far a cluster is in its life (H72).
    ClusterState, ClusterStateError, "a state of a cluster" {
        /// Asked for; its driver has not begun.
        Pending = "pending", "Pending";
        /// Its driver makes or starts it.
        Starting = "starting", "Starting";
        /// It can be used, and consumes credits.
        Running = "running", "Running";
        /// Its driver stops it.
        Stopping = "stopping", "Stopping";
        /// It exists and consumes nothing.
        Stopped = "stopped", "Stopped";
        /// Its driver brings it to another version.
        Updating = "updating", "Updating";
        /// Its driver takes it down.
        Terminating = "terminating", "Terminating";
        /// It is gone; only the record is left.
        Terminated = "terminated", "Terminated";
        /// Its driver gave up on the last move.
        Error = "error", "Error";
    }
}

choice! {
    /// What people do to a cluster.
    ClusterMove, ClusterMoveError, "a move of a cluster" {
        /// Make it run.
        Start = "start", "Start";
        /// Make it pause; what is stored on it stays.
        Stop = "stop", "Stop";
        /// Bring it to another version.
        Upgrade = "upgrade", "Upgrade";
        /// Take it down for good.
        Terminate = "terminate", "Terminate";
    }
}

impl ClusterState {
    /// Whether a move may be made now (H72). While a driver is at work nothing may, but for taking
    /// down what is only being made or started.
    #[must_use]
    pub const fn allows(self, wanted: ClusterMove) -> bool {
        use ClusterMove::{Start, Stop, Terminate, Upgrade};
        match self {
            Self::Pending | Self::Starting => matches!(wanted, Terminate),
            Self::Running => matches!(wanted, Stop | Upgrade | Terminate),
            Self::Stopped => matches!(wanted, Start | Upgrade | Terminate),
            Self::Error => matches!(wanted, Start | Stop | Terminate),
            Self::Stopping | Self::Updating | Self::Terminating | Self::Terminated => false,
        }
    }

    /// Whether its driver is at work, and this state will pass by itself.
    #[must_use]
    pub const fn is_passing(self) -> bool {
        match self {
            Self::Pending
            | Self::Starting
            | Self::Stopping
            | Self::Updating
            | Self::Terminating => true,
            Self::Running | Self::Stopped | Self::Terminated | Self::Error => false,
        }
    }
}

choice! {
    /// Who keeps the accounts on a cluster (H67).
    UserManagement, UserManagementError, "a way of user management" {
        /// Guildhall: accounts follow the membership of the organization.
        Managed = "managed", "Managed";
        /// An OAuth2 provider.
        OAuth2 = "oauth2", "OAuth2";
        /// A directory.
        Ldap = "ldap", "LDAP";
        /// Nobody but the cluster's administrator.
        Disabled = "disabled", "Disabled (manage users manually)";
    }
}

choice! {
    /// What an account on a cluster may do (H77).
    ClusterRole, ClusterRoleError, "a role on a cluster" {
        /// Works on the cluster.
        User = "user", "User";
        /// Administers the cluster.
        Admin = "admin", "Admin";
    }
}

choice! {
    /// Where clusters run.
    CloudProvider, CloudProviderError, "a cloud" {
        /// Amazon Web Services.
        Aws = "aws", "AWS";
        /// Microsoft Azure.
        Azure = "azure", "Azure";
        /// Google Cloud.
        GoogleCloud = "gcp", "Google Cloud";
        /// The machine that Guildhall runs on.
        Local = "local", "This machine";
    }
}

impl CloudProvider {
    /// The fields of an account at this cloud.
    #[must_use]
    pub const fn fields(self) -> &'static [CloudField] {
        match self {
            Self::Aws => AWS,
            Self::Azure => AZURE,
            Self::GoogleCloud => GOOGLE_CLOUD,
            Self::Local => &[],
        }
    }
}

const AWS: &[CloudField] = &[
    CloudField::plain("region", "Region", "eu-central-1"),
    CloudField::plain("access_key_id", "Access key id", "AKIA…"),
    CloudField::secret("secret_access_key", "Secret access key"),
];

const AZURE: &[CloudField] = &[
    CloudField::plain("location", "Location", "westeurope"),
    CloudField::plain("tenant_id", "Tenant id", "00000000-0000-…"),
    CloudField::plain("subscription_id", "Subscription id", "00000000-0000-…"),
    CloudField::plain("client_id", "Client id", "00000000-0000-…"),
    CloudField::secret("client_secret", "Client secret"),
];

const GOOGLE_CLOUD: &[CloudField] = &[
    CloudField::plain("region", "Region", "europe-west1"),
    CloudField::plain("project_id", "Project id", "my-project"),
    CloudField::secret("service_account_key", "Service account key (JSON)"),
];

/// A field of a cloud account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CloudField {
    /// Its text form.
    pub name: &'static str,
    /// What people read.
    pub label: &'static str,
    /// What a value looks like.
    pub example: &'static str,
    /// Whether the value is sealed and never shown again.
    pub secret: bool,
}

impl CloudField {
    const fn plain(name: &'static str, label: &'static str, example: &'static str) -> Self {
        Self { name, label, example, secret: false }
    }

    const fn secret(name: &'static str, label: &'static str) -> Self {
        Self { name, label, example: "", secret: true }
    }
}
