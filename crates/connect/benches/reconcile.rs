//! Clusters after a restart: 200 of them, with 500 accounts each, whose driver is a program that
//! does nothing. What is counted, too, is that only what differs is changed.

use std::sync::Arc;
use std::time::{Duration, Instant};

use guildhall_app::cluster::{Drivers, Keeper, driver::Driver};
use guildhall_app::member::RemoveMember;
use guildhall_app::{
    Actor, App, AppParts, Call, Granted, MasterKey, Never, Operation, Outcome, Permission,
    Settings, Target, TheSystem, Vault, Via, object, user as subject,
};
use guildhall_authz::{Subject, Tuple};
use guildhall_connect::driver::exec::{ExecDriver, ExecSettings};
use guildhall_model::{
    CloudAccountId, CloudProvider, ClusterId, ClusterRole, ClusterState, Credits, Email,
    OrganizationId, PasswordHash, SystemClock, SystemEntropy, UserId, UserManagement,
};
use guildhall_store::{
    Database, Options, ScopeId,
    cloud_account::{self, CloudAccount},
    cluster::{self, Cluster, account, identity},
    member,
    organization::{self, NewOrganization},
    user::{self, Account},
};

const CLUSTERS: usize = 200;
const MEMBERS: usize = 500;

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(bench());
}

async fn bench() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}", folder.path().join("bench.db").display());
    open(&url).await.migrate().await.expect("migrations run");
    let app = start(&url).await;
    let call = Call::of(Actor::System("benchmark"));
    let filled = app.execute(&call, Fill).await.expect("it is filled").output;
    drop(app);

    let begun = Instant::now();
    let app = start(&url).await;
    let keeper = Keeper::new(app.clone(), drivers());
    let kept = keeper.look_at_all().await.expect("the database works");
    let whole = begun.elapsed();
    println!("{CLUSTERS} clusters with {MEMBERS} accounts each, the driver a program:");
    println!("after a restart  {:>8.2} s, {} calls besides looking", secs(whole), kept.calls);
    println!("                 target 30 s, and no calls");

    let (organization, owner, removed) = filled;
    let email: Email = "person.0@example.org".parse().expect("an address");
    let via = Via::ApiKey(guildhall_model::Id::generate(now(), &SystemEntropy));
    let alice = Call::of(Actor::User { id: owner, email, via });
    let begun = Instant::now();
    app.execute(&alice, RemoveMember { organization, user: removed }).await.expect("removed");
    let kept = keeper.work_off().await.expect("the database works");
    println!("a member removed {:>8.2} s, {} calls", secs(begun.elapsed()), kept.calls);
    println!("                 one call for each cluster");
}

fn secs(time: Duration) -> f64 {
    time.as_secs_f64()
}

fn now() -> guildhall_model::Timestamp {
    guildhall_model::Clock::now(&SystemClock)
}

/// A program that says that all is well.
fn drivers() -> Drivers {
    let report = r#"cat >/dev/null; echo '{"state":"running"}'"#;
    let settings = ExecSettings {
        program: "/bin/sh".into(),
        arguments: vec!["-c".to_owned(), report.to_owned()],
        environment: vec![("PATH".to_owned(), "/usr/bin:/bin".to_owned())],
        timeout: Duration::from_secs(10),
        services: Vec::new(),
    };
    let driver: Arc<dyn Driver> = Arc::new(ExecDriver::new(settings));
    [(CloudProvider::Local, driver)].into()
}

async fn open(url: &str) -> Database {
    let url = url.parse().expect("an address");
    Database::open(&url, Options::default()).await.expect("the database opens")
}

async fn start(url: &str) -> App {
    let master_key = MasterKey::new([7; 32]);
    let parts = AppParts {
        database: open(url).await,
        settings: Settings::default(),
        vault: Vault::derived(&master_key),
        master_key,
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
    };
    App::open(parts).await.expect("the application opens")
}

/// An organization with its members and clusters, everything as it should be.
struct Fill;

impl Operation for Fill {
    const NAME: &'static str = "bench.fill";
    const PERMISSION: Permission<TheSystem> = Permission::named("can_register");
    type Target = TheSystem;
    /// The organization, its owner, and somebody else in it.
    type Output = (OrganizationId, UserId, UserId);
    type Refusal = Never;

    fn target(&self) -> TheSystem {
        TheSystem
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let organization: OrganizationId = cx.generate();
        let scope = ScopeId::from(organization);
        cx.open_scope(&scope).await?;
        let new = NewOrganization {
            name: &"bench-organization".parse().expect("a name"),
            display_name: &"Bench".parse().expect("a name"),
            plan: "enterprise",
            seats: None,
            created_at: cx.now(),
        };
        organization::insert(&mut cx.store_of(&scope)?, &new).await?;
        let mut members = Vec::with_capacity(MEMBERS);
        for at in 0..MEMBERS {
            let account = somebody(cx, at);
            user::insert(cx.store().system(), &account).await?;
            member::insert(&mut cx.store_of(&scope)?, &account.person(), account.created_at)
                .await?;
            identity::add(cx.store().system(), account.id, &format!("person_{at}")).await?;
            let role = if at == 0 { "owner" } else { "member" };
            let is = Tuple::new(organization.object(), role, subject(account.id));
            cx.relate_in(&scope, is).await?;
            members.push(account.id);
        }
        let cloud = make_cloud_account(cx, &scope).await?;
        for at in 0..CLUSTERS {
            make_cluster(cx, organization, cloud, &members, at).await?;
        }
        Ok((organization, members[0], members[1]))
    }
}

fn somebody(cx: &Granted<'_, Fill>, at: usize) -> Account {
    // In the form of a hash, of no password.
    let hash = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$\
        AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let hash = PasswordHash::parse(hash.to_owned()).expect("the form of a hash");
    let email = format!("person.{at}@example.org").parse().expect("an address");
    Account {
        email_verified_at: Some(cx.now()),
        ..Account::new(cx.generate(), email, ("Ada", "Example"), hash, cx.now())
    }
}

async fn make_cloud_account(
    cx: &mut Granted<'_, Fill>,
    scope: &ScopeId,
) -> Result<CloudAccountId, guildhall_app::Stop<Never>> {
    let id: CloudAccountId = cx.generate();
    let account = CloudAccount {
        id,
        name: "Here".parse().expect("a name"),
        provider: CloudProvider::Local,
        settings: "{}".to_owned(),
        sealed: cx.app().vault().seal(&id.text(), b"{}", cx.entropy()),
        created_at: cx.now(),
        changed_at: cx.now(),
    };
    cloud_account::add(&mut cx.store_of(scope)?, &account).await?;
    Ok(id)
}

async fn make_cluster(
    cx: &mut Granted<'_, Fill>,
    organization: OrganizationId,
    cloud_account: CloudAccountId,
    members: &[UserId],
    at: usize,
) -> Result<(), guildhall_app::Stop<Never>> {
    let scope = ScopeId::from(organization);
    let (id, now): (ClusterId, _) = (cx.generate(), cx.now());
    let mut cluster = Cluster {
        id,
        name: format!("cluster {at}").parse().expect("a name"),
        version: "3.0.0".parse().expect("a version"),
        cloud_account,
        size: "small".to_owned(),
        hourly: Credits::new(60),
        user_management: UserManagement::Managed,
        state: ClusterState::Running,
        state_since: now,
        made: false,
        progress: None,
        message: None,
        url: None,
        sign_in: None,
        handle: None,
        admin_name: None,
        admin_sealed: None,
        created_by: members[0],
        created_by_email: "person.0@example.org".parse().expect("an address"),
        created_at: now,
        order: None,
        described_at: None,
        unreachable: None,
        drift: None,
    };
    let of = Tuple::new(
        object("cluster", &id.text()),
        "organization",
        Subject::Object(organization.object()),
    );
    cx.relate_in(&scope, of).await?;
    let mut store = cx.store_of(&scope)?;
    cluster::add(&mut store, &cluster).await?;
    cluster.made = true;
    cluster::settle(&mut store, &cluster, now).await?;
    for (at, user) in members.iter().enumerate() {
        let role = Some(if at == 0 { ClusterRole::Admin } else { ClusterRole::User });
        account::want(&mut store, id, *user, &format!("person_{at}"), role, now).await?;
        account::applied(&mut store, id, *user, role, None, now).await?;
    }
    Ok(())
}
