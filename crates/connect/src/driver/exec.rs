//! Makes clusters by a program of the operator: a request in on its standard input, the answer out
//! on its standard output, one verb a call. `docs/how-to/write-a-cluster-driver.md` is for those
//! who write such programs.

use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use guildhall_app::cluster::driver::{
    Answer, Driver, DriverError, Order, Report, Service, Trouble, Verb,
};
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStdin, Command};
use zeroize::Zeroizing;

use super::{LARGEST_ANSWER, read_report, services_or_usual};

/// The exit code of a failure that may pass: `EX_TEMPFAIL` of `sysexits.h`.
const TEMPORARY: i32 = 75;

/// How much is kept of what a program says about its failure.
const TAIL: usize = 8 * 1024;

/// Which program, and how it is run.
#[derive(Clone, Debug)]
pub struct ExecSettings {
    /// The program.
    pub program: PathBuf,
    /// What stands behind it on the command line. No request adds to it.
    pub arguments: Vec<String>,
    /// The variables that it sees, besides those about the request.
    pub environment: Vec<(String, String)>,
    /// The longest that one verb may take.
    pub timeout: Duration,
    /// The services of its clusters; empty means the usual ones.
    pub services: Vec<Service>,
}

/// A driver that runs a program for each verb.
#[derive(Debug)]
pub struct ExecDriver {
    settings: ExecSettings,
}

impl ExecDriver {
    /// Prepares the driver; the program is looked for when there is something to do.
    pub fn new(settings: ExecSettings) -> Self {
        Self { settings }
    }

    async fn run(&self, order: &Order) -> Result<Report, DriverError> {
        let json = serde_json::to_vec(order).map_err(|error| {
            DriverError::permanent("the request to the driver's program cannot be written")
                .because(error)
        })?;
        let json = Zeroizing::new(json);
        let mut group = Group::start(self.command(order)).map_err(|error| {
            let program = self.settings.program.display();
            DriverError::permanent("the driver's program cannot be run")
                .because(format!("`{program}`: {error}"))
        })?;
        let ended = tokio::time::timeout(self.settings.timeout, group.talk(&json)).await;
        // Whatever it left behind in the background goes too.
        group.kill();
        let Ok(ended) = ended else {
            let seconds = self.settings.timeout.as_secs_f32();
            let verb = order.verb.as_str();
            let text = format!("the driver's program did not end `{verb}` within {seconds} s");
            return Err(DriverError::temporary(&text));
        };
        let (status, out, err) = ended.map_err(|error| {
            let text = "the driver's program cannot be talked to";
            DriverError::temporary(text).because(error)
        })?;
        if !status.success() {
            return Err(failure(order.verb, status, out.as_deref(), &err));
        }
        match out {
            Some(out) => read_report("the driver's program", order.verb, &out),
            None => {
                Err(DriverError::permanent("the driver's program answered more than a megabyte"))
            }
        }
    }

    fn command(&self, order: &Order) -> Command {
        let mut command = Command::new(&self.settings.program);
        command.args(&self.settings.arguments).env_clear();
        command.envs(self.settings.environment.iter().map(|(name, value)| (name, value)));
        command.envs(variables(order));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.process_group(0).kill_on_drop(true);
        command
    }
}

impl Driver for ExecDriver {
    fn services(&self) -> Vec<Service> {
        services_or_usual(&self.settings.services)
    }

    fn call<'c>(&'c self, order: &'c Order) -> Answer<'c> {
        Box::pin(self.run(order))
    }
}

/// A program and everything that it started, killed when dropped.
struct Group {
    child: Child,
    id: Option<Pid>,
}

type Ended = (ExitStatus, Option<Zeroizing<Vec<u8>>>, Vec<u8>);

impl Group {
    fn start(mut command: Command) -> std::io::Result<Self> {
        let child = command.spawn()?;
        let id = child.id().and_then(|id| Pid::from_raw(id.try_into().ok()?));
        Ok(Self { child, id })
    }

    /// Hands the request over and reads to the end, all at once, so that no pipe fills up.
    async fn talk(&mut self, request: &[u8]) -> std::io::Result<Ended> {
        let stdin = self.child.stdin.take();
        let (stdout, stderr) = (self.child.stdout.take(), self.child.stderr.take());
        let (written, out, err, status) = tokio::join!(
            write(stdin, request),
            read_whole(stdout),
            read_tail(stderr),
            self.child.wait()
        );
        written?;
        Ok((status?, out?, err?))
    }

    fn kill(&mut self) {
        if let Some(id) = self.id.take() {
            // It may have ended by itself.
            let _ = kill_process_group(id, Signal::KILL);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
    }
}

async fn write(stdin: Option<ChildStdin>, request: &[u8]) -> std::io::Result<()> {
    let Some(mut stdin) = stdin else { return Ok(()) };
    match stdin.write_all(request).await {
        // It need not read what it does not need.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// All that comes, or `None` if that is too much; read to the end all the same.
async fn read_whole(
    pipe: Option<impl AsyncRead + Unpin>,
) -> std::io::Result<Option<Zeroizing<Vec<u8>>>> {
    let mut all = Zeroizing::new(Vec::new());
    let Some(pipe) = pipe else { return Ok(Some(all)) };
    let mut limited = pipe.take(LARGEST_ANSWER as u64 + 1);
    limited.read_to_end(&mut all).await?;
    if all.len() <= LARGEST_ANSWER {
        return Ok(Some(all));
    }
    tokio::io::copy(&mut limited.into_inner(), &mut tokio::io::sink()).await?;
    Ok(None)
}

/// The end of what comes.
async fn read_tail(pipe: Option<impl AsyncRead + Unpin>) -> std::io::Result<Vec<u8>> {
    let mut tail = Vec::new();
    let Some(mut pipe) = pipe else { return Ok(tail) };
    let mut piece = [0; 4096];
    loop {
        let read = pipe.read(&mut piece).await?;
        if read == 0 {
            return Ok(tail);
        }
        tail.extend_from_slice(&piece[..read]);
        let over = tail.len().saturating_sub(TAIL);
        tail.drain(..over);
    }
}

/// What a shell wants to know without reading JSON. None of it is secret: other users of the
/// machine may see it.
fn variables(order: &Order) -> Vec<(&'static str, String)> {
    let services: Vec<&str> = order.services.iter().map(|service| service.name.as_str()).collect();
    let account = order.account.as_ref();
    let version = order.version.as_ref().unwrap_or(&order.cluster.version);
    vec![
        ("GUILDHALL_VERB", order.verb.as_str().to_owned()),
        ("GUILDHALL_REQUEST", order.request.to_string()),
        ("GUILDHALL_CLUSTER", order.cluster.id.to_string()),
        ("GUILDHALL_SIZE", order.cluster.size.clone()),
        ("GUILDHALL_VERSION", version.to_string()),
        ("GUILDHALL_SERVICES", services.join(" ")),
        ("GUILDHALL_ACCOUNT", account.map(|account| account.name.clone()).unwrap_or_default()),
        ("GUILDHALL_ROLE", account.map(|account| account.role.to_string()).unwrap_or_default()),
    ]
}

/// A failure in the program's own sentence for people, if it reported one; what it wrote to its
/// standard error is for the operator.
fn failure(verb: Verb, status: ExitStatus, out: Option<&Vec<u8>>, err: &[u8]) -> DriverError {
    let reported = out.and_then(|out| Report::parse(out).ok()).and_then(|report| report.message);
    let said = last_lines(&String::from_utf8_lossy(err));
    let detail = if said.is_empty() { status.to_string() } else { format!("{status}: {said}") };
    let trouble = match reported.filter(|message| !message.is_empty()) {
        Some(message) => Trouble::new(&message),
        None => Trouble::new(&format!("the driver's program failed at `{}`", verb.as_str())),
    };
    match status.code() {
        Some(TEMPORARY) => DriverError::Temporary(trouble),
        _ => DriverError::Permanent(trouble),
    }
    .because(detail)
}

/// As many whole lines from the end as may be shown, at least the last one's beginning.
fn last_lines(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(Report::words).collect();
    let mut length = 0;
    let fitting = lines.iter().rev().take_while(|line| {
        length += line.chars().count() + 1;
        length <= Report::LONGEST + 1
    });
    let count = fitting.count();
    lines[lines.len() - count..].join(" ").trim().to_owned()
}
