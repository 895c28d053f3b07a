//! The file of the vault's keys: one in each line, the newest first. Without it the vault has the
//! one key that is derived from the key file; with it, that one stays the oldest.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};
use guildhall_app::{MasterKey, Vault, VaultKey};
use guildhall_model::Entropy;

use crate::config::Config;

/// The largest file that is read, in bytes: room for more than a thousand keys.
const LARGEST: u64 = 64 * 1024;

/// The vault of an installation. It reads the file again when it meets a key that it does not know.
///
/// # Errors
/// If the file cannot be read, is open to others, or holds something else than keys; or if one is
/// configured and missing.
pub(crate) fn open(config: &Config, master: &MasterKey) -> anyhow::Result<Vault> {
    let (file, derived) = (KeyRing::of(config), VaultKey::derived(master));
    let source = move || {
        let mut keys = file.keys().map_err(|error| format!("{error:#}"))?;
        keys.push(derived.clone());
        Ok(keys)
    };
    Vault::open(source).map_err(|error| anyhow!(error))
}

/// The file of keys.
pub(crate) struct KeyRing {
    path: PathBuf,
    named: bool,
}

impl KeyRing {
    /// The file that the configuration names, or `vault.keys` in the data folder.
    pub(crate) fn of(config: &Config) -> Self {
        let (path, named) = config.vault_key_file();
        Self { path, named }
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The keys in it, the newest first; none while there is no file, unless the configuration
    /// names it.
    ///
    /// # Errors
    /// As [`open`].
    pub(crate) fn keys(&self) -> anyhow::Result<Vec<VaultKey>> {
        let about = || format!("the vault's keys in `{}`", self.path.display());
        let lines = self.lines().with_context(about)?;
        let key = |line: &str| VaultKey::from_text(line).context("a line is not a key");
        lines.iter().map(|line| key(line).with_context(about)).collect()
    }

    /// Adds a new key as the newest. Whoever reads the file sees it as it was or as it is then.
    ///
    /// # Errors
    /// If it cannot be read or written; it is then as it was.
    pub(crate) fn add(&self, entropy: &dyn Entropy) -> anyhow::Result<()> {
        let mut lines = vec![VaultKey::generate(entropy).to_string()];
        lines.extend(self.lines_or_none()?);
        self.write(&lines)
    }

    /// Removes all keys but the newest. Answers how many.
    ///
    /// # Errors
    /// As [`KeyRing::add`].
    pub(crate) fn prune(&self) -> anyhow::Result<usize> {
        let lines = self.lines_or_none()?;
        if lines.len() > 1 {
            self.write(&lines[..1])?;
        }
        Ok(lines.len().saturating_sub(1))
    }

    /// A configured file that is not there yet is made by the first rotation.
    fn lines_or_none(&self) -> anyhow::Result<Vec<String>> {
        if self.path.exists() { self.lines() } else { Ok(Vec::new()) }
    }

    fn lines(&self) -> anyhow::Result<Vec<String>> {
        let file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound && !self.named => {
                return Ok(Vec::new());
            }
            Err(error) => return Err(error.into()),
        };
        let mode = file.metadata()?.mode() & 0o777;
        if mode & 0o077 != 0 {
            bail!("other users can read them (mode {mode:03o}): `chmod 600` closes the file");
        }
        let mut text = String::new();
        file.take(LARGEST).read_to_string(&mut text)?;
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        Ok(lines.map(str::to_owned).collect())
    }

    fn write(&self, lines: &[String]) -> anyhow::Result<()> {
        let path = &self.path;
        let mut name = path.file_name().context("names no file")?.to_owned();
        name.push(".new");
        let fresh = path.with_file_name(name);
        let written = (|| {
            match fs::remove_file(&fresh) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            let mut file =
                OpenOptions::new().write(true).create_new(true).mode(0o600).open(&fresh)?;
            for line in lines {
                writeln!(file, "{line}")?;
            }
            file.sync_all()?;
            fs::rename(&fresh, path)?;
            match path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
                Some(folder) => File::open(folder)?.sync_all(),
                None => File::open(".")?.sync_all(),
            }
        })();
        written
            .with_context(|| format!("the vault's keys cannot be written to `{}`", path.display()))
    }
}
