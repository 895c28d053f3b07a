//! What an operator does at the command line, and the demonstration.

use std::fs::Permissions;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Stdio};

use guildhall_testkit::{Answer, SmtpServer};
use tokio::runtime::Runtime;

use super::server::{Server, guildhall, output};

/// The text that a command printed, which must have succeeded.
fn said(folder: &std::path::Path, arguments: &[&str]) -> String {
    let ended = output(folder, arguments);
    let (said, failed) = (String::from_utf8(ended.stdout), String::from_utf8(ended.stderr));
    assert!(ended.status.success(), "{arguments:?}: {}", failed.unwrap());
    said.unwrap()
}

#[test]
fn a_locked_out_person_gets_a_link_and_an_administrator_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let made = said(folder, &["user", "create", "Maya@Acme.example", "--first", "Maya"]);
    assert!(made.contains("maya@acme.example has an account now (user_"), "{made}");
    assert!(made.contains("http://localhost:8080/reset/ghr_"), "{made}");
    let again = output(folder, &["user", "create", "maya@acme.example", "--first", "Maya"]);
    let message = String::from_utf8(again.stderr).unwrap();
    assert_eq!(again.status.code(), Some(1));
    assert!(message.contains("this address has an account already"), "{message}");

    let reset = said(folder, &["user", "reset-password", "maya@acme.example"]);
    assert!(reset.contains("/reset/ghr_") && reset.contains("works once"), "{reset}");
    let unknown = output(folder, &["user", "reset-password", "eve@acme.example"]);
    let message = String::from_utf8(unknown.stderr).unwrap();
    assert!(message.contains("no account with the address `eve@acme.example`"), "{message}");

    let appointed = said(folder, &["user", "make-system-admin", "maya@acme.example"]);
    assert!(appointed.contains("administers this installation now"), "{appointed}");
    let last = output(folder, &["user", "remove-system-admin", "maya@acme.example"]);
    let message = String::from_utf8(last.stderr).unwrap();
    assert!(message.contains("appoint another first"), "{message}");
    said(folder, &["user", "create", "bob@acme.example", "--first", "Bob"]);
    said(folder, &["user", "make-system-admin", "bob@acme.example"]);
    let dismissed = said(folder, &["user", "remove-system-admin", "maya@acme.example"]);
    assert!(dismissed.contains("no longer administers"), "{dismissed}");
}

#[test]
fn a_test_mail_tells_whether_the_mail_settings_work() {
    let folder = tempfile::tempdir().unwrap();
    let none = output(folder.path(), &["mail", "test", "maya@acme.example"]);
    let message = String::from_utf8(none.stderr).unwrap();
    assert_eq!(none.status.code(), Some(1));
    assert!(message.contains("no mail server is configured: set `smtp.host`"), "{message}");

    let runtime = Runtime::new().unwrap();
    let server = runtime.block_on(SmtpServer::start());
    let test = || {
        let mut command = guildhall(folder.path());
        command.env("GUILDHALL_SMTP__HOST", "127.0.0.1").env("GUILDHALL_SMTP__SECURITY", "none");
        command.env("GUILDHALL_SMTP__PORT", server.port().to_string());
        command.args(["mail", "test", "Maya@acme.example"]).output().unwrap()
    };
    let taken = test();
    let message = String::from_utf8(taken.stdout).unwrap();
    assert!(message.contains("took the mail to maya@acme.example"), "{message}");
    assert_eq!(server.mails().len(), 1);
    server.answer(Answer::Refuse);
    let refused = test();
    let message = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(1));
    assert!(message.contains("did not take the mail") && message.contains("550"), "{message}");
    assert!(!folder.path().join("data").exists(), "no installation is needed");
}

#[test]
fn the_first_starts_print_a_link_until_there_is_an_administrator() {
    let folder = tempfile::tempdir().unwrap();
    let link = || {
        let mut server = Server::start(folder.path());
        server.signal("-TERM");
        let printed = server.printed();
        let link = printed.split_whitespace().find(|word| word.contains("/setup/ghb_"));
        let (code, log) = server.end();
        assert_eq!(code, Some(0));
        assert!(!log.contains("ghb_"), "the link stands in no log: {log}");
        link.map(str::to_owned)
    };
    let first = link().expect("a link");
    assert!(first.starts_with("http://localhost:8080/setup/ghb_"), "{first}");
    assert_ne!(link().expect("another link"), first);
    said(folder.path(), &["user", "create", "maya@acme.example", "--first", "Maya"]);
    said(folder.path(), &["user", "make-system-admin", "maya@acme.example"]);
    assert_eq!(link(), None);
}

#[test]
fn the_demonstration_tells_its_sign_ins_and_shows_its_mails() {
    let folder = tempfile::tempdir().unwrap();
    let mut demo = Demo::start(folder.path());
    assert!(demo.printed.contains("alice@northwind.example"), "{}", demo.printed);
    let page = Server::get_from(&demo.address, "/dev/mails");
    for text in
        ["Alice Lindqvist", "Invitation to join “Northwind Labs”", "tomas@northwind.example"]
    {
        assert!(page.contains(text), "{text} is missing in {page}");
    }
    let start = page.find("/dev/mails/mail_").expect("a link to a mail");
    let path: String = page[start..].chars().take_while(|c| *c != '"').collect();
    assert!(Server::get_from(&demo.address, &path).contains("/invitation/ghi_"));
    assert!(Server::get_from(&demo.address, "/dev/components").starts_with("HTTP/1.1 200"));
    demo.end();
    assert!(std::fs::read_dir(folder.path()).unwrap().next().is_none(), "nothing is left here");
}

#[test]
fn the_demonstration_has_a_cluster_and_leaves_nothing_of_it() {
    if guildhall_testkit::postgres().is_none() {
        return;
    }
    // It ends in order also while the cluster is just being made.
    for wait in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        // As root, another user runs PostgreSQL and has to get there.
        std::fs::set_permissions(folder.path(), Permissions::from_mode(0o711)).unwrap();
        let mut demo = Demo::start(folder.path());
        while wait && !is_ready(folder.path()) {
            std::thread::yield_now();
        }
        demo.end();
        let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
        assert!(left.is_empty(), "{left:?}");
        let at = folder.path().to_str().unwrap();
        let processes = std::fs::read_dir("/proc").unwrap().flatten();
        let commands = processes.filter_map(|one| std::fs::read(one.path().join("cmdline")).ok());
        let mut commands = commands.map(|line| String::from_utf8_lossy(&line).into_owned());
        assert_eq!(commands.find(|line| line.contains(at)), None);
    }
}

/// Whether the one cluster of the demonstration in a folder takes connections.
fn is_ready(folder: &std::path::Path) -> bool {
    let inside = |folder: std::path::PathBuf| {
        let first = std::fs::read_dir(folder).ok()?.flatten().next()?;
        Some(first.path())
    };
    let cluster = inside(folder.to_owned()).and_then(|demo| inside(demo.join("data/clusters")));
    cluster.is_some_and(|cluster| cluster.join("prepared").exists())
}

struct Demo {
    child: Child,
    address: String,
    printed: String,
}

impl Demo {
    fn start(folder: &std::path::Path) -> Self {
        // The address has to be known beforehand, since the links in mails carry it.
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let address = format!("127.0.0.1:{port}");
        let mut child = guildhall(folder)
            .arg("demo")
            .env("TMPDIR", folder)
            .env("GUILDHALL_LISTEN", &address)
            .env("GUILDHALL_BASE_URL", format!("http://{address}"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut printed = String::new();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        while !printed.contains("Ctrl-C") {
            assert!(lines.read_line(&mut printed).unwrap() > 0, "it ended early: {printed}");
        }
        Self { child, address, printed }
    }

    fn end(&mut self) {
        let pid = self.child.id().to_string();
        assert!(
            std::process::Command::new("kill").args(["-TERM", &pid]).status().unwrap().success()
        );
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
