//! Durable mutations with many clients: commits grouped against one commit at a time, in one run.
//!
//! `cargo bench -p guildhall-app --bench durable` prints the rates and their ratio.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use guildhall_app::{
    Actor, App, AppParts, Call, Granted, MasterKey, Never, Operation, Outcome, Permission,
    Settings, TheSystem, object, user,
};
use guildhall_authz::Tuple;
use guildhall_model::{OrganizationId, SystemClock, SystemEntropy, UserId};
use guildhall_store::{Database, Options, ScopeId};
use guildhall_testkit::{TestDatabase, postgres, sqlite};

const CLIENTS: usize = 32;

struct Found(OrganizationId);

impl Operation for Found {
    const NAME: &'static str = "bench.found";
    const PERMISSION: Permission<TheSystem> = Permission::named("can_create_organization");
    type Target = TheSystem;
    type Output = ();
    type Refusal = Never;

    fn target(&self) -> TheSystem {
        TheSystem
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        cx.open_scope(&ScopeId::from(self.0)).await
    }
}

struct Join(OrganizationId, UserId);

impl Operation for Join {
    const NAME: &'static str = "bench.join";
    const PERMISSION: Permission<OrganizationId> = Permission::named("can_change_role");
    type Target = OrganizationId;
    type Output = bool;
    type Refusal = Never;

    fn target(&self) -> OrganizationId {
        self.0
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let organization = object("organization", &self.0.text());
        cx.relate(Tuple::new(organization, "member", user(self.1))).await
    }
}

async fn app(at: &TestDatabase, group: usize) -> App {
    let url = at.url().parse().expect("an address");
    let database =
        Database::open(&url, Options { group, ..Options::default() }).await.expect("it opens");
    database.migrate().await.expect("migrations run");
    let parts = AppParts {
        database,
        settings: Settings::default(),
        master_key: MasterKey::new([7; 32]),
        vault: guildhall_app::Vault::derived(&MasterKey::new([7; 32])),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
    };
    App::open(parts).await.expect("the application opens")
}

/// Operations a second that `CLIENTS` clients, each waiting for its answer, get done.
async fn rate(app: &App, span: Duration) -> f64 {
    let call = Call::of(Actor::System("bench"));
    let at = || guildhall_model::Clock::now(&SystemClock);
    let organization = OrganizationId::generate(at(), &SystemEntropy);
    app.execute(&call, Found(organization)).await.expect("it is founded");
    let start = Instant::now();
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| {
            let (app, call) = (app.clone(), call.clone());
            tokio::spawn(async move {
                let mut done = 0_u32;
                while start.elapsed() < span {
                    let user = UserId::generate(at(), &SystemEntropy);
                    app.execute(&call, Join(organization, user)).await.expect("they join");
                    done += 1;
                }
                done
            })
        })
        .collect();
    let mut done = 0;
    for client in clients {
        done += client.await.expect("no panic");
    }
    f64::from(done) / start.elapsed().as_secs_f64()
}

#[tokio::main(flavor = "multi_thread")]
async fn main() {
    let span = Duration::from_secs(3);
    let place = sqlite();
    let (alone, grouped) = (app(&place, 1).await, app(&place, 128).await);
    for round in 1..=3 {
        let one = rate(&alone, span).await;
        let many = rate(&grouped, span).await;
        println!(
            "sqlite, round {round}: one commit at a time {one:.0}/s, grouped {many:.0}/s, \
             ratio {:.1}",
            many / one
        );
    }
    if let Some(place) = postgres() {
        let rate = rate(&app(&place, 1).await, span).await;
        println!("postgres (fsync off in this cluster): {rate:.0}/s");
    }
}
