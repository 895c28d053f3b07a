//! The JSON API below `/api/v1`: one module for each entity.

mod account;
mod api_key;
mod audit;
pub(crate) mod outbox;
mod session;
pub(crate) mod system;
mod user;

use crate::route::Route;

/// Every route of the API.
pub(crate) fn routes() -> Vec<Route> {
    let mut routes = audit::routes();
    routes.extend(outbox::routes());
    routes.extend(account::routes());
    routes.extend(session::routes());
    routes.extend(api_key::routes());
    routes.extend(system::routes());
    routes.extend(user::routes());
    routes
}
