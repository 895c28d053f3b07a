//! Credits and usage through the API.

use axum::response::{IntoResponse, Response};
use guildhall_app::credit::{
    Balance, CreditsGranted, GetCredits, GetUsage, GrantCredits, ListCreditGrants,
    ListedCreditGrant, Usage,
};
use guildhall_model::{CreditGrantId, Credits, OrganizationId, PageSize};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::caller::{Caller, Page, Place};
use crate::extract::{Json, Path, Query};
use crate::reply::{Created, Reply};
use crate::route::{Answer, DescribeAnswer, Route};
use crate::usage::{UsageFormat, UsageQuery, file};

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/organizations/{organization}/credits", balance)
            .reads::<GetCredits>()
            .summary("Get the credits that an organization has left"),
        Route::get("/api/v1/organizations/{organization}/usage", usage)
            .reads::<GetUsage>()
            .summary("Get the credits that were consumed, by time, user and cluster")
            .description(
                "Amounts are exact, and parts add up to their sums. What runs counts up to now.",
            )
            .compressed(),
        Route::get("/api/v1/organizations/{organization}/credits/grants", grants)
            .reads::<ListCreditGrants>()
            .summary("List the grants of credits, newest first"),
        Route::post("/api/v1/organizations/{organization}/credits/grants", grant)
            .serves::<GrantCredits>()
            .summary("Grant credits to an organization, or take some back")
            .example_body(json!({ "amount": "2500", "note": "For the course" })),
    ]
}

async fn balance(caller: Caller, Path(organization): Path<OrganizationId>) -> Reply<Json<Balance>> {
    Ok(Json(caller.read(GetCredits { organization }).await?))
}

/// Usage in the format that was asked for.
enum UsageAnswer {
    Json(Json<Usage>),
    File(Response),
}

impl IntoResponse for UsageAnswer {
    fn into_response(self) -> Response {
        match self {
            Self::Json(json) => json.into_response(),
            Self::File(file) => file,
        }
    }
}

impl DescribeAnswer for UsageAnswer {
    fn answer() -> Answer {
        Json::<Usage>::answer()
    }
}

async fn usage(
    caller: Caller,
    Path(organization): Path<OrganizationId>,
    Query(query): Query<UsageQuery>,
) -> Reply<UsageAnswer> {
    let range = query.range(caller.app().clock().now())?;
    let usage = caller.read(GetUsage { organization, range }).await?;
    Ok(match query.format.unwrap_or_default() {
        UsageFormat::Json => UsageAnswer::Json(Json(usage)),
        UsageFormat::Csv => UsageAnswer::File(file(usage)),
    })
}

/// Which part of the list.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct GrantsQuery {
    /// Where the page begins: `next` of the page before.
    #[serde(default)]
    cursor: Option<String>,
    /// How many rows at most, 1 to 200; 50 without.
    #[serde(default)]
    limit: Option<PageSize>,
}

async fn grants(
    caller: Caller,
    Path(organization): Path<OrganizationId>,
    Query(query): Query<GrantsQuery>,
) -> Reply<Json<Page<ListedCreditGrant>>> {
    let place = caller.position::<Place<CreditGrantId>>(query.cursor.as_deref())?;
    let before = Place::rows_before(place.as_ref());
    let after = place.map(|place| place.after);
    let size = query.limit.unwrap_or_default().rows();
    let list = ListCreditGrants { organization, after, limit: size as u32 + 1 };
    let found = caller.read(list).await?;
    let next = before + size as u64;
    let cursor = |last: &ListedCreditGrant| caller.cursor(&Place { after: last.id, before: next });
    Ok(Json(Page::cut(found, size, cursor)))
}

/// A grant of credits, to be made.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewGrant {
    /// How many, at most a billion; below zero to take some back.
    amount: Credits,
    /// Why, at most 500 characters.
    #[serde(default)]
    note: String,
}

async fn grant(
    caller: Caller,
    Path(organization): Path<OrganizationId>,
    Json(new): Json<NewGrant>,
) -> Reply<Created<CreditsGranted>> {
    let NewGrant { amount, note } = new;
    let granted = caller.execute(GrantCredits { organization, amount, note }).await?;
    Ok(Created { body: granted, location: None })
}
