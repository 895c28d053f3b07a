//! From an operation to a mailbox: the outbox and a real mail server, on both engines.

use std::sync::Arc;
use std::time::Duration;

use guildhall_app::mail::{Mail, MailToken};
use guildhall_app::outbox::{ListOutbox, MailFilter, OutboxEntry, OutboxSender, Round};
use guildhall_app::{
    Actor, App, AppParts, Call, Granted, MasterKey, Never, Operation, Outcome, Permission,
    Settings, TheSystem,
};
use guildhall_connect::smtp::{SmtpSecurity, SmtpSettings, SmtpTransport};
use guildhall_model::{Clock, Email, Entropy, MailId, VerificationSecret};
use guildhall_store::{Database, Options};
use guildhall_testkit::{Answer, ManualClock, SeededEntropy, SmtpServer, Template, TestDatabase};

static MIGRATED: Template = Template::new();

struct Post {
    app: App,
    clock: ManualClock,
    entropy: Arc<SeededEntropy>,
    server: SmtpServer,
    sender: OutboxSender,
    /// Keeps the database until the end.
    _database: TestDatabase,
}

struct Welcome(Mail);

impl Operation for Welcome {
    const NAME: &'static str = "test.welcome";
    const PERMISSION: Permission<TheSystem> = Permission::named("can_manage_outbox");
    type Target = TheSystem;
    type Output = MailId;
    type Refusal = Never;

    fn target(&self) -> TheSystem {
        TheSystem
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        cx.mail(&Email::parse("bob@acme.example").unwrap(), &self.0).await
    }
}

async fn posts() -> Vec<Post> {
    let databases = MIGRATED.engines(async |url| {
        let database = open(url).await;
        database.migrate().await.unwrap();
    });
    let mut posts = Vec::new();
    for database in databases.await {
        posts.push(post(database).await);
    }
    posts
}

async fn open(url: &str) -> Database {
    Database::open(&url.parse().unwrap(), Options::default()).await.unwrap()
}

async fn post(database: TestDatabase) -> Post {
    let clock = ManualClock::at_text("2026-03-01T09:00:00Z");
    let entropy = Arc::new(SeededEntropy::printed());
    let parts = AppParts {
        database: open(database.url()).await,
        settings: Settings {
            base_url: "https://guildhall.example".to_owned(),
            mail_is_sent: true,
            ..Settings::default()
        },
        master_key: MasterKey::new([7; 32]),
        vault: guildhall_app::Vault::derived(&MasterKey::new([7; 32])),
        clock: Arc::new(clock.clone()),
        entropy: Arc::clone(&entropy) as Arc<dyn Entropy>,
    };
    let app = App::open(parts).await.unwrap();
    let server = SmtpServer::start().await;
    let transport = SmtpTransport::new(SmtpSettings {
        host: "127.0.0.1".to_owned(),
        port: server.port(),
        security: SmtpSecurity::Plain,
        credentials: None,
        extra_roots: None,
        from_name: Some("Guildhall".to_owned()),
        from_address: "guild@guildhall.example".to_owned(),
        timeout: Duration::from_secs(20),
        connections: 2,
    });
    let transport = Arc::new(transport.unwrap());
    let sender = OutboxSender::new(app.clone(), transport, Duration::from_secs(30));
    Post { app, clock, entropy, server, sender, _database: database }
}

impl Post {
    async fn write(&self) -> MailId {
        let token = MailToken::from(&VerificationSecret::generate(&*self.entropy));
        let expires = self.clock.now().plus(Duration::from_secs(24 * 3600));
        let welcome = Welcome(Mail::VerifyAddress { token, expires });
        self.app.execute(&Call::of(Actor::System("test")), welcome).await.unwrap().output
    }

    async fn entry(&self) -> OutboxEntry {
        let list = ListOutbox { filter: MailFilter::default(), after: None, limit: 1 };
        self.app.read(&Call::of(Actor::System("test")), list).await.unwrap().mails.remove(0)
    }
}

const SENT: Round = Round { sent: 1, postponed: 0, failed: 0, expired: 0 };
const POSTPONED: Round = Round { sent: 0, postponed: 1, failed: 0, expired: 0 };

#[tokio::test]
async fn a_mail_reaches_the_mailbox_with_its_link() {
    for post in posts().await {
        let id = post.write().await;
        assert_eq!(post.sender.send_due().await.unwrap(), SENT);
        let mail = post.server.next().await;
        assert_eq!(mail.envelope_to, ["bob@acme.example"]);
        assert_eq!(
            (mail.from.as_str(), mail.from_name.as_str()),
            ("guild@guildhall.example", "Guildhall")
        );
        assert_eq!(mail.subject, "Confirm your e-mail address");
        assert!(mail.first_link().starts_with("https://guildhall.example/verify/ghv_"));
        assert!(mail.html.contains(&mail.first_link()));
        let message_id = format!("<{id}@guildhall.example>");
        assert_eq!(mail.header("Message-ID"), Some(message_id));
        assert_eq!(mail.header("Auto-Submitted").as_deref(), Some("auto-generated"));
        assert_eq!(post.entry().await.status, "sent");
    }
}

#[tokio::test]
async fn a_refusal_for_now_and_then_success() {
    for post in posts().await {
        post.write().await;
        post.server.answer(Answer::Defer);
        assert_eq!(post.sender.send_due().await.unwrap(), POSTPONED);
        let entry = post.entry().await;
        assert!(entry.last_error.unwrap().contains("451"));
        post.server.answer(Answer::Accept);
        post.clock.set(entry.next_attempt_at.unwrap());
        assert_eq!(post.sender.send_due().await.unwrap(), SENT);
        assert_eq!(post.server.mails().len(), 1);
    }
}

#[tokio::test]
async fn a_refusal_for_good() {
    for post in posts().await {
        post.write().await;
        post.server.refuse("bob@acme.example");
        let round = post.sender.send_due().await.unwrap();
        assert_eq!(round, Round { failed: 1, ..Round::default() });
        let entry = post.entry().await;
        assert_eq!((entry.status.as_str(), entry.attempts), ("failed", 1));
        assert!(entry.last_error.unwrap().contains("550"));
    }
}

#[tokio::test]
async fn a_server_that_takes_the_mail_and_dies_gets_it_again_under_the_same_message_id() {
    for post in posts().await {
        post.write().await;
        post.server.answer(Answer::KeepAndHangUp);
        assert_eq!(post.sender.send_due().await.unwrap(), POSTPONED);
        post.server.answer(Answer::Accept);
        post.clock.set(post.entry().await.next_attempt_at.unwrap());
        assert_eq!(post.sender.send_due().await.unwrap(), SENT);
        let ids: Vec<_> =
            post.server.mails().iter().map(|mail| mail.header("Message-ID")).collect();
        assert_eq!(ids.len(), 2);
        assert!(ids[0].is_some() && ids[0] == ids[1], "{ids:?}");
    }
}
