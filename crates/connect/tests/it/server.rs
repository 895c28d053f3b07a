//! A mail server on loopback that speaks SMTP, with or without TLS, and misbehaves on request.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// How the server behaves.
#[derive(Clone, Default)]
pub(crate) struct Manner {
    /// Answers in place of 250 to these commands, such as `("RCPT", "550 no such user")`.
    pub(crate) answers: Vec<(&'static str, &'static str)>,
    /// The command after which it says nothing more.
    pub(crate) silent_at: Option<&'static str>,
    /// Asks for this `AUTH PLAIN` response.
    pub(crate) credentials: Option<&'static str>,
    /// Offers STARTTLS.
    pub(crate) starttls: bool,
    /// Speaks TLS from the first byte.
    pub(crate) tls: bool,
}

/// A mail that arrived.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    /// The receiver of the envelope.
    pub(crate) to: String,
    /// Header and body.
    pub(crate) data: String,
    /// Whether it came over TLS.
    pub(crate) encrypted: bool,
}

/// What the server saw.
#[derive(Default)]
pub(crate) struct Seen {
    /// The mails, in order.
    pub(crate) mails: Vec<Received>,
    /// Every command line, in order.
    pub(crate) commands: Vec<String>,
    /// How many connections were opened.
    pub(crate) connections: usize,
}

/// The running server; ends when dropped.
pub(crate) struct MailServer {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// The certificate authority behind its certificate, in PEM.
    pub(crate) authority: String,
    seen: Arc<Mutex<Seen>>,
    manner: Arc<Mutex<Manner>>,
    task: JoinHandle<()>,
}

impl MailServer {
    pub(crate) async fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (acceptor, authority) = certificates();
        let seen = Arc::new(Mutex::new(Seen::default()));
        let manner = Arc::new(Mutex::new(manner));
        let (their_seen, their_manner) = (seen.clone(), manner.clone());
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                their_seen.lock().unwrap().connections += 1;
                let manner = their_manner.lock().unwrap().clone();
                tokio::spawn(serve(stream, manner, their_seen.clone(), acceptor.clone()));
            }
        });
        Self { address, authority, seen, manner, task }
    }

    /// Changes how it treats new connections.
    pub(crate) fn behave(&self, manner: Manner) {
        *self.manner.lock().unwrap() = manner;
    }

    pub(crate) fn seen<T>(&self, look: impl FnOnce(&Seen) -> T) -> T {
        look(&self.seen.lock().unwrap())
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

pub(crate) fn certificates() -> (TlsAcceptor, String) {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let names = vec!["localhost".to_owned()];
    let leaf = CertificateParams::new(names).unwrap().signed_by(&key, &authority).unwrap();
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from(leaf.der().to_vec())],
            PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
        )
        .unwrap();
    (TlsAcceptor::from(Arc::new(config)), authority.pem())
}

async fn serve(
    stream: tokio::net::TcpStream,
    manner: Manner,
    seen: Arc<Mutex<Seen>>,
    acceptor: TlsAcceptor,
) {
    if manner.tls {
        let Ok(stream) = acceptor.accept(stream).await else { return };
        converse(BufReader::new(stream), &manner, &seen, true, true).await;
        return;
    }
    let Some(plain) = converse(BufReader::new(stream), &manner, &seen, false, true).await else {
        return;
    };
    let Ok(stream) = acceptor.accept(plain).await else { return };
    converse(BufReader::new(stream), &manner, &seen, true, false).await;
}

/// Talks until the end; hands the stream back when the client asked for STARTTLS.
async fn converse<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: BufReader<S>,
    manner: &Manner,
    seen: &Mutex<Seen>,
    encrypted: bool,
    greet: bool,
) -> Option<S> {
    if greet && !say(&mut stream, manner, "GREETING", "220 mail.test").await {
        return None;
    }
    let mut to = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        let line = line.trim_end().to_owned();
        seen.lock().unwrap().commands.push(line.clone());
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
        let answer = match verb.as_str() {
            "EHLO" => extensions(manner, encrypted),
            "STARTTLS" => "220 go".to_owned(),
            "AUTH" if manner.credentials.is_some_and(|wanted| line.ends_with(wanted)) => {
                "235 welcome".to_owned()
            }
            "AUTH" => format!("535 wrong: {line}"),
            "DATA" => "354 go on".to_owned(),
            "QUIT" => "221 bye".to_owned(),
            _ => "250 OK".to_owned(),
        };
        if verb == "RCPT" {
            to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
        }
        if !say(&mut stream, manner, &verb, &answer).await {
            return None;
        }
        match verb.as_str() {
            "STARTTLS" => return Some(stream.into_inner()),
            "QUIT" => return None,
            "DATA" => {
                let data = data(&mut stream).await?;
                let refused = manner.answers.iter().any(|(verb, _)| *verb == "BODY");
                if !refused {
                    let mail = Received { to: to.clone(), data, encrypted };
                    seen.lock().unwrap().mails.push(mail);
                }
                if !say(&mut stream, manner, "BODY", "250 taken").await {
                    return None;
                }
            }
            _ => {}
        }
    }
}

fn extensions(manner: &Manner, encrypted: bool) -> String {
    let mut answer = "250-mail.test\r\n".to_owned();
    if manner.starttls && !encrypted {
        answer += "250-STARTTLS\r\n";
    }
    if manner.credentials.is_some() {
        answer += "250-AUTH PLAIN\r\n";
    }
    answer + "250 8BITMIME"
}

async fn say<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut BufReader<S>,
    manner: &Manner,
    verb: &str,
    answer: &str,
) -> bool {
    if manner.silent_at == Some(verb) {
        // Keeps the connection open without a word until the client gives up.
        let mut rest = String::new();
        while stream.read_line(&mut rest).await.is_ok_and(|read| read > 0) {}
        return false;
    }
    let other = manner.answers.iter().find(|(at, _)| *at == verb);
    let answer = other.map_or(answer, |(_, answer)| *answer);
    stream.write_all(format!("{answer}\r\n").as_bytes()).await.is_ok()
        && stream.flush().await.is_ok()
}

async fn data<S: AsyncRead + Unpin>(stream: &mut BufReader<S>) -> Option<String> {
    let mut data = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        if line == ".\r\n" {
            return Some(data);
        }
        data += line.strip_prefix('.').unwrap_or(&line);
    }
}
