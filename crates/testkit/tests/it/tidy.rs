//! Rules that every file of the repository keeps.

mod arrow;
mod document;
mod migration;
mod repository;
mod requirement;
mod source;
mod words;

/// Fail with all problems at once, one on a line.
fn none(problems: impl IntoIterator<Item = String>) {
    let problems: Vec<_> = problems.into_iter().collect();
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
}
