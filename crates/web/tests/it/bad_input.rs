//! Whatever is sent, the answer is a clear problem that names the field, and nothing is half done.

use serde_json::json;

use crate::probe;
use crate::support::{Ask, Client, World};

const ORGANIZATION: &str = "org_01k0000000e008000000000001";

async fn client() -> Client {
    World::new().await.client_of(probe::routes())
}

fn document(body: impl Into<Vec<u8>>) -> Ask {
    Ask::post("/api/v1/probe").header("content-type", "application/json").body(body.into())
}

#[tokio::test]
async fn a_json_body_is_checked_in_every_respect() {
    let mut client = client().await;
    let long = format!(r#"{{"name":"{}"}}"#, "x".repeat(300 * 1024));
    for (body, expected) in [
        (&b""[..], "400 request.malformed_json"),
        (b"{", "400 request.malformed_json"),
        (b"{\"name\":\"a\x00b\"}", "400 request.malformed_json"),
        (b"{\"name\":\"\xff\"}", "400 request.not_utf8"),
        (b"\xef\xbb\xbf{}", "400 request.malformed_json"),
        (br#"{"name":"a\u0007"}"#, "422 request.control_characters name"),
        (br#"{"a\u0000":1,"name":"a"}"#, "422 request.control_characters"),
        (br#"{}"#, "422 request.missing_field name"),
        (br#"{"name":1}"#, "422 request.invalid_field name"),
        (br#"{"name":"a","size":-1}"#, "422 request.invalid_field size"),
        (br#"{"name":"a","size":"1"}"#, "422 request.invalid_field size"),
        (br#"{"name":"a","size":1e400}"#, "400 request.malformed_json"),
        (br#"{"name":"a","admin":true}"#, "422 request.unknown_field admin"),
        (br#"{"name":"a","name":"b"}"#, "422 request.duplicate_field name"),
        (br#"{"name":"a","members":[{}]}"#, "422 request.missing_field members[0].email"),
        (
            br#"{"name":"a","members":[{"email":"x"}]}"#,
            "422 request.invalid_field members[0].email",
        ),
        (b"null", "422 request.invalid_field"),
        (b"[]", "422 request.invalid_field"),
        (long.as_bytes(), "413 request.too_large"),
        ("[".repeat(200_000).as_bytes(), "400 request.malformed_json"),
    ] {
        let answer = client.send(document(body)).await;
        let shown = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
        assert_eq!(answer.problem(), expected, "{shown}");
    }
    let fine = client.send(document(r#"{"name":"Ünal \n","members":[]}"#)).await;
    assert_eq!(fine.json()["name"], "Ünal \n");
}

#[tokio::test]
async fn security_36_fields_that_nobody_offers_are_refused_not_ignored() {
    let mut client = client().await;
    for field in ["role", "is_admin", "org_id", "user_id", "email_verified", "owner", "limits"] {
        let answer = client.send(document(json!({ "name": "a", field: true }).to_string())).await;
        assert_eq!(answer.problem(), format!("422 request.unknown_field {field}"));
    }
}

#[tokio::test]
async fn security_66_json_has_to_say_that_it_is_json() {
    let mut client = client().await;
    for content_type in [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonp",
        "application/json; charset=utf-16",
        "text/json",
        "application",
    ] {
        let ask = Ask::post("/api/v1/probe").header("content-type", content_type);
        let answer = client.send(ask.body(r#"{"name":"a"}"#)).await;
        assert_eq!(answer.problem(), "415 request.unsupported_content_type", "{content_type}");
    }
    let none = client.send(Ask::post("/api/v1/probe").body(r#"{"name":"a"}"#)).await;
    assert_eq!(none.problem(), "415 request.unsupported_content_type");
    for content_type in ["application/json", "Application/JSON; charset=UTF-8"] {
        let ask = Ask::post("/api/v1/probe").header("content-type", content_type);
        assert_eq!(client.send(ask.body(r#"{"name":"a"}"#)).await.status, 200, "{content_type}");
    }
}

#[tokio::test]
async fn a_query_is_checked_in_every_respect() {
    let mut client = client().await;
    for (query, expected) in [
        ("serach=x", "422 request.unknown_field serach"),
        ("search=a&search=b", "422 request.duplicate_field search"),
        ("limit=0", "422 request.invalid_field limit"),
        ("limit=201", "422 request.invalid_field limit"),
        ("limit=99999999999999999999", "422 request.invalid_field limit"),
        ("limit=-1", "422 request.invalid_field limit"),
        ("limit=ten", "422 request.invalid_field limit"),
        ("search=%", "400 request.bad_encoding"),
        ("search=%f", "400 request.bad_encoding"),
        ("search=%ff", "400 request.not_utf8"),
        ("search=%00", "422 request.control_characters search"),
        ("cursor=x", "422 request.bad_cursor cursor"),
        ("dry_run=true", "422 request.unknown_field dry_run"),
    ] {
        let path = format!("/api/v1/organizations/{ORGANIZATION}/probes?{query}");
        assert_eq!(client.get(&path).await.problem(), expected, "{query}");
    }
    let path = format!("/api/v1/organizations/{ORGANIZATION}/probes?search=&limit=7");
    assert_eq!(client.get(&path).await.json()["items"].as_array().map(Vec::len), Some(7));
}

#[tokio::test]
async fn an_address_that_cannot_be_is_not_found() {
    let mut client = client().await;
    let user = ORGANIZATION.replace("org_", "user_");
    for (organization, user, expected) in [
        ("x", user.as_str(), "404 not_found organization"),
        (user.as_str(), user.as_str(), "404 not_found organization"),
        (ORGANIZATION, ORGANIZATION, "404 not_found user"),
        (ORGANIZATION, "1", "404 not_found user"),
        (ORGANIZATION, "%00", "404 not_found user"),
        (ORGANIZATION, "%ff", "400 request.not_utf8"),
        (ORGANIZATION, "%2e%2e%2f", "404 not_found user"),
    ] {
        let path = format!("/api/v1/organizations/{organization}/probes/{user}");
        assert_eq!(client.get(&path).await.problem(), expected, "{path}");
    }
    let path = format!("/api/v1/organizations/{ORGANIZATION}/probes/{user}");
    assert_eq!(client.get(&path).await.text(), format!("{ORGANIZATION} {user}"));
    assert_eq!(client.get("/api/v1/nowhere").await.problem(), "404 not_found");
}

#[tokio::test]
async fn a_form_is_checked_in_every_respect() {
    let mut client = client().await;
    let form =
        |body: &[u8]| Ask::form("/probe", &[]).body(body.to_vec()).header("accept", "text/html");
    for (body, status, text) in [
        (&b"tick=on"[..], 422, "“name”: is missing"),
        (b"name=a&admin=1", 422, "“admin”: is not a field of this request"),
        (b"name=a&name=b", 422, "“name”: given more than once"),
        (b"name=a&tick=x", 422, "“tick”: has to be"),
        (b"name=%00", 422, "control characters"),
        (b"name=%zz", 400, "hexadecimal"),
        (b"name=\xff", 400, "UTF-8"),
        (b"name=a&submission=a%20b", 422, "idempotency key"),
    ] {
        let answer = client.send(form(body)).await;
        let page = answer.text();
        assert_eq!(answer.status, status, "{page}");
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
        assert!(page.to_lowercase().contains(&text.to_lowercase()), "{text}: {page}");
    }
    let large = vec![b'a'; 300 * 1024];
    assert_eq!(client.send(form(&large)).await.status, 413);
    let json = Ask::post("/probe").header("origin", crate::support::BASE).json(&json!({}));
    assert_eq!(client.send(json).await.status, 415);
    let fine = client.send(form(b"name=a&tick=on&submission=abc")).await;
    assert_eq!((fine.status.as_u16(), fine.header("location")), (303, "/probe?a"));
}

#[tokio::test]
async fn headers_of_the_api_are_checked() {
    let mut client = client().await;
    let with = |name: &str, value: &str| {
        Ask::post("/api/v1/probe").json(&json!({ "name": "a" })).header(name, value)
    };
    for authorization in ["Basic abc", "Bearer", "Bearer x", "Bearer ghk_", "ghk_x"] {
        let answer = client.send(with("authorization", authorization)).await;
        assert_eq!(answer.problem(), "401 sign_in_required", "{authorization}");
        assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"Guildhall\"");
    }
    let twice = with("authorization", "Bearer a").header("authorization", "Bearer b");
    assert_eq!(client.send(twice).await.problem(), "401 sign_in_required");
}
