//! The pages that describe the API, of the real routes.

use guildhall_web::{BaseUrl, ProblemsPage, ReferencePage, openapi_document, routes};

use crate::Gallery;

pub(crate) fn pages(gallery: &mut Gallery) {
    let base: BaseUrl = "https://guildhall.example".parse().expect("an address");
    let routes = routes(false);
    let document = openapi_document(routes.iter().map(|route| route.facts()), &base);
    gallery.add("reference-api", ReferencePage::of(&document.to_string(), &base, false));
    gallery.add("reference-problems", ProblemsPage::of(false));
}
