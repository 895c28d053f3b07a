//! What system administrators see, and the pages of the demonstration.

use guildhall_web::page::{
    ComponentsPage, DemoMailPage, DemoPage, DemoPerson, MailPage, MailRow, MailState, OutboxPage,
    Pager, Person, Section, Shell, SystemOrganizationRow, SystemOrganizationsPage, SystemUserPage,
    SystemUsersPage, Tab, UserAct, UserRow, linked,
};

use crate::Gallery;
use crate::sample::{ago, alice, entrance, long, maya, priya, shell};

const TEXT: &str = "\
Hello,

alice@northwind.example has invited you to Northwind Labs.

Accept or reject it here, within 7 days:
https://guildhall.example/invitation/ghi_8sKx2vQ9tJ8mXb2Lw6RzN4cKp7Hd1Fs5Ga0Ye

If you do not know why you got this mail, you can leave it alone.
";

fn system(section: Section) -> Shell {
    let mut shell = shell(section);
    shell.system_administrator = true;
    shell.demo = true;
    shell
}

fn mails() -> Vec<MailRow> {
    let mail = |to: &str, subject: &str, state, detail: &str| MailRow {
        to: to.to_owned(),
        subject: subject.to_owned(),
        at: ago("2 hours ago"),
        state,
        detail: detail.to_owned(),
        url: "/system/outbox/mail_1".to_owned(),
    };
    let subject = "alice@northwind.example invites you to Northwind Labs";
    vec![
        mail("tomas@northwind.example", subject, MailState::Kept, ""),
        mail("maya@northwind.example", "You are an administrator now", MailState::Sent, ""),
        mail(&long().email, subject, MailState::Waiting, "3 attempts, next in 4 minutes"),
        mail("nobody@gone.example", "Confirm your address", MailState::Failed, "550 no such user"),
    ]
}

pub(crate) fn pages(gallery: &mut Gallery) {
    let mut page = OutboxPage {
        shell: system(Section::SystemOutbox),
        lead: "No mail server is configured: mails are kept here to be read.".to_owned(),
        tabs: vec![
            Tab::new("All", Some(4), "?", true),
            Tab::new("Waiting", Some(1), "?show=waiting", false),
            Tab::new("Failed", Some(1), "?show=failed", false),
        ],
        show: String::new(),
        query: String::new(),
        rows: mails(),
        pager: Pager::whole(4),
    };
    gallery.add("system-outbox", page.clone());
    page.rows.clear();
    gallery.add("system-outbox-none", page);
    let page = MailPage {
        shell: system(Section::SystemOutbox),
        mail: mails().remove(3),
        from: "Guildhall <guildhall@northwind.example>".to_owned(),
        text: linked(TEXT),
        html: "<!doctype html>\n<p>Hello,</p>\n<p>alice@northwind.example has invited you</p>\n"
            .to_owned(),
        failure: "550 5.1.1 no such user here".to_owned(),
        retry: "/system/outbox/mail_1/retry".to_owned(),
        back: "/system/outbox".to_owned(),
    };
    gallery.add("system-mail", page);
    tables(gallery);
    let people = vec![
        DemoPerson {
            person: alice(),
            password: "correct horse alice".to_owned(),
            note: "Owner of Northwind Labs".to_owned(),
        },
        DemoPerson {
            person: Person::new("Bob Miller", "bob@northwind.example"),
            password: "correct horse bob".to_owned(),
            note: "Invited to Northwind Labs".to_owned(),
        },
    ];
    let page = DemoPage { entrance: entrance(), people: people.clone(), mails: mails() };
    gallery.add("dev-mails", page);
    let page = DemoPage { entrance: entrance(), people, mails: Vec::new() };
    gallery.add("dev-mails-none", page);
    let page = DemoMailPage { entrance: entrance(), mail: mails().remove(0), text: linked(TEXT) };
    gallery.add("dev-mail", page);
    gallery.add("dev-components", ComponentsPage::new(shell(Section::Elsewhere)));
}

fn tables(gallery: &mut Gallery) {
    let page = SystemUsersPage {
        shell: system(Section::SystemUsers),
        query: String::new(),
        rows: vec![
            user(alice(), true, true, true),
            user(maya(), true, false, false),
            user(priya(), false, false, false),
            user(long(), true, true, false),
        ],
        pager: Pager::whole(4),
    };
    gallery.add("system-users", page.clone());
    gallery.add("system-user", user_page(long()));
    let organization = |name: &str, owner: Person, deleted| SystemOrganizationRow {
        id: "org_01k3v7e0d2rq8".to_owned(),
        name: name.to_owned(),
        owner,
        people: 1204,
        plan: "Enterprise".to_owned(),
        created: ago("12 March"),
        deleted,
        url: if deleted { String::new() } else { "/o/org_01/".to_owned() },
    };
    let page = SystemOrganizationsPage {
        shell: system(Section::SystemOrganizations),
        query: String::new(),
        rows: vec![
            organization("Northwind Labs", alice(), false),
            organization(&long().name, long(), false),
            organization("Old Labs", maya(), true),
        ],
        pager: Pager::whole(3),
    };
    gallery.add("system-organizations", page);
}

fn user(person: Person, verified: bool, second_factor: bool, administrator: bool) -> UserRow {
    UserRow {
        person,
        verified,
        second_factor,
        system_administrator: administrator,
        organizations: 2,
        created: ago("12 March"),
        seen: if verified { ago("3 hours ago") } else { Default::default() },
        user_manager: false,
        disabled: false,
        url: "/system/users/user_1".to_owned(),
    }
}

/// The page of somebody's account.
pub(crate) fn user_page(person: Person) -> SystemUserPage {
    let act = |title, text, verb, asks| UserAct { title, text, verb, url: "?".to_owned(), asks };
    SystemUserPage {
        shell: system(Section::SystemUsers),
        id: "user_01k3v7e0d2rq8".to_owned(),
        user: user(person, true, true, false),
        acts: vec![
            act("Password", "A mail with a link goes to their address.", "Send a link", false),
            act("Access", "Its sessions end at once.", "Disable the account", true),
        ],
    }
}
