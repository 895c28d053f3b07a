//! Databases of both engines.

use std::io::{BufRead, BufReader, Read};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use guildhall_testkit::{Template, TestDatabase, engines, postgres, sqlite};
use tokio_postgres::{Client, NoTls};

async fn connect(database: &TestDatabase) -> Client {
    let (client, connection) =
        tokio_postgres::connect(database.url(), NoTls).await.expect("the server answers");
    tokio::spawn(connection);
    client
}

fn open(database: &TestDatabase) -> rusqlite::Connection {
    let path = database.url().strip_prefix("sqlite:").expect("an address of SQLite");
    rusqlite::Connection::open(path).expect("the file opens")
}

#[test]
fn every_engine_gives_a_database() {
    let databases = engines();
    assert_eq!(databases[0].engine(), "sqlite");
    assert_eq!(databases.len(), 1 + usize::from(postgres().is_some()));
    for other in &databases[1..] {
        assert_eq!(other.engine(), "postgres");
        assert!(other.url().starts_with("postgres://guildhall@127.0.0.1:"), "{}", other.url());
    }
}

#[test]
fn a_sqlite_database_goes_with_its_test() {
    let database = sqlite();
    open(&database).execute_batch("create table t (n bigint)").expect("a table");
    let path = database.url().trim_start_matches("sqlite:").to_owned();
    assert!(std::path::Path::new(&path).exists());
    drop(database);
    assert!(!std::path::Path::new(&path).exists());
}

#[test]
fn a_sqlite_database_is_copied_even_while_it_is_open() {
    let database = sqlite();
    let connection = open(&database);
    connection.pragma_update(None, "journal_mode", "wal").expect("a log");
    connection.execute_batch("create table t (n bigint); insert into t values (7)").expect("a row");
    let copy = open(&database.copy());
    connection.execute_batch("insert into t values (8)").expect("another row");
    let sum: i64 = copy.query_row("select sum(n) from t", [], |row| row.get(0)).expect("a sum");
    assert_eq!(sum, 7);
}

#[tokio::test]
async fn postgres_databases_are_apart_and_can_be_copied() {
    let (Some(one), Some(other)) = (postgres(), postgres()) else { return };
    assert_ne!(one.url(), other.url());
    let client = connect(&one).await;
    client
        .batch_execute("create table t (n bigint); insert into t values (7)")
        .await
        .expect("a row");
    assert!(connect(&other).await.batch_execute("select * from t").await.is_err());
    let copied = one.copy();
    let copy = connect(&copied).await;
    let row = copy.query_one("select sum(n)::bigint from t", &[]).await.expect("a sum");
    assert_eq!(row.get::<_, i64>(0), 7);
}

#[tokio::test]
async fn postgres_sorts_as_in_production_and_forgets_durability() {
    let Some(database) = postgres() else { return };
    let client = connect(&database).await;
    let row = client.query_one("select current_setting('fsync')", &[]).await.expect("a setting");
    assert_eq!(row.get::<_, &str>(0), "off");
    let row = client.query_one("select 'a' < 'B'", &[]).await.expect("a comparison");
    assert!(row.get::<_, bool>(0), "this server sorts by bytes");
}

#[tokio::test]
async fn a_template_is_prepared_once_for_each_engine() {
    static TEMPLATE: Template = Template::new();
    let prepared = std::sync::atomic::AtomicUsize::new(0);
    let prepare = async |url: &str| {
        prepared.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        if url.starts_with("postgres:") {
            let (client, connection) =
                tokio_postgres::connect(url, NoTls).await.expect("the server answers");
            tokio::spawn(connection);
            client.batch_execute("create table t (n bigint)").await.expect("a table");
        } else {
            let path = url.trim_start_matches("sqlite:");
            let connection = rusqlite::Connection::open(path).expect("the file opens");
            connection.execute_batch("create table t (n bigint)").expect("a table");
        }
    };
    for _ in 0..3 {
        for database in TEMPLATE.engines(prepare).await {
            let insert = "insert into t values (1)";
            if database.engine() == "postgres" {
                connect(&database).await.batch_execute(insert).await.expect("the table is there");
            } else {
                open(&database).execute_batch(insert).expect("the table is there");
            }
        }
    }
    let engines = 1 + usize::from(postgres().is_some());
    assert_eq!(prepared.load(std::sync::atomic::Ordering::SeqCst), engines);
}

/// Set for the process that the next test starts and kills.
const HOLD: &str = "GUILDHALL_TESTKIT_HOLD";
const PATIENCE: Duration = Duration::from_secs(20);

#[test]
fn a_killed_test_leaves_no_server() {
    if std::env::var_os(HOLD).is_some() {
        println!("\n{}", postgres().map_or(String::new(), |database| database.url().to_owned()));
        let _ = std::io::stdin().read(&mut [0]);
        return;
    }
    if postgres().is_none() {
        return;
    }
    let mut held = Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "database::a_killed_test_leaves_no_server", "--nocapture"])
        .env(HOLD, "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("this test starts again");
    let said = BufReader::new(held.stdout.take().expect("its output")).lines();
    let url = said.map_while(Result::ok).find(|line| line.starts_with("postgres://"));
    let url = url.expect("it has a server");
    let port = url.rsplit_once(':').and_then(|(_, rest)| rest.split('/').next()).expect("a port");
    let address = format!("127.0.0.1:{port}");
    let mut connection = TcpStream::connect(&address).expect("the server is there");

    held.kill().expect("it is killed");
    held.wait().expect("it ends");
    // The connection ends with its server; a last one may still be accepted and closed at once.
    let killed = Instant::now();
    connection.set_read_timeout(Some(PATIENCE)).expect("it is set");
    let _ = connection.read(&mut [0]);
    while TcpStream::connect(&address).is_ok() {
        assert!(killed.elapsed() < PATIENCE, "the server goes on");
        std::thread::yield_now();
    }
}
