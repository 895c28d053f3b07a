//! The form that makes a cluster.

use axum::response::{IntoResponse, Response};
use guildhall_app::cloud_account::{ListCloudAccounts, ListedCloudAccount};
use guildhall_app::cluster::{ClusterOptions, CreateCluster, GetClusterOptions, OfferedSize};
use guildhall_app::credit::GetCredits;
use guildhall_app::organization::{GetOrganization, OrganizationOverview};
use guildhall_model::{
    CloudAccountId, ClusterName, OrganizationId, UserManagement, Version, isolated,
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{first, home, page_of, rate};
use crate::caller::Person;
use crate::console::credit::said;
use crate::console::enter::enter;
use crate::console::member::need;
use crate::console::shell::shell_in;
use crate::console::word::capital;
use crate::extract::{Form, Path};
use crate::flash::{Flash, texts};
use crate::page::{self, Choice, NewClusterPage, Section};
use crate::reply::{Html, Redirect, Reply};
use crate::route::Route;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/o/{organization}/clusters/new", ask)
            .reads::<ListCloudAccounts>()
            .also_reads::<GetClusterOptions>()
            .also_reads::<GetCredits>()
            .also_reads::<GetOrganization>()
            .summary("The form that makes a cluster"),
        Route::post("/o/{organization}/clusters/new", create)
            .serves::<CreateCluster>()
            .also_reads::<ListCloudAccounts>()
            .also_reads::<GetClusterOptions>()
            .also_reads::<GetCredits>()
            .also_reads::<GetOrganization>()
            .example_body(json!({
                "name": "nightly", "version": "3.0.1", "cloud_account": "{account}",
                "size": "small", "user_management": "managed"
            }))
            .summary("Make a cluster"),
    ]
}

/// The form, as it was typed.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewCluster {
    #[serde(default)]
    name: String,
    #[serde(default)]
    version: String,
    #[serde(default)]
    cloud_account: String,
    #[serde(default)]
    size: String,
    #[serde(default)]
    user_management: String,
}

async fn ask(
    person: Person,
    Path(organization): Path<OrganizationId>,
) -> Reply<Html<NewClusterPage>> {
    let overview = enter(&person, organization).await?;
    need(overview.may("can_create_cluster"), "can_create_cluster")?;
    let (mut page, options) = form(&person, &overview).await?;
    let version = options.proposed_version.to_string();
    let chosen = |choices: &[Choice]| choices.first().map(|one| one.value.clone());
    let (account, size) = (chosen(&page.cloud_accounts), chosen(&page.sizes));
    page.form
        .set("version", version)
        .set("cloud_account", account.unwrap_or_default())
        .set("size", size.unwrap_or_default())
        .set("user_management", UserManagement::Managed.as_str());
    Ok(Html::of(page))
}

async fn create(
    person: Person,
    Path(organization): Path<OrganizationId>,
    Form(typed): Form<NewCluster>,
) -> Reply<Response> {
    let overview = enter(&person, organization).await?;
    need(overview.may("can_create_cluster"), "can_create_cluster")?;
    let (mut page, _) = form(&person, &overview).await?;
    let form = &mut page.form;
    form.set("name", &typed.name)
        .set("version", &typed.version)
        .set("cloud_account", &typed.cloud_account)
        .set("size", &typed.size)
        .set("user_management", &typed.user_management);
    let name = form.take("name", typed.name.parse::<ClusterName>());
    let version = form.take("version", typed.version.parse::<Version>());
    let choose = |_| "choose one of the organization's cloud accounts";
    let account = typed.cloud_account.parse::<CloudAccountId>().map_err(choose);
    let account = form.take("cloud_account", account);
    let management = form.take("user_management", typed.user_management.parse());
    let (Some(name), Some(version), Some(cloud_account), Some(user_management)) =
        (name, version, account, management)
    else {
        return Ok(Html::refused(page).into_response());
    };
    let label = name.to_string();
    let size = typed.size;
    let make = CreateCluster { organization, name, version, cloud_account, size, user_management };
    match person.execute(make).await {
        Ok(made) => {
            person.tell(Flash::of(&texts::CLUSTER_MADE, [&label]));
            Ok(Redirect::to(page_of((organization, made.id))).into_response())
        }
        Err(failure) => {
            failure.show_in(&mut page.form)?;
            Ok(Html::refused(page).into_response())
        }
    }
}

/// The form with its choices.
async fn form(
    person: &Person,
    overview: &OrganizationOverview,
) -> Reply<(NewClusterPage, ClusterOptions)> {
    let organization = overview.id;
    let accounts = person.read(ListCloudAccounts { organization }).await?;
    let credits = person.read(GetCredits { organization }).await?;
    let options = person.read(GetClusterOptions { organization }).await?;
    let size = |one: &OfferedSize| {
        Choice::explained(&*one.name, capital(&one.name), rate(one.credits_per_hour))
    };
    let action = format!("{}/new", home(organization));
    let page = NewClusterPage {
        shell: shell_in(person, overview, Section::Clusters).await,
        form: page::Form::creating("cluster", action, person.submission()),
        sizes: options.sizes.iter().map(size).collect(),
        user_managements: managements(),
        credits: format!("The organization has {} credits left.", said(credits.left)),
        first: accounts.is_empty().then(|| first(person, overview, &accounts)),
        cloud_accounts: accounts.iter().map(|one| choice(&options, one)).collect(),
        back: home(organization),
    };
    Ok((page, options))
}

fn choice(options: &ClusterOptions, account: &ListedCloudAccount) -> Choice {
    let driven = options.clouds.iter().any(|cloud| cloud.provider == account.provider);
    let provider = account.provider.label();
    let missing = if driven { "" } else { ", no driver yet" };
    Choice::new(
        account.id.text(),
        format!("{} ({provider}{missing})", isolated(account.name.as_str())),
    )
}

/// Who may keep the accounts (H67).
fn managements() -> Vec<Choice> {
    let explained = |one: &UserManagement| {
        let (label, hint) = match one {
            UserManagement::Managed => {
                ("Managed", "Every member has an account of their own, made and blocked by itself.")
            }
            UserManagement::OAuth2 => ("OAuth2", "An OAuth2 provider of yours signs people in."),
            UserManagement::Ldap => ("LDAP", "A directory of yours signs people in."),
            UserManagement::Disabled => {
                ("Disabled", "Manage users manually, as the cluster's administrator.")
            }
        };
        Choice::explained(one.as_str(), label, hint)
    };
    UserManagement::ALL.iter().map(explained).collect()
}
