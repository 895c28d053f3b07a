//! The configuration: one typed tree, filled from a TOML file and then from the environment.

mod cluster;
mod key;
mod reference;
mod report;
mod resolve;
mod value;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::{Table, Value};

pub use cluster::{Cloud, Clusters, Driver, Postgres};
pub use key::{KEYS, Key, Kind};
pub use reference::{default_file, reference_page};
pub use report::report;
pub use resolve::{Problem, Resolved, Source, resolve};

/// The name of the file that is read when no other is named.
pub const FILE: &str = "guildhall.toml";

/// Everything that an operator can set, checked. What each key means stands in [`KEYS`].
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the list of keys explains every field")]
pub struct Config {
    pub listen: SocketAddr,
    pub base_url: String,
    pub data_dir: PathBuf,
    pub database: DatabaseAddress,
    pub database_connections: usize,
    pub key_file: PathBuf,
    pub vault_key_file: PathBuf,
    pub registration: Registration,
    pub create_organizations: bool,
    pub one_organization_per_user: bool,
    pub invitation_days: u64,
    pub deletion_grace_days: u64,
    pub default_plan: Plan,
    pub default_seats: u32,
    pub link_hours: u64,
    pub trusted_proxies: Vec<String>,
    pub metrics: Metrics,
    pub metrics_listen: String,
    pub metrics_token: String,
    pub session: Session,
    pub throttle: Throttle,
    pub log: Log,
    pub smtp: Smtp,
    pub clusters: Clusters,
}

/// The address of the database. Its `Debug` form hides the password.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct DatabaseAddress(String);

/// Who may register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the list of keys explains every word")]
pub enum Registration {
    Open,
    Invitation,
    Closed,
}

/// A plan of an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the list of keys explains every word")]
pub enum Plan {
    Community,
    Commercial,
    Enterprise,
}

/// Who may read the metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the list of keys explains every word")]
pub enum Metrics {
    Off,
    Loopback,
    Token,
    Open,
}

/// The section `session`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the list of keys explains every field")]
pub struct Session {
    pub hours: u64,
    pub stay_days: u64,
}

/// The section `throttle`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the list of keys explains every field")]
pub struct Throttle {
    pub sign_in_per_account: u32,
    pub sign_in_per_account_everywhere: u32,
    pub sign_in_per_address: u32,
    pub sign_in_minutes: u64,
    pub invitations_per_hour: u32,
    pub invitations_per_recipient: u32,
}

/// The section `log`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the list of keys explains every field")]
pub struct Log {
    pub format: LogFormat,
    pub level: String,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the list of keys explains every word")]
pub enum LogFormat {
    Auto,
    Text,
    Json,
}

/// The section `smtp`.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the list of keys explains every field")]
pub struct Smtp {
    pub host: String,
    pub port: u16,
    pub security: SmtpSecurity,
    pub user: String,
    pub password: String,
    pub from: String,
    pub ca_file: PathBuf,
    pub timeout_seconds: u64,
    pub connections: u32,
}

/// How the connection to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the list of keys explains every word")]
pub enum SmtpSecurity {
    Starttls,
    Tls,
    None,
}

/// A configuration that was read, and how it came about.
pub struct Loaded {
    /// The file, if there is one.
    pub file: Option<PathBuf>,
    /// Every value with its source, and the problems.
    pub resolved: Resolved,
    /// The typed tree, absent if there are problems.
    pub config: Option<Config>,
}

impl Loaded {
    /// Reads the file that `--config` or `GUILDHALL_CONFIG` names, else `guildhall.toml` in the
    /// working directory if it exists, then the variables.
    pub fn read(named: Option<&Path>, environment: &[(String, String)]) -> Self {
        let variable = environment.iter().find(|(name, _)| name == "GUILDHALL_CONFIG");
        let file = named
            .map(Path::to_owned)
            .or_else(|| variable.map(|(_, path)| PathBuf::from(path)))
            .or_else(|| Some(PathBuf::from(FILE)).filter(|path| path.exists()));
        let mut resolved = resolve(file.as_deref(), environment);
        let config = if resolved.problems.is_empty() { typed(&mut resolved) } else { None };
        Self { file, resolved, config }
    }

    /// The configuration.
    ///
    /// # Errors
    /// Every problem, one a line.
    pub fn config(self) -> Result<Config, ConfigError> {
        self.config.ok_or(ConfigError(self.resolved.problems))
    }
}

/// The configuration has problems. Its text names each.
#[derive(Debug)]
pub struct ConfigError(pub Vec<Problem>);

impl std::error::Error for ConfigError {}

impl std::fmt::Display for ConfigError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the configuration cannot be used")?;
        self.0.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}

fn typed(resolved: &mut Resolved) -> Option<Config> {
    let mut table = Table::new();
    for (path, (value, _)) in &resolved.values {
        insert(&mut table, path, value.clone());
    }
    match table.try_into::<Config>() {
        Ok(config) => {
            let problems = config.clusters.problems();
            for (path, message) in &problems {
                let place = resolved.values.get(path.as_str());
                let place = place.map_or_else(|| path.clone(), |(_, source)| source.to_string());
                resolved.problems.push(Problem { place, message: message.clone() });
            }
            problems.is_empty().then_some(config)
        }
        Err(error) => {
            let place = "configuration".to_owned();
            resolved.problems.push(Problem { place, message: error.to_string() });
            None
        }
    }
}

fn insert(table: &mut Table, path: &str, value: Value) {
    let Some((section, rest)) = path.split_once('.') else {
        table.insert(path.to_owned(), value);
        return;
    };
    let section = table.entry(section).or_insert_with(|| Value::Table(Table::new()));
    if let Some(section) = section.as_table_mut() {
        insert(section, rest, value);
    }
}

impl Config {
    /// The file of the embedded database, or nothing when PostgreSQL is used.
    pub fn sqlite_file(&self) -> Option<PathBuf> {
        match self.database.0.strip_prefix("sqlite") {
            Some("") => Some(self.data_dir.join("guildhall.db")),
            Some(path) => path.strip_prefix(':').map(PathBuf::from),
            None => None,
        }
    }

    /// The file with the secret that seals what is encrypted at rest.
    pub fn key_file(&self) -> PathBuf {
        if self.key_file.as_os_str().is_empty() {
            self.data_dir.join("guildhall.key")
        } else {
            self.key_file.clone()
        }
    }

    /// The file of the keys that credentials at clouds are sealed with, and whether it was named,
    /// so that it has to be there.
    pub fn vault_key_file(&self) -> (PathBuf, bool) {
        if self.vault_key_file.as_os_str().is_empty() {
            (self.data_dir.join("vault.keys"), false)
        } else {
            (self.vault_key_file.clone(), true)
        }
    }

    /// The same addresses, logging and limits over an embedded database in `folder`, without mail
    /// leaving.
    pub(crate) fn for_demonstration(&self, folder: &Path) -> Self {
        let mut config = self.clone();
        config.data_dir = folder.to_owned();
        config.database = DatabaseAddress("sqlite".to_owned());
        config.key_file = PathBuf::new();
        config.vault_key_file = PathBuf::new();
        config.smtp.host.clear();
        config.clusters.postgres.folder = PathBuf::new();
        config.clusters.postgres.sockets = folder.with_file_name("sockets");
        config.metrics_listen.clear();
        config
    }

    /// The folder with the data of clusters on this machine.
    pub fn clusters_folder(&self) -> PathBuf {
        if self.clusters.postgres.folder.as_os_str().is_empty() {
            self.data_dir.join("clusters")
        } else {
            self.clusters.postgres.folder.clone()
        }
    }

    /// The address and port that `/metrics` has for itself, if any.
    pub fn metrics_listen(&self) -> Option<SocketAddr> {
        self.metrics_listen.parse().ok()
    }

    /// Whether there is a mail server, so that mails leave.
    pub fn sends_mail(&self) -> bool {
        !self.smtp.host.is_empty()
    }

    /// Whether people reach the service over TLS, so that cookies are marked `Secure`.
    pub fn is_secure(&self) -> bool {
        self.base_url.starts_with("https://")
    }
}

impl DatabaseAddress {
    /// The address with its password.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for DatabaseAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&value::mask_database(&self.0))
    }
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Smtp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Smtp").field("host", &self.host).finish_non_exhaustive()
    }
}

impl Smtp {
    /// The port, or the usual one of the kind of protection.
    pub fn port(&self) -> u16 {
        match (self.port, self.security) {
            (0, SmtpSecurity::Starttls) => 587,
            (0, SmtpSecurity::Tls) => 465,
            (0, SmtpSecurity::None) => 25,
            (port, _) => port,
        }
    }

    /// The name and the address of the sender.
    pub fn sender(&self) -> (Option<&str>, &str) {
        value::split_mailbox(&self.from)
    }
}
