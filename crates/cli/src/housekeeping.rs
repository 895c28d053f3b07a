//! The job that clears away what has run out: sessions, links, old mails, deleted organizations.

use std::time::Duration;

use guildhall_app::organization::{ListDeadOrganizations, PurgeOrganization};
use guildhall_app::{Actor, App, Call};
use guildhall_model::OrganizationId;
use tokio::sync::watch;

/// The pause before the first round, so that a start is not slowed down.
const FIRST: Duration = Duration::from_secs(60);
/// The pause between rounds.
const PAUSE: Duration = Duration::from_secs(60 * 60);

/// Works until `stop` holds true.
pub(crate) async fn run(app: App, mut stop: watch::Receiver<bool>) {
    let mut pause = FIRST;
    loop {
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = stop.wait_for(|stopped| *stopped) => return,
        }
        round(&app, &stop).await;
        pause = PAUSE;
    }
}

/// Clears away once. What fails is logged and left to the next round.
pub(crate) async fn round(app: &App, stop: &watch::Receiver<bool>) {
    match app.sweep().await {
        Ok(0) => {}
        Ok(swept) => tracing::info!(swept, "what had run out was cleared away"),
        Err(error) => tracing::warn!(%error, "what has run out cannot be cleared away"),
    }
    let call = Call::of(Actor::System("housekeeping"));
    let dead = match app.read(&call, ListDeadOrganizations).await {
        Ok(dead) => dead,
        Err(error) => return tracing::warn!(%error, "deleted organizations cannot be listed"),
    };
    for organization in dead {
        if *stop.borrow() {
            return;
        }
        purge(app, &call, organization, stop).await;
    }
}

async fn purge(app: &App, call: &Call, organization: OrganizationId, stop: &watch::Receiver<bool>) {
    while !*stop.borrow() {
        match app.execute(call, PurgeOrganization { organization }).await {
            Ok(done) if done.output.finished => {
                return tracing::info!(%organization, "a deleted organization was purged");
            }
            Ok(done) if done.output.waits => {
                return tracing::info!(%organization, "its clusters are taken down before it");
            }
            Ok(_) => {}
            Err(error) => return tracing::warn!(%organization, %error, "purging failed"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use guildhall_app::account::{CreateUser, Names, SendResetLink};
    use guildhall_app::organization::{
        DeleteOrganization, ListDeadOrganizations, ListMyOrganizations,
    };
    use guildhall_app::outbox::ListOutbox;
    use guildhall_app::{Actor, App, AppParts, Call, MasterKey, Operation, Settings, Vault, Via};
    use guildhall_model::{Email, Id, SystemEntropy};
    use guildhall_store::outbox::MailFilter;
    use guildhall_store::{Database, Options, Stmt};
    use guildhall_testkit::{ManualClock, SeededEntropy, TestDatabase};
    use tokio::sync::watch;

    const PASSWORD: &str = "tundra walnut ladder 47";

    struct World {
        app: App,
        clock: ManualClock,
        database: TestDatabase,
    }

    impl World {
        /// With an old mail in the outbox, and an organization whose time to be restored is over.
        async fn new() -> Self {
            let database = guildhall_testkit::sqlite();
            let open = open(&database).await;
            open.migrate().await.unwrap();
            let clock = ManualClock::at_text("2026-03-01T09:00:00Z");
            let master_key = MasterKey::new([7; 32]);
            let parts = AppParts {
                database: open,
                settings: Settings::default(),
                vault: Vault::derived(&master_key),
                master_key,
                clock: Arc::new(clock.clone()),
                entropy: Arc::new(SeededEntropy::printed()),
            };
            let app = App::open(parts).await.unwrap();
            let world = Self { app, clock, database };
            world.settle().await;
            world.clock.advance(Duration::from_secs(40 * 24 * 3600));
            assert_eq!((world.mails().await, world.dead().await), (2, 1));
            world
        }

        async fn settle(&self) {
            let email: Email = "ada@lovelace.example".parse().unwrap();
            let names = Names::new("Ada".parse().ok(), None).unwrap();
            let password = PASSWORD.parse().unwrap();
            let password = self.app.passwords().choose(password, Vec::new()).await.unwrap();
            let create = CreateUser { email: email.clone(), names, password, verified: true };
            let user = self.done(&job(), create).await;
            self.done(&job(), SendResetLink { user }).await;
            let session = Id::generate(guildhall_model::Clock::now(&self.clock), &SystemEntropy);
            let call = Call::of(Actor::User { id: user, email, via: Via::Session(session) });
            let mine = self.app.read(&call, ListMyOrganizations { user }).await.unwrap();
            let proof = self.app.prove_password(user, PASSWORD.parse().unwrap()).await.unwrap();
            self.done(&call, DeleteOrganization { organization: mine[0].id, proof }).await;
        }

        async fn done<O: Operation>(&self, call: &Call, operation: O) -> O::Output {
            match self.app.execute(call, operation).await {
                Ok(done) => done.output,
                Err(error) => panic!("{}: {error}", O::NAME),
            }
        }

        async fn mails(&self) -> usize {
            let list = ListOutbox { filter: MailFilter::default(), after: None, limit: 10 };
            self.app.read(&job(), list).await.unwrap().mails.len()
        }

        async fn dead(&self) -> usize {
            self.app.read(&job(), ListDeadOrganizations).await.unwrap().len()
        }

        async fn alter(&self, statement: &'static Stmt) {
            let mut tx = open(&self.database).await.write().await.unwrap();
            tx.execute(statement, &[]).await.unwrap();
            tx.commit().await.unwrap();
        }
    }

    fn job() -> Call {
        Call::of(Actor::System("test"))
    }

    async fn open(database: &TestDatabase) -> Database {
        Database::open(&database.url().parse().unwrap(), Options::default()).await.unwrap()
    }

    #[tokio::test]
    async fn a_round_clears_away_what_has_run_out_and_purges_what_nobody_can_restore() {
        let world = World::new().await;
        let (stop, stopped) = watch::channel(true);
        super::round(&world.app, &stopped).await;
        assert_eq!((world.mails().await, world.dead().await), (0, 1), "stopped before purging");
        stop.send_replace(false);
        super::round(&world.app, &stopped).await;
        assert_eq!((world.mails().await, world.dead().await), (0, 0));
    }

    #[tokio::test]
    async fn a_round_on_a_failing_database_is_left_to_the_next() {
        static BREAK: Stmt = Stmt::new("test.break", "alter table session rename to broken");
        static MEND: Stmt = Stmt::new("test.mend", "alter table broken rename to session");
        let world = World::new().await;
        let (_stop, running) = watch::channel(false);
        world.alter(&BREAK).await;
        super::round(&world.app, &running).await;
        assert_eq!((world.mails().await, world.dead().await), (2, 0), "the rest is done");
        world.alter(&MEND).await;
        super::round(&world.app, &running).await;
        assert_eq!(world.mails().await, 0);
    }

    #[tokio::test(start_paused = true)]
    async fn the_job_works_after_a_minute_and_every_hour_until_it_is_told_to_stop() {
        let world = World::new().await;
        let (stop, stopped) = watch::channel(false);
        let job = tokio::spawn(super::run(world.app.clone(), stopped));
        while world.mails().await + world.dead().await > 0 {
            tokio::time::advance(super::FIRST).await;
        }
        stop.send_replace(true);
        job.await.unwrap();
    }
}
