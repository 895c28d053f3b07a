//! Cross-site requests, redirects, and people who have to sign in first.

use serde_json::json;

use crate::probe;
use crate::support::{Ask, BASE, World};

#[tokio::test]
async fn security_66_a_form_from_elsewhere_is_refused_with_a_clear_page() {
    let mut client = World::new().await.client_of(probe::routes());
    for origin in [
        "https://evil.example",
        "null",
        "https://guild.example",
        "http://guild.example:8080",
        "http://guild.example.evil.example",
        "",
    ] {
        let form = Ask::post("/probe")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("origin", origin)
            .body("name=a");
        let answer = client.send(form).await;
        assert_eq!(answer.status, 403, "{origin}");
        assert!(answer.text().contains("nothing was"), "{}", answer.text());
    }
    assert_eq!(client.form("/probe", &[("name", "a")]).await.status, 303);
}

#[tokio::test]
async fn security_66_the_api_takes_a_cookie_from_the_console_only() {
    let mut client = World::new().await.client_of(probe::routes());
    let ask = || Ask::post("/api/v1/probe").json(&json!({ "name": "a" }));
    assert_eq!(client.send(ask()).await.status, 200, "a program without a cookie");
    client.hold("guildhall", "ghs_whatever");
    assert_eq!(client.send(ask()).await.problem(), "403 request.cross_origin");
    let evil = ask().header("origin", "https://evil.example");
    assert_eq!(client.send(evil).await.problem(), "403 request.cross_origin");
    let remove = Ask::new("DELETE", "/api/v1/probe");
    assert_eq!(client.send(remove).await.problem(), "403 request.cross_origin");
    assert_eq!(client.send(ask().header("origin", BASE)).await.status, 200);
}

#[tokio::test]
async fn security_15_the_way_back_stays_on_this_site() {
    let mut client = World::new().await.client_of(probe::routes());
    let answer = client.get("/private?tab=two&x=%2F").await;
    assert_eq!(answer.status, 303);
    assert_eq!(answer.header("location"), "/sign-in?next=/private%3Ftab%3Dtwo%26x%3D%252F");

    let post = |referer: &str| Ask::form("/private", &[]).header("referer", referer);
    for (referer, location) in [
        ("http://guild.example/o/x/members?page=2", "/sign-in?next=/o/x/members%3Fpage%3D2"),
        ("http://guild.example//evil.example", "/sign-in"),
        ("http://guild.example@evil.example/", "/sign-in"),
        ("https://evil.example/", "/sign-in"),
    ] {
        let answer = client.send(post(referer)).await;
        assert_eq!(answer.header("location"), location, "{referer}");
    }
}

#[tokio::test]
async fn security_16_the_host_header_changes_nothing() {
    let mut client = World::new().await.client_of(probe::routes());
    let ask = Ask::get("/api/v1/nowhere")
        .header("host", "evil.example")
        .header("x-forwarded-host", "evil.example");
    let answer = client.send(ask).await;
    assert!(!answer.text().contains("evil.example"));
    assert_eq!(answer.json()["type"], format!("{BASE}/api/problems#not_found"));
}
