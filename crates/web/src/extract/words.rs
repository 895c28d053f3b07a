//! What serde says of a value, in words for whoever sent it: they know JSON, not Rust.

use super::text;

/// The message about a value that is not what was expected.
pub(super) fn plain(message: &str) -> String {
    let said = variant(message).or_else(|| wrong(message));
    text::shown_message(&said.unwrap_or_else(|| message.to_owned()))
}

fn variant(message: &str) -> Option<String> {
    let (given, expected) =
        message.strip_prefix("unknown variant `")?.rsplit_once("`, expected ")?;
    let choices = expected.trim_start_matches("one of ").replace(" or ", ", ");
    let choices: Vec<&str> = choices.split(", ").collect();
    let choices = match choices.as_slice() {
        [all @ .., last] if !all.is_empty() => format!("{} or {last}", all.join(", ")),
        _ => choices.concat(),
    };
    Some(format!("has to be {choices}, not `{given}`"))
}

fn wrong(message: &str) -> Option<String> {
    let of_type = message.strip_prefix("invalid type: ");
    let (given, expected) =
        of_type.or_else(|| message.strip_prefix("invalid value: "))?.rsplit_once(", expected ")?;
    let given = match given.split_once(' ').unwrap_or((given, "")) {
        ("integer" | "floating", _) if of_type.is_none() => "one that is out of range",
        ("integer" | "floating", _) => "a number",
        ("string", _) => "a text",
        ("boolean", _) => "true or false",
        ("sequence", _) => "a list",
        ("map", _) => "an object",
        ("null" | "unit", _) => "null",
        _ => return None,
    };
    let expected = match expected.split_once(' ').unwrap_or((expected, "")) {
        ("u8" | "u16" | "u32" | "u64" | "usize", _) => "a whole number of 0 or more",
        ("i8" | "i16" | "i32" | "i64", _) => "a whole number",
        ("f32" | "f64", _) => "a number",
        ("struct" | "map", _) | ("a", "map") => "an object",
        ("a", "sequence") => "a list",
        ("a", "string") | ("string", "or map") | ("variant", "identifier") => "a text",
        ("a", "boolean") => "true or false",
        _ => expected,
    };
    Some(format!("has to be {expected}, not {given}"))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::plain;

    #[derive(Debug, Deserialize)]
    #[allow(dead_code)]
    struct Sample {
        count: Option<u8>,
        role: Option<Role>,
        names: Option<Vec<String>>,
        on: Option<bool>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Role {
        Admin,
        Member,
        Restricted,
    }

    #[test]
    fn messages_speak_of_json_and_not_of_types() {
        for (document, said) in [
            (r#"{"count":"x"}"#, "has to be a whole number of 0 or more, not a text"),
            (
                r#"{"count":256}"#,
                "has to be a whole number of 0 or more, not one that is out of range",
            ),
            (r#"{"role":"boss"}"#, "has to be `admin`, `member` or `restricted`, not `boss`"),
            (r#"{"names":"x"}"#, "has to be a list, not a text"),
            (r#"{"names":[null]}"#, "has to be a text, not null"),
            (r#"{"on":[]}"#, "has to be true or false, not a list"),
            ("7", "has to be an object, not a number"),
        ] {
            let error = serde_json::from_str::<Sample>(document).expect_err(document).to_string();
            let message = error.rsplit_once(" at line ").map_or(error.as_str(), |(text, _)| text);
            assert_eq!(plain(message), said, "{document}: {error}");
        }
    }

    #[test]
    fn what_our_own_types_say_stays_as_it_is() {
        assert_eq!(plain("it is longer than 80 characters"), "it is longer than 80 characters");
    }
}
