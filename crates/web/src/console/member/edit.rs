//! Giving a member another role: chosen, then confirmed.

use axum::response::{IntoResponse, Response};
use guildhall_app::{
    member::{ChangeMemberRole, GetMember, MemberView},
    organization::{GetOrganization, OrganizationOverview},
};
use guildhall_model::{InvitableRole, OrganizationId, OrganizationRole, UserId, isolated};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{back_with, home, need};
use crate::caller::Person;
use crate::console::enter::enter;
use crate::console::shell::shell_in;
use crate::console::word::consequences;
use crate::extract::{Form, Path};
use crate::flash::{Flash, texts};
use crate::page::{self, Choice, ConfirmPage, EditMemberPage, Section};
use crate::reply::{Html, Reply};
use crate::route::Route;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/o/{organization}/members/{user}/edit", show)
            .reads::<GetMember>()
            .also_reads::<GetOrganization>()
            .summary("Choose a member's role"),
        Route::post("/o/{organization}/members/{user}/edit", save)
            .serves::<ChangeMemberRole>()
            .also_reads::<GetMember>()
            .also_reads::<GetOrganization>()
            .example_body(serde_json::json!({ "role": "admin", "confirmed": "1" }))
            .summary("Change a member's role"),
    ]
}

/// The role as it was chosen, and whether that was confirmed.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RoleForm {
    #[serde(default)]
    role: String,
    #[serde(default)]
    confirmed: Option<String>,
}

async fn show(
    person: Person,
    Path((organization, user)): Path<(OrganizationId, UserId)>,
) -> Reply<Html<EditMemberPage>> {
    let overview = enter(&person, organization).await?;
    need(overview.may("can_change_role"), "can_change_role")?;
    let member = person.read(GetMember { organization, user }).await?;
    Ok(Html::of(page_of(&person, &overview, &member).await))
}

async fn save(
    person: Person,
    Path((organization, user)): Path<(OrganizationId, UserId)>,
    Form(typed): Form<RoleForm>,
) -> Reply<Response> {
    let overview = enter(&person, organization).await?;
    let member = person.read(GetMember { organization, user }).await?;
    let role = match typed.role.parse::<InvitableRole>() {
        Ok(role) => role,
        Err(error) => {
            let mut page = page_of(&person, &overview, &member).await;
            page.form.refuse("the role was not changed").fault("role", error.to_string());
            return Ok(Html::refused(page).into_response());
        }
    };
    let change = ChangeMemberRole { organization, user, role };
    if typed.confirmed.is_none() {
        return match person.forecast(change).await {
            Ok(forecast) => {
                let page = question(&person, &overview, &member, role, &forecast).await;
                Ok(Html::of(page).into_response())
            }
            Err(failure) => again(&person, &overview, &member, |form| failure.show_in(form)).await,
        };
    }
    match person.execute(change).await {
        Ok(()) => {
            let flash = Flash::of(&texts::ROLE_CHANGED, [label(&member), role.label()]);
            Ok(back_with(&person, organization, flash).into_response())
        }
        Err(failure) => again(&person, &overview, &member, |form| failure.show_in(form)).await,
    }
}

async fn again(
    person: &Person,
    overview: &OrganizationOverview,
    member: &MemberView,
    show: impl FnOnce(&mut page::Form) -> Result<(), crate::reply::Stop>,
) -> Reply<Response> {
    let mut page = page_of(person, overview, member).await;
    show(&mut page.form)?;
    Ok(Html::refused(page).into_response())
}

async fn page_of(
    person: &Person,
    overview: &OrganizationOverview,
    member: &MemberView,
) -> EditMemberPage {
    let action = format!("{}/{}/edit", home(overview.id), member.user);
    let mut form = page::Form::new("edit", action);
    form.set("role", member.own_role.as_str());
    EditMemberPage {
        shell: shell_in(person, overview, Section::Members).await,
        person: page::Person::new(member.name.as_str(), member.email.as_str()),
        role: member.role.label().to_owned(),
        through: member.through.clone().unwrap_or_default(),
        form,
        roles: roles(),
        back: home(overview.id),
    }
}

fn roles() -> Vec<Choice> {
    vec![
        Choice::explained("member", "Member", "Works here, within the member permissions."),
        Choice::explained(
            "admin",
            "Administrator",
            "Manages members, permissions and everything else except what only the owner can.",
        ),
        Choice::explained(
            "restricted",
            "Restricted member",
            "Reaches only what is shared with them by name.",
        ),
    ]
}

async fn question(
    person: &Person,
    overview: &OrganizationOverview,
    member: &MemberView,
    role: InvitableRole,
    forecast: &guildhall_app::Forecast,
) -> ConfirmPage {
    let action = format!("{}/{}/edit", home(overview.id), member.user);
    let name = label(member);
    let shown = isolated(name);
    let title = format!("Make {shown} {}?", with_article(role.role()));
    let shell = shell_in(person, overview, Section::Members).await;
    let back = ("Members".to_owned(), home(overview.id));
    let mut page = ConfirmPage::calm(shell, title, "Confirm", action, back);
    page.lead = format!(
        "{shown} is {} of {} now, and gets a mail about the change.",
        with_article(member.own_role),
        isolated(overview.display_name.as_str())
    );
    page.person = Some(page::Person::new(member.name.as_str(), member.email.as_str()));
    let user = member.user.text();
    page.consequences = consequences(forecast, (&user, name), &overview.id.text());
    if role == InvitableRole::Admin {
        "Keep administrators few. A custom role or a member permission is often enough."
            .clone_into(&mut page.hint);
    }
    page.hidden = vec![
        ("role".to_owned(), role.as_str().to_owned()),
        ("confirmed".to_owned(), "1".to_owned()),
    ];
    page
}

/// The name, or the address where there is none.
pub(super) fn label(member: &MemberView) -> &str {
    if member.name.is_empty() { member.email.as_str() } else { &member.name }
}

pub(super) fn with_article(role: OrganizationRole) -> &'static str {
    match role {
        OrganizationRole::Owner => "the owner",
        OrganizationRole::Admin => "an administrator",
        OrganizationRole::Member => "a member",
        OrganizationRole::Restricted => "a restricted member",
    }
}
