//! Giving a custom role to members and taking it from them.

use guildhall_app::{
    member::{ListMembers, MemberFilter},
    role::{AssignRole, UnassignRole},
};
use guildhall_model::{Email, OrganizationId, PageSize, RoleId, UserId};
use schemars::JsonSchema;
use serde::Deserialize;

use super::home;
use crate::caller::Person;
use crate::extract::{Form, Path};
use crate::flash::{Flash, texts};
use crate::problem::{Problem, code};
use crate::reply::{Redirect, Reply};
use crate::route::Route;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/o/{organization}/roles/{role}/assign", assign)
            .serves::<AssignRole>()
            .also_reads::<ListMembers>()
            .example_body(serde_json::json!({ "email": "bob@example.org" }))
            .summary("Give a role to a member"),
        Route::post("/o/{organization}/roles/{role}/people/{user}/remove", unassign)
            .serves::<UnassignRole>()
            .summary("Take a role from a member"),
    ]
}

/// To whom, as it was typed.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AssignForm {
    #[serde(default)]
    email: String,
}

async fn assign(
    person: Person,
    Path((organization, role)): Path<(OrganizationId, RoleId)>,
    Form(typed): Form<AssignForm>,
) -> Reply<Redirect> {
    let email = typed.email.parse::<Email>().map_err(|error| {
        Problem::new(code::INVALID_FIELD, error.to_string()).field("email", error.to_string())
    })?;
    let list = ListMembers {
        organization,
        filter: MemberFilter::Members,
        search: email.to_string(),
        cursor: None,
        size: PageSize::default(),
    };
    let found = person.read(list).await?.rows.into_iter().find(|row| row.email == email);
    let Some(member) = found else {
        let message = "only a member of the organization can have a role of it";
        return Err(Problem::new(code::INVALID_FIELD, message).field("email", message).into());
    };
    person.execute(AssignRole { organization, role, user: member.user }).await?;
    person.tell(Flash::of(&texts::ROLE_GIVEN, [email.as_str()]));
    Ok(Redirect::to(format!("{}/{role}", home(organization))))
}

async fn unassign(
    person: Person,
    Path((organization, role, user)): Path<(OrganizationId, RoleId, UserId)>,
) -> Reply<Redirect> {
    person.execute(UnassignRole { organization, role, user }).await?;
    person.tell(Flash::of(&texts::ROLE_TAKEN, ["This person"]));
    Ok(Redirect::to(format!("{}/{role}", home(organization))))
}
