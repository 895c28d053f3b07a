//! Guildhall's own connection to a cluster, as its superuser, over the socket.
//!
//! It goes to a database that nobody else can enter, so that nothing there can be a trap for a
//! superuser. Names are quoted here; values are parameters wherever the statement takes any.

use std::time::Duration;

use guildhall_app::cluster::driver::{DriverError, Order};
use guildhall_model::UserManagement;
use tokio_postgres::{Client, Config, NoTls};

use super::DATABASE;
use super::access::ACCOUNTS;
use super::kept::Kept;
use super::server::{SUPERUSER, Server};

/// The role of those who administer a cluster, which owns the shared database.
pub(super) const ADMINS: &str = "guildhall_admins";

/// The database that only the superuser enters.
const OWN_DATABASE: &str = "postgres";

/// Nothing that this connection says is to be seen by others: statements hold verifiers.
const OPTIONS: &str = "-c search_path=pg_catalog -c track_activities=off \
    -c log_min_error_statement=panic -c log_statement=none -c log_min_duration_statement=-1 \
    -c statement_timeout=30s -c lock_timeout=10s";

/// The pause between two looks whether connections have ended.
const PAUSE: Duration = Duration::from_millis(50);
/// How often to look.
const LOOKS: u32 = 200;

/// Connects to the superuser's own database.
pub(super) async fn connect(server: &Server) -> Result<Client, DriverError> {
    connect_to(server, OWN_DATABASE).await
}

async fn connect_to(server: &Server, database: &str) -> Result<Client, DriverError> {
    let mut config = Config::new();
    config.host_path(&server.sockets).port(server.place.port()?).dbname(database);
    config.user(SUPERUSER).password(server.place.secret()?).options(OPTIONS);
    config.application_name("guildhall").connect_timeout(Duration::from_secs(10));
    let (client, connection) = config.connect(NoTls).await.map_err(|error| failed(&error))?;
    // Ends when the client is dropped; what goes wrong the client is told.
    tokio::spawn(connection);
    Ok(client)
}

/// Makes the roles and the database that every cluster has, and the administrator of one that is
/// not Managed (H35).
pub(super) async fn prepare(server: &Server, order: &Order) -> Result<(), DriverError> {
    let client = connect(server).await?;
    let mut kept = Kept::of(&server.place)?;
    for role in [ACCOUNTS, ADMINS] {
        if !role_exists(&client, role).await? {
            run(&client, &format!("create role {role} nologin")).await?;
        }
        let row = client.query_one("select oid from pg_roles where rolname = $1", &[&role]).await;
        kept.groups.insert(role.to_owned(), row.map_err(|error| failed(&error))?.get(0));
    }
    kept.keep(&server.place)?;
    let sql = "select from pg_database where datname = $1";
    if client.query(sql, &[&DATABASE]).await.map_err(|error| failed(&error))?.is_empty() {
        run(&client, &format!("create database {DATABASE} owner {ADMINS}")).await?;
    }
    run(&client, &format!("revoke connect on database {OWN_DATABASE}, template1 from public"))
        .await?;
    let managed = order.cluster.user_management == UserManagement::Managed;
    let shared = connect_to(server, DATABASE).await?;
    let who = if managed { ACCOUNTS } else { "public" };
    run(&shared, &format!("grant create, usage on schema public to {who}")).await?;
    if let (false, Some(admin)) = (managed, &order.cluster.admin) {
        let name = identifier(&admin.name);
        if admin.name == SUPERUSER || admin.name == ACCOUNTS || admin.name == ADMINS {
            return Err(DriverError::permanent(&format!(
                "the administrator cannot be named {name}"
            )));
        }
        let verb = if role_exists(&client, &admin.name).await? { "alter" } else { "create" };
        let password = literal(admin.password.reveal());
        let powers = "login createdb createrole";
        run(&client, &format!("{verb} role {name} {powers} password {password}")).await?;
        run(&client, &format!("grant {ADMINS}, {} to {name}", OVERSIGHT.join(", "))).await?;
    }
    Ok(())
}

/// What administrators have besides: seeing what others do on the cluster, and ending it. None of
/// these reaches the operating system.
pub(super) const OVERSIGHT: [&str; 2] = ["pg_monitor", "pg_signal_backend"];

/// Before version 16 whoever makes roles can join every role that is not a superuser's. Those that
/// lead to the operating system or to other people's verifiers are removed there for good.
pub(super) async fn disarm(server: &Server) -> Result<(), DriverError> {
    if server.programs.separates_roles() {
        return Ok(());
    }
    let client = connect(server).await?;
    let list = TOO_POWERFUL.map(literal).join(", ");
    let which = format!("select oid from pg_authid where rolname in ({list})");
    let sql = format!(
        "begin; set local allow_system_table_mods = on; \
         delete from pg_auth_members where roleid in ({which}) or member in ({which}); \
         delete from pg_authid where rolname in ({list}); commit"
    );
    run(&client, &sql).await
}

/// The built-in roles that are more than the cluster's.
const TOO_POWERFUL: [&str; 4] = [
    "pg_execute_server_program",
    "pg_write_server_files",
    "pg_read_server_files",
    "pg_read_all_data",
];

/// When the settings of new connections were read, as a text to compare.
pub(super) async fn loaded_at(server: &Server) -> Result<String, DriverError> {
    let client = connect(server).await?;
    let row = client.query_one("select pg_conf_load_time()::text", &[]).await;
    Ok(row.map_err(|error| failed(&error))?.get(0))
}

/// Ends all connections over the network.
pub(super) async fn end_network_connections(server: &Server) -> Result<(), DriverError> {
    let client = connect(server).await?;
    end(&client, "client_addr is not null", None).await
}

/// Ends all connections of the role of this number.
pub(super) async fn end_connections_of(client: &Client, role: u32) -> Result<(), DriverError> {
    end(client, "usesysid = $1", Some(role)).await
}

/// Ends the connections that were begun until now, until none has been found twice: one that was
/// just signing in shows a little later. Those begun from now on passed the new rules.
async fn end(client: &Client, which: &str, role: Option<u32>) -> Result<(), DriverError> {
    let now = client.query_one("select clock_timestamp()::text", &[]).await;
    let now: String = now.map_err(|error| failed(&error))?.get(0);
    let sql = format!(
        "select pg_terminate_backend(pid) from pg_stat_activity \
         where {which} and pid <> pg_backend_pid() and backend_start <= {}::timestamptz",
        literal(&now)
    );
    let mut quiet = 0;
    for _ in 0..LOOKS {
        let found = match &role {
            Some(role) => client.query(&sql, &[role]).await,
            None => client.query(&sql, &[]).await,
        };
        let found = found.map_err(|error| failed(&error))?;
        quiet = if found.is_empty() { quiet + 1 } else { 0 };
        if quiet == 2 {
            return Ok(());
        }
        tokio::time::sleep(PAUSE).await;
    }
    Err(DriverError::temporary("connections to the cluster do not end"))
}

pub(super) async fn role_exists(client: &Client, name: &str) -> Result<bool, DriverError> {
    let found = client.query("select from pg_roles where rolname = $1", &[&name]).await;
    Ok(!found.map_err(|error| failed(&error))?.is_empty())
}

/// Runs statements that take no parameters, all or, within a transaction, none.
pub(super) async fn run(client: &Client, sql: &str) -> Result<(), DriverError> {
    client.batch_execute(sql).await.map_err(|error| failed(&error))
}

/// A name in quotes.
pub(super) fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text in quotes; standard-conforming strings are on.
pub(super) fn literal(text: &str) -> String {
    format!("E'{}'", text.replace('\\', r"\\").replace('\'', "''"))
}

/// What went wrong; the server's own words are for the operator.
pub(super) fn failed(error: &tokio_postgres::Error) -> DriverError {
    let Some(said) = error.as_db_error() else {
        return DriverError::temporary("the cluster's PostgreSQL does not answer").because(error);
    };
    // Classes 08, 53, 55, 57: connections, resources, locks, intervention.
    let class = said.code().code().get(..2).unwrap_or_default();
    let busy = error.is_closed() || ["08", "53", "55", "57"].contains(&class);
    let failed = match busy {
        true => DriverError::temporary("the cluster's PostgreSQL is not ready"),
        false => {
            DriverError::permanent("the cluster's PostgreSQL refuses what Guildhall asks of it")
        }
    };
    failed.because(said.message())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_texts_cannot_end_their_quotes() {
        assert_eq!(identifier(r#"a"; drop role b; --"#), r#""a""; drop role b; --""#);
        assert_eq!(literal(r"it's \' over"), r"E'it''s \\'' over'");
    }
}
