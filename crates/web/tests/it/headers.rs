//! The headers of every answer, and the referrer of pages whose address is a secret.

use guildhall_web::{MetricsAccess, WebOptions, metrics_router};

use crate::probe;
use crate::support::{Ask, Client, World};

#[tokio::test]
async fn security_18_no_answer_goes_without_the_security_headers() {
    let mut client = World::new().await.client_of(probe::routes());
    let asks = [
        Ask::get("/probe"),
        Ask::get("/nowhere"),
        Ask::get("/api/v1/panic"),
        Ask::get("/panic"),
        Ask::new("PUT", "/probe"),
        Ask::post("/probe"),
        Ask::get("/api/v1/nowhere"),
    ];
    for ask in asks {
        let answer = client.send(ask).await;
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("default-src 'none'"), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "same-origin");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin");
        assert!(answer.header("permissions-policy").contains("camera=()"));
        assert_eq!(answer.header("strict-transport-security"), "", "plain HTTP");
        assert!(answer.header("x-request-id").starts_with("req_"));
    }
}

#[tokio::test]
async fn security_18_a_page_whose_address_is_a_secret_sends_no_referrer() {
    let mut client = World::new().await.client_of(probe::routes());
    let page = client.get("/secret/ghi_abc").await;
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    let form = Ask::post("/secret/ghi_abc")
        .header("origin", "null")
        .header("content-type", "application/x-www-form-urlencoded")
        .body("name=a");
    assert_eq!(client.send(form).await.status, 303);
}

#[tokio::test]
async fn metrics_are_for_programs_on_this_machine() {
    let world = World::new().await;
    let mut far = world.client();
    assert_eq!(far.get("/metrics").await.problem(), "404 not_found");
    let mut near = world.client().at("127.0.0.1");
    let behind_a_proxy = Ask::get("/metrics").header("x-forwarded-for", "198.51.100.1");
    assert_eq!(near.send(behind_a_proxy).await.problem(), "404 not_found");
    let answer = near.get("/metrics").await;
    assert!(answer.header("content-type").starts_with("application/openmetrics-text"));
    let line = "guildhall_http_requests_total{route=\"/metrics\",method=\"GET\",status=\"404\"} 2";
    assert!(answer.text().contains(line), "{}", answer.text());
}

#[tokio::test]
async fn security_69_metrics_may_be_behind_a_token() {
    let metrics = MetricsAccess::Token("s3cret-of-metrics".into());
    assert!(!format!("{metrics:?}").contains("s3cret"));
    let world = World::with(WebOptions { metrics, ..WebOptions::default() }).await;
    let mut client = world.client().at("127.0.0.1");
    assert_eq!(client.get("/metrics").await.status, 404);
    let wrong = Ask::get("/metrics").header("authorization", "Bearer s3cret-of-metric");
    assert_eq!(client.send(wrong).await.status, 404);
    let right = Ask::get("/metrics").header("authorization", "Bearer s3cret-of-metrics");
    assert_eq!(client.send(right).await.status, 200);
}

#[tokio::test]
async fn metrics_may_have_a_port_of_their_own() {
    let world = World::with(WebOptions { metrics_apart: true, ..WebOptions::default() }).await;
    let mut near = world.client().at("127.0.0.1");
    assert_eq!(near.get("/metrics").await.problem(), "404 not_found");
    let mut apart = Client::new(metrics_router(world.web.clone())).at("127.0.0.1");
    assert!(apart.get("/metrics").await.text().contains("guildhall_http_requests_total"));
    for path in ["/", "/sign-in", "/api/v1/account"] {
        assert_eq!(apart.get(path).await.status, 404, "{path}");
    }
}
