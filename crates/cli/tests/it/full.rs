//! The disk is full: changes are refused with a clear message, reading goes on, and nothing has to
//! be restarted once there is room.

use std::fs;
use std::process::Command;

use guildhall_testkit::HttpClient;
use rustix::process::{Pid, Resource, Rlimit, getrlimit, prlimit};

use super::founded::Founded;
use super::server::Server;

/// What a file may still grow when the disk becomes full.
const ROOM: u64 = 256 * 1024;

/// A server whose files can be kept from growing. The system's signal about that is ignored, so
/// that the process gets an error from `write`, as it does when a disk is full.
fn start(founded: &Founded) -> Server {
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_guildhall")]);
    command.env_clear().current_dir(founded.folder.path());
    command.env("GUILDHALL_THROTTLE__INVITATIONS_PER_HOUR", "1000000");
    Server::run(&mut command)
}

/// Lets the server's files grow to this size; without one, as far as the tests' own.
fn limit(server: &Server, most: Option<u64>) {
    let pid = Pid::from_raw(server.pid().cast_signed()).expect("a process");
    let own = getrlimit(Resource::Fsize);
    let limit = Rlimit { current: most.or(own.current), maximum: own.maximum };
    prlimit(Some(pid), Resource::Fsize, limit).expect("the limit is set");
}

/// Invites thirty people at once; the status, and the answer's text.
fn invite(founded: &Founded, client: &mut HttpClient, batch: usize) -> (u16, String) {
    let emails: Vec<String> =
        (0..30).map(|at| format!("\"guest.{batch}.{at}@partner.example\"")).collect();
    let body = format!(r#"{{"emails":[{}],"role":"member"}}"#, emails.join(","));
    let answer = client.send("POST", &founded.path("/invitations"), &[], &body).unwrap();
    (answer.status, answer.body)
}

#[test]
fn a_full_disk_stops_changes_and_nothing_else() {
    let founded = Founded::on_sqlite();
    let server = start(&founded);
    let mut client = founded.program(server.address());
    assert_eq!(invite(&founded, &mut client, 0).0, 201);
    let size = |path: &std::path::Path| fs::metadata(path).map_or(0, |about| about.len());
    let log = founded.file().with_extension("db-wal");
    limit(&server, Some(size(&log).max(size(&founded.file())) + ROOM));

    let mut batches = 1;
    let refused = loop {
        let (status, body) = invite(&founded, &mut client, batches);
        if status != 201 {
            break (status, body);
        }
        batches += 1;
        assert!(batches < 100, "the limit is never reached");
    };
    assert_eq!(refused.0, 503, "{}", refused.1);
    assert!(refused.1.contains("\"code\":\"unavailable\""), "{}", refused.1);
    assert!(refused.1.contains("nothing was changed"), "{}", refused.1);
    for _ in 0..5 {
        assert_eq!(invite(&founded, &mut client, batches).0, 503);
    }
    // What is there can be read all the while.
    assert!(server.get("/readyz").starts_with("HTTP/1.1 200"));
    let listed = client.get(&founded.path("/invitations?limit=1")).unwrap();
    assert_eq!(listed.status, 200);
    assert!(listed.body.contains(&format!("\"total\":{}", 30 * batches)), "{}", listed.body);
    check(&founded, batches);

    limit(&server, None);
    assert_eq!(invite(&founded, &mut client, batches).0, 201);
    check(&founded, batches + 1);
    server.signal("-TERM");
    assert_eq!(server.end().0, Some(0));
    check(&founded, batches + 1);
}

/// The batches that were acknowledged are there whole, and nothing of the others.
fn check(founded: &Founded, batches: usize) {
    let integrity = founded.rows("pragma integrity_check");
    assert_eq!(integrity[0].text("integrity_check").unwrap(), "ok");
    let people = 30 * batches as i64;
    assert_eq!(founded.number("select count(*) as many from invitation"), people);
    let facts = "select count(*) as many from relationship where object_kind = 'invitation'";
    assert_eq!(founded.number(facts), 3 * people);
    let mails = "select count(*) as many from outbox where kind = 'invitation'";
    assert_eq!(founded.number(mails), people);
    let events = "select count(*) as many from audit_event where action = 'invitation.create'";
    assert_eq!(founded.number(events), batches as i64);
}
