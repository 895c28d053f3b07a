//! The names of organizations in URLs.

use std::collections::HashSet;

use guildhall_model::{OrganizationName, OrganizationNameError, SystemEntropy};
use proptest::{prop_assert, prop_assert_eq, proptest};

use crate::support::{Always, json, random};

fn parse(text: &str) -> Result<OrganizationName, OrganizationNameError> {
    OrganizationName::parse(text)
}

#[test]
fn b69_a_name_has_3_to_30_letters_digits_underscores_and_hyphens() {
    for text in ["abc", "a-b", "a_b", "007", "Acme", "x--", "abcdefghijklmnopqrstuvwxyz0123"] {
        assert_eq!(parse(text).expect(text).as_str(), text);
        assert_eq!(json(&parse(text).expect(text)), format!("\"{text}\""));
    }
    for text in ["", "ab", "abcdefghijklmnopqrstuvwxyz01234"] {
        assert!(matches!(parse(text), Err(OrganizationNameError::Length(..))), "{text}");
    }
    for text in
        ["a b c", "a.b", "a/b", "abc\u{e9}", "аcme", "ａbc", "a%2fb", "a\0bc", "../a", "a:b"]
    {
        assert!(matches!(parse(text), Err(OrganizationNameError::Character(_))), "{text}");
    }
    for text in ["-abc", "_abc", "---"] {
        assert!(matches!(parse(text), Err(OrganizationNameError::Start(_))), "{text}");
    }
}

#[test]
fn b69_names_that_differ_only_in_case_are_the_same() {
    let (one, other) = (parse("Acme").expect("a name"), parse("aCME").expect("a name"));
    assert_eq!(one, other);
    assert_eq!(one.key(), "acme");
    assert_eq!(one.cmp(&other), std::cmp::Ordering::Equal);
    assert_eq!(HashSet::from([one, other]).len(), 1);
}

#[test]
fn security_38_reserved_names_are_refused_in_every_spelling() {
    for text in [
        "admin", "Admin", "ADMIN", " admin ", "api", "system", "new", "settings", "built-in",
        "root",
    ] {
        assert!(matches!(parse(text), Err(OrganizationNameError::Reserved(_))), "{text}");
    }
    for text in ["built_in", "Built-In", "sign_in", "well-known"] {
        assert!(matches!(parse(text), Err(OrganizationNameError::Reserved(_))), "{text}");
    }
    for text in ["administration", "admin1", "newton", "systematic"] {
        assert!(parse(text).is_ok(), "{text}");
    }
}

#[test]
fn messages_say_what_to_do() {
    for (text, message) in [
        ("ab", "`ab` has 2 characters: an organization's name has 3 to 30"),
        ("a b c", "`a b c` cannot be used: write letters a to z, digits, `_` and `-` only"),
        ("-abc", "`-abc` cannot be used: begin with a letter or a digit"),
        ("admin", "`admin` is reserved: choose another name"),
    ] {
        assert_eq!(parse(text).expect_err(text).to_string(), message);
    }
}

#[test]
fn a_suggestion_is_made_from_any_text() {
    let suggest = |text| OrganizationName::suggest(text, &Always(7)).to_string();
    assert_eq!(suggest("alice@example.org"), "alice-example-org-77777");
    assert_eq!(suggest("Acme Research & Development"), "acme-research-develo-77777");
    assert_eq!(suggest("Acme Research Lab of X"), "acme-research-lab-of-77777");
    assert_eq!(suggest("李小龍"), "organization-77777");
    proptest!(random(), |(text in "\\PC{0,40}")| {
        let name = OrganizationName::suggest(&text, &SystemEntropy);
        prop_assert_eq!(parse(name.as_str()), Ok(name));
    });
}

#[test]
fn names_round_trip() {
    proptest!(random(), |(text in "[0-9A-Za-z][0-9A-Za-z_-]{2,29}")| {
        match parse(&text) {
            Ok(name) => prop_assert_eq!(name.to_string(), text),
            Err(error) => prop_assert!(matches!(error, OrganizationNameError::Reserved(_))),
        }
    });
}
