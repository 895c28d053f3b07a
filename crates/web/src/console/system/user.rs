//! The page of one account, and what administrators and user managers do about it.

use axum::response::{IntoResponse, Response};
use guildhall_app::Operation;
use guildhall_app::account::{
    DisableUser, EnableUser, MakeSystemAdmin, MakeUserManager, RemoveSystemAdmin,
    RemoveUserManager, SendResetLink,
};
use guildhall_app::system::{GetUser, UserEntry};
use guildhall_model::UserId;

use super::user_row;
use crate::caller::Person;
use crate::console::enter::now;
use crate::console::shell::shell;
use crate::extract::Path;
use crate::flash::{Flash, NoticeText, texts};
use crate::page::{ConfirmPage, Section, Shell, SystemUserPage, UserAct};
use crate::reply::{Html, Redirect, Reply};
use crate::route::Route;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/system/users/{user}", show).reads::<GetUser>(),
        Route::get("/system/users/{user}/disable", ask_disable).reads::<GetUser>(),
        Route::post("/system/users/{user}/disable", disable)
            .serves::<DisableUser>()
            .also_reads::<GetUser>(),
        Route::post("/system/users/{user}/enable", enable)
            .serves::<EnableUser>()
            .also_reads::<GetUser>(),
        Route::post("/system/users/{user}/reset-link", send_reset_link)
            .serves::<SendResetLink>()
            .also_reads::<GetUser>(),
        Route::get("/system/users/{user}/appoint", ask_appoint).reads::<GetUser>(),
        Route::post("/system/users/{user}/appoint", appoint)
            .serves::<MakeSystemAdmin>()
            .also_reads::<GetUser>(),
        Route::get("/system/users/{user}/dismiss", ask_dismiss).reads::<GetUser>(),
        Route::post("/system/users/{user}/dismiss", dismiss)
            .serves::<RemoveSystemAdmin>()
            .also_reads::<GetUser>(),
        Route::post("/system/users/{user}/manager/appoint", appoint_manager)
            .serves::<MakeUserManager>()
            .also_reads::<GetUser>(),
        Route::post("/system/users/{user}/manager/dismiss", dismiss_manager)
            .serves::<RemoveUserManager>()
            .also_reads::<GetUser>(),
    ]
}

/// The page of an account.
pub(super) fn page_of(user: UserId) -> String {
    format!("/system/users/{user}")
}

async fn show(person: Person, Path(user): Path<UserId>) -> Reply<Html<SystemUserPage>> {
    let entry = person.read(GetUser { user }).await?;
    let shell = shell(&person, None, Section::SystemUsers).await;
    let acts = acts(&shell, person.user()?, &entry);
    let user = user_row(entry, now(&person));
    Ok(Html::of(SystemUserPage { shell, id: id_in(&user.url), user, acts }))
}

fn id_in(page: &str) -> String {
    page.rsplit('/').next().unwrap_or_default().to_owned()
}

/// What the viewer may do about an account. The operations decide; this only offers.
fn acts(shell: &Shell, viewer: UserId, of: &UserEntry) -> Vec<UserAct> {
    let base = page_of(of.id);
    let act = |title, text, verb, path: &str, asks| UserAct {
        title,
        text,
        verb,
        url: format!("{base}/{path}"),
        asks,
    };
    let mut acts = Vec::new();
    let within_reach = shell.system_administrator || !of.system_administrator;
    if of.disabled_at.is_none() {
        let text = "A mail with a link goes to their address. You never see the link.";
        acts.push(act("Password", text, "Send a link to a new password", "reset-link", false));
    }
    if of.disabled_at.is_some() && within_reach {
        let text = "Nobody can sign in to this account, and its API keys are refused.";
        acts.push(act("Access", text, "Enable the account", "enable", false));
    } else if of.disabled_at.is_none() && within_reach && viewer != of.id {
        let text = "Its sessions end, its API keys are refused, and nobody can sign in to it.";
        acts.push(act("Access", text, "Disable the account", "disable", true));
    }
    if !shell.system_administrator {
        return acts;
    }
    let title = "System administrator";
    let text = "Sees every organization, the outbox and the audit log, and appoints others.";
    acts.push(if of.system_administrator {
        act(title, text, "Dismiss as administrator", "dismiss", true)
    } else {
        act(title, text, "Make system administrator", "appoint", true)
    });
    let title = "User manager";
    let text = "Makes, disables and enables accounts, and sees nothing else of the system.";
    if of.user_manager {
        acts.push(act(title, text, "Dismiss as manager", "manager/dismiss", false));
    } else if !of.system_administrator {
        acts.push(act(title, text, "Make user manager", "manager/appoint", false));
    }
    acts
}

/// A question before an act.
struct Question {
    title: &'static str,
    lead: &'static str,
    verb: &'static str,
    path: &'static str,
}

const DISABLE: Question = Question {
    title: "Disable this account?",
    lead: "Its sessions end at once, its API keys are refused, and nobody can sign in to it until \
        it is enabled again. Memberships and what was made with it stay.",
    verb: "Disable",
    path: "disable",
};
const APPOINT: Question = Question {
    title: "Make a system administrator?",
    lead: "They will see every organization, read the outbox and the audit log of the system, and \
        appoint and dismiss administrators, you included.",
    verb: "Make system administrator",
    path: "appoint",
};
const DISMISS: Question = Question {
    title: "Dismiss as system administrator?",
    lead: "They lose the pages of the system at once. Their account and their organizations stay \
        as they are.",
    verb: "Dismiss",
    path: "dismiss",
};

async fn ask_disable(person: Person, Path(user): Path<UserId>) -> Reply<Html<ConfirmPage>> {
    Ok(Html::of(asked(&person, user, &DISABLE).await?))
}

async fn ask_appoint(person: Person, Path(user): Path<UserId>) -> Reply<Html<ConfirmPage>> {
    Ok(Html::of(asked(&person, user, &APPOINT).await?))
}

async fn ask_dismiss(person: Person, Path(user): Path<UserId>) -> Reply<Html<ConfirmPage>> {
    Ok(Html::of(asked(&person, user, &DISMISS).await?))
}

async fn asked(person: &Person, user: UserId, question: &Question) -> Reply<ConfirmPage> {
    let entry = person.read(GetUser { user }).await?;
    let shell = shell(person, None, Section::SystemUsers).await;
    let action = format!("{}/{}", page_of(user), question.path);
    let back = (entry.email.to_string(), page_of(user));
    let mut page = ConfirmPage::danger(shell, question.title, question.verb, action, back);
    page.lead = question.lead.to_owned();
    page.person = Some(user_row(entry, now(person)).person);
    Ok(page)
}

async fn disable(person: Person, Path(user): Path<UserId>) -> Reply<Response> {
    ended(&person, user, DisableUser { user }, &texts::USER_DISABLED, &DISABLE).await
}

async fn enable(person: Person, Path(user): Path<UserId>) -> Reply<Redirect> {
    person.execute(EnableUser { user }).await?;
    back(&person, user, &texts::USER_ENABLED).await
}

async fn send_reset_link(person: Person, Path(user): Path<UserId>) -> Reply<Redirect> {
    if let Err(failure) = person.execute(SendResetLink { user }).await {
        let text = failure.refusal()?.to_string();
        person.tell(Flash::of(&texts::NOT_DONE, [&text]));
        return Ok(Redirect::to(page_of(user)));
    }
    back(&person, user, &texts::RESET_LINK_SENT).await
}

async fn appoint(person: Person, Path(user): Path<UserId>) -> Reply<Response> {
    let email = person.read(GetUser { user }).await?.email;
    ended(&person, user, MakeSystemAdmin { email }, &texts::ADMIN_MADE, &APPOINT).await
}

async fn dismiss(person: Person, Path(user): Path<UserId>) -> Reply<Response> {
    ended(&person, user, RemoveSystemAdmin { user }, &texts::ADMIN_DISMISSED, &DISMISS).await
}

async fn appoint_manager(person: Person, Path(user): Path<UserId>) -> Reply<Redirect> {
    let email = person.read(GetUser { user }).await?.email;
    person.execute(MakeUserManager { email }).await?;
    back(&person, user, &texts::MANAGER_MADE).await
}

async fn dismiss_manager(person: Person, Path(user): Path<UserId>) -> Reply<Redirect> {
    person.execute(RemoveUserManager { user }).await?;
    back(&person, user, &texts::MANAGER_DISMISSED).await
}

/// Does what was asked about, and leads back; a refusal shows the question again.
async fn ended<O: Operation>(
    person: &Person,
    user: UserId,
    operation: O,
    text: &NoticeText<1>,
    question: &Question,
) -> Reply<Response> {
    match person.execute(operation).await {
        Ok(_) => Ok(back(person, user, text).await?.into_response()),
        Err(failure) => {
            let mut page = asked(person, user, question).await?;
            page.form.refuse(failure.refusal()?.to_string());
            Ok(Html::refused(page).into_response())
        }
    }
}

async fn back(person: &Person, user: UserId, text: &NoticeText<1>) -> Reply<Redirect> {
    let of = person.read_for_frame(GetUser { user }).await;
    let name = of.map(|of| of.email.to_string()).unwrap_or_default();
    person.tell(Flash::of(text, [&name]));
    Ok(Redirect::to(page_of(user)))
}
