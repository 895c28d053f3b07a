//! Lists of mail addresses.

use guildhall_model::{Email, EmailList, EmailListError};
use proptest::{prop_assert_eq, proptest};

use crate::support::{json, random, refusal};

fn texts(list: &EmailList) -> Vec<&str> {
    list.iter().map(Email::as_str).collect()
}

#[test]
fn a8_several_addresses_are_given_with_commas() {
    let list = EmailList::parse("ann@example.org,bob@example.org, cy@example.org").expect("three");
    assert_eq!(texts(&list), ["ann@example.org", "bob@example.org", "cy@example.org"]);
    assert_eq!(list.to_string(), "ann@example.org, bob@example.org, cy@example.org");
    assert_eq!(list.to_string().parse(), Ok(list.clone()));
    assert_eq!(json(&list), r#"["ann@example.org","bob@example.org","cy@example.org"]"#);
}

#[test]
fn a10_items_are_trimmed_and_empty_and_repeated_ones_dropped() {
    let pasted = " ,, bob@example.org ;\r\n\tann@example.org,\u{a0}BOB@Example.org,, \n;";
    let list = EmailList::parse(pasted).expect("two");
    assert_eq!(texts(&list), ["bob@example.org", "ann@example.org"]);
}

#[test]
fn a10_every_bad_address_is_named() {
    let error = EmailList::parse("ann@example.org, bob@, cy, bob@").expect_err("two are bad");
    assert_eq!(
        error.to_string(),
        "`bob@` is not a mail address: the part after @ is missing; \
         `cy` is not a mail address: the @ is missing"
    );
    let EmailListError::Invalid(bad) = error else { panic!("unexpected {error:?}") };
    assert_eq!(bad.iter().map(|error| error.text.as_str()).collect::<Vec<_>>(), ["bob@", "cy"]);
}

#[test]
fn nothing_is_no_list() {
    for text in ["", " ", ",", " ;\n, "] {
        assert_eq!(EmailList::parse(text), Err(EmailListError::Empty), "`{text}`");
    }
    assert!(refusal::<EmailList>("[]").starts_with("no mail address was given"));
}

#[test]
fn a_list_has_at_most_500_items() {
    let items: Vec<_> = (0..500).map(|n| format!("user{n}@example.org")).collect();
    assert_eq!(EmailList::parse(&items.join(",")).expect("500").as_slice().len(), 500);
    let more = format!("{},one-more@example.org", items.join(","));
    assert_eq!(EmailList::parse(&more), Err(EmailListError::TooMany(501)));
}

#[test]
fn json_gives_a_list_or_a_text() {
    let list = EmailList::parse("ann@example.org bob@example.org").expect("two");
    for json in [
        r#"["ann@example.org", "bob@example.org"]"#,
        r#"["ann@example.org", " ", "Bob@example.org ", "ann@example.org"]"#,
        r#""ann@example.org, bob@example.org""#,
    ] {
        assert_eq!(serde_json::from_str::<EmailList>(json).expect(json), list);
    }
    let message = refusal::<EmailList>(r#"["ann@example.org", "bob@", "a b@example.org"]"#);
    assert!(message.contains("`bob@`") && message.contains("`a b@example.org`"), "{message}");
    assert!(refusal::<EmailList>("{}").contains("a list of mail addresses"));
}

#[test]
fn lists_round_trip() {
    let items = proptest::collection::vec("[a-z]{1,3}@[a-z]{1,3}\\.(org|com)", 1..20);
    proptest!(random(), |(items in items)| {
        let list = EmailList::from_items(items.iter().map(String::as_str)).expect("addresses");
        prop_assert_eq!(list.to_string().parse::<EmailList>(), Ok(list.clone()));
        let mut different = items;
        let mut seen = std::collections::HashSet::new();
        different.retain(|item| seen.insert(item.clone()));
        prop_assert_eq!(texts(&list), different);
    });
}
