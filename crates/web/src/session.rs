//! The session cookie: set after signing in, removed after signing out.

use std::time::Duration;

use guildhall_model::SessionSecret;

use crate::caller::Client;
use crate::cookie::SESSION;

/// Gives the browser its session. `lasts` is how long it may stay signed in; without, the session
/// ends with the browser.
pub fn begin(client: &Client, secret: &SessionSecret, lasts: Option<Duration>) {
    client.send_cookie(SESSION.set(&secret.expose(), lasts, client.web().base()));
}

/// Takes the session from the browser.
pub fn end(client: &Client) {
    client.send_cookie(SESSION.clear(client.web().base()));
}
