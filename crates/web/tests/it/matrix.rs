//! The access matrix: every route, asked by everybody, about their own and a foreign organization.
//!
//! It is made from the route table, so a new route is in it by itself. The page is committed:
//! `UPDATE=1` writes it anew, and whoever reviews a change sees who may do what.

pub(crate) mod fixture;

use std::fmt::Write;
use std::path::Path;

use guildhall_web::route::{RouteFacts, Serves, Surface};
use guildhall_web::{Route, routes};
use serde_json::Value;

use crate::support::{Answer, Ask, BASE, Client, Provisioner, World};
use fixture::{Fixture, Persona, Whose};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/generated/access-matrix.md");

/// One route with what everybody was answered.
struct Row {
    facts: RouteFacts,
    own: Vec<String>,
    foreign: Option<Vec<String>>,
}

#[tokio::test]
async fn security_39_40_every_route_answers_everybody_as_the_matrix_says() {
    let rows = rows().await;
    for row in &rows {
        check(row);
    }
    let page = page(&rows);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(PAGE, page).expect("the page is written");
        return;
    }
    let committed = std::fs::read_to_string(Path::new(PAGE)).unwrap_or_default();
    assert!(committed == page, "{}", difference(&committed, &page));
}

/// What holds for every route, whatever the page says.
fn check(row: &Row) {
    let name = format!("{} {}", row.facts.method, row.facts.path);
    for cell in row.own.iter().chain(row.foreign.iter().flatten()) {
        assert!(!cell.starts_with('5'), "{name} is a fault: {cell}");
    }
    let Some(foreign) = &row.foreign else { return };
    if !row.facts.path.contains("{organization}") || matches!(row.facts.serves, Serves::Public(_)) {
        return;
    }
    for (persona, cell) in Persona::ALL.iter().zip(foreign) {
        let shut = matches!(cell.as_str(), "404" | "401" | "sign in");
        let operator = *persona == Persona::SystemAdmin;
        assert!(shut || operator, "{name} tells a foreign {}: {cell}", persona.title());
    }
}

async fn rows() -> Vec<Row> {
    let pristine = World::new().await;
    let fixture = Fixture::found(&pristine.web.app).await;
    Provisioner::default().works(&pristine).await;
    let pristine = pristine.rest();
    let mut world = World::awake(&pristine).await;
    let mut rows = Vec::new();
    for route in routes(false) {
        let facts = route.facts().clone();
        if facts.surface() == Surface::Plain || facts.contract.who == Default::default() {
            continue;
        }
        let mut row = Row { own: Vec::new(), foreign: None, facts };
        let named = row.facts.path_parameters().next().is_some();
        for whose in if named { &[Whose::Own, Whose::Foreign][..] } else { &[Whose::Own] } {
            let mut cells = Vec::new();
            for persona in Persona::ALL {
                let answer = ask(world.client(), &fixture, &row.facts, persona, *whose).await;
                cells.push(cell(&answer));
                if row.facts.mutates() && answer.status.as_u16() < 400 {
                    world = World::awake(&pristine).await;
                }
            }
            match whose {
                Whose::Own => row.own = cells,
                Whose::Foreign => row.foreign = Some(cells),
            }
        }
        rows.push(row);
    }
    rows
}

/// Sends the example of a route as a persona.
pub(crate) async fn ask(
    mut client: Client,
    fixture: &Fixture,
    facts: &RouteFacts,
    persona: Persona,
    whose: Whose,
) -> Answer {
    if let Some(session) = fixture.session(persona) {
        client.hold("guildhall", session);
    }
    let fill = |text: &str| {
        let mut filled = text.to_owned();
        for part in text.split('{').skip(1) {
            let Some((name, _)) = part.split_once('}') else { continue };
            if let Some(id) = fixture.thing(persona, whose, name) {
                filled = filled.replace(&format!("{{{name}}}"), id);
            }
        }
        filled
    };
    let mut path = fill(facts.path);
    assert!(!path.contains('{'), "no fixture for a parameter of {path}");
    let mut query: Vec<String> = facts.example_query.map(fill).into_iter().collect();
    if facts.takes_dry_run() {
        query.push("dry_run=true".to_owned());
    }
    if !query.is_empty() {
        write!(path, "?{}", query.join("&")).expect("a text grows");
    }
    let body: Option<Value> = facts.example_body.as_ref().map(|body| {
        serde_json::from_str(&fill(&body.to_string())).expect("an example that stays JSON")
    });
    let method: &'static str = match facts.method.as_str() {
        "GET" => "GET",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        other => panic!("the matrix cannot ask {other}"),
    };
    if facts.surface() == Surface::Console && facts.mutates() {
        let fields = body.as_ref().map(fields).unwrap_or_default();
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        return client.form(&path, &fields).await;
    }
    let ask = Ask::new(method, path).header("origin", BASE);
    client.send(if let Some(body) = &body { ask.json(body) } else { ask }).await
}

/// The fields of a form: texts and ticked boxes, lists as repeated fields.
fn fields(example: &Value) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    for (name, value) in example.as_object().into_iter().flatten() {
        let each = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        for one in each {
            match one {
                Value::String(text) => fields.push((name.clone(), text.clone())),
                Value::Bool(false) | Value::Null => {}
                other => fields.push((name.clone(), other.to_string())),
            }
        }
    }
    fields
}

fn cell(answer: &Answer) -> String {
    let location = answer.header("location");
    if answer.status == 303 && location.starts_with("/sign-in") {
        return "sign in".to_owned();
    }
    answer.status.as_u16().to_string()
}

const INTRODUCTION: &str = "# Access matrix

Who is answered what by every route, made by a test through the real router; do not edit.

Each line is one route, asked by eight people: somebody anonymous, a stranger with an account, a
former member, a restricted member, a member, an administrator, the owner, and an administrator
of the installation. *Own* asks about the organization that they belong (or belonged) to, *foreign*
about another one of the same shape; for sessions and keys, about their own and somebody else's.
Changes of the API are asked as dry runs. 2xx and 303 are success, 401 and *sign in* ask to sign in,
403 is *you may not*, 404 is *there is no such thing, or you may not see it*; 402, 409, 410, 422 and
429 passed the permission and were refused for what the data say.
";

fn page(rows: &[Row]) -> String {
    let mut page = INTRODUCTION.to_owned();
    for (title, surface) in [("API", Surface::Api), ("Console", Surface::Console)] {
        let titles = Persona::ALL.map(Persona::title).join(" | ");
        let lines = " --- |".repeat(Persona::ALL.len());
        write!(page, "\n## {title}\n\n| route | needs | about | {titles} |\n").expect("grows");
        writeln!(page, "| --- | --- | --- |{lines}").expect("grows");
        for row in rows.iter().filter(|row| row.facts.surface() == surface) {
            let needs =
                row.facts.serves.permission().map_or("–".to_owned(), |p| format!("`{p}`"));
            let route = format!("`{} {}`", row.facts.method, row.facts.path);
            let own = row.own.join(" | ");
            let about = if row.foreign.is_some() { "own" } else { "" };
            writeln!(page, "| {route} | {needs} | {about} | {own} |").expect("grows");
            if let Some(foreign) = &row.foreign {
                writeln!(page, "| | | foreign | {} |", foreign.join(" | ")).expect("grows");
            }
        }
    }
    page
}

fn difference(committed: &str, page: &str) -> String {
    let mut text =
        "docs/generated/access-matrix.md is stale (UPDATE=1 writes it anew):\n".to_owned();
    for line in page.lines().filter(|line| !committed.lines().any(|old| old == *line)) {
        writeln!(text, "+ {line}").expect("grows");
    }
    for line in committed.lines().filter(|line| !page.lines().any(|new| new == *line)) {
        writeln!(text, "- {line}").expect("grows");
    }
    text
}

/// Every route that is asked has an example of its body, so that the matrix can ask it.
#[test]
fn every_parameter_of_a_path_is_known() {
    let known = [
        "organization",
        "user",
        "invitation",
        "role",
        "cluster",
        "account",
        "event",
        "mail",
        "session",
        "key",
        "api_key",
        "token",
        "version",
        "name",
    ];
    for route in routes(true).iter().map(Route::facts) {
        for name in route.path_parameters() {
            assert!(known.contains(&name), "{} has a parameter `{name}` of its own", route.path);
        }
    }
}
