//! The pages of the console: one module for each entity.

mod audit;
mod development;
pub(crate) mod moment;
mod outbox;
mod settings;
pub(crate) mod shell;
mod system;

use crate::route::Route;

/// Every page of the console; those below `/dev` exist in a demonstration only.
pub(crate) fn routes(demo: bool) -> Vec<Route> {
    let mut routes = audit::routes();
    routes.extend(system::routes());
    routes.extend(outbox::routes());
    routes.extend(settings::routes());
    if demo {
        routes.extend(development::routes());
    }
    routes
}
