//! The pages before one is in: sign in, register, verify, forgotten password, first administrator.

use askama::Template;

use super::form::Form;
use super::shell::Entrance;

/// `/sign-in`. Fields: `email`, `password`, and hidden `next`.
#[derive(Debug, Clone, Template)]
#[template(path = "account/sign_in.html")]
pub struct SignInPage {
    /// The frame.
    pub entrance: Entrance,
    /// Posted to `/sign-in`.
    pub form: Form,
    /// Where to go afterwards, a path of ours that was checked before; empty for the dashboard.
    pub next: String,
    /// Why one has to sign in, e.g. "You have been invited …"; empty for nothing special.
    pub reason: String,
    /// Whether the link to register is shown.
    pub may_register: bool,
}

impl SignInPage {
    /// A fresh page.
    pub fn new(entrance: Entrance, may_register: bool) -> Self {
        let form = Form::new("sign-in", "/sign-in");
        Self { entrance, form, next: String::new(), reason: String::new(), may_register }
    }
}

/// `/sign-in/code`, the second factor. Fields: `code` (six digits, or a recovery code), hidden
/// `next` and `ticket`.
#[derive(Debug, Clone, Template)]
#[template(path = "account/second_factor.html")]
pub struct SecondFactorPage {
    /// The frame.
    pub entrance: Entrance,
    /// Posted to `/sign-in/code`.
    pub form: Form,
    /// What proves that the password was right, if it is not in a cookie; may be empty.
    pub ticket: String,
    /// Where to go afterwards; empty for the dashboard.
    pub next: String,
    /// Whether the page asks for a recovery code instead of one from the authenticator.
    pub recovery: bool,
    /// The address that shows the other of the two.
    pub other: String,
}

impl SecondFactorPage {
    /// A fresh page; `recovery` asks for a recovery code.
    pub fn new(entrance: Entrance, recovery: bool) -> Self {
        let other = if recovery { "/sign-in/code" } else { "/sign-in/code?recovery=1" };
        Self {
            entrance,
            form: Form::new("code", "/sign-in/code"),
            ticket: String::new(),
            next: String::new(),
            recovery,
            other: other.to_owned(),
        }
    }
}

/// How one may register.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Registration {
    /// Anybody may.
    #[default]
    Open,
    /// Only with an invitation, and there is none: the page says so.
    InvitationOnly,
    /// With this invitation at hand: the address is fixed, `inviter` is named.
    Invited {
        /// The invited address; shown, not editable, sent as the field `email`.
        email: String,
        /// Who invited.
        inviter: String,
        /// The organization's display name; empty if it may not be told.
        organization: String,
    },
    /// Nobody may; accounts are made by the system's administrators.
    Closed,
}

/// `/register`. Fields: `email`, `first_name`, `last_name`, `password`, hidden `next`.
#[derive(Debug, Clone, Template)]
#[template(path = "account/register.html")]
pub struct RegisterPage {
    /// The frame.
    pub entrance: Entrance,
    /// Posted to `/register`.
    pub form: Form,
    /// How one may register now.
    pub registration: Registration,
    /// Where to go afterwards, e.g. back to the invitation; empty for the dashboard.
    pub next: String,
    /// After a refused password: what would make it better, one sentence each.
    pub advice: Vec<String>,
    /// The least number of characters of a password.
    pub password_minimum: u32,
}

impl RegisterPage {
    /// A fresh page.
    pub fn new(entrance: Entrance, registration: Registration, submission: &str) -> Self {
        let form = Form::creating("register", "/register", submission);
        let next = String::new();
        Self { entrance, form, registration, next, advice: Vec::new(), password_minimum: 10 }
    }
}

/// What a mail was sent for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailPurpose {
    /// To verify the address of a new account.
    Verify,
    /// To set a new password.
    Reset,
    /// To verify a changed address.
    ChangeEmail,
}

/// After registering, asking for a new password, or changing the e-mail: the same page for known
/// and unknown addresses. The button posts `email` to `again`.
#[derive(Debug, Clone, Template)]
#[template(path = "account/check_mail.html")]
pub struct CheckMailPage {
    /// The frame.
    pub entrance: Entrance,
    /// What the mail is for.
    pub purpose: MailPurpose,
    /// The address as typed.
    pub email: String,
    /// How long the link works: "24 hours".
    pub works_for: String,
    /// Where "Send it again" posts to; empty for no such button.
    pub again: String,
    /// Set where no mail server is configured: the mail lies in the outbox.
    pub kept_in_outbox: bool,
}

/// What became of a verification link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verification {
    /// The link is good; the button posts it (looking at a page never uses a link up).
    Ready,
    /// The address is verified.
    Verified,
    /// The changed address is verified and in use.
    Changed,
    /// The link is too old; a new one can be asked for.
    Expired,
    /// The link is unknown or was used before.
    Dead,
}

/// `/verify/{token}`. With [`Verification::Ready`] one button posts to `action`.
#[derive(Debug, Clone, Template)]
#[template(path = "account/verify.html")]
pub struct VerifyPage {
    /// The frame.
    pub entrance: Entrance,
    /// What became of the link.
    pub outcome: Verification,
    /// The address of this page itself, posted to by the button of `Ready`.
    pub action: String,
    /// The address that is verified; empty if it may not be told.
    pub email: String,
    /// Where "Continue" leads: the sign-in page, the dashboard, the invitation.
    pub next: String,
}

/// `/forgot`. Field: `email`.
#[derive(Debug, Clone, Template)]
#[template(path = "account/forgot.html")]
pub struct ForgotPage {
    /// The frame.
    pub entrance: Entrance,
    /// Posted to `/forgot`.
    pub form: Form,
}

impl ForgotPage {
    /// A fresh page.
    pub fn new(entrance: Entrance) -> Self {
        Self { entrance, form: Form::new("forgot", "/forgot") }
    }
}

/// `/reset/{token}`. Field: `password`.
#[derive(Debug, Clone, Template)]
#[template(path = "account/reset.html")]
pub struct ResetPage {
    /// The frame.
    pub entrance: Entrance,
    /// Posted to the page's own address.
    pub form: Form,
    /// Whether the link is expired, used or unknown: the page then offers a new one.
    pub dead: bool,
    /// After a refused password: what would make it better.
    pub advice: Vec<String>,
    /// The least number of characters of a password.
    pub password_minimum: u32,
}

impl ResetPage {
    /// A page for a link that works; posted to `action`.
    pub fn new(entrance: Entrance, action: impl Into<String>) -> Self {
        let form = Form::new("reset", action);
        Self { entrance, form, dead: false, advice: Vec::new(), password_minimum: 10 }
    }

    /// A page for a link that does not work.
    pub fn dead(entrance: Entrance) -> Self {
        Self { dead: true, ..Self::new(entrance, "") }
    }
}

/// `/setup/{token}`: the first system administrator. Fields: `email`, `first_name`, `last_name`,
/// `password`.
#[derive(Debug, Clone, Template)]
#[template(path = "account/set_up.html")]
pub struct SetUpPage {
    /// The frame.
    pub entrance: Entrance,
    /// Posted to the page's own address.
    pub form: Form,
    /// Whether the link was used or is wrong: the page says how to get another.
    pub dead: bool,
    /// After a refused password: what would make it better.
    pub advice: Vec<String>,
    /// The least number of characters of a password.
    pub password_minimum: u32,
}

impl SetUpPage {
    /// A page for a link that works; posted to `action`.
    pub fn new(entrance: Entrance, action: impl Into<String>, submission: &str) -> Self {
        let form = Form::creating("set-up", action, submission);
        Self { entrance, form, dead: false, advice: Vec::new(), password_minimum: 10 }
    }

    /// A page for a link that does not work.
    pub fn dead(entrance: Entrance) -> Self {
        Self { dead: true, ..Self::new(entrance, "", "") }
    }
}

/// What a good password is, in one line under the field.
pub fn password_hint(minimum: &u32) -> String {
    format!("At least {minimum} characters. A few unrelated words are good.")
}
