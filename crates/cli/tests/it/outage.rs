//! The database goes away and comes back while the program runs: every request says so clearly, and
//! nothing has to be restarted.

use std::process::Command;

use guildhall_testkit::{HttpAnswer, HttpClient, PostgresServer, SmtpServer};

use super::founded::{Founded, OWNER, PASSWORD};
use super::server::{Server, guildhall};

fn command(founded: &Founded, postgres: &PostgresServer, smtp: &SmtpServer) -> Command {
    let mut command = guildhall(founded.folder.path());
    command
        .env("GUILDHALL_DATABASE", postgres.url())
        .env("GUILDHALL_SMTP__HOST", "127.0.0.1")
        .env("GUILDHALL_SMTP__PORT", smtp.port().to_string())
        .env("GUILDHALL_SMTP__SECURITY", "none");
    command
}

/// The owner's browser, signed in.
fn browser(address: &str) -> HttpClient {
    let credentials = format!(r#"{{"email":"{OWNER}","password":"{PASSWORD}"}}"#);
    let mut visitor = HttpClient::new(address);
    let answer = visitor.send("POST", "/api/v1/sessions", &[], &credentials).unwrap();
    assert_eq!(answer.status, 200, "{}", answer.body);
    let cookie = answer.header("set-cookie").split(';').next().unwrap();
    HttpClient::new(address).with("cookie", cookie)
}

fn invite(founded: &Founded, client: &mut HttpClient, email: &str) -> HttpAnswer {
    let body = format!(r#"{{"emails":["{email}"],"role":"member"}}"#);
    client.send("POST", &founded.path("/invitations"), &[], &body).unwrap()
}

/// A problem for programs, and when to try again.
fn is_unavailable(answer: &HttpAnswer) {
    assert_eq!(answer.status, 503, "{}", answer.body);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert!(answer.body.contains("\"code\":\"unavailable\""), "{}", answer.body);
    assert!(!answer.body.contains("postgres"), "{}", answer.body);
}

#[test]
fn the_database_may_go_away_and_come_back() {
    let Some(mut postgres) = PostgresServer::start() else { return };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let smtp = runtime.block_on(SmtpServer::start());
    let founded = Founded::on_postgres(&postgres.url());
    let server = Server::run(&mut command(&founded, &postgres, &smtp));
    let address = server.address().to_owned();
    let (mut program, mut person) = (founded.program(&address), browser(&address));
    assert_eq!(invite(&founded, &mut program, "before@partner.example").status, 201);
    let members = format!("/o/{}/members", founded.organization);
    assert_eq!(person.get(&members).unwrap().status, 200);

    for round in 0..2 {
        postgres.stop();
        during(&founded, &address, &mut program, &mut person);
        postgres.run_again();
        assert!(server.get("/readyz").starts_with("HTTP/1.1 200"));
        assert_eq!(person.get(&members).unwrap().status, 200);
        let after = format!("after{round}@partner.example");
        assert_eq!(invite(&founded, &mut program, &after).status, 201);
        runtime.block_on(mail_to(&smtp, &after));
    }
    let refused = founded
        .number("select count(*) as many from invitation where email = 'during@partner.example'");
    assert_eq!(refused, 0);
    server.signal("-TERM");
    assert_eq!(server.end().0, Some(0));
}

/// While the database is away.
fn during(founded: &Founded, address: &str, program: &mut HttpClient, person: &mut HttpClient) {
    let mut visitor = HttpClient::new(address);
    assert_eq!(visitor.get("/healthz").unwrap().status, 200);
    assert_eq!(visitor.get("/metrics").unwrap().status, 200);
    is_unavailable(&visitor.get("/readyz").unwrap());
    is_unavailable(&program.get(&founded.path("/members")).unwrap());
    is_unavailable(&invite(founded, program, "during@partner.example"));
    let page = person.get(&format!("/o/{}/members", founded.organization)).unwrap();
    assert_eq!(page.status, 503);
    assert!(page.header("content-type").starts_with("text/html"), "{page:?}");
    assert!(page.body.contains("Not available right now"), "{}", page.body);
    assert!(!page.header("retry-after").is_empty());
    let credentials = format!(r#"{{"email":"{OWNER}","password":"{PASSWORD}"}}"#);
    is_unavailable(&visitor.send("POST", "/api/v1/sessions", &[], &credentials).unwrap());
}

/// Waits for a mail to an address.
async fn mail_to(smtp: &SmtpServer, address: &str) {
    while smtp.next().await.to != [address] {}
}
