//! Bringing a cluster to a newer version (H66).

use axum::response::{IntoResponse, Response};
use guildhall_app::ClusterRef;
use guildhall_app::cluster::{ClusterView, GetCluster, UpgradeCluster};
use guildhall_app::organization::{GetOrganization, OrganizationOverview};
use guildhall_model::{ClusterId, ClusterMove, OrganizationId, UserManagement, Version};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{Address, Shown, head, page_of, show::read};
use crate::caller::Person;
use crate::console::enter::enter;
use crate::console::member::need;
use crate::console::shell::shell_in;
use crate::extract::{Form, Path};
use crate::flash::{Flash, texts};
use crate::page::{self, ClusterUpgradePage, Section};
use crate::reply::{Html, Redirect, Reply};
use crate::route::Route;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/o/{organization}/clusters/{cluster}/upgrade", show)
            .reads::<GetCluster>()
            .also_reads::<GetOrganization>()
            .summary("The form that upgrades a cluster"),
        Route::post("/o/{organization}/clusters/{cluster}/upgrade", upgrade)
            .serves::<UpgradeCluster>()
            .also_reads::<GetCluster>()
            .also_reads::<GetOrganization>()
            .example_body(json!({ "version": "3.1.0" }))
            .summary("Upgrade a cluster"),
    ]
}

/// What was typed.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Target {
    #[serde(default)]
    version: String,
}

async fn show(
    person: Person,
    Path(address): Path<(OrganizationId, ClusterId)>,
) -> Reply<Html<ClusterUpgradePage>> {
    let overview = enter(&person, address.0).await?;
    let view = read(&person, address).await?;
    need(view.may.upgrade, "can_upgrade")?;
    Ok(Html::of(page_about(&person, &overview, address, &view).await))
}

async fn upgrade(
    person: Person,
    Path(address): Path<(OrganizationId, ClusterId)>,
    Form(typed): Form<Target>,
) -> Reply<Response> {
    let overview = enter(&person, address.0).await?;
    let view = read(&person, address).await?;
    need(view.may.upgrade, "can_upgrade")?;
    let mut page = page_about(&person, &overview, address, &view).await;
    page.form.set("version", &typed.version);
    let Some(version) = page.form.take("version", typed.version.parse::<Version>()) else {
        return Ok(Html::refused(page).into_response());
    };
    let (organization, cluster) = address;
    let target = version.to_string();
    let upgrade = UpgradeCluster { cluster: ClusterRef { organization, cluster }, version };
    match person.execute(upgrade).await {
        Ok(()) => {
            let name = view.cluster.name.as_str();
            person.tell(Flash::of(&texts::CLUSTER_UPGRADES, [name, &target]));
            Ok(Redirect::to(page_of(address)).into_response())
        }
        Err(failure) => {
            failure.show_in(&mut page.form)?;
            page.reason.clear();
            Ok(Html::refused(page).into_response())
        }
    }
}

async fn page_about(
    person: &Person,
    overview: &OrganizationOverview,
    address: Address,
    view: &ClusterView,
) -> ClusterUpgradePage {
    let cluster = &view.cluster;
    let reason = match cluster.moves.contains(&ClusterMove::Upgrade) {
        true => String::new(),
        false => {
            let state = cluster.state.label().to_lowercase();
            format!("It is {state}: only a running or stopped cluster can be upgraded.")
        }
    };
    ClusterUpgradePage {
        shell: shell_in(person, overview, Section::Clusters).await,
        head: head(person, address, view, Shown::Upgrade),
        form: page::Form::new("upgrade", format!("{}/upgrade", page_of(address))),
        version: cluster.version.to_string(),
        reason,
        lifts: cluster.user_management == UserManagement::Managed
            && !cluster.version.is_administered(),
    }
}
