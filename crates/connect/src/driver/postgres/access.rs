//! Who may sign in from where: PostgreSQL's access rules, written anew at every change.

use std::time::Duration;

use guildhall_app::cluster::driver::DriverError;
use guildhall_model::UserManagement;

use super::kept::Kept;
use super::place::Place;
use super::server::{SUPERUSER, Server};
use super::session;

/// The role that every account has.
pub(super) const ACCOUNTS: &str = "guildhall_accounts";

/// The file with the names of those who may sign in, beside the rules.
const DOORKEEPER: &str = "guildhall_accounts.txt";

/// How often, with which pause, the server is asked whether it has read the rules.
const TRIES: u32 = 100;
const PAUSE: Duration = Duration::from_millis(50);

/// Who may sign in from where.
#[derive(Clone, Copy, Debug)]
pub(super) struct Access {
    managed: bool,
    open: bool,
}

impl Access {
    /// As it stands at a place.
    pub(super) fn of(place: &Place, management: UserManagement) -> Self {
        Self { managed: management == UserManagement::Managed, open: place.is_open() }
    }

    /// Writes the rules, to be read at the next start or reload.
    pub(super) fn write(self, server: &Server) -> Result<(), DriverError> {
        server.write(DOORKEEPER, &Kept::of(&server.place)?.doorkeeper())?;
        server.write("pg_hba.conf", &self.rules())
    }

    /// Lets those accounts in who are to come in, and nobody else.
    pub(super) async fn admit(self, server: &Server, kept: &Kept) -> Result<(), DriverError> {
        let names = kept.doorkeeper();
        if server.read(DOORKEEPER)? == names {
            return Ok(());
        }
        self.write(server)?;
        load(server).await
    }

    /// Opens or closes the port. Closing ends the connections that came through it.
    pub(super) async fn turn(self, server: &Server, open: bool) -> Result<(), DriverError> {
        server.place.keep_open(open)?;
        let access = Self { open, ..self };
        access.write(server)?;
        if !server.is_running().await? {
            return Ok(());
        }
        load(server).await?;
        if !open {
            session::end_network_connections(server).await?;
        }
        Ok(())
    }

    /// Of a Managed cluster only the accounts that Guildhall made may sign in, each by its name,
    /// whatever roles their administrators make: removing somebody leaves no way back in.
    fn rules(self) -> String {
        let who = if self.managed { format!("@{DOORKEEPER}") } else { "all".to_owned() };
        let network =
            if self.open { format!("host all {who} all scram-sha-256\n") } else { String::new() };
        format!(
            "# Written by Guildhall.\n\
             local all {SUPERUSER} scram-sha-256\n\
             host all {SUPERUSER} all reject\n\
             local all {who} scram-sha-256\n\
             {network}"
        )
    }
}

/// Has the rules read, and waits until they are in force.
async fn load(server: &Server) -> Result<(), DriverError> {
    let before = session::loaded_at(server).await?;
    server.reload().await?;
    for _ in 0..TRIES {
        // A connection sees the rules that were in force when it began.
        if session::loaded_at(server).await? != before {
            return Ok(());
        }
        tokio::time::sleep(PAUSE).await;
    }
    Err(DriverError::temporary("PostgreSQL does not read its access rules"))
}
