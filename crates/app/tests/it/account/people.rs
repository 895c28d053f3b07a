//! People who register and sign in, and the mails that reach them.

use guildhall_app::account::{
    ConfirmAddress, Names, RegisterUser, RegisterUserRefusal, Registered,
};
use guildhall_app::audit::ListSystemEvents;
use guildhall_app::outbox::{ListOutbox, ReadMail};
use guildhall_app::session::{NewSession, SignIn, SignedIn};
use guildhall_app::{Actor, Call, Error, Origin, PasswordProof, Via};
use guildhall_model::{Email, InvitationSecret, Password, UserId};
use guildhall_store::{audit::EventFilter, outbox::MailFilter};

use crate::world::World;

pub(super) const PASSWORD: &str = "tundra walnut ladder 47";
pub(super) const OTHER: &str = "granite orbit parsley 12";

/// A user who is signed in.
pub(super) struct Person {
    pub(super) id: UserId,
    pub(super) email: Email,
    pub(super) session: NewSession,
    pub(super) call: Call,
}

pub(super) fn email(text: &str) -> Email {
    text.parse().expect("a mail address")
}

pub(super) fn names(first: &str, last: &str) -> Names {
    Names::new(first.parse().ok(), last.parse().ok()).expect("a name")
}

pub(super) fn password(text: &str) -> Password {
    Password::parse(text).expect("a password")
}

pub(super) fn anonymous() -> Call {
    Call::of(Actor::Anonymous)
}

pub(super) fn operator() -> Call {
    Call::of(Actor::System("test"))
}

/// From that network address.
pub(super) fn from(address: &str) -> Origin {
    Origin { address: address.parse().ok(), ..Origin::default() }
}

impl World {
    /// Sends the registration form.
    pub(super) async fn register(
        &self,
        address: &str,
        invitation: Option<InvitationSecret>,
    ) -> Result<Registered, Error<RegisterUserRefusal>> {
        let (email, names) = (email(address), names("Ada", "King"));
        let password = self
            .app
            .registration_password(&Origin::default(), &email, &names, password(PASSWORD))
            .await
            .expect("the password is strong");
        let register = RegisterUser { email, names, password, invitation };
        self.app.execute(&anonymous(), register).await.map(|done| done.output)
    }

    /// Proves a password at sign-in.
    pub(super) async fn prove(&self, address: &str, text: &str) -> Option<PasswordProof> {
        let (origin, email) = (Origin::default(), email(address));
        self.app.prove_sign_in(&origin, &email, password(text), None).await.ok()
    }

    /// Signs in with the usual password.
    pub(super) async fn sign_in(&self, address: &str) -> Person {
        let proof = self.prove(address, PASSWORD).await.expect("the password is right");
        let done = self.app.execute(&anonymous(), SignIn { proof, remember: false }).await;
        match done.expect("signed in").output {
            SignedIn::Session(session) => person(email(address), session),
            SignedIn::CodeRequired(_) => panic!("a second factor is asked for"),
        }
    }

    /// Somebody who has registered and is signed in, the address not confirmed.
    pub(super) async fn newcomer(&self, address: &str) -> Person {
        self.register(address, None).await.expect("registered");
        self.sign_in(address).await
    }

    /// Somebody who has registered, confirmed the address and is signed in.
    pub(super) async fn verified(&self, address: &str) -> Person {
        let person = self.newcomer(address).await;
        let secret = self.mailed(address, "/verify/").await.parse().expect("a link");
        let confirm = ConfirmAddress { secret, continuation: None };
        self.app.execute(&person.call, confirm).await.expect("confirmed");
        person
    }

    /// The kinds of mails to an address.
    pub(super) async fn mailed_kinds(&self, address: &str) -> Vec<String> {
        let list = ListOutbox { filter: MailFilter::default(), after: None, limit: 200 };
        let entries = self.app.read(&operator(), list).await.expect("the outbox").mails;
        let to = |entry: &guildhall_app::outbox::OutboxEntry| entry.recipient == email(address);
        entries.into_iter().filter(to).map(|entry| entry.kind).collect()
    }

    /// The token of the link in the newest mail to an address that holds such a link.
    pub(super) async fn mailed(&self, address: &str, link: &str) -> String {
        let list = ListOutbox { filter: MailFilter::default(), after: None, limit: 200 };
        for entry in self.app.read(&operator(), list).await.expect("the outbox").mails {
            if entry.recipient != email(address) {
                continue;
            }
            let read = ReadMail { mail: entry.id };
            let Ok(mail) = self.app.execute(&operator(), read).await else { continue };
            if let Some(at) = mail.output.text.find(link) {
                let token = &mail.output.text[at + link.len()..];
                return token.split_whitespace().next().expect("a token").to_owned();
            }
        }
        panic!("no mail to {address} holds a link to {link}");
    }

    /// The actions in the system's audit log, the newest first.
    pub(super) async fn audited(&self) -> Vec<String> {
        let list = ListSystemEvents { filter: EventFilter::default(), after: None, limit: 1000 };
        let events = self.app.read(&operator(), list).await.expect("the audit log");
        events.into_iter().map(|event| event.action).collect()
    }
}

/// Who a session belongs to.
pub(super) fn person(email: Email, session: NewSession) -> Person {
    let via = Via::Session(session.session);
    let actor = Actor::User { id: session.user, email: email.clone(), via };
    Person { id: session.user, email, call: Call::of(actor), session }
}
