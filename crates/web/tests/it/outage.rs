//! The database is away: every route that needs it says so, as a page or as a problem, and works
//! again once it is back.

use std::sync::Arc;

use guildhall_app::{App, AppParts, MasterKey, Vault};
use guildhall_model::{SystemClock, SystemEntropy};
use guildhall_store::{Database, Options};
use guildhall_testkit::PostgresServer;
use guildhall_web::route::{RouteFacts, Serves, Surface};
use guildhall_web::{WebOptions, WebState, router, routes};

use crate::matrix::ask;
use crate::matrix::fixture::{Fixture, Persona, Whose};
use crate::support::{Answer, Client, settings};

async fn start(postgres: &PostgresServer) -> App {
    let url = postgres.url().parse().expect("an address");
    let database = Database::open(&url, Options::default()).await.expect("it opens");
    database.migrate().await.expect("migrations run");
    let parts = AppParts {
        database,
        settings: settings(),
        master_key: MasterKey::new([7; 32]),
        vault: Vault::derived(&MasterKey::new([7; 32])),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
    };
    App::open(parts).await.expect("the application opens")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_says_that_the_database_is_away() {
    let Some(mut postgres) = PostgresServer::start() else { return };
    let app = start(&postgres).await;
    let fixture = Fixture::found(&app).await;
    let web = WebState::new(app, WebOptions::default()).expect("a base address");
    let client = Client::new(router(web));
    let owner = async |facts: &RouteFacts| {
        ask(client.clone(), &fixture, facts, Persona::Owner, Whose::Own).await
    };
    let mut asked = Vec::new();
    for route in routes(false) {
        let facts = route.facts().clone();
        let needs_data = !matches!(facts.serves, Serves::Public(_));
        if needs_data && facts.surface() != Surface::Plain {
            asked.push(facts);
        }
    }
    assert!(asked.len() > 80, "only {} routes are asked", asked.len());
    postgres.stop();
    for facts in &asked {
        check(facts, &owner(facts).await);
    }
    postgres.run_again();
    for facts in asked.iter().filter(|facts| !facts.mutates()) {
        let answer = owner(facts).await;
        assert!(answer.status.as_u16() < 500, "{} {}: {}", facts.method, facts.path, answer.text());
    }
}

fn check(facts: &RouteFacts, answer: &Answer) {
    let name = format!("{} {}: {}", facts.method, facts.path, answer.text());
    assert_eq!(answer.status, 503, "{name}");
    assert!(!answer.header("retry-after").is_empty(), "{name}");
    assert!(!answer.header("x-request-id").is_empty(), "{name}");
    match facts.surface() {
        Surface::Console => {
            assert!(answer.header("content-type").starts_with("text/html"), "{name}");
            assert!(answer.text().contains("Not available right now"), "{name}");
        }
        Surface::Api | Surface::Plain => assert_eq!(answer.problem(), "503 unavailable"),
    }
}
