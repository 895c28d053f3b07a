//! What Guildhall has made on a cluster, written down beside its data: the one proof of which roles
//! are its own, and how they have to be.

use std::collections::BTreeMap;

use guildhall_app::cluster::driver::DriverError;
use guildhall_model::{ClusterRole, UserId};
use serde::{Deserialize, Serialize};

use super::place::Place;
use super::session;

/// The file, readable by Guildhall alone: it holds verifiers.
const FILE: &str = "accounts.json";

/// The roles of Guildhall.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Kept {
    /// The number of each group's role, by name; 0 while it is not made.
    pub(super) groups: BTreeMap<String, u32>,
    /// The accounts by name.
    pub(super) accounts: BTreeMap<String, Account>,
}

/// An account as it has to be.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Account {
    /// Whose it is.
    pub(super) user: UserId,
    /// The number of its role, which stays the same when somebody renames it; 0 while it is not
    /// made.
    pub(super) number: u32,
    pub(super) role: ClusterRole,
    pub(super) active: bool,
    pub(super) verifier: Option<String>,
}

impl Kept {
    pub(super) fn of(place: &Place) -> Result<Self, DriverError> {
        match place.read_if_there(FILE)? {
            Some(text) => serde_json::from_str(&text).map_err(|_| {
                DriverError::permanent("what is known of the cluster's accounts is damaged")
            }),
            None => Ok(Self::default()),
        }
    }

    pub(super) fn keep(&self, place: &Place) -> Result<(), DriverError> {
        let text = serde_json::to_string(self).map_err(|error| {
            DriverError::permanent("the cluster's accounts cannot be written down").because(error)
        })?;
        place.keep(FILE, &text)
    }

    /// Every role by its number, with its name.
    pub(super) fn names(&self) -> BTreeMap<u32, &str> {
        let groups = self.groups.iter().map(|(name, number)| (*number, name.as_str()));
        let accounts = self.accounts.iter().map(|(name, account)| (account.number, name.as_str()));
        groups.chain(accounts).filter(|(number, _)| *number != 0).collect()
    }

    /// Who may sign in, as PostgreSQL's access rules read it from a file: a name on each line. The
    /// first can never sign in; a file without names would make the rules invalid.
    pub(super) fn doorkeeper(&self) -> String {
        let active = self.accounts.iter().filter(|(_, account)| account.active);
        let names = [super::access::ACCOUNTS].into_iter().chain(active.map(|(name, _)| &**name));
        names.map(|name| format!("{}\n", session::identifier(name))).collect()
    }
}
