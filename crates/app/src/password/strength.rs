//! Judging a password that somebody chooses.

use guildhall_model::{Password, PasswordHash};
use zxcvbn::{Score, feedback::Feedback};

use crate::{Refusal, RefusalKind};

/// The least number of characters of a password.
pub const PASSWORD_MINIMUM: usize = 10;

/// A password that was judged strong enough, hashed. Nothing else can become an account's password.
#[derive(Clone, Debug)]
pub struct NewPassword(pub(super) PasswordHash);

impl NewPassword {
    pub(crate) fn hash(&self) -> &PasswordHash {
        &self.0
    }
}

/// A password is too easy to guess.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this password is too easy to guess")]
pub struct WeakPassword {
    /// What is wrong and what would make it better, one sentence each.
    pub advice: Vec<String>,
}

impl Refusal for WeakPassword {
    const CODES: &'static [&'static str] = &["account.weak_password"];

    fn code(&self) -> &'static str {
        Self::CODES[0]
    }

    fn kind(&self) -> RefusalKind {
        RefusalKind::Invalid
    }

    fn fields(&self) -> Vec<(String, String)> {
        vec![("password".into(), self.advice.join(" "))]
    }
}

/// Judges a password. `known` are texts that an attacker tries first: the person's names and
/// address, each also by its words.
pub(super) fn judge(password: &Password, known: &[String]) -> Result<(), WeakPassword> {
    let text = password.expose();
    let mut inputs: Vec<&str> = vec!["guildhall"];
    for known in known {
        inputs.push(known);
        inputs
            .extend(known.split_once('@').into_iter().flat_map(|(local, domain)| [local, domain]));
        inputs.extend(known.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 2));
    }
    let estimate = zxcvbn::zxcvbn(text, &inputs);
    let mut advice = Vec::new();
    if text.chars().count() < PASSWORD_MINIMUM {
        advice.push(format!("Use at least {PASSWORD_MINIMUM} characters."));
    } else if estimate.score() >= Score::Three {
        return Ok(());
    }
    advice.extend(estimate.feedback().into_iter().flat_map(sentences));
    if advice.is_empty() {
        advice.push("Use a few words that do not belong together.".to_owned());
    }
    Err(WeakPassword { advice })
}

fn sentences(feedback: &Feedback) -> impl Iterator<Item = String> + use<> {
    let warning = feedback.warning().map(|warning| warning.to_string());
    let suggestions: Vec<_> = feedback.suggestions().iter().map(ToString::to_string).collect();
    warning.into_iter().chain(suggestions)
}

#[cfg(test)]
mod tests {
    use guildhall_model::Password;

    use super::judge;

    fn advice(password: &str) -> Option<String> {
        let known = ["ada.lovelace@analytical.example".to_owned(), "Ada".to_owned()];
        let password = Password::parse(password).unwrap();
        judge(&password, &known).err().map(|weak| weak.advice.join(" "))
    }

    #[test]
    fn weak_passwords_are_refused_with_advice() {
        assert!(advice("short").unwrap().contains("at least 10 characters"));
        assert!(advice("password1234").is_some());
        assert!(advice("aaaaaaaaaaaaaaaa").unwrap().contains("Repeats"));
        assert!(advice("lovelaceanalytical").is_some(), "names and address count");
        assert!(advice("ada.lovelace@analytical.example").is_some());
        assert_eq!(advice("tundra walnut ladder 47"), None);
        assert_eq!(advice("Grüße an die Eisbären 9"), None);
    }
}
