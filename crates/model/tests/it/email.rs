//! Mail addresses: one canonical form, and no way for two spellings to meet in it.

use std::cell::Cell;

use guildhall_model::{Email, EmailProblem};
use proptest::{prop_assert, prop_assert_eq, proptest};

use crate::support::{json, random, refusal};

fn problem(text: &str) -> EmailProblem {
    match Email::parse(text) {
        Ok(email) => panic!("`{text}` was read as `{email}`"),
        Err(error) => error.problem,
    }
}

fn message(text: &str) -> String {
    Email::parse(text).expect_err("this is refused").to_string()
}

#[test]
fn an_address_is_read_in_any_case_and_kept_in_lower_case() {
    let email = Email::parse(" \tBob.O'Brien+Lists@Example.ORG\n").expect("an address");
    assert_eq!(email.as_str(), "bob.o'brien+lists@example.org");
    assert_eq!(email.local_part(), "bob.o'brien+lists");
    assert_eq!(email.domain(), "example.org");
    assert_eq!(json(&email), "\"bob.o'brien+lists@example.org\"");
    assert_eq!(format!("{email:?}"), email.to_string());
}

#[test]
fn an_international_domain_is_kept_in_ascii() {
    for (text, domain) in [
        ("a@bücher.example", "xn--bcher-kva.example"),
        ("a@xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("a@XN--BCHER-KVA.example", "xn--bcher-kva.example"),
        ("a@例え.テスト", "xn--r8jz45g.xn--zckzah"),
        ("a@пример.example", "xn--e1afmkfd.example"),
    ] {
        assert_eq!(Email::parse(text).expect(text).domain(), domain);
    }
}

#[test]
fn messages_say_what_is_wrong() {
    let expected = [
        ("", "`` is not a mail address: it is empty"),
        ("bob", "`bob` is not a mail address: the @ is missing"),
        ("bob@", "`bob@` is not a mail address: the part after @ is missing"),
        ("@b.org", "`@b.org` is not a mail address: the part before @ is missing"),
        ("a@b@c.org", "`a@b@c.org` is not a mail address: it has more than one @"),
        ("a b@c.org", "`a b@c.org` is not a mail address: the part before @ cannot have a space"),
        ("<a@c.org", "`<a@c.org` is not a mail address: the part before @ cannot have `<`"),
        (
            "bob@example",
            "`bob@example` is not a mail address: the part after @ has no dot, as in `example.org`",
        ),
        (
            "a@ｅxample.org",
            "`a@ｅxample.org` is not a mail address: the part after @ has letters that stand for \
             others: write it as `example.org`",
        ),
        (
            "a\u{7f}b@c.org",
            "`a\\u{7f}b@c.org` is not a mail address: \
             the part before @ cannot have the invisible character U+007F",
        ),
    ];
    for (text, expected) in expected {
        assert_eq!(message(text), expected);
    }
    assert!(message(&"x".repeat(100_000)).len() < 200);
    assert!(refusal::<Email>("\"bob@\"").starts_with("`bob@` is not a mail address"));
    assert!(refusal::<Email>("7").contains("a mail address"));
}

#[test]
fn lengths_are_those_of_the_mail_protocol() {
    let local = "a".repeat(64);
    assert!(Email::parse(&format!("{local}@example.org")).is_ok());
    assert_eq!(problem(&format!("{local}a@example.org")), EmailProblem::LocalPartTooLong);

    let domain = |length: usize| {
        let label = "b".repeat(63);
        format!("{label}.{label}.{}", "c".repeat(length - 128))
    };
    assert_eq!(Email::parse(&format!("{local}@{}", domain(189))).expect("254").as_str().len(), 254);
    assert_eq!(problem(&format!("{local}@{}", domain(190))), EmailProblem::TooLong);
    assert_eq!(problem(&format!("{}@example.org", "a".repeat(5000))), EmailProblem::TooLong);
    assert_eq!(problem(&format!("a@{}.org", "b".repeat(64))), EmailProblem::DomainInvalid);
}

#[test]
fn local_parts_are_plain() {
    for text in ["\"a b\"@c.org", "\"a\"@c.org", "a\\b@c.org", "(x)a@c.org", "a,b@c.org"] {
        assert!(matches!(problem(text), EmailProblem::LocalPartCharacter(_)), "{text}");
    }
    for char in "#:%`;<>[]()\\\", \t\r\n\0\u{85}\u{a0}\u{200b}\u{202e}\u{feff}".chars() {
        assert_eq!(problem(&format!("a{char}b@c.org")), EmailProblem::LocalPartCharacter(char));
    }
    for text in [".a@c.org", "a.@c.org", "a..b@c.org"] {
        assert_eq!(problem(text), EmailProblem::LocalPartDots);
    }
}

#[test]
fn security_21_no_letter_turns_into_another_in_the_local_part() {
    for text in [
        "mıke@example.org",  // dotless i, upper-cased to I
        "mİke@example.org",  // dotted I, lower-cased to i and a combining dot
        "stra\u{df}e@e.org", // ß, upper-cased to SS
        "STRA\u{1e9e}E@e.org",
        "\u{212a}ate@e.org",  // the Kelvin sign, lower-cased to k
        "\u{17f}am@e.org",    // long s, upper-cased to S
        "ｂｏｂ@example.org", // full-width letters
        "b\u{3bf}b@e.org",    // Greek omicron
        "b\u{43e}b@e.org",    // Cyrillic o
        "bob\u{301}@e.org",
        "\u{fb01}n@e.org", // the ligature fi
        "bob\u{ff20}e.org@e.org",
    ] {
        assert!(matches!(problem(text), EmailProblem::LocalPartCharacter(_)), "{text}");
    }
    assert_eq!(problem("bob\u{ff20}example.org"), EmailProblem::NoAt);
    assert_eq!(problem("bob\u{fe6b}example.org"), EmailProblem::NoAt);
}

#[test]
fn security_21_no_letter_turns_into_another_in_the_domain() {
    for (text, folded) in [
        ("a@ｅｘａｍｐｌｅ.org", "example.org"),
        ("a@\u{212a}elvin.org", "kelvin.org"),
        ("a@example\u{3002}org", "example.org"),
        ("a@example\u{ff0e}org", "example.org"),
        ("a@exa\u{ad}mple.org", "example.org"),
        ("a@exa\u{200b}mple.org", "example.org"),
        ("a@\u{fb01}n.org", "fin.org"),
        ("a@\u{1d41e}xample.org", "example.org"),
        ("a@\u{2460}.org", "1.org"),
        ("a@BÜCHER.org", "xn--bcher-kva.org"),
        ("a@bu\u{308}cher.org", "xn--bcher-kva.org"),
    ] {
        assert_eq!(problem(text), EmailProblem::DomainFolds(folded.into()), "{text}");
    }
    // These are domains of their own, and stay apart from what they look like.
    for (text, looks_like) in [
        ("a@stra\u{df}e.de", "a@strasse.de"),
        ("a@\u{430}pple.com", "a@apple.com"),
        ("a@mıke.org", "a@mike.org"),
    ] {
        let email = Email::parse(text).expect(text);
        assert!(email.domain().contains("xn--"), "{email}");
        assert_ne!(email, Email::parse(looks_like).expect(looks_like));
    }
}

#[test]
fn security_23_domains_have_one_spelling() {
    for text in ["a@example.org.", "a@.example.org", "a@example..org", "a@."] {
        assert_eq!(problem(text), EmailProblem::DomainDots, "{text}");
    }
    for text in ["a@1.2.3.4", "a@example.1"] {
        assert_eq!(problem(text), EmailProblem::DomainNumeric, "{text}");
    }
    for text in [
        "a@[1.2.3.4]",
        "a@[IPv6:::1]",
        "a@-example.org",
        "a@example-.org",
        "a@exa_mple.org",
        "a@exa mple.org",
        "a@exa\0mple.org",
        "a@example.org\r\nBcc: x",
        "a@example.org>",
        "a@xn--a.org",
        "a@xn--.org",
        "a@xn--example-.org",
        "a@ab--cd.org",
        "a@exa%6dple.org",
        "a@example.org:25",
        "a@example.org/x",
        "a@example.org#x",
    ] {
        assert_eq!(problem(text), EmailProblem::DomainInvalid, "{text}");
    }
}

#[test]
fn security_22_the_canonical_form_is_its_own_canonical_form() {
    let local = "[A-Za-z0-9!$&'*+/=?^_{|}~-]{1,12}(\\.[A-Za-z0-9+-]{1,8}){0,2}";
    let domain = "[A-Za-z0-9]{1,10}(\\.[A-Za-z0-9]{1,5}){0,2}\\.[A-Za-z]{2,6}";
    proptest!(random(), |(local in local, domain in domain)| {
        let text = format!("{local}@{domain}");
        let email = Email::parse(&text).expect("an address");
        prop_assert_eq!(email.as_str(), text.to_ascii_lowercase());
        prop_assert_eq!(email.as_str().parse::<Email>(), Ok(email.clone()));
        prop_assert_eq!(Email::parse(&text.to_ascii_uppercase()), Ok(email.clone()));
        prop_assert_eq!(format!("{}@{}", email.local_part(), email.domain()), email.as_str());
    });
}

#[test]
fn security_22_whatever_is_read_is_plain_ascii_and_stable() {
    let read = Cell::new(0);
    let label = "[a-zA-Z0-9äöüßıéа-яα-ω例ａ-ｚＡ-Ｚ\u{212a}\u{fb01}-]{1,5}|\\PC{1,4}";
    proptest!(random(), |(local in "\\PC?", domain in label, top in label)| {
        let text = format!("a{local}@{domain}.{top}");
        if let Ok(email) = Email::parse(&text) {
            read.set(read.get() + 1);
            prop_assert!(email.as_str().bytes().all(|byte| byte.is_ascii_graphic()));
            prop_assert!(!email.as_str().contains(|c: char| c.is_ascii_uppercase()));
            prop_assert_eq!(email.as_str().parse::<Email>(), Ok(email.clone()));
            let (unicode, _) = idna::domain_to_unicode(email.domain());
            let written = text.trim().split_once('@').expect("it has one").1.to_ascii_lowercase();
            prop_assert!(written == unicode || written == email.domain(), "{text} became {email}");
        }
    });
    assert!(read.get() > 0, "no case was an address: the test proved nothing");
}
