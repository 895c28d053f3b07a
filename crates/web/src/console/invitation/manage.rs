//! Sending an invitation again, taking it back, and offering another role by it.

use axum::response::{IntoResponse, Response};
use guildhall_app::{
    invitation::{
        ChangeInvitedRole, GetInvitation, InvitationView, OfferedRole, ResendInvitation,
        WithdrawInvitation,
    },
    organization::{GetOrganization, OrganizationOverview},
    role::ListRoles,
};
use guildhall_model::{InvitationId, OrganizationId};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::caller::{Failure, Person};
use crate::console::enter::enter;
use crate::console::member::{back_with, home, need, offered};
use crate::console::shell::shell_in;
use crate::extract::{Form, Path};
use crate::flash::{Flash, texts};
use crate::page::{self, ConfirmPage, EditMemberPage, Section};
use crate::reply::{Html, Redirect, Reply};
use crate::route::Route;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/o/{organization}/invitations/{invitation}/resend", resend)
            .serves::<ResendInvitation>()
            .also_reads::<GetInvitation>()
            .summary("Send an invitation again"),
        Route::get("/o/{organization}/invitations/{invitation}/withdraw", ask)
            .reads::<GetInvitation>()
            .also_reads::<GetOrganization>()
            .summary("Ask before taking an invitation back"),
        Route::post("/o/{organization}/invitations/{invitation}/withdraw", withdraw)
            .serves::<WithdrawInvitation>()
            .also_reads::<GetInvitation>()
            .summary("Take an invitation back"),
        Route::get("/o/{organization}/invitations/{invitation}/edit", edit)
            .reads::<GetInvitation>()
            .also_reads::<GetOrganization>()
            .also_reads::<ListRoles>()
            .summary("Choose the role that an invitation offers"),
        Route::post("/o/{organization}/invitations/{invitation}/edit", save)
            .serves::<ChangeInvitedRole>()
            .also_reads::<GetInvitation>()
            .also_reads::<GetOrganization>()
            .also_reads::<ListRoles>()
            .example_body(serde_json::json!({ "role": "admin" }))
            .summary("Offer another role by an invitation"),
    ]
}

type Ids = Path<(OrganizationId, InvitationId)>;

async fn resend(person: Person, Path((organization, invitation)): Ids) -> Reply<Redirect> {
    let about = person.read(GetInvitation { organization, invitation }).await?;
    let flash = match person.execute(ResendInvitation { organization, invitation }).await {
        Ok(_) => Flash::of(&texts::RESENT, [about.email.as_str()]),
        Err(Failure::Refused(refusal)) => {
            Flash::of(&texts::NOT_RESENT, [page::sentence(&refusal.to_string()).as_str()])
        }
        Err(failure) => return Err(failure.into()),
    };
    Ok(back_with(&person, organization, flash))
}

async fn ask(person: Person, Path((organization, invitation)): Ids) -> Reply<Html<ConfirmPage>> {
    let overview = enter(&person, organization).await?;
    let about = person.read(GetInvitation { organization, invitation }).await?;
    need(about.can_withdraw, "can_withdraw")?;
    let shell = shell_in(&person, &overview, Section::Members).await;
    let action = format!("/o/{organization}/invitations/{invitation}/withdraw");
    let title = format!("Remove the invitation of {}?", about.email);
    let back = ("Members".to_owned(), home(organization));
    let mut page = ConfirmPage::danger(shell, title, "Remove", action, back);
    page.lead =
        format!("Its link stops working at once, and {} gets a mail about it.", about.email);
    page.person = Some(page::Person::address(about.email.as_str()));
    Ok(Html::of(page))
}

async fn withdraw(person: Person, Path((organization, invitation)): Ids) -> Reply<Redirect> {
    let about = person.read(GetInvitation { organization, invitation }).await?;
    person.execute(WithdrawInvitation { organization, invitation }).await?;
    let flash = Flash::of(&texts::WITHDRAWN, [about.email.as_str()]);
    Ok(back_with(&person, organization, flash))
}

/// The role as it was chosen.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RoleForm {
    #[serde(default)]
    role: String,
}

async fn edit(
    person: Person,
    Path((organization, invitation)): Ids,
) -> Reply<Html<EditMemberPage>> {
    let overview = enter(&person, organization).await?;
    let about = person.read(GetInvitation { organization, invitation }).await?;
    need(about.can_change_role, "can_change_invited_role")?;
    Ok(Html::of(page_of(&person, &overview, &about).await?))
}

async fn save(
    person: Person,
    Path((organization, invitation)): Ids,
    Form(typed): Form<RoleForm>,
) -> Reply<Response> {
    let overview = enter(&person, organization).await?;
    let about = person.read(GetInvitation { organization, invitation }).await?;
    let mut page = page_of(&person, &overview, &about).await?;
    page.form.set("role", typed.role.as_str());
    match typed.role.parse::<OfferedRole>() {
        Ok(role) => {
            match person.execute(ChangeInvitedRole { organization, invitation, role }).await {
                Ok(()) => {
                    let flash = Flash::of(&texts::OFFER_CHANGED, [about.email.as_str()]);
                    return Ok(back_with(&person, organization, flash).into_response());
                }
                Err(failure) => failure.show_in(&mut page.form)?,
            }
        }
        Err(error) => {
            page.form.refuse("the role was not changed").fault("role", error.to_string());
        }
    }
    Ok(Html::refused(page).into_response())
}

async fn page_of(
    person: &Person,
    overview: &OrganizationOverview,
    about: &InvitationView,
) -> Reply<EditMemberPage> {
    let action = format!("/o/{}/invitations/{}/edit", overview.id, about.id);
    let mut form = page::Form::new("edit", action);
    form.set("role", about.role.to_string());
    Ok(EditMemberPage {
        shell: shell_in(person, overview, Section::Members).await,
        person: page::Person::address(about.email.as_str()),
        role: about.role_name.clone(),
        through: String::new(),
        form,
        roles: offered(person, overview).await?,
        back: home(overview.id),
    })
}
