//! The accounts of people on a cluster: roles that Guildhall makes and blocks, and never drops.

use guildhall_app::cluster::driver::{DriverError, Order, OrderedAccount, ReportedAccount};
use guildhall_model::ClusterRole;
use tokio_postgres::Client;

use super::access::ACCOUNTS;
use super::server::Server;
use super::session::{
    ADMINS, OVERSIGHT, connect, end_connections_of, failed, identifier, literal, run,
};
use super::{permanent, temporary};

/// What Guildhall calls an account, in the comment of its role.
const MARK: &str = "Guildhall account of ";

/// Makes or reactivates an account, with its role and its password.
pub(super) async fn ensure(server: &Server, order: &Order) -> Result<(), DriverError> {
    let (client, account) = begin(server, order).await?;
    let found = find(&client, account).await?;
    let name = identifier(&account.name);
    let roles = if server.programs.separates_roles() { "createrole" } else { "nocreaterole" };
    let admin = account.role == ClusterRole::Admin;
    let powers =
        if admin { format!("createdb {roles}") } else { "nocreatedb nocreaterole".to_owned() };
    let password = match &account.verifier {
        Some(verifier) => literal(verified(verifier.reveal())?),
        None => "null".to_owned(),
    };
    let verb = if found.is_some() { "alter" } else { "create" };
    let groups = [ADMINS].iter().chain(&OVERSIGHT).copied().collect::<Vec<_>>().join(", ");
    let groups = if admin {
        format!("grant {groups} to {name}")
    } else {
        format!("revoke {groups} from {name}")
    };
    let mark = literal(&mark(account));
    run(
        &client,
        &format!(
            "begin; {verb} role {name} login {powers} password {password}; \
             grant {ACCOUNTS} to {name}; {groups}; comment on role {name} is {mark}; commit"
        ),
    )
    .await?;
    if found.is_some_and(|found| found.role == ClusterRole::Admin) && !admin {
        take_roles(&client, &account.name).await?;
        // A connection may still act in the role that was taken (H65).
        end_connections_of(&client, &account.name).await?;
    }
    Ok(())
}

/// Keeps an account out and ends its connections (H38).
pub(super) async fn block(server: &Server, order: &Order) -> Result<(), DriverError> {
    let (client, account) = begin(server, order).await?;
    if find(&client, account).await?.is_none() {
        return Ok(());
    }
    run(&client, &format!("alter role {} nologin", identifier(&account.name))).await?;
    end_connections_of(&client, &account.name).await
}

/// All accounts of a running cluster.
pub(super) async fn all(server: &Server) -> Result<Vec<ReportedAccount>, DriverError> {
    let client = connect(server).await?;
    let rows = client
        .query(
            "select a.rolname::text, a.rolcanlogin, pg_has_role(a.oid, g.admins, 'member') \
             from pg_roles a join pg_auth_members m on m.member = a.oid \
             join pg_roles c on c.oid = m.roleid and c.rolname = $1 \
             cross join (select oid as admins from pg_roles where rolname = $2) g \
             group by a.oid, a.rolname, a.rolcanlogin, g.admins order by 1",
            &[&ACCOUNTS, &ADMINS],
        )
        .await
        .map_err(|error| failed(&error))?;
    let account = |row: &tokio_postgres::Row| ReportedAccount {
        name: row.get(0),
        role: if row.get(2) { ClusterRole::Admin } else { ClusterRole::User },
        active: row.get(1),
    };
    Ok(rows.iter().map(account).collect())
}

async fn begin<'o>(
    server: &Server,
    order: &'o Order,
) -> Result<(Client, &'o OrderedAccount), DriverError> {
    let Some(account) = &order.account else {
        return Err(permanent("the account was not told"));
    };
    if !server.is_running().await? {
        return Err(temporary("the cluster is not running"));
    }
    Ok((connect(server).await?, account))
}

fn mark(account: &OrderedAccount) -> String {
    format!("{MARK}{}", account.user)
}

/// The account as it is, if it was made before.
///
/// # Errors
/// If there is a role of that name which is not this person's account.
async fn find(
    client: &Client,
    account: &OrderedAccount,
) -> Result<Option<ReportedAccount>, DriverError> {
    let sql = "select r.rolcanlogin, shobj_description(r.oid, 'pg_authid'), \
         exists(select from pg_auth_members m join pg_roles g on g.oid = m.roleid \
                where m.member = r.oid and g.rolname = $2), \
         exists(select from pg_auth_members m join pg_roles g on g.oid = m.roleid \
                where m.member = r.oid and g.rolname = $3) \
         from pg_roles r where r.rolname = $1";
    let row = client.query_opt(sql, &[&account.name, &ACCOUNTS, &ADMINS]).await;
    let Some(row) = row.map_err(|error| failed(&error))? else { return Ok(None) };
    let described: Option<String> = row.get(1);
    let (ours, admin): (bool, bool) = (row.get(2), row.get(3));
    if !ours || described.is_none_or(|described| described != mark(account)) {
        let name = &account.name;
        return Err(permanent(&format!("the cluster has another role of the name `{name}`")));
    }
    let role = if admin { ClusterRole::Admin } else { ClusterRole::User };
    Ok(Some(ReportedAccount { name: account.name.clone(), role, active: row.get(0) }))
}

/// Takes the power over roles that a former administrator made.
async fn take_roles(client: &Client, name: &str) -> Result<(), DriverError> {
    let sql = "select distinct g.rolname::text from pg_auth_members m \
         join pg_roles g on g.oid = m.roleid join pg_roles r on r.oid = m.member \
         where r.rolname = $1 and g.rolname <> $2";
    let rows = client.query(sql, &[&name, &ACCOUNTS]).await.map_err(|error| failed(&error))?;
    for row in rows {
        let role: String = row.get(0);
        let (role, name) = (identifier(&role), identifier(name));
        run(client, &format!("revoke {role} from {name} cascade")).await?;
    }
    Ok(())
}

/// The verifier, if it is one: anything else would be taken for the password itself.
fn verified(text: &str) -> Result<&str, DriverError> {
    let shape = || {
        let (iterations, rest) = text.strip_prefix("SCRAM-SHA-256$")?.split_once(':')?;
        let (salt, keys) = rest.split_once('$')?;
        let (stored, server) = keys.split_once(':')?;
        let key = |text: &str| {
            data_encoding::BASE64.decode(text.as_bytes()).is_ok_and(|key| key.len() == 32)
        };
        let salted =
            data_encoding::BASE64.decode(salt.as_bytes()).is_ok_and(|salt| !salt.is_empty());
        let iterated = iterations.parse::<u32>().is_ok_and(|count| count > 0);
        (iterated && salted && key(stored) && key(server)).then_some(text)
    };
    shape().ok_or_else(|| permanent("the account's verifier is not of SCRAM-SHA-256"))
}
