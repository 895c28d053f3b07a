//! The protocol of drivers, as it is written down for those who write one.

use std::fs;
use std::path::{Path, PathBuf};

use guildhall_app::cluster::callback::Callback;
use guildhall_app::cluster::driver::{Order, Report, Verb};
use schemars::SchemaGenerator;
use serde_json::{Value, json};

const PAGE: &str = "docs/how-to/write-a-cluster-driver.md";
const SCHEMA: &str = "docs/generated/cluster-driver.schema.json";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A schema of requests, reports and calls back.
fn schema() -> Value {
    let mut generator = SchemaGenerator::default();
    let request = generator.subschema_for::<Order>();
    let report = generator.subschema_for::<Report>();
    let callback = generator.subschema_for::<Callback>();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The protocol of Guildhall's cluster drivers",
        "$defs": generator.definitions(),
        "properties": { "request": request, "report": report, "callback": callback },
    })
}

/// `UPDATE=1` rewrites the schema.
#[test]
fn the_schema_is_current() {
    let (path, schema) = (root().join(SCHEMA), schema());
    let text = format!("{}\n", serde_json::to_string_pretty(&schema).unwrap());
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(written == text, "{SCHEMA} is stale: run `./dev update`");
}

#[test]
fn the_page_explains_every_verb_and_every_field() {
    let page = fs::read_to_string(root().join(PAGE)).unwrap();
    for verb in Verb::ALL {
        assert!(page.contains(&format!("| `{}` |", verb.as_str())), "{verb:?}");
    }
    let schema = schema();
    for (name, prefix) in [
        ("Order", ""),
        ("OrderedCluster", "cluster."),
        ("OrderedAdmin", "cluster.admin."),
        ("OrderedCloudAccount", "cloud_account."),
        ("OrderedAccount", "account."),
        ("Report", ""),
        ("ReportedAccount", "accounts[]."),
        ("Callback", ""),
    ] {
        let fields = schema["$defs"][name]["properties"].as_object().unwrap();
        assert!(!fields.is_empty());
        for field in fields.keys() {
            let cell = format!("| `{prefix}{field}` |");
            assert!(page.contains(&cell), "{PAGE} has no row {cell}");
        }
    }
}

/// The examples of the page are what the program understands.
#[test]
fn the_examples_of_the_page_are_sound() {
    let page = fs::read_to_string(root().join(PAGE)).unwrap();
    let blocks = page.split("```json").skip(1).filter_map(|rest| rest.split("```").next());
    let mut kinds = [0; 3];
    for block in blocks {
        let value: Value = serde_json::from_str(block).unwrap();
        let kind = if value.get("protocol").is_some() {
            let known = schema();
            let fields = known["$defs"]["Order"]["properties"].as_object().unwrap();
            for field in value.as_object().unwrap().keys() {
                assert!(fields.contains_key(field), "{field}");
            }
            0
        } else if value.get("report").is_some() {
            serde_json::from_value::<Callback>(value).unwrap();
            1
        } else {
            Report::parse(block.as_bytes()).unwrap();
            2
        };
        kinds[kind] += 1;
    }
    assert!(kinds.iter().all(|count| *count > 0), "{kinds:?}");
}
