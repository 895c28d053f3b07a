//! Pages of the demonstration only: the sign-ins and mails, and all components on one page.

use askama::Template;

use super::form::Form;
use super::part::{Choice, Consequences, Notice, Offer, Pager, Person};
use super::shell::{Entrance, Shell};
use super::system::MailRow;
use super::why::{NodeKind, PathPicture};

/// Somebody whose sign-in the demonstration tells.
#[derive(Debug, Clone, Default)]
pub struct DemoPerson {
    /// Who.
    pub person: Person,
    /// The password.
    pub password: String,
    /// "Owner of Northwind Labs".
    pub note: String,
}

/// `/dev/mails`: who can sign in, and every mail that was sent.
#[derive(Debug, Clone, Template)]
#[template(path = "development/mails.html")]
pub struct DemoPage {
    /// The frame.
    pub entrance: Entrance,
    /// The sign-ins.
    pub people: Vec<DemoPerson>,
    /// The mails, the latest first.
    pub mails: Vec<MailRow>,
}

/// `/dev/mails/{mail}`.
#[derive(Debug, Clone, Template)]
#[template(path = "development/mail.html")]
pub struct DemoMailPage {
    /// The frame.
    pub entrance: Entrance,
    /// The mail.
    pub mail: MailRow,
    /// The plain text, with its links, see [`super::linked`].
    pub text: Vec<super::TextPart>,
}

/// `/dev/components`: each component in each of its states.
#[derive(Debug, Clone, Template)]
#[template(path = "development/components.html")]
pub struct ComponentsPage {
    /// The frame.
    pub shell: Shell,
    fresh: Form,
    refused: Form,
    choices: Vec<Choice>,
    people: Vec<Person>,
    notices: Vec<Notice>,
    consequences: Consequences,
    pager: Pager,
    picture: PathPicture,
    off: Offer,
}

impl ComponentsPage {
    /// The page with its samples.
    pub fn new(shell: Shell) -> Self {
        let mut refused = Form::new("refused", "");
        refused.set("email", "maya@northwind").set("emails", "bob@northwind.example, x");
        refused.refuse("this cannot be taken yet").fault("email", "`maya@northwind` is no address");
        let maya = Person::new("Maya Okafor", "maya@northwind.example");
        let picture = PathPicture::from("sample", &maya)
            .then("is a member of", NodeKind::Between, "Platform on-call", "group")
            .then("is an administrator of", NodeKind::Object, "Northwind Labs", "organization");
        Self {
            shell,
            fresh: Form::new("fresh", ""),
            refused,
            choices: vec![
                Choice::explained("member", "Member", "Uses what the organization has."),
                Choice::explained("admin", "Administrator", "Can do everything but own it."),
            ],
            people: vec![
                Person::new("Alice Lindqvist", "alice@northwind.example"),
                maya,
                Person::new("Jonas Sørensen", "jonas@partner.example"),
                Person::address("tomas@northwind.example"),
            ],
            notices: vec![
                Notice::done("Maya Okafor is an administrator now."),
                Notice::info("Two of the addresses were invited before; they got a new link."),
                Notice::warning("Only one seat is left."),
                Notice::danger("The mail to carol@northwind.example could not be delivered."),
            ],
            consequences: Consequences {
                losses: vec!["Maya loses 3 workspaces and 2 clusters".to_owned()],
                gains: vec!["Maya can invite administrators".to_owned()],
                stays: vec!["Her 14 resources stay".to_owned()],
            },
            pager: Pager::after(50, 50, Some(100_000))
                .turning(Some("#".to_owned()), Some("#".to_owned())),
            picture,
            off: Offer::Refused("The owner cannot be removed".to_owned()),
        }
    }
}
