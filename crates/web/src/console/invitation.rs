//! Invitations at the console: the page behind the link, and what inviters do with them.

mod link;
mod manage;

use crate::route::Route;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    let mut routes = link::routes();
    routes.extend(manage::routes());
    routes
}
