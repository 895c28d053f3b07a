//! One throwaway PostgreSQL server for this process, which ends with it whatever ends it.

use std::io::{self, BufRead, BufReader, Write};
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::{env, fs, thread};

use tokio_postgres::NoTls;

use crate::database::say_missing;

const USER: &str = "guildhall";
const READY: &str = "database system is ready to accept connections";
const ENDED: &str = "database system is shut down";
const FAILED: &str = "FATAL:";

/// Makes and runs the server, and stops it and removes its folder once nothing holds the other end
/// of the standard input any more: at the end of the process that started it, however that comes.
/// Before, a line `stop` ends it as a crash would, and a line `start` runs it again.
///
/// Arguments: the folder of the programs, the folder of the server, the arguments of the server.
/// Text is sorted as people do where the server can, because production databases do so too.
const KEEPER: &str = r#"
bin=$1 dir=$2
shift 2
exec 3<&0 </dev/null
make() {
    "$bin/initdb" -D "$dir/data" -U guildhall -A trust -E UTF8 --no-sync --locale=C "$@" \
        >"$dir/log" 2>&1
}
run() {
    "$bin/postgres" -D "$dir/data" "$@" 3<&- &
    server=$!
}
stop() {
    kill -QUIT "$server" 2>/dev/null
    wait "$server"
}
make --locale-provider=icu --icu-locale=en-US || make || {
    cat "$dir/log" >&2
    rm -rf "$dir"
    exit 1
}
run "$@"
while read -r order <&3; do
    case $order in
    stop) stop ;;
    start) run "$@" ;;
    esac
done
stop
rm -rf "$dir"
"#;

/// What the server does without, because nothing of it outlives the test.
const SETTINGS: [&str; 13] = [
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "max_connections=100",
    "shared_buffers=16MB",
    "max_wal_size=4GB",
    "fsync=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "autovacuum=off",
    "jit=off",
    "log_min_messages=log",
    "lc_messages=C",
];

/// A running PostgreSQL server.
#[derive(Debug)]
pub(crate) struct Cluster {
    port: u16,
    requests: Sender<Request>,
    created: AtomicU32,
    /// Holds the standard input that the keeper watches.
    _keeper: Keeper,
}

/// A PostgreSQL server of one test, which can be away and come back with what was committed.
#[derive(Debug)]
pub struct PostgresServer {
    port: u16,
    keeper: Keeper,
}

/// The process that keeps a server, and what the server says.
#[derive(Debug)]
struct Keeper {
    process: Child,
    log: Mutex<Receiver<String>>,
}

#[derive(Debug)]
struct Request {
    statement: String,
    done: Sender<Result<(), tokio_postgres::Error>>,
}

impl Cluster {
    /// The server of this process, started at the first call; `None` if none is installed.
    pub(crate) fn of_this_process() -> Option<&'static Self> {
        static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
        CLUSTER.get_or_init(|| programs().map(|programs| Self::start(&programs))).as_ref()
    }

    fn start(programs: &Path) -> Self {
        let (port, keeper) = anywhere(programs);
        let (requests, received) = channel();
        let url = address(port, "postgres");
        thread::spawn(move || administer(&url, &received));
        Self { port, requests, created: AtomicU32::new(0), _keeper: keeper }
    }

    /// The address of one of its databases.
    pub(crate) fn url(&self, name: &str) -> String {
        address(self.port, name)
    }

    /// Create a database, empty or as a copy, and return its name. What is connected to the one
    /// that is copied is cut off: a client closing at that moment need not be waited for.
    pub(crate) fn create(&self, template: Option<&str>) -> String {
        let name = format!("test_{}", self.created.fetch_add(1, Ordering::SeqCst) + 1);
        if let Some(template) = template {
            let all = format!("from pg_stat_activity where datname = '{template}'");
            drop(self.request(format!("select pg_terminate_backend(pid) {all}")));
        }
        let template = template.unwrap_or("template1");
        let statement = format!("create database {name} template {template}");
        let result = self.request(statement).recv().expect("the server is there");
        result.unwrap_or_else(|error| panic!("no database was made of {template}: {error:?}"));
        name
    }

    /// Do at once what the server of a real installation does in the background.
    pub(crate) fn settle(&self, name: &str) {
        let (requests, received) = channel();
        let url = self.url(name);
        let worker = thread::spawn(move || administer(&url, &received));
        let (done, result) = channel();
        let statement = "vacuum (analyze)".to_owned();
        requests.send(Request { statement, done }).expect("the connection waits");
        result.recv().expect("an answer").expect("the database is vacuumed");
        drop(requests);
        worker.join().expect("the connection ends");
    }

    /// Drop a database soon, whoever still uses it.
    pub(crate) fn drop(&self, name: &str) {
        drop(self.request(format!("drop database {name} with (force)")));
    }

    fn request(&self, statement: String) -> Receiver<Result<(), tokio_postgres::Error>> {
        let (done, result) = channel();
        // Should the other end be gone, so is `done`, and the receiver tells.
        let _ = self.requests.send(Request { statement, done });
        result
    }
}

fn address(port: u16, name: &str) -> String {
    format!("postgres://{USER}@127.0.0.1:{port}/{name}")
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    listener.local_addr().expect("the port is known").port()
}

/// The folder of PostgreSQL's programs: that of `initdb` on the path, or else the newest one.
fn programs() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let on_path = env::split_paths(&path).filter_map(|folder| {
        fs::canonicalize(folder.join("initdb")).ok()?.parent().map(Into::into)
    });
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    let number =
        |folder: &PathBuf| -> Option<u32> { folder.parent()?.file_name()?.to_str()?.parse().ok() };
    versions.sort_by_key(|folder| std::cmp::Reverse(number(folder)));
    let whole = |folder: &PathBuf| {
        ["initdb", "postgres"].iter().all(|program| folder.join(program).is_file())
    };
    on_path.chain(versions).find(whole)
}

/// Starts a server on a free port.
fn anywhere(programs: &Path) -> (u16, Keeper) {
    let mut failure = String::new();
    // Another process may take the port between its finding and the server's start.
    for _ in 0..3 {
        let port = free_port();
        match launch(programs, port) {
            Ok(keeper) => return (port, keeper),
            Err(error) => failure = error.to_string(),
        }
    }
    panic!("PostgreSQL did not start: {failure}");
}

fn launch(programs: &Path, port: u16) -> io::Result<Keeper> {
    let folder = tempfile::Builder::new().prefix("guildhall-postgres-").tempdir()?;
    let mut command = Command::new("sh");
    command.args(["-c", KEEPER, "keeper"]).arg(programs).arg(folder.path());
    command.args(["-p", &port.to_string()]);
    command.args(SETTINGS.iter().flat_map(|setting| ["-c", setting]));
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    command.env_clear().envs(env::vars_os().filter(|(name, _)| name == "PATH"));
    // An interrupt from the terminal ends the test; the keeper then ends the server.
    command.current_dir(folder.path()).process_group(0);
    // PostgreSQL refuses to run as root.
    if fs::metadata(folder.path())?.uid() == 0 {
        let (user, group) = account("postgres").ok_or_else(|| {
            io::Error::other("it cannot run as root, and no user `postgres` exists")
        })?;
        chown(folder.path(), Some(user), Some(group))?;
        command.uid(user).gid(group);
    }
    let mut process = command.spawn()?;
    // From here on the keeper removes the folder.
    let _ = folder.keep();
    let said = process.stderr.take().map(BufReader::new).ok_or(io::ErrorKind::BrokenPipe)?;
    let (lines, log) = channel();
    // Read to its end, so that the server never waits for somebody to listen.
    thread::spawn(move || {
        said.lines().map_while(Result::ok).for_each(|line| drop(lines.send(line)))
    });
    let keeper = Keeper { process, log: Mutex::new(log) };
    keeper.until(READY, &[ENDED, FAILED])?;
    Ok(keeper)
}

impl Keeper {
    /// Waits until the server says something; an error if it says one of the others before.
    fn until(&self, awaited: &str, others: &[&str]) -> io::Result<()> {
        let mut said = Vec::new();
        let log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        for line in log.iter() {
            if line.contains(awaited) {
                return Ok(());
            }
            let other = others.iter().any(|other| line.contains(other));
            said.push(line);
            if other {
                break;
            }
        }
        Err(io::Error::other(said.join("\n")))
    }

    fn order(&mut self, order: &str) {
        let input = self.process.stdin.as_mut().expect("the keeper listens");
        writeln!(input, "{order}").expect("the keeper lives");
    }
}

impl PostgresServer {
    /// A new server with one empty database; `None` where PostgreSQL is not installed.
    ///
    /// # Panics
    /// When it does not start, and, with `GUILDHALL_REQUIRE_POSTGRES` set, when PostgreSQL is not
    /// installed.
    #[must_use]
    pub fn start() -> Option<Self> {
        let Some(programs) = programs() else {
            say_missing();
            return None;
        };
        let (port, keeper) = anywhere(&programs);
        Some(Self { port, keeper })
    }

    /// The address of its database.
    #[must_use]
    pub fn url(&self) -> String {
        address(self.port, "postgres")
    }

    /// Ends the server as a crash would: connections break off, new ones are refused.
    ///
    /// # Panics
    /// When the keeper of the server is gone.
    pub fn stop(&mut self) {
        self.keeper.order("stop");
        self.keeper.until(ENDED, &[]).expect("the server ends");
    }

    /// Runs the server again at the same address, and waits until it takes connections.
    ///
    /// # Panics
    /// When it does not start.
    pub fn run_again(&mut self) {
        self.keeper.order("start");
        self.keeper.until(READY, &[ENDED]).expect("the server starts");
    }
}

/// The numbers of a user and its group.
fn account(name: &str) -> Option<(u32, u32)> {
    let accounts = fs::read_to_string("/etc/passwd").ok()?;
    let line = accounts.lines().find(|line| line.split(':').next() == Some(name))?;
    let mut fields = line.split(':').skip(2);
    fields.next()?.parse().ok().zip(fields.next()?.parse().ok())
}

/// Run the statements of all tests, one after the other, on one connection.
fn administer(url: &str, requests: &Receiver<Request>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime of one thread");
    let connected = runtime.block_on(tokio_postgres::connect(url, NoTls));
    let (client, connection) = connected.expect("the server has said that it is ready");
    runtime.spawn(connection);
    for Request { statement, done } in requests {
        let result = runtime.block_on(client.batch_execute(&statement));
        // Whoever asked may have ended.
        let _ = done.send(result);
    }
}
