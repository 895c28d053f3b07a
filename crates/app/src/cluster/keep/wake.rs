//! What wakes the keeper: orders, and organizations in which something changed.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use guildhall_store::ScopeId;
use tokio::sync::Notify;

/// Wakes the keeper of this process after a commit.
#[derive(Debug, Default)]
pub(crate) struct Wake {
    orders: Notify,
    marks: Notify,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    everything: bool,
    scopes: BTreeSet<ScopeId>,
    /// How often each scope was marked, so that work on an older state can tell that it is.
    changes: HashMap<ScopeId, u64>,
    system_changes: u64,
}

impl Wake {
    /// Says that there is an order.
    pub(crate) fn order(&self) {
        self.orders.notify_one();
    }

    /// Says that something changed in a scope; in the system's, everywhere.
    pub(crate) fn mark(&self, scope: &ScopeId) {
        let mut state = self.state();
        if scope.organization().is_none() {
            state.everything = true;
            state.system_changes += 1;
        } else {
            *state.changes.entry(scope.clone()).or_default() += 1;
            state.scopes.insert(scope.clone());
        }
        drop(state);
        self.marks.notify_one();
    }

    pub(super) async fn ordered(&self) {
        self.orders.notified().await;
    }

    pub(super) async fn marked(&self) {
        self.marks.notified().await;
    }

    /// What changed since this was last asked: everywhere, or in these scopes.
    pub(super) fn take(&self) -> (bool, Vec<ScopeId>) {
        let mut state = self.state();
        let everything = std::mem::take(&mut state.everything);
        (everything, std::mem::take(&mut state.scopes).into_iter().collect())
    }

    /// A number that grows whenever something changes that matters to a scope.
    pub(super) fn changes(&self, scope: &ScopeId) -> u64 {
        let state = self.state();
        state.changes.get(scope).copied().unwrap_or_default() + state.system_changes
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
