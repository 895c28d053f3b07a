//! What a cluster should be like, beside what it is like.

use std::collections::BTreeMap;
use std::sync::Arc;

use guildhall_authz::{EvaluationError, Snapshot, Subject};
use guildhall_model::{
    ClusterId, ClusterRole, ClusterState, JobId, Timestamp, UserId, UserManagement,
};
use guildhall_store::{
    Constraint, ScopeId, StoreError, Tx,
    cluster::{
        self, Cluster,
        account::{self, ClusterAccount},
        identity::{self, ClusterIdentity},
        service,
    },
    user,
};

use super::super::{
    driver::{Order, OrderedAccount, SecretText, Service, Trouble, Verb},
    order,
};
use crate::{Vault, frame::Note, index::Index, object};

/// One call that brings a cluster closer to what it should be.
pub(super) enum Task {
    /// Block an account.
    Block(ClusterAccount),
    /// Make an account, or change it.
    Ensure(ClusterAccount, ClusterRole),
    /// Open the ports of these services.
    Open(Vec<Service>),
    /// Close them.
    Close(Vec<Service>),
}

/// The roles that people should have on a cluster (H32, H33, H61–H63): nobody on one whose users
/// others manage.
pub(super) fn desired(
    snapshot: &Snapshot,
    cluster: &Cluster,
) -> Result<BTreeMap<UserId, ClusterRole>, EvaluationError> {
    if cluster.user_management != UserManagement::Managed {
        return Ok(BTreeMap::new());
    }
    let this = object("cluster", &cluster.id.text());
    let mut desired = BTreeMap::new();
    let mut give = |relation: &str, role| -> Result<(), EvaluationError> {
        for subject in snapshot.list_subjects(&this, relation, "user")? {
            if let Subject::Object(user) = subject
                && let Ok(id) = user.id.parse()
            {
                desired.insert(id, role);
            }
        }
        Ok(())
    };
    give("account", ClusterRole::User)?;
    if cluster.version.is_administered() {
        give("account_admin", ClusterRole::Admin)?;
    }
    Ok(desired)
}

/// Looks at a cluster; answers the calls to make now, the urgent ones first.
pub(super) struct Survey {
    pub(super) scope: ScopeId,
    pub(super) id: ClusterId,
    pub(super) index: Arc<Index>,
    pub(super) now: Timestamp,
    /// Whether it may write down what each account should be, beside what it is. Hardly ever is
    /// there anything to write, and then the one writer of the database is left alone.
    pub(super) writes: bool,
}

impl Note for Survey {
    /// `None` where something has to be written first.
    type Output = Option<Vec<Task>>;

    async fn run(self, tx: &mut Tx) -> Result<Option<Vec<Task>>, StoreError> {
        let snapshot = self.index.following(tx, &[&ScopeId::system(), &self.scope]).await?;
        let found = cluster::get(&mut tx.scope(&self.scope), self.id).await?;
        let Some(cluster) = found.filter(is_living) else { return Ok(Some(Vec::new())) };
        let fault = |error: EvaluationError| StoreError::Fault(error.to_string());
        let desired = desired(&snapshot, &cluster).map_err(fault)?;
        let Some(mut tasks) = self.accounts(tx, desired).await? else { return Ok(None) };
        tasks.extend(self.ports(tx).await?);
        Ok(Some(tasks))
    }
}

/// Whether there may be something on it that somebody can use.
fn is_living(cluster: &Cluster) -> bool {
    use ClusterState::{Error, Running, Stopping, Updating};
    cluster.made && matches!(cluster.state, Running | Updating | Stopping | Error)
}

type Identities = BTreeMap<UserId, ClusterIdentity>;

impl Survey {
    async fn accounts(
        &self,
        tx: &mut Tx,
        mut desired: BTreeMap<UserId, ClusterRole>,
    ) -> Result<Option<Vec<Task>>, StoreError> {
        let Some(identities) = self.identities(tx, &desired).await? else { return Ok(None) };
        // A person who is disabled, or gone, can use nothing.
        desired.retain(|id, _| identities.contains_key(id));
        let known = account::all(&mut tx.scope(&self.scope), self.id).await?;
        let mut known: BTreeMap<_, _> = known.into_iter().map(|one| (one.user, one)).collect();
        let mut wants = Vec::new();
        for (id, role) in &desired {
            if known.get(id).is_none_or(|one| one.wanted != Some(*role)) {
                wants.push((*id, identities[id].name.clone(), Some(*role)));
            }
        }
        for gone in known.values().filter(|one| !desired.contains_key(&one.user)) {
            if gone.wanted.is_some() {
                wants.push((gone.user, gone.name.clone(), None));
            }
        }
        if !wants.is_empty() && !self.writes {
            return Ok(None);
        }
        for (id, name, role) in wants {
            self.want(tx, &mut known, id, &name, role).await?;
        }
        Ok(Some(self.tasks(known, &identities)))
    }

    /// The identities of everybody who should have an account and can sign in at all.
    async fn identities(
        &self,
        tx: &mut Tx,
        desired: &BTreeMap<UserId, ClusterRole>,
    ) -> Result<Option<Identities>, StoreError> {
        let known = identity::of_members(&mut tx.scope(&self.scope)).await?;
        let mut identities: Identities = known.into_iter().map(|one| (one.user, one)).collect();
        for id in desired.keys() {
            if identities.contains_key(id) {
                continue;
            }
            let person = user::find(tx, *id).await?.filter(|person| person.disabled_at.is_none());
            let Some(person) = person else { continue };
            let one = match identity::get(tx, *id).await? {
                Some(one) => one,
                None if self.writes => ensure_identity(tx, *id, person.email.as_str()).await?,
                None => return Ok(None),
            };
            identities.insert(*id, one);
        }
        Ok(Some(identities))
    }

    fn tasks(&self, known: BTreeMap<UserId, ClusterAccount>, identities: &Identities) -> Vec<Task> {
        let mut blocks = Vec::new();
        let mut ensures = Vec::new();
        for one in known.into_values().filter(|one| one.due_at <= self.now) {
            match one.wanted {
                None if one.made && one.applied.is_some() => blocks.push(Task::Block(one)),
                None => {}
                Some(role) => {
                    let set = identities.get(&one.user).and_then(|identity| identity.changed_at);
                    if one.applied != Some(role) || one.verifier_at != set {
                        ensures.push(Task::Ensure(one, role));
                    }
                }
            }
        }
        blocks.append(&mut ensures);
        blocks
    }

    async fn want(
        &self,
        tx: &mut Tx,
        known: &mut BTreeMap<UserId, ClusterAccount>,
        id: UserId,
        name: &str,
        role: Option<ClusterRole>,
    ) -> Result<(), StoreError> {
        let mut scoped = tx.scope(&self.scope);
        account::want(&mut scoped, self.id, id, name, role, self.now).await?;
        if let Some(wanted) = account::get(&mut scoped, self.id, id).await? {
            known.insert(id, wanted);
        }
        Ok(())
    }

    async fn ports(&self, tx: &mut Tx) -> Result<Vec<Task>, StoreError> {
        let mut open = Vec::new();
        let mut close = Vec::new();
        for one in service::all(&mut tx.scope(&self.scope), self.id).await? {
            if one.wanted != one.applied {
                let ports = serde_json::from_str(&one.ports).unwrap_or_default();
                let into = if one.wanted { &mut open } else { &mut close };
                into.push(Service { name: one.name, label: one.label, ports });
            }
        }
        let mut tasks = Vec::new();
        if !close.is_empty() {
            tasks.push(Task::Close(close));
        }
        if !open.is_empty() {
            tasks.push(Task::Open(open));
        }
        Ok(tasks)
    }
}

/// The identity of a user on clusters, with a name made of their address if they have none yet.
pub(in super::super) async fn ensure_identity(
    tx: &mut Tx,
    id: UserId,
    email: &str,
) -> Result<ClusterIdentity, StoreError> {
    if let Some(known) = identity::get(tx, id).await? {
        return Ok(known);
    }
    let base = base_name(email);
    for number in 1.. {
        let name = if number == 1 { base.clone() } else { format!("{base}_{number}") };
        if identity::is_taken(tx, &name).await? {
            continue;
        }
        match identity::add(tx, id, &name).await {
            Err(StoreError::Conflict(Constraint::ClusterIdentity)) => {
                let raced = "two people got a name on clusters at once".to_owned();
                return Err(StoreError::Unavailable(raced));
            }
            other => other?,
        }
        return Ok(ClusterIdentity { user: id, name, verifier: None, changed_at: None });
    }
    Err(StoreError::Fault("no name is free".to_owned()))
}

/// The part of an address before the `@`, as a name that every system takes: letters, digits and
/// `_`, a letter first, at most 24 of them.
fn base_name(email: &str) -> String {
    let local = email.split('@').next().unwrap_or_default();
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    let name: String = local.chars().map(plain).take(24).collect();
    let name = name.trim_matches('_');
    if name.starts_with(|c: char| c.is_ascii_lowercase()) {
        name.to_owned()
    } else {
        format!("u_{name}")
    }
}

/// Makes the order of a task, as things are now.
pub(super) struct Prepare {
    pub(super) scope: ScopeId,
    pub(super) id: ClusterId,
    pub(super) vault: Vault,
    pub(super) request: JobId,
    pub(super) verb: Verb,
    /// The account that it is about, with the role to give.
    pub(super) account: Option<(ClusterAccount, Option<ClusterRole>)>,
    pub(super) services: Vec<Service>,
}

/// An order, and when the password was set that it carries.
pub(super) type Prepared = Result<(Order, Option<Timestamp>), Trouble>;

impl Note for Prepare {
    type Output = Option<Prepared>;

    async fn run(self, tx: &mut Tx) -> Result<Option<Prepared>, StoreError> {
        let found = cluster::get(&mut tx.scope(&self.scope), self.id).await?;
        let Some(cluster) = found else { return Ok(None) };
        let mut scoped = tx.scope(&self.scope);
        let told = order::told(&mut scoped, &self.vault, &cluster, self.request, self.verb).await?;
        let mut order = match told {
            Ok(order) => order,
            Err(error) => return Ok(Some(Err(error))),
        };
        order.services = self.services;
        let mut set_at = None;
        if let Some((account, role)) = self.account {
            let Some(person) = user::find(tx, account.user).await? else {
                return Ok(Some(Err("this person's account is gone".into())));
            };
            let identity = identity::get(tx, account.user).await?;
            set_at = identity.as_ref().and_then(|identity| identity.changed_at);
            let verifier = identity.and_then(|identity| identity.verifier);
            order.account = Some(OrderedAccount {
                user: account.user,
                name: account.name,
                email: person.email,
                role: role.unwrap_or(ClusterRole::User),
                verifier: verifier.map(SecretText::new),
            });
        }
        Ok(Some(Ok((order, set_at))))
    }
}

#[cfg(test)]
mod tests {
    use super::base_name;

    #[test]
    fn names_on_clusters_are_letters_digits_and_underscores() {
        assert_eq!(base_name("bob@x.example"), "bob");
        assert_eq!(base_name("Bob.O'Neil+x@x.example"), "bob_o_neil_x");
        assert_eq!(base_name("7eleven@x.example"), "u_7eleven");
        assert_eq!(base_name("...@x.example"), "u_");
        assert_eq!(base_name(&format!("{}@x.example", "a".repeat(60))).len(), 24);
    }
}
