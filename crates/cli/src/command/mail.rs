//! `guildhall mail`: tries the mail settings.

use anyhow::{Context, bail};
use clap::Subcommand;
use guildhall_app::mail::Mail;
use guildhall_app::mail::transport::{OutgoingMail, Transport};
use guildhall_connect::smtp::SmtpTransport;
use guildhall_model::{Clock, Email, MailId, SystemClock, SystemEntropy};

use crate::config::Config;
use crate::settings;

/// What to do.
#[derive(Subcommand)]
pub(super) enum MailCommand {
    /// Send one mail now, and print whether the mail server took it
    Test {
        /// The address to send it to
        address: String,
    },
}

/// Sends the mail by itself: neither the outbox nor a running server has a part in it.
pub(super) async fn run(config: &Config, command: &MailCommand) -> anyhow::Result<()> {
    let MailCommand::Test { address } = command;
    let to = Email::parse(address)?;
    let Some(smtp) = settings::smtp(config)? else {
        bail!("no mail server is configured: set `smtp.host` first (`guildhall config check`)");
    };
    let server = format!("{}:{}", smtp.host, smtp.port);
    let (transport, now) = (SmtpTransport::new(smtp)?, SystemClock.now());
    let id = MailId::generate(now, &SystemEntropy);
    let content = Mail::Test { at: now }.render(&config.base_url);
    let mail = OutgoingMail { id, to: to.clone(), written: now, content };
    let delivered = transport.deliver(&mail).await;
    delivered.with_context(|| format!("{server} did not take the mail to {to}"))?;
    println!("{server} took the mail to {to}, from {} ({id}).", config.smtp.from);
    Ok(())
}
