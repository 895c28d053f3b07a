//! One conversation with a mail client (RFC 5321, 4954, 3207).

use std::io;
use std::sync::Arc;

use data_encoding::BASE64;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use super::{Answer, Shared};
use crate::ReceivedMail;

/// The most bytes of a line, and of a mail.
const LINE: u64 = 4096;
const MAIL: usize = 10 << 20;

trait Stream: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send {}
impl<S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send> Stream for S {}

struct Session {
    stream: BufReader<Box<dyn Stream>>,
    shared: Arc<Shared>,
    secure: bool,
    signed_in: bool,
    from: Option<String>,
    to: Vec<String>,
}

enum Next {
    Go,
    Stop,
    StartTls,
}

/// Serve one connection to its end; what goes wrong on it ends it.
pub(super) async fn serve(stream: TcpStream, tls: Option<TlsAcceptor>, shared: Arc<Shared>) {
    let _ = conversation(stream, tls, shared).await;
}

async fn conversation(
    stream: TcpStream,
    tls: Option<TlsAcceptor>,
    shared: Arc<Shared>,
) -> io::Result<()> {
    let mut session = Session::new(Box::new(stream), shared, false);
    session.say("220 localhost ready").await?;
    loop {
        let Some(line) = session.line().await? else { return Ok(()) };
        match session.command(&line).await? {
            Next::Go => {}
            Next::Stop => return Ok(()),
            Next::StartTls => {
                let acceptor = tls.clone().ok_or(io::ErrorKind::Unsupported)?;
                // What a client sent ahead of the handshake is dropped with the reader, so that
                // nothing from before TLS is taken for something said within it.
                let Session { stream, shared, .. } = session;
                let stream = acceptor.accept(stream.into_inner()).await?;
                session = Session::new(Box::new(stream), shared, true);
            }
        }
    }
}

impl Session {
    fn new(stream: Box<dyn Stream>, shared: Arc<Shared>, secure: bool) -> Self {
        let stream = BufReader::new(stream);
        Self { stream, shared, secure, signed_in: false, from: None, to: Vec::new() }
    }

    async fn say(&mut self, text: &str) -> io::Result<()> {
        self.stream.write_all(format!("{text}\r\n").as_bytes()).await?;
        self.stream.flush().await
    }

    async fn line(&mut self) -> io::Result<Option<String>> {
        let mut line = Vec::new();
        (&mut self.stream).take(LINE).read_until(b'\n', &mut line).await?;
        let Some(text) = line.strip_suffix(b"\r\n") else { return Ok(None) };
        Ok(Some(String::from_utf8_lossy(text).into_owned()))
    }

    async fn command(&mut self, line: &str) -> io::Result<Next> {
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" => self.greet().await?,
            "HELO" | "NOOP" => self.say("250 localhost").await?,
            "RSET" => {
                (self.from, self.to) = (None, Vec::new());
                self.say("250 forgotten").await?;
            }
            "QUIT" => {
                self.say("221 bye").await?;
                return Ok(Next::Stop);
            }
            "STARTTLS" if self.shared.start.tls && !self.secure => {
                self.say("220 go ahead").await?;
                return Ok(Next::StartTls);
            }
            "AUTH" | "MAIL" | "RCPT" | "DATA" if self.shared.start.tls && !self.secure => {
                self.say("530 5.7.0 say STARTTLS first").await?;
            }
            "AUTH" => self.sign_in(rest).await?,
            "MAIL" | "RCPT" | "DATA" if self.shared.start.login.is_some() && !self.signed_in => {
                self.say("530 5.7.0 sign in first").await?;
            }
            "MAIL" => self.sender(rest).await?,
            "RCPT" => self.recipient(rest).await?,
            "DATA" => return self.data().await,
            _ => self.say("502 5.5.1 unknown command").await?,
        }
        Ok(Next::Go)
    }

    async fn greet(&mut self) -> io::Result<()> {
        let mut offers = vec!["localhost", "8BITMIME", "PIPELINING", "SIZE 10485760"];
        if self.shared.start.tls && !self.secure {
            offers.push("STARTTLS");
        } else if self.shared.start.login.is_some() {
            offers.push("AUTH PLAIN LOGIN");
        }
        let last = offers.len() - 1;
        let lines: Vec<_> = (offers.iter().enumerate())
            .map(|(i, offer)| format!("250{}{offer}", if i == last { ' ' } else { '-' }))
            .collect();
        self.say(&lines.join("\r\n")).await
    }

    async fn sign_in(&mut self, arguments: &str) -> io::Result<()> {
        let (mechanism, first) = arguments.split_once(' ').unwrap_or((arguments, ""));
        let given = match mechanism.to_ascii_uppercase().as_str() {
            "PLAIN" => {
                let text = self.answered(first, "").await?;
                let mut fields = text.split('\0').skip(1).map(str::to_owned);
                fields.next().zip(fields.next())
            }
            "LOGIN" => {
                let user = self.answered(first, "VXNlcm5hbWU6").await?;
                Some((user, self.answered("", "UGFzc3dvcmQ6").await?))
            }
            _ => None,
        };
        self.signed_in = given.is_some() && given == self.shared.start.login;
        let answer = if self.signed_in { "235 2.7.0 welcome" } else { "535 5.7.8 wrong" };
        self.say(answer).await
    }

    /// What the client sent with its command, or sends when asked, out of base 64.
    async fn answered(&mut self, given: &str, question: &str) -> io::Result<String> {
        let text = if given.is_empty() {
            self.say(&format!("334 {question}")).await?;
            self.line().await?.ok_or(io::ErrorKind::UnexpectedEof)?
        } else {
            given.to_owned()
        };
        let bytes = BASE64.decode(text.as_bytes()).unwrap_or_default();
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    async fn sender(&mut self, rest: &str) -> io::Result<()> {
        match path(rest, "FROM:") {
            Some(from) => {
                (self.from, self.to) = (Some(from), Vec::new());
                self.say("250 2.1.0 ok").await
            }
            None => self.say("501 5.5.4 say MAIL FROM:<address>").await,
        }
    }

    async fn recipient(&mut self, rest: &str) -> io::Result<()> {
        let Some(to) = path(rest, "TO:") else {
            return self.say("501 5.5.4 say RCPT TO:<address>").await;
        };
        if self.from.is_none() {
            return self.say("503 5.5.1 say MAIL first").await;
        }
        let (answer, refused) =
            self.shared.with(|state| (state.answer, state.refused.contains(&to)));
        match answer {
            _ if refused => self.say("550 5.1.1 no such mailbox").await,
            Answer::Refuse => self.say("550 5.1.1 no such mailbox").await,
            Answer::Defer => self.say("451 4.3.0 try again later").await,
            Answer::Accept | Answer::HangUp | Answer::KeepAndHangUp => {
                self.to.push(to);
                self.say("250 2.1.5 ok").await
            }
        }
    }

    async fn data(&mut self) -> io::Result<Next> {
        let from = self.from.take();
        let to = std::mem::take(&mut self.to);
        let (Some(from), false) = (from, to.is_empty()) else {
            self.say("503 5.5.1 say MAIL and RCPT first").await?;
            return Ok(Next::Go);
        };
        self.say("354 end with a dot on a line of its own").await?;
        let raw = self.text().await?;
        let answer = self.shared.with(|state| state.answer);
        if answer == Answer::HangUp {
            return Ok(Next::Stop);
        }
        self.shared.keep(ReceivedMail::read(from, to, raw));
        if answer == Answer::KeepAndHangUp {
            return Ok(Next::Stop);
        }
        self.say("250 2.0.0 kept").await?;
        Ok(Next::Go)
    }

    /// The text of a mail up to the line with only a dot, doubled dots undone.
    async fn text(&mut self) -> io::Result<Vec<u8>> {
        let mut text = Vec::new();
        loop {
            let mut line = Vec::new();
            self.stream.read_until(b'\n', &mut line).await?;
            match line.as_slice() {
                b".\r\n" => return Ok(text),
                [] => return Err(io::ErrorKind::UnexpectedEof.into()),
                _ if text.len() > MAIL => return Err(io::ErrorKind::FileTooLarge.into()),
                [b'.', rest @ ..] => text.extend_from_slice(rest),
                line => text.extend_from_slice(line),
            }
        }
    }
}

/// The address in `FROM:<a@b> SIZE=1`.
fn path(rest: &str, keyword: &str) -> Option<String> {
    let start = rest.get(..keyword.len()).filter(|start| start.eq_ignore_ascii_case(keyword))?;
    let rest = rest[start.len()..].trim_start().strip_prefix('<')?;
    rest.split_once('>').map(|(address, _)| address.to_owned())
}
