//! What the program refuses to start on: a database of a newer version, or of another key.

use std::fs;

use guildhall_testkit::PostgresServer;

use super::founded::Founded;
use super::server::{Server, guildhall, output};

#[test]
fn a_database_of_a_newer_version_is_left_alone() {
    let founded = Founded::on_sqlite();
    founded.write("insert into migration (name) values ('0999_from_the_future')");
    for command in ["serve", "migrate"] {
        let refused = output(founded.folder.path(), &[command]);
        let message = String::from_utf8(refused.stderr).unwrap();
        assert_eq!(refused.status.code(), Some(1), "{message}");
        assert!(message.contains("newer version of Guildhall"), "{message}");
        assert!(message.contains("0999_from_the_future"), "{message}");
    }
}

#[test]
fn another_key_is_refused() {
    let founded = Founded::on_sqlite();
    let key = founded.folder.path().join("data/guildhall.key");
    let right = fs::read_to_string(&key).unwrap();
    let wrong = format!("ghm_{}\n", "08".repeat(32));
    fs::write(&key, &wrong).unwrap();
    for command in [["serve"].as_slice(), &["user", "reset-password", "maya@acme.example"]] {
        let refused = output(founded.folder.path(), command);
        let message = String::from_utf8(refused.stderr).unwrap();
        assert_eq!(refused.status.code(), Some(1), "{message}");
        assert!(message.contains("data/guildhall.key` is not the one that"), "{message}");
        assert!(!message.contains(&"08".repeat(8)), "{message}");
    }
    fs::write(&key, &right).unwrap();
    assert!(Server::start(founded.folder.path()).get("/readyz").starts_with("HTTP/1.1 200"));
}

#[test]
fn a_second_node_needs_the_key_of_the_first() {
    let Some(postgres) = PostgresServer::start() else { return };
    let founded = Founded::on_postgres(&postgres.url());
    // A key of its own is made in the second node's folder, which has none.
    let other = tempfile::tempdir().unwrap();
    let node = guildhall(other.path())
        .env("GUILDHALL_LISTEN", "127.0.0.1:0")
        .env("GUILDHALL_DATABASE", postgres.url())
        .output()
        .unwrap();
    let message = String::from_utf8(node.stderr).unwrap();
    assert_eq!(node.status.code(), Some(1), "{message}");
    assert!(message.contains("every node on a database needs the same one"), "{message}");
    let key = founded.folder.path().join("data/guildhall.key");
    let mut node = guildhall(other.path());
    node.env("GUILDHALL_DATABASE", postgres.url()).env("GUILDHALL_KEY_FILE", key);
    assert!(Server::run(&mut node).get("/readyz").starts_with("HTTP/1.1 200"));
}
