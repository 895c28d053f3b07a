//! What the configuration means to the parts of the program.

use std::fs;
use std::time::Duration;

use anyhow::Context;
use guildhall_app::Settings;
use guildhall_connect::smtp::{SmtpSecurity, SmtpSettings};
use guildhall_store::{DatabaseUrl, Options};
use guildhall_web::page::DemoPerson;
use guildhall_web::{MetricsAccess, Proxies, WebOptions};

use crate::cluster;
use crate::config::{self, Config};

const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The settings of the operations.
pub(crate) fn app(config: &Config) -> Settings {
    Settings {
        base_url: config.base_url.clone(),
        registration: match config.registration {
            config::Registration::Open => guildhall_app::Registration::Open,
            config::Registration::Invitation => guildhall_app::Registration::Invitation,
            config::Registration::Closed => guildhall_app::Registration::Closed,
        },
        create_organizations: config.create_organizations,
        one_organization: config.one_organization_per_user,
        invitation_lifetime: times(DAY, config.invitation_days),
        default_plan: match config.default_plan {
            config::Plan::Community => guildhall_app::Plan::Community,
            config::Plan::Commercial => guildhall_app::Plan::Commercial,
            config::Plan::Enterprise => guildhall_app::Plan::Enterprise,
        },
        default_seats: Some(config.default_seats).filter(|seats| *seats > 0),
        session_lifetime: times(HOUR, config.session.hours),
        remembered_session_lifetime: times(DAY, config.session.stay_days),
        deletion_grace: times(DAY, config.deletion_grace_days),
        link_lifetime: times(HOUR, config.link_hours),
        sign_in_attempts: config.throttle.sign_in_per_account,
        sign_in_attempts_everywhere: config.throttle.sign_in_per_account_everywhere,
        sign_in_attempts_per_address: config.throttle.sign_in_per_address,
        sign_in_window: times(Duration::from_secs(60), config.throttle.sign_in_minutes),
        invitations_per_hour: config.throttle.invitations_per_hour,
        invitations_per_recipient: config.throttle.invitations_per_recipient,
        mail_is_sent: config.sends_mail(),
        clusters: cluster::settings(config),
    }
}

fn times(unit: Duration, count: u64) -> Duration {
    unit.saturating_mul(count.try_into().unwrap_or(u32::MAX))
}

/// How the web part runs; with `people`, as a demonstration.
///
/// # Errors
/// If a proxy is not an address or a network.
pub(crate) fn web(config: &Config, people: Option<Vec<DemoPerson>>) -> anyhow::Result<WebOptions> {
    Ok(WebOptions {
        trusted_proxies: Proxies::parse(&config.trusted_proxies)?,
        metrics: match config.metrics {
            config::Metrics::Off => MetricsAccess::Nobody,
            config::Metrics::Loopback => MetricsAccess::Loopback,
            config::Metrics::Open => MetricsAccess::Everybody,
            // A token that can be guessed is none.
            config::Metrics::Token if config.metrics_token.len() < 16 => MetricsAccess::Nobody,
            config::Metrics::Token => MetricsAccess::Token(config.metrics_token.clone()),
        },
        metrics_apart: config.metrics_listen().is_some(),
        demo: people.is_some(),
        demo_people: people.unwrap_or_default(),
        ..WebOptions::default()
    })
}

/// Where the data is, and how it is reached.
pub(crate) fn database(config: &Config) -> (DatabaseUrl, Options) {
    let url = match config.sqlite_file() {
        Some(file) => DatabaseUrl::Sqlite(file),
        None => DatabaseUrl::Postgres(config.database.expose().to_owned()),
    };
    (url, Options { connections: config.database_connections, ..Options::default() })
}

/// How to reach the mail server; `None` without one.
///
/// # Errors
/// If the file of extra certificates cannot be read.
pub(crate) fn smtp(config: &Config) -> anyhow::Result<Option<SmtpSettings>> {
    if !config.sends_mail() {
        return Ok(None);
    }
    let smtp = &config.smtp;
    let extra_roots = if smtp.ca_file.as_os_str().is_empty() {
        None
    } else {
        let read = fs::read(&smtp.ca_file);
        Some(read.with_context(|| format!("`smtp.ca_file` `{}`", smtp.ca_file.display()))?)
    };
    let (name, address) = smtp.sender();
    Ok(Some(SmtpSettings {
        host: smtp.host.clone(),
        port: smtp.port(),
        security: match smtp.security {
            config::SmtpSecurity::Starttls => SmtpSecurity::Starttls,
            config::SmtpSecurity::Tls => SmtpSecurity::Tls,
            config::SmtpSecurity::None => SmtpSecurity::Plain,
        },
        credentials: (!smtp.user.is_empty()).then(|| (smtp.user.clone(), smtp.password.clone())),
        extra_roots,
        from_name: name.map(str::to_owned),
        from_address: address.to_owned(),
        timeout: Duration::from_secs(smtp.timeout_seconds),
        connections: smtp.connections,
    }))
}
