//! The services of a cluster: which of them are open to the network (H68 to H70).

use axum::response::{IntoResponse, Response};
use guildhall_app::ClusterRef;
use guildhall_app::cluster::{ClusterView, GetCluster, ServiceView, SetClusterServices};
use guildhall_app::organization::{GetOrganization, OrganizationOverview};
use guildhall_model::{ClusterId, ClusterState, OrganizationId};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{Address, Shown, head, in_charge, page_of, show::read};
use crate::caller::Person;
use crate::console::enter::enter;
use crate::console::shell::shell_in;
use crate::extract::{Form, Path};
use crate::flash::{Flash, texts};
use crate::page::{self, ClusterServicesPage, Section, ServiceRow};
use crate::reply::{Html, Redirect, Reply};
use crate::route::Route;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/o/{organization}/clusters/{cluster}/services", show)
            .reads::<GetCluster>()
            .also_reads::<GetOrganization>()
            .summary("The services of a cluster"),
        Route::post("/o/{organization}/clusters/{cluster}/services", update)
            .serves::<SetClusterServices>()
            .also_reads::<GetCluster>()
            .also_reads::<GetOrganization>()
            .example_body(json!({ "service": "kafka" }))
            .summary("Open and close service ports of a cluster"),
    ]
}

/// The ticked services.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Ticked {
    #[serde(default)]
    service: Vec<String>,
}

async fn show(
    person: Person,
    Path(address): Path<(OrganizationId, ClusterId)>,
) -> Reply<Html<ClusterServicesPage>> {
    let overview = enter(&person, address.0).await?;
    let view = read(&person, address).await?;
    Ok(Html::of(page_about(&person, &overview, address, &view).await))
}

async fn update(
    person: Person,
    Path(address): Path<(OrganizationId, ClusterId)>,
    Form(typed): Form<Ticked>,
) -> Reply<Response> {
    let overview = enter(&person, address.0).await?;
    let (organization, cluster) = address;
    let open = typed.service.into_iter().collect();
    let set = SetClusterServices { cluster: ClusterRef { organization, cluster }, open };
    match person.execute(set).await {
        Ok(()) => {
            person.tell(Flash::of(&texts::SERVICES_SAVED, []));
            Ok(Redirect::to(format!("{}/services", page_of(address))).into_response())
        }
        Err(failure) => {
            let view = read(&person, address).await?;
            let mut page = page_about(&person, &overview, address, &view).await;
            failure.show_in(&mut page.form)?;
            Ok(Html::refused(page).into_response())
        }
    }
}

async fn page_about(
    person: &Person,
    overview: &OrganizationOverview,
    address: Address,
    view: &ClusterView,
) -> ClusterServicesPage {
    let mut form = page::Form::new("services", format!("{}/services", page_of(address)));
    for open in view.services.iter().filter(|one| one.open) {
        form.add("service", open.name.as_str());
    }
    let gone = matches!(view.cluster.state, ClusterState::Terminating | ClusterState::Terminated);
    let reason = match (view.may.set_services, gone) {
        (_, true) => "This cluster is terminated.".to_owned(),
        (false, _) => format!("{} can open and close these.", in_charge(overview)),
        _ => String::new(),
    };
    ClusterServicesPage {
        shell: shell_in(person, overview, Section::Clusters).await,
        head: head(person, address, view, Shown::Services),
        form,
        services: view.services.iter().map(row).collect(),
        reason,
    }
}

fn row(service: &ServiceView) -> ServiceRow {
    let ports: Vec<_> = service.ports.iter().map(u16::to_string).collect();
    ServiceRow {
        name: service.name.clone(),
        label: service.label.clone(),
        ports: ports.join(", "),
        applied: service.applied,
    }
}
