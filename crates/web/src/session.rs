//! The session cookie: set after signing in, removed after signing out.

use std::time::Duration;

use guildhall_app::session::NewSession;
use guildhall_model::{ContinuationSecret, SessionSecret};

use crate::caller::Client;
use crate::cookie::{REGISTRATION, SESSION};

/// Gives the browser its session. `lasts` is how long it may stay signed in; without, the session
/// ends with the browser.
pub fn begin(client: &Client, secret: &SessionSecret, lasts: Option<Duration>) {
    client.send_cookie(SESSION.set(&secret.expose(), lasts, client.web().base()));
}

/// Gives the browser a session that has just begun.
pub(crate) fn open(client: &Client, new: &NewSession) {
    begin(client, &new.secret.0, new.keep);
}

/// Lets the browser that registered open the verification link without the password.
pub(crate) fn promise(client: &Client, continuation: &ContinuationSecret) {
    let lasts = client.app().settings().link_lifetime;
    client.set_cookie(REGISTRATION, &continuation.expose(), Some(lasts));
}

/// What the browser was given when it registered.
pub(crate) fn promised(client: &Client) -> Option<ContinuationSecret> {
    client.cookie(REGISTRATION)?.parse().ok()
}

/// Takes the session from the browser.
pub fn end(client: &Client) {
    client.send_cookie(SESSION.clear(client.web().base()));
}
