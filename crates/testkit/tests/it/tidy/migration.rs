//! Migrations come in pairs, one for each engine, and are numbered without a gap.

use std::collections::BTreeSet;

use super::repository::files;

fn names(engine: &str) -> BTreeSet<&'static str> {
    let folder = format!("crates/store/migrations/{engine}/");
    files().iter().filter_map(|file| file.path.strip_prefix(&folder)).collect()
}

#[test]
fn migrations_come_in_pairs() {
    assert_eq!(names("sqlite"), names("postgres"));
    assert!(!names("sqlite").is_empty(), "there are no migrations");
}

#[test]
fn migrations_are_numbered() {
    for (number, name) in (1..).zip(names("sqlite")) {
        let words = name.strip_prefix(&format!("{number:04}_"));
        let words = words.and_then(|rest| rest.strip_suffix(".sql"));
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        let named = words.is_some_and(|words| !words.is_empty() && words.chars().all(plain));
        assert!(named, "`{name}` is not named `{number:04}_words.sql`");
    }
}
