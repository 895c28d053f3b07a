//! The one frame: decisions, revisions, dry runs, idempotency, and what a failure leaves behind.

use guildhall_app::{
    Actor, Call, Error, Granted, IdempotencyKey, Operation, Outcome, Permission, Query,
    QueryOutcome, Refusal, RefusalKind, TheSystem, Viewing, object, user,
};
use guildhall_authz::{Subject, Tuple};
use guildhall_model::{OrganizationId, Timestamp, UserId};
use guildhall_store::{ScopeId, audit};

use crate::world::{World, worlds};

/// Makes a scope with an owner, and refuses on request.
#[derive(Clone)]
struct Found {
    organization: OrganizationId,
    owner: UserId,
    refuse: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("asked to refuse")]
struct Unwilling;

impl Refusal for Unwilling {
    const CODES: &'static [&'static str] = &["test.unwilling"];

    fn code(&self) -> &'static str {
        "test.unwilling"
    }

    fn kind(&self) -> RefusalKind {
        RefusalKind::Conflict
    }
}

fn owner(organization: OrganizationId, owner: UserId) -> Tuple {
    Tuple::new(object("organization", &organization.text()), "owner", user(owner))
}

impl Operation for Found {
    const NAME: &'static str = "test.found";
    const PERMISSION: Permission<TheSystem> = Permission::named("can_create_organization");
    type Target = TheSystem;
    type Output = String;
    type Refusal = Unwilling;

    fn target(&self) -> TheSystem {
        TheSystem
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let scope = ScopeId::from(self.organization);
        cx.open_scope(&scope).await?;
        cx.relate_in(&scope, owner(self.organization, self.owner)).await?;
        cx.record_in(&scope)?;
        cx.after("founded");
        if self.refuse {
            return Err(Unwilling.into());
        }
        Ok(cx.generate::<guildhall_model::kind::Event>().text())
    }
}

/// Makes somebody an administrator, as its owner may not: the permission is the owner's alone.
struct Appoint(OrganizationId, UserId);

impl Operation for Appoint {
    const NAME: &'static str = "test.appoint";
    const PERMISSION: Permission<OrganizationId> = Permission::named("can_rename");
    type Target = OrganizationId;
    type Output = bool;
    type Refusal = Unwilling;

    fn target(&self) -> OrganizationId {
        self.0
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let organization = object("organization", &self.0.text());
        cx.relate(Tuple::new(organization, "admin", user(self.1))).await
    }
}

/// Who has which relation to an organization.
struct Has(OrganizationId, Subject, &'static str);

impl Query for Has {
    const NAME: &'static str = "test.has";
    const PERMISSION: Permission<OrganizationId> = Permission::named("can_list_members");
    type Target = OrganizationId;
    type Output = bool;
    type Refusal = Unwilling;

    fn target(&self) -> OrganizationId {
        self.0
    }

    async fn run(self, cx: &mut Viewing<'_, Self>) -> QueryOutcome<Self> {
        cx.allows(&self.1, self.2)
    }
}

struct Cast {
    organization: OrganizationId,
    owner: UserId,
    call: Call,
    stranger: Call,
}

async fn founded(world: &World) -> Cast {
    let (organization, owner) = (world.generate(), world.generate());
    let call = world.call_of(owner, "alice@example.org");
    let stranger = world.call_of(world.generate(), "mallory@example.org");
    let found = Found { organization, owner, refuse: false };
    world.app.execute(&call, found).await.expect("anybody may found");
    Cast { organization, owner, call, stranger }
}

async fn events(world: &World, organization: OrganizationId) -> Vec<audit::Event> {
    let mut tx = world.database().await.read().await.expect("the database opens");
    let scope = ScopeId::from(organization);
    let filter = audit::EventFilter::default();
    let events = audit::page(&mut tx.scope(&scope), &filter, None, 100).await;
    tx.commit().await.expect("reading ends");
    events.expect("events are read")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_charter_decides_what_is_allowed_hidden_and_forbidden() {
    for world in worlds().await {
        let cast = founded(&world).await;
        let bob: UserId = world.generate();
        let by = |call: Call| {
            let app = world.app.clone();
            async move { app.execute(&call, Appoint(cast.organization, bob)).await.map(|_| ()) }
        };
        let bobs = world.call_of(bob, "bob@example.org");
        assert_eq!(by(Call::of(Actor::Anonymous)).await, Err(Error::SignInRequired));
        assert_eq!(by(cast.stranger.clone()).await, Err(Error::NotFound), "{}", world.engine);
        assert_eq!(by(bobs.clone()).await, Err(Error::NotFound));
        assert_eq!(by(cast.call.clone()).await, Ok(()));
        assert_eq!(by(bobs).await, Err(Error::Forbidden { permission: "can_rename" }));
        assert_eq!(by(Call::of(Actor::System("test"))).await, Ok(()));
        let nowhere: OrganizationId = world.generate();
        let lost = world.app.execute(&cast.call, Appoint(nowhere, bob)).await;
        assert_eq!(lost.map(|_| ()), Err(Error::NotFound));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_done_is_seen_at_once_recorded_once_and_numbered() {
    for world in worlds().await {
        let cast = founded(&world).await;
        let bob: UserId = world.generate();
        let first = world.app.execute(&cast.call, Appoint(cast.organization, bob)).await;
        let first = first.expect("the owner appoints");
        let again = world.app.execute(&cast.call, Appoint(cast.organization, bob)).await;
        let again = again.expect("appointing twice is no fault");
        assert_eq!((first.output, again.output), (true, false));
        assert_eq!(again.revision.revision.number(), first.revision.revision.number() + 1);
        let asked = world.app.read(&cast.call, Has(cast.organization, user(bob), "can_invite"));
        assert_eq!(asked.await, Ok(true), "{}", world.engine);
        let actions: Vec<_> =
            events(&world, cast.organization).await.into_iter().map(|e| e.action).collect();
        assert_eq!(actions.len(), 3);
        assert!(actions.contains(&"test.found".to_owned()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_leaves_nothing_behind() {
    for world in worlds().await {
        let (organization, owner) = (world.generate(), world.generate());
        let call = world.call_of(owner, "alice@example.org");
        let found = |refuse| Found { organization, owner, refuse };
        let refused = world.app.execute(&call, found(true)).await.map(|_| ());
        assert_eq!(refused, Err(Error::Refused(Unwilling)));
        let asked = world.app.read(&call, Has(organization, user(owner), "owner")).await;
        assert_eq!(asked, Err(Error::NotFound), "{}", world.engine);
        assert!(events(&world, organization).await.is_empty());
        world.app.execute(&call, found(false)).await.expect("the scope is still free");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_says_who_gains_and_changes_nothing() {
    for world in worlds().await {
        let cast = founded(&world).await;
        let bob: UserId = world.generate();
        let forecast = world.app.dry_run(&cast.call, Appoint(cast.organization, bob)).await;
        let forecast = forecast.expect("the owner may ask");
        let organization = object("organization", &cast.organization.text()).to_string();
        assert_eq!(forecast.added, [format!("{organization}#admin@{}", user(bob))]);
        let gained = |relation: &str| {
            forecast.gains.iter().any(|right| {
                right.relation == relation
                    && right.object == organization
                    && right.subject == user(bob).to_string()
            })
        };
        assert!(gained("can_invite") && gained("admin"), "{forecast:?}");
        assert!(!gained("owner") && forecast.losses.is_empty());
        let asked = world.app.read(&cast.call, Has(cast.organization, user(bob), "admin")).await;
        assert_eq!(asked, Ok(false), "{}", world.engine);
        assert_eq!(events(&world, cast.organization).await.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_request_answers_with_the_first_outcome() {
    for world in worlds().await {
        let (organization, owner) = (world.generate(), world.generate());
        let key = |fingerprint: &str| {
            Some(IdempotencyKey { key: "k1".to_owned(), fingerprint: fingerprint.to_owned() })
        };
        let mut call = world.call_of(owner, "alice@example.org");
        call.idempotency_key = key("a");
        let found = Found { organization, owner, refuse: false };
        let first = world.app.execute(&call, found.clone()).await.expect("the first is done");
        let again = world.app.execute(&call, found.clone()).await.expect("so is the second");
        assert_eq!((&first.output, first.revision), (&again.output, again.revision));
        assert!(again.replayed && !first.replayed);
        call.idempotency_key = key("b");
        let other = world.app.execute(&call, found).await.map(|_| ());
        assert_eq!(other, Err(Error::KeyReused), "{}", world.engine);
        assert_eq!(events(&world, organization).await.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_process_sees_a_change_at_its_next_question() {
    for world in worlds().await {
        let cast = founded(&world).await;
        let other = world.another_process().await;
        let bob: UserId = world.generate();
        let asks = || Has(cast.organization, user(bob), "admin");
        assert_eq!(other.read(&cast.call, asks()).await, Ok(false));
        let done = world.app.execute(&cast.call, Appoint(cast.organization, bob)).await;
        assert_eq!(other.read(&cast.call, asks()).await, Ok(true), "{}", world.engine);
        let mut ahead = cast.call.clone();
        let mut token = done.expect("the owner appoints").revision;
        ahead.at_least = Some(token.clone());
        assert_eq!(other.read(&ahead, asks()).await, Ok(true));
        token.revision = token.revision.next();
        ahead.at_least = Some(token);
        assert_eq!(other.read(&ahead, asks()).await, Err(Error::Unavailable));
        let carol: UserId = world.generate();
        other.execute(&cast.call, Appoint(cast.organization, carol)).await.expect("either writes");
        let seen = Has(cast.organization, user(carol), "admin");
        assert_eq!(world.app.read(&cast.call, seen).await, Ok(true));
        assert_ne!(cast.owner, carol);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_share_commits_and_lose_nothing() {
    for world in worlds().await {
        let cast = founded(&world).await;
        let users: Vec<UserId> = (0..200).map(|_| world.generate()).collect();
        let tasks: Vec<_> = users
            .iter()
            .map(|&bob| {
                let (app, call) = (world.app.clone(), cast.call.clone());
                tokio::spawn(
                    async move { app.execute(&call, Appoint(cast.organization, bob)).await },
                )
            })
            .collect();
        let mut revisions = Vec::new();
        for task in tasks {
            let done = task.await.expect("no panic").expect("the owner appoints");
            revisions.push(done.revision.revision);
        }
        revisions.sort_unstable();
        revisions.dedup();
        assert_eq!(revisions.len(), users.len(), "each has a revision of its own");
        let other = world.another_process().await;
        for bob in users {
            let asked = other.read(&cast.call, Has(cast.organization, user(bob), "admin")).await;
            assert_eq!(asked, Ok(true), "{}", world.engine);
        }
        assert!(events(&world, cast.organization).await.iter().all(|e| e.at > Timestamp::new(0)));
    }
}
