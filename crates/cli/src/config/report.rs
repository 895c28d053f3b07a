//! What `guildhall config check` prints: the configuration in force, where each value came from,
//! and what is wrong or doubtful about it.

use std::fmt::Write;
use std::net::SocketAddr;

use toml::Value;

use super::key::{KEYS, Kind};
use super::value::mask_database;
use super::{Config, Driver, Loaded, Metrics, SmtpSecurity};

/// Writes the report. The text is TOML up to the remarks, which are comments; secrets are masked.
pub fn report(loaded: &Loaded) -> String {
    let mut out = String::new();
    match &loaded.file {
        Some(file) => {
            line(&mut out, &format!("# Read from {} and the environment.", file.display()))
        }
        None => line(&mut out, "# No file was read; a guildhall.toml here, or --config, adds one."),
    }
    let mut section = "";
    for key in KEYS {
        let (here, leaf) = key.path.rsplit_once('.').unwrap_or(("", key.path));
        if here != section {
            section = here;
            line(&mut out, &format!("\n[{section}]"));
        }
        let Some((value, source)) = loaded.resolved.values.get(key.path) else { continue };
        let shown = shown(key.kind, value);
        line(&mut out, &format!("{:<40} # {source}", format!("{leaf} = {shown}")));
    }
    let doubts = loaded.config.as_ref().map(doubts).unwrap_or_default();
    for problem in &loaded.resolved.problems {
        line(&mut out, &format!("\n# Problem: {problem}"));
    }
    for doubt in &doubts {
        line(&mut out, &format!("\n# Note: {doubt}"));
    }
    let verdict = match loaded.resolved.problems.len() {
        0 => "The configuration can be used.".to_owned(),
        1 => "There is one problem; the server will not start.".to_owned(),
        some => format!("There are {some} problems; the server will not start."),
    };
    line(&mut out, &format!("\n# {verdict}"));
    out
}

fn line(out: &mut String, text: &str) {
    let _ = writeln!(out, "{text}");
}

fn shown(kind: Kind, value: &Value) -> String {
    match (kind, value.as_str()) {
        (Kind::Secret, Some("")) => "\"\"".to_owned(),
        (Kind::Secret, _) => "\"********\"".to_owned(),
        (Kind::Database, Some(text)) => Value::String(mask_database(text)).to_string(),
        _ => value.to_string(),
    }
}

/// What works but is probably not meant.
fn doubts(config: &Config) -> Vec<String> {
    let mut doubts = Vec::new();
    let on_loopback = config.listen.ip().is_loopback();
    if !on_loopback && !config.is_secure() {
        doubts.push(format!(
            "`listen` = {} answers beyond this machine, but `base_url` is not https: passwords \
             and cookies would cross the network in the clear.",
            config.listen
        ));
    }
    let host = config.base_url.rsplit("://").next().unwrap_or_default();
    let local =
        host.starts_with("localhost") || host.starts_with("127.") || host.starts_with("[::1]");
    if local && !on_loopback {
        doubts.push(format!(
            "`base_url` = {} works on this machine only; links in mails would lead nowhere for \
             anybody else.",
            config.base_url
        ));
    }
    if local && !reaches(host, config.listen) {
        doubts.push(format!(
            "`base_url` names another port than `listen` = {}; right only if something forwards \
             it.",
            config.listen
        ));
    }
    if config.metrics == Metrics::Token && config.metrics_token.len() < 16 {
        doubts.push(
            "`metrics` is token, but `metrics_token` has fewer than 16 characters: nobody can \
             read the metrics."
                .to_owned(),
        );
    }
    smtp_doubts(config, &mut doubts);
    for (cloud, settings) in config.clusters.clouds() {
        if settings.driver == Driver::Http && settings.url.starts_with("http://") {
            doubts.push(format!(
                "`clusters.{cloud}.url` is not https: the credentials of cloud accounts would \
                 cross the network in the clear."
            ));
        }
    }
    doubts
}

fn smtp_doubts(config: &Config, doubts: &mut Vec<String>) {
    let smtp = &config.smtp;
    if smtp.host.is_empty() {
        doubts.push(
            "`smtp.host` is empty: no mail leaves; system administrators read them under System, \
             Outbox."
                .to_owned(),
        );
        return;
    }
    let plain = smtp.security == SmtpSecurity::None;
    let near = matches!(smtp.host.as_str(), "localhost" | "127.0.0.1" | "::1");
    if plain && !near {
        doubts.push(format!(
            "`smtp.security` is none: mails with links that open accounts reach {} unencrypted.",
            smtp.host
        ));
    }
    if plain && !smtp.user.is_empty() {
        doubts.push(
            "`smtp.user` is set, but `smtp.security` is none: the password would be sent \
             in the clear."
                .to_owned(),
        );
    }
    if smtp.user.is_empty() != smtp.password.is_empty() {
        doubts.push("`smtp.user` and `smtp.password` belong together; only one is set.".to_owned());
    }
    if smtp.sender().1.ends_with("@localhost") {
        doubts.push("`smtp.from` ends in @localhost, which most mail servers refuse.".to_owned());
    }
}

fn reaches(host: &str, listen: SocketAddr) -> bool {
    let port = host.rsplit_once(':').and_then(|(_, port)| port.parse().ok()).unwrap_or(80);
    port == listen.port()
}
