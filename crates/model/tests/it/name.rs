//! Names that people give.

use guildhall_model::{ApiKeyName, DisplayName, Email, NameProblem, PersonName, RoleName};
use proptest::{prop_assert, prop_assert_eq, proptest};

use crate::support::{json, random, refusal};

fn problem(text: &str) -> NameProblem {
    PersonName::parse(text).expect_err(text).problem
}

#[test]
fn names_of_the_world_are_read() {
    for text in [
        "Ada",
        "O'Brien & Sons <R&D>",
        "Зоя",
        "محمد",
        "می‌خواهم",
        "李小龍",
        "Nguyễn Thị Minh Khai",
        "👩‍🚀 crew",
        "❤️",
        "x",
    ] {
        assert_eq!(PersonName::parse(text).expect(text).as_str(), text);
        assert_eq!(json(&DisplayName::parse(text).expect(text)), format!("\"{text}\""));
    }
    assert_eq!(
        PersonName::parse("\u{3000} Ada  Lovelace\n").expect("a name").as_str(),
        "Ada  Lovelace"
    );
}

#[test]
fn what_cannot_be_seen_is_no_name() {
    assert!(PersonName::parse("e\u{301}").is_ok(), "a mark on something");
    for text in
        ["", " ", "\t\n", "\u{3000}", "\u{200d}", "\u{fe0f}\u{200c}", "\u{301}\u{489} \u{93f}"]
    {
        assert_eq!(problem(text), NameProblem::Empty, "{text:?}");
    }
    for char in "\0\u{7}\u{7f}\u{85}\u{ad}\u{61c}\u{200b}\u{200e}\u{200f}\u{2028}\u{2029}\u{202a}\
                 \u{202e}\u{2060}\u{2066}\u{2069}\u{2800}\u{3164}\u{feff}\u{e0041}\u{f8ff}\n\r\t"
        .chars()
    {
        assert_eq!(problem(&format!("a{char}b")), NameProblem::Invisible(char));
    }
}

#[test]
fn security_17_a_name_in_a_mail_is_no_link_and_no_header() {
    for text in
        ["see https://evil.example now", "HTTP://evil.example", "www.evil.example", "x WWW.e.x"]
    {
        assert_eq!(problem(text), NameProblem::WebAddress, "{text}");
    }
    assert_eq!(problem("Ada\r\nBcc: all@example.org"), NameProblem::Invisible('\r'));
    assert_eq!(problem(&"a".repeat(81)), NameProblem::TooLong(80));
}

#[test]
fn lengths_count_characters() {
    assert!(PersonName::parse(&"é".repeat(80)).is_ok());
    assert!(RoleName::parse(&"é".repeat(60)).is_ok());
    assert_eq!(
        RoleName::parse(&"é".repeat(61)).expect_err("too long").problem,
        NameProblem::TooLong(60)
    );
    assert!(ApiKeyName::parse(&"x".repeat(61)).is_err());
    assert!(DisplayName::parse(&"x".repeat(255)).is_err());
}

#[test]
fn h4_every_address_can_be_the_name_of_an_organization() {
    let longest = format!("{}@{}.{}.org", "a".repeat(64), "b".repeat(63), "c".repeat(63));
    for text in ["bob@example.org", "www.bob@example.org", longest.as_str()] {
        let email = Email::parse(text).expect(text);
        assert_eq!(DisplayName::from(&email).as_str(), text);
    }
}

#[test]
fn messages_say_what_is_wrong() {
    for (text, message) in [
        ("", "`` is not a name: it is empty"),
        ("a\u{202e}b", "`a\\u{202e}b` is not a name: it holds the invisible character U+202E"),
        ("http://x", "`http://x` is not a name: it holds a web address"),
    ] {
        assert_eq!(PersonName::parse(text).expect_err(text).to_string(), message);
    }
    assert!(refusal::<PersonName>("\"\"").starts_with("`` is not a name: it is empty"));
    assert!(refusal::<PersonName>("1").contains("a person's name"));
}

#[test]
fn whatever_is_read_is_stable() {
    proptest!(random(), |(text in "[\\PC\\pC ]{0,12}")| {
        if let Ok(name) = PersonName::parse(&text) {
            prop_assert_eq!(name.as_str(), text.trim());
            prop_assert!(!name.as_str().chars().any(char::is_control));
            prop_assert_eq!(name.as_str().parse::<PersonName>(), Ok(name.clone()));
        }
    });
}
