//! The pages of the console: one module for each entity.

mod development;
pub(crate) mod moment;
pub(crate) mod shell;

use crate::route::Route;

/// Every page of the console; those below `/dev` exist in a demonstration only.
pub(crate) fn routes(demo: bool) -> Vec<Route> {
    let mut routes = Vec::new();
    if demo {
        routes.extend(development::routes());
    }
    routes
}
