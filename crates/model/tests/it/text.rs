//! What all values with a text form have in common: messages stay short and readable.

use guildhall_model::{OrganizationRole, Switch};

#[test]
fn user_input_in_a_message_is_escaped_and_cut() {
    let error = "\u{1b}[2J\u{202e}\n'\"\\é".parse::<Switch>().expect_err("no switch");
    assert!(
        error.to_string().starts_with("`\\u{1b}[2J\\u{202e}\\n'\"\\é` is not a permission"),
        "{error}"
    );
    let error = "é".repeat(1000).parse::<OrganizationRole>().expect_err("no role");
    assert!(error.to_string().starts_with(&format!("`{}…` is not a role", "é".repeat(80))));
}

#[test]
fn values_are_padded_like_text() {
    assert_eq!(format!("{:>8}|", OrganizationRole::Admin), "   admin|");
}
