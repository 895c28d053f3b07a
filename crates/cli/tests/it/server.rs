//! The program as a process of its own, which the tests start, ask, signal and end.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

/// A `guildhall serve` on a free port, ended when dropped.
pub(crate) struct Server {
    child: Child,
    address: String,
    log: Receiver<String>,
}

pub(crate) fn guildhall(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_guildhall"));
    command.env_clear().current_dir(folder);
    command
}

pub(crate) fn output(folder: &Path, arguments: &[&str]) -> Output {
    guildhall(folder).args(arguments).output().unwrap()
}

impl Server {
    pub(crate) fn start(folder: &Path) -> Self {
        Self::run(&mut guildhall(folder))
    }

    /// Runs `guildhall serve` by a command that may have more to it, and waits until it is ready.
    pub(crate) fn run(command: &mut Command) -> Self {
        let mut child = command
            .arg("serve")
            .env("GUILDHALL_LISTEN", "127.0.0.1:0")
            .env("GUILDHALL_LOG__FORMAT", "json")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let mut seen = String::new();
        let ready = loop {
            let mut line = String::new();
            let read = log.read_line(&mut line).unwrap();
            seen += &line;
            assert!(read > 0, "the server did not start:\n{seen}");
            let entry: serde_json::Value = serde_json::from_str(&line).unwrap();
            if entry["message"] == "ready" {
                break entry;
            }
        };
        let address = ready["listen"].as_str().unwrap().to_owned();
        let (lines, log_lines) = channel();
        // Read to its end, so that the server never waits for somebody to listen.
        thread::spawn(move || log.lines().map_while(Result::ok).for_each(|l| drop(lines.send(l))));
        Self { child, address, log: log_lines }
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// The number of its process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The next line of its log.
    pub(crate) fn next_line(&self) -> String {
        self.log.recv().expect("the log goes on")
    }

    pub(crate) fn get(&self, path: &str) -> String {
        Self::get_from(&self.address, path)
    }

    /// What it printed beside its log, once it has ended.
    pub(crate) fn printed(&mut self) -> String {
        let mut printed = String::new();
        self.child.stdout.take().unwrap().read_to_string(&mut printed).unwrap();
        printed
    }

    pub(crate) fn get_from(address: &str, path: &str) -> String {
        let mut stream = TcpStream::connect(address).unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    pub(crate) fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([name, &pid]).status().unwrap().success());
    }

    /// Waits for the end; its exit code and the rest of its log.
    pub(crate) fn end(mut self) -> (Option<i32>, String) {
        let log = self.log.iter().collect::<Vec<_>>().join("\n");
        (self.child.wait().unwrap().code(), log)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
