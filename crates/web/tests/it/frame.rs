//! Request ids, panics, time limits, methods, notices: what surrounds every handler.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::{Body, Bytes};
use guildhall_web::WebOptions;

use crate::probe;
use crate::support::{Ask, World};

#[tokio::test]
async fn a_panic_is_a_fault_that_tells_nothing() {
    let mut client = World::new().await.client_of(probe::routes());
    let answer = client.get("/api/v1/panic").await;
    assert_eq!(answer.problem(), "500 fault");
    assert!(!answer.text().contains("xyzzy"));
    let page = client.get("/panic").await;
    assert_eq!(page.status, 500);
    assert!(!page.text().contains("xyzzy"));
    assert!(page.text().contains(page.header("x-request-id")), "the page names the request");
    assert_eq!(client.get("/probe").await.status, 200, "the next request is answered");
}

#[tokio::test(start_paused = true)]
async fn a_request_that_never_ends_is_given_up() {
    let options = WebOptions { time_limit: Duration::from_secs(5), ..WebOptions::default() };
    let mut client = World::with(options).await.client_of(probe::routes());
    let answer = client.get("/api/v1/slow").await;
    assert_eq!(answer.problem(), "503 request.timeout");
    assert_eq!(answer.header("retry-after"), "5");
}

#[tokio::test(start_paused = true)]
async fn a_body_that_never_ends_is_the_fault_of_whoever_sends_it() {
    let mut client = World::new().await.client_of(probe::routes());
    let stalled = futures_util::stream::pending::<Result<Bytes, Infallible>>();
    let ask = Ask::post("/api/v1/probe").header("content-type", "application/json");
    let answer = client.send(ask.body(Body::from_stream(stalled))).await;
    assert_eq!(answer.problem(), "408 request.too_slow");
}

#[tokio::test]
async fn a_request_id_is_taken_over_only_if_it_is_well_formed() {
    let mut client = World::new().await.client_of(probe::routes());
    let fine = client.send(Ask::get("/probe").header("x-request-id", "trace-0a1b2c3d.4")).await;
    assert_eq!(fine.header("x-request-id"), "trace-0a1b2c3d.4");
    for id in
        ["short", "with space in it", "<script>alert(1)</script>", &"x".repeat(65), "a\tbcdefgh"]
    {
        let answer = client.send(Ask::get("/probe").header("x-request-id", id)).await;
        assert!(answer.header("x-request-id").starts_with("req_"), "{id}");
    }
}

#[tokio::test]
async fn another_method_is_refused_and_the_right_ones_are_named() {
    let mut client = World::new().await.client_of(probe::routes());
    let answer = client.send(Ask::new("PUT", "/api/v1/probe")).await;
    assert_eq!(answer.problem(), "405 request.method_not_allowed");
    let mut allowed: Vec<&str> = answer.header("allow").split(',').map(str::trim).collect();
    allowed.sort_unstable();
    assert_eq!(allowed, ["DELETE", "POST"]);
    let page =
        client.send(Ask::new("DELETE", "/probe").header("origin", crate::support::BASE)).await;
    assert_eq!(
        (page.status.as_u16(), page.header("content-type")),
        (405, "text/html; charset=utf-8")
    );
}

#[tokio::test]
async fn a_notice_is_shown_once_and_cannot_be_forged() {
    let mut client = World::new().await.client_of(probe::routes());
    client.form("/probe", &[("name", "a"), ("tick", "on")]).await;
    let cookie = client.cookie("guildhall-notice").expect("a notice waits").to_owned();
    assert!(client.get("/probe").await.text().contains("You are signed out."));
    assert_eq!(client.cookie("guildhall-notice"), None);
    assert!(client.get("/probe").await.text().contains("nothing"));
    client.hold("guildhall-notice", &format!("{cookie}x"));
    assert!(client.get("/probe").await.text().contains("nothing"));
}

#[tokio::test]
async fn supervisors_are_answered() {
    for world in World::on_each_engine().await {
        let mut client = world.client();
        assert_eq!(client.get("/healthz").await.text(), "ok\n", "{}", world.engine());
        assert_eq!(client.get("/readyz").await.text(), "ready\n", "{}", world.engine());
    }
}

#[tokio::test]
async fn a_file_of_the_console_is_kept_by_browsers_as_long_as_it_is_the_same() {
    let mut client = World::new().await.client();
    let url = guildhall_web::page::asset::url("favicon.svg");
    let answer = client.get(&url).await;
    assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(answer.header("content-type"), "image/svg+xml");
    let again = Ask::get(&url).header("if-none-match", answer.header("etag"));
    assert_eq!(client.send(again).await.status, 304);
    let old = client.get("/assets/000000000000/favicon.svg").await;
    assert_eq!((old.status.as_u16(), old.header("cache-control")), (200, "no-cache"));
    assert_eq!(client.get("/assets/x/..%2f..%2fCargo.toml").await.problem(), "404 not_found");
    let gzip = client
        .send(
            Ask::get(guildhall_web::page::asset::url("inter-LICENSE.txt"))
                .header("accept-encoding", "gzip"),
        )
        .await;
    assert_eq!(gzip.header("content-encoding"), "gzip");
    let page = client.send(Ask::get("/api").header("accept-encoding", "gzip")).await;
    assert_eq!(page.header("content-encoding"), "", "pages are not compressed");
}
