//! Which test proves which requirement, as a page made from the names of the tests.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;

use super::repository::{File, files, root};

const PAGE: &str = "docs/generated/requirements.md";

/// A row of the requirements or a case of the list of security cases.
type Row = (String, u32);

fn row(word: &str) -> Option<Row> {
    let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = word[letters.len()..].parse().ok()?;
    let known = ["A", "B", "H", "S"].contains(&letters);
    known.then(|| (letters.to_owned(), number))
}

/// The rows at the start of a Rust test's name: `h17_h58_only_…`, `security_4_…`, or both.
fn rows_of_function(name: &str) -> Vec<Row> {
    let (mut rows, mut security) = (Vec::new(), false);
    for word in name.split('_') {
        if word == "security" {
            security = true;
        } else if let Some(number) = word.parse().ok().filter(|_| security) {
            rows.push(("Security".to_owned(), number));
        } else if let Some(row) = row(&word.to_ascii_uppercase()) {
            security = false;
            rows.push(row);
        } else {
            break;
        }
    }
    rows
}

/// The rows at the start of a browser test's title: `H17 H58 Only …`.
fn rows_of_title(title: &str) -> Vec<Row> {
    let words = title.split([' ', ',', ':']).filter(|word| !word.is_empty());
    words.map_while(row).collect()
}

fn tests(file: &File) -> Vec<(Row, String)> {
    let mut found = Vec::new();
    for (_, line, _) in file.lines().filter(|(.., test)| *test) {
        let line = line.trim_start();
        let line = line.strip_prefix("async ").unwrap_or(line);
        if let Some(name) = line.strip_prefix("fn ").filter(|_| file.is_rust()) {
            let name = name.split(['(', '<']).next().unwrap_or_default();
            let all = rows_of_function(name).into_iter().map(|row| (row, name.to_owned()));
            found.extend(all);
        }
        let title = line.strip_prefix("test(").or_else(|| line.strip_prefix("it("));
        if let Some(title) = title.filter(|_| file.path.starts_with("e2e/")) {
            let quote = title.chars().next().unwrap_or_default();
            let title = title[quote.len_utf8()..].split(quote).next().unwrap_or_default();
            let all = rows_of_title(title).into_iter().map(|row| (row, title.to_owned()));
            found.extend(all);
        }
    }
    found
}

fn page() -> String {
    let all = files().iter().flat_map(|file| {
        tests(file).into_iter().map(|((letters, number), name)| (letters, number, &file.path, name))
    });
    let mut page = "# Requirements and their tests\n\n\
        Generated from the names of the tests; `./dev update` rewrites it.\n\n\
        | row | test | file |\n|---|---|---|\n"
        .to_owned();
    for (letters, number, path, name) in all.collect::<BTreeSet<_>>() {
        let space = if letters.len() > 1 { " " } else { "" };
        writeln!(page, "| {letters}{space}{number} | {name} | `{path}` |").expect("a line");
    }
    page
}

#[test]
fn the_page_of_requirements_is_up_to_date() {
    let (path, page) = (root().join(PAGE), page());
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &page).expect("the page is written");
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(written == page, "{PAGE} is stale: run `./dev update`");
}

#[test]
fn rows_are_read_from_names() {
    let text = |rows: Vec<Row>| -> Vec<String> {
        rows.into_iter().map(|(letters, number)| format!("{letters}{number}")).collect()
    };
    assert_eq!(text(rows_of_function("h17_h58_only_they")), ["H17", "H58"]);
    assert_eq!(text(rows_of_function("security_4_26_no_token")), ["Security4", "Security26"]);
    assert_eq!(
        text(rows_of_function("h17_security_4_26_a8_no")),
        ["H17", "Security4", "Security26", "A8"]
    );
    assert_eq!(text(rows_of_function("a_user_of_h17")), Vec::<String>::new());
    assert_eq!(text(rows_of_function("x17_is_no_row")), Vec::<String>::new());
    assert_eq!(text(rows_of_title("H17 A3: only they")), ["H17", "A3"]);
    assert_eq!(text(rows_of_title("A page")), Vec::<String>::new());
}
