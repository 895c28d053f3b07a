//! The mail server, spoken to by the client that Guildhall uses.

use guildhall_testkit::{Answer, SmtpServer, Start};
use lettre::message::MultiPart;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

type Client = AsyncSmtpTransport<Tokio1Executor>;

fn client(server: &SmtpServer) -> Client {
    Client::builder_dangerous("127.0.0.1").port(server.port()).build()
}

async fn send(client: &Client, to: &str) -> Result<(), Error> {
    let text = "Grüße,\n\n.hidden dot\nhttps://guildhall.example/invitation/ghi_x?a=1&b=2.\n";
    let html = "<p>Grüße</p><a href=\"https://other.example/\">Join</a>";
    let mail = Message::builder()
        .from("Güildhall <noreply@guildhall.example>".parse().expect("a sender"))
        .to(to.parse().expect("a recipient"))
        .subject("Join Ærø")
        .multipart(MultiPart::alternative_plain_html(text.to_owned(), html.to_owned()))
        .expect("a mail");
    client.send(mail).await.map(drop)
}

#[tokio::test]
async fn a_mail_arrives_as_it_was_written() {
    let server = SmtpServer::start().await;
    send(&client(&server), "bob@example.org").await.expect("it is sent");
    let mail = server.next().await;
    assert_eq!(mail.envelope_from, "noreply@guildhall.example");
    assert_eq!(mail.envelope_to, ["bob@example.org"]);
    assert_eq!(mail.from, "noreply@guildhall.example");
    assert_eq!(mail.from_name, "Güildhall");
    assert_eq!(mail.to, ["bob@example.org"]);
    assert_eq!(mail.subject, "Join Ærø");
    assert!(mail.text.starts_with("Grüße,"), "{}", mail.text);
    assert!(mail.text.contains("\n.hidden dot"), "{}", mail.text);
    assert!(mail.html.contains("<p>Grüße</p>"), "{}", mail.html);
    assert_eq!(mail.first_link(), "https://guildhall.example/invitation/ghi_x?a=1&b=2");
    assert_eq!(mail.header("to").as_deref(), Some("bob@example.org"));
    assert_eq!(mail.header("x-none"), None);
    assert_eq!(server.mails().len(), 1);
}

#[tokio::test]
async fn a_server_refuses_for_now_and_for_good() {
    let server = SmtpServer::start().await;
    let client = client(&server);
    server.answer(Answer::Defer);
    assert!(send(&client, "bob@example.org").await.expect_err("not now").is_transient());
    server.answer(Answer::Refuse);
    assert!(send(&client, "bob@example.org").await.expect_err("never").is_permanent());
    server.answer(Answer::Accept);
    server.refuse("bob@example.org");
    assert!(send(&client, "bob@example.org").await.expect_err("never").is_permanent());
    assert_eq!(server.mails().len(), 0);
    send(&client, "ann@example.org").await.expect("it is sent");
    assert_eq!(server.next().await.to, ["ann@example.org"]);
}

#[tokio::test]
async fn a_server_hangs_up_with_and_without_the_mail() {
    let server = SmtpServer::start().await;
    let client = client(&server);
    server.answer(Answer::HangUp);
    send(&client, "bob@example.org").await.expect_err("no answer");
    assert_eq!(server.mails().len(), 0);
    server.answer(Answer::KeepAndHangUp);
    send(&client, "bob@example.org").await.expect_err("no answer");
    assert_eq!(server.mails().len(), 1);
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn a_server_asks_for_a_login() {
    let login = Some(("guildhall".to_owned(), "pässword".to_owned()));
    let server = SmtpServer::start_with(Start { login, tls: false }).await;
    assert!(send(&client(&server), "bob@example.org").await.expect_err("no login").is_permanent());
    for (mechanism, password, accepted) in [
        (Mechanism::Plain, "pässword", true),
        (Mechanism::Login, "pässword", true),
        (Mechanism::Plain, "wrong", false),
        (Mechanism::Login, "wrong", false),
    ] {
        let client = Client::builder_dangerous("127.0.0.1")
            .port(server.port())
            .credentials(Credentials::new("guildhall".into(), password.into()))
            .authentication(vec![mechanism])
            .build();
        let sent = send(&client, "bob@example.org").await;
        assert_eq!(sent.is_ok(), accepted, "{mechanism:?} {password}: {sent:?}");
    }
    assert_eq!(server.mails().len(), 2);
}

#[tokio::test]
async fn a_server_speaks_tls_and_takes_nothing_without() {
    let login = Some(("guildhall".to_owned(), "password".to_owned()));
    let server = SmtpServer::start_with(Start { login, tls: true }).await;
    assert!(send(&client(&server), "bob@example.org").await.expect_err("no TLS").is_permanent());

    let pem = server.certificate().expect("it has a certificate");
    let trusting = TlsParameters::builder("localhost".into())
        .add_root_certificate(Certificate::from_pem(pem.as_bytes()).expect("a certificate"))
        .build_rustls()
        .expect("the settings fit");
    let strange = TlsParameters::builder("localhost".into()).build_rustls().expect("they fit");
    for (parameters, accepted) in [(trusting, true), (strange, false)] {
        let client = Client::builder_dangerous("localhost")
            .port(server.port())
            .tls(Tls::Required(parameters))
            .credentials(Credentials::new("guildhall".into(), "password".into()))
            .build();
        let sent = send(&client, "bob@example.org").await;
        assert_eq!(sent.is_ok(), accepted, "{sent:?}");
    }
    assert_eq!(server.mails().len(), 1);
}
