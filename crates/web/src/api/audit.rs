//! Reading the audit log through the API.

use axum::response::Response;
use guildhall_app::audit::{
    GetOrganizationEvent, GetSystemEvent, ListOrganizationEvents, ListSystemEvents,
};
use guildhall_model::{EventId, OrganizationId};
use schemars::JsonSchema;
use serde::Serialize;

use crate::audit::{AuditQuery, EventBody, ExportQuery, Log, export};
use crate::caller::{Caller, Page};
use crate::extract::{Json, Path, Query};
use crate::reply::Reply;
use crate::route::Route;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    let words = "Newest first. Filters hold together; a category such as `member` stands for all \
                 of its actions.";
    vec![
        Route::get("/api/v1/organizations/{organization}/audit", list)
            .reads::<ListOrganizationEvents>()
            .summary("List the audit events of an organization")
            .description(words),
        Route::get("/api/v1/organizations/{organization}/audit/export", file)
            .reads::<ListOrganizationEvents>()
            .summary("Export the audit events of an organization as CSV or JSON")
            .compressed(),
        Route::get("/api/v1/organizations/{organization}/audit/{event}", show)
            .reads::<GetOrganizationEvent>()
            .summary("Get an audit event with the relationships that it changed"),
        Route::get("/api/v1/system/audit", list_system)
            .reads::<ListSystemEvents>()
            .summary("List the audit events of the installation")
            .description(words),
        Route::get("/api/v1/system/audit/export", file_system)
            .reads::<ListSystemEvents>()
            .summary("Export the audit events of the installation as CSV or JSON")
            .compressed(),
        Route::get("/api/v1/system/audit/{event}", show_system)
            .reads::<GetSystemEvent>()
            .summary("Get an audit event of the installation"),
    ]
}

/// An event with the relationships that came and went with it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "AuditEventDetail")]
struct DetailBody {
    /// The event.
    #[serde(flatten)]
    event: EventBody,
    /// The relationships that were added, as `object#relation@subject`.
    added: Vec<String>,
    /// The relationships that were removed.
    removed: Vec<String>,
}

impl From<guildhall_app::audit::EventDetail> for DetailBody {
    fn from(detail: guildhall_app::audit::EventDetail) -> Self {
        let of = |came: bool| {
            let changes = detail.relationships.iter().filter(|(added, _)| *added == came);
            changes.map(|(_, tuple)| tuple.to_string()).collect()
        };
        Self { added: of(true), removed: of(false), event: detail.event.into() }
    }
}

async fn list(
    caller: Caller,
    Path(organization): Path<OrganizationId>,
    Query(query): Query<AuditQuery>,
) -> Reply<Json<Page<EventBody>>> {
    page(caller, Log::Organization(organization), query).await
}

async fn list_system(
    caller: Caller,
    Query(query): Query<AuditQuery>,
) -> Reply<Json<Page<EventBody>>> {
    page(caller, Log::System, query).await
}

async fn page(caller: Caller, log: Log, query: AuditQuery) -> Reply<Json<Page<EventBody>>> {
    let (page, _) = log.asked(&caller, &query).await?;
    Ok(Json(page.map(EventBody::from)))
}

async fn file(
    caller: Caller,
    Path(organization): Path<OrganizationId>,
    Query(query): Query<ExportQuery>,
) -> Reply<Response> {
    let filter = query.filter()?;
    export(caller, Log::Organization(organization), filter, query.format).await
}

async fn file_system(caller: Caller, Query(query): Query<ExportQuery>) -> Reply<Response> {
    let filter = query.filter()?;
    export(caller, Log::System, filter, query.format).await
}

async fn show(
    caller: Caller,
    Path((organization, event)): Path<(OrganizationId, EventId)>,
) -> Reply<Json<DetailBody>> {
    Ok(Json(caller.read(GetOrganizationEvent { organization, event }).await?.into()))
}

async fn show_system(caller: Caller, Path(event): Path<EventId>) -> Reply<Json<DetailBody>> {
    Ok(Json(caller.read(GetSystemEvent { event }).await?.into()))
}
