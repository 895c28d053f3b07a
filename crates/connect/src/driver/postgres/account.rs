//! The accounts of people on a cluster: roles that Guildhall makes and blocks, and never drops.

use guildhall_app::cluster::driver::{DriverError, Order, OrderedAccount, ReportedAccount};
use tokio_postgres::Client;

use super::access::Access;
use super::kept::{Account, Kept};
use super::server::Server;
use super::session::{connect, end_connections_of, role_exists};
use super::settle::{settle, wanted};

/// Makes or reactivates an account, with its role and its password.
pub(super) async fn ensure(
    server: &Server,
    access: Access,
    order: &Order,
) -> Result<(), DriverError> {
    let (client, told, mut kept) = begin(server, order).await?;
    let verifier =
        told.verifier.as_ref().map(|verifier| verified(verifier.reveal())).transpose()?;
    let number = match known(&kept, told)? {
        Some(account) => account.number,
        None if role_exists(&client, &told.name).await? => return Err(taken(told)),
        None => 0,
    };
    let account = Account { user: told.user, number, role: told.role, active: true, verifier };
    kept.accounts.insert(told.name.clone(), account);
    settle(server, &client, &mut kept).await?;
    access.admit(server, &kept).await
}

/// Keeps an account out and ends its connections (H38).
pub(super) async fn block(
    server: &Server,
    access: Access,
    order: &Order,
) -> Result<(), DriverError> {
    let (client, told, mut kept) = begin(server, order).await?;
    if known(&kept, told)?.is_none() {
        // Nothing was made that could be blocked; a role of that name cannot sign in.
        return Ok(());
    }
    let mut number = 0;
    if let Some(account) = kept.accounts.get_mut(&told.name) {
        account.active = false;
        number = account.number;
    }
    settle(server, &client, &mut kept).await?;
    access.admit(server, &kept).await?;
    end_connections_of(&client, number).await
}

/// All accounts of a running cluster, as they were found; then what differs is put back.
pub(super) async fn inspect(
    server: &Server,
    access: Access,
) -> Result<Vec<ReportedAccount>, DriverError> {
    let mut kept = Kept::of(&server.place)?;
    let client = connect(server).await?;
    let found = settle(server, &client, &mut kept).await?;
    access.admit(server, &kept).await?;
    Ok(found)
}

/// All accounts, as they were made.
pub(super) fn all(server: &Server) -> Result<Vec<ReportedAccount>, DriverError> {
    Ok(wanted(&Kept::of(&server.place)?))
}

async fn begin<'o>(
    server: &Server,
    order: &'o Order,
) -> Result<(Client, &'o OrderedAccount, Kept), DriverError> {
    let Some(account) = &order.account else {
        return Err(DriverError::permanent("the account was not told"));
    };
    if !server.is_running().await? {
        return Err(DriverError::temporary("the cluster is not running"));
    }
    let kept = Kept::of(&server.place)?;
    Ok((connect(server).await?, account, kept))
}

/// The account, if it was made before.
///
/// # Errors
/// If the name is somebody else's.
fn known<'k>(kept: &'k Kept, told: &OrderedAccount) -> Result<Option<&'k Account>, DriverError> {
    if kept.groups.contains_key(&told.name) {
        return Err(taken(told));
    }
    match kept.accounts.get(&told.name) {
        Some(account) if account.user != told.user => Err(taken(told)),
        found => Ok(found),
    }
}

fn taken(told: &OrderedAccount) -> DriverError {
    DriverError::permanent(&format!("the cluster has another role of the name `{}`", told.name))
}

/// The verifier, if it is one: anything else would be taken for the password itself.
fn verified(text: &str) -> Result<String, DriverError> {
    let shape = || {
        let (iterations, rest) = text.strip_prefix("SCRAM-SHA-256$")?.split_once(':')?;
        let (salt, keys) = rest.split_once('$')?;
        let (stored, server) = keys.split_once(':')?;
        let bytes = |text: &str| data_encoding::BASE64.decode(text.as_bytes()).ok();
        let key = |text: &str| bytes(text).is_some_and(|key| key.len() == 32);
        let salted = bytes(salt).is_some_and(|salt| !salt.is_empty());
        let iterated = iterations.parse::<u32>().is_ok_and(|count| count > 0);
        (iterated && salted && key(stored) && key(server)).then(|| text.to_owned())
    };
    shape().ok_or_else(|| DriverError::permanent("the account's verifier is not of SCRAM-SHA-256"))
}
