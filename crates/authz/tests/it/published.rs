//! The published cases, read from a folder outside of the project.

use std::path::PathBuf;

use guildhall_authz::run_tests;

/// The folder of the cases; `None` where there is none, which only a continuous build refuses.
fn folder() -> Option<PathBuf> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/openfga");
    let folder = std::env::var_os("OPENFGA_CASES").map_or(beside, PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "the published cases are not at {}",
        folder.display()
    );
    eprintln!("skipped: no published cases at {}", folder.display());
    None
}

#[test]
fn evaluation_cases() {
    let Some(folder) = folder() else { return };
    for name in ["consolidated_1_1_tests.yaml", "abac_tests.yaml"] {
        let text = std::fs::read_to_string(folder.join(name)).unwrap();
        let report = run_tests(name, &text, &|_| unreachable!()).unwrap();
        println!("{name}: {report}");
        assert!(report.failures.is_empty(), "{report}");
        assert!(report.passed > 100, "{report}");
    }
}
