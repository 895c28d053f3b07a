//! How files of source are laid out.

use super::none;
use super::repository::{File, files};

const LINES: usize = 600;
const COLUMNS: usize = 100;

/// The kinds of files that people write and read line by line.
const WRITTEN: &[&str] = &["rs", "sql", "fga", "html", "css", "js", "mjs", "sh"];

fn rust() -> impl Iterator<Item = &'static File> {
    files().iter().filter(|file| file.is_rust())
}

#[test]
fn files_are_short() {
    let written = files().iter().filter(|file| WRITTEN.contains(&file.extension()));
    none(written.filter_map(|file| {
        let lines = file.text.lines().count();
        (lines > LINES).then(|| format!("{}: {lines} lines, at most {LINES}", file.path))
    }));
}

#[test]
fn lines_are_short() {
    none(rust().flat_map(|file| {
        file.lines().filter_map(|(number, line, _)| {
            let columns = line.chars().count();
            let problem = format!("{columns} columns, at most {COLUMNS}");
            (columns > COLUMNS).then(|| file.at(number, &problem))
        })
    }));
}

#[test]
fn every_module_says_what_it_is() {
    none(rust().filter_map(|file| {
        let opened = file.text.lines().next().is_some_and(|line| line.starts_with("//! "));
        (!opened).then(|| file.at(1, "a module begins with a sentence after `//!`"))
    }));
}

#[test]
fn modules_are_named_by_their_files() {
    let named = |file: &&File| file.path.ends_with("/mod.rs");
    none(rust().filter(named).map(|file| format!("{}: write `foo.rs` beside `foo/`", file.path)));
}

#[test]
fn imports_name_what_they_bring() {
    none(rust().flat_map(|file| {
        file.lines().filter_map(|(number, line, test)| {
            let line = line.trim();
            let import = ["use ", "pub use ", "pub(crate) use ", "pub(super) use "]
                .iter()
                .any(|start| line.starts_with(start));
            let glob =
                import && (line.contains("::*") || line.contains("{*") || line.contains(" *"));
            let of_tests = test && line == "use super::*;";
            (glob && !of_tests).then(|| file.at(number, "name what is imported"))
        })
    }));
}
