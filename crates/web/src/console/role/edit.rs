//! Making, changing and deleting a custom role.

use axum::response::{IntoResponse, Response};
use guildhall_app::{
    organization::{GetOrganization, OrganizationOverview},
    role::{CreateRole, DeleteRole, EditRole, GetRole},
};
use guildhall_model::{OrganizationId, RoleId, RoleName, isolated};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{groups, home};
use crate::caller::Person;
use crate::console::enter::enter;
use crate::console::member::need;
use crate::console::shell::shell_in;
use crate::extract::{Form, Path};
use crate::flash::{Flash, texts};
use crate::page::{self, ConfirmPage, RoleFormPage, Section};
use crate::reply::{Html, Redirect, Reply};
use crate::route::Route;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    let example = || serde_json::json!({ "name": "Operator", "permissions": "can_open_ports" });
    vec![
        Route::get("/o/{organization}/roles/new", ask)
            .reads::<GetOrganization>()
            .summary("The form that makes a role"),
        Route::post("/o/{organization}/roles/new", create)
            .serves::<CreateRole>()
            .also_reads::<GetOrganization>()
            .example_body(example())
            .summary("Make a role"),
        Route::get("/o/{organization}/roles/{role}/edit", edit)
            .reads::<GetRole>()
            .also_reads::<GetOrganization>()
            .summary("The form that changes a role"),
        Route::post("/o/{organization}/roles/{role}/edit", save)
            .serves::<EditRole>()
            .also_reads::<GetOrganization>()
            .example_body(example())
            .summary("Change a role"),
        Route::get("/o/{organization}/roles/{role}/delete", question)
            .reads::<GetRole>()
            .also_reads::<GetOrganization>()
            .summary("Ask before deleting a role"),
        Route::post("/o/{organization}/roles/{role}/delete", delete)
            .serves::<DeleteRole>()
            .also_reads::<GetRole>()
            .summary("Delete a role"),
    ]
}

/// The form, as it was typed.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RoleForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    permissions: Vec<String>,
}

async fn ask(
    person: Person,
    Path(organization): Path<OrganizationId>,
) -> Reply<Html<RoleFormPage>> {
    let overview = enter(&person, organization).await?;
    need(overview.may("can_manage_roles"), "can_manage_roles")?;
    Ok(Html::of(page_of(&person, &overview, None, &RoleForm::default()).await))
}

async fn create(
    person: Person,
    Path(organization): Path<OrganizationId>,
    Form(typed): Form<RoleForm>,
) -> Reply<Response> {
    let overview = enter(&person, organization).await?;
    let mut page = page_of(&person, &overview, None, &typed).await;
    match typed.name.parse::<RoleName>() {
        Ok(name) => {
            let (description, permissions) = (typed.description, typed.permissions);
            let make = CreateRole { organization, name: name.clone(), description, permissions };
            match person.execute(make).await {
                Ok(made) => {
                    person.tell(Flash::of(&texts::ROLE_SAVED, [name.as_str()]));
                    let to = format!("{}/{}", home(organization), made.id);
                    return Ok(Redirect::to(to).into_response());
                }
                Err(failure) => failure.show_in(&mut page.form)?,
            }
        }
        Err(error) => {
            page.form.refuse("the role was not made").fault("name", error.to_string());
        }
    }
    Ok(Html::refused(page).into_response())
}

async fn edit(
    person: Person,
    Path((organization, role)): Path<(OrganizationId, RoleId)>,
) -> Reply<Html<RoleFormPage>> {
    let overview = enter(&person, organization).await?;
    need(overview.may("can_manage_roles"), "can_manage_roles")?;
    let detail = person.read(GetRole { organization, role }).await?.role;
    let form = RoleForm {
        name: detail.name.to_string(),
        description: detail.description,
        permissions: detail.permissions,
    };
    Ok(Html::of(page_of(&person, &overview, Some(role), &form).await))
}

async fn save(
    person: Person,
    Path((organization, role)): Path<(OrganizationId, RoleId)>,
    Form(typed): Form<RoleForm>,
) -> Reply<Response> {
    let overview = enter(&person, organization).await?;
    let mut page = page_of(&person, &overview, Some(role), &typed).await;
    match typed.name.parse::<RoleName>() {
        Ok(name) => {
            let (description, permissions) = (typed.description, typed.permissions);
            let change =
                EditRole { organization, role, name: name.clone(), description, permissions };
            match person.execute(change).await {
                Ok(()) => {
                    person.tell(Flash::of(&texts::ROLE_SAVED, [name.as_str()]));
                    let to = format!("{}/{role}", home(organization));
                    return Ok(Redirect::to(to).into_response());
                }
                Err(failure) => failure.show_in(&mut page.form)?,
            }
        }
        Err(error) => {
            page.form.refuse("the role was not changed").fault("name", error.to_string());
        }
    }
    Ok(Html::refused(page).into_response())
}

async fn page_of(
    person: &Person,
    overview: &OrganizationOverview,
    role: Option<RoleId>,
    typed: &RoleForm,
) -> RoleFormPage {
    let home = home(overview.id);
    let (mut form, back) = match role {
        Some(role) => {
            let back = format!("{home}/{role}");
            (page::Form::new("role", format!("{back}/edit")), back)
        }
        None => {
            let action = format!("{home}/new");
            (page::Form::creating("role", action, person.submission()), home)
        }
    };
    form.set("name", typed.name.as_str()).set("description", typed.description.as_str());
    for permission in &typed.permissions {
        form.add("permissions", permission.as_str());
    }
    RoleFormPage {
        shell: shell_in(person, overview, Section::Roles).await,
        form,
        creating: role.is_none(),
        groups: groups(overview),
        back,
    }
}

async fn question(
    person: Person,
    Path((organization, role)): Path<(OrganizationId, RoleId)>,
) -> Reply<Html<ConfirmPage>> {
    let overview = enter(&person, organization).await?;
    need(overview.may("can_manage_roles"), "can_manage_roles")?;
    let detail = person.read(GetRole { organization, role }).await?.role;
    let base = format!("{}/{role}", home(organization));
    let shell = shell_in(&person, &overview, Section::Roles).await;
    let title = format!("Delete the role {}?", isolated(detail.name.as_str()));
    let back = (detail.name.to_string(), base.clone());
    let mut page = ConfirmPage::danger(shell, title, "Delete", format!("{base}/delete"), back);
    let people = page::count_of(detail.people, "person loses", "people lose");
    page.consequences.losses = vec![format!("{} what it allows.", super::capital(&people))];
    page.consequences.stays = vec!["They stay members.".to_owned()];
    Ok(Html::of(page))
}

async fn delete(
    person: Person,
    Path((organization, role)): Path<(OrganizationId, RoleId)>,
) -> Reply<Redirect> {
    let detail = person.read(GetRole { organization, role }).await?.role;
    person.execute(DeleteRole { organization, role }).await?;
    person.tell(Flash::of(&texts::ROLE_DELETED, [detail.name.as_str()]));
    Ok(Redirect::to(home(organization)))
}
