//! Passwords on clusters: setting one's own, and looking at the administrator's.

use axum::response::{IntoResponse, Response};
use guildhall_app::ClusterRef;
use guildhall_app::Refusal;
use guildhall_app::cluster::{
    ClusterPasswordRefusal, GetCluster, ReadAdminPassword, SetClusterPassword,
};
use guildhall_app::organization::GetOrganization;
use guildhall_model::{ClusterId, OrganizationId, Password};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::page_of;
use super::show::{overview_page, read};
use crate::caller::{Failure, Person};
use crate::console::enter::enter;
use crate::console::shell::shell_in;
use crate::extract::{Form, Path};
use crate::flash::{Flash, texts};
use crate::page::{self, ClusterAdminPage, ClusterSignIn, Section};
use crate::reply::{Html, Redirect, Reply};
use crate::route::Route;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/o/{organization}/clusters/{cluster}/password", set)
            .serves::<SetClusterPassword>()
            .also_reads::<GetCluster>()
            .also_reads::<GetOrganization>()
            .example_body(json!({ "username": "ada", "password": "tundra walnut ladder 47" }))
            .summary("Set one's password on clusters"),
        Route::get("/o/{organization}/clusters/{cluster}/password", back)
            .public("leads to the page with the form, and tells nothing"),
        Route::post("/o/{organization}/clusters/{cluster}/admin-password", show)
            .serves::<ReadAdminPassword>()
            .also_reads::<GetCluster>()
            .also_reads::<GetOrganization>()
            .summary("Show the administrator's password of a cluster that is not Managed"),
        Route::get("/o/{organization}/clusters/{cluster}/admin-password", back)
            .public("leads to the page with the button, and tells nothing"),
    ]
}

/// What was typed.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Chosen {
    /// The account's name, for password managers.
    #[serde(default)]
    #[expect(dead_code, reason = "password managers read it from the form")]
    username: String,
    #[serde(default)]
    password: String,
}

async fn set(
    person: Person,
    Path(address): Path<(OrganizationId, ClusterId)>,
    Form(typed): Form<Chosen>,
) -> Reply<Response> {
    let overview = enter(&person, address.0).await?;
    let mut shown = overview_page(&person, &overview, address).await?;
    let mut nowhere = page::Form::default();
    let form = match &mut shown.sign_in {
        ClusterSignIn::Own { password, .. } => password,
        _ => &mut nowhere,
    };
    let Some(password) = form.take("password", Password::parse(typed.password)) else {
        return Ok(Html::refused(shown).into_response());
    };
    let refusal: ClusterPasswordRefusal = match person.app().cluster_verifier(password).await {
        Ok(verifier) => {
            let user = person.user()?;
            match person.execute(SetClusterPassword { user, verifier }).await {
                Ok(()) => {
                    person.tell(Flash::of(&texts::CLUSTER_PASSWORD_SET, []));
                    return Ok(Redirect::to(page_of(address)).into_response());
                }
                Err(failure) => failure.refusal()?,
            }
        }
        Err(refusal) => refusal,
    };
    for (field, message) in refusal.fields() {
        form.fault(&field, message);
    }
    Ok(Html::refused(shown).into_response())
}

async fn back(Path(address): Path<(OrganizationId, ClusterId)>) -> Redirect {
    Redirect::to(page_of(address))
}

async fn show(person: Person, Path(address): Path<(OrganizationId, ClusterId)>) -> Reply<Response> {
    let overview = enter(&person, address.0).await?;
    let view = read(&person, address).await?;
    let (organization, cluster) = address;
    let look = ReadAdminPassword { cluster: ClusterRef { organization, cluster } };
    match person.execute(look).await {
        Ok(admin) => Ok(Html::of(ClusterAdminPage {
            shell: shell_in(&person, &overview, Section::Clusters).await,
            cluster: view.cluster.name.to_string(),
            name: admin.name,
            password: admin.password,
            back: page_of(address),
        })
        .into_response()),
        Err(Failure::Refused(_)) => Ok(Redirect::to(page_of(address)).into_response()),
        Err(Failure::Stopped(stop)) => Err(stop),
    }
}
