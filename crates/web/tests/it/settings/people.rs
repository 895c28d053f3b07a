//! People with accounts, signed in at browsers of their own.

use guildhall_app::account::{CreateUser, Names};
use guildhall_app::invitation::{AcceptInvitation, InviteMembers, OfferedRole};
use guildhall_app::organization::{ListMyOrganizations, MyOrganization};
use guildhall_app::session::{SignIn, SignedIn};
use guildhall_app::{Actor, Call, Operation, Origin, Via};
use guildhall_model::{Email, InvitableRole, Password, SessionId, UserId};

use crate::support::{Answer, Client, World};

/// Everybody's first password.
pub(super) const PASSWORD: &str = "tundra walnut ladder 47";

/// Somebody with an account and a browser in which they are signed in.
pub(super) struct Someone {
    pub(super) id: UserId,
    pub(super) email: Email,
    pub(super) session: SessionId,
    pub(super) client: Client,
}

impl Someone {
    /// Makes an account of this name with [`PASSWORD`], and signs in.
    pub(super) async fn enter(world: &World, name: &str) -> Self {
        let app = &world.web.app;
        let email: Email = format!("{name}@northwind.example").parse().expect("an address");
        let password = Password::parse(PASSWORD).expect("a password");
        let names = Names::new(Some(name.parse().expect("a name")), None).expect("a name");
        let password = app.passwords().choose(password, Vec::new()).await.expect("strong enough");
        let create = CreateUser { email: email.clone(), names, password, verified: true };
        let id = execute(world, Actor::System("a test"), create).await;
        let (session, client) = sign_in(world, &email, PASSWORD, false).await.expect("signed in");
        Self { id, email, session, client }
    }

    /// The person as an actor.
    pub(super) fn actor(&self) -> Actor {
        let via = Via::Session(self.session);
        Actor::User { id: self.id, email: self.email.clone(), via }
    }

    /// The organizations that the person is in.
    pub(super) async fn organizations(&self, world: &World) -> Vec<MyOrganization> {
        let call = Call::of(self.actor());
        let list = ListMyOrganizations { user: self.id };
        world.web.app.read(&call, list).await.expect("the organizations are listed")
    }

    /// Takes somebody into the organization that the person owns.
    pub(super) async fn takes_in(&self, world: &World, other: &Self) {
        let organization = self.organizations(world).await[0].id;
        let emails = other.email.as_str().parse().expect("a list of addresses");
        let role = OfferedRole::Organization(InvitableRole::Member);
        let invite = InviteMembers { organization, emails, role };
        let invited = execute(world, self.actor(), invite).await;
        let accept = AcceptInvitation { organization, invitation: invited[0].id };
        execute(world, other.actor(), accept).await;
    }
}

/// A browser in which the account is signed in now; `None` if the password is wrong or not enough.
pub(super) async fn sign_in(
    world: &World,
    email: &Email,
    password: &str,
    remember: bool,
) -> Option<(SessionId, Client)> {
    let app = &world.web.app;
    let password = Password::parse(password).expect("a password");
    let proof = app.prove_sign_in(&Origin::default(), email, password, None).await.ok()?;
    let signed_in = execute(world, Actor::Anonymous, SignIn { proof, remember }).await;
    let SignedIn::Session(new) = signed_in else { return None };
    let mut client = world.client();
    client.hold("guildhall", &new.secret.0.expose());
    Some((new.session, client))
}

pub(super) async fn execute<O: Operation>(world: &World, actor: Actor, operation: O) -> O::Output {
    match world.web.app.execute(&Call::of(actor), operation).await {
        Ok(done) => done.output,
        Err(error) => panic!("{}: {error}", O::NAME),
    }
}

/// Where an answer leads to.
pub(super) fn led_to(answer: &Answer) -> &str {
    assert_eq!(answer.status, 303, "{}", answer.text());
    answer.header("location")
}

/// The page that shows a form again: what it says on top and at its fields.
pub(super) fn refused(answer: &Answer) -> String {
    assert_eq!(answer.status, 422, "{}", answer.text());
    answer.text()
}

/// The value of a hidden field.
pub(super) fn hidden(page: &Answer, name: &str) -> String {
    let text = page.text();
    let mark = format!("type=\"hidden\" name=\"{name}\" value=\"");
    let (_, rest) = text.split_once(&mark).unwrap_or_else(|| panic!("no `{name}` in {text}"));
    rest.split('"').next().unwrap_or_default().to_owned()
}

/// The message at a field of a form.
pub(super) fn fault(page: &str, form: &str, field: &str) -> String {
    let mark = format!("id=\"{form}-{field}-fault\">");
    let (_, rest) = page.split_once(&mark).unwrap_or_else(|| panic!("no fault in {page}"));
    rest.split('<').next().unwrap_or_default().to_owned()
}
