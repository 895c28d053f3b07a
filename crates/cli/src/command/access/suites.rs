//! Test files of models.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use guildhall_authz::{Report, run_tests};

/// Runs the files and prints each failure; the last line is the sum.
///
/// A file that cannot be run counts as one failure. The status is 0 without failures, 1 with some,
/// and 2 where a file could not be run.
pub(super) fn run(files: &[PathBuf]) -> ExitCode {
    let (mut passed, mut failed, mut unreadable) = (0, 0, 0);
    for path in files {
        match file(path) {
            Ok(report) => {
                passed += report.passed;
                failed += report.failures.len();
                for failure in &report.failures {
                    println!("{}: {failure}", path.display());
                }
            }
            Err(reason) => {
                unreadable += 1;
                println!("{}: cannot be run: {reason}", path.display());
            }
        }
    }
    println!("{passed} passed, {} failed", failed + unreadable);
    match (unreadable, failed) {
        (0, 0) => ExitCode::SUCCESS,
        (0, _) => ExitCode::FAILURE,
        _ => ExitCode::from(2),
    }
}

fn file(path: &Path) -> Result<Report, String> {
    let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
    let beside = |file: &str| fs::read_to_string(path.with_file_name(file));
    run_tests(&path.display().to_string(), &text, &beside).map_err(|error| error.to_string())
}
