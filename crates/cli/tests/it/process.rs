//! The program as an operator meets it: its first start, its files, its end, its refusals.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::server::{Server, guildhall, output};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn the_first_start_makes_private_files_and_serves() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    assert!(server.get("/readyz").starts_with("HTTP/1.1 200"));
    assert!(server.get("/healthz").starts_with("HTTP/1.1 200"));
    assert!(server.get("/metrics").contains("guildhall_http_requests_total{"));
    let data = folder.path().join("data");
    assert_eq!(mode(&data), 0o700);
    for file in fs::read_dir(&data).unwrap() {
        let path = file.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}

#[test]
fn sigterm_and_sigint_end_it_in_order() {
    for name in ["-TERM", "-INT"] {
        let folder = tempfile::tempdir().unwrap();
        let server = Server::start(folder.path());
        // A request that is under way is answered before the end.
        let mut slow = TcpStream::connect(server.address()).unwrap();
        slow.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n").unwrap();
        assert!(server.get("/healthz").contains("200"));
        server.signal(name);
        let line = server.next_line();
        assert!(line.contains("stopping"), "{line}");
        slow.write_all(b"\r\n").unwrap();
        let mut answer = String::new();
        slow.read_to_string(&mut answer).unwrap();
        let (code, log) = server.end();
        assert_eq!(code, Some(0), "{log}");
        assert!(log.contains("\"stopped\""), "{log}");
    }
}

#[test]
fn a_second_start_finds_everything_again() {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("data/guildhall.key");
    let server = Server::start(folder.path());
    let made = fs::read(&key).unwrap();
    server.signal("-TERM");
    assert_eq!(server.end().0, Some(0));
    let again = Server::start(folder.path());
    assert!(again.get("/readyz").starts_with("HTTP/1.1 200"));
    assert_eq!(fs::read(&key).unwrap(), made);
}

#[test]
fn security_69_files_that_others_can_read_are_refused() {
    for (file, mode) in
        [("data/guildhall.key", 0o640), ("data", 0o755), ("data/guildhall.db", 0o644)]
    {
        let folder = tempfile::tempdir().unwrap();
        Server::start(folder.path()).signal("-TERM");
        fs::set_permissions(folder.path().join(file), fs::Permissions::from_mode(mode)).unwrap();
        let refused = output(folder.path(), &["serve"]);
        let message = String::from_utf8(refused.stderr).unwrap();
        assert_eq!(refused.status.code(), Some(1), "{message}");
        assert!(message.contains("open to other users") && message.contains("chmod"), "{message}");
    }
}

#[test]
fn a_lost_or_damaged_key_is_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    server.signal("-TERM");
    server.end();
    let key = folder.path().join("data/guildhall.key");
    let whole = fs::read_to_string(&key).unwrap();
    fs::write(&key, "ghm_1234").unwrap();
    let damaged = String::from_utf8(output(folder.path(), &["serve"]).stderr).unwrap();
    assert!(damaged.contains("is not a key of Guildhall"), "{damaged}");
    assert!(!damaged.contains("1234"), "{damaged}");
    fs::remove_file(&key).unwrap();
    let lost = output(folder.path(), &["serve"]);
    let message = String::from_utf8(lost.stderr).unwrap();
    assert_eq!(lost.status.code(), Some(1));
    assert!(message.contains("is missing, but the database is not empty"), "{message}");
    assert!(!key.exists());
    assert!(!message.contains(whole.trim()));
}

#[test]
fn wrong_settings_and_a_taken_port_end_the_start_with_a_message() {
    let folder = tempfile::tempdir().unwrap();
    let misspelled = guildhall(folder.path()).env("GUILDHALL_LISTNE", "x").output().unwrap();
    let message = String::from_utf8(misspelled.stderr).unwrap();
    assert_eq!(misspelled.status.code(), Some(1));
    assert!(message.contains("did you mean `listen`?"), "{message}");

    let server = Server::start(folder.path());
    let second = guildhall(folder.path()).env("GUILDHALL_LISTEN", server.address()).output();
    let message = String::from_utf8(second.unwrap().stderr).unwrap();
    assert!(message.contains("which cannot be taken"), "{message}");

    let unreachable = guildhall(folder.path())
        .env("GUILDHALL_LISTEN", "127.0.0.1:0")
        .env("GUILDHALL_DATABASE", "postgres://guild:hunter2@127.0.0.1:1/none")
        .output()
        .unwrap();
    let message = String::from_utf8(unreachable.stderr).unwrap();
    assert_eq!(unreachable.status.code(), Some(1));
    assert!(message.contains("postgres://guild:********@127.0.0.1:1/none"), "{message}");
    assert!(!message.contains("hunter2"), "{message}");
}

#[test]
fn config_check_and_migrate_say_what_they_did() {
    let folder = tempfile::tempdir().unwrap();
    let check = output(folder.path(), &["config", "check"]);
    assert!(check.status.success());
    assert!(String::from_utf8(check.stdout).unwrap().contains("The configuration can be used."));
    fs::write(folder.path().join("guildhall.toml"), "nonsense = 1").unwrap();
    let wrong = output(folder.path(), &["config", "check"]);
    assert_eq!(wrong.status.code(), Some(1));
    fs::remove_file(folder.path().join("guildhall.toml")).unwrap();

    let first = output(folder.path(), &["migrate"]);
    assert!(String::from_utf8(first.stdout).unwrap().contains("Ran 0001"));
    let second = output(folder.path(), &["migrate"]);
    assert!(String::from_utf8(second.stdout).unwrap().contains("newest version already"));
}
