//! Durable changes with many clients: commits grouped against one commit at a time, in one run.
//!
//! Each client invites somebody and has them accept, over and over, each answer awaited before the
//! next step. `./dev bench durable` prints the rates and their ratio; docs/performance.md explains.

mod crowd;

use std::{
    sync::Arc,
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use guildhall_app::{
    App, AppParts, MasterKey, Settings, Vault,
    invitation::{AcceptInvitation, InviteMembers},
};
use guildhall_model::{InvitableRole, OrganizationId, SystemClock, SystemEntropy};
use guildhall_store::{Database, Options};
use guildhall_testkit::{TestDatabase, postgres, sqlite};

use crowd::{Crowd, Somebody};

// As in the binary.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const CLIENTS: usize = 32;
const SPAN: Duration = Duration::from_secs(3);
const ROUNDS: usize = 3;
/// People who are there to be invited; each is invited once.
const PEOPLE: usize = 60_000;

async fn open(at: &TestDatabase, group: usize) -> App {
    let url = at.url().parse().expect("an address");
    let database =
        Database::open(&url, Options { group, ..Options::default() }).await.expect("it opens");
    let settings = Settings { invitations_per_hour: u32::MAX, ..Settings::default() };
    let (clock, entropy) = (Arc::new(SystemClock), Arc::new(SystemEntropy));
    let master_key = MasterKey::new([7; 32]);
    let vault = Vault::derived(&master_key);
    let parts = AppParts { database, settings, master_key, vault, clock, entropy };
    App::open(parts).await.expect("the application opens")
}

/// A database with a crowd in it.
async fn populate(at: &TestDatabase) -> Crowd {
    let url = at.url().parse().expect("an address");
    let database = Database::open(&url, Options::default()).await.expect("it opens");
    database.migrate().await.expect("migrations run");
    Crowd::found(&database, CLIENTS, PEOPLE).await
}

/// Changes a second that `CLIENTS` clients, each waiting for its answers, get done in some of the
/// organizations.
async fn rate(app: &App, crowd: &Arc<Crowd>, next: &Arc<AtomicUsize>, organizations: usize) -> f64 {
    let start = Instant::now();
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let (app, crowd, next) = (app.clone(), Arc::clone(crowd), Arc::clone(next));
            tokio::spawn(async move {
                let (organization, owner) = &crowd.organizations[client % organizations];
                let mut done = 0_u32;
                while start.elapsed() < SPAN {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let who = crowd.people.get(at).expect("there are people enough");
                    join(&app, *organization, owner, who).await;
                    done += 2;
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

async fn join(app: &App, organization: OrganizationId, owner: &Somebody, who: &Somebody) {
    let emails = who.email.as_str().parse().expect("an address");
    let invite = InviteMembers { organization, emails, role: InvitableRole::Member.into() };
    let invited = app.execute(&owner.call, invite).await.expect("they are invited").output;
    let accept = AcceptInvitation { organization, invitation: invited[0].id };
    app.execute(&who.call, accept).await.expect("they join");
}

#[tokio::main(flavor = "multi_thread")]
async fn main() {
    let next = Arc::new(AtomicUsize::new(0));
    let place = sqlite();
    let crowd = Arc::new(populate(&place).await);
    let alone = open(&place, 1).await;
    let grouped = open(&place, Options::default().group).await;
    for (organizations, name) in [(CLIENTS, "32 organizations"), (1, "one organization")] {
        for round in 1..=ROUNDS {
            let one = rate(&alone, &crowd, &next, organizations).await;
            let many = rate(&grouped, &crowd, &next, organizations).await;
            println!(
                "sqlite, {name}, round {round}: one commit at a time {one:.0}/s, \
                 grouped {many:.0}/s, ratio {:.1}",
                many / one
            );
        }
    }
    if let Some(place) = postgres() {
        let crowd = Arc::new(populate(&place).await);
        let app = open(&place, 1).await;
        let next = Arc::new(AtomicUsize::new(0));
        for (organizations, name) in [(CLIENTS, "32 organizations"), (1, "one organization")] {
            let rate = rate(&app, &crowd, &next, organizations).await;
            println!("postgres (fsync off in this cluster), {name}: {rate:.0}/s");
        }
    }
}
