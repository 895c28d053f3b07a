//! Makes clusters on this machine: each is a PostgreSQL database cluster with a folder, a process,
//! a port and roles of its own. Nothing has to be set up; PostgreSQL has to be installed.
//!
//! People sign in over a socket of this machine, the cluster's front door, and over the network
//! only while its one service is open (H68). Guildhall administers it as the superuser, who can
//! sign in over the socket alone, with a secret that lies beside the data.

mod access;
mod account;
mod kept;
mod place;
mod programs;
mod server;
mod session;
mod settle;

use std::collections::HashMap;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use guildhall_app::cluster::driver::{Answer, Driver, DriverError, Order, Report, Service, Verb};
use guildhall_model::{ClusterId, ClusterState, Entropy, UserManagement, Version};

use access::Access;
use place::Place;
use server::Server;

/// The name of the one service.
const SERVICE: &str = "postgresql";

/// What people find on a cluster when they have signed in.
const DATABASE: &str = "shared";

/// Where clusters are made.
#[derive(Clone, Debug)]
pub struct PostgresSettings {
    /// The folder that holds a folder for each cluster.
    pub folder: PathBuf,
    /// A folder above that root has closed to others: when a cluster is made by root, the group of
    /// the user who then runs PostgreSQL may pass through it, and not look into it.
    pub passage: Option<PathBuf>,
    /// The folder of their sockets. Everybody who signs in on this machine passes through it; its
    /// path is short, because the path of a socket has at most 107 bytes.
    pub sockets: PathBuf,
    /// The folders that PostgreSQL's programs are looked for in; the first that has them is used
    /// for new clusters.
    pub programs: Vec<PathBuf>,
    /// The address that the ports of clusters are on.
    pub listen: IpAddr,
    /// The name or address of this machine that people sign in at over the network.
    pub host: String,
}

/// A driver that runs PostgreSQL on this machine.
pub struct PostgresDriver {
    inner: Arc<Inner>,
}

struct Inner {
    settings: PostgresSettings,
    entropy: Arc<dyn Entropy>,
    locks: Mutex<HashMap<ClusterId, Arc<tokio::sync::Mutex<()>>>>,
    /// Held for reading by every verb; true once the driver was shut down.
    down: tokio::sync::RwLock<bool>,
}

impl PostgresDriver {
    /// Prepares the driver; nothing is looked for or made yet.
    pub fn new(mut settings: PostgresSettings, entropy: Arc<dyn Entropy>) -> Self {
        // PostgreSQL runs in another folder than this process.
        for folder in [&mut settings.folder, &mut settings.sockets] {
            *folder = std::path::absolute(&*folder).unwrap_or_else(|_| folder.clone());
        }
        let (locks, down) = (Mutex::default(), tokio::sync::RwLock::new(false));
        Self { inner: Arc::new(Inner { settings, entropy, locks, down }) }
    }

    /// Whether PostgreSQL is installed, and else what to do about it.
    ///
    /// # Errors
    /// What to install.
    pub fn available(&self) -> Result<(), String> {
        let found = programs::newest(&self.inner.settings.programs).map(drop);
        found.map_err(|error| error.trouble().in_full())
    }

    /// Lets the verbs under way come to their end, takes no more, and stops every cluster of the
    /// folder, as before the folder is removed. What cannot be stopped is logged.
    pub async fn shut_down(&self) {
        *self.inner.down.write().await = true;
        for place in Place::all(&self.inner.settings.folder) {
            let stopped = async { Server::find(&self.inner.settings, place)?.stop().await }.await;
            if let Err(error) = stopped {
                let error = error.trouble().in_full();
                tracing::warn!(error, "a cluster of this machine cannot be stopped");
            }
        }
    }
}

/// The services of its clusters: one, PostgreSQL itself. Each cluster has a port of its own, which
/// stands in how to sign in.
pub fn services() -> Vec<Service> {
    let label = "PostgreSQL over the network".to_owned();
    vec![Service { name: SERVICE.to_owned(), label, ports: Vec::new() }]
}

impl Driver for PostgresDriver {
    fn services(&self) -> Vec<Service> {
        services()
    }

    /// Once begun, a verb goes on to its end even if nobody waits for it any more; another verb on
    /// the same cluster waits.
    fn call<'c>(&'c self, order: &'c Order) -> Answer<'c> {
        let (inner, order) = (self.inner.clone(), order.clone());
        Box::pin(async move {
            let done = tokio::spawn(async move { inner.run(&order).await }).await;
            done.unwrap_or_else(|_| Err(DriverError::temporary("the driver was broken off")))
        })
    }
}

impl Inner {
    async fn run(&self, order: &Order) -> Result<Report, DriverError> {
        let down = self.down.read().await;
        if *down {
            return Err(DriverError::temporary("this machine's clusters are being shut down"));
        }
        let lock = {
            let mut locks = self.locks.lock().unwrap_or_else(PoisonError::into_inner);
            locks.entry(order.cluster.id).or_default().clone()
        };
        let _alone = lock.lock().await;
        let place = Place::of(&self.settings.folder, order.cluster.id);
        if place.is_terminated() {
            return match order.verb {
                Verb::Create | Verb::Start => {
                    Err(DriverError::permanent("the cluster was taken down"))
                }
                _ => Ok(Report { state: Some(ClusterState::Terminated), ..Report::default() }),
            };
        }
        match order.verb {
            Verb::Create => self.create(place, order).await,
            Verb::Terminate => self.terminate(place).await,
            _ if !place.is_made() => missing(order),
            _ => self.on_existing(place, order).await,
        }
    }

    async fn create(&self, place: Place, order: &Order) -> Result<Report, DriverError> {
        if !place.is_made() {
            let programs = programs::newest(&self.settings.programs)?;
            server::make(&self.settings, &programs, &place, &*self.entropy).await?;
        }
        if place.version().is_none() {
            place.keep_version(&order.cluster.version)?;
        }
        let server = Server::find(&self.settings, place)?;
        let access = Access::of(&server.place, order.cluster.user_management);
        start(&server, access).await?;
        if !server.place.is_prepared() {
            session::prepare(&server, order).await?;
            server.place.keep_prepared()?;
        }
        self.report(&server, order).await
    }

    async fn terminate(&self, place: Place) -> Result<Report, DriverError> {
        if place.is_made() {
            Server::find(&self.settings, place.clone())?.stop().await?;
        }
        place.remove().await?;
        Ok(Report { state: Some(ClusterState::Terminated), ..Report::default() })
    }

    async fn on_existing(&self, place: Place, order: &Order) -> Result<Report, DriverError> {
        let server = Server::find(&self.settings, place)?;
        let access = Access::of(&server.place, order.cluster.user_management);
        match order.verb {
            Verb::Start => start(&server, access).await?,
            Verb::Stop => server.stop().await?,
            Verb::Upgrade => upgrade(&server, access, order).await?,
            Verb::OpenPorts | Verb::ClosePorts => {
                known(&order.services)?;
                if !order.services.is_empty() {
                    access.turn(&server, order.verb == Verb::OpenPorts).await?;
                }
            }
            Verb::EnsureAccount => account::ensure(&server, access, managed(order)?).await?,
            Verb::BlockAccount => account::block(&server, access, managed(order)?).await?,
            Verb::Describe | Verb::Create | Verb::Terminate => {}
        }
        self.report(&server, order).await
    }

    /// How a cluster is.
    async fn report(&self, server: &Server, order: &Order) -> Result<Report, DriverError> {
        let running = server.is_running().await?;
        let managed = order.cluster.user_management == UserManagement::Managed;
        let accounts = match (running && managed, order.verb) {
            (false, _) => None,
            (true, Verb::Describe) => {
                let access = Access::of(&server.place, order.cluster.user_management);
                Some(account::inspect(server, access).await?)
            }
            (true, _) => Some(account::all(server)?),
        };
        let open = server.place.is_open();
        let port = server.place.port()?;
        let (host, url) = if open {
            let host = self.settings.host.clone();
            let named = if host.contains(':') { format!("[{host}]") } else { host.clone() };
            (host, format!("postgresql://{named}:{port}/{DATABASE}"))
        } else {
            let sockets = self.settings.sockets.display();
            (sockets.to_string(), format!("postgresql:///{DATABASE}?host={sockets}&port={port}"))
        };
        Ok(Report {
            state: Some(if running { ClusterState::Running } else { ClusterState::Stopped }),
            url: Some(url),
            sign_in: Some(format!("psql -h {} -p {port} -U {{account}} {DATABASE}", word(&host))),
            version: server.place.version(),
            open_services: Some(open.then(|| SERVICE.to_owned()).into_iter().collect()),
            accounts,
            ..Report::default()
        })
    }
}

async fn start(server: &Server, access: Access) -> Result<(), DriverError> {
    server.start(access).await?;
    session::disarm(server).await
}

async fn upgrade(server: &Server, access: Access, order: &Order) -> Result<(), DriverError> {
    let Some(version) = &order.version else {
        return Err(DriverError::permanent("the version to reach was not told"));
    };
    let same = |kept: &Version| kept.as_str() == version.as_str();
    if server.place.version().as_ref().is_some_and(same) {
        return Ok(());
    }
    if server.is_running().await? {
        server.stop().await?;
        start(server, access).await?;
    }
    server.place.keep_version(version)
}

/// The answer about a cluster that is not here.
fn missing(order: &Order) -> Result<Report, DriverError> {
    let text = "the cluster's data is not on this machine";
    match order.verb {
        Verb::Describe => Ok(Report {
            state: Some(ClusterState::Error),
            message: Some(text.to_owned()),
            ..Report::default()
        }),
        _ => Err(DriverError::permanent(text)),
    }
}

fn known(services: &[Service]) -> Result<(), DriverError> {
    match services.iter().find(|service| service.name != SERVICE) {
        Some(service) => {
            let name = Report::words(&service.name);
            Err(DriverError::permanent(&format!(
                "`{name}` is not a service of clusters on this machine"
            )))
        }
        None => Ok(()),
    }
}

/// On a cluster that is not Managed nothing is set (H33, H63).
fn managed(order: &Order) -> Result<&Order, DriverError> {
    match order.cluster.user_management {
        UserManagement::Managed => Ok(order),
        _ => Err(DriverError::permanent("the cluster manages its users itself")),
    }
}

/// A word of a command, in quotes if the shell needs them.
fn word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-:".contains(c);
    if text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}
