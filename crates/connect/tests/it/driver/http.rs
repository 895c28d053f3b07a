//! The driver that asks a provisioner: signatures, answers, failures, and where it does not go.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use guildhall_app::cluster::callback::{Signed, WebhookSecrets};
use guildhall_app::cluster::driver::{Driver, DriverError, Order, Report, Service, Verb};
use guildhall_connect::driver::http::{HttpDriver, HttpSettings};
use guildhall_model::{Clock, ClusterState};
use guildhall_testkit::ManualClock;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::HeaderMap;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::{Orders, Person};
use crate::server::certificates;

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OLD_SECRET: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";

/// A provisioner that gives the answers it was told to give.
struct Provisioner {
    address: SocketAddr,
    authority: String,
    seen: Arc<Mutex<Vec<(String, HeaderMap, Bytes)>>>,
}

type Answers = Arc<Mutex<VecDeque<Response<Full<Bytes>>>>>;

impl Provisioner {
    async fn start(answers: Vec<Response<Full<Bytes>>>, tls: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (acceptor, authority) = certificates();
        let seen: Arc<Mutex<Vec<_>>> = Arc::default();
        let answers: Answers = Arc::new(Mutex::new(answers.into()));
        let asked = seen.clone();
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (asked, answers) = (asked.clone(), answers.clone());
                let acceptor = tls.then(|| acceptor.clone());
                tokio::spawn(serve(stream, acceptor, asked, answers));
            }
        });
        Self { address, authority, seen }
    }

    fn settings(&self) -> HttpSettings {
        HttpSettings {
            url: format!("http://{}/clusters?tier=1", self.address),
            secrets: SECRET.parse().unwrap(),
            extra_roots: None,
            timeout: Duration::from_secs(30),
            services: Vec::new(),
        }
    }

    fn driver(&self) -> HttpDriver {
        HttpDriver::new(self.settings(), Arc::new(clock())).unwrap()
    }

    fn requests(&self) -> usize {
        self.seen.lock().unwrap().len()
    }
}

async fn serve(
    stream: TcpStream,
    tls: Option<TlsAcceptor>,
    asked: Arc<Mutex<Vec<(String, HeaderMap, Bytes)>>>,
    answers: Answers,
) {
    let service = service_fn(|request: Request<Incoming>| {
        let (asked, answers) = (asked.clone(), answers.clone());
        async move {
            let (head, body) = request.into_parts();
            let body = body.collect().await.unwrap().to_bytes();
            asked.lock().unwrap().push((head.uri.to_string(), head.headers, body));
            let next = answers.lock().unwrap().pop_front();
            match next {
                Some(answer) => Ok::<_, Infallible>(answer),
                // Nothing to say: the connection stays silent.
                None => std::future::pending().await,
            }
        }
    });
    // Clients that go away in the middle are part of the tests.
    let _ = match tls {
        None => http1::Builder::new().serve_connection(TokioIo::new(stream), service).await,
        Some(acceptor) => {
            let Ok(stream) = acceptor.accept(stream).await else { return };
            http1::Builder::new().serve_connection(TokioIo::new(stream), service).await
        }
    };
}

fn clock() -> ManualClock {
    ManualClock::at_text("2026-11-21T18:05:00Z")
}

fn answer(status: u16, body: &str) -> Response<Full<Bytes>> {
    Response::builder().status(status).body(Full::new(body.to_owned().into())).unwrap()
}

async fn outcome(answers: Vec<Response<Full<Bytes>>>, verb: Verb) -> Result<Report, DriverError> {
    let provisioner = Provisioner::start(answers, false).await;
    provisioner.driver().call(&order(verb)).await
}

fn order(verb: Verb) -> Order {
    Orders::new().of(verb)
}

#[tokio::test]
async fn security_68_requests_are_signed_with_every_secret_and_have_one_id() {
    let ok = || answer(200, r#"{"state":"running","handle":{"vm":7}}"#);
    let provisioner = Provisioner::start(vec![ok(), ok()], false).await;
    let secrets = format!("{SECRET} {OLD_SECRET}").parse().unwrap();
    let clock = clock();
    let settings = HttpSettings { secrets, ..provisioner.settings() };
    let driver = HttpDriver::new(settings, Arc::new(clock.clone())).unwrap();
    let order = order(Verb::Create);
    let report = driver.call(&order).await.unwrap();
    assert_eq!(report.handle, Some(serde_json::json!({ "vm": 7 })));
    clock.advance(Duration::from_secs(60));
    driver.call(&order).await.unwrap();
    let seen = provisioner.seen.lock().unwrap();
    let mut ids = Vec::new();
    for (path, headers, body) in &*seen {
        let header = |name: &str| headers[name].to_str().unwrap();
        assert_eq!(path, "/clusters?tier=1");
        assert_eq!(header("content-type"), "application/json");
        assert_eq!(header("host"), provisioner.address.to_string());
        assert_eq!(header("idempotency-key"), header("webhook-id"));
        let signed = Signed {
            id: header("webhook-id"),
            timestamp: header("webhook-timestamp"),
            signature: header("webhook-signature"),
        };
        for secret in [SECRET, OLD_SECRET] {
            let secret: WebhookSecrets = secret.parse().unwrap();
            secret.verify(signed, body, clock.now()).unwrap();
        }
        let request: serde_json::Value = serde_json::from_slice(body).unwrap();
        assert_eq!(request, serde_json::to_value(&order).unwrap());
        ids.push(header("webhook-id").to_owned());
    }
    assert_eq!(ids, [order.request.to_string(), order.request.to_string()]);
    assert_ne!(seen[0].1["webhook-timestamp"], seen[1].1["webhook-timestamp"]);
}

#[tokio::test]
async fn a_provisioner_at_work_is_asked_again() {
    let working = || vec![answer(202, r#"{"state":"starting","progress":40,"poll_after":5}"#)];
    let report = outcome(working(), Verb::Create).await.unwrap();
    assert_eq!((report.state, report.progress), (Some(ClusterState::Starting), Some(40)));
    let settled = outcome(vec![answer(202, r#"{"state":"running"}"#)], Verb::Create).await;
    assert!(matches!(settled, Err(DriverError::Permanent(_))), "{settled:?}");
    let orders = Orders::new();
    let (user, role) = (orders.user(), guildhall_model::ClusterRole::User);
    let maya = Person { user, name: "maya", role, password: Some("x") };
    let provisioner = Provisioner::start(vec![answer(202, "{}"), answer(200, "{}")], false).await;
    let driver = provisioner.driver();
    let order = orders.account(Verb::EnsureAccount, &maya);
    assert!(matches!(driver.call(&order).await, Err(DriverError::Temporary(_))));
    assert_eq!(driver.call(&order).await, Ok(Report::default()));
}

/// The same answer as a problem that is written for people.
fn explained(mut answer: Response<Full<Bytes>>) -> Response<Full<Bytes>> {
    let kind = "application/problem+json; charset=utf-8".parse().unwrap();
    answer.headers_mut().insert("content-type", kind);
    answer
}

#[tokio::test]
async fn failures_are_told_apart_and_explained() {
    let problem = r#"{"title":"Bad Request","detail":"no such\u0007 region"}"#;
    for (status, temporary) in [
        (400, false),
        (403, false),
        (404, false),
        (409, false),
        (410, false),
        (422, false),
        (408, true),
        (425, true),
        (429, true),
        (500, true),
        (502, true),
        (503, true),
        (507, true),
    ] {
        let answer = explained(answer(status, problem));
        let error = outcome(vec![answer], Verb::Start).await.unwrap_err();
        assert_eq!(matches!(error, DriverError::Temporary(_)), temporary, "{status}: {error}");
        let text = error.to_string();
        assert!(text.contains(&status.to_string()) && text.ends_with(": no such region"), "{text}");
    }
    for insides in ["<html>", r#"{"detail":"KeyError in /srv/app/main.py"}"#] {
        let plain = outcome(vec![answer(500, insides)], Verb::Start).await.unwrap_err();
        let text = plain.trouble().in_full();
        assert_eq!(text, "the provisioner answered 500 Internal Server Error");
    }
    for (body, said) in [
        ("<html>", "is not JSON"),
        ("{}", "does not say the `state`"),
        (r#"{"state":"running","url":"javascript:alert(1)"}"#, "not one of the web"),
        (&" ".repeat(1_100_000), "more than a megabyte"),
    ] {
        let error = outcome(vec![answer(200, body)], Verb::Start).await.unwrap_err();
        let permanent = matches!(error, DriverError::Permanent(_));
        assert!(permanent && error.trouble().in_full().contains(said), "{error:?}");
    }
}

#[tokio::test]
async fn security_68_a_provisioner_that_asks_for_a_pause_gets_it() {
    let mut busy = answer(429, "");
    busy.headers_mut().insert("retry-after", "120".parse().unwrap());
    let provisioner =
        Provisioner::start(vec![busy, answer(200, r#"{"state":"running"}"#)], false).await;
    let clock = clock();
    let driver = HttpDriver::new(provisioner.settings(), Arc::new(clock.clone())).unwrap();
    let order = order(Verb::Describe);
    assert!(matches!(driver.call(&order).await, Err(DriverError::Temporary(_))));
    clock.advance(Duration::from_secs(90));
    let early = driver.call(&order).await.unwrap_err();
    let text = "the provisioner has asked for a pause, 30 s more";
    assert_eq!((early, provisioner.requests()), (DriverError::Temporary(text.into()), 1));
    clock.advance(Duration::from_secs(30));
    driver.call(&order).await.unwrap();
}

#[tokio::test]
async fn security_67_redirects_are_not_followed() {
    let elsewhere = Provisioner::start(vec![answer(200, r#"{"state":"running"}"#)], false).await;
    for status in [301, 302, 303, 307, 308] {
        let mut moved = answer(status, "");
        let location = format!("http://{}/", elsewhere.address);
        moved.headers_mut().insert("location", location.parse().unwrap());
        let error = outcome(vec![moved], Verb::Describe).await.unwrap_err();
        assert!(matches!(error, DriverError::Permanent(_)), "{error}");
        assert!(error.to_string().contains("not followed"), "{error}");
    }
    assert_eq!(elsewhere.requests(), 0);
}

#[tokio::test]
async fn silence_and_absence_are_temporary() {
    let silent = Provisioner::start(Vec::new(), false).await;
    let settings = HttpSettings { timeout: Duration::from_millis(200), ..silent.settings() };
    let driver = HttpDriver::new(settings, Arc::new(clock())).unwrap();
    let error = driver.call(&order(Verb::Stop)).await.unwrap_err();
    let text = "the provisioner did not answer within 0.2 s";
    assert_eq!(error, DriverError::Temporary(text.into()));

    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let url = format!("http://127.0.0.1:{port}/");
    let driver = HttpDriver::new(HttpSettings { url, ..silent.settings() }, Arc::new(clock()));
    let error = driver.unwrap().call(&order(Verb::Stop)).await.unwrap_err();
    assert!(matches!(error, DriverError::Temporary(_)), "{error}");
}

#[tokio::test]
async fn tls_is_checked_and_never_left_out() {
    let ok = || answer(200, r#"{"state":"running"}"#);
    let provisioner = Provisioner::start(vec![ok()], true).await;
    let settings = |host: &str, roots: bool| HttpSettings {
        url: format!("https://{host}:{}/", provisioner.address.port()),
        extra_roots: roots.then(|| provisioner.authority.clone().into_bytes()),
        ..provisioner.settings()
    };
    let ask = async |settings| {
        HttpDriver::new(settings, Arc::new(clock())).unwrap().call(&order(Verb::Describe)).await
    };
    let unknown = ask(settings("localhost", false)).await.unwrap_err();
    assert!(unknown.trouble().in_full().contains("certificate"), "{unknown:?}");
    let other = ask(settings("127.0.0.1", true)).await.unwrap_err();
    assert!(other.trouble().in_full().contains("certificate"), "{other:?}");
    assert_eq!(provisioner.requests(), 0);
    ask(settings("localhost", true)).await.unwrap();
    let plain = Provisioner::start(vec![ok()], false).await;
    let url = format!("https://localhost:{}/", plain.address.port());
    let refused = ask(HttpSettings { url, ..plain.settings() }).await;
    assert!(matches!(refused, Err(DriverError::Temporary(_))), "{refused:?}");
}

#[tokio::test]
async fn addresses_that_cannot_be_asked_are_refused_at_once() {
    let provisioner = Provisioner::start(Vec::new(), false).await;
    for url in ["", "nowhere", "/x", "ftp://x/", "http://", "https://user:hunter2@x.example/"] {
        let settings = HttpSettings { url: url.to_owned(), ..provisioner.settings() };
        assert!(HttpDriver::new(settings, Arc::new(clock())).is_err(), "{url}");
    }
    let roots = Some(b"-----BEGIN CERTIFICATE-----\n".to_vec());
    let url = "https://x.example/".to_owned();
    let settings = HttpSettings { url, extra_roots: roots, ..provisioner.settings() };
    assert!(HttpDriver::new(settings, Arc::new(clock())).is_err());
}

#[tokio::test]
async fn h69_a_driver_declares_services_of_its_own() {
    let provisioner = Provisioner::start(Vec::new(), false).await;
    let names = |driver: &HttpDriver| -> Vec<String> {
        driver.services().into_iter().map(|service| service.name).collect()
    };
    let usual = ["feature_store", "online_feature_store", "kafka", "ssh"];
    assert_eq!(names(&provisioner.driver()), usual);
    let jupyter =
        Service { name: "jupyter".to_owned(), label: "Jupyter".to_owned(), ports: vec![8888] };
    let settings = HttpSettings { services: vec![jupyter], ..provisioner.settings() };
    assert_eq!(names(&HttpDriver::new(settings, Arc::new(clock())).unwrap()), ["jupyter"]);
}
