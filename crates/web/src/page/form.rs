//! What a form shows again after a refusal: typed values, one message on top, one at each field.

use guildhall_model::isolated;

/// The state of one form on a page.
///
/// A page's constructor makes its forms with the right address and field names. A handler then
/// only adds: `page.form.set("email", typed)`, `page.form.refuse(refusal.to_string())`, and for
/// each of the refusal's fields `page.form.fault(field, message)`. Passwords are never `set`: the
/// templates have no place that would show one.
#[derive(Debug, Clone, Default)]
pub struct Form {
    /// Distinguishes the forms of one page; the start of every element id in it.
    pub id: &'static str,
    /// Where the form is posted to.
    pub action: String,
    /// The idempotency key of a creating form, sent as the hidden field `submission`; empty in
    /// forms where sending twice does no harm.
    pub submission: String,
    /// Why the last attempt was refused; opens the error summary. `None` before an attempt.
    pub message: Option<String>,
    values: Vec<(String, String)>,
    faults: Vec<(String, String)>,
}

impl Form {
    /// A fresh form.
    pub fn new(id: &'static str, action: impl Into<String>) -> Self {
        Self { id, action: action.into(), ..Self::default() }
    }

    /// A fresh form that creates something: `submission` makes a second sending harmless.
    pub fn creating(
        id: &'static str,
        action: impl Into<String>,
        submission: impl Into<String>,
    ) -> Self {
        Self { submission: submission.into(), ..Self::new(id, action) }
    }

    /// Shows `value` in the field (replacing an earlier value of that name).
    pub fn set(&mut self, field: &str, value: impl Into<String>) -> &mut Self {
        self.values.retain(|(name, _)| name != field);
        self.values.push((field.to_owned(), value.into()));
        self
    }

    /// Adds one more value to a field that may be given several times (tick boxes of one name).
    pub fn add(&mut self, field: &str, value: impl Into<String>) -> &mut Self {
        self.values.push((field.to_owned(), value.into()));
        self
    }

    /// Opens the error summary with this sentence (upper case and full stop are added).
    pub fn refuse(&mut self, message: impl AsRef<str>) -> &mut Self {
        self.message = Some(sentence(message.as_ref()));
        self
    }

    /// Puts a message at one field, and a link to it into the summary.
    pub fn fault(&mut self, field: &str, message: impl AsRef<str>) -> &mut Self {
        self.faults.push((field.to_owned(), sentence(message.as_ref())));
        self
    }

    /// The value, or `None` with its error put at the field.
    pub fn take<T, E: std::fmt::Display>(&mut self, field: &str, value: Result<T, E>) -> Option<T> {
        value.map_err(|error| self.fault(field, error.to_string())).ok()
    }

    /// Whether the last attempt was refused.
    pub fn failed(&self) -> bool {
        self.message.is_some() || !self.faults.is_empty()
    }

    /// What the field shows; empty if nothing was typed.
    pub fn value(&self, field: &str) -> &str {
        let found = self.values.iter().find(|(name, _)| name == field);
        found.map_or("", |(_, value)| value)
    }

    /// Whether the field has this value (chosen option, ticked box).
    pub fn has(&self, field: &str, value: &str) -> bool {
        self.values.iter().any(|(name, had)| name == field && had == value)
    }

    /// The message at the field; empty if there is none.
    pub fn fault_of(&self, field: &str) -> &str {
        let found = self.faults.iter().find(|(name, _)| name == field);
        found.map_or("", |(_, message)| message)
    }

    /// What the summary opens with: the refusal, unless the fault of a field says the same.
    pub fn opening(&self) -> &str {
        let repeated = |message: &str| self.faults.iter().any(|(_, fault)| fault == message);
        match &self.message {
            Some(message) if !repeated(message) => message,
            _ => "Some of this cannot be taken yet:",
        }
    }

    /// The faults for the summary: field and message, each message once.
    pub fn faults(&self) -> &[(String, String)] {
        &self.faults
    }
}

/// A message as a sentence: first letter upper case, full stop at the end, and what the person
/// typed, which stands in backticks elsewhere, in quotation marks.
pub fn sentence(message: &str) -> String {
    let mut parts = message.trim().split('`');
    let mut message = parts.next().unwrap_or_default().to_owned();
    while let Some(typed) = parts.next() {
        message.push_str(&format!("“{}", isolated(typed)));
        if let Some(after) = parts.next() {
            message.push_str(&format!("”{after}"));
        }
    }
    let mut letters = message.chars();
    let Some(first) = letters.next() else { return String::new() };
    let mut text: String = first.to_uppercase().collect();
    text.push_str(letters.as_str());
    if !message.ends_with(['.', '?', '!', ':', '…']) {
        text.push('.');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::Form;

    #[test]
    fn a_refusal_that_a_field_repeats_is_not_said_twice() {
        let mut form = Form::new("f", "/");
        form.refuse("nobody was invited").fault("name", "the name is needed");
        assert_eq!(form.opening(), "Nobody was invited.");
        form.refuse("the name is needed");
        assert_eq!(form.opening(), "Some of this cannot be taken yet:");
    }

    #[test]
    fn messages_become_sentences_and_values_are_kept() {
        let mut form = Form::new("sign-in", "/sign-in");
        form.set("email", "a@b.example").set("email", "c@d.example");
        form.refuse("the e-mail or the password is wrong").fault("email", "`x` is no address?");
        assert_eq!(form.value("email"), "c@d.example");
        assert_eq!(form.message.as_deref(), Some("The e-mail or the password is wrong."));
        assert_eq!(form.fault_of("email"), "“x” is no address?");
        assert_eq!(form.value("password"), "");
        assert_eq!(super::sentence("Already one."), "Already one.");
        assert_eq!(super::sentence(""), "");
        form.fault("name", "`נועה (3)` and `x` are taken");
        assert_eq!(form.fault_of("name"), "“\u{2068}נועה (3)\u{2069}” and “x” are taken.");
    }
}
