//! The JSON API below `/api/v1`: one module for each entity.

use crate::route::Route;

/// Every route of the API.
pub(crate) fn routes() -> Vec<Route> {
    Vec::new()
}
