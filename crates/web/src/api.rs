//! The JSON API below `/api/v1`: one module for each entity.

mod audit;
pub(crate) mod outbox;
pub(crate) mod system;

use crate::route::Route;

/// Every route of the API.
pub(crate) fn routes() -> Vec<Route> {
    let mut routes = audit::routes();
    routes.extend(outbox::routes());
    routes.extend(system::routes());
    routes
}
