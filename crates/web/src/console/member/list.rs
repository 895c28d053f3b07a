//! The members page: who is in, who is invited, the form that invites, the member permissions.

use axum::response::{IntoResponse, Response};
use guildhall_app::{
    invitation::{
        InvitationCursor, InvitationPage, InvitationView, InviteMembers, ListInvitations,
        OfferedRole,
    },
    member::{ListMembers, MemberCursor, MemberFilter, MemberPage, MemberView},
    organization::{GetOrganization, OrganizationOverview, Switches, UpdateMemberPermissions},
    role::ListRoles,
};
use guildhall_model::{EmailList, OrganizationId, OrganizationRole, PageSize, isolated};
use schemars::JsonSchema;
use serde::Deserialize;

use super::home;
use crate::caller::{Client, Person};
use crate::console::enter::{enter, now, span};
use crate::console::moment::moment;
use crate::console::shell::shell_in;
use crate::extract::{self, Form, Path, Query};
use crate::flash::{Flash, texts};
use crate::page::{
    self, AddMembers, Choice, InvitationRow, MemberPermissions, MemberRow, MembersPage, Offer,
    Pager, Section, Tab,
};
use crate::reply::{Html, Redirect, Reply};
use crate::route::Route;

/// How many pending invitations the page of everybody shows; the rest has a page of its own.
const PENDING: u64 = 20;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/o/{organization}/members", members)
            .reads::<ListMembers>()
            .also_reads::<ListInvitations>()
            .also_reads::<ListRoles>()
            .also_reads::<GetOrganization>()
            .summary("The members page"),
        Route::post("/o/{organization}/members/add", add)
            .serves::<InviteMembers>()
            .also_reads::<ListMembers>()
            .also_reads::<ListInvitations>()
            .also_reads::<ListRoles>()
            .also_reads::<GetOrganization>()
            .example_body(serde_json::json!({ "emails": "bob@example.org", "role": "member" }))
            .summary("Invite members"),
        Route::post("/o/{organization}/permissions", permissions)
            .serves::<UpdateMemberPermissions>()
            .example_body(serde_json::json!({ "invite": "on" }))
            .summary("Change the member permissions"),
    ]
}

/// Which of the members.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MembersQuery {
    /// `members`, `admins`, `restricted` or `invited`; all without.
    #[serde(default)]
    show: Option<String>,
    /// What to search for.
    #[serde(default)]
    q: Option<String>,
    /// Where the page begins.
    #[serde(default)]
    cursor: Option<String>,
}

/// The form that invites, as it was typed.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AddForm {
    #[serde(default)]
    emails: String,
    #[serde(default)]
    role: String,
}

/// The form of the member permissions.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PermissionsForm {
    #[serde(default)]
    invite: Option<String>,
    #[serde(default)]
    clusters: Option<String>,
    #[serde(default)]
    ports: Option<String>,
}

async fn members(
    person: Person,
    Path(organization): Path<OrganizationId>,
    Query(query): Query<MembersQuery>,
) -> Reply<Html<MembersPage>> {
    let overview = enter(&person, organization).await?;
    Ok(Html::of(page_of(&person, &overview, &query).await?))
}

async fn add(
    person: Person,
    Path(organization): Path<OrganizationId>,
    Form(typed): Form<AddForm>,
) -> Reply<Response> {
    let overview = enter(&person, organization).await?;
    let fault = match (typed.emails.parse::<EmailList>(), typed.role.parse::<OfferedRole>()) {
        (Ok(emails), Ok(role)) => {
            let many = emails.as_slice().len();
            match person.execute(InviteMembers { organization, emails, role }).await {
                Ok(_) => {
                    let number = many.to_string();
                    person.tell(match many {
                        1 => Flash::of(&texts::INVITED_ONE, [typed.emails.trim()]),
                        _ => Flash::of(&texts::INVITED_MANY, [number.as_str()]),
                    });
                    return Ok(Redirect::to(home(organization)).into_response());
                }
                Err(failure) => failure,
            }
        }
        (emails, role) => {
            let messages = [
                ("emails", emails.err().map(|error| error.to_string())),
                ("role", role.err().map(|error| error.to_string())),
            ];
            return refused(&person, &overview, &typed, |form| {
                for (field, message) in messages {
                    if let Some(message) = message {
                        form.refuse("nobody was invited").fault(field, message);
                    }
                }
                Ok(())
            })
            .await;
        }
    };
    refused(&person, &overview, &typed, |form| fault.show_in(form)).await
}

/// The page again, with what was typed and what is wrong with it.
async fn refused(
    person: &Person,
    overview: &OrganizationOverview,
    typed: &AddForm,
    show: impl FnOnce(&mut page::Form) -> Result<(), crate::reply::Stop>,
) -> Reply<Response> {
    let mut shown = page_of(person, overview, &MembersQuery::default()).await?;
    let action = format!("/o/{}/members/add", overview.id);
    let mut fresh = page::Form::creating("add", action, person.submission());
    let form = match &mut shown.add {
        AddMembers::Open { form, .. } => form,
        _ => &mut fresh,
    };
    form.set("emails", typed.emails.as_str()).set("role", typed.role.as_str());
    show(form)?;
    if let AddMembers::Refused(reason) = &mut shown.add
        && let Some(message) = &fresh.message
    {
        reason.clone_from(message);
    }
    Ok(Html::refused(shown).into_response())
}

async fn permissions(
    person: Person,
    Path(organization): Path<OrganizationId>,
    Form(typed): Form<PermissionsForm>,
) -> Reply<Redirect> {
    let switches = Switches {
        invite: typed.invite.is_some(),
        clusters: typed.clusters.is_some(),
        ports: typed.ports.is_some(),
    };
    person.execute(UpdateMemberPermissions { organization, switches }).await?;
    person.tell(Flash::of(&texts::PERMISSIONS_SAVED, []));
    Ok(Redirect::to(home(organization)))
}

/// Back to the members page, with a notice.
pub(crate) fn back_with(person: &Person, organization: OrganizationId, flash: Flash) -> Redirect {
    person.tell(flash);
    Redirect::to(home(organization))
}

async fn page_of(
    person: &Person,
    overview: &OrganizationOverview,
    query: &MembersQuery,
) -> Reply<MembersPage> {
    let organization = overview.id;
    let show = query.show.as_deref().unwrap_or_default();
    let search = query.q.as_deref().unwrap_or_default().trim();
    let filter = match show {
        "admins" => MemberFilter::Admins,
        "restricted" => MemberFilter::Restricted,
        _ => MemberFilter::Members,
    };
    let cursor = query.cursor.as_deref();
    let invited = show == "invited";
    let list = ListMembers {
        organization,
        filter,
        search: search.to_owned(),
        cursor: if invited { None } else { person.position::<MemberCursor>(cursor)? },
        size: if invited { PageSize::new(1).unwrap_or_default() } else { PageSize::default() },
    };
    let first_page = list.cursor.is_none();
    let found = person.read(list).await?;
    let shell = shell_in(person, overview, Section::Members).await;
    let counts = found.counts;
    let mut page = MembersPage::new(shell, counts.members, counts.standing, seats(overview));
    page.tabs = tabs(organization, show, &found);
    page.show = show.to_owned();
    page.query = search.to_owned();
    let everybody = show.is_empty() && first_page;
    if invited || (everybody && counts.invited > 0) {
        let size = if invited { PageSize::default() } else { few() };
        let cursor = if invited { person.position::<InvitationCursor>(cursor)? } else { None };
        let search = search.to_owned();
        let pending = person.read(ListInvitations { organization, search, cursor, size }).await?;
        if !invited && pending.next.is_some() {
            let query = MembersQuery { show: Some("invited".to_owned()), ..query.clone() };
            page.more_pending = turned(organization, &query, None);
        }
        if invited {
            page.pager = invitation_pager(person, organization, query, &pending);
        }
        let row = |view| invitation_row(person, organization, view);
        page.pending = pending.rows.iter().map(row).collect();
    }
    if !invited {
        page.pager = pager(person, organization, query, &found);
        let row = |view| member_row(person, overview, view);
        page.rows = found.rows.iter().map(row).collect();
    }
    page.add = add_form(person, overview).await?;
    page.permissions = overview.switches.map(|on| {
        let mut card =
            MemberPermissions::new(&organization.text(), on.invite, on.clusters, on.ports);
        if !overview.may("can_update_permissions") {
            "Only the owner and administrators change these.".clone_into(&mut card.reason);
        }
        card
    });
    Ok(page)
}

fn seats(overview: &OrganizationOverview) -> page::Seats {
    let shown = |seats: guildhall_app::organization::Seats| page::Seats {
        used: seats.used,
        limit: seats.limit,
    };
    overview.seats.map(shown).unwrap_or_default()
}

fn few() -> PageSize {
    PageSize::new(PENDING).unwrap_or_default()
}

fn tabs(organization: OrganizationId, show: &str, found: &MemberPage) -> Vec<Tab> {
    let home = home(organization);
    let counts = found.counts;
    let tab = |label: &str, key: &str, count| {
        let url = if key.is_empty() { home.clone() } else { format!("{home}?show={key}") };
        Tab::new(label, Some(count), url, show == key)
    };
    vec![
        tab("All", "", counts.members + counts.invited),
        tab("Members", "members", counts.members),
        tab("Admins", "admins", counts.admins),
        tab("Restricted", "restricted", counts.restricted),
        tab("Invited", "invited", counts.invited),
    ]
}

/// The address of another page of the same list.
fn turned(organization: OrganizationId, query: &MembersQuery, cursor: Option<&str>) -> String {
    let kept = [("show", query.show.as_deref()), ("q", query.q.as_deref()), ("cursor", cursor)];
    let kept = kept.into_iter().filter_map(|(name, value)| Some((name, value?)));
    let pairs: Vec<_> = kept.filter(|(_, value)| !value.is_empty()).collect();
    extract::address(&home(organization), &pairs)
}

fn pager(
    client: &Client,
    organization: OrganizationId,
    query: &MembersQuery,
    found: &MemberPage,
) -> Pager {
    let link = |cursor: &MemberCursor| turned(organization, query, Some(&client.cursor(cursor)));
    Pager::after(found.first.saturating_sub(1), found.rows.len(), found.total)
        .turning(found.previous.as_ref().map(link), found.next.as_ref().map(link))
}

fn invitation_pager(
    client: &Client,
    organization: OrganizationId,
    query: &MembersQuery,
    found: &InvitationPage,
) -> Pager {
    let link =
        |cursor: &InvitationCursor| turned(organization, query, Some(&client.cursor(cursor)));
    let searched = query.q.as_deref().is_some_and(|q| !q.trim().is_empty());
    let total = (!searched).then_some(found.total);
    Pager::after(found.first.saturating_sub(1), found.rows.len(), total)
        .turning(found.previous.as_ref().map(link), found.next.as_ref().map(link))
}

fn member_row(person: &Person, overview: &OrganizationOverview, member: &MemberView) -> MemberRow {
    let base = format!("/o/{}/members/{}", overview.id, member.user);
    let you = person.identity().is_some_and(|identity| identity.user == member.user);
    let owner = member.own_role == OrganizationRole::Owner;
    let offer = |may: bool, url: String, refused: &str| match (may, owner) {
        (false, _) => Offer::Absent,
        (true, true) => Offer::Refused(refused.to_owned()),
        (true, false) => Offer::At(url),
    };
    let remove = if you {
        let url = format!("/o/{}/settings/leave", overview.id);
        offer(true, url, "The owner cannot leave: transfer the ownership first")
    } else {
        let may = overview.may("can_remove_member");
        offer(may, format!("{base}/remove"), "The owner cannot be removed")
    };
    let mut role = member.role.label().to_owned();
    for custom in &member.custom_roles {
        role.push_str(", ");
        role.push_str(&isolated(custom.name.as_str()));
    }
    let explains = you || overview.may("can_explain");
    MemberRow {
        id: member.user.text(),
        person: page::Person::new(member.name.as_str(), member.email.as_str()),
        you,
        role,
        through: member.through.clone().unwrap_or_default(),
        joined: moment(member.joined_at, now(person)),
        // The owner's role changes by a transfer only, which the Settings page offers (B41).
        edit: if overview.may("can_change_role") && !owner {
            Offer::At(format!("{base}/edit"))
        } else {
            Offer::Absent
        },
        remove,
        why: if explains { format!("{base}/why") } else { String::new() },
    }
}

fn invitation_row(
    person: &Person,
    organization: OrganizationId,
    view: &InvitationView,
) -> InvitationRow {
    let base = format!("/o/{organization}/invitations/{}", view.id);
    let at = |may: bool, verb: &str| {
        if may { Offer::At(format!("{base}/{verb}")) } else { Offer::Absent }
    };
    let own = person.identity().is_some_and(|identity| identity.user == view.inviter);
    let now = now(person);
    InvitationRow {
        id: view.id.text(),
        email: view.email.to_string(),
        role: view.role_name.clone(),
        inviter: if own { "you".to_owned() } else { view.inviter_email.to_string() },
        sent: moment(view.sent_at, now),
        expires: moment(view.expires_at, now),
        expired: view.expired,
        edit: at(view.can_change_role, "edit"),
        resend: at(view.can_resend, "resend"),
        withdraw: at(view.can_withdraw, "withdraw"),
    }
}

async fn add_form(person: &Person, overview: &OrganizationOverview) -> Reply<AddMembers> {
    if !overview.may("can_invite") {
        return Ok(AddMembers::Absent);
    }
    let refused = |reason: &str| Ok(AddMembers::Refused(reason.to_owned()));
    if person.identity().is_some_and(|identity| !identity.email_verified) {
        return refused("Confirm your own address before you invite others.");
    }
    if overview.plan.parse().is_ok_and(|plan: guildhall_app::Plan| !plan.allows_inviting()) {
        return refused(
            "Inviting is not part of the Community plan. It needs the Commercial or the \
             Enterprise plan.",
        );
    }
    if overview.seats.and_then(|seats| seats.left()) == Some(0) {
        return refused("No seats are left in the plan of this organization.");
    }
    let works_for = span(person.app().settings().invitation_lifetime);
    let roles = offered(person, overview).await?;
    Ok(AddMembers::open(&overview.id.text(), &person.submission(), roles, works_for))
}

/// The roles that somebody may offer, plain membership first.
pub(crate) async fn offered(
    client: &Client,
    overview: &OrganizationOverview,
) -> Reply<Vec<Choice>> {
    let mut roles =
        vec![Choice::explained("member", "Member", "Works here, within the member permissions.")];
    if overview.may("can_invite_admin") {
        roles.push(Choice::explained(
            "admin",
            "Administrator",
            "Manages members, permissions and everything else except what only the owner can.",
        ));
        roles.push(Choice::explained(
            "restricted",
            "Restricted member",
            "Reaches only what is shared with them by name.",
        ));
    }
    if overview.may("can_manage_roles") {
        let list = ListRoles { organization: overview.id };
        for role in client.read(list).await? {
            roles.push(Choice::explained(
                role.id.text(),
                role.name.as_str(),
                "A member with this custom role.",
            ));
        }
    }
    Ok(roles)
}
