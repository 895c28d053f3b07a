//! People with accounts, signed in at browsers of their own, and what their pages say.

use guildhall_app::account::{CloseWelcome, CreateUser, Names};
use guildhall_app::invitation::{AcceptInvitation, InviteMembers, OfferedRole};
use guildhall_app::organization::ListMyOrganizations;
use guildhall_app::session::{SignIn, SignedIn};
use guildhall_app::{Actor, Call, Operation, Origin, Via};
use guildhall_model::{
    Email, InvitableRole, InvitationId, OrganizationId, Password, SessionId, UserId,
};

use super::{Answer, Client, World};

/// Everybody's password.
pub(crate) const PASSWORD: &str = "tundra walnut ladder 47";

/// Somebody with an account, an organization of their own, and a browser in which they are signed
/// in.
pub(crate) struct Someone {
    pub(crate) id: UserId,
    pub(crate) email: Email,
    pub(crate) home: OrganizationId,
    pub(crate) client: Client,
    session: SessionId,
}

impl Someone {
    /// Makes a confirmed account `name@northwind.example` whose Welcome is still to be closed.
    pub(crate) async fn new(world: &World, name: &str) -> Self {
        Self::registered(world, name, true).await
    }

    /// The same, with the address confirmed or not.
    pub(crate) async fn registered(world: &World, name: &str, verified: bool) -> Self {
        let app = &world.web.app;
        let email: Email = format!("{name}@northwind.example").parse().expect("an address");
        let names = Names::new(Some(name.parse().expect("a name")), None).expect("a name");
        let password = Password::parse(PASSWORD).expect("a password");
        let chosen = app.passwords().choose(password, Vec::new()).await.expect("strong enough");
        let create = CreateUser { email: email.clone(), names, password: chosen, verified };
        let id = done(world, Actor::System("a test"), create).await;
        let (session, client) = sign_in(world, &email).await;
        let actor = Actor::User { id, email: email.clone(), via: Via::Session(session) };
        let list = ListMyOrganizations { user: id };
        let mine = app.read(&Call::of(actor), list).await.expect("organizations are listed");
        Self { id, email, home: mine[0].id, client, session }
    }

    /// The same, with the Welcome closed.
    pub(crate) async fn settled(world: &World, name: &str) -> Self {
        let someone = Self::new(world, name).await;
        someone.does(world, CloseWelcome { user: someone.id }).await;
        someone
    }

    /// The person at another browser, such as after the session has expired.
    pub(crate) async fn signs_in_again(self, world: &World) -> Self {
        let (session, client) = sign_in(world, &self.email).await;
        Self { session, client, ..self }
    }

    /// The person as an actor.
    pub(crate) fn actor(&self) -> Actor {
        let via = Via::Session(self.session);
        Actor::User { id: self.id, email: self.email.clone(), via }
    }

    /// Does something that has to succeed.
    pub(crate) async fn does<O: Operation>(&self, world: &World, operation: O) -> O::Output {
        done(world, self.actor(), operation).await
    }

    /// Invites somebody to the organization that was made with the account.
    pub(crate) async fn invites(&self, world: &World, email: &Email) -> InvitationId {
        let emails = email.as_str().parse().expect("a list of addresses");
        let role = OfferedRole::Organization(InvitableRole::Member);
        let invite = InviteMembers { organization: self.home, emails, role };
        self.does(world, invite).await[0].id
    }

    /// Takes somebody in as a member.
    pub(crate) async fn takes_in(&self, world: &World, other: &Self) {
        let invitation = self.invites(world, &other.email).await;
        other.does(world, AcceptInvitation { organization: self.home, invitation }).await;
    }

    /// A page that is there.
    pub(crate) async fn sees(&mut self, path: &str) -> String {
        let answer = self.client.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {} {}", answer.header("location"), answer.text());
        answer.text()
    }

    /// Where an address leads to.
    pub(crate) async fn is_led_from(&mut self, path: &str) -> String {
        led_to(&self.client.get(path).await)
    }

    /// Sends a form that succeeds, and answers where it leads to.
    pub(crate) async fn sends(&mut self, path: &str, fields: &[(&str, &str)]) -> String {
        led_to(&self.client.form(path, fields).await)
    }

    /// Sends a form that is refused, and answers the page that shows it again.
    pub(crate) async fn is_refused(&mut self, path: &str, fields: &[(&str, &str)]) -> String {
        let answer = self.client.form(path, fields).await;
        assert_eq!(answer.status, 422, "{path}: {}", answer.text());
        answer.text()
    }
}

async fn sign_in(world: &World, email: &Email) -> (SessionId, Client) {
    let password = Password::parse(PASSWORD).expect("a password");
    let proof = world.web.app.prove_sign_in(&Origin::default(), email, password, None).await;
    let sign_in = SignIn { proof: proof.expect("the password is right"), remember: false };
    let SignedIn::Session(new) = done(world, Actor::Anonymous, sign_in).await else {
        panic!("{email} has no second factor");
    };
    let mut client = world.client();
    client.hold("guildhall", &new.secret.0.expose());
    (new.session, client)
}

async fn done<O: Operation>(world: &World, actor: Actor, operation: O) -> O::Output {
    match world.web.app.execute(&Call::of(actor), operation).await {
        Ok(done) => done.output,
        Err(error) => panic!("{}: {error}", O::NAME),
    }
}

/// Where an answer leads to.
pub(crate) fn led_to(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.text());
    answer.header("location").to_owned()
}

/// The first value of a hidden field on a page.
pub(crate) fn hidden(page: &str, name: &str) -> String {
    let mark = format!("type=\"hidden\" name=\"{name}\" value=\"");
    let (_, rest) = page.split_once(&mark).unwrap_or_else(|| panic!("no `{name}` in {page}"));
    rest.split('"').next().unwrap_or_default().to_owned()
}

/// The message at a field of a form.
pub(crate) fn fault(page: &str, form: &str, field: &str) -> String {
    let mark = format!("id=\"{form}-{field}-fault\">");
    let (_, rest) = page.split_once(&mark).unwrap_or_else(|| panic!("no fault in {page}"));
    rest.split('<').next().unwrap_or_default().to_owned()
}
