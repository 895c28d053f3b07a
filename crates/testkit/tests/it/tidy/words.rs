//! What must not stand in a file.

use super::none;
use super::repository::files;

/// Left-overs in Rust, taken apart so that this file does not hold them.
const LEFT_OVERS: &[&str] = &[
    concat!("todo", "!("),
    concat!("unimplemented", "!("),
    concat!("dbg", "!("),
    concat!("#[ig", "nore"),
];

/// Waiting in tests, where an event should be waited for.
const SLEEPS: &[&str] =
    &[concat!("thread::sl", "eep"), concat!("time::sl", "eep("), concat!("waitForTime", "out(")];

/// Places of one machine.
const MACHINES: &[&str] =
    &[concat!("/wo", "rk/"), concat!("/tmp", "/"), concat!("/ro", "ot/"), concat!("/ho", "me/")];

/// Where packages come from is the business of who builds.
const REGISTRIES: &[&str] = &[
    concat!("registry.np", "mjs"),
    concat!("index.cra", "tes.io"),
    concat!("static.cra", "tes.io"),
];

const LOCKED: &str = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";

#[test]
fn nothing_is_left_over() {
    none(files().iter().filter(|file| file.is_rust()).flat_map(|file| {
        file.lines().filter_map(|(number, line, _)| {
            let word = LEFT_OVERS.iter().find(|word| line.contains(*word))?;
            Some(file.at(number, &format!("`{word}` is left over")))
        })
    }));
}

#[test]
fn tests_do_not_sleep() {
    none(files().iter().flat_map(|file| {
        file.lines().filter(|(.., test)| *test).filter_map(|(number, line, _)| {
            let word = SLEEPS.iter().find(|word| line.contains(*word))?;
            Some(file.at(number, &format!("`{word}`: wait for an event instead")))
        })
    }));
}

#[test]
fn no_file_knows_the_machine_it_was_written_on() {
    none(files().iter().flat_map(|file| {
        file.lines().filter_map(|(number, line, _)| {
            let word = MACHINES.iter().chain(REGISTRIES).find(|word| line.contains(*word))?;
            Some(file.at(number, &format!("`{word}` belongs to one machine")))
        })
    }));
}

#[test]
fn packages_come_from_the_standard_registry() {
    none(files().iter().filter(|file| file.path.ends_with("Cargo.lock")).flat_map(|file| {
        let sources = file.lines().filter(|(_, line, _)| line.starts_with("source ="));
        let others = sources.filter(|(_, line, _)| *line != LOCKED);
        others.map(|(number, line, _)| file.at(number, line))
    }));
    none(files().iter().filter(|file| file.path.ends_with("package-lock.json")).flat_map(|file| {
        let sources = file.lines().filter(|(_, line, _)| line.contains("\"resolved\": \"http"));
        sources.map(|(number, line, _)| file.at(number, line))
    }));
}
