//! What a driver of clusters is told and answers. `connect` holds the drivers; the forms of the
//! JSON that leave the process are these very types.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;

use guildhall_model::{
    CloudAccountId, CloudProvider, ClusterId, ClusterName, ClusterRole, ClusterState, Email, JobId,
    OrganizationId, UserId, UserManagement, Version,
};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

pub use super::trouble::{DriverError, Trouble};

/// Brings clusters to life, at one cloud.
///
/// Every verb is idempotent: a request that was answered before, told by [`Order::request`], or
/// that finds things as it wants them, changes nothing and answers how they are. A call may be cut
/// off at any moment, and comes again then.
pub trait Driver: Send + Sync {
    /// The services whose ports can be opened on its clusters.
    fn services(&self) -> Vec<Service> {
        Service::defaults()
    }

    /// Does what the order says, or begins to: a report in a passing state has the order's
    /// cluster described again until it has settled.
    fn call<'c>(&'c self, order: &'c Order) -> Answer<'c>;
}

/// A driver's answer to come.
pub type Answer<'c> = Pin<Box<dyn Future<Output = Result<Report, DriverError>> + Send + 'c>>;

/// What a driver is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    /// Make the cluster and start it.
    Create,
    /// Start it.
    Start,
    /// Stop it; what is stored on it stays.
    Stop,
    /// Bring it to [`Order::version`], running or stopped as it is.
    Upgrade,
    /// Take it down. What it stored in the cloud account's bucket stays (H74).
    Terminate,
    /// Say how it is.
    Describe,
    /// Open the ports of [`Order::services`] to the network.
    OpenPorts,
    /// Close them.
    ClosePorts,
    /// Make or reactivate [`Order::account`], with its role.
    EnsureAccount,
    /// Keep [`Order::account`] out, and end its connections. It is never deleted (H38, H77).
    BlockAccount,
}

impl Verb {
    /// All verbs.
    pub const ALL: [Self; 10] = [
        Self::Create,
        Self::Start,
        Self::Stop,
        Self::Upgrade,
        Self::Terminate,
        Self::Describe,
        Self::OpenPorts,
        Self::ClosePorts,
        Self::EnsureAccount,
        Self::BlockAccount,
    ];

    /// The text form, such as `open_ports`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Start => "start",
            Self::Stop => "stop",
            Self::Upgrade => "upgrade",
            Self::Terminate => "terminate",
            Self::Describe => "describe",
            Self::OpenPorts => "open_ports",
            Self::ClosePorts => "close_ports",
            Self::EnsureAccount => "ensure_account",
            Self::BlockAccount => "block_account",
        }
    }

    /// Whether the answer must say how the cluster is.
    pub fn needs_state(self) -> bool {
        match self {
            Self::Create
            | Self::Start
            | Self::Stop
            | Self::Upgrade
            | Self::Terminate
            | Self::Describe => true,
            Self::OpenPorts | Self::ClosePorts | Self::EnsureAccount | Self::BlockAccount => false,
        }
    }
}

impl std::str::FromStr for Verb {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|verb| verb.as_str() == text);
        found.ok_or_else(|| format!("`{text}` is not a verb of drivers"))
    }
}

/// One request to a driver.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Order {
    /// The version of this form.
    pub protocol: u32,
    /// The same for every attempt of one request.
    pub request: JobId,
    /// What to do.
    pub verb: Verb,
    /// Whose cluster it is.
    pub organization: OrganizationId,
    /// The cluster.
    pub cluster: OrderedCluster,
    /// Where it runs.
    pub cloud_account: OrderedCloudAccount,
    /// The version that [`Verb::Upgrade`] is to reach.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<Version>,
    /// The services that ports are opened or closed of.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub services: Vec<Service>,
    /// The account that is made or blocked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<OrderedAccount>,
}

impl Order {
    /// The version of the protocol.
    pub const PROTOCOL: u32 = 1;
}

/// The cluster of a request.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct OrderedCluster {
    /// Its id, by which the driver may name what it makes.
    pub id: ClusterId,
    /// Its name.
    pub name: ClusterName,
    /// Its present version; for [`Verb::Create`] the one to make.
    pub version: Version,
    /// Its size, one of those that the operator offers.
    pub size: String,
    /// Who keeps its accounts.
    pub user_management: UserManagement,
    /// Its state as Guildhall knows it.
    pub state: ClusterState,
    /// Whatever the driver answered last as its handle.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handle: Option<serde_json::Value>,
    /// The administrator of a cluster that is not Managed, told with [`Verb::Create`] (H35).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub admin: Option<OrderedAdmin>,
}

/// The administrator that a cluster gets which manages its users itself.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct OrderedAdmin {
    /// The name.
    pub name: String,
    /// The password.
    pub password: SecretText,
}

/// The cloud account of a request. This is the one way by which credentials leave the store.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct OrderedCloudAccount {
    /// Its id.
    pub id: CloudAccountId,
    /// Its cloud.
    pub provider: CloudProvider,
    /// What is not secret, such as the region.
    pub settings: BTreeMap<String, String>,
    /// What is.
    pub credentials: BTreeMap<String, SecretText>,
}

/// The account of a request.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct OrderedAccount {
    /// Whose it is.
    pub user: UserId,
    /// Its name on the cluster, which stays the same for a person.
    pub name: String,
    /// The person's address.
    pub email: Email,
    /// What it may do.
    pub role: ClusterRole,
    /// The verifier of the password that the person has set: `SCRAM-SHA-256$…` (RFC 5803). The
    /// password itself is known to nobody else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verifier: Option<SecretText>,
}

/// What a driver answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Report {
    /// How the cluster is now. Passing states are asked about again. Needed in the answers to
    /// [`Verb::Create`], `Start`, `Stop`, `Upgrade`, `Terminate` and `Describe`.
    pub state: Option<ClusterState>,
    /// How far the move has come, in percent.
    pub progress: Option<u8>,
    /// What the driver has to say to people, at most 500 characters of it are kept.
    pub message: Option<String>,
    /// Where people reach the cluster.
    pub url: Option<String>,
    /// How to sign in with one's own account, with `{account}` for the account's name, such as
    /// `psql -h 10.0.0.7 -U {account}`.
    pub sign_in: Option<String>,
    /// Anything the driver wants back with the next request; none leaves what was.
    pub handle: Option<serde_json::Value>,
    /// The version that runs.
    pub version: Option<Version>,
    /// The names of the services whose ports are open, if the driver knows.
    pub open_services: Option<Vec<String>>,
    /// All accounts that there are, if the driver knows.
    pub accounts: Option<Vec<ReportedAccount>>,
    /// After how many seconds to describe a passing state again.
    pub poll_after: Option<u32>,
}

impl Report {
    /// The most characters of a text that is shown to people.
    pub const LONGEST: usize = 500;

    /// The most bytes of a handle as JSON.
    pub const LARGEST_HANDLE: usize = 64 * 1024;

    /// Reads a report that came from outside. Texts lose their control characters and what is too
    /// long of them; fields that this version does not know are passed over.
    ///
    /// # Errors
    /// What is wrong with it, in words, without repeating it.
    pub fn parse(json: &[u8]) -> Result<Self, String> {
        // A list would be taken for the fields in their order.
        if json.trim_ascii_start().first().is_some_and(|first| *first == b'[') {
            return Err("is not a report".to_owned());
        }
        let report: Self = serde_json::from_slice(json).map_err(|error| {
            let kind = if error.is_data() { "is not a report" } else { "is not JSON" };
            format!("{kind} (line {}, column {})", error.line(), error.column())
        })?;
        report.checked()
    }

    /// The same report if all of it may be stored and shown.
    ///
    /// # Errors
    /// As [`Report::parse`].
    pub fn checked(mut self) -> Result<Self, String> {
        for text in [&mut self.message, &mut self.sign_in].into_iter().flatten() {
            *text = Self::words(text);
        }
        // It becomes a link on a page.
        let web = |url: &String| url.starts_with("https://") || url.starts_with("http://");
        let plain = |url: &String| !url.contains(|c: char| c.is_control() || c.is_whitespace());
        let sound = |url: &String| web(url) && plain(url) && url.len() <= 2_000;
        if !self.url.as_ref().is_none_or(sound) {
            return Err("has a `url` that is not one of the web".to_owned());
        }
        if self.progress.is_some_and(|progress| progress > 100) {
            return Err("has a `progress` above 100".to_owned());
        }
        let handle = self.handle.as_ref().map_or(0, |handle| handle.to_string().len());
        if handle > Self::LARGEST_HANDLE {
            return Err(format!("has a `handle` of more than {} bytes", Self::LARGEST_HANDLE));
        }
        Ok(self)
    }

    /// A text for people: without control characters, at most [`Report::LONGEST`] characters.
    pub fn words(text: &str) -> String {
        plain(text, Self::LONGEST)
    }
}

/// One line without control characters, cut after so many characters.
pub(super) fn plain(text: &str, longest: usize) -> String {
    let spaced = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c });
    let plain: String = spaced.filter(|c| !c.is_control()).take(longest).collect();
    plain.trim().to_owned()
}

/// An account as a driver finds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReportedAccount {
    /// Its name on the cluster.
    pub name: String,
    /// What it may do.
    pub role: ClusterRole,
    /// Whether it can sign in.
    pub active: bool,
}

/// A service of a cluster with ports of its own, closed at first (H68).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Service {
    /// Its name for programs, such as `kafka`.
    pub name: String,
    /// What people read.
    pub label: String,
    /// Its ports.
    pub ports: Vec<u16>,
}

impl Service {
    /// The services that a cluster has unless its driver declares others (H69).
    pub fn defaults() -> Vec<Self> {
        let service = |name: &str, label: &str, ports: &[u16]| Self {
            name: name.to_owned(),
            label: label.to_owned(),
            ports: ports.to_vec(),
        };
        vec![
            service("feature_store", "Feature store", &[8020, 30010, 9083, 9085]),
            service("online_feature_store", "Online feature store", &[3306]),
            service("kafka", "Kafka", &[9092]),
            service("ssh", "SSH", &[22]),
        ]
    }
}

/// A secret on its way to a driver: not shown by `Debug`, wiped when dropped.
#[derive(Clone)]
pub struct SecretText(Zeroizing<String>);

impl SecretText {
    /// A secret.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The secret itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for SecretText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("secret")
    }
}

impl Serialize for SecretText {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl JsonSchema for SecretText {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "SecretText".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({ "type": "string" })
    }
}
