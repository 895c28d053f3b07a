//! The driver that runs PostgreSQL on this machine, with real servers and people's own connections.

use std::fs;
use std::net::{IpAddr, Ipv4Addr};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use guildhall_app::cluster::driver::{
    Driver, DriverError, Order, OrderedAdmin, Report, ReportedAccount, SecretText, Verb,
};
use guildhall_connect::driver::postgres::{PostgresDriver, PostgresSettings};
use guildhall_model::{ClusterRole, ClusterState, SystemEntropy, UserManagement};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Config, NoTls};

use super::{CREDENTIAL, Orders, Person};

/// A machine of its own for a test; its servers end with it.
struct Machine {
    folder: tempfile::TempDir,
    driver: PostgresDriver,
    orders: Orders,
}

fn settings(folder: &Path) -> PostgresSettings {
    PostgresSettings {
        folder: folder.join("clusters"),
        // As root, another user runs PostgreSQL and has to get there.
        passage: Some(folder.to_owned()),
        sockets: folder.join("s"),
        programs: Vec::new(),
        listen: IpAddr::V4(Ipv4Addr::LOCALHOST),
        host: "127.0.0.1".to_owned(),
    }
}

impl Machine {
    /// `None` where PostgreSQL is not installed.
    fn new() -> Option<Self> {
        let _installed = guildhall_testkit::postgres()?;
        let folder = tempfile::tempdir().unwrap();
        let driver = PostgresDriver::new(settings(folder.path()), Arc::new(SystemEntropy));
        Some(Self { folder, driver, orders: Orders::new() })
    }

    async fn call(&self, order: Order) -> Report {
        let verb = order.verb;
        let report = self.driver.call(&order).await;
        report.unwrap_or_else(|error| panic!("{verb:?}: {error:?}"))
    }

    async fn failure(&self, order: Order) -> DriverError {
        self.driver.call(&order).await.unwrap_err()
    }

    async fn run(&self, verb: Verb) -> Report {
        self.call(self.orders.of(verb)).await
    }

    fn file(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join("clusters").join(self.orders.cluster.to_string()).join(name)
    }

    fn port(&self) -> u16 {
        fs::read_to_string(self.file("port")).unwrap().parse().unwrap()
    }

    fn person(&self, name: &'static str, role: ClusterRole) -> Person {
        Person { user: self.orders.user(), name, role, password: Some("open sesame") }
    }

    async fn connect(&self, by: Door, name: &str, password: &str) -> Result<Client, Refused> {
        self.enter(by, name, password, "shared").await
    }

    async fn enter(
        &self,
        by: Door,
        name: &str,
        password: &str,
        database: &str,
    ) -> Result<Client, Refused> {
        let mut config = Config::new();
        match by {
            Door::Socket => config.host_path(self.folder.path().join("s")),
            Door::Network => config.host("127.0.0.1"),
        };
        config.port(self.port()).user(name).password(password).dbname(database);
        let (client, connection) = config.connect(NoTls).await.map_err(|error| {
            let said = error.as_db_error().unwrap_or_else(|| panic!("no answer: {error:?}"));
            Refused(said.code().clone())
        })?;
        tokio::spawn(connection);
        Ok(client)
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        let driver = &self.driver;
        // Also when the test has failed.
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                runtime.unwrap().block_on(driver.shut_down());
            });
        });
    }
}

#[derive(Clone, Copy)]
enum Door {
    Socket,
    Network,
}

#[derive(Debug, PartialEq)]
struct Refused(SqlState);

/// Nobody may come in by this way.
const NO_ENTRY: Refused = Refused(SqlState::INVALID_AUTHORIZATION_SPECIFICATION);
const WRONG_PASSWORD: Refused = Refused(SqlState::INVALID_PASSWORD);

async fn refused(client: &Client, sql: &str) -> SqlState {
    client.batch_execute(sql).await.unwrap_err().code().unwrap().clone()
}

/// Waits until the server has ended a connection.
async fn ended(client: &Client) {
    while !client.is_closed() {
        let _ = client.batch_execute("select 1").await;
    }
}

#[tokio::test]
async fn h72_h74_a_cluster_lives_from_creation_to_termination() {
    let Some(machine) = Machine::new() else { return };
    let lost = machine.run(Verb::Describe).await;
    assert_eq!(lost.state, Some(ClusterState::Error), "it was not made yet");
    assert!(matches!(
        machine.failure(machine.orders.of(Verb::Start)).await,
        DriverError::Permanent(_)
    ));

    fs::set_permissions(machine.folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
    // An attempt that was broken off leaves its place behind.
    fs::create_dir_all(machine.file("attempt-1/data")).unwrap();
    let made = machine.run(Verb::Create).await;
    assert!(!machine.file("attempt-1").exists());
    assert_eq!(made.state, Some(ClusterState::Running));
    assert_eq!(made.version.unwrap().as_str(), "3.0.1");
    // As root, the group that PostgreSQL runs as passes through to its data, and nobody else.
    let mode = fs::metadata(machine.folder.path()).unwrap().permissions().mode() & 0o777;
    assert!([0o700, 0o710].contains(&mode), "{mode:o}");
    let sign_in = made.sign_in.unwrap();
    let sockets = machine.folder.path().join("s");
    let port = machine.port();
    assert_eq!(sign_in, format!("psql -h {} -p {port} -U {{account}} shared", sockets.display()));
    for private in ["secret", "data"] {
        let mode = fs::metadata(machine.file(private)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{private}");
    }
    assert_eq!(machine.run(Verb::Create).await.state, Some(ClusterState::Running));

    // Guildhall itself was restarted meanwhile.
    let again = PostgresDriver::new(settings(machine.folder.path()), Arc::new(SystemEntropy));
    let found = again.call(&machine.orders.of(Verb::Describe)).await.unwrap();
    assert_eq!(found.state, Some(ClusterState::Running));

    assert_eq!(machine.run(Verb::Stop).await.state, Some(ClusterState::Stopped));
    assert_eq!(machine.run(Verb::Stop).await.state, Some(ClusterState::Stopped));
    let mut upgrade = machine.orders.of(Verb::Upgrade);
    upgrade.version = Some("3.1.0".parse().unwrap());
    let upgraded = machine.call(upgrade.clone()).await;
    assert_eq!(upgraded.state, Some(ClusterState::Stopped), "stopped as it was");
    assert_eq!(upgraded.version.unwrap().as_str(), "3.1.0");
    // Somebody takes the port while the cluster is stopped.
    let taken = std::net::TcpListener::bind(("127.0.0.1", machine.port())).unwrap();
    assert_eq!(machine.run(Verb::Start).await.state, Some(ClusterState::Running));
    assert_ne!(machine.port(), taken.local_addr().unwrap().port());
    upgrade.version = Some("3.2.0".parse().unwrap());
    let upgraded = machine.call(upgrade).await;
    assert_eq!(upgraded.state, Some(ClusterState::Running));
    assert_eq!(upgraded.version.unwrap().as_str(), "3.2.0");

    assert_eq!(machine.run(Verb::Terminate).await.state, Some(ClusterState::Terminated));
    assert!(!machine.file("data").exists() && !machine.file("secret").exists());
    assert!(machine.file("bucket/server.log").exists(), "what is in the bucket stays");
    assert_eq!(machine.run(Verb::Terminate).await.state, Some(ClusterState::Terminated));
    assert_eq!(machine.run(Verb::Describe).await.state, Some(ClusterState::Terminated));
    let revived = machine.failure(machine.orders.of(Verb::Create)).await;
    assert_eq!(revived, DriverError::Permanent("the cluster was taken down".into()));
}

#[tokio::test]
async fn h32_h38_h39_h77_accounts_are_made_blocked_and_reactivated() {
    let Some(machine) = Machine::new() else { return };
    machine.run(Verb::Create).await;
    let maya = machine.person("maya.o'hara \"x\"", ClusterRole::User);
    let (ensure, block) = (Verb::EnsureAccount, Verb::BlockAccount);
    let account = |verb, person: &Person| machine.orders.account(verb, person);
    let enter = async |person: &Person, password: &str| {
        machine.connect(Door::Socket, person.name, password).await
    };
    let is = |report: &Report, role, active| {
        let one = ReportedAccount { name: maya.name.to_owned(), role, active };
        assert_eq!(report.accounts, Some(vec![one]));
    };
    assert_eq!(enter(&maya, "open sesame").await.unwrap_err(), NO_ENTRY);
    machine.call(account(block, &maya)).await;
    is(&machine.call(account(ensure, &maya)).await, ClusterRole::User, true);
    is(&machine.call(account(ensure, &maya)).await, ClusterRole::User, true);
    let at_work = enter(&maya, "open sesame").await.unwrap();
    at_work.batch_execute("create table work (id int); insert into work values (1)").await.unwrap();
    assert_eq!(enter(&maya, "wrong").await.unwrap_err(), WRONG_PASSWORD);

    // Removed from the organization: the door is shut and whoever is in is sent out.
    is(&machine.call(account(block, &maya)).await, ClusterRole::User, false);
    ended(&at_work).await;
    assert_eq!(enter(&maya, "open sesame").await.unwrap_err(), NO_ENTRY);
    is(&machine.call(account(block, &maya)).await, ClusterRole::User, false);

    // The same account comes back, with all that belongs to it.
    is(&machine.call(account(ensure, &maya)).await, ClusterRole::User, true);
    let back = enter(&maya, "open sesame").await.unwrap();
    let owner = "select tableowner::text from pg_tables where tablename = 'work'";
    let owner: String = back.query_one(owner, &[]).await.unwrap().get(0);
    assert_eq!(owner, maya.name);

    let without = Person { password: None, ..maya.clone() };
    machine.call(account(ensure, &without)).await;
    assert_eq!(enter(&maya, "open sesame").await.unwrap_err(), WRONG_PASSWORD);

    // Nobody gets an account that is somebody else's, nor Guildhall's own.
    for name in [maya.name, "guildhall", "guildhall_admins", "pg_monitor"] {
        let error =
            machine.failure(account(ensure, &machine.person(name, ClusterRole::Admin))).await;
        assert!(matches!(error, DriverError::Permanent(_)), "{name}: {error}");
    }
    let other = account(block, &machine.person(maya.name, ClusterRole::User));
    assert!(matches!(machine.failure(other).await, DriverError::Permanent(_)));
    let mut plain = account(ensure, &maya);
    plain.account.as_mut().unwrap().verifier = Some(SecretText::new("a password".to_owned()));
    assert!(matches!(machine.failure(plain).await, DriverError::Permanent(_)));
    machine.run(Verb::Stop).await;
    let stopped = machine.failure(account(ensure, &maya)).await;
    assert_eq!(stopped, DriverError::Temporary("the cluster is not running".into()));
    let log = fs::read_to_string(machine.file("bucket/server.log")).unwrap();
    assert!(!log.contains("SCRAM-SHA-256$") && !log.contains(CREDENTIAL), "{log}");
}

#[tokio::test]
async fn h61_h62_h65_administrators_administer_and_others_do_not() {
    let Some(machine) = Machine::new() else { return };
    machine.run(Verb::Create).await;
    let ada = machine.person("ada", ClusterRole::Admin);
    let bob = machine.person("bob", ClusterRole::User);
    for person in [&ada, &bob] {
        machine.call(machine.orders.account(Verb::EnsureAccount, person)).await;
    }
    let enter = async |person: &Person| {
        machine.connect(Door::Socket, person.name, "open sesame").await.unwrap()
    };
    let (admin, user) = (enter(&ada).await, enter(&bob).await);
    let forbidden = SqlState::INSUFFICIENT_PRIVILEGE;
    admin.batch_execute("create database reports").await.unwrap();
    assert_eq!(refused(&user, "create database more").await, forbidden);
    admin.batch_execute("create schema finance").await.unwrap();
    assert_eq!(refused(&user, "create schema more").await, forbidden);
    admin.batch_execute("create role analysts; grant analysts to bob").await.unwrap();
    assert_eq!(refused(&user, "create role more").await, forbidden);
    let idle = "select pid from pg_stat_activity where usename = 'bob'";
    let pid: i32 = admin.query_one(idle, &[]).await.unwrap().get(0);
    admin.batch_execute(&format!("select pg_terminate_backend({pid})")).await.unwrap();
    ended(&user).await;

    // Demoted: power and connections are gone, the account is not.
    let demoted = Person { role: ClusterRole::User, ..ada.clone() };
    let report = machine.call(machine.orders.account(Verb::EnsureAccount, &demoted)).await;
    let role = |name: &str| {
        report.accounts.as_ref().unwrap().iter().find(|one| one.name == name).unwrap().role
    };
    assert_eq!((role("ada"), role("bob")), (ClusterRole::User, ClusterRole::User));
    ended(&admin).await;
    let former = enter(&ada).await;
    assert_eq!(refused(&former, "create database more").await, forbidden);
    assert_eq!(refused(&former, "set role guildhall_admins").await, forbidden);
    assert_eq!(refused(&former, "create role more").await, forbidden);
    // Promoted.
    let promoted = Person { role: ClusterRole::Admin, ..bob.clone() };
    machine.call(machine.orders.account(Verb::EnsureAccount, &promoted)).await;
    enter(&bob).await.batch_execute("create database more").await.unwrap();
}

/// What leads to the operating system, to the superuser or to somebody's verifier.
const WAYS_OUT: [&str; 11] = [
    "copy (select 1) to program 'true'",
    "copy (select 1) to '/dev/null'",
    "copy pg_class from '/dev/null'",
    "select pg_read_file('postgresql.conf')",
    "select rolpassword from pg_authid",
    "alter role guildhall password 'mine'",
    "grant guildhall to ada",
    "set role guildhall",
    "set session authorization guildhall",
    "alter system set shared_preload_libraries = 'x'",
    "create extension file_fdw",
];

/// What works before version 16, and more or less of it later.
const DEEDS: [&str; 6] = [
    "create role back_door login createrole password 'x'",
    "grant guildhall_accounts, guildhall_admins to back_door",
    "grant guildhall_accounts to ada with admin option",
    "alter role eve login password 'x'",
    "alter role bob password 'x' createrole",
    "grant bob to eve",
];

/// Whatever an administrator tries ends at the cluster, and does not outlive them.
#[tokio::test]
async fn h38_h39_h65_a_former_administrator_has_no_way_back() {
    let Some(machine) = Machine::new() else { return };
    machine.run(Verb::Create).await;
    let ada = machine.person("ada", ClusterRole::Admin);
    let (bob, eve) =
        (machine.person("bob", ClusterRole::User), machine.person("eve", ClusterRole::User));
    let account = |verb, person: &Person| machine.orders.account(verb, person);
    for person in [&ada, &bob, &eve] {
        machine.call(account(Verb::EnsureAccount, person)).await;
    }
    machine.call(account(Verb::BlockAccount, &eve)).await;
    let before = machine.run(Verb::Describe).await.accounts;
    let enter = async |name, password| machine.connect(Door::Socket, name, password).await;
    let admin = enter("ada", "open sesame").await.unwrap();

    for role in ["pg_execute_server_program", "pg_write_server_files", "pg_read_server_files"] {
        let _ = admin.batch_execute(&format!("grant {role} to ada")).await;
        let _ = admin.batch_execute(&format!("create role own_{role} in role {role}")).await;
    }
    let _ = admin.batch_execute("grant pg_read_all_data to ada").await;
    for way_out in WAYS_OUT {
        assert!(admin.batch_execute(way_out).await.is_err(), "{way_out}");
    }
    for database in ["postgres", "template1"] {
        let entered = machine.enter(Door::Socket, "ada", "open sesame", database).await;
        assert!(entered.is_err(), "{database}");
    }
    for deed in DEEDS {
        let _ = admin.batch_execute(deed).await;
    }
    let as_bob = enter("bob", "x").await;
    assert_eq!(enter("back_door", "x").await.unwrap_err(), NO_ENTRY);
    assert_eq!(enter("eve", "x").await.unwrap_err(), NO_ENTRY, "still blocked");
    let _ = admin.batch_execute("alter role bob rename to robert").await;
    let _ = admin.batch_execute("create role bob login password 'x'").await;

    machine.call(account(Verb::BlockAccount, &ada)).await;
    ended(&admin).await;
    if let Ok(as_bob) = as_bob {
        ended(&as_bob).await;
    }
    for name in ["ada", "bob", "eve", "back_door"] {
        assert!(enter(name, "x").await.is_err(), "{name}");
    }
    assert_eq!(enter("ada", "open sesame").await.unwrap_err(), NO_ENTRY);
    let user = enter("bob", "open sesame").await.unwrap();
    assert_eq!(refused(&user, "create role more").await, SqlState::INSUFFICIENT_PRIVILEGE);

    // Dropped, an account is made again; what a look finds is what was there before it.
    machine.call(account(Verb::EnsureAccount, &ada)).await;
    assert_eq!(machine.run(Verb::Describe).await.accounts, before);
    let admin = enter("ada", "open sesame").await.unwrap();
    if admin.batch_execute("drop role bob").await.is_ok() {
        let found = machine.run(Verb::Describe).await.accounts.unwrap();
        assert!(!found.iter().any(|account| account.name == "bob"));
        ended(&user).await;
    }
    assert_eq!(machine.run(Verb::Describe).await.accounts, before);
    enter("bob", "open sesame").await.unwrap();
}

#[tokio::test]
async fn h68_h69_h70_the_port_is_closed_until_it_is_opened() {
    let Some(machine) = Machine::new() else { return };
    assert_eq!(machine.driver.services()[0].name, "postgresql");
    let made = machine.run(Verb::Create).await;
    assert_eq!(made.open_services.unwrap(), [""; 0]);
    let maya = machine.person("maya", ClusterRole::User);
    machine.call(machine.orders.account(Verb::EnsureAccount, &maya)).await;
    let enter = async |door| machine.connect(door, "maya", "open sesame").await;
    let inside = enter(Door::Socket).await.unwrap();
    assert_eq!(enter(Door::Network).await.unwrap_err(), NO_ENTRY);

    let service = |verb| machine.orders.about(verb, "postgresql");
    let open = machine.call(service(Verb::OpenPorts)).await;
    assert_eq!(open.open_services.unwrap(), ["postgresql"]);
    let port = machine.port();
    assert_eq!(open.sign_in.unwrap(), format!("psql -h 127.0.0.1 -p {port} -U {{account}} shared"));
    let outside = enter(Door::Network).await.unwrap();
    outside.batch_execute("select 1").await.unwrap();
    // The superuser is Guildhall's, and comes in on the socket alone.
    let secret = fs::read_to_string(machine.file("secret")).unwrap();
    let entered = machine.connect(Door::Network, "guildhall", &secret).await;
    assert_eq!(entered.unwrap_err(), NO_ENTRY);

    // Open it stays over a restart.
    machine.run(Verb::Stop).await;
    let started = machine.run(Verb::Start).await;
    assert_eq!(started.open_services.unwrap(), ["postgresql"]);
    ended(&outside).await;
    ended(&inside).await;
    let (outside, inside) =
        (enter(Door::Network).await.unwrap(), enter(Door::Socket).await.unwrap());

    let closed = machine.call(service(Verb::ClosePorts)).await;
    assert_eq!(closed.open_services.unwrap(), [""; 0]);
    ended(&outside).await;
    assert_eq!(enter(Door::Network).await.unwrap_err(), NO_ENTRY);
    inside.batch_execute("select 1").await.unwrap();
    let unknown = machine.failure(machine.orders.about(Verb::OpenPorts, "kafka")).await;
    assert!(unknown.to_string().contains("`kafka` is not a service"), "{unknown}");
}

#[tokio::test]
async fn h33_h35_h63_h67_a_cluster_that_manages_its_users_itself_has_one_administrator() {
    let Some(mut machine) = Machine::new() else { return };
    machine.orders.management = UserManagement::Disabled;
    let mut order = machine.orders.of(Verb::Create);
    let password = r"it's \ mine".to_owned();
    let admin = OrderedAdmin { name: "boss".to_owned(), password: SecretText::new(password) };
    order.cluster.admin = Some(admin);
    let made = machine.call(order).await;
    assert_eq!((made.state, made.accounts), (Some(ClusterState::Running), None));
    let boss = machine.connect(Door::Socket, "boss", r"it's \ mine").await.unwrap();
    boss.batch_execute("create database theirs").await.unwrap();
    let maya = machine.person("maya", ClusterRole::Admin);
    for verb in [Verb::EnsureAccount, Verb::BlockAccount] {
        let error = machine.failure(machine.orders.account(verb, &maya)).await;
        let text = "the cluster manages its users itself";
        assert_eq!(error, DriverError::Permanent(text.into()));
    }
    boss.batch_execute("create role own login password 'x'").await.unwrap();
    machine.connect(Door::Socket, "own", "x").await.unwrap();
    assert!(boss.batch_execute("grant pg_execute_server_program to boss").await.is_err());
    assert!(boss.batch_execute("copy (select 1) to program 'true'").await.is_err());
}

#[tokio::test]
async fn what_is_missing_is_explained() {
    let Some(machine) = Machine::new() else { return };
    machine.driver.available().unwrap();
    let long = machine.folder.path().join("long".repeat(30));
    let settings = PostgresSettings { sockets: long, ..settings(machine.folder.path()) };
    let driver = PostgresDriver::new(settings, Arc::new(SystemEntropy));
    let error = driver.call(&machine.orders.of(Verb::Create)).await.unwrap_err();
    assert_eq!(error.to_string(), "the path to PostgreSQL's sockets is too long");
    assert!(error.trouble().in_full().contains("longlong"), "{error:?}");
    // What somebody else could have put there is not used.
    let sockets = machine.folder.path().join("s");
    fs::create_dir(&sockets).unwrap();
    fs::set_permissions(&sockets, fs::Permissions::from_mode(0o777)).unwrap();
    let error = machine.failure(machine.orders.of(Verb::Create)).await;
    assert!(error.to_string().contains("belongs to somebody else"), "{error}");
    // What its programs say is for the operator: there are paths in it.
    fs::remove_dir(&sockets).unwrap();
    machine.run(Verb::Create).await;
    machine.run(Verb::Stop).await;
    let control = machine.file("data/global/pg_control");
    fs::rename(&control, machine.file("data/global/away")).unwrap();
    let error = machine.failure(machine.orders.of(Verb::Start)).await;
    assert_eq!(error.to_string(), "PostgreSQL did not start");
    let said = error.trouble().detail().unwrap();
    assert!(
        said.contains("pg_ctl") && said.contains(machine.folder.path().to_str().unwrap()),
        "{said}"
    );
    // The cluster was made by a version that is gone.
    fs::write(machine.file("data/PG_VERSION"), "7").unwrap();
    let error = machine.failure(machine.orders.of(Verb::Start)).await;
    assert!(error.to_string().contains("made with PostgreSQL 7"), "{error}");
    fs::remove_dir_all(machine.file("data")).unwrap();
}
