//! The mails of an installation that sends none, and people who registered there.

use guildhall_app::outbox::{ListOutbox, ReadMail};
use guildhall_app::{Actor, Call};
use guildhall_store::outbox::MailFilter;

use crate::support::{Ask, Client, World};

pub(super) const PASSWORD: &str = "tundra walnut ladder 47";
pub(super) const OTHER: &str = "granite orbit parsley 12";

/// The path of the link in a mail to an address, such as `/verify/ghv_…`.
pub(super) async fn link(world: &World, to: &str, below: &str) -> String {
    let operator = Call::of(Actor::System("test"));
    let list = ListOutbox { filter: MailFilter::default(), after: None, limit: 200 };
    for entry in world.web.app.read(&operator, list).await.expect("the outbox").mails {
        let read = ReadMail { mail: entry.id };
        let Ok(mail) = world.web.app.execute(&operator, read).await else { continue };
        let text = mail.output.text;
        if let Some(at) = text.find(below).filter(|_| entry.recipient.as_str() == to) {
            return text[at..].split_whitespace().next().expect("a link").to_owned();
        }
    }
    panic!("no mail to {to} holds a link to {below}");
}

/// How many mails there are to an address.
pub(super) async fn mails(world: &World, to: &str) -> usize {
    let operator = Call::of(Actor::System("test"));
    let list = ListOutbox { filter: MailFilter::default(), after: None, limit: 200 };
    let entries = world.web.app.read(&operator, list).await.expect("the outbox").mails;
    entries.iter().filter(|entry| entry.recipient.as_str() == to).count()
}

/// The registration form, filled in.
pub(super) fn registration(email: &str) -> Ask {
    let fields =
        [("email", email), ("first_name", "Ada"), ("last_name", "King"), ("password", PASSWORD)];
    Ask::form("/register", &fields)
}

/// Somebody who registered and opened the link in the same browser: signed in.
pub(super) async fn member(world: &World, email: &str) -> Client {
    let mut client = world.client();
    assert_eq!(client.send(registration(email)).await.status, 200);
    let link = link(world, email, "/verify/").await;
    assert_eq!(client.form(&link, &[]).await.status, 200);
    client
}
