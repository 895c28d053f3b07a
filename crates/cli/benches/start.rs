//! From the start of the process to its first answer, its memory at rest, and the size of the
//! binary.
//!
//! `./dev bench start` measures the binary of the benchmarks; `BENCH_BINARY` names another one.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use guildhall_testkit::HttpClient;

const ROUNDS: usize = 20;
/// How long a process is left alone before its memory is read.
const REST: Duration = Duration::from_secs(2);

struct Server {
    child: Child,
    log: Receiver<String>,
}

impl Server {
    /// Starts the binary on the data of a folder. Answers how long it took to its first answer.
    fn start(binary: &Path, folder: &Path) -> (Self, Duration) {
        let start = Instant::now();
        let mut child = Command::new(binary)
            .arg("serve")
            .env_clear()
            .env("GUILDHALL_LISTEN", "127.0.0.1:0")
            .env("GUILDHALL_LOG__FORMAT", "json")
            .current_dir(folder)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let lines = BufReader::new(child.stderr.take().expect("a log")).lines();
        let (sender, log) = channel();
        thread::spawn(move || lines.map_while(Result::ok).for_each(|l| drop(sender.send(l))));
        let address = log.iter().find_map(|line| {
            let entry: serde_json::Value = serde_json::from_str(&line).ok()?;
            let ready = entry["message"] == "ready";
            ready.then(|| entry["listen"].as_str().map(str::to_owned)).flatten()
        });
        let address = address.expect("the server is ready");
        let answer = HttpClient::new(&address).get("/readyz").expect("an answer");
        let took = start.elapsed();
        assert_eq!(answer.status, 200, "{answer:?}");
        (Self { child, log }, took)
    }

    /// Lets it be for a while, in which it has nothing to say.
    fn rest(&self) {
        while self.log.recv_timeout(REST).is_ok() {}
    }

    /// The memory that is resident, in kilobytes.
    fn memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.expect("Linux says so");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        number.expect("a number of kilobytes")
    }

    fn end(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }
}

fn main() {
    let binary = std::env::var_os("BENCH_BINARY");
    let binary = binary.map_or_else(|| env!("CARGO_BIN_EXE_guildhall").into(), PathBuf::from);
    let size = fs::metadata(&binary).expect("the binary is there").len();
    println!("binary {}: {:.1} MB", binary.display(), size as f64 / 1e6);
    let (mut first, mut again) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let folder = tempfile::tempdir().expect("a folder");
        for times in [&mut first, &mut again] {
            let (server, took) = Server::start(&binary, folder.path());
            times.push(took);
            server.end();
        }
    }
    print("first start, nothing there", &mut first);
    print("start with an empty database", &mut again);
    let folder = tempfile::tempdir().expect("a folder");
    let (server, _) = Server::start(&binary, folder.path());
    server.rest();
    println!("memory at rest: {:.1} MB", server.memory() as f64 * 1024.0 / 1e6);
    server.end();
}

fn print(name: &str, times: &mut [Duration]) {
    times.sort();
    let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
    let middle = milliseconds(times[times.len() / 2]);
    let longest = milliseconds(times[times.len() - 1]);
    println!("{name}: median {middle:.0} ms, longest {longest:.0} ms of {ROUNDS}");
}
