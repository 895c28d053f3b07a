//! The program is killed, or told to stop, while it is busy: nothing that it has acknowledged is
//! lost, and nothing is half done.

use std::collections::BTreeMap;
use std::sync::mpsc::{Sender, channel};
use std::thread;

use guildhall_testkit::{HttpAnswer, HttpClient, SeededEntropy};

use super::founded::Founded;
use super::server::{Server, guildhall};

/// How many clients work at a time, and on how many changes at most each.
const CLIENTS: usize = 6;
const MOST: usize = 400;

/// A change that a client asked for.
#[derive(Clone, Debug)]
enum Change {
    Invite { email: String },
    Withdraw { email: String, id: String },
    AddRole { name: String },
}

/// A change with the key under which it may be asked for again.
#[derive(Clone, Debug)]
struct Asked {
    change: Change,
    key: String,
}

/// What is known to be done.
#[derive(Debug, Default)]
struct Ledger {
    /// Invited addresses, with the invitation as long as it stands.
    invited: BTreeMap<String, Option<String>>,
    roles: Vec<String>,
    /// The ids of the requests that were acknowledged.
    requests: Vec<String>,
}

impl Asked {
    fn send(&self, founded: &Founded, client: &mut HttpClient) -> std::io::Result<HttpAnswer> {
        let key = [("idempotency-key", self.key.as_str())];
        match &self.change {
            Change::Invite { email } => {
                let body = format!(r#"{{"emails":["{email}"],"role":"member"}}"#);
                client.send("POST", &founded.path("/invitations"), &key, &body)
            }
            Change::Withdraw { id, .. } => {
                client.send("DELETE", &founded.path(&format!("/invitations/{id}")), &key, "")
            }
            Change::AddRole { name } => {
                let body = format!(r#"{{"name":"{name}","permissions":["can_invite"]}}"#);
                client.send("POST", &founded.path("/roles"), &key, &body)
            }
        }
    }
}

impl Ledger {
    fn note(&mut self, asked: Asked, answer: &HttpAnswer) {
        assert!(matches!(answer.status, 201 | 204), "{asked:?}: {answer:?}");
        self.requests.push(answer.header("x-request-id").to_owned());
        match asked.change {
            Change::Invite { email } => {
                let body: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
                let id = body[0]["id"].as_str().unwrap().to_owned();
                assert!(self.invited.insert(email, Some(id)).is_none());
            }
            Change::Withdraw { email, .. } => {
                assert!(self.invited.insert(email, None).is_some());
            }
            Change::AddRole { name } => self.roles.push(name),
        }
    }

    /// The database holds what was acknowledged, all of it whole, and nothing else.
    fn check(&self, founded: &Founded) {
        let texts = |sql, column: &str| -> Vec<String> {
            founded.rows(sql).iter().map(|row| row.text(column).unwrap().to_owned()).collect()
        };
        let integrity = texts("pragma integrity_check", "integrity_check");
        assert_eq!(integrity, ["ok"]);
        assert!(founded.rows("pragma foreign_key_check").is_empty());
        let invited = founded.rows("select email, status from invitation order by email");
        let expected: Vec<(&str, &str)> = self
            .invited
            .iter()
            .map(|(email, id)| (email.as_str(), if id.is_some() { "pending" } else { "withdrawn" }))
            .collect();
        let invited: Vec<(&str, &str)> = invited
            .iter()
            .map(|row| (row.text("email").unwrap(), row.text("status").unwrap()))
            .collect();
        assert_eq!(invited, expected);
        let mut roles = self.roles.clone();
        roles.sort();
        assert_eq!(texts("select name from role order by name", "name"), roles);
        self.check_traces(founded);
    }

    /// Every change has left everything that belongs to it.
    fn check_traces(&self, founded: &Founded) {
        let audited = founded.rows("select request_id from audit_event");
        let audited: Vec<Option<&str>> =
            audited.iter().map(|row| row.opt_text("request_id").unwrap()).collect();
        for request in &self.requests {
            let events = audited.iter().filter(|id| **id == Some(request)).count();
            assert_eq!(events, 1, "events of the request {request}");
        }
        let number = |sql| founded.number(sql);
        let mails = "select count(*) as many from outbox where kind = 'invitation'";
        assert_eq!(number(mails), self.invited.len() as i64);
        let standing = self.invited.values().flatten().count() as i64;
        let facts = "select count(*) as many from relationship where object_kind = 'invitation'";
        assert_eq!(number(facts), 3 * standing);
        // One event for each revision of the organization but the first, which its founding made.
        let gaps = "select count(*) as many from scope s where s.id like 'org_%' and s.revision <>
            1 + (select count(distinct e.revision) from audit_event e
                 where e.scope = s.id and e.revision > 1)";
        assert_eq!(number(gaps), 0);
        // The history adds up to the present.
        let history = "select count(*) as many from (
            select sum(2 * added - 1) as n from relationship_change
            group by scope, object_kind, object_id, relation, subject_kind, subject_id,
                subject_relation having sum(2 * added - 1) = 1) t";
        assert_eq!(number(history), number("select count(*) as many from relationship"));
    }
}

/// Asks for one change after the other until the server is gone. Answers what was acknowledged,
/// and what may or may not have been done.
fn work(
    founded: &Founded,
    address: &str,
    name: &str,
    told: &Sender<()>,
) -> (Vec<(Asked, HttpAnswer)>, Option<Asked>) {
    let mut client = founded.program(address);
    let mut done: Vec<(Asked, HttpAnswer)> = Vec::new();
    let mut standing: Vec<(String, String)> = Vec::new();
    for at in 0..MOST {
        let change = match at % 4 {
            3 if !standing.is_empty() => {
                let (email, id) = standing.remove(0);
                Change::Withdraw { email, id }
            }
            // An organization has at most a hundred roles.
            2 if at < 12 => Change::AddRole { name: format!("{name} {at}") },
            _ => Change::Invite { email: format!("{name}.{at}@partner.example") },
        };
        let asked = Asked { change, key: format!("{name}-{at}") };
        let Ok(answer) = asked.send(founded, &mut client) else { return (done, Some(asked)) };
        if let Change::Invite { email } = &asked.change
            && answer.status == 201
        {
            let body: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
            standing.push((email.clone(), body[0]["id"].as_str().unwrap().to_owned()));
        }
        done.push((asked, answer));
        // Whoever listens may have seen enough.
        let _ = told.send(());
    }
    (done, None)
}

fn start(founded: &Founded) -> Server {
    let mut command = guildhall(founded.folder.path());
    Server::run(command.env("GUILDHALL_THROTTLE__INVITATIONS_PER_HOUR", "1000000"))
}

#[test]
fn what_was_acknowledged_survives_any_end_and_nothing_is_half_done() {
    let chance = SeededEntropy::printed();
    let founded = Founded::on_sqlite();
    let mut ledger = Ledger::default();
    for (round, signal) in ["-KILL", "-KILL", "-KILL", "-TERM", "-KILL"].into_iter().enumerate() {
        let server = start(&founded);
        let enough = 1 + chance.below(CLIENTS * MOST / 8);
        let (told, seen) = channel();
        let ended = thread::scope(|scope| {
            let clients: Vec<_> = (0..CLIENTS)
                .map(|client| {
                    let (founded, address, told) = (&founded, server.address(), told.clone());
                    let name = format!("r{round}c{client}");
                    scope.spawn(move || work(founded, address, &name, &told))
                })
                .collect();
            // The clients go on while the signal is sent.
            seen.iter().take(enough).for_each(drop);
            server.signal(signal);
            clients.into_iter().map(|client| client.join().unwrap()).collect::<Vec<_>>()
        });
        let (code, log) = server.end();
        assert_eq!(code, (signal == "-TERM").then_some(0), "{log}");
        let mut open = Vec::new();
        for (done, unknown) in ended {
            done.into_iter().for_each(|(asked, answer)| ledger.note(asked, &answer));
            open.extend(unknown);
        }
        assert!(ledger.requests.len() >= enough);
        repeat(&founded, &mut ledger, open);
        ledger.check(&founded);
    }
}

/// Asks again, under the same keys, for what was not answered: each is done once in the end,
/// whether or not it was done before.
fn repeat(founded: &Founded, ledger: &mut Ledger, open: Vec<Asked>) {
    let server = start(founded);
    let mut client = founded.program(server.address());
    for asked in open {
        let answer = asked.send(founded, &mut client).unwrap();
        let replayed = answer.header("idempotency-replayed") == "true";
        ledger.note(asked, &answer);
        if replayed {
            // Its event carries the id of the request that was not answered.
            ledger.requests.pop();
        }
    }
    server.signal("-TERM");
    assert_eq!(server.end().0, Some(0));
}
