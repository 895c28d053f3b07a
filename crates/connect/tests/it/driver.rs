//! The drivers of clusters, with real servers, programs and databases behind them.

mod exec;
mod http;
mod postgres;
mod protocol;

use std::collections::BTreeMap;

use guildhall_app::cluster::driver::{
    Order, OrderedAccount, OrderedCloudAccount, OrderedCluster, SecretText, Service, Verb,
};
use guildhall_model::{
    CloudAccountId, CloudProvider, ClusterId, ClusterRole, ClusterState, Email, JobId,
    OrganizationId, Timestamp, UserId, UserManagement,
};
use guildhall_testkit::SeededEntropy;

/// A secret of a cloud account that must appear nowhere but in the request.
pub(crate) const CREDENTIAL: &str = "hunter2-of-the-cloud";

/// Makes the requests about one cluster.
pub(crate) struct Orders {
    entropy: SeededEntropy,
    organization: OrganizationId,
    cloud_account: CloudAccountId,
    pub(crate) cluster: ClusterId,
    pub(crate) management: UserManagement,
}

fn at() -> Timestamp {
    "2026-11-21T18:05:00Z".parse().unwrap()
}

impl Orders {
    pub(crate) fn new() -> Self {
        let entropy = SeededEntropy::printed();
        Self {
            organization: OrganizationId::generate(at(), &entropy),
            cloud_account: CloudAccountId::generate(at(), &entropy),
            cluster: ClusterId::generate(at(), &entropy),
            management: UserManagement::Managed,
            entropy,
        }
    }

    pub(crate) fn user(&self) -> UserId {
        UserId::generate(at(), &self.entropy)
    }

    pub(crate) fn of(&self, verb: Verb) -> Order {
        let secret = SecretText::new(CREDENTIAL.to_owned());
        Order {
            protocol: Order::PROTOCOL,
            request: JobId::generate(at(), &self.entropy),
            verb,
            organization: self.organization,
            cluster: OrderedCluster {
                id: self.cluster,
                name: "analytics".parse().unwrap(),
                version: "3.0.1".parse().unwrap(),
                size: "small".to_owned(),
                user_management: self.management,
                state: ClusterState::Running,
                handle: None,
                admin: None,
            },
            cloud_account: OrderedCloudAccount {
                id: self.cloud_account,
                provider: CloudProvider::Local,
                settings: BTreeMap::new(),
                credentials: BTreeMap::from([("secret_access_key".to_owned(), secret)]),
            },
            version: None,
            services: Vec::new(),
            account: None,
        }
    }

    pub(crate) fn about(&self, verb: Verb, service: &str) -> Order {
        let service =
            Service { name: service.to_owned(), label: service.to_owned(), ports: Vec::new() };
        Order { services: vec![service], ..self.of(verb) }
    }

    pub(crate) fn account(&self, verb: Verb, person: &Person) -> Order {
        let verifier = person.password.map(|password| {
            SecretText::new(postgres_protocol::password::scram_sha_256(password.as_bytes()))
        });
        let account = OrderedAccount {
            user: person.user,
            name: person.name.to_owned(),
            email: Email::parse("somebody@acme.example").unwrap(),
            role: person.role,
            verifier,
        };
        Order { account: Some(account), ..self.of(verb) }
    }
}

/// Somebody with an account.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) user: UserId,
    pub(crate) name: &'static str,
    pub(crate) role: ClusterRole,
    pub(crate) password: Option<&'static str>,
}
