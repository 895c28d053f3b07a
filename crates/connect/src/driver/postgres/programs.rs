//! Finding PostgreSQL's programs, and as whom they run.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use guildhall_app::cluster::driver::DriverError;
use rustix::process::geteuid;

/// Where distributions put the programs, with the version as a folder in between.
const VERSIONED: [(&str, &str); 2] = [("/usr/lib/postgresql", "bin"), ("/usr", "pgsql-")];

/// The programs of one version.
#[derive(Clone, Debug)]
pub(super) struct Programs {
    pub(super) folder: PathBuf,
    /// The first number of the version, such as 17.
    pub(super) major: u32,
}

impl Programs {
    /// Whether a role that makes roles has power over those alone, as it is from version 16 on.
    pub(super) fn separates_roles(&self) -> bool {
        self.major >= 16
    }

    fn in_folder(folder: &Path) -> Option<Self> {
        let whole = ["initdb", "pg_ctl", "postgres"].iter();
        if !whole.map(|program| folder.join(program)).all(|program| program.is_file()) {
            return None;
        }
        // A link on the path leads to where all of them are.
        let initdb = fs::canonicalize(folder.join("initdb")).ok()?;
        let folder = initdb.parent()?.to_owned();
        let said = Command::new(folder.join("postgres")).arg("-V").env_clear().output().ok()?;
        let said = String::from_utf8_lossy(&said.stdout).into_owned();
        // `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`
        let version = said.split_whitespace().nth(2)?;
        let digits = version.split(|c: char| !c.is_ascii_digit()).next()?;
        Some(Self { major: digits.parse().ok()?, folder })
    }
}

/// The programs for new clusters: of the first folder that has them, or else the newest.
pub(super) fn newest(folders: &[PathBuf]) -> Result<Programs, DriverError> {
    all(folders).next().ok_or_else(|| {
        DriverError::permanent(
            "PostgreSQL is not installed: on Debian and Ubuntu `apt install postgresql`, on \
             Fedora `dnf install postgresql-server`; or name the folder of its programs with \
             `clusters.postgres.programs`",
        )
    })
}

/// The programs for a cluster that was made with this version.
pub(super) fn of_version(folders: &[PathBuf], major: u32) -> Result<Programs, DriverError> {
    let found = all(folders).find(|programs| programs.major == major);
    found.ok_or_else(|| {
        DriverError::permanent(&format!(
            "the cluster was made with PostgreSQL {major}, which is not installed any more: \
             install it, on Debian `apt install postgresql-{major}`"
        ))
    })
}

fn all(folders: &[PathBuf]) -> impl Iterator<Item = Programs> {
    let mut versions: Vec<(u32, PathBuf)> = Vec::new();
    for (parent, mark) in VERSIONED {
        for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let number = name.strip_prefix(mark).unwrap_or(&name).parse();
            if let Ok(number) = number {
                versions.push((number, entry.path().join("bin")));
            }
        }
    }
    versions.sort_by_key(|(number, _)| std::cmp::Reverse(*number));
    let versions = versions.into_iter().map(|(_, folder)| folder);
    folders.iter().cloned().chain(versions).filter_map(|folder| Programs::in_folder(&folder))
}

/// The user that the server runs as when this process is root, which PostgreSQL refuses to be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stand {
    pub(super) user: u32,
    pub(super) group: u32,
}

/// Who stands in for this process, if it is root.
pub(super) fn stand_in() -> Result<Option<Stand>, DriverError> {
    if !geteuid().is_root() {
        return Ok(None);
    }
    match account("postgres") {
        Some(stand) => Ok(Some(stand)),
        None => Err(DriverError::permanent(
            "PostgreSQL does not run as root, and there is no user `postgres` to run as: run \
             Guildhall as an ordinary user, or add that one",
        )),
    }
}

/// The numbers of a user and its group.
fn account(name: &str) -> Option<Stand> {
    let accounts = fs::read_to_string("/etc/passwd").ok()?;
    let line = accounts.lines().find(|line| line.split(':').next() == Some(name))?;
    let mut fields = line.split(':').skip(2);
    let (user, group) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    Some(Stand { user, group })
}
