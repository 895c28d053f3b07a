//! The pages of the console: one module for each entity.

mod audit;
mod development;
mod enter;
mod invitation;
mod member;
pub(crate) mod moment;
mod outbox;
mod role;
mod settings;
pub(crate) mod shell;
mod system;
pub(crate) mod word;

use crate::route::Route;

/// Every page of the console; those below `/dev` exist in a demonstration only.
pub(crate) fn routes(demo: bool) -> Vec<Route> {
    let mut routes = audit::routes();
    routes.extend(system::routes());
    routes.extend(outbox::routes());
    routes.extend(settings::routes());
    routes.extend(member::routes());
    routes.extend(invitation::routes());
    routes.extend(role::routes());
    if demo {
        routes.extend(development::routes());
    }
    routes
}
