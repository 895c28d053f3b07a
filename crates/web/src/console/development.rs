//! Pages of the demonstration: every component at once.

use crate::page::{ComponentsPage, Person, Section, Shell};
use crate::reply::Html;
use crate::route::Route;

/// The routes, which exist in a demonstration only.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/dev/components", components)
            .public("shows the components with made-up data, in a demonstration only"),
    ]
}

async fn components() -> Html<ComponentsPage> {
    let person = Person::new("Maya Okafor", "maya@northwind.example");
    Html::of(ComponentsPage::new(Shell::new(person, Section::Elsewhere)))
}
