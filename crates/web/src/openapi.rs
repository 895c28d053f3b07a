//! The description of the API: an OpenAPI 3.1 document and pages, from the route table.

mod document;
mod page;
mod schema;

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

pub use document::document;
pub use page::{ProblemsPage, ReferencePage};

use crate::reply::{Html, Reply};
use crate::route::Route;
use crate::state::WebState;

/// The routes of the description.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/openapi.json", json)
            .public("describes the API and holds no data")
            .summary("The OpenAPI 3.1 document")
            .compressed(),
        Route::get("/api", reference).public("describes the API and holds no data"),
        Route::get("/api/problems", problems).public("explains the codes of problems"),
    ]
}

async fn json(State(web): State<WebState>) -> Response {
    let media_type = HeaderValue::from_static("application/json");
    ([(header::CONTENT_TYPE, media_type)], web.document_text()).into_response()
}

async fn reference(State(web): State<WebState>) -> Reply<Html<ReferencePage>> {
    Ok(Html::of(ReferencePage::of(&web.document_text(), web.base(), web.options.demo)))
}

async fn problems(State(web): State<WebState>) -> Reply<Html<ProblemsPage>> {
    Ok(Html::of(ProblemsPage::of(web.options.demo)))
}
