//! Mail addresses in their one canonical form.

use std::fmt;
use std::str::FromStr;

use crate::text::{self, text_value};

/// A mail address in canonical form: an ASCII local part and an IDNA domain in ASCII, both in
/// lower case, 254 characters at most.
///
/// The same form serves the unique index, invitations, domain rules and directory filters. What
/// could only be brought to it by folding Unicode is refused, so two spellings never meet.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Email {
    text: String,
    at: usize,
}

/// A text is not a mail address, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} is not a mail address: {problem}", text::quoted(.text))]
pub struct EmailError {
    /// What was given, without surrounding white space.
    pub text: String,
    /// What is wrong with it.
    pub problem: EmailProblem,
}

/// What is wrong with a mail address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmailProblem {
    /// Nothing was given.
    #[error("it is empty")]
    Empty,
    /// More than 254 characters.
    #[error("it is longer than 254 characters")]
    TooLong,
    /// No `@`.
    #[error("the @ is missing")]
    NoAt,
    /// More than one `@`.
    #[error("it has more than one @")]
    ManyAts,
    /// Nothing before the `@`.
    #[error("the part before @ is missing")]
    NoLocalPart,
    /// Nothing after the `@`.
    #[error("the part after @ is missing")]
    NoDomain,
    /// More than 64 characters before the `@`.
    #[error("the part before @ is longer than 64 characters")]
    LocalPartTooLong,
    /// A character that the part before the `@` cannot have.
    #[error("the part before @ cannot have {}", name_of(*.0))]
    LocalPartCharacter(char),
    /// A dot at the start or end of the part before the `@`, or two in a row.
    #[error("the part before @ has a dot at its start or end, or two in a row")]
    LocalPartDots,
    /// A domain of one label.
    #[error("the part after @ has no dot, as in `example.org`")]
    DomainWithoutDot,
    /// A dot at the start or end of the domain, or two in a row.
    #[error("the part after @ has a dot at its start or end, or two in a row")]
    DomainDots,
    /// An address of a machine where a domain belongs.
    #[error("the part after @ is a number, not a domain")]
    DomainNumeric,
    /// A domain with letters that stand for others.
    #[error("the part after @ has letters that stand for others: write it as `{0}`")]
    DomainFolds(String),
    /// A domain that the rules of IDNA refuse.
    #[error("the part after @ is not a domain")]
    DomainInvalid,
}

impl Email {
    /// Read an address as a person types it: surrounding white space and upper case are ironed out.
    ///
    /// # Errors
    /// With the first thing that keeps it from being an address.
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        let text = text.trim();
        canonical(text).map_err(|problem| EmailError { text: text.into(), problem })
    }

    /// The canonical text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What is before the `@`.
    #[must_use]
    pub fn local_part(&self) -> &str {
        &self.text[..self.at]
    }

    /// The domain after the `@`, in ASCII (`xn--…` where it has other letters).
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.text[self.at + 1..]
    }
}

fn canonical(text: &str) -> Result<Email, EmailProblem> {
    if text.is_empty() {
        return Err(EmailProblem::Empty);
    }
    if text.len() > 1024 {
        return Err(EmailProblem::TooLong);
    }
    let (local, domain) = text.split_once('@').ok_or(EmailProblem::NoAt)?;
    if domain.contains('@') {
        return Err(EmailProblem::ManyAts);
    }
    let local = canonical_local_part(local)?;
    let domain = canonical_domain(domain)?;
    let text = format!("{local}@{domain}");
    if text.len() > 254 {
        return Err(EmailProblem::TooLong);
    }
    Ok(Email { text, at: local.len() })
}

/// RFC 5321 dot-string, without `#`, `%` and the backtick, which other texts give a meaning.
fn canonical_local_part(local: &str) -> Result<String, EmailProblem> {
    let known = |c: char| c.is_ascii_alphanumeric() || "!$&'*+-/=?^_{|}~.".contains(c);
    if local.is_empty() {
        return Err(EmailProblem::NoLocalPart);
    }
    if let Some(unknown) = local.chars().find(|c| !known(*c)) {
        return Err(EmailProblem::LocalPartCharacter(unknown));
    }
    if local.len() > 64 {
        return Err(EmailProblem::LocalPartTooLong);
    }
    if has_stray_dot(local) {
        return Err(EmailProblem::LocalPartDots);
    }
    Ok(local.to_ascii_lowercase())
}

fn canonical_domain(domain: &str) -> Result<String, EmailProblem> {
    if domain.is_empty() {
        return Err(EmailProblem::NoDomain);
    }
    if has_stray_dot(domain) {
        return Err(EmailProblem::DomainDots);
    }
    let lower = domain.to_ascii_lowercase();
    let ascii = idna::domain_to_ascii_strict(&lower).map_err(|_| EmailProblem::DomainInvalid)?;
    if lower != ascii {
        // The mapping of IDNA also folds: full-width letters, upper case, ligatures, the Kelvin
        // sign. Only a domain that comes back as it was written holds none of those.
        let (written, result) = idna::domain_to_unicode(&ascii);
        if result.is_err() || written != lower {
            return Err(EmailProblem::DomainFolds(ascii));
        }
    }
    let Some((_, top)) = ascii.rsplit_once('.') else {
        return Err(EmailProblem::DomainWithoutDot);
    };
    if top.bytes().all(|b| b.is_ascii_digit()) {
        return Err(EmailProblem::DomainNumeric);
    }
    Ok(ascii)
}

fn has_stray_dot(text: &str) -> bool {
    text.starts_with('.') || text.ends_with('.') || text.contains("..")
}

fn name_of(char: char) -> String {
    match char {
        ' ' => "a space".into(),
        _ if char.is_whitespace() || char.is_control() => {
            format!("the invisible character U+{:04X}", u32::from(char))
        }
        _ if char.is_ascii() => format!("`{char}`"),
        _ => format!("`{char}` (U+{:04X}): only plain letters a to z", u32::from(char)),
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for Email {
    type Err = EmailError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.text
    }
}

text_value!(Email, "a mail address", {
    "type": "string",
    "format": "email",
    "minLength": 5,
    "maxLength": 254,
    "description": "A mail address. Read in any case and answered in lower case; a domain with \
                    letters other than a to z is answered in its ASCII form (`xn--…`).",
    "examples": ["bob@example.org"],
});
