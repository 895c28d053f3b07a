//! What system administrators read of the whole installation through the API.

use guildhall_app::system::{ListOrganizations, ListUsers, OrganizationEntry, UserEntry};
use guildhall_model::{Email, OrganizationName, PageSize};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::caller::{Caller, Client, Page, Place};
use crate::extract::{Json, Query};
use crate::reply::Reply;
use crate::route::Route;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/system/users", users)
            .reads::<ListUsers>()
            .summary("List the users of the installation by address"),
        Route::get("/api/v1/system/organizations", organizations)
            .reads::<ListOrganizations>()
            .summary("List the organizations of the installation by name"),
    ]
}

/// Which part of a list.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DirectoryQuery {
    /// Only those whose names or address contain this.
    #[serde(default)]
    pub(crate) q: Option<String>,
    /// Where the page begins: `next` of the page before.
    #[serde(default)]
    pub(crate) cursor: Option<String>,
    /// How many rows at most, 1 to 200; 50 without.
    #[serde(default)]
    pub(crate) limit: Option<PageSize>,
}

impl DirectoryQuery {
    /// The users that the query asks for, and how many rows come before them.
    pub(crate) async fn users(&self, client: &Client) -> Reply<(Page<UserEntry>, u64)> {
        let place = client.position::<Place<Email>>(self.cursor.as_deref())?;
        let before = Place::rows_before(place.as_ref());
        let after = place.map(|place| place.after);
        let list = ListUsers { after, search: self.search(), limit: self.rows() as u32 };
        let found = client.read(list).await?;
        let next = before + self.rows() as u64;
        let cursor = |last: &UserEntry| client.cursor(&Place { after: &last.email, before: next });
        let page = Page::cut(found.rows, self.rows(), cursor);
        Ok((Page { total: found.total, ..page }, before))
    }

    /// The organizations that the query asks for, and how many rows come before them.
    pub(crate) async fn organizations(
        &self,
        client: &Client,
    ) -> Reply<(Page<OrganizationEntry>, u64)> {
        let place = client.position::<Place<OrganizationName>>(self.cursor.as_deref())?;
        let before = Place::rows_before(place.as_ref());
        let after = place.map(|place| place.after);
        let list = ListOrganizations { after, search: self.search(), limit: self.rows() as u32 };
        let found = client.read(list).await?;
        let next = before + self.rows() as u64;
        let cursor =
            |last: &OrganizationEntry| client.cursor(&Place { after: &last.name, before: next });
        let page = Page::cut(found.rows, self.rows(), cursor);
        Ok((Page { total: found.total, ..page }, before))
    }

    fn search(&self) -> Option<String> {
        let text = self.q.as_deref().map(str::trim);
        text.filter(|text| !text.is_empty()).map(str::to_owned)
    }

    fn rows(&self) -> usize {
        self.limit.unwrap_or_default().rows()
    }
}

async fn users(
    caller: Caller,
    Query(query): Query<DirectoryQuery>,
) -> Reply<Json<Page<UserEntry>>> {
    let (page, _) = query.users(&caller).await?;
    Ok(Json(page))
}

async fn organizations(
    caller: Caller,
    Query(query): Query<DirectoryQuery>,
) -> Reply<Json<Page<OrganizationEntry>>> {
    let (page, _) = query.organizations(&caller).await?;
    Ok(Json(page))
}
