//! A driver of clusters in memory: it does at once what it is told, or answers what it was set to.

use std::sync::{Arc, Mutex};

use guildhall_app::cluster::driver::{Answer, Driver, DriverError, Order, Report, Verb};
use guildhall_app::cluster::{Drivers, Keeper};
use guildhall_model::{CloudProvider, ClusterState, JobId};

use super::World;

/// The driver, and everything that it was told.
#[derive(Clone, Default)]
pub(crate) struct Provisioner {
    told: Arc<Mutex<Vec<Order>>>,
    next: Arc<Mutex<Option<Result<Report, DriverError>>>>,
}

impl Provisioner {
    /// Answers the next call like this.
    pub(crate) fn will(&self, answer: Result<Report, DriverError>) {
        *self.next.lock().expect("a lock") = Some(answer);
    }

    /// Does everything that is due at an installation.
    pub(crate) async fn works(&self, world: &World) {
        let driver: Arc<dyn Driver> = Arc::new(self.clone());
        let drivers = Drivers::from([(CloudProvider::Local, driver)]);
        let keeper = Keeper::new(world.web.app.clone(), drivers);
        keeper.work_off().await.expect("the keeper works");
    }

    /// How often it was told this.
    pub(crate) fn heard(&self, verb: Verb) -> usize {
        self.told.lock().expect("a lock").iter().filter(|order| order.verb == verb).count()
    }

    /// The id of the request by which it was told this last.
    pub(crate) fn last_request(&self, verb: Verb) -> JobId {
        let told = self.told.lock().expect("a lock");
        told.iter().rev().find(|order| order.verb == verb).expect("it was told").request
    }

    /// The names of the services that it was told to open or close last.
    pub(crate) fn last_services(&self, verb: Verb) -> Vec<String> {
        let told = self.told.lock().expect("a lock");
        let last = told.iter().rev().find(|order| order.verb == verb);
        last.map_or(Vec::new(), |order| order.services.iter().map(|s| s.name.clone()).collect())
    }

    fn answer(&self, order: &Order) -> Result<Report, DriverError> {
        self.told.lock().expect("a lock").push(order.clone());
        if let Some(set) = self.next.lock().expect("a lock").take() {
            return set;
        }
        let state = match order.verb {
            Verb::Create | Verb::Start => ClusterState::Running,
            Verb::Stop => ClusterState::Stopped,
            Verb::Terminate => ClusterState::Terminated,
            Verb::Upgrade => ClusterState::Running,
            _ => order.cluster.state,
        };
        Ok(Report {
            state: Some(state),
            url: Some("https://nightly.clusters.example".to_owned()),
            sign_in: Some("psql -h nightly.clusters.example -U {account}".to_owned()),
            ..Report::default()
        })
    }
}

impl Driver for Provisioner {
    fn call<'c>(&'c self, order: &'c Order) -> Answer<'c> {
        let answer = self.answer(order);
        Box::pin(async move { answer })
    }
}
