//! The mails of an installation that sends none, and people who registered there.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use guildhall_app::account::{CreateUser, Names};
use guildhall_app::mail::transport::{Delivery, OutgoingMail, Transport};
use guildhall_app::outbox::{ListOutbox, OutboxSender, ReadMail};
use guildhall_app::{Actor, Call};
use guildhall_model::Password;
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

/// Makes an account as an operator does.
pub(super) async fn create(world: &World, email: &str, password: &str, verified: bool) {
    let app = &world.web.app;
    let password = Password::parse(password).expect("a password");
    let password = app.passwords().choose(password, Vec::new()).await.expect("strong enough");
    let names = Names::new("Ada".parse().ok(), None).expect("a name");
    let email = email.parse().expect("an address");
    let create = CreateUser { email, names, password, verified };
    app.execute(&Call::of(Actor::System("test")), create).await.expect("an account");
}

/// What follows `below` in the first mail that a mail server gets with it.
pub(super) async fn sent_token(world: &World, below: &str) -> String {
    let kept = Arc::new(Kept::default());
    let sender = OutboxSender::new(world.web.app.clone(), kept.clone(), Duration::from_secs(60));
    sender.send_due().await.expect("the outbox is read");
    let texts = kept.0.lock().expect("nobody panicked");
    let (_, rest) = texts.iter().find_map(|text| text.split_once(below)).expect("a link");
    rest.split_whitespace().next().expect("a token").to_owned()
}

/// A mail server that keeps the texts it gets.
#[derive(Default)]
struct Kept(Mutex<Vec<String>>);

impl Transport for Kept {
    fn deliver<'a>(&'a self, mail: &'a OutgoingMail) -> Delivery<'a> {
        self.0.lock().expect("nobody panicked").push(mail.content.text.clone());
        Box::pin(async { Ok(()) })
    }
}
