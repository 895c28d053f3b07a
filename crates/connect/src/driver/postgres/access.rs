//! Who may sign in from where: PostgreSQL's access rules, written anew at every change.

use std::time::Duration;

use guildhall_app::cluster::driver::DriverError;
use guildhall_model::UserManagement;

use super::place::Place;
use super::server::{SUPERUSER, Server};
use super::{session, temporary};

/// The role that everybody has who may sign in.
pub(super) const ACCOUNTS: &str = "guildhall_accounts";

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
        server.write("pg_hba.conf", &self.rules())
    }

    /// Opens or closes the port. Closing ends the connections that came through it.
    pub(super) async fn turn(self, server: &Server, open: bool) -> Result<(), DriverError> {
        server.place.keep_open(open)?;
        let access = Self { open, ..self };
        access.write(server)?;
        if !server.is_running().await? {
            return Ok(());
        }
        let before = session::loaded_at(server).await?;
        server.reload().await?;
        let mut tries = 0;
        // A connection sees the rules that were in force when it began.
        while session::loaded_at(server).await? == before {
            tries += 1;
            if tries == TRIES {
                return Err(temporary("PostgreSQL does not read its access rules"));
            }
            tokio::time::sleep(PAUSE).await;
        }
        if !open {
            session::end_network_connections(server).await?;
        }
        Ok(())
    }

    /// Of a Managed cluster only the accounts that Guildhall made may sign in, whatever roles their
    /// administrators make: removing somebody leaves no way back in.
    fn rules(self) -> String {
        let who = if self.managed { format!("+{ACCOUNTS}") } else { "all".to_owned() };
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
