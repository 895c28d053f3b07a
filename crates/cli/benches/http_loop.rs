//! A member is invited, accepts, gets another role and is removed: over HTTP, on a server that
//! listens, by clients whose connections stay open.
//!
//! `./dev bench http_loop` prints the rate and what bounds it; docs/performance.md explains.

use std::fs::{self, DirBuilder, File, Permissions};
use std::io::{BufRead, BufReader, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use guildhall_app::account::{CreateUser, Names};
use guildhall_app::api_key::CreateApiKey;
use guildhall_app::organization::ListMyOrganizations;
use guildhall_app::{Actor, App, AppParts, Call, MasterKey, NewPassword, Settings, Vault, Via};
use guildhall_model::{
    Clock, Email, OrganizationId, SessionId, SystemClock, SystemEntropy, UserId,
};
use guildhall_store::{Database, Options};
use guildhall_testkit::HttpClient;

const CLIENTS: [usize; 3] = [1, 8, 32];
const SPAN: Duration = Duration::from_secs(5);

/// Somebody with an account, an organization of their own and a key.
struct Somebody {
    id: UserId,
    email: Email,
    key: String,
    organization: OrganizationId,
}

/// What a process has used so far.
#[derive(Clone, Copy)]
struct Usage {
    at: Instant,
    processor: Duration,
    commits: f64,
    changes: f64,
}

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    DirBuilder::new().mode(0o700).create(&data).expect("a folder");
    let key = data.join("guildhall.key");
    fs::write(&key, format!("ghm_{}\n", "07".repeat(32))).expect("a key");
    fs::set_permissions(&key, Permissions::from_mode(0o600)).expect("a private key");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let most = CLIENTS[CLIENTS.len() - 1];
    let file = data.join("guildhall.db");
    let people = Arc::new(runtime.block_on(found(&file, 2 * most)));
    fs::set_permissions(&file, Permissions::from_mode(0o600)).expect("a private file");
    drop(runtime);
    println!("one write with its sync takes {:.2} ms here", sync_time(&data).as_secs_f64() * 1e3);
    let (mut server, address) = serve(folder.path());
    for clients in CLIENTS {
        let before = usage(&server, &address);
        let requests: usize = thread::scope(|scope| {
            let workers: Vec<_> = (0..clients)
                .map(|client| {
                    let (owner, guest) = (&people[client], &people[most + client]);
                    let address = &address;
                    scope.spawn(move || work(address, owner, guest))
                })
                .collect();
            workers.into_iter().map(|worker| worker.join().expect("no panic")).sum()
        });
        report(clients, requests, before, usage(&server, &address));
    }
    server.kill().expect("it runs");
    server.wait().expect("it ends");
}

/// Goes round and round for the time of the measurement. Answers how many requests were answered.
fn work(address: &str, owner: &Somebody, guest: &Somebody) -> usize {
    let bearer = |of: &Somebody| format!("Bearer {}", of.key);
    let mut owns = HttpClient::new(address).with("authorization", &bearer(owner));
    let mut joins = HttpClient::new(address).with("authorization", &bearer(guest));
    let at = format!("/api/v1/organizations/{}", owner.organization);
    let member = format!("{at}/members/{}", guest.id);
    let invite = format!(r#"{{"emails":["{}"],"role":"member"}}"#, guest.email);
    let mut requests = 0;
    let start = Instant::now();
    while start.elapsed() < SPAN {
        let invited = send(&mut owns, "POST", &format!("{at}/invitations"), &invite);
        let invited: serde_json::Value = serde_json::from_str(&invited).expect("JSON");
        let invitation = invited[0]["id"].as_str().expect("an id");
        send(&mut joins, "POST", &format!("{at}/invitations/{invitation}/accept"), "");
        send(&mut owns, "PATCH", &member, r#"{"role":"admin"}"#);
        send(&mut owns, "DELETE", &member, "");
        requests += 4;
    }
    requests
}

fn send(client: &mut HttpClient, method: &str, path: &str, body: &str) -> String {
    let answer = client.send(method, path, &[], body).expect("an answer");
    assert!(answer.status < 300, "{method} {path}: {} {}", answer.status, answer.body);
    answer.body
}

fn report(clients: usize, requests: usize, before: Usage, after: Usage) {
    let took = (after.at - before.at).as_secs_f64();
    let rate = requests as f64 / took;
    let processor = (after.processor - before.processor).as_secs_f64();
    let commits = after.commits - before.commits;
    let cores = thread::available_parallelism().map_or(1, usize::from);
    println!(
        "{clients:>2} clients: {rate:.0} changes/s, {:.2} ms each; {:.1} changes to a commit, \
         {:.0} commits/s; the server used {:.2} of {cores} cores, {:.2} ms of them a change",
        took * 1e3 * clients as f64 / requests as f64,
        (after.changes - before.changes) / commits,
        commits / took,
        processor / took,
        processor * 1e3 / requests as f64,
    );
}

fn usage(server: &Child, address: &str) -> Usage {
    let stat = fs::read_to_string(format!("/proc/{}/stat", server.id())).expect("Linux says so");
    // After the name in parentheses: the 12th and 13th are ticks of a hundredth of a second.
    let (_, rest) = stat.rsplit_once(") ").expect("a name");
    let ticks: u64 =
        rest.split(' ').skip(11).take(2).map(|ticks| ticks.parse::<u64>().expect("a number")).sum();
    let metrics = HttpClient::new(address).get("/metrics").expect("the metrics").body;
    let number = |name: &str| {
        let line = metrics.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|value| value.trim().parse().ok()).unwrap_or(0.0)
    };
    Usage {
        at: Instant::now(),
        processor: Duration::from_millis(10 * ticks),
        commits: number("guildhall_commit_group_count "),
        changes: number("guildhall_commit_group_sum "),
    }
}

/// How long the disk takes to hold a few kilobytes for good, where the file has its size already,
/// as the log of the database has after a while.
fn sync_time(folder: &Path) -> Duration {
    const TIMES: u32 = 200;
    let mut file = File::create(folder.join("sync")).expect("a file");
    file.write_all(&vec![7; 8192 * TIMES as usize]).expect("it is written");
    file.sync_all().expect("it is held");
    file.rewind().expect("from its start");
    let start = Instant::now();
    for _ in 0..TIMES {
        file.write_all(&[8; 8192]).expect("it is written");
        file.sync_data().expect("it is held");
    }
    start.elapsed() / TIMES
}

fn serve(folder: &Path) -> (Child, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_guildhall"))
        .arg("serve")
        .env_clear()
        .env("GUILDHALL_LISTEN", "127.0.0.1:0")
        .env("GUILDHALL_LOG__FORMAT", "json")
        .env("GUILDHALL_THROTTLE__INVITATIONS_PER_HOUR", "1000000")
        .env("GUILDHALL_THROTTLE__INVITATIONS_PER_RECIPIENT", "10000")
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let mut log = BufReader::new(child.stderr.take().expect("a log")).lines();
    let address = log.find_map(|line| {
        let entry: serde_json::Value = serde_json::from_str(&line.ok()?).ok()?;
        let ready = entry["message"] == "ready";
        ready.then(|| entry["listen"].as_str().map(str::to_owned)).flatten()
    });
    // Read to its end, so that the server never waits for somebody to listen.
    thread::spawn(move || log.for_each(drop));
    (child, address.expect("the server is ready"))
}

async fn found(file: &Path, people: usize) -> Vec<Somebody> {
    let url = format!("sqlite:{}", file.display()).parse().expect("an address");
    let database = Database::open(&url, Options::default()).await.expect("it opens");
    database.migrate().await.expect("migrations run");
    let parts = AppParts {
        database,
        settings: Settings::default(),
        master_key: MasterKey::new([7; 32]),
        vault: Vault::derived(&MasterKey::new([7; 32])),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
    };
    let app = App::open(parts).await.expect("the application opens");
    let text = "marble-otter-lantern-92".parse().expect("a password");
    let password = app.passwords().choose(text, Vec::new()).await.expect("strong enough");
    let mut all = Vec::with_capacity(people);
    for at in 0..people {
        all.push(enter(&app, at, password.clone()).await);
    }
    all
}

async fn enter(app: &App, at: usize, password: NewPassword) -> Somebody {
    let email: Email = format!("person.{at}@example.org").parse().expect("an address");
    let names = Names::new("Ada".parse().ok(), None).expect("a name");
    let new = CreateUser { email: email.clone(), names, password, verified: true };
    let system = Call::of(Actor::System("a benchmark"));
    let id = app.execute(&system, new).await.expect("an account").output;
    let session = SessionId::generate(SystemClock.now(), &SystemEntropy);
    let call = Call::of(Actor::User { id, email: email.clone(), via: Via::Session(session) });
    let key =
        CreateApiKey { user: id, name: "a benchmark".parse().expect("a name"), expires_at: None };
    let key = app.execute(&call, key).await.expect("a key").output.key.0.expose().to_string();
    let mine = app.read(&call, ListMyOrganizations { user: id }).await.expect("an organization");
    Somebody { id, email, key, organization: mine[0].id }
}
