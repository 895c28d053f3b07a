//! Start and stop, which every member may, and terminate, which is asked about first.

use axum::response::{IntoResponse, Response};
use guildhall_app::cluster::{
    ClusterView, GetCluster, MoveRefusal, StartCluster, StopCluster, TerminateCluster,
};
use guildhall_app::organization::{GetOrganization, OrganizationOverview};
use guildhall_app::{ClusterRef, Operation};
use guildhall_model::{ClusterId, ClusterMove, OrganizationId, UserManagement};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{Address, home, page_of, show::read};
use crate::caller::{Failure, Person};
use crate::console::dashboard::home_of;
use crate::console::enter::enter;
use crate::console::member::need;
use crate::console::shell::shell_in;
use crate::console::word::capital;
use crate::extract::{Form, Path};
use crate::flash::{Flash, texts};
use crate::page::{self, Consequences, Section, TerminateClusterPage};
use crate::reply::{Html, Redirect, Reply};
use crate::route::Route;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    let why = "leads to the page with the button, and tells nothing";
    vec![
        Route::post("/o/{organization}/clusters/{cluster}/start", start)
            .serves::<StartCluster>()
            .also_reads::<GetCluster>()
            .example_body(json!({ "from": "list" }))
            .summary("Start a cluster"),
        Route::get("/o/{organization}/clusters/{cluster}/start", back).public(why),
        Route::post("/o/{organization}/clusters/{cluster}/stop", stop)
            .serves::<StopCluster>()
            .also_reads::<GetCluster>()
            .example_body(json!({ "from": "list" }))
            .summary("Stop a cluster"),
        Route::get("/o/{organization}/clusters/{cluster}/stop", back).public(why),
        Route::get("/o/{organization}/clusters/{cluster}/terminate", ask)
            .reads::<GetCluster>()
            .also_reads::<GetOrganization>()
            .summary("Ask before terminating a cluster"),
        Route::post("/o/{organization}/clusters/{cluster}/terminate", terminate)
            .serves::<TerminateCluster>()
            .also_reads::<GetCluster>()
            .also_reads::<GetOrganization>()
            .example_body(json!({ "understood": "on" }))
            .summary("Terminate a cluster"),
    ]
}

/// Where the button stands.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Button {
    /// `dashboard` or `list`; the cluster's own page without.
    #[serde(default)]
    from: String,
}

async fn back(Path(address): Path<(OrganizationId, ClusterId)>) -> Redirect {
    Redirect::to(page_of(address))
}

async fn start(
    person: Person,
    Path(address): Path<(OrganizationId, ClusterId)>,
    Form(button): Form<Button>,
) -> Reply<Redirect> {
    let (organization, cluster) = address;
    let start = StartCluster { cluster: ClusterRef { organization, cluster } };
    moved(&person, address, &button, start, |name| Flash::of(&texts::CLUSTER_STARTS, [name])).await
}

async fn stop(
    person: Person,
    Path(address): Path<(OrganizationId, ClusterId)>,
    Form(button): Form<Button>,
) -> Reply<Redirect> {
    let (organization, cluster) = address;
    let stop = StopCluster { cluster: ClusterRef { organization, cluster } };
    moved(&person, address, &button, stop, |name| Flash::of(&texts::CLUSTER_STOPS, [name])).await
}

/// Makes the move and leads back to where the button stands, with a notice of what came of it.
async fn moved<O: Operation<Refusal = MoveRefusal>>(
    person: &Person,
    address: Address,
    button: &Button,
    operation: O,
    done: impl FnOnce(&str) -> Flash,
) -> Reply<Redirect> {
    let flash = match person.execute(operation).await {
        Ok(_) => {
            let view = read(person, address).await?;
            done(view.cluster.name.as_str())
        }
        Err(Failure::Refused(refusal)) => {
            Flash::of(&texts::CLUSTER_STAYS, [&capital(&refusal.to_string())])
        }
        Err(Failure::Stopped(stop)) => return Err(stop),
    };
    person.tell(flash);
    Ok(Redirect::to(match button.from.as_str() {
        "dashboard" => home_of(address.0),
        "list" => home(address.0),
        _ => page_of(address),
    }))
}

/// The box that has to be ticked (H74).
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Understood {
    #[serde(default)]
    understood: Option<String>,
}

async fn ask(person: Person, Path(address): Path<(OrganizationId, ClusterId)>) -> Reply<Response> {
    let overview = enter(&person, address.0).await?;
    let view = read(&person, address).await?;
    need(overview.may("can_create_cluster"), "can_terminate")?;
    if !view.cluster.moves.contains(&ClusterMove::Terminate) {
        return Ok(Redirect::to(page_of(address)).into_response());
    }
    Ok(Html::of(question(&person, &overview, address, &view).await).into_response())
}

async fn terminate(
    person: Person,
    Path(address): Path<(OrganizationId, ClusterId)>,
    Form(typed): Form<Understood>,
) -> Reply<Response> {
    let overview = enter(&person, address.0).await?;
    let view = read(&person, address).await?;
    need(overview.may("can_create_cluster"), "can_terminate")?;
    let mut page = question(&person, &overview, address, &view).await;
    if typed.understood.is_none() {
        page.form.refuse("the cluster was not terminated");
        page.form.fault("understood", "tick the box if you mean it");
        return Ok(Html::refused(page).into_response());
    }
    let (organization, cluster) = address;
    let terminate = TerminateCluster { cluster: ClusterRef { organization, cluster } };
    match person.execute(terminate).await {
        Ok(()) => {
            let name = view.cluster.name.as_str();
            person.tell(Flash::of(&texts::CLUSTER_TERMINATES, [name]));
            Ok(Redirect::to(page_of(address)).into_response())
        }
        Err(failure) => {
            failure.show_in(&mut page.form)?;
            Ok(Html::refused(page).into_response())
        }
    }
}

async fn question(
    person: &Person,
    overview: &OrganizationOverview,
    address: Address,
    view: &ClusterView,
) -> TerminateClusterPage {
    let base = page_of(address);
    let mut losses = vec!["The cluster, with everything that is stored on it.".to_owned()];
    if view.cluster.user_management == UserManagement::Managed {
        losses.push("The accounts that members have on it.".to_owned());
    }
    let open: Vec<_> =
        view.services.iter().filter(|one| one.open).map(|one| one.label.as_str()).collect();
    if !open.is_empty() {
        losses.push(format!("What connects to its open services: {}.", open.join(", ")));
    }
    let place = view.cloud_account_name.as_deref().unwrap_or("its cloud account");
    let stays = vec![
        format!("The bucket in {place}, with what the cluster stored there."),
        "What it has consumed, in the usage, and what was done with it, in the audit log."
            .to_owned(),
    ];
    TerminateClusterPage {
        shell: shell_in(person, overview, Section::Clusters).await,
        name: view.cluster.name.to_string(),
        form: page::Form::new("terminate", format!("{base}/terminate")),
        consequences: Consequences { losses, gains: Vec::new(), stays },
        back: base,
    }
}
