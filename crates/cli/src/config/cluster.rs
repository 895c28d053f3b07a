//! The sections about clusters.

use std::net::IpAddr;
use std::path::PathBuf;

use guildhall_app::ClusterSize;
use guildhall_app::cluster::callback::WebhookSecrets;
use guildhall_app::cluster::driver::Service;
use guildhall_model::{CloudProvider, Credits};
use serde::Deserialize;

use super::value;

/// The section `clusters`.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the list of keys explains every field")]
pub struct Clusters {
    pub sizes: Vec<String>,
    pub initial_credits: u32,
    pub stop_at_zero: bool,
    pub warn_below: Vec<u32>,
    pub postgres: Postgres,
    pub local: Cloud,
    pub aws: Cloud,
    pub azure: Cloud,
    pub gcp: Cloud,
}

/// The section `clusters.postgres`.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the list of keys explains every field")]
pub struct Postgres {
    pub folder: PathBuf,
    pub sockets: PathBuf,
    pub programs: PathBuf,
    pub listen: IpAddr,
    pub host: String,
}

/// The section of one cloud.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the list of keys explains every field")]
pub struct Cloud {
    pub driver: Driver,
    pub program: PathBuf,
    pub arguments: Vec<String>,
    pub url: String,
    pub secret: String,
    pub ca_file: PathBuf,
    pub timeout_seconds: u64,
    pub services: Vec<String>,
}

/// What makes clusters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the list of keys explains every word")]
pub enum Driver {
    None,
    Postgres,
    Exec,
    Http,
}

impl Clusters {
    /// The section of each cloud.
    pub fn clouds(&self) -> [(CloudProvider, &Cloud); 4] {
        [
            (CloudProvider::Local, &self.local),
            (CloudProvider::Aws, &self.aws),
            (CloudProvider::Azure, &self.azure),
            (CloudProvider::GoogleCloud, &self.gcp),
        ]
    }

    /// The sizes.
    pub fn sizes(&self) -> Vec<ClusterSize> {
        let sizes = self.sizes.iter().filter_map(|text| value::size(text));
        sizes.map(|(name, hourly)| ClusterSize { name: name.to_owned(), hourly }).collect()
    }

    /// The balances to warn at.
    pub fn warn_below(&self) -> Vec<Credits> {
        self.warn_below.iter().map(|credits| Credits::new(*credits)).collect()
    }

    /// What does not fit together, each with the path of the key that it stands at.
    pub(super) fn problems(&self) -> Vec<(String, String)> {
        let mut problems = Vec::new();
        for (cloud, settings) in self.clouds() {
            let lacks = match settings.driver {
                Driver::Exec if settings.program.as_os_str().is_empty() => "program",
                Driver::Http if settings.url.is_empty() => "url",
                Driver::Http if settings.secret.is_empty() => "secret",
                _ => "",
            };
            if !lacks.is_empty() {
                let driver = if lacks == "program" { "exec" } else { "http" };
                let message =
                    format!("`clusters.{cloud}.driver` is {driver}, which needs `{lacks}`");
                problems.push((format!("clusters.{cloud}.driver"), message));
            }
            if let Err(error) = settings.secret.parse::<WebhookSecrets>()
                && !settings.secret.is_empty()
            {
                let path = format!("clusters.{cloud}.secret");
                problems.push((path.clone(), format!("`{path}` {error}")));
            }
        }
        problems
    }
}

impl Cloud {
    /// The services that are declared; empty means the usual ones.
    pub fn services(&self) -> Vec<Service> {
        self.services.iter().filter_map(|text| value::service(text)).collect()
    }
}

impl std::fmt::Debug for Cloud {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cloud").field("driver", &self.driver).finish_non_exhaustive()
    }
}
