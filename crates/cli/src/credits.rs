//! The job that watches the credits of organizations: warnings, and stopping what may not go on.

use std::time::Duration;

use guildhall_app::App;
use guildhall_app::credit::WatchedCredits;
use tokio::sync::watch;

/// The pause between rounds.
const PAUSE: Duration = Duration::from_secs(60);

/// Works until `stop` holds true.
pub(crate) async fn run(app: App, mut stop: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            _ = stop.wait_for(|stopped| *stopped) => return,
        }
        match app.watch_credits().await {
            Ok(WatchedCredits { warned: 0, stopped: 0 }) => {}
            Ok(WatchedCredits { warned, stopped }) => {
                tracing::info!(warned, stopped, "credits came to an end");
            }
            Err(error) => tracing::warn!(%error, "the credits cannot be looked at"),
        }
    }
}
