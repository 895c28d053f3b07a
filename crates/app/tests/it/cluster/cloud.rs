//! A cloud for tests: it holds clusters, and fails or waits on demand.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use guildhall_app::cluster::{
    Drivers,
    driver::{Answer, Driver, DriverError, Order, Report, ReportedAccount, Verb},
};
use guildhall_model::{CloudProvider, ClusterId, ClusterRole, ClusterState, Version};

/// What is really there.
#[derive(Clone, Debug)]
pub(crate) struct Machine {
    pub(crate) state: ClusterState,
    pub(crate) version: Version,
    pub(crate) accounts: BTreeMap<String, (ClusterRole, bool)>,
    pub(crate) open: BTreeSet<String>,
    verifiers: BTreeMap<String, String>,
}

#[derive(Default)]
struct Sky {
    machines: BTreeMap<ClusterId, Machine>,
    calls: Vec<(Verb, Option<String>)>,
    requests: Vec<(Verb, String)>,
    failures: VecDeque<(Verb, DriverError)>,
    down: BTreeSet<ClusterId>,
    passing: u32,
}

/// A cloud whose clusters are entries of a map.
#[derive(Clone, Default)]
pub(crate) struct Cloud(Arc<Mutex<Sky>>);

impl Cloud {
    pub(crate) fn drivers(&self) -> Drivers {
        let driver: Arc<dyn Driver> = Arc::new(self.clone());
        [(CloudProvider::Local, driver)].into()
    }

    fn sky(&self) -> MutexGuard<'_, Sky> {
        self.0.lock().expect("no test panics in here")
    }

    /// The next call of a verb fails.
    pub(crate) fn fail(&self, verb: Verb, error: DriverError) {
        self.sky().failures.push_back((verb, error));
    }

    /// Moves are reported as passing this many times before they are done.
    pub(crate) fn take_time(&self, times: u32) {
        self.sky().passing = times;
    }

    /// A cluster cannot be reached, or can be again.
    pub(crate) fn cut_off(&self, cluster: ClusterId, down: bool) {
        let mut sky = self.sky();
        if down {
            sky.down.insert(cluster)
        } else {
            sky.down.remove(&cluster)
        };
    }

    /// The calls since the last look, in order.
    pub(crate) fn calls(&self) -> Vec<(Verb, Option<String>)> {
        std::mem::take(&mut self.sky().calls)
    }

    /// The request ids of a verb's calls.
    pub(crate) fn requests(&self, verb: Verb) -> Vec<String> {
        let sky = self.sky();
        let of = sky.requests.iter().filter(|(called, _)| *called == verb);
        of.map(|(_, request)| request.clone()).collect()
    }

    /// What is really there.
    pub(crate) fn machine(&self, cluster: ClusterId) -> Machine {
        self.sky().machines[&cluster].clone()
    }

    /// Somebody meddles with a cluster by hand.
    pub(crate) fn meddle(&self, cluster: ClusterId, how: impl FnOnce(&mut Machine)) {
        how(self.sky().machines.get_mut(&cluster).expect("the cluster is there"));
    }

    /// An account: its role, and whether it can sign in.
    pub(crate) fn account(&self, cluster: ClusterId, name: &str) -> Option<(ClusterRole, bool)> {
        self.machine(cluster).accounts.get(name).copied()
    }

    /// What proves the password of an account.
    pub(crate) fn verifier(&self, cluster: ClusterId, name: &str) -> Option<String> {
        self.machine(cluster).verifiers.get(name).cloned()
    }

    fn answer(&self, order: &Order) -> Result<Report, DriverError> {
        let mut sky = self.sky();
        let id = order.cluster.id;
        sky.calls.push((order.verb, order.account.as_ref().map(|account| account.name.clone())));
        sky.requests.push((order.verb, order.request.to_string()));
        if let Some(at) = sky.failures.iter().position(|(verb, _)| *verb == order.verb) {
            return Err(sky.failures.remove(at).expect("it was found").1);
        }
        if sky.down.contains(&id) {
            return Err(DriverError::Temporary("no answer".into()));
        }
        if order.verb == Verb::Create {
            sky.machines.entry(id).or_insert_with(|| Machine {
                state: ClusterState::Stopped,
                version: order.cluster.version.clone(),
                accounts: BTreeMap::new(),
                open: BTreeSet::new(),
                verifiers: BTreeMap::new(),
            });
        }
        let Some(machine) = sky.machines.get_mut(&id) else {
            return Err(DriverError::Permanent("there is no such cluster".into()));
        };
        let wanted = carry_out(machine, order);
        let passing = passing(order.cluster.state);
        if let (Some(state), true) = (passing, sky.passing > 0) {
            sky.passing -= 1;
            let percent = Some(50);
            return Ok(Report { state: Some(state), progress: percent, ..Report::default() });
        }
        let machine = sky.machines.get_mut(&id).expect("it was there before");
        if let Some(wanted) = wanted {
            machine.state = wanted;
        }
        let account = |(name, (role, active)): (&String, &(ClusterRole, bool))| ReportedAccount {
            name: name.clone(),
            role: *role,
            active: *active,
        };
        Ok(Report {
            state: Some(machine.state),
            sign_in: Some("psql -U {account}".to_owned()),
            accounts: Some(machine.accounts.iter().map(account).collect()),
            open_services: Some(machine.open.iter().cloned().collect()),
            ..Report::default()
        })
    }
}

/// Does what the order says; answers the state that it leads to.
fn carry_out(machine: &mut Machine, order: &Order) -> Option<ClusterState> {
    let names = order.services.iter().map(|service| service.name.clone());
    match order.verb {
        Verb::Create | Verb::Start => return Some(ClusterState::Running),
        Verb::Stop => return Some(ClusterState::Stopped),
        Verb::Terminate => return Some(ClusterState::Terminated),
        Verb::Upgrade => machine.version = order.version.clone().expect("a version to reach"),
        Verb::Describe => match order.cluster.state {
            ClusterState::Starting => return Some(ClusterState::Running),
            ClusterState::Stopping => return Some(ClusterState::Stopped),
            ClusterState::Terminating => return Some(ClusterState::Terminated),
            _ => {}
        },
        Verb::OpenPorts => machine.open.extend(names),
        Verb::ClosePorts => {
            let closed: BTreeSet<_> = names.collect();
            machine.open.retain(|name| !closed.contains(name));
        }
        Verb::EnsureAccount | Verb::BlockAccount => {
            let account = order.account.as_ref().expect("an account");
            let active = order.verb == Verb::EnsureAccount;
            machine.accounts.insert(account.name.clone(), (account.role, active));
            if let Some(verifier) = &account.verifier {
                machine.verifiers.insert(account.name.clone(), verifier.reveal().to_owned());
            }
        }
    }
    None
}

fn passing(state: ClusterState) -> Option<ClusterState> {
    match state {
        ClusterState::Pending => Some(ClusterState::Starting),
        state if state.is_passing() => Some(state),
        _ => None,
    }
}

impl Driver for Cloud {
    fn call<'c>(&'c self, order: &'c Order) -> Answer<'c> {
        Box::pin(async move { self.answer(order) })
    }
}
