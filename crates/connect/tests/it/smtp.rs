//! Mails over SMTP: what arrives, what is retried, and that no secret leaks.

use std::time::Duration;

use guildhall_app::mail::transport::{DeliveryError, OutgoingMail, Transport};
use guildhall_app::mail::{Mail, MailToken};
use guildhall_connect::smtp::{SmtpSecurity, SmtpSettings, SmtpTransport};
use guildhall_model::{Email, Entropy, MailId, ResetSecret, Timestamp};

use crate::server::{MailServer, Manner};

struct Sevens;

impl Entropy for Sevens {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

fn mail() -> OutgoingMail {
    let at: Timestamp = "2026-11-21T18:05:00Z".parse().unwrap();
    let token = MailToken::from(&ResetSecret::generate(&Sevens));
    OutgoingMail {
        id: MailId::generate(at, &Sevens),
        to: Email::parse("bob@acme.example").unwrap(),
        written: at,
        content: Mail::PasswordReset { token, expires: at }.render("https://guildhall.example"),
    }
}

fn settings(server: &MailServer) -> SmtpSettings {
    SmtpSettings {
        host: "localhost".to_owned(),
        port: server.address.port(),
        security: SmtpSecurity::Plain,
        credentials: None,
        extra_roots: None,
        from_name: Some("Guildhall der Zünfte".to_owned()),
        from_address: "guild@guildhall.example".to_owned(),
        timeout: Duration::from_secs(20),
        connections: 2,
    }
}

fn transport(server: &MailServer) -> SmtpTransport {
    SmtpTransport::new(settings(server)).unwrap()
}

async fn failure(manner: Manner) -> DeliveryError {
    let server = MailServer::start(manner).await;
    transport(&server).deliver(&mail()).await.unwrap_err()
}

#[tokio::test]
async fn a_mail_arrives_with_text_and_html() {
    let server = MailServer::start(Manner::default()).await;
    transport(&server).deliver(&mail()).await.unwrap();
    let received = server.seen(|seen| seen.mails[0].clone());
    assert_eq!(received.to, "bob@acme.example");
    assert!(!received.encrypted);
    let header = received.data.split("\r\n\r\n").next().unwrap();
    for line in [
        format!("Message-ID: <{}@guildhall.example>", mail().id),
        "Auto-Submitted: auto-generated".to_owned(),
        "Subject: Choose a new password".to_owned(),
        "To: bob@acme.example".to_owned(),
        "Date: Sat, 21 Nov 2026 18:05:00 +0000".to_owned(),
    ] {
        assert!(header.contains(&line), "{line} is missing in\n{header}");
    }
    assert!(header.contains("<guild@guildhall.example>"), "{header}");
    for part in ["multipart/alternative", "text/plain", "text/html"] {
        assert!(received.data.contains(part), "{part} is missing in\n{}", received.data);
    }
}

#[tokio::test]
async fn a_repeated_delivery_has_the_same_message_id() {
    let server = MailServer::start(Manner::default()).await;
    let transport = transport(&server);
    for _ in 0..5 {
        transport.deliver(&mail()).await.unwrap();
        // The connection goes back to the pool in a task of its own.
        tokio::task::yield_now().await;
    }
    let ids = server.seen(|seen| {
        let id = |data: &str| {
            let line = data.lines().find(|line| line.starts_with("Message-ID:"));
            line.unwrap().to_owned()
        };
        seen.mails.iter().map(|mail| id(&mail.data)).collect::<Vec<_>>()
    });
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    let connections = server.seen(|seen| seen.connections);
    assert!(connections < 5, "connections are kept for the next mail");
}

#[tokio::test]
async fn tls_in_both_modes_with_credentials() {
    for (security, tls) in [(SmtpSecurity::Tls, true), (SmtpSecurity::Starttls, false)] {
        // AUTH PLAIN of user `guild` with password `hunter2`, as RFC 4616 writes it.
        let credentials = Some("AGd1aWxkAGh1bnRlcjI=");
        let manner = Manner { tls, starttls: !tls, credentials, ..Manner::default() };
        let server = MailServer::start(manner).await;
        let transport = SmtpTransport::new(SmtpSettings {
            security,
            credentials: Some(("guild".to_owned(), "hunter2".to_owned())),
            extra_roots: Some(server.authority.clone().into_bytes()),
            ..settings(&server)
        });
        transport.unwrap().deliver(&mail()).await.unwrap();
        assert!(server.seen(|seen| seen.mails[0].encrypted), "{security:?}");
    }
}

#[tokio::test]
async fn tls_never_falls_back_to_plain_text() {
    let server = MailServer::start(Manner::default()).await;
    let starttls = SmtpSettings { security: SmtpSecurity::Starttls, ..settings(&server) };
    let outcome = SmtpTransport::new(starttls).unwrap().deliver(&mail()).await;
    assert!(matches!(outcome, Err(DeliveryError::Temporary(_))), "{outcome:?}");
    assert_eq!(server.seen(|seen| seen.mails.len()), 0);
    let commands = server.seen(|seen| seen.commands.join("\n"));
    assert!(!commands.contains("MAIL"), "{commands}");
}

#[tokio::test]
async fn an_unknown_certificate_is_refused() {
    for (security, tls) in [(SmtpSecurity::Tls, true), (SmtpSecurity::Starttls, false)] {
        let server = MailServer::start(Manner { tls, starttls: !tls, ..Manner::default() }).await;
        let transport = SmtpTransport::new(SmtpSettings { security, ..settings(&server) }).unwrap();
        let error = transport.deliver(&mail()).await.unwrap_err();
        assert!(matches!(error, DeliveryError::Temporary(_)), "{error:?}");
        assert!(error.to_string().contains("certificate"), "{error}");
        assert_eq!(server.seen(|seen| seen.mails.len()), 0);
    }
}

#[tokio::test]
async fn refusals_for_good_are_permanent() {
    for (verb, answer) in [
        ("RCPT", "550 5.1.1 no such user"),
        ("MAIL", "553 sender not allowed"),
        ("BODY", "554 5.7.1 looks like spam"),
    ] {
        let error = failure(Manner { answers: vec![(verb, answer)], ..Manner::default() }).await;
        assert_eq!(error, DeliveryError::Permanent(format!("the mail server answered {answer}")));
    }
}

#[tokio::test]
async fn refusals_for_now_are_temporary() {
    for (verb, answer) in [
        ("RCPT", "450 4.2.2 mailbox full"),
        ("BODY", "451 try again later"),
        ("GREETING", "421 too busy"),
    ] {
        let error = failure(Manner { answers: vec![(verb, answer)], ..Manner::default() }).await;
        assert_eq!(error, DeliveryError::Temporary(format!("the mail server answered {answer}")));
    }
}

#[tokio::test]
async fn security_69_refused_credentials_are_temporary_and_not_repeated() {
    let server =
        MailServer::start(Manner { credentials: Some("other"), ..Manner::default() }).await;
    let transport = SmtpTransport::new(SmtpSettings {
        credentials: Some(("guild".to_owned(), "hunter2".to_owned())),
        ..settings(&server)
    });
    let transport = transport.unwrap();
    let error = transport.deliver(&mail()).await.unwrap_err();
    assert!(matches!(error, DeliveryError::Temporary(_)), "{error:?}");
    let shown = format!("{error} {error:?} {:?}", settings(&server));
    assert!(!shown.contains("hunter2") && !shown.contains("AGd1aWxk"), "{shown}");
}

#[tokio::test]
async fn no_server_is_temporary() {
    let server = MailServer::start(Manner::default()).await;
    let transport = transport(&server);
    drop(server);
    let error = transport.deliver(&mail()).await.unwrap_err();
    assert!(matches!(error, DeliveryError::Temporary(_)), "{error:?}");
}

#[tokio::test]
async fn a_silent_server_does_not_hold_the_sender_and_is_left_behind() {
    tokio::join!(left_behind("GREETING"), left_behind("RCPT"), left_behind("BODY"));
}

async fn left_behind(silent_at: &'static str) {
    let server =
        MailServer::start(Manner { silent_at: Some(silent_at), ..Manner::default() }).await;
    let timeout = Duration::from_secs(1);
    let transport = SmtpTransport::new(SmtpSettings { timeout, ..settings(&server) }).unwrap();
    let error = transport.deliver(&mail()).await.unwrap_err();
    assert!(matches!(error, DeliveryError::Temporary(_)), "{error:?}");
    // The next delivery uses a fresh connection, not the one that hangs in mid-sentence.
    server.behave(Manner::default());
    transport.deliver(&mail()).await.unwrap();
    assert_eq!(server.seen(|seen| seen.connections), 2, "{silent_at}");
}

#[test]
fn wrong_settings_are_explained() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let server = MailServer::start(Manner::default()).await;
        let from_address = "nobody".to_owned();
        let error = SmtpTransport::new(SmtpSettings { from_address, ..settings(&server) });
        assert!(error.err().unwrap().to_string().contains("`nobody`"));
    });
}
