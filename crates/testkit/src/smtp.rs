//! A real mail server on a port of this machine, which keeps what it is sent and fails on request.

mod session;
mod tls;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use crate::ReceivedMail;

/// How long a test waits for a mail before it fails.
const PATIENCE: Duration = Duration::from_secs(20);

/// A mail server (RFC 5321) on a free port of 127.0.0.1, gone when dropped.
#[derive(Debug)]
pub struct SmtpServer {
    address: SocketAddr,
    shared: Arc<Shared>,
    certificate: Option<String>,
    accepting: JoinHandle<()>,
}

/// What a server asks of its clients.
#[derive(Clone, Debug, Default)]
pub struct Start {
    /// The user and password to sign in with (`AUTH PLAIN` or `AUTH LOGIN`); without them, no
    /// signing in is offered.
    pub login: Option<(String, String)>,
    /// Whether `STARTTLS` is offered, and demanded before anything is sent.
    pub tls: bool,
}

/// How a server treats the mails to come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Answer {
    /// Takes them.
    #[default]
    Accept,
    /// Refuses every recipient for now: 451.
    Defer,
    /// Refuses every recipient for good: 550.
    Refuse,
    /// Ends the connection after the text of the mail and keeps nothing.
    HangUp,
    /// Keeps the mail, and ends the connection before saying so.
    KeepAndHangUp,
}

#[derive(Debug, Default)]
struct Shared {
    start: Start,
    state: Mutex<State>,
    arrived: Notify,
}

#[derive(Debug, Default)]
struct State {
    answer: Answer,
    refused: Vec<String>,
    mails: Vec<ReceivedMail>,
    handed_out: usize,
    connections: usize,
}

impl SmtpServer {
    /// Start a server that takes everything in the clear from everyone.
    ///
    /// # Panics
    /// When no port is free.
    pub async fn start() -> Self {
        Self::start_with(Start::default()).await
    }

    /// Start a server that asks something of its clients.
    ///
    /// # Panics
    /// When no port is free.
    pub async fn start_with(start: Start) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("the port is known");
        let (acceptor, certificate) = start.tls.then(tls::acceptor).unzip();
        let shared = Arc::new(Shared { start, ..Shared::default() });
        let accepting = tokio::spawn(accept(listener, acceptor, Arc::clone(&shared)));
        Self { address, shared, certificate, accepting }
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The port on 127.0.0.1.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.address.port()
    }

    /// The certificate for `localhost` in PEM, to be trusted by clients; none without TLS.
    #[must_use]
    pub fn certificate(&self) -> Option<&str> {
        self.certificate.as_deref()
    }

    /// Treat the mails to come like this.
    pub fn answer(&self, answer: Answer) {
        self.shared.with(|state| state.answer = answer);
    }

    /// Refuse this recipient for good, whatever else happens: 550.
    pub fn refuse(&self, recipient: &str) {
        self.shared.with(|state| state.refused.push(recipient.to_owned()));
    }

    /// All mails so far, the oldest first.
    #[must_use]
    pub fn mails(&self) -> Vec<ReceivedMail> {
        self.shared.with(|state| state.mails.clone())
    }

    /// How often clients connected.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.shared.with(|state| state.connections)
    }

    /// The next mail that this has not yet returned, waiting for it if need be.
    ///
    /// # Panics
    /// When none comes within 20 seconds.
    pub async fn next(&self) -> ReceivedMail {
        let waiting = async {
            loop {
                let arrived = self.shared.arrived.notified();
                if let Some(mail) = self.shared.with(State::hand_out) {
                    return mail;
                }
                arrived.await;
            }
        };
        match tokio::time::timeout(PATIENCE, waiting).await {
            Ok(mail) => mail,
            Err(_) => panic!("no mail came; {} came before", self.mails().len()),
        }
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl State {
    fn hand_out(&mut self) -> Option<ReceivedMail> {
        let mail = self.mails.get(self.handed_out)?.clone();
        self.handed_out += 1;
        Some(mail)
    }
}

impl Shared {
    fn with<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn keep(&self, mail: ReceivedMail) {
        self.with(|state| state.mails.push(mail));
        self.arrived.notify_waiters();
    }
}

async fn accept(listener: TcpListener, acceptor: Option<TlsAcceptor>, shared: Arc<Shared>) {
    let mut sessions = tokio::task::JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        shared.with(|state| state.connections += 1);
        sessions.spawn(session::serve(stream, acceptor.clone(), Arc::clone(&shared)));
        while sessions.try_join_next().is_some() {}
    }
}
