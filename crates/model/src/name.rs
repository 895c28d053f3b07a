//! Names that people give to things and to themselves: free text that is safe to show.

use std::str::FromStr;

use unicode_normalization::char::is_combining_mark;

use crate::Email;
use crate::text::{self, text_value};

/// A text is refused as a name, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} is not a name: {problem}", text::quoted(.text))]
pub struct NameError {
    /// What was given, without surrounding white space.
    pub text: String,
    /// What is wrong with it.
    pub problem: NameProblem,
}

/// What is wrong with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameProblem {
    /// Nothing was given, or nothing that can be seen.
    #[error("it is empty")]
    Empty,
    /// Too many characters.
    #[error("it is longer than {0} characters")]
    TooLong(usize),
    /// A character that is not seen, or that turns the text around it.
    #[error("it holds the invisible character U+{:04X}", u32::from(*.0))]
    Invisible(char),
    /// A web address, which mail programs would make a link of.
    #[error("it holds a web address")]
    WebAddress,
}

macro_rules! names {
    ($(
        #[doc = $doc:literal]
        $name:ident, $max:literal, $expected:literal, $example:literal;
    )*) => {$(
        #[doc = $doc]
        ///
        /// Surrounding white space is trimmed. Refused are control characters, invisible ones,
        /// those that turn the direction of text, and web addresses.
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The most characters (Unicode scalar values).
            pub const MAX: usize = $max;

            /// Read a name as a person types it.
            ///
            /// # Errors
            /// With the first thing that keeps it from being a name.
            pub fn parse(text: &str) -> Result<Self, NameError> {
                checked(text, Self::MAX).map(Self)
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = NameError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0
            }
        }

        text_value!($name, $expected, {
            "type": "string",
            "minLength": 1,
            "maxLength": $max,
            "description": $doc.trim(),
            "examples": [$example],
        });
    )*};
}

names! {
    /// The name an organization, or another thing, is shown under: 1 to 254 characters.
    DisplayName, 254, "a name", "Acme Research";
    /// A person's first or last name: 1 to 80 characters.
    PersonName, 80, "a person's name", "Ada";
    /// What an API key is for, in its owner's words: 1 to 60 characters.
    ApiKeyName, 60, "an API key's name", "nightly import";
    /// The name of a custom role: 1 to 60 characters.
    RoleName, 60, "a role's name", "Cluster operator";
    /// The name of a cluster: 1 to 60 characters.
    ClusterName, 60, "a cluster's name", "analytics";
    /// The name of a cloud account: 1 to 60 characters.
    CloudAccountName, 60, "a cloud account's name", "Production";
}

impl From<&Email> for DisplayName {
    /// The default name of a new owner's organization is their address (H4).
    fn from(email: &Email) -> Self {
        Self(email.as_str().into())
    }
}

fn checked(text: &str, max: usize) -> Result<String, NameError> {
    let text = text.trim();
    let refused = |problem| Err(NameError { text: text.into(), problem });
    if text.is_empty() {
        return refused(NameProblem::Empty);
    }
    if text.chars().count() > max {
        return refused(NameProblem::TooLong(max));
    }
    if let Some(hidden) = text.chars().find(|c| is_invisible(*c)) {
        return refused(NameProblem::Invisible(hidden));
    }
    if !text.chars().any(is_visible) {
        return refused(NameProblem::Empty);
    }
    let lower = text.to_ascii_lowercase();
    if lower.contains("://") || lower.contains("www.") {
        return refused(NameProblem::WebAddress);
    }
    Ok(text.into())
}

/// Whether a character has no place in a name: it is not seen, ends the line or turns direction.
fn is_invisible(char: char) -> bool {
    char.is_control()
        || matches!(char,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..='\u{e0fff}' | '\u{f0000}'..='\u{10ffff}')
}

/// Whether a character is seen by itself; joiners and marks on other characters are not.
fn is_visible(char: char) -> bool {
    !char.is_whitespace() && !matches!(char, '\u{200c}' | '\u{200d}') && !is_combining_mark(char)
}
