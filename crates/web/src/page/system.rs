//! What system administrators see: mails, users and organizations of the whole installation.

use askama::Template;

use super::member::Tab;
use super::part::{Moment, Pager, Person};
use super::shell::Shell;

/// Where a mail stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MailState {
    /// Handed to the mail server.
    Sent,
    /// To be tried (again).
    #[default]
    Waiting,
    /// Given up.
    Failed,
    /// Kept to be read here: no mail server is configured.
    Kept,
}

impl MailState {
    /// The word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Sent => "Sent",
            Self::Waiting => "Waiting",
            Self::Failed => "Failed",
            Self::Kept => "Kept here",
        }
    }

    /// The class of the status.
    pub fn class(self) -> &'static str {
        match self {
            Self::Sent => "joined",
            Self::Waiting => "invited",
            Self::Failed => "failed",
            Self::Kept => "ended",
        }
    }
}

/// One mail in the list.
#[derive(Debug, Clone, Default)]
pub struct MailRow {
    /// To whom.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// When it was written.
    pub at: Moment,
    /// Where it stands.
    pub state: MailState,
    /// "3 attempts, next in 4 minutes"; empty for nothing to say.
    pub detail: String,
    /// Its page.
    pub url: String,
}

/// `/system/outbox` (search `q`, tabs `show`).
#[derive(Debug, Clone, Template)]
#[template(path = "system/outbox.html")]
pub struct OutboxPage {
    /// The frame.
    pub shell: Shell,
    /// "Mails go through smtp.example.org", or that none is configured.
    pub lead: String,
    /// All, Waiting, Failed, Sent.
    pub tabs: Vec<Tab>,
    /// The value of `show`; empty for all.
    pub show: String,
    /// What was searched for.
    pub query: String,
    /// The mails, the latest first.
    pub rows: Vec<MailRow>,
    /// Where this page stands in the whole.
    pub pager: Pager,
}

/// A piece of a mail's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextPart {
    /// Plain text.
    Plain(String),
    /// An address that can be clicked.
    Link(String),
}

/// Splits a text at the `http://` and `https://` addresses in it.
pub fn linked(text: &str) -> Vec<TextPart> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(start) = next_address(rest) {
        let (before, from) = rest.split_at(start);
        let ends = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '\'' | ')' | ']');
        let length = from.find(ends).unwrap_or(from.len());
        let address = from[..length].trim_end_matches(['.', ',', ';', ':', '!', '?']);
        if !before.is_empty() {
            parts.push(TextPart::Plain(before.to_owned()));
        }
        parts.push(TextPart::Link(address.to_owned()));
        rest = &from[address.len()..];
    }
    if !rest.is_empty() {
        parts.push(TextPart::Plain(rest.to_owned()));
    }
    parts
}

fn next_address(text: &str) -> Option<usize> {
    match (text.find("https://"), text.find("http://")) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

/// `/system/outbox/{mail}` and `/dev/mails/{mail}`.
#[derive(Debug, Clone, Template)]
#[template(path = "system/mail.html")]
pub struct MailPage {
    /// The frame.
    pub shell: Shell,
    /// The mail.
    pub mail: MailRow,
    /// From whom.
    pub from: String,
    /// The plain text, with its links, see [`linked`].
    pub text: Vec<TextPart>,
    /// The HTML text as it was sent, shown as source.
    pub html: String,
    /// The last failure's message; empty for none.
    pub failure: String,
    /// Where "Try again now" posts to; empty for no such button.
    pub retry: String,
    /// The address of the list.
    pub back: String,
}

/// One user of the installation.
#[derive(Debug, Clone, Default)]
pub struct UserRow {
    /// Who.
    pub person: Person,
    /// Whether the address is confirmed.
    pub verified: bool,
    /// Whether a second factor is on.
    pub second_factor: bool,
    /// Whether it is a system administrator.
    pub system_administrator: bool,
    /// Whether it manages the accounts of the installation.
    pub user_manager: bool,
    /// Whether the account is disabled.
    pub disabled: bool,
    /// In how many organizations.
    pub organizations: u64,
    /// When the account was made.
    pub created: Moment,
    /// When they were last here; empty words for never.
    pub seen: Moment,
    /// The page of the account.
    pub url: String,
}

impl UserRow {
    /// "System administrator, second factor"; empty for nothing to say.
    pub fn marks(&self) -> String {
        let marks = [
            (self.system_administrator, "system administrator"),
            (self.user_manager, "user manager"),
            (self.second_factor, "second factor"),
        ];
        let held: Vec<_> = marks.iter().filter(|(holds, _)| *holds).map(|(_, it)| *it).collect();
        super::form::sentence(&held.join(", ")).trim_end_matches('.').to_owned()
    }
}

/// Something that can be done about an account.
#[derive(Debug, Clone)]
pub struct UserAct {
    /// Its heading: "Access".
    pub title: &'static str,
    /// What it means, in a sentence.
    pub text: &'static str,
    /// What the button says: "Disable the account".
    pub verb: &'static str,
    /// Its address.
    pub url: String,
    /// Whether the address asks first; else the button posts to it.
    pub asks: bool,
}

/// `/system/users/{user}`.
#[derive(Debug, Clone, Template)]
#[template(path = "system/user.html")]
pub struct SystemUserPage {
    /// The frame.
    pub shell: Shell,
    /// The account.
    pub user: UserRow,
    /// Its id.
    pub id: String,
    /// What the viewer may do about it.
    pub acts: Vec<UserAct>,
}

/// `/system/users` (search `q`).
#[derive(Debug, Clone, Template)]
#[template(path = "system/users.html")]
pub struct SystemUsersPage {
    /// The frame.
    pub shell: Shell,
    /// What was searched for.
    pub query: String,
    /// The users.
    pub rows: Vec<UserRow>,
    /// Where this page stands in the whole.
    pub pager: Pager,
}

/// One organization of the installation.
#[derive(Debug, Clone, Default)]
pub struct SystemOrganizationRow {
    /// The id's text.
    pub id: String,
    /// The display name.
    pub name: String,
    /// Who owns it.
    pub owner: Person,
    /// How many people.
    pub people: u64,
    /// The plan.
    pub plan: String,
    /// When it was made.
    pub created: Moment,
    /// Whether it is deleted and waits to be purged.
    pub deleted: bool,
    /// Its page, if you may open it; else empty.
    pub url: String,
}

/// `/system/organizations` (search `q`).
#[derive(Debug, Clone, Template)]
#[template(path = "system/organizations.html")]
pub struct SystemOrganizationsPage {
    /// The frame.
    pub shell: Shell,
    /// What was searched for.
    pub query: String,
    /// The organizations.
    pub rows: Vec<SystemOrganizationRow>,
    /// Where this page stands in the whole.
    pub pager: Pager,
}

#[cfg(test)]
mod tests {
    use super::{TextPart, linked};

    #[test]
    fn addresses_in_a_text_become_links() {
        let parts = linked("Open https://a.example/i/ghi_x. Thanks <http://b.example>");
        let link = |text: &str| TextPart::Link(text.to_owned());
        let plain = |text: &str| TextPart::Plain(text.to_owned());
        assert_eq!(
            parts,
            [
                plain("Open "),
                link("https://a.example/i/ghi_x"),
                plain(". Thanks <"),
                link("http://b.example"),
                plain(">"),
            ]
        );
        assert_eq!(linked("none"), [plain("none")]);
    }
}
