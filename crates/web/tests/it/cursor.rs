//! Cursors: opaque, authenticated, and good for one person, address and query only.

use crate::probe;
use crate::support::World;

const PATH: &str = "/api/v1/organizations/org_01k0000000e008000000000001/probes";
const OTHER: &str = "/api/v1/organizations/org_01k0000000e008000000000002/probes";

#[tokio::test]
async fn security_46_a_cursor_is_bound_to_its_list() {
    let world = World::new().await;
    let mut client = world.client_of(probe::routes());
    let first = client.get(PATH).await.json();
    let cursor = first["next"].as_str().expect("a next page").to_owned();
    let second = client.get(&format!("{PATH}?cursor={cursor}")).await.json();
    assert_eq!(second["items"][0], 50);
    let smaller = client.get(&format!("{PATH}?cursor={cursor}&limit=3")).await.json();
    assert_eq!(smaller["items"][0], 50);

    let refused = "422 request.bad_cursor cursor";
    for path in [
        format!("{OTHER}?cursor={cursor}"),
        format!("{PATH}?cursor={cursor}&search=x"),
        format!("{PATH}?cursor={cursor}A"),
        format!("{PATH}?cursor=A{cursor}"),
        format!("{PATH}?cursor={}", cursor.to_uppercase()),
        format!("{PATH}?cursor={}", &cursor[1..]),
        format!("{PATH}?cursor=.{cursor}"),
        format!("{PATH}?cursor={}", "x".repeat(10_000)),
        format!("{PATH}?cursor=%27%20or%201%3D1%20--"),
    ] {
        assert_eq!(client.get(&path).await.problem(), refused, "{path}");
    }
}

#[tokio::test]
async fn pages_follow_each_other_to_the_end() {
    let mut client = World::new().await.client_of(probe::routes());
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = client.get(&format!("{PATH}?limit=50&cursor={cursor}")).await.json();
        seen.extend(page["items"].as_array().expect("items").clone());
        match page["next"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(seen.len(), 120);
}
