//! *Why can they?*: what a member may do, and the relationships that it rests on.

use guildhall_app::{
    member::{ExplainMember, GetMember, Link, MemberView, Why},
    organization::{GetOrganization, OrganizationOverview},
};
use guildhall_model::{OrganizationId, UserId, isolated};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{edit::label, home};
use crate::caller::Person;
use crate::console::enter::enter;
use crate::console::shell::shell_in;
use crate::console::word::{SHOWN, capital, permission};
use crate::extract::{Path, Query};
use crate::page::{self, Ability, Moment, NodeKind, PathPicture, PathStep, Section, WhyPage};
use crate::reply::{Html, Reply};
use crate::route::Route;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/o/{organization}/members/{user}/why", why)
            .reads::<ExplainMember>()
            .also_reads::<GetMember>()
            .also_reads::<GetOrganization>()
            .summary("Why a member may do what they may"),
    ]
}

/// What is asked about.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WhyQuery {
    /// The relation of the charter; the first that is held without.
    #[serde(default)]
    permission: Option<String>,
}

async fn why(
    person: Person,
    Path((organization, user)): Path<(OrganizationId, UserId)>,
    Query(query): Query<WhyQuery>,
) -> Reply<Html<WhyPage>> {
    let overview = enter(&person, organization).await?;
    let asked = query.permission.filter(|permission| !permission.is_empty());
    let asked = asked.unwrap_or_else(|| "can_invite".to_owned());
    let explain =
        |permission: &str| ExplainMember { organization, user, permission: permission.to_owned() };
    let reason = person.read(explain(&asked)).await?;
    let you = person.identity().is_some_and(|identity| identity.user == user);
    let member = match person.read(GetMember { organization, user }).await {
        Ok(member) => Some(member),
        Err(_) if you => None,
        Err(failure) => return Err(failure.into()),
    };
    let who = who(&person, member.as_ref());
    let base = format!("{}/{user}/why", home(organization));
    let mut abilities = Vec::new();
    for relation in SHOWN {
        let held = person.read(explain(relation)).await?;
        abilities.push(Ability {
            label: capital(permission(relation).unwrap_or(relation)),
            allowed: held.allowed,
            because: because(&held, organization),
            url: format!("{base}?permission={relation}"),
            current: *relation == asked,
        });
    }
    let words = permission(&asked).unwrap_or(&asked);
    let name = isolated(who.label()).into_owned();
    let title = if reason.allowed {
        format!("Why can {name} {words}?")
    } else {
        format!("Why can {name} not {words}?")
    };
    Ok(Html::of(WhyPage {
        shell: shell_in(&person, &overview, Section::Members).await,
        title,
        answer: answer(&reason, &name, organization),
        allowed: reason.allowed,
        pictures: picture(&reason, &overview, &who, (user, words)),
        steps: reason.path.iter().map(|link| step(link, &overview, &name, user)).collect(),
        remedies: remedies(&reason, &overview, &name),
        abilities,
        back: home(organization),
        person: who,
    }))
}

fn who(person: &Person, member: Option<&MemberView>) -> page::Person {
    match (member, person.identity()) {
        (Some(member), _) => page::Person::new(label(member), member.email.as_str()),
        (None, Some(identity)) => {
            page::Person::new(identity.name.as_str(), identity.email.as_str())
        }
        (None, None) => page::Person::default(),
    }
}

/// What a link says, where it leads from one box to the next.
fn says(relation: &str) -> String {
    match relation {
        "owner" => "is the owner of".to_owned(),
        "admin" => "is an administrator of".to_owned(),
        "member" => "is a member of".to_owned(),
        "restricted" => "is a restricted member of".to_owned(),
        "assignee" => "has the custom role".to_owned(),
        other => match permission(other) {
            Some(words) => format!("may {words}:"),
            None => format!("is {other} of"),
        },
    }
}

fn because(reason: &Why, organization: OrganizationId) -> String {
    if !reason.allowed {
        return "no relationship grants it".to_owned();
    }
    let organization = format!("organization:{organization}");
    let stated = reason.path.iter().find(|link| link.relationship.is_some());
    match stated {
        Some(link) if link.relation == "assignee" => "through a custom role".to_owned(),
        Some(link) if link.object == organization => match link.relation.as_str() {
            "owner" => "as the owner".to_owned(),
            "admin" => "as an administrator".to_owned(),
            "member" if reason.path.iter().any(is_switch) => {
                "as a member, by a member permission".to_owned()
            }
            "member" => "as a member".to_owned(),
            "restricted" => "as a restricted member".to_owned(),
            other => format!("by `{other}`"),
        },
        Some(link) => format!("through {}", link.object.split(':').next().unwrap_or_default()),
        None => String::new(),
    }
}

fn is_switch(link: &Link) -> bool {
    link.relationship.is_some() && link.relation.starts_with("can_")
}

fn answer(reason: &Why, name: &str, organization: OrganizationId) -> String {
    if reason.allowed {
        format!("{name} may, {}.", because(reason, organization))
    } else {
        format!("No relationship of {name} grants it.")
    }
}

fn picture(
    reason: &Why,
    overview: &OrganizationOverview,
    who: &page::Person,
    (user, words): (UserId, &str),
) -> Vec<PathPicture> {
    if reason.path.is_empty() {
        return Vec::new();
    }
    let person = format!("user:{user}");
    let mut picture = PathPicture::from("path", who);
    for link in &reason.path {
        // What the charter says is told in the list, and needs no box; a switch is told at the end.
        let told = link.subject != person && link.relationship.is_none();
        if told || link.relation.starts_with("can_") {
            continue;
        }
        let (name, what) = thing(&link.object, overview);
        picture = picture.then(says(&link.relation), NodeKind::Between, name, what);
    }
    let (so, what) = match reason.path.iter().any(is_switch) {
        true => ("whose members may", "member permission"),
        false => ("and so may", "permission"),
    };
    vec![picture.then(so, NodeKind::Object, capital(words), what)]
}

fn thing(object: &str, overview: &OrganizationOverview) -> (String, String) {
    let (kind, id) = object.split_once(':').unwrap_or((object, ""));
    let name = match kind {
        "organization" => overview.display_name.to_string(),
        _ => id.to_owned(),
    };
    (name, kind.to_owned())
}

fn step(link: &Link, overview: &OrganizationOverview, name: &str, user: UserId) -> PathStep {
    let called = |text: &str| -> String {
        let (thing, set) = text.split_once('#').unwrap_or((text, ""));
        let (kind, id) = thing.split_once(':').unwrap_or((thing, ""));
        let thing = match kind {
            "user" if id == user.text() => name.to_owned(),
            "organization" => isolated(overview.display_name.as_str()).into_owned(),
            "role" => "the custom role".to_owned(),
            _ => format!("{kind} {id}"),
        };
        match set {
            "" => thing,
            "owner" => format!("the owner of {thing}"),
            "admin" => format!("an administrator of {thing}"),
            "member" => format!("a member of {thing}"),
            "assignee" => format!("whoever has {thing}"),
            other => format!("whoever is {other} of {thing}"),
        }
    };
    let mut text = format!("{} {}", called(&link.subject), says(&link.relation));
    if !link.relation.starts_with("can_") {
        text = format!("{text} {}", called(&link.object));
    }
    PathStep {
        text: capital(text.trim_end_matches(':')),
        relationship: link.relationship.clone().unwrap_or_default(),
        since: Moment::default(),
    }
}

fn remedies(reason: &Why, overview: &OrganizationOverview, name: &str) -> Vec<String> {
    let organization = format!("organization:{}", overview.id);
    let told = reason.remedies.iter().filter_map(|remedy| {
        if remedy.object != organization {
            return None;
        }
        Some(match remedy.relation.as_str() {
            "admin" => format!("{name} would be able to as an administrator."),
            "member" => format!("{name} would be able to as a member."),
            relation if relation.starts_with("can_") && remedy.subject.ends_with("#member") => {
                "Members would be able to if the member permission were on.".to_owned()
            }
            relation => format!("The relationship `{relation}` would be enough."),
        })
    });
    let mut remedies: Vec<String> = told.collect();
    remedies.dedup();
    remedies.truncate(4);
    remedies
}
