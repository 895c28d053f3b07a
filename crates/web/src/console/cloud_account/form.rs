//! Configuring and editing a cloud account. What is secret is typed and never shown again.

use axum::response::{IntoResponse, Response};
use guildhall_app::CloudAccountRef;
use guildhall_app::cloud_account::{
    CreateCloudAccount, EditCloudAccount, Fields, GetCloudAccount, ListCloudAccounts,
    ListedCloudAccount,
};
use guildhall_app::organization::{GetOrganization, OrganizationOverview};
use guildhall_model::{
    CloudAccountId, CloudAccountName, CloudField, CloudProvider, OrganizationId,
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::home;
use crate::caller::Person;
use crate::console::cluster;
use crate::console::enter::enter;
use crate::console::member::need;
use crate::console::shell::shell_in;
use crate::extract::{Form, Path, Query};
use crate::flash::{Flash, texts};
use crate::page::{
    self, ChooseProviderPage, CloudAccountField, CloudAccountFormPage, ProviderChoice, Section,
};
use crate::reply::{Html, Redirect, Reply};
use crate::route::Route;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/o/{organization}/settings/cloud-accounts/new", ask)
            .reads::<GetOrganization>()
            .summary("The form that configures a cloud account"),
        Route::post("/o/{organization}/settings/cloud-accounts/new", create)
            .serves::<CreateCloudAccount>()
            .also_reads::<ListCloudAccounts>()
            .also_reads::<GetOrganization>()
            .example_body(json!({ "name": "Build machine", "provider": "local" }))
            .summary("Configure a cloud account"),
        Route::get("/o/{organization}/settings/cloud-accounts/{account}/edit", edit)
            .reads::<GetCloudAccount>()
            .also_reads::<GetOrganization>()
            .summary("The form that changes a cloud account"),
        Route::post("/o/{organization}/settings/cloud-accounts/{account}/edit", save)
            .serves::<EditCloudAccount>()
            .also_reads::<GetCloudAccount>()
            .also_reads::<GetOrganization>()
            .example_body(json!({ "name": "Build machine" }))
            .summary("Change a cloud account"),
    ]
}

/// Which cloud.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Chosen {
    /// `aws`, `azure`, `gcp` or `local`; without, the page asks.
    #[serde(default)]
    provider: Option<String>,
}

/// The form, as it was typed: every field of every cloud, of which a form sends those of its own.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Typed {
    name: String,
    provider: String,
    region: Option<String>,
    access_key_id: Option<String>,
    secret_access_key: Option<String>,
    location: Option<String>,
    tenant_id: Option<String>,
    subscription_id: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
    project_id: Option<String>,
    service_account_key: Option<String>,
}

impl Typed {
    /// The fields of a cloud, those that were sent.
    fn fields(self, provider: CloudProvider) -> Fields {
        let sent = [
            ("region", self.region),
            ("access_key_id", self.access_key_id),
            ("secret_access_key", self.secret_access_key),
            ("location", self.location),
            ("tenant_id", self.tenant_id),
            ("subscription_id", self.subscription_id),
            ("client_id", self.client_id),
            ("client_secret", self.client_secret),
            ("project_id", self.project_id),
            ("service_account_key", self.service_account_key),
        ];
        let of_cloud = |name: &str| provider.fields().iter().any(|field| field.name == name);
        let sent = sent.into_iter().filter(|(name, _)| of_cloud(name));
        sent.filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
    }
}

async fn ask(
    person: Person,
    Path(organization): Path<OrganizationId>,
    Query(query): Query<Chosen>,
) -> Reply<Response> {
    let overview = enter(&person, organization).await?;
    need(overview.may("can_configure_cloud_accounts"), "can_configure_cloud_accounts")?;
    let chosen = query.provider.as_deref().unwrap_or_default().parse::<CloudProvider>();
    let Ok(provider) = chosen else {
        return Ok(Html::of(choice(&person, &overview).await).into_response());
    };
    let mut page = fresh(&person, &overview, provider).await;
    if provider == CloudProvider::Local {
        page.form.set("name", provider.label());
    }
    Ok(Html::of(page).into_response())
}

async fn create(
    person: Person,
    Path(organization): Path<OrganizationId>,
    Form(typed): Form<Typed>,
) -> Reply<Response> {
    let overview = enter(&person, organization).await?;
    need(overview.may("can_configure_cloud_accounts"), "can_configure_cloud_accounts")?;
    let Ok(provider) = typed.provider.parse::<CloudProvider>() else {
        return Ok(Html::refused(choice(&person, &overview).await).into_response());
    };
    let mut page = fresh(&person, &overview, provider).await;
    page.form.set("name", &typed.name);
    let name = page.form.take("name", typed.name.parse::<CloudAccountName>());
    let fields = typed.fields(provider);
    show_plain(&mut page.form, provider, &fields);
    let Some(name) = name else { return Ok(Html::refused(page).into_response()) };
    let label = name.to_string();
    match person.execute(CreateCloudAccount { organization, name, provider, fields }).await {
        Ok(_) => {
            person.tell(Flash::of(&texts::CLOUD_ACCOUNT_SAVED, [&label]));
            let only = person.read(ListCloudAccounts { organization }).await?.len() == 1;
            // Whoever has configured the first one most likely wants a cluster now.
            let next = match only && overview.may("can_create_cluster") {
                true => format!("{}/new", cluster::home(organization)),
                false => home(organization),
            };
            Ok(Redirect::to(next).into_response())
        }
        Err(failure) => {
            failure.show_in(&mut page.form)?;
            Ok(Html::refused(page).into_response())
        }
    }
}

async fn edit(
    person: Person,
    Path((organization, account)): Path<(OrganizationId, CloudAccountId)>,
) -> Reply<Html<CloudAccountFormPage>> {
    let overview = enter(&person, organization).await?;
    let account = CloudAccountRef { organization, account };
    let known = person.read(GetCloudAccount { account }).await?;
    need(overview.may("can_configure_cloud_accounts"), "can_edit_cloud_account")?;
    let mut page = of_known(&person, &overview, &known).await;
    page.form.set("name", known.name.as_str());
    show_plain(&mut page.form, known.provider, &known.settings);
    Ok(Html::of(page))
}

async fn save(
    person: Person,
    Path((organization, account)): Path<(OrganizationId, CloudAccountId)>,
    Form(typed): Form<Typed>,
) -> Reply<Response> {
    let overview = enter(&person, organization).await?;
    let account = CloudAccountRef { organization, account };
    let known = person.read(GetCloudAccount { account }).await?;
    need(overview.may("can_configure_cloud_accounts"), "can_edit_cloud_account")?;
    let mut page = of_known(&person, &overview, &known).await;
    page.form.set("name", &typed.name);
    let name = page.form.take("name", typed.name.parse::<CloudAccountName>());
    let fields = typed.fields(known.provider);
    show_plain(&mut page.form, known.provider, &fields);
    let Some(name) = name else { return Ok(Html::refused(page).into_response()) };
    let label = name.to_string();
    match person.execute(EditCloudAccount { account, name, fields }).await {
        Ok(()) => {
            person.tell(Flash::of(&texts::CLOUD_ACCOUNT_SAVED, [&label]));
            Ok(Redirect::to(home(organization)).into_response())
        }
        Err(failure) => {
            failure.show_in(&mut page.form)?;
            Ok(Html::refused(page).into_response())
        }
    }
}

/// Shows the fields that are not secret; the form never learns the others.
fn show_plain(form: &mut page::Form, provider: CloudProvider, values: &Fields) {
    for field in provider.fields().iter().filter(|field| !field.secret) {
        form.set(field.name, values.get(field.name).cloned().unwrap_or_default());
    }
}

async fn fresh(
    person: &Person,
    overview: &OrganizationOverview,
    provider: CloudProvider,
) -> CloudAccountFormPage {
    let action = format!("{}/new", home(overview.id));
    let form = page::Form::creating("cloud", action, person.submission());
    form_page(person, overview, provider, form, true).await
}

async fn of_known(
    person: &Person,
    overview: &OrganizationOverview,
    known: &ListedCloudAccount,
) -> CloudAccountFormPage {
    let form = page::Form::new("cloud", format!("{}/{}/edit", home(overview.id), known.id));
    form_page(person, overview, known.provider, form, false).await
}

async fn form_page(
    person: &Person,
    overview: &OrganizationOverview,
    provider: CloudProvider,
    form: page::Form,
    creating: bool,
) -> CloudAccountFormPage {
    let shown = |field: &CloudField| CloudAccountField {
        name: field.name.to_owned(),
        label: field.label.to_owned(),
        example: field.example.to_owned(),
        secret: field.secret,
    };
    CloudAccountFormPage {
        shell: shell_in(person, overview, Section::Organization).await,
        form,
        creating,
        provider: provider.as_str().to_owned(),
        provider_label: provider.label().to_owned(),
        hint: hint(person, provider),
        fields: provider.fields().iter().map(shown).collect(),
        back: home(overview.id),
    }
}

/// What to know about a cloud before choosing it.
fn hint(person: &Person, provider: CloudProvider) -> String {
    let driven = person.app().settings().clusters.providers.contains_key(&provider);
    let about = match provider {
        CloudProvider::Local => "The machine that Guildhall runs on. There is nothing to fill in.",
        _ => "",
    };
    let missing =
        "No driver for this cloud is configured yet; the system administrator can add one.";
    match (driven, about.is_empty()) {
        (true, _) => about.to_owned(),
        (false, true) => missing.to_owned(),
        (false, false) => format!("{about} {missing}"),
    }
}

async fn choice(person: &Person, overview: &OrganizationOverview) -> ChooseProviderPage {
    let offered = |provider: &CloudProvider| {
        let hint = hint(person, *provider);
        let fields: Vec<_> = provider.fields().iter().map(|field| field.label).collect();
        let needs = match fields.is_empty() {
            true => String::new(),
            false => format!("Needs: {}.", fields.join(", ").to_lowercase()),
        };
        ProviderChoice {
            label: provider.label().to_owned(),
            hint: format!("{needs} {hint}").trim().to_owned(),
            url: format!("{}/new?provider={}", home(overview.id), provider.as_str()),
        }
    };
    ChooseProviderPage {
        shell: shell_in(person, overview, Section::Organization).await,
        choices: CloudProvider::ALL.iter().rev().map(offered).collect(),
        back: home(overview.id),
    }
}

#[cfg(test)]
mod tests {
    use guildhall_model::CloudProvider;

    use super::Typed;

    #[test]
    fn the_form_takes_every_field_of_every_cloud() {
        for provider in CloudProvider::ALL {
            let sent: serde_json::Map<_, _> =
                provider.fields().iter().map(|field| (field.name.to_owned(), "x".into())).collect();
            let typed: Typed = serde_json::from_value(sent.into()).expect("fields of the form");
            assert_eq!(typed.fields(*provider).len(), provider.fields().len(), "{provider:?}");
        }
    }
}
