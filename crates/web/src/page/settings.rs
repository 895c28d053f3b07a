//! One's own account: profile, password, e-mail, second factor, sessions, deletion.

use askama::Template;

use super::form::Form;
use super::part::{Moment, number};
use super::shell::Shell;

/// `/settings/profile`. Fields: `first_name`, `last_name`.
#[derive(Debug, Clone, Template)]
#[template(path = "settings/profile.html")]
pub struct ProfilePage {
    /// The frame.
    pub shell: Shell,
    /// Posted to `/settings/profile`.
    pub form: Form,
    /// The user id's text.
    pub id: String,
    /// When the account was made.
    pub created: Moment,
}

impl ProfilePage {
    /// A page with the names as they are.
    pub fn new(shell: Shell, first_name: impl Into<String>, last_name: impl Into<String>) -> Self {
        let mut form = Form::new("profile", "/settings/profile");
        form.set("first_name", first_name).set("last_name", last_name);
        Self { shell, form, id: String::new(), created: Moment::default() }
    }
}

/// Whether a second factor is asked for at sign-in.
#[derive(Debug, Clone, Default)]
pub enum SecondFactor {
    /// No. One button posts to `/settings/security/totp`.
    #[default]
    Off,
    /// Yes. Two pages ask before turning off and before making new recovery codes.
    On {
        /// Since when.
        since: Moment,
        /// How many recovery codes were not used yet.
        codes_left: u64,
    },
}

/// `/settings/security`. Two forms: `password` (fields `current_password`, `new_password`) posted
/// to `/settings/security/password`, and `email` (fields `new_email`, `current_password`) posted to
/// `/settings/security/email`.
#[derive(Debug, Clone, Template)]
#[template(path = "settings/security.html")]
pub struct SecurityPage {
    /// The frame.
    pub shell: Shell,
    /// The form that changes the password.
    pub password: Form,
    /// After a refused password: what would make it better.
    pub advice: Vec<String>,
    /// The least number of characters of a password.
    pub password_minimum: u32,
    /// The form that changes the e-mail.
    pub email: Form,
    /// An address that waits to be confirmed; empty for none.
    pub email_pending: String,
    /// The second factor.
    pub second_factor: SecondFactor,
}

impl SecurityPage {
    /// A fresh page.
    pub fn new(shell: Shell, second_factor: SecondFactor) -> Self {
        Self {
            shell,
            password: Form::new("password", "/settings/security/password"),
            advice: Vec::new(),
            password_minimum: 10,
            email: Form::new("email", "/settings/security/email"),
            email_pending: String::new(),
            second_factor,
        }
    }
}

impl SecurityPage {
    /// What signing in asks for.
    fn sentence(&self) -> &'static str {
        match self.second_factor {
            SecondFactor::Off => "Signing in asks for your password alone.",
            SecondFactor::On { .. } => "Signing in asks for your password and a code.",
        }
    }
}

/// `/settings/security/totp`: the code to scan. Fields: `code`, `password`. Turning off and making
/// new recovery codes are [`super::ConfirmPage`]s with `password`.
#[derive(Debug, Clone, Template)]
#[template(path = "settings/totp.html")]
pub struct TotpPage {
    /// The frame.
    pub shell: Shell,
    /// Posted to `/settings/security/totp/confirm`.
    pub form: Form,
    /// The QR code as a `data:` address, see [`super::svg_data_uri`]; black on white.
    pub qr: String,
    /// The same secret to type, in groups of four.
    pub secret: String,
}

impl TotpPage {
    /// A page for this secret.
    pub fn new(shell: Shell, qr_svg: &str, secret: impl Into<String>) -> Self {
        let form = Form::new("totp", "/settings/security/totp/confirm");
        Self { shell, form, qr: super::svg_data_uri(qr_svg), secret: secret.into() }
    }
}

/// The recovery codes, shown once: answer to turning the second factor on, or to making new ones.
#[derive(Debug, Clone, Template)]
#[template(path = "settings/recovery_codes.html")]
pub struct RecoveryCodesPage {
    /// The frame.
    pub shell: Shell,
    /// The codes.
    pub codes: Vec<String>,
}

/// One session.
#[derive(Debug, Clone, Default)]
pub struct SessionRow {
    /// "Firefox on Linux".
    pub device: String,
    /// The address it was last used from.
    pub address: String,
    /// When it began.
    pub began: Moment,
    /// When it was last used.
    pub used: Moment,
    /// Whether it is the one of this very page.
    pub current: bool,
    /// Where **End** posts to.
    pub end: String,
}

/// `/settings/sessions`.
#[derive(Debug, Clone, Template)]
#[template(path = "settings/sessions.html")]
pub struct SessionsPage {
    /// The frame.
    pub shell: Shell,
    /// The sessions, this one first.
    pub rows: Vec<SessionRow>,
    /// Where "End all others" posts to; empty if there are no others.
    pub end_others: String,
}

impl SessionsPage {
    /// "You are signed in here and on 2 other devices."
    fn sentence(&self) -> String {
        match self.rows.len() {
            0 | 1 => "You are signed in here only.".to_owned(),
            2 => "You are signed in here and in 1 other place.".to_owned(),
            all => {
                format!("You are signed in here and in {} other places.", number(all as u64 - 1))
            }
        }
    }
}

/// `/settings/account`: deleting one's account. Fields: `typed` (the e-mail), `password`.
#[derive(Debug, Clone, Template)]
#[template(path = "settings/account.html")]
pub struct AccountPage {
    /// The frame.
    pub shell: Shell,
    /// Which organizations the person is in, in a sentence.
    pub lead: String,
    /// Posted to `/settings/account/delete`.
    pub form: Form,
    /// Organizations that must be handed over or deleted before: name and address of the page.
    /// Not empty: the account cannot be deleted now.
    pub owned: Vec<(String, String)>,
    /// What is lost, one sentence each.
    pub losses: Vec<String>,
}

impl AccountPage {
    /// A fresh page.
    pub fn new(shell: Shell, lead: impl Into<String>) -> Self {
        let form = Form::new("account", "/settings/account/delete");
        Self { shell, lead: lead.into(), form, owned: Vec::new(), losses: Vec::new() }
    }
}
