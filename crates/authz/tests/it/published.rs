//! The published cases, read from a folder outside of the project.

use std::path::PathBuf;

use guildhall_authz::{LanguageError, Model, run_tests};

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

#[derive(serde::Deserialize)]
struct Staged {
    tests: Vec<Stages>,
}

#[derive(serde::Deserialize)]
struct Stages {
    stages: Vec<Stage>,
}

#[derive(serde::Deserialize)]
struct Stage {
    model: String,
}

/// All models of the cases: written in their usual form they mean the same, and that form stays.
#[test]
fn models_are_written_and_read_again() {
    let Some(folder) = folder() else { return };
    let mut seen = 0;
    for name in ["consolidated_1_1_tests.yaml", "abac_tests.yaml"] {
        let text = std::fs::read_to_string(folder.join(name)).unwrap();
        // One of the contexts holds a number that is too large on purpose.
        let options = serde_saphyr::options! {
            non_finite_float_policy: serde_saphyr::NonFiniteFloatPolicy::AsString
        };
        let file: Staged = serde_saphyr::from_str_with_options(&text, options).unwrap();
        for Stage { model: text } in file.tests.into_iter().flat_map(|test| test.stages) {
            let model = Model::parse(&text).unwrap();
            let written = model.to_text().unwrap();
            let again = Model::parse(&written).unwrap_or_else(|faults| panic!("{faults:?}"));
            assert_eq!(again.to_json(), model.to_json(), "{text}\n{written}");
            assert_eq!(again.to_text().unwrap(), written, "{text}");
            assert_eq!(written.matches(" # ").count(), text.matches(" # ").count(), "{text}");
            seen += 1;
        }
    }
    assert!(seen > 100, "{seen}");
}

/// One case of the files with expected faults.
#[derive(serde::Deserialize)]
struct Case {
    name: String,
    dsl: String,
    #[serde(default)]
    skip: bool,
    #[serde(default)]
    expected_errors: Option<Vec<Expected>>,
}

#[derive(serde::Deserialize)]
struct Expected {
    msg: String,
    line: Range,
    column: Range,
    #[serde(default)]
    metadata: Option<Metadata>,
}

#[derive(serde::Deserialize)]
struct Range {
    start: u32,
    end: u32,
}

#[derive(serde::Deserialize, Default)]
struct Metadata {
    #[serde(default, rename = "errorType")]
    error_type: Option<String>,
}

/// Compares faults with what a case expects; the differences as text.
fn differences(case: &Case) -> Option<String> {
    let found = match Model::parse(&case.dsl) {
        Ok(_) => Vec::new(),
        Err(faults) => faults,
    };
    let fault = |fault: &LanguageError| {
        let kind = serde_json::to_value(fault.fault).unwrap();
        let span = fault.span;
        (fault.message.clone(), span.line, span.column, span.end, kind.as_str().map(str::to_owned))
    };
    let wanted: Vec<_> = case
        .expected_errors
        .iter()
        .flatten()
        .map(|expected| {
            assert_eq!(expected.line.start, expected.line.end);
            let metadata = expected.metadata.as_ref();
            let kind = metadata.and_then(|metadata| metadata.error_type.clone());
            let column = &expected.column;
            (expected.msg.clone(), expected.line.start, column.start, column.end, kind)
        })
        .collect();
    let mut got: Vec<_> = found.iter().map(fault).collect();
    for (got, wanted) in got.iter_mut().zip(&wanted) {
        // Syntax faults carry no type in the cases.
        if wanted.4.is_none() {
            got.4 = None;
        }
    }
    (got != wanted).then(|| format!("{}:\n  wanted {wanted:#?}\n  got {got:#?}", case.name))
}

fn language_cases(file: &str) {
    let Some(folder) = folder() else { return };
    let text = std::fs::read_to_string(folder.join(file)).unwrap();
    let cases: Vec<Case> = serde_saphyr::from_str(&text).unwrap();
    assert!(cases.len() > 30);
    let run = cases.iter().filter(|case| !case.skip);
    let different: Vec<String> = run.filter_map(differences).collect();
    assert!(
        different.is_empty(),
        "{} of {}\n{}",
        different.len(),
        cases.len(),
        different.join("\n")
    );
}

#[test]
fn syntax_cases() {
    language_cases("dsl-syntax-validation-cases.yaml");
}

#[test]
fn semantic_cases() {
    language_cases("dsl-semantic-validation-cases.yaml");
}
