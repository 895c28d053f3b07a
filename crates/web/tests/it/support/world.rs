//! An installation of its own for each test.

use axum::Router;
use guildhall_app::App;
use guildhall_web::{Route, WebOptions, WebState, router, router_of};

use super::Client;

/// An installation.
pub(crate) struct World {
    pub(crate) web: WebState,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(WebOptions::default()).await
    }

    pub(crate) async fn with(options: WebOptions) -> Self {
        Self { web: WebState::new(App::stub(), options).expect("a base address") }
    }

    /// Somebody unknown at the real router.
    pub(crate) fn client(&self) -> Client {
        Client::new(router(self.web.clone()))
    }

    /// Somebody unknown at a router of other routes.
    pub(crate) fn client_of(&self, routes: Vec<Route>) -> Client {
        Client::new(self.router_of(routes))
    }

    pub(crate) fn router_of(&self, routes: Vec<Route>) -> Router {
        router_of(self.web.clone(), routes)
    }
}
