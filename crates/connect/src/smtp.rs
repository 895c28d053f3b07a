//! Hands mails to a mail server over SMTP.

mod failure;
mod message;

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use guildhall_app::mail::transport::{Delivery, DeliveryError, OutgoingMail, Transport};
use lettre::message::Mailbox;
use lettre::transport::smtp::PoolConfig;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use thiserror::Error;
use tokio::sync::Semaphore;
use tracing::debug;

use failure::classify;

/// How long an unused connection stays open for the next mail.
const IDLE: Duration = Duration::from_secs(30);

/// How to reach the mail server. Its `Debug` form hides the credentials.
#[derive(Clone)]
pub struct SmtpSettings {
    /// The name or address of the mail server; its certificate must be for it.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub security: SmtpSecurity,
    /// User and password, if the server asks for them.
    pub credentials: Option<(String, String)>,
    /// Certificates in PEM that are trusted beside the public ones.
    pub extra_roots: Option<Vec<u8>>,
    /// The display name of the sender.
    pub from_name: Option<String>,
    /// The address of the sender. Its domain also ends the Message-ID.
    pub from_address: String,
    /// The longest that one delivery may take, from connecting to the last answer.
    pub timeout: Duration,
    /// The most connections at a time, at least 1.
    pub connections: u32,
}

/// How the connection to the mail server is protected. There is no falling back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmtpSecurity {
    /// Starts in plain text and switches to TLS before anything is sent.
    Starttls,
    /// TLS from the first byte.
    Tls,
    /// No protection.
    Plain,
}

/// Settings from which no transport can be made.
#[derive(Debug, Error)]
pub enum SmtpSettingsError {
    /// The sender is not an address.
    #[error("the sender `{0}` is not an e-mail address")]
    Sender(String),
    /// The extra certificates cannot be read, or TLS cannot be set up for the host.
    #[error("TLS to the mail server cannot be set up: {0}")]
    Tls(String),
}

type Mailer = AsyncSmtpTransport<Tokio1Executor>;

/// Sends mail by SMTP and keeps a few connections open between mails.
pub struct SmtpTransport {
    settings: SmtpSettings,
    from: Mailbox,
    tls: Tls,
    /// Replaced as a whole after a time-out, which may leave a connection in mid-sentence.
    mailer: Mutex<Mailer>,
    permits: Semaphore,
}

impl SmtpTransport {
    /// Prepares the transport; connects only when there is a mail. Must be called on the runtime.
    ///
    /// # Errors
    /// If the sender or the certificates are not usable.
    pub fn new(settings: SmtpSettings) -> Result<Self, SmtpSettingsError> {
        let address: Address = settings
            .from_address
            .parse()
            .map_err(|_| SmtpSettingsError::Sender(settings.from_address.clone()))?;
        let from = Mailbox::new(settings.from_name.clone(), address);
        let tls = tls(&settings).map_err(|error| SmtpSettingsError::Tls(error.to_string()))?;
        let mailer = Mutex::new(mailer(&settings, &tls));
        let permits = Semaphore::new(settings.connections.max(1) as usize);
        Ok(Self { settings, from, tls, mailer, permits })
    }

    async fn send(&self, mail: &OutgoingMail) -> Result<(), DeliveryError> {
        let message = message::build(mail, &self.from)?;
        let Ok(_permit) = self.permits.acquire().await else {
            return Err(DeliveryError::Temporary("the mail transport has stopped".to_owned()));
        };
        let mailer = self.mailer.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let outcome = tokio::time::timeout(self.settings.timeout, mailer.send(message)).await;
        match outcome {
            Ok(Ok(_)) => {
                debug!(mail = %mail.id, "mail handed over");
                Ok(())
            }
            Ok(Err(error)) => Err(classify(&error)),
            Err(_) => {
                let fresh = self::mailer(&self.settings, &self.tls);
                *self.mailer.lock().unwrap_or_else(PoisonError::into_inner) = fresh;
                let seconds = self.settings.timeout.as_secs_f32();
                Err(DeliveryError::Temporary(format!(
                    "the mail server did not finish within {seconds} seconds"
                )))
            }
        }
    }
}

impl Transport for SmtpTransport {
    fn deliver<'a>(&'a self, mail: &'a OutgoingMail) -> Delivery<'a> {
        Box::pin(self.send(mail))
    }
}

fn tls(settings: &SmtpSettings) -> Result<Tls, lettre::transport::smtp::Error> {
    if settings.security == SmtpSecurity::Plain {
        return Ok(Tls::None);
    }
    let mut builder = TlsParameters::builder(settings.host.clone());
    if let Some(pem) = &settings.extra_roots {
        builder = builder.add_root_certificate(Certificate::from_pem(pem)?);
    }
    let parameters = builder.build()?;
    Ok(match settings.security {
        SmtpSecurity::Tls => Tls::Wrapper(parameters),
        SmtpSecurity::Starttls | SmtpSecurity::Plain => Tls::Required(parameters),
    })
}

fn mailer(settings: &SmtpSettings, tls: &Tls) -> Mailer {
    let pool = PoolConfig::new().max_size(settings.connections.max(1)).idle_timeout(IDLE);
    let mut builder = Mailer::builder_dangerous(settings.host.clone())
        .port(settings.port)
        .tls(tls.clone())
        .timeout(Some(settings.timeout))
        .pool_config(pool);
    if let Some((user, password)) = &settings.credentials {
        builder = builder.credentials(Credentials::new(user.clone(), password.clone()));
    }
    builder.build()
}

impl fmt::Debug for SmtpSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpSettings")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("security", &self.security)
            .field("from_address", &self.from_address)
            .finish_non_exhaustive()
    }
}
