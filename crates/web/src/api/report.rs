//! Reports of provisioners, which call back about the clusters that they make.

use guildhall_app::cluster::CalledBackError;
use guildhall_app::cluster::callback::Callback;
use guildhall_model::ClusterId;
use serde_json::json;

use crate::extract::{Path, SignedJson};
use crate::problem::{Problem, code};
use crate::reply::{NoContent, Reply};
use crate::route::Route;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/api/v1/clusters/{cluster}/reports", take)
            .public("only the signature of the cluster's own provisioner opens it")
            .summary("Tell how a cluster is, as its provisioner")
            .description(
                "For the services behind the driver `http`, which sign it after Standard \
                 Webhooks. A report about a request that is over changes nothing, and one that is \
                 sent again is taken once. Whatever shows that the sender is not the provisioner \
                 of this cluster gets the same answer, 404.",
            )
            .example_body(json!({ "cluster": "{cluster}", "report": { "state": "running" } })),
    ]
}

async fn take(Path(cluster): Path<ClusterId>, message: SignedJson<Callback>) -> Reply<NoContent> {
    let (origin, body) = (message.origin(), message.body());
    let taken = message.app().called_back(origin, cluster, message.signed(), body).await;
    taken.map_err(|error| {
        let code = match &error {
            CalledBackError::Stranger => code::NOT_FOUND,
            CalledBackError::Message(_) => code::INVALID_REPORT,
            CalledBackError::Unavailable => code::UNAVAILABLE,
        };
        Problem::new(code, error.to_string())
    })?;
    Ok(NoContent)
}
