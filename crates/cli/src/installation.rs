//! The files of an installation: its folder, its database file, its key, and who may read them.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use anyhow::{Context, bail};
use guildhall_app::MasterKey;
use guildhall_model::Entropy;

use crate::config::Config;

const PREFIX: &str = "ghm_";

/// Makes the data folder if it is missing, readable by its owner only, and refuses one that others
/// can look into.
///
/// # Errors
/// With the way out, in words.
pub(crate) fn prepare_folder(folder: &Path) -> anyhow::Result<()> {
    if !folder.exists() {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .with_context(|| format!("the data folder `{}` cannot be made", folder.display()))?;
        // The mode of a new folder is narrowed by the process's mask, never widened.
        return Ok(fs::set_permissions(folder, Permissions::from_mode(0o700))?);
    }
    if !folder.is_dir() {
        bail!("`data_dir` names `{}`, which is not a folder", folder.display());
    }
    // Passing through, without looking into it, may be needed by those whose clusters are in it.
    private(folder, "data folder", "700", 0o066)
}

/// Makes the file of the embedded database if it is missing, so that it never exists with a looser
/// mode than 0600.
///
/// # Errors
/// If it cannot be made, or others can read it.
pub(crate) fn prepare_database(config: &Config) -> anyhow::Result<()> {
    let Some(file) = config.sqlite_file() else { return Ok(()) };
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&file) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            private(&file, "database", "600", 0o077)
        }
        Err(error) => {
            Err(error).with_context(|| format!("the database `{}` cannot be made", file.display()))
        }
    }
}

/// Reads the key, or makes it on the first start.
///
/// # Errors
/// If it cannot be read or made, if others can read it, or if it is missing though there is data.
pub(crate) fn master_key(config: &Config, entropy: &dyn Entropy) -> anyhow::Result<MasterKey> {
    let path = config.key_file();
    match File::open(&path) {
        Ok(file) => {
            private(&path, "key file", "600", 0o077)?;
            read_key(file).with_context(|| format!("the key file `{}`", path.display()))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if has_data(config) {
                bail!(
                    "the key file `{}` is missing, but the database is not empty: put the key \
                     back, for what is sealed cannot be read without it",
                    path.display()
                );
            }
            make_key(&path, entropy)
                .with_context(|| format!("the key file `{}` cannot be made", path.display()))
        }
        Err(error) => {
            Err(error).with_context(|| format!("the key file `{}` cannot be read", path.display()))
        }
    }
}

fn has_data(config: &Config) -> bool {
    let file = config.sqlite_file();
    file.and_then(|file| fs::metadata(file).ok()).is_some_and(|about| about.len() > 0)
}

fn make_key(path: &Path, entropy: &dyn Entropy) -> anyhow::Result<MasterKey> {
    let mut bytes = [0; 32];
    entropy.fill(&mut bytes);
    let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(format!("{PREFIX}{text}\n").as_bytes())?;
    file.sync_all()?;
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        File::open(folder)?.sync_all()?;
    }
    Ok(MasterKey::new(bytes))
}

fn read_key(file: File) -> anyhow::Result<MasterKey> {
    let mut text = String::new();
    file.take(1024).read_to_string(&mut text)?;
    let digits = text.trim().strip_prefix(PREFIX).filter(|digits| digits.len() == 64);
    let digits = digits.context("is not a key of Guildhall: it must be `ghm_` and 64 digits")?;
    let mut bytes = [0; 32];
    for (at, byte) in bytes.iter_mut().enumerate() {
        let pair =
            digits.get(2 * at..2 * at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
        *byte = pair.context("holds something else than hexadecimal digits")?;
    }
    Ok(MasterKey::new(bytes))
}

fn private(path: &Path, what: &str, mode: &str, closed: u32) -> anyhow::Result<()> {
    let about = fs::metadata(path).with_context(|| format!("the {what} `{}`", path.display()))?;
    let found = about.mode() & 0o777;
    if found & closed != 0 {
        bail!(
            "the {what} `{0}` is open to other users of this machine (mode {found:03o}): \
             `chmod {mode} {0}` closes it",
            path.display()
        );
    }
    Ok(())
}
