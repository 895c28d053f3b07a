//! The first system administrator, and accounts that operators make.

use std::time::Duration;

use guildhall_app::account::{
    CreateUser, CreateUserRefusal, IssueResetLink, IssueSetUpLink, IssueSetUpLinkRefusal,
    LookAtSetUpLink, ResetPassword, SetUp, SetUpRefusal,
};
use guildhall_app::audit::{EventFilter, ListSystemEvents};
use guildhall_app::session::NewSession;
use guildhall_app::system::ListUsers;
use guildhall_app::{Call, Error, Origin};
use guildhall_model::BootstrapSecret;

use super::people::{OTHER, PASSWORD, anonymous, email, names, operator, password, person};
use crate::world::{World, worlds};

async fn issue(world: &World) -> Result<BootstrapSecret, Error<IssueSetUpLinkRefusal>> {
    world.app.execute(&operator(), IssueSetUpLink).await.map(|done| done.output.0)
}

/// How many events the system's audit log has.
async fn audited(world: &World, call: &Call) -> usize {
    let all = ListSystemEvents { filter: EventFilter::default(), after: None, limit: 100 };
    world.app.read(call, all).await.expect("an administrator reads").len()
}

async fn set_up(
    world: &World,
    secret: BootstrapSecret,
    address: &str,
) -> Result<NewSession, Error<SetUpRefusal>> {
    let (email, names) = (email(address), names("Root", ""));
    let strong = password(PASSWORD);
    let chosen = world.app.registration_password(&Origin::default(), &email, &names, strong).await;
    let password = chosen.expect("strong");
    let set_up = SetUp { secret, email, names, password };
    world.app.execute(&anonymous(), set_up).await.map(|done| done.output)
}

#[tokio::test]
async fn the_printed_link_makes_the_first_administrator_once() {
    for world in worlds().await {
        let old = issue(&world).await.expect("a link");
        let secret = issue(&world).await.expect("another link");
        let look = |secret: &BootstrapSecret| LookAtSetUpLink { secret: secret.clone() };
        assert_eq!(world.app.read(&anonymous(), look(&old)).await, Ok(false), "replaced");
        assert_eq!(world.app.read(&anonymous(), look(&secret)).await, Ok(true));
        let dead = Err(Error::Refused(SetUpRefusal::Dead));
        assert_eq!(set_up(&world, old, "root@acme.example").await.map(|_| ()), dead);
        let session = set_up(&world, secret.clone(), "root@acme.example").await.expect("made");
        let root = person(email("root@acme.example"), session);
        let list = ListUsers { after: None, search: None, limit: 10 };
        let users = world.app.read(&root.call, list).await.expect("an administrator reads");
        assert!(users.rows[0].system_administrator && users.rows[0].verified, "{}", world.engine);
        assert_eq!(set_up(&world, secret, "two@acme.example").await.map(|_| ()), dead);
        let before = audited(&world, &root.call).await;
        let refused = issue(&world).await.map(|_| ());
        assert_eq!(refused, Err(Error::Refused(IssueSetUpLinkRefusal::Administered)));
        assert_eq!(audited(&world, &root.call).await, before, "nothing happened, nothing is told");
    }
}

#[tokio::test]
async fn the_printed_link_expires_and_is_not_for_the_asking() {
    for world in worlds().await {
        let refused = world.app.execute(&anonymous(), IssueSetUpLink).await.map(|_| ());
        assert_eq!(refused, Err(Error::SignInRequired), "{}", world.engine);
        let secret = issue(&world).await.expect("a link");
        world.clock.advance(Duration::from_secs(7 * 24 * 60 * 60));
        let late = set_up(&world, secret, "root@acme.example").await.map(|_| ());
        assert_eq!(late, Err(Error::Refused(SetUpRefusal::Dead)));
    }
}

#[tokio::test]
async fn an_operator_makes_accounts_and_hands_over_links_that_prove_no_address() {
    for world in worlds().await {
        let (address, names) = (email("ada@lovelace.example"), names("Ada", ""));
        let strong = password(PASSWORD);
        let chosen =
            world.app.registration_password(&Origin::default(), &address, &names, strong).await;
        let create = CreateUser {
            email: address.clone(),
            names,
            password: chosen.expect("strong"),
            verified: false,
        };
        let again = CreateUser {
            email: address.clone(),
            names: create.names.clone(),
            password: create.password.clone(),
            verified: true,
        };
        let id = world.app.execute(&operator(), create).await.expect("made").output;
        let exists = world.app.execute(&operator(), again).await.map(|_| ());
        assert_eq!(exists, Err(Error::Refused(CreateUserRefusal::Exists)), "{}", world.engine);
        let issued = world.app.execute(&operator(), IssueResetLink { user: id }).await;
        let secret = issued.expect("a link").output.0;
        let chosen = world.app.new_password_by_link(&secret, password(OTHER)).await;
        let reset = ResetPassword { secret, password: chosen.expect("strong") };
        world.app.execute(&anonymous(), reset).await.expect("set");
        assert!(world.prove("ada@lovelace.example", OTHER).await.is_some());
        let list = ListUsers { after: None, search: None, limit: 10 };
        let users = world.app.read(&operator(), list).await.expect("a list");
        assert!(!users.rows[0].verified, "nothing was mailed");
        let bob = world.newcomer("bob@miller.example").await;
        let hidden = world.app.execute(&bob.call, IssueResetLink { user: id }).await.map(|_| ());
        assert_eq!(hidden, Err(Error::NotFound), "security 33");
    }
}
