//! The audit pages of an organization and of the system.

use axum::response::Response;
use guildhall_app::audit::{
    Event, EventDetail, GetOrganizationEvent, GetSystemEvent, ListOrganizationEvents,
    ListSystemEvents,
};
use guildhall_model::{EventId, OrganizationId, Timestamp, isolated};

use super::moment::moment;
use super::shell::shell;
use crate::audit::{ACTIONS, AuditQuery, ExportQuery, Log, export, words};
use crate::caller::Person;
use crate::extract::{self, Path, Query};
use crate::page::{
    AuditEventPage, AuditFilter, AuditPage, Choice, EventRow, FieldChange, Happening, Pager,
    Person as PersonPart, RelationshipChange, Section, Shell,
};
use crate::reply::{Html, Reply};
use crate::route::Route;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/o/{organization}/audit", list).reads::<ListOrganizationEvents>(),
        Route::get("/o/{organization}/audit/export", file)
            .reads::<ListOrganizationEvents>()
            .compressed(),
        Route::get("/o/{organization}/audit/{event}", show).reads::<GetOrganizationEvent>(),
        Route::get("/system/audit", list_system).reads::<ListSystemEvents>(),
        Route::get("/system/audit/export", file_system).reads::<ListSystemEvents>().compressed(),
        Route::get("/system/audit/{event}", show_system).reads::<GetSystemEvent>(),
    ]
}

async fn list(
    person: Person,
    Path(organization): Path<OrganizationId>,
    Query(query): Query<AuditQuery>,
) -> Reply<Html<AuditPage>> {
    page(person, Log::Organization(organization), query).await
}

async fn list_system(person: Person, Query(query): Query<AuditQuery>) -> Reply<Html<AuditPage>> {
    page(person, Log::System, query).await
}

async fn page(person: Person, log: Log, query: AuditQuery) -> Reply<Html<AuditPage>> {
    let (events, next, before, fault) = match query.filter() {
        Ok(_) => {
            let (page, before) = log.asked(&person, &query).await?;
            (page.items, page.next, before, String::new())
        }
        Err(problem) => {
            // Whoever may not read the log learns nothing of what is wrong with the filter.
            log.page(&person, guildhall_app::audit::EventFilter::default(), None, 1).await?;
            (Vec::new(), None, 0, problem.sentence())
        }
    };
    let now = person.app().clock().now();
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let filter = AuditFilter {
        from: text(&query.from),
        to: text(&query.to),
        user: text(&query.user),
        action: text(&query.action),
        target: text(&query.target),
    };
    let selection = selection(&filter);
    let base = log.path();
    let address = |more: &[(&str, &str)]| {
        let pairs: Vec<_> = selection.iter().copied().chain(more.iter().copied()).collect();
        extract::address(&base, &pairs)
    };
    let file = |format| {
        let pairs: Vec<_> = selection.iter().copied().chain([("format", format)]).collect();
        extract::address(&format!("{base}/export"), &pairs)
    };
    let pager = Pager::after(before, events.len(), None).turning(
        query.cursor.as_ref().map(|_| address(&[])),
        next.as_deref().map(|cursor| address(&[("cursor", cursor)])),
    );
    let html = AuditPage {
        shell: frame(&person, log).await,
        actions: ACTIONS.iter().map(|(name, words)| Choice::new(*name, *words)).collect(),
        fault,
        rows: events.iter().map(|event| row(event, &base, now)).collect(),
        pager,
        clear: base.clone(),
        csv: file("csv"),
        json: file("json"),
        filter: filter.clone(),
    };
    Ok(Html::of(html))
}

async fn file(
    person: Person,
    Path(organization): Path<OrganizationId>,
    Query(query): Query<ExportQuery>,
) -> Reply<Response> {
    let filter = query.filter()?;
    export(person, Log::Organization(organization), filter, query.format).await
}

async fn file_system(person: Person, Query(query): Query<ExportQuery>) -> Reply<Response> {
    let filter = query.filter()?;
    export(person, Log::System, filter, query.format).await
}

async fn show(
    person: Person,
    Path((organization, event)): Path<(OrganizationId, EventId)>,
) -> Reply<Html<AuditEventPage>> {
    let detail = person.read(GetOrganizationEvent { organization, event }).await?;
    event_page(person, Log::Organization(organization), detail).await
}

async fn show_system(person: Person, Path(event): Path<EventId>) -> Reply<Html<AuditEventPage>> {
    let detail = person.read(GetSystemEvent { event }).await?;
    event_page(person, Log::System, detail).await
}

async fn event_page(person: Person, log: Log, detail: EventDetail) -> Reply<Html<AuditEventPage>> {
    let base = log.path();
    let event = &detail.event;
    let given = |label: &str, value: &Option<String>| {
        value.as_ref().map(|value| (label.to_owned(), value.clone()))
    };
    let facts = [
        Some(("Id".to_owned(), event.id.text())),
        Some(("Revision".to_owned(), event.revision.to_string())),
        given("Through", &event.via),
        given("User agent", &event.user_agent),
        given("Request", &event.request_id),
    ];
    let html = AuditEventPage {
        shell: frame(&person, log).await,
        event: row(event, &base, person.app().clock().now()),
        facts: facts.into_iter().flatten().collect(),
        changes: changes(event.before.as_deref(), event.after.as_deref()),
        relationships: detail
            .relationships
            .iter()
            .map(|(added, tuple)| RelationshipChange {
                added: *added,
                relationship: tuple.to_string(),
            })
            .collect(),
        back: base,
    };
    Ok(Html::of(html))
}

async fn frame(person: &Person, log: Log) -> Shell {
    match log {
        Log::Organization(organization) => shell(person, Some(organization), Section::Audit).await,
        Log::System => shell(person, None, Section::SystemAudit).await,
    }
}

fn selection(filter: &AuditFilter) -> Vec<(&'static str, &str)> {
    let all = [
        ("from", filter.from.as_str()),
        ("to", &filter.to),
        ("user", &filter.user),
        ("action", &filter.action),
        ("target", &filter.target),
    ];
    all.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

fn row(event: &Event, base: &str, now: Timestamp) -> EventRow {
    let actor = match event.actor_kind.as_str() {
        "user" => PersonPart::address(&event.actor_name),
        "anonymous" => PersonPart::new("Somebody not signed in", ""),
        _ => PersonPart::new(format!("Guildhall ({})", event.actor_name), ""),
    };
    EventRow {
        at: moment(event.at, now),
        actor,
        action: words(&event.action),
        name: event.action.clone(),
        target: event.target_name.clone().unwrap_or_else(|| event.target_id.clone()),
        address: event.address.clone().unwrap_or_default(),
        url: format!("{base}/{}", event.id),
    }
}

/// An event as a sentence that the actor's name begins: "removed a member: bob@acme.example".
pub(super) fn happening(event: &Event, base: &str, now: Timestamp) -> Happening {
    let row = row(event, base, now);
    let mut text = row.action;
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    if let Some(name) = event.target_name.as_ref().filter(|name| **name != event.actor_name)
        && event.target_kind != "organization"
    {
        text = format!("{text}: {}", isolated(name));
    }
    Happening { person: row.actor, text, at: row.at, url: row.url }
}

/// The fields of two JSON texts, each with its value before and after, where they differ.
fn changes(before: Option<&str>, after: Option<&str>) -> Vec<FieldChange> {
    let fields = |text: Option<&str>| {
        let value = text.and_then(|text| serde_json::from_str(text).ok());
        match value {
            Some(serde_json::Value::Object(fields)) => fields,
            Some(value) => [("value".to_owned(), value)].into_iter().collect(),
            None => serde_json::Map::new(),
        }
    };
    let (before, after) = (fields(before), fields(after));
    let show = |value: Option<&serde_json::Value>| match value {
        None | Some(serde_json::Value::Null) => String::new(),
        Some(serde_json::Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    let mut names: Vec<_> = before.keys().chain(after.keys()).collect();
    names.sort_unstable();
    names.dedup();
    names
        .into_iter()
        .map(|name| FieldChange {
            field: name.replace('_', " "),
            before: show(before.get(name)),
            after: show(after.get(name)),
        })
        .filter(|change| change.before != change.after)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::changes;

    #[test]
    fn only_what_differs_is_shown() {
        let shown = changes(
            Some(r#"{"role":"member","email":"a@b.example"}"#),
            Some(r#"{"role":"admin","email":"a@b.example","custom_roles":["x"]}"#),
        );
        let shown: Vec<_> =
            shown.iter().map(|one| (one.field.as_str(), &*one.before, &*one.after)).collect();
        assert_eq!(shown, [("custom roles", "", "[\"x\"]"), ("role", "member", "admin")]);
    }
}
