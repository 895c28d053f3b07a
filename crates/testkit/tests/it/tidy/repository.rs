//! The files of the repository.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// Folders that are made, not written, or that follow rules of their own.
const SKIPPED: &[&str] = &[
    ".git",
    "target",
    "data",
    "crates/authz/fuzz",
    "crates/authz/peers/target",
    "e2e/node_modules",
    "e2e/out",
];

/// A text file, by its path from the root of the repository.
pub(super) struct File {
    pub(super) path: String,
    pub(super) text: String,
}

impl File {
    pub(super) fn is_rust(&self) -> bool {
        self.extension() == "rs"
    }

    pub(super) fn extension(&self) -> &str {
        self.path.rsplit_once('.').map_or("", |(_, extension)| extension)
    }

    /// The lines with their numbers from 1, and whether they belong to tests.
    pub(super) fn lines(&self) -> impl Iterator<Item = (usize, &str, bool)> {
        let mut test = ["/tests/", "/benches/"].iter().any(|part| self.path.contains(part))
            || self.path.starts_with("e2e/");
        self.text.lines().enumerate().map(move |(index, line)| {
            test = test || line.trim() == concat!("#[cfg", "(test)]");
            (index + 1, line, test)
        })
    }

    /// Where a problem is.
    pub(super) fn at(&self, line: usize, problem: &str) -> String {
        format!("{}:{line}: {problem}", self.path)
    }
}

/// The root of the repository.
pub(super) fn root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    fs::canonicalize(root).expect("the repository is there")
}

/// All text files, sorted by path.
pub(super) fn files() -> &'static [File] {
    static FILES: OnceLock<Vec<File>> = OnceLock::new();
    FILES.get_or_init(|| {
        let root = root();
        let mut files = Vec::new();
        walk(&root, &root, &mut files);
        files.sort_by(|one, other| one.path.cmp(&other.path));
        assert!(files.iter().any(|file| file.path == "Cargo.toml"), "this is no repository");
        files
    })
}

fn walk(root: &Path, folder: &Path, files: &mut Vec<File>) {
    for entry in fs::read_dir(folder).expect("a folder of the repository") {
        let path = entry.expect("an entry of a folder").path();
        let name = path.strip_prefix(root).expect("it is below the root");
        let name = name.to_str().expect("paths are UTF-8").replace('\\', "/");
        if path.is_symlink() || SKIPPED.contains(&name.as_str()) {
            continue;
        }
        if path.is_dir() {
            walk(root, &path, files);
        } else if let Ok(text) = fs::read_to_string(&path) {
            files.push(File { path: name, text });
        }
    }
}
