//! The drivers of clusters that the configuration names.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use guildhall_app::ClusterSettings;
use guildhall_app::cluster::Drivers;
use guildhall_app::cluster::driver::{self, Service};
use guildhall_connect::driver::exec::{ExecDriver, ExecSettings};
use guildhall_connect::driver::http::{HttpDriver, HttpSettings};
use guildhall_connect::driver::postgres::{self, PostgresDriver, PostgresSettings};
use guildhall_model::{Clock, Credits, Entropy, SystemClock, SystemEntropy};

use crate::config::{Cloud, Config, Driver};

/// What of our own environment a driver's program sees.
const INHERITED: [&str; 2] = ["PATH", "HOME"];

/// The drivers in force.
pub(crate) struct Clusters {
    /// Each by its cloud.
    pub(crate) drivers: Drivers,
    /// The one of this machine, if it is the built-in one.
    pub(crate) postgres: Option<Arc<PostgresDriver>>,
}

/// What the operations are told about clusters.
pub(crate) fn settings(config: &Config) -> ClusterSettings {
    let clusters = &config.clusters;
    let services = |cloud: &Cloud| -> Option<Vec<Service>> {
        match cloud.driver {
            Driver::None => None,
            Driver::Postgres => Some(postgres::services()),
            Driver::Exec | Driver::Http => Some(
                Some(cloud.services())
                    .filter(|all| !all.is_empty())
                    .unwrap_or_else(Service::defaults),
            ),
        }
    };
    let clouds = || clusters.clouds().into_iter();
    let called = clouds().filter(|(_, of)| of.driver == Driver::Http);
    ClusterSettings {
        providers: clouds().filter_map(|(cloud, of)| Some((cloud, services(of)?))).collect(),
        callers: called.filter_map(|(cloud, of)| Some((cloud, of.secret.parse().ok()?))).collect(),
        sizes: clusters.sizes(),
        initial_credits: Credits::new(clusters.initial_credits),
        stop_at_zero: clusters.stop_at_zero,
        warn_below: clusters.warn_below(),
    }
}

/// Prepares the drivers; none of them does anything yet.
///
/// # Errors
/// If an address, a secret or a file of certificates cannot be used.
pub(crate) fn clusters(config: &Config) -> anyhow::Result<Clusters> {
    let mut made = Clusters { drivers: BTreeMap::new(), postgres: None };
    for (cloud, settings) in config.clusters.clouds() {
        let driver: Arc<dyn driver::Driver> = match settings.driver {
            Driver::None => continue,
            Driver::Exec => Arc::new(ExecDriver::new(exec(settings))),
            Driver::Http => {
                let prepared = http(settings).and_then(|http| {
                    Ok(HttpDriver::new(http, Arc::new(SystemClock) as Arc<dyn Clock>)?)
                });
                Arc::new(prepared.with_context(|| format!("`clusters.{cloud}`"))?)
            }
            Driver::Postgres => {
                let postgres = Arc::new(local(config)?);
                if let Err(missing) = postgres.available() {
                    tracing::warn!("no clusters can be made on this machine: {missing}");
                }
                made.postgres = Some(postgres.clone());
                postgres
            }
        };
        made.drivers.insert(cloud, driver);
    }
    Ok(made)
}

fn exec(settings: &Cloud) -> ExecSettings {
    let variable = |name: &str| Some((name.to_owned(), std::env::var(name).ok()?));
    ExecSettings {
        program: settings.program.clone(),
        arguments: settings.arguments.clone(),
        environment: INHERITED.into_iter().filter_map(variable).collect(),
        timeout: Duration::from_secs(settings.timeout_seconds),
        services: settings.services(),
    }
}

fn http(settings: &Cloud) -> anyhow::Result<HttpSettings> {
    let extra_roots = if settings.ca_file.as_os_str().is_empty() {
        None
    } else {
        let read = fs::read(&settings.ca_file);
        Some(read.with_context(|| format!("`ca_file` `{}`", settings.ca_file.display()))?)
    };
    Ok(HttpSettings {
        url: settings.url.clone(),
        secrets: settings.secret.parse()?,
        extra_roots,
        timeout: Duration::from_secs(settings.timeout_seconds),
        services: settings.services(),
    })
}

fn local(config: &Config) -> anyhow::Result<PostgresDriver> {
    let settings = &config.clusters.postgres;
    let owner = fs::metadata(&config.data_dir).map(|about| about.uid());
    let owner = owner.with_context(|| format!("`data_dir` `{}`", config.data_dir.display()))?;
    let passage = settings.folder.as_os_str().is_empty().then(|| config.data_dir.clone());
    let sockets = if settings.sockets.as_os_str().is_empty() {
        // PostgreSQL's own habit: the path of a socket has to be short.
        std::env::temp_dir().join(format!("guildhall-{owner}"))
    } else {
        settings.sockets.clone()
    };
    let programs = if settings.programs.as_os_str().is_empty() {
        std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).collect()
    } else {
        vec![settings.programs.clone()]
    };
    let host =
        if settings.host.is_empty() { settings.listen.to_string() } else { settings.host.clone() };
    let settings = PostgresSettings {
        folder: config.clusters_folder(),
        passage,
        sockets,
        programs,
        listen: settings.listen,
        host,
    };
    Ok(PostgresDriver::new(settings, Arc::new(SystemEntropy) as Arc<dyn Entropy>))
}

/// Lets everybody pass through a folder of root's to what is theirs, without looking into it:
/// PostgreSQL refuses to be root.
///
/// # Errors
/// If the folder's mode cannot be changed.
pub(crate) fn let_pass(folder: &Path) -> anyhow::Result<()> {
    let changed = fs::set_permissions(folder, Permissions::from_mode(0o711));
    changed.with_context(|| format!("`{}` cannot be made passable", folder.display()))
}
