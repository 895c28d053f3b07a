//! The pages of the console: one module for each entity.

mod audit;
mod cloud_account;
mod cluster;
mod credit;
mod dashboard;
mod development;
mod enter;
mod entrance;
mod invitation;
mod member;
pub(crate) mod moment;
mod organization;
mod outbox;
mod password;
mod register;
mod role;
mod set_up;
mod settings;
pub(crate) mod shell;
mod sign_in;
mod system;
mod usage;
mod verify;
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
    routes.extend(cluster::routes());
    routes.extend(cloud_account::routes());
    routes.extend(sign_in::routes());
    routes.extend(register::routes());
    routes.extend(verify::routes());
    routes.extend(password::routes());
    routes.extend(set_up::routes());
    routes.extend(dashboard::routes());
    routes.extend(organization::routes());
    routes.extend(usage::routes());
    if demo {
        routes.extend(development::routes());
    }
    routes
}
