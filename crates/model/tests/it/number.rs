//! Revisions and page sizes.

use guildhall_model::{PageSize, Revision};

use crate::support::{json, refusal};

#[test]
fn revisions_go_up_by_one() {
    assert_eq!(Revision::default(), Revision::ZERO);
    assert_eq!(Revision::ZERO.next().number(), 1);
    assert_eq!(json(&Revision::new(42)), "42");
    assert_eq!("42".parse(), Ok(Revision::new(42)));
    assert_eq!(Revision::new(42).to_string(), "42");
    assert_eq!(Revision::try_from(i64::from(Revision::new(42))), Ok(Revision::new(42)));
    assert!(Revision::try_from(-1).is_err());
    let error = "-1".parse::<Revision>().expect_err("no revision");
    assert_eq!(error.to_string(), "`-1` is not a revision: it is a whole number from 0");
}

#[test]
fn a_page_has_1_to_200_rows() {
    assert_eq!(PageSize::default().rows(), 50);
    assert_eq!(json(&PageSize::MAX), "200");
    for text in ["1", "200", " 7 "] {
        assert!(text.parse::<PageSize>().is_ok(), "{text}");
    }
    for text in ["", "0", "201", "-1", "1.5", "many", "18446744073709551616"] {
        let error = text.parse::<PageSize>().expect_err(text);
        assert_eq!(
            error.to_string(),
            format!("`{text}` is not a page size: ask for 1 to 200 rows")
        );
    }
    for json in ["0", "201", "-1", "\"201\"", "18446744073709551615"] {
        assert!(refusal::<PageSize>(json).contains("ask for 1 to 200 rows"), "{json}");
    }
    assert!(refusal::<PageSize>("1.5").contains("a number from 1 to 200"));
}

#[test]
fn a_page_size_is_read_from_a_query_string_too() {
    assert_eq!(serde_json::from_str::<PageSize>("\"7\"").expect("a size").rows(), 7);
}
