//! The outbox: what is sent, when it is tried again, what administrators see, on both engines.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use guildhall_app::mail::transport::{Delivery, DeliveryError, OutgoingMail, Transport};
use guildhall_app::mail::{Mail, MailToken};
use guildhall_app::organization::{DeleteOrganization, ListDeadOrganizations};
use guildhall_app::outbox::{
    ListOutbox, MailFilter, MailStatus, OutboxEntry, OutboxSender, ReadMail, ReadMailRefusal,
    RetryMail, RetryMailRefusal, Round,
};
use guildhall_app::{
    Actor, App, Call, Error, Granted, Never, Operation, Outcome, Permission, Settings, Stop,
    TheSystem,
};
use guildhall_model::{Clock, Email, MailId, OrganizationId, ResetSecret, UserId};
use guildhall_store::{ScopeId, StoreError, member, user};
use guildhall_testkit::PostgresServer;
use tokio::sync::Notify;

use crate::people::{account, no_password};
use crate::world::{World, app_on, worlds, worlds_with};

/// Writes a mail, and fails after that if told so.
struct Announce {
    mail: Mail,
    broken: bool,
}

impl Operation for Announce {
    const NAME: &'static str = "test.announce";
    const PERMISSION: Permission<TheSystem> = Permission::named("can_manage_outbox");
    type Target = TheSystem;
    type Output = MailId;
    type Refusal = Never;

    fn target(&self) -> TheSystem {
        TheSystem
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let id = cx.mail(&receiver(), &self.mail).await?;
        if self.broken { Err(Stop::Fault("broken on purpose".to_owned())) } else { Ok(id) }
    }
}

/// A transport that answers as it was told, and keeps what it was given.
#[derive(Default)]
struct Scripted {
    answers: Mutex<VecDeque<DeliveryError>>,
    given: Mutex<Vec<OutgoingMail>>,
    arrived: Notify,
    stuck: bool,
}

impl Scripted {
    fn answering(answers: impl IntoIterator<Item = DeliveryError>) -> Arc<Self> {
        Arc::new(Self { answers: Mutex::new(answers.into_iter().collect()), ..Self::default() })
    }

    fn given(&self) -> Vec<OutgoingMail> {
        self.given.lock().unwrap().clone()
    }
}

impl Transport for Scripted {
    fn deliver<'a>(&'a self, mail: &'a OutgoingMail) -> Delivery<'a> {
        Box::pin(async move {
            self.given.lock().unwrap().push(mail.clone());
            self.arrived.notify_one();
            if self.stuck {
                std::future::pending::<()>().await;
            }
            self.answers.lock().unwrap().pop_front().map_or(Ok(()), Err)
        })
    }
}

fn receiver() -> Email {
    Email::parse("bob@acme.example").unwrap()
}

fn system() -> Call {
    Call::of(Actor::System("test"))
}

fn notice(world: &World) -> Mail {
    Mail::PasswordChanged { at: world.clock.now() }
}

fn link(world: &World, lifetime: Duration) -> Mail {
    let token = MailToken::from(&ResetSecret::generate(&*world.entropy));
    Mail::PasswordReset { token, expires: world.clock.now().plus(lifetime) }
}

async fn announce(app: &App, mail: Mail) -> MailId {
    app.execute(&system(), Announce { mail, broken: false }).await.unwrap().output
}

async fn entries(app: &App) -> Vec<OutboxEntry> {
    let query = ListOutbox { filter: MailFilter::default(), after: None, limit: 100 };
    app.read(&system(), query).await.unwrap().mails
}

fn sender(app: &App, transport: &Arc<Scripted>) -> OutboxSender {
    OutboxSender::new(app.clone(), transport.clone(), Duration::from_secs(60))
}

fn temporary(text: &str) -> DeliveryError {
    DeliveryError::Temporary(text.to_owned())
}

fn sent(count: usize) -> Round {
    Round { sent: count, ..Round::default() }
}

#[tokio::test]
async fn a_mail_is_sent_once_and_its_content_erased() {
    for world in worlds().await {
        let transport = Scripted::answering([]);
        let id = announce(&world.app, link(&world, Duration::from_secs(60))).await;
        let before = &entries(&world.app).await[0];
        assert_eq!((before.status.as_str(), before.has_content), ("pending", true));
        assert_eq!(sender(&world.app, &transport).send_due().await.unwrap(), sent(1));
        assert_eq!(sender(&world.app, &transport).send_due().await.unwrap(), sent(0));
        let given = transport.given();
        assert_eq!((given.len(), given[0].id, &given[0].to), (1, id, &receiver()));
        assert!(given[0].content.text.contains("http://localhost:8080/reset/ghr_"));
        let after = &entries(&world.app).await[0];
        assert_eq!((after.status.as_str(), after.has_content), ("sent", false), "{}", world.engine);
        assert_eq!(after.sent_at, Some(world.clock.now()));
    }
}

#[tokio::test]
async fn security_71_no_mail_leaves_when_the_transaction_is_rolled_back() {
    for world in worlds().await {
        let transport = Scripted::answering([]);
        let broken = Announce { mail: notice(&world), broken: true };
        let outcome = world.app.execute(&system(), broken).await;
        assert!(matches!(outcome, Err(Error::Fault)), "{}", world.engine);
        let forecast = Announce { mail: notice(&world), broken: false };
        world.app.dry_run(&system(), forecast).await.unwrap();
        assert_eq!(sender(&world.app, &transport).send_due().await.unwrap(), sent(0));
        assert!(transport.given().is_empty() && entries(&world.app).await.is_empty());
    }
}

#[tokio::test]
async fn a_temporary_failure_is_tried_again_later_under_the_same_id() {
    for world in worlds().await {
        let transport = Scripted::answering([temporary("mailbox full")]);
        let id = announce(&world.app, notice(&world)).await;
        let sender = sender(&world.app, &transport);
        let round = sender.send_due().await.unwrap();
        assert_eq!(round, Round { postponed: 1, ..Round::default() });
        let entry = &entries(&world.app).await[0];
        assert_eq!(entry.last_error.as_deref(), Some("mailbox full"));
        assert_eq!(sender.send_due().await.unwrap(), sent(0), "not due yet");
        world.clock.set(entry.next_attempt_at.unwrap());
        assert_eq!(sender.send_due().await.unwrap(), sent(1), "{}", world.engine);
        let ids: Vec<MailId> = transport.given().iter().map(|mail| mail.id).collect();
        assert_eq!(ids, [id, id]);
        let entry = &entries(&world.app).await[0];
        assert_eq!((entry.status.as_str(), entry.attempts), ("sent", 2));
        assert_eq!(entry.last_error, None);
    }
}

#[tokio::test]
async fn a_mail_is_given_up_after_many_failures_and_can_be_tried_again_by_hand() {
    for world in worlds().await {
        let transport = Scripted::answering((0..12).map(|n| temporary(&n.to_string())));
        let id = announce(&world.app, notice(&world)).await;
        let sender = sender(&world.app, &transport);
        let mut pauses = Vec::new();
        while let Some(next) = entries(&world.app).await[0].next_attempt_at {
            pauses.push(next.since(world.clock.now()));
            world.clock.set(next);
            sender.send_due().await.unwrap();
        }
        assert_eq!(transport.given().len(), 12);
        assert!(pauses.windows(2).skip(1).take(6).all(|pair| pair[0] < pair[1]), "{pauses:?}");
        let failed = &entries(&world.app).await[0];
        assert_eq!((failed.status.as_str(), failed.has_content), ("failed", true));
        assert_eq!(failed.last_error.as_deref(), Some("11"));

        world.app.execute(&system(), RetryMail { mail: id }).await.unwrap();
        assert_eq!(sender.send_due().await.unwrap(), sent(1), "{}", world.engine);
        let again = world.app.execute(&system(), RetryMail { mail: id }).await;
        assert!(matches!(again, Err(Error::Refused(RetryMailRefusal::Settled))));
        let unknown = RetryMail { mail: world.generate() };
        assert!(matches!(world.app.execute(&system(), unknown).await, Err(Error::NotFound)));
    }
}

#[tokio::test]
async fn a_permanent_failure_is_not_tried_again() {
    for world in worlds().await {
        let transport = Scripted::answering([DeliveryError::Permanent("no such user".to_owned())]);
        announce(&world.app, notice(&world)).await;
        let sender = sender(&world.app, &transport);
        let round = sender.send_due().await.unwrap();
        assert_eq!(round, Round { failed: 1, ..Round::default() });
        world.clock.advance(Duration::from_secs(24 * 3600));
        assert_eq!(sender.send_due().await.unwrap(), sent(0));
        let entry = &entries(&world.app).await[0];
        assert_eq!((entry.status.as_str(), entry.attempts), ("failed", 1), "{}", world.engine);
    }
}

#[tokio::test]
async fn a_mail_whose_link_is_dead_or_that_is_a_week_old_is_not_sent() {
    for world in worlds().await {
        let transport = Scripted::answering([]);
        announce(&world.app, link(&world, Duration::from_secs(60))).await;
        world.clock.advance(Duration::from_secs(60));
        let expired = Round { expired: 1, ..Round::default() };
        assert_eq!(sender(&world.app, &transport).send_due().await.unwrap(), expired);
        announce(&world.app, notice(&world)).await;
        world.clock.advance(Duration::from_secs(7 * 24 * 3600));
        assert_eq!(sender(&world.app, &transport).send_due().await.unwrap(), expired);
        for entry in entries(&world.app).await {
            assert_eq!((entry.status.as_str(), entry.has_content), ("expired", false));
        }
        assert!(transport.given().is_empty(), "{}", world.engine);
    }
}

#[tokio::test]
async fn a_process_that_stops_after_delivering_sends_again_under_the_same_id() {
    for world in worlds().await {
        let stuck = Arc::new(Scripted { stuck: true, ..Scripted::default() });
        announce(&world.app, notice(&world)).await;
        let dying = sender(&world.app, &stuck);
        tokio::select! {
            _ = dying.send_due() => panic!("the delivery never ends"),
            () = stuck.arrived.notified() => {}
        }
        // The lease still holds: nobody else takes the mail.
        let other = world.another_process().await;
        let transport = Scripted::answering([]);
        assert_eq!(sender(&other, &transport).send_due().await.unwrap(), sent(0));
        world.clock.advance(Duration::from_secs(120));
        assert_eq!(sender(&other, &transport).send_due().await.unwrap(), sent(1));
        assert_eq!(stuck.given()[0].id, transport.given()[0].id, "{}", world.engine);
        assert_eq!(entries(&world.app).await[0].attempts, 2);
    }
}

#[tokio::test]
async fn two_processes_never_send_the_same_mail() {
    for world in worlds().await {
        let other = world.another_process().await;
        for _ in 0..40 {
            announce(&world.app, notice(&world)).await;
        }
        let transport = Scripted::answering([]);
        let (here, there) = (sender(&world.app, &transport), sender(&other, &transport));
        let (here, there) = tokio::join!(here.send_due(), there.send_due());
        assert_eq!(here.unwrap().sent + there.unwrap().sent, 40, "{}", world.engine);
        let mut ids: Vec<MailId> = transport.given().iter().map(|mail| mail.id).collect();
        ids.sort();
        ids.dedup();
        assert_eq!((ids.len(), transport.given().len()), (40, 40));
    }
}

#[tokio::test]
async fn a_commit_wakes_the_sender() {
    for world in worlds().await {
        let transport = Scripted::answering([]);
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let running = tokio::spawn(sender(&world.app, &transport).run(stopped));
        for count in 1..=3 {
            announce(&world.app, notice(&world)).await;
            // Far below the slow poll of 30 seconds.
            let arrived = transport.arrived.notified();
            tokio::time::timeout(Duration::from_secs(10), arrived).await.unwrap();
            assert_eq!(transport.given().len(), count, "{}", world.engine);
        }
        stop.send(true).unwrap();
        running.await.unwrap();
    }
}

#[tokio::test]
async fn without_a_mail_server_administrators_read_mails_and_each_look_is_recorded() {
    for world in worlds().await {
        let id = announce(&world.app, link(&world, Duration::from_secs(3600))).await;
        let done = world.app.execute(&system(), ReadMail { mail: id }).await.unwrap();
        assert_eq!(done.output.recipient, receiver());
        assert_eq!(done.output.subject, "Choose a new password");
        assert!(done.output.text.contains("/reset/ghr_") && done.output.html.contains("/reset/"));
        let events = guildhall_app::audit::ListSystemEvents {
            filter: Default::default(),
            after: None,
            limit: 10,
        };
        let events = world.app.read(&system(), events).await.unwrap();
        let look = events.iter().find(|event| event.action == "outbox.read").unwrap();
        assert_eq!(look.target_id, id.text());
        assert!(!format!("{events:?}").contains("ghr_"), "security 4: {}", world.engine);
    }
}

#[tokio::test]
async fn security_4_a_sent_mail_is_shown_to_nobody_but_its_receiver() {
    let settings = Settings { mail_is_sent: true, ..Settings::default() };
    for world in worlds_with(settings).await {
        let id = announce(&world.app, link(&world, Duration::from_secs(3600))).await;
        let read = world.app.execute(&system(), ReadMail { mail: id }).await;
        assert!(matches!(read, Err(Error::Refused(ReadMailRefusal::MailIsSent))));
        let listed = serde_json::to_string(&entries(&world.app).await).unwrap();
        assert!(!listed.contains("ghr_") && !listed.contains("http"), "{listed}");
    }
}

#[tokio::test]
async fn security_4_contents_are_sealed_at_rest() {
    for world in worlds().await {
        announce(&world.app, link(&world, Duration::from_secs(3600))).await;
        let mut tx = world.database().await.read().await.unwrap();
        let stored =
            guildhall_store::outbox::page(&mut tx, &MailFilter::default(), None, 10).await.unwrap();
        let payload = stored[0].payload.as_deref().unwrap();
        assert!(!payload.contains("ghr_") && !payload.contains("password_reset"), "{payload}");
    }
}

#[tokio::test]
async fn only_system_administrators_see_the_outbox() {
    for world in worlds().await {
        let id = announce(&world.app, notice(&world)).await;
        let user: UserId = world.generate();
        let call = world.call_of(user, "eve@acme.example");
        let list = ListOutbox { filter: MailFilter::default(), after: None, limit: 1 };
        let listed = world.app.read(&call, list.clone()).await;
        assert!(matches!(listed, Err(Error::Forbidden { .. })), "{listed:?}");
        let read = world.app.execute(&call, ReadMail { mail: id }).await;
        assert!(matches!(read, Err(Error::Forbidden { .. })), "{read:?}");
        let retried = world.app.execute(&call, RetryMail { mail: id }).await;
        assert!(matches!(retried, Err(Error::Forbidden { .. })), "{retried:?}");
        let anonymous = world.app.read(&Call::of(Actor::Anonymous), list).await;
        assert!(matches!(anonymous, Err(Error::SignInRequired)), "{anonymous:?}");
    }
}

#[tokio::test]
async fn the_list_is_newest_first_by_pages_and_by_status() {
    for world in worlds().await {
        let mut ids = Vec::new();
        for _ in 0..5 {
            world.clock.advance(Duration::from_millis(1));
            ids.push(announce(&world.app, notice(&world)).await);
        }
        ids.reverse();
        let page = |filter, after| ListOutbox { filter, after, limit: 2 };
        let mut seen = Vec::new();
        loop {
            let after = seen.last().copied();
            let query = page(MailFilter::default(), after);
            let found = world.app.read(&system(), query).await.unwrap();
            assert_eq!((found.total, found.pending, found.failed), (5, 5, 0));
            if found.mails.is_empty() {
                break;
            }
            seen.extend(found.mails.into_iter().map(|entry| entry.id));
        }
        assert_eq!(seen, ids, "{}", world.engine);
        let sent = MailFilter { status: Some(MailStatus::Sent), recipient: None };
        assert_eq!(world.app.read(&system(), page(sent, None)).await.unwrap().total, 0);
        for (text, total) in [("BOB@", 5), ("acme.example", 5), ("b%b", 0), ("bo_", 0), ("\\", 0)] {
            let filter = MailFilter { status: None, recipient: Some(text.to_owned()) };
            let found = world.app.read(&system(), page(filter, None)).await.unwrap();
            assert_eq!(found.total, total, "{text} on {}", world.engine);
        }
        assert_eq!(entries(&world.app).await[0].subject, "Your password was changed");
    }
}

/// What the jobs in the background do: each round fails by itself while the database is away, and
/// the next one after it is back does the work.
#[tokio::test(flavor = "multi_thread")]
async fn jobs_go_on_once_the_database_is_back() {
    let Some(mut postgres) = PostgresServer::start() else { return };
    let app = app_on(&postgres.url()).await;
    let transport = Arc::new(Scripted::default());
    let sender = sender(&app, &transport);
    announce(&app, Mail::PasswordChanged { at: app.clock().now() }).await;
    postgres.stop();
    assert!(matches!(sender.send_due().await, Err(StoreError::Unavailable(_))));
    assert!(matches!(app.sweep().await, Err(StoreError::Unavailable(_))));
    let dead = app.read(&system(), ListDeadOrganizations).await;
    assert_eq!(dead.unwrap_err(), Error::Unavailable);
    assert!(transport.given().is_empty());
    postgres.run_again();
    assert_eq!(sender.send_due().await.unwrap().sent, 1);
    assert_eq!(app.sweep().await.unwrap(), 0);
    assert!(app.read(&system(), ListDeadOrganizations).await.unwrap().is_empty());
}

/// Makes many people members of an organization, with nothing else done.
struct Crowd {
    organization: OrganizationId,
    people: u32,
}

impl Operation for Crowd {
    const NAME: &'static str = "test.crowd";
    const PERMISSION: Permission<TheSystem> = Permission::named("can_register");
    type Target = TheSystem;
    type Output = ();
    type Refusal = Never;

    fn target(&self) -> TheSystem {
        TheSystem
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let (scope, now) = (ScopeId::from(self.organization), cx.now());
        cx.enter(&scope).await?;
        for one in 0..self.people {
            let email = format!("m{one}@crowd.example").parse().expect("a mail address");
            let account = account(cx.generate(), email, true, no_password(), now);
            user::insert(cx.store().system(), &account).await?;
            member::insert(&mut cx.store_of(&scope)?, &account.person(), now).await?;
        }
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_in_a_large_organization_is_told_of_its_end_once_and_batch_by_batch() {
    const PEOPLE: u32 = 1_050;
    for world in worlds().await {
        let alice = world.person_with_password("alice@example.org").await;
        let organization = world.organization(&alice).await;
        world.done(&system(), Crowd { organization, people: PEOPLE }).await;
        let proof = world.proof(&alice).await;
        world.done(&alice.call, DeleteOrganization { organization, proof }).await;
        let written = entries(&world.app).await;
        assert_eq!(written.len(), 1, "one row, however many: {}", world.engine);
        assert_eq!(written[0].recipient, alice.email);

        let transport = Scripted::answering([]);
        let round = sender(&world.app, &transport).send_due().await.unwrap();
        assert_eq!(round, sent(PEOPLE as usize + 1), "{}", world.engine);
        let told: BTreeSet<_> =
            transport.given().iter().map(|mail| mail.to.as_str().to_owned()).collect();
        assert_eq!(told.len(), PEOPLE as usize + 1, "nobody twice, nobody left out");
        let round = sender(&world.app, &transport).send_due().await.unwrap();
        assert_eq!(round, sent(0));
    }
}
