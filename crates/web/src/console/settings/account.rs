//! Deleting one's account.

use axum::response::{IntoResponse, Response};
use guildhall_app::account::{DeleteAccount, DeleteAccountRefusal};
use guildhall_app::api_key::ListApiKeys;
use guildhall_app::organization::{ListMyOrganizations, MyOrganization};
use guildhall_model::{Email, OrganizationRole, isolated};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{frame, lead_to, me, prove};
use crate::caller::Person;
use crate::console::organization::standing;
use crate::extract::Form;
use crate::flash::{Flash, texts};
use crate::page::{self, AccountPage, Section, count_of};
use crate::reply::{Html, Reply};
use crate::route::Route;
use crate::session;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/settings/account", show)
            .reads::<ListMyOrganizations>()
            .also_reads::<ListApiKeys>(),
        Route::post("/settings/account/delete", delete)
            .serves::<DeleteAccount>()
            .also_reads::<ListMyOrganizations>()
            .also_reads::<ListApiKeys>()
            .example_body(json!({
                "typed": "maya@northwind.example", "password": "tundra walnut ladder 47"
            })),
    ]
}

/// The form that deletes the account.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Deletion {
    typed: String,
    password: String,
}

async fn show(person: Person) -> Reply<Html<AccountPage>> {
    page(&person).await.map(Html::of)
}

async fn delete(person: Person, Form(typed): Form<Deletion>) -> Reply<Response> {
    let mut page = page(&person).await?;
    if !page.owned.is_empty() {
        return Ok(Html::refused(page).into_response());
    }
    page.form.set("typed", &typed.typed);
    check_address(&person, &mut page.form, &typed.typed);
    let proof = prove(&person, &mut page.form, "password", typed.password).await?;
    let Some(proof) = proof.filter(|_| !page.form.failed()) else {
        return Ok(Html::refused(page).into_response());
    };
    let failure = match person.execute(DeleteAccount { proof }).await {
        Ok(()) => {
            session::end(&person);
            person.tell(Flash::of(&texts::ACCOUNT_DELETED, []));
            return Ok(lead_to("/sign-in"));
        }
        Err(failure) => failure,
    };
    match failure.refusal()? {
        // Somebody has joined since the page was made.
        DeleteAccountRefusal::OwnsOrganizations(owned) => {
            let settings = |(id, name)| (name, format!("/o/{id}/settings"));
            page.owned = owned.into_iter().map(settings).collect();
        }
        refusal => {
            page.form.refuse(refusal.to_string());
        }
    }
    Ok(Html::refused(page).into_response())
}

async fn page(person: &Person) -> Reply<AccountPage> {
    let user = me(person)?;
    let organizations = person.read(ListMyOrganizations { user }).await?;
    let keys = person.read(ListApiKeys { user }).await?;
    let mut page =
        AccountPage::new(frame(person, Section::Account).await, standing(&organizations));
    let living: Vec<_> =
        organizations.iter().filter(|one| one.restorable_until.is_none()).collect();
    page.owned = living.iter().copied().filter(|one| keeps(one)).map(settings).collect();
    page.losses = losses(&living, keys.len() as u64);
    Ok(page)
}

/// Whether the person owns it and others are in it, so that the account cannot go.
fn keeps(one: &MyOrganization) -> bool {
    one.role == OrganizationRole::Owner && one.people.is_none_or(|people| people > 1)
}

fn settings(one: &MyOrganization) -> (String, String) {
    (one.display_name.to_string(), format!("/o/{}/settings", one.id))
}

/// What goes with the account, one sentence each.
fn losses(organizations: &[&MyOrganization], keys: u64) -> Vec<String> {
    let owner = |one: &&&MyOrganization| one.role == OrganizationRole::Owner;
    let mut losses = vec!["You are signed out everywhere, and your profile is deleted.".to_owned()];
    let others = organizations.len() - organizations.iter().filter(owner).count();
    if others > 0 {
        let others = count_of(others as u64, "organization", "organizations");
        losses.push(format!("You lose access to {others}."));
    }
    if keys > 0 {
        let stop = if keys == 1 { "stops" } else { "stop" };
        losses.push(format!("Your {} {stop} working.", count_of(keys, "API key", "API keys")));
    }
    for one in organizations.iter().filter(owner) {
        let name = isolated(one.display_name.as_str());
        losses.push(format!("Your organization {name} is deleted; nobody else is in it."));
    }
    losses
}

/// The address has to be typed, so that nobody deletes an account by a slip.
fn check_address(person: &Person, form: &mut page::Form, typed: &str) {
    let own = person.identity().map(|identity| &identity.email);
    if typed.parse::<Email>().ok().as_ref() != own {
        form.fault("typed", "type your e-mail address as it stands here");
    }
}
