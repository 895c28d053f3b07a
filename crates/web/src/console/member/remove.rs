//! Removing a member: what they would lose, then the button.

use axum::response::{IntoResponse, Response};
use guildhall_app::{
    member::{GetMember, MemberView, RemoveMember},
    organization::{GetOrganization, OrganizationOverview},
};
use guildhall_model::{OrganizationId, UserId, isolated};

use super::{back_with, edit::label, home};
use crate::caller::Person;
use crate::console::enter::enter;
use crate::console::shell::shell_in;
use crate::console::word::consequences;
use crate::extract::Path;
use crate::flash::{Flash, texts};
use crate::page::{self, ConfirmPage, Section};
use crate::reply::{Html, Reply};
use crate::route::Route;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/o/{organization}/members/{user}/remove", ask)
            .reads::<GetMember>()
            .also::<RemoveMember>()
            .also_reads::<GetOrganization>()
            .summary("Ask before removing a member"),
        Route::post("/o/{organization}/members/{user}/remove", remove)
            .serves::<RemoveMember>()
            .also_reads::<GetMember>()
            .also_reads::<GetOrganization>()
            .summary("Remove a member"),
    ]
}

async fn ask(
    person: Person,
    Path((organization, user)): Path<(OrganizationId, UserId)>,
) -> Reply<Response> {
    let overview = enter(&person, organization).await?;
    let member = person.read(GetMember { organization, user }).await?;
    let mut page = question(&person, &overview, &member).await;
    match person.forecast(RemoveMember { organization, user }).await {
        Ok(forecast) => {
            let id = user.text();
            let about = (id.as_str(), label(&member));
            page.consequences = consequences(&forecast, about, &organization.text());
            page.consequences.stays = vec!["What they made here stays.".to_owned()];
            Ok(Html::of(page).into_response())
        }
        Err(failure) => {
            failure.show_in(&mut page.form)?;
            Ok(Html::refused(page).into_response())
        }
    }
}

async fn remove(
    person: Person,
    Path((organization, user)): Path<(OrganizationId, UserId)>,
) -> Reply<Response> {
    let overview = enter(&person, organization).await?;
    let member = person.read(GetMember { organization, user }).await?;
    match person.execute(RemoveMember { organization, user }).await {
        Ok(()) => {
            let flash = Flash::of(&texts::MEMBER_REMOVED, [label(&member)]);
            Ok(back_with(&person, organization, flash).into_response())
        }
        Err(failure) => {
            let mut page = question(&person, &overview, &member).await;
            failure.show_in(&mut page.form)?;
            Ok(Html::refused(page).into_response())
        }
    }
}

async fn question(
    person: &Person,
    overview: &OrganizationOverview,
    member: &MemberView,
) -> ConfirmPage {
    let action = format!("{}/{}/remove", home(overview.id), member.user);
    let shell = shell_in(person, overview, Section::Members).await;
    let title = format!("Remove {}?", isolated(label(member)));
    let back = ("Members".to_owned(), home(overview.id));
    let mut page = ConfirmPage::danger(shell, title, "Remove", action, back);
    page.lead = format!(
        "{} loses everything that {} shares with them, at once, and gets a mail about it.",
        isolated(label(member)),
        isolated(overview.display_name.as_str())
    );
    page.person = Some(page::Person::new(member.name.as_str(), member.email.as_str()));
    page
}
