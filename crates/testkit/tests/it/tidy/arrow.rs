//! Which crate may use which, read from the manifests.

use std::collections::BTreeSet;
use std::fs;

use super::none;
use super::repository::{files, root};

/// Each crate and the crates of ours that it may use. A new crate needs a decision record.
const ARROWS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("authz", &[]),
    ("store", &["model"]),
    ("app", &["model", "authz", "store"]),
    ("connect", &["app", "model"]),
    ("web", &["app", "model"]),
    ("cli", &["model", "authz", "store", "app", "connect", "web"]),
    ("testkit", &["model"]),
];

/// Crates of others that only some of ours may use, because only they know that part of the world.
const OWNERS: &[(&str, &[&str])] = &[
    ("rusqlite", &["store", "testkit"]),
    ("tokio-postgres", &["store", "connect", "testkit"]),
    ("deadpool-postgres", &["store"]),
    ("lettre", &["connect", "testkit"]),
    ("axum", &["web"]),
    ("tower-http", &["web"]),
    ("clap", &["cli"]),
    ("toml", &["cli", "testkit"]),
    ("anyhow", &["cli"]),
    ("tracing-subscriber", &["cli"]),
];

fn allowed(name: &str) -> &'static [&'static str] {
    ARROWS.iter().find(|(known, _)| *known == name).map_or(&[], |(_, uses)| uses)
}

/// What a crate uses, and what that uses, and so on.
fn reachable(name: &str) -> BTreeSet<&'static str> {
    let direct = allowed(name).iter().copied();
    direct.flat_map(|used| reachable(used).into_iter().chain([used])).collect()
}

fn manifest(name: &str) -> toml::Table {
    let path = root().join("crates").join(name).join("Cargo.toml");
    fs::read_to_string(path).expect("a manifest").parse().expect("a manifest is TOML")
}

fn dependencies(manifest: &toml::Table, table: &str) -> Vec<String> {
    let table = manifest.get(table).and_then(toml::Value::as_table);
    table.into_iter().flat_map(toml::Table::keys).cloned().collect()
}

#[test]
fn every_crate_has_its_place() {
    let folders = fs::read_dir(root().join("crates")).expect("the crates");
    let found: BTreeSet<_> = folders
        .map(|folder| folder.expect("a crate").file_name().into_string().expect("UTF-8"))
        .collect();
    let known: BTreeSet<_> = ARROWS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(found, known);
}

#[test]
fn crates_use_only_what_they_may() {
    none(ARROWS.iter().flat_map(|(name, uses)| {
        let manifest = manifest(name);
        let ours = |table| {
            let all = dependencies(&manifest, table).into_iter();
            all.filter_map(|used| used.strip_prefix("guildhall-").map(str::to_owned))
        };
        let normal = ours("dependencies")
            .chain(ours("build-dependencies"))
            .filter(|used| !uses.contains(&used.as_str()));
        // Tests may also use what lies further down, and the test kit; the two foundations not.
        let reachable = reachable(name);
        let foundation = uses.is_empty();
        let tests = ours("dev-dependencies").filter(move |used| {
            !reachable.contains(used.as_str()) && (foundation || used != "testkit")
        });
        let problems = normal.chain(tests).map(|used| format!("{name} must not use {used}"));
        problems.collect::<Vec<_>>()
    }));
}

#[test]
fn one_crate_knows_each_part_of_the_world() {
    none(ARROWS.iter().flat_map(|(name, _)| {
        let manifest = manifest(name);
        let used = dependencies(&manifest, "dependencies");
        let owners = OWNERS.iter().filter(move |(other, owners)| {
            used.iter().any(|used| used == other) && !owners.contains(name)
        });
        owners.map(move |(other, _)| format!("{name} must not use {other}")).collect::<Vec<_>>()
    }));
}

#[test]
fn only_the_program_reads_the_environment() {
    let closed = ["model", "authz", "store", "app", "connect", "web"];
    let sources = closed.map(|name| format!("crates/{name}/src/"));
    none(files().iter().filter(|file| sources.iter().any(|s| file.path.starts_with(s))).flat_map(
        |file| {
            let reads =
                |line: &str| ["env::var", "env::args"].iter().any(|read| line.contains(read));
            file.lines()
                .filter(move |(_, line, test)| !test && reads(line))
                .map(|(number, ..)| file.at(number, "only the crate `cli` reads the environment"))
        },
    ));
}

#[test]
fn two_cores_can_compile_what_is_locked() {
    let lock = files().iter().find(|file| file.path == "Cargo.lock").expect("the lock file");
    let packages = lock.text.lines().filter(|line| *line == "[[package]]").count();
    assert!((1..550).contains(&packages), "{packages} packages are locked");
}
