//! The folder of one cluster: what lies in it, and who may read it.
//!
//! ```text
//! data/        PostgreSQL's own, owned by whom it runs as
//! bucket/      what stays when the cluster is taken down: the server's log
//! secret       the superuser's password
//! port         the port
//! accounts.json  the accounts and groups that Guildhall has made, with verifiers
//! version      the version that people see
//! open         there while the service is open to the network
//! prepared     there once roles and database are made
//! terminated   there when it was taken down
//! ```

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{
    DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt, chown, fchown,
};
use std::path::{Path, PathBuf};

use guildhall_app::cluster::driver::DriverError;
use guildhall_model::{ClusterId, Version};
use rustix::process::geteuid;

use super::programs::Stand;

/// The longest path of a socket.
const LONGEST_SOCKET: usize = 107;

/// The folder of one cluster.
#[derive(Clone, Debug)]
pub(super) struct Place {
    folder: PathBuf,
}

impl Place {
    pub(super) fn of(folder: &Path, cluster: ClusterId) -> Self {
        Self { folder: folder.join(cluster.to_string()) }
    }

    /// Those of all clusters that have data.
    pub(super) fn all(folder: &Path) -> Vec<Self> {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let cluster = |name: &str| name.parse::<ClusterId>().ok();
        let ids = entries.filter_map(|entry| cluster(entry.file_name().to_str()?));
        ids.map(|id| Self::of(folder, id)).filter(Self::is_made).collect()
    }

    /// Makes the folder and that of what stays.
    pub(super) fn make(&self, stand: Option<Stand>) -> Result<(), DriverError> {
        make_folder(&self.folder, 0o700, None)?;
        make_folder(&self.bucket(), 0o700, stand)?;
        let Some(stand) = stand else { return Ok(()) };
        for folder in self.folder.parent().into_iter().chain([self.folder.as_path()]) {
            let_through(folder, stand)?;
        }
        passable(&self.folder, stand)
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    pub(super) fn bucket(&self) -> PathBuf {
        self.folder.join("bucket")
    }

    pub(super) fn log(&self) -> PathBuf {
        self.bucket().join("server.log")
    }

    pub(super) fn is_made(&self) -> bool {
        self.data().is_dir()
    }

    pub(super) fn is_prepared(&self) -> bool {
        self.has("prepared")
    }

    pub(super) fn is_open(&self) -> bool {
        self.has("open")
    }

    pub(super) fn is_terminated(&self) -> bool {
        self.has("terminated")
    }

    pub(super) fn keep_prepared(&self) -> Result<(), DriverError> {
        self.keep("prepared", "")
    }

    pub(super) fn keep_open(&self, open: bool) -> Result<(), DriverError> {
        if open {
            return self.keep("open", "");
        }
        let path = self.folder.join("open");
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(unusable(&path, &error)),
            _ => Ok(()),
        }
    }

    pub(super) fn version(&self) -> Option<Version> {
        self.read("version").ok()?.trim().parse().ok()
    }

    pub(super) fn keep_version(&self, version: &Version) -> Result<(), DriverError> {
        self.keep("version", version.as_str())
    }

    pub(super) fn port(&self) -> Result<u16, DriverError> {
        let text = self.read("port")?;
        text.trim()
            .parse()
            .map_err(|_| DriverError::permanent("the cluster's port is not known any more"))
    }

    pub(super) fn keep_port(&self, port: u16) -> Result<(), DriverError> {
        self.keep("port", &port.to_string())
    }

    pub(super) fn secret(&self) -> Result<String, DriverError> {
        self.read("secret")
    }

    pub(super) fn keep_secret(&self, secret: &str) -> Result<(), DriverError> {
        self.keep("secret", secret)
    }

    /// The first number of the version that the data was made with.
    pub(super) fn major(&self) -> Result<u32, DriverError> {
        let text = self.read("data/PG_VERSION")?;
        text.trim().parse().map_err(|_| DriverError::permanent("the cluster's data is damaged"))
    }

    /// Removes all but the bucket (H74), and remembers that it was so.
    pub(super) async fn remove(&self) -> Result<(), DriverError> {
        make_folder(&self.folder, 0o700, None)?;
        // First of all, so that a removal that was broken off is not taken for a cluster.
        self.keep("terminated", "")?;
        let folder = self.folder.clone();
        let removed = tokio::task::spawn_blocking(move || empty(&folder)).await;
        removed.unwrap_or_else(|_| Err(DriverError::temporary("the removal was broken off")))
    }

    fn has(&self, name: &str) -> bool {
        self.folder.join(name).exists()
    }

    pub(super) fn read_if_there(&self, name: &str) -> Result<Option<String>, DriverError> {
        if self.has(name) { self.read(name).map(Some) } else { Ok(None) }
    }

    pub(super) fn read(&self, name: &str) -> Result<String, DriverError> {
        let path = self.folder.join(name);
        fs::read_to_string(&path).map_err(|error| unusable(&path, &error))
    }

    pub(super) fn keep(&self, name: &str, text: &str) -> Result<(), DriverError> {
        write_file(&self.folder.join(name), text, None)
    }
}

fn empty(folder: &Path) -> Result<(), DriverError> {
    for entry in fs::read_dir(folder).map_err(|error| unusable(folder, &error))?.flatten() {
        let (name, path) = (entry.file_name(), entry.path());
        if name == "bucket" || name == "terminated" {
            continue;
        }
        let folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        let removed = if folder { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        removed.map_err(|error| unusable(&path, &error))?;
    }
    Ok(())
}

/// Makes a folder if it is missing, and gives it to whom the server runs as.
pub(super) fn make_folder(path: &Path, mode: u32, owner: Option<Stand>) -> Result<(), DriverError> {
    let make = || -> io::Result<()> {
        if !path.is_dir() {
            DirBuilder::new().recursive(true).mode(mode).create(path)?;
            fs::set_permissions(path, Permissions::from_mode(mode))?;
        }
        match owner {
            Some(stand) => chown(path, Some(stand.user), Some(stand.group)),
            None => Ok(()),
        }
    };
    make().map_err(|error| unusable(path, &error))
}

/// Replaces a file as a whole, readable by its owner only. Nobody's link is followed.
pub(super) fn write_file(path: &Path, text: &str, owner: Option<Stand>) -> Result<(), DriverError> {
    let beside = path.with_extension("new");
    let write = || -> io::Result<()> {
        match fs::remove_file(&beside) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside)?;
        if let Some(stand) = owner {
            fchown(&file, Some(stand.user), Some(stand.group))?;
        }
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&beside, path)?;
        path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
    };
    write().map_err(|error| unusable(path, &error))
}

/// Makes the folder of the sockets, or looks whether it can be trusted: in a folder for everybody
/// anybody may have made it.
pub(super) fn make_sockets(path: &Path, stand: Option<Stand>) -> Result<(), DriverError> {
    let longest = path.join(".s.PGSQL.65535");
    if longest.as_os_str().len() > LONGEST_SOCKET {
        let text = "the path to PostgreSQL's sockets is too long";
        return Err(DriverError::permanent(text).because(format!(
            "set `clusters.postgres.sockets` to a shorter one than `{}`",
            path.display()
        )));
    }
    let made = DirBuilder::new().mode(0o755).create(path).is_ok();
    let check = || -> io::Result<bool> {
        if made {
            fs::set_permissions(path, Permissions::from_mode(0o755))?;
            if let Some(stand) = stand {
                chown(path, Some(stand.user), Some(stand.group))?;
            }
        }
        let about = fs::symlink_metadata(path)?;
        let owners = [Some(geteuid().as_raw()), stand.map(|stand| stand.user)];
        let owned = owners.contains(&Some(about.uid()));
        Ok(about.is_dir() && owned && about.mode() & 0o022 == 0)
    };
    match check() {
        Ok(true) => Ok(()),
        Ok(false) => {
            let text = "the folder for PostgreSQL's sockets belongs to somebody else";
            Err(DriverError::permanent(text).because(format!(
                "remove `{}`, or set `clusters.postgres.sockets` to another",
                path.display()
            )))
        }
        Err(error) => Err(unusable(path, &error)),
    }
}

/// Lets the group of whom PostgreSQL runs as pass through a folder that root has closed, without
/// looking into it. Nobody else gets in, and one that is passable stays as it is.
pub(super) fn let_through(folder: &Path, stand: Stand) -> Result<(), DriverError> {
    let open = || -> io::Result<()> {
        let about = fs::metadata(folder)?;
        if passes(&about, stand) {
            return Ok(());
        }
        chown(folder, None, Some(stand.group))?;
        fs::set_permissions(folder, Permissions::from_mode(about.mode() & 0o700 | 0o010))
    };
    open().map_err(|error| unusable(folder, &error))
}

fn passes(about: &fs::Metadata, stand: Stand) -> bool {
    let bit = match (about.uid() == stand.user, about.gid() == stand.group) {
        (true, _) => 0o100,
        (false, true) => 0o010,
        (false, false) => 0o001,
    };
    about.mode() & bit != 0
}

/// Whether PostgreSQL may pass through all folders down to this one.
fn passable(folder: &Path, stand: Stand) -> Result<(), DriverError> {
    for above in folder.ancestors() {
        let about = fs::metadata(above).map_err(|error| unusable(above, &error))?;
        if !passes(&about, stand) {
            let text = "PostgreSQL cannot reach the folder that its data is to be in";
            return Err(DriverError::permanent(text).because(format!(
                "it runs as the user `postgres`, who cannot pass through `{0}`: `chmod o+x {0}` \
                 lets it, or `clusters.postgres.folder` names another place",
                above.display()
            )));
        }
    }
    Ok(())
}

pub(super) fn unusable(path: &Path, error: &io::Error) -> DriverError {
    let text = "the cluster's files on this machine cannot be used";
    let unusable = match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::NotFound => DriverError::permanent(text),
        _ => DriverError::temporary(text),
    };
    unusable.because(format!("`{}`: {error}", path.display()))
}
