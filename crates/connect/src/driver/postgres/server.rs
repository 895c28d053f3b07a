//! The process of a cluster: made by `initdb`, started and stopped by `pg_ctl`, alive whether
//! Guildhall runs or not.

use std::ffi::OsStr;
use std::fs;
use std::net::{IpAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use data_encoding::HEXLOWER;
use guildhall_app::cluster::driver::{DriverError, Report};
use guildhall_model::Entropy;
use tokio::process::Command;

use super::PostgresSettings;
use super::access::Access;
use super::place::{Place, let_through, make_folder, make_sockets, unusable, write_file};
use super::programs::{self, Programs, Stand};

/// The name of the superuser, who is nobody but Guildhall.
pub(super) const SUPERUSER: &str = "guildhall";

/// The exit code of `pg_ctl status` when no server runs.
const NOT_RUNNING: i32 = 3;

/// A cluster with its programs.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) place: Place,
    pub(super) programs: Programs,
    pub(super) sockets: PathBuf,
    stand: Option<Stand>,
    listen: IpAddr,
}

/// Makes the data of a cluster. What a broken-off attempt left behind is removed first; the data
/// gets its name only when it is whole.
pub(super) async fn make(
    settings: &PostgresSettings,
    programs: &Programs,
    place: &Place,
    entropy: &dyn Entropy,
) -> Result<(), DriverError> {
    let stand = programs::stand_in()?;
    if let (Some(stand), Some(passage)) = (stand, &settings.passage) {
        let_through(passage, stand)?;
    }
    place.make(stand)?;
    clear_attempts(place)?;
    let mut random = [0; 32];
    entropy.fill(&mut random);
    let secret = HEXLOWER.encode(&random[..24]);
    // An `initdb` of an earlier process may still be at work in the place that it was given.
    let attempt = place.folder().join(format!("attempt-{}", HEXLOWER.encode(&random[24..])));
    make_folder(&attempt, 0o700, stand)?;
    let password = attempt.join("password");
    write_file(&password, &secret, stand)?;
    let data = attempt.join("data");
    let mut initdb = command(programs, "initdb", place.folder(), stand);
    initdb.arg("-D").arg(&data).args(["-U", SUPERUSER, "-E", "UTF8", "--locale=C", "-k"]);
    initdb.arg("-A").arg("scram-sha-256").arg("--pwfile").arg(&password);
    done("PostgreSQL's data cannot be made", &output(&mut initdb).await?)?;
    let include = data.join("postgresql.conf");
    let text = fs::read_to_string(&include).map_err(|error| unusable(&include, &error))?;
    write_file(&include, &format!("{text}\ninclude 'guildhall.conf'\n"), stand)?;
    place.keep_secret(&secret)?;
    place.keep_port(free_port(settings.listen)?)?;
    fs::rename(&data, place.data()).map_err(|error| unusable(&data, &error))?;
    clear_attempts(place)
}

fn clear_attempts(place: &Place) -> Result<(), DriverError> {
    for entry in fs::read_dir(place.folder()).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with("attempt-") {
            let path = entry.path();
            fs::remove_dir_all(&path).map_err(|error| unusable(&path, &error))?;
        }
    }
    Ok(())
}

impl Server {
    /// The cluster that was made at a place.
    pub(super) fn find(settings: &PostgresSettings, place: Place) -> Result<Self, DriverError> {
        let programs = programs::of_version(&settings.programs, place.major()?)?;
        Ok(Self {
            programs,
            sockets: settings.sockets.clone(),
            stand: programs::stand_in()?,
            listen: settings.listen,
            place,
        })
    }

    pub(super) async fn is_running(&self) -> Result<bool, DriverError> {
        let status = output(self.pg_ctl("status")).await?;
        match status.status.code() {
            Some(0) => Ok(true),
            Some(NOT_RUNNING) => Ok(false),
            _ => Err(DriverError::temporary("PostgreSQL does not say whether it runs")
                .because(said(&status))),
        }
    }

    /// Starts the server, and waits until it answers.
    pub(super) async fn start(&self, access: Access) -> Result<(), DriverError> {
        if self.is_running().await? {
            return Ok(());
        }
        make_sockets(&self.sockets, self.stand)?;
        access.write(self)?;
        // Whoever took the port meanwhile keeps it.
        let mut port = self.place.port()?;
        if TcpListener::bind((self.listen, port)).is_err() {
            port = free_port(self.listen)?;
            self.place.keep_port(port)?;
        }
        self.write("guildhall.conf", &self.configuration(port))?;
        let mut command = self.pg_ctl("start");
        command.args(["-w", "-t", "60", "-l"]).arg(self.place.log());
        let started = output(&mut command).await?;
        if started.status.success() {
            return Ok(());
        }
        let log = self.place.log();
        let detail = format!("{}; its log is `{}`", said(&started), log.display());
        Err(DriverError::temporary("PostgreSQL did not start").because(detail))
    }

    /// Stops the server in order, or else at once.
    pub(super) async fn stop(&self) -> Result<(), DriverError> {
        if !self.is_running().await? {
            return Ok(());
        }
        for manner in ["fast", "immediate"] {
            let stopped =
                output(self.pg_ctl("stop").args(["-w", "-t", "30", "-m", manner])).await?;
            if stopped.status.success() || !self.is_running().await? {
                return Ok(());
            }
        }
        Err(DriverError::temporary("PostgreSQL does not stop"))
    }

    /// Has the rules of access read again.
    pub(super) async fn reload(&self) -> Result<(), DriverError> {
        let reloaded = output(self.pg_ctl("reload")).await?;
        done("PostgreSQL does not read its access rules", &reloaded)
    }

    /// A file among the data.
    pub(super) fn read(&self, name: &str) -> Result<String, DriverError> {
        Ok(self.place.read_if_there(&format!("data/{name}"))?.unwrap_or_default())
    }

    /// Replaces a file among the data.
    pub(super) fn write(&self, name: &str, text: &str) -> Result<(), DriverError> {
        write_file(&self.place.data().join(name), text, self.stand)
    }

    fn configuration(&self, port: u16) -> String {
        let (listen, sockets) = (self.listen, quoted(&self.sockets.to_string_lossy()));
        format!(
            "listen_addresses = '{listen}'\n\
             port = {port}\n\
             unix_socket_directories = {sockets}\n\
             unix_socket_permissions = 0777\n\
             password_encryption = 'scram-sha-256'\n\
             max_connections = 60\n\
             shared_buffers = '32MB'\n\
             jit = off\n\
             logging_collector = off\n\
             log_line_prefix = '%m [%p] %u '\n"
        )
    }

    fn pg_ctl(&self, verb: &str) -> Command {
        let mut command = command(&self.programs, "pg_ctl", self.place.folder(), self.stand);
        command.arg(verb).arg("-D").arg(self.place.data());
        command
    }
}

/// A text as a setting; sockets are a list, whose entries have quotes of their own.
fn quoted(text: &str) -> String {
    format!("'\"{}\"'", text.replace('\'', "''").replace('"', "\"\""))
}

fn command(programs: &Programs, name: &str, folder: &Path, stand: Option<Stand>) -> Command {
    let mut command = Command::new(programs.folder.join(name));
    command.env_clear().env("PATH", "/usr/local/bin:/usr/bin:/bin").env("LC_ALL", "C");
    command.current_dir(folder).stdin(Stdio::null());
    // A signal to Guildhall from the terminal is not for the cluster.
    command.process_group(0);
    if let Some(Stand { user, group }) = stand {
        command.uid(user).gid(group);
    }
    command
}

async fn output(command: impl std::borrow::BorrowMut<Command>) -> Result<Output, DriverError> {
    let mut command = command;
    let command = command.borrow_mut();
    let program = command.as_std().get_program().to_owned();
    let name = Path::new(&program).file_name().unwrap_or(OsStr::new("PostgreSQL"));
    let ran = command.output().await;
    ran.map_err(|error| {
        let detail = format!("{} cannot be run: {error}", name.display());
        DriverError::permanent("PostgreSQL's programs cannot be run").because(detail)
    })
}

/// `else_what` is what people are told if the program failed.
fn done(else_what: &str, output: &Output) -> Result<(), DriverError> {
    if output.status.success() {
        Ok(())
    } else {
        Err(DriverError::temporary(else_what).because(said(output)))
    }
}

/// The last that a program said.
fn said(output: &Output) -> String {
    let all =
        [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text).into_owned());
    let lines: Vec<&str> = all.iter().flat_map(|text| text.lines()).collect();
    Report::words(&lines[lines.len().saturating_sub(3)..].join(" "))
}

/// A port that nobody has now.
fn free_port(listen: IpAddr) -> Result<u16, DriverError> {
    let bound = TcpListener::bind((listen, 0)).and_then(|listener| listener.local_addr());
    bound.map(|address| address.port()).map_err(|error| {
        DriverError::permanent("no port for the cluster can be taken on this machine")
            .because(format!("{listen}, see `clusters.postgres.listen`: {error}"))
    })
}
