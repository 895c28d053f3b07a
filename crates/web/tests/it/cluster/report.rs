//! Provisioners that call back: only a fresh signature of the right one changes anything.

use std::time::Duration;

use guildhall_app::cluster::callback::WebhookSecrets;
use guildhall_app::cluster::driver::{Report, Verb};
use guildhall_model::{Clock, ClusterId, ClusterState, JobId, UserManagement};
use serde_json::{Value, json};

use super::{Shared, make};
use crate::support::{Answer, Ask, Client, OTHER_SECRET, SECRET};

/// A call back, before it is sent.
struct Told {
    about: ClusterId,
    secret: &'static str,
    id: &'static str,
    body: String,
}

impl Told {
    fn of(about: ClusterId, request: Option<JobId>, state: &str) -> Self {
        let report = json!({ "state": state });
        let body = json!({ "cluster": about, "request": request, "report": report }).to_string();
        Self { about, secret: SECRET, id: "msg_1", body }
    }

    /// The request, signed at the present time.
    fn ask(&self, at: &Shared) -> Ask {
        let secret: WebhookSecrets = self.secret.parse().expect("a secret");
        let now = Clock::now(&at.world.clock);
        let (timestamp, signature) = secret.sign(self.id, now, self.body.as_bytes());
        Ask::post(format!("/api/v1/clusters/{}/reports", self.about))
            .header("content-type", "application/json")
            .header("webhook-id", self.id)
            .header("webhook-timestamp", timestamp)
            .header("webhook-signature", signature)
            .body(self.body.clone())
    }

    async fn send(&self, at: &Shared) -> Answer {
        at.world.client().send(self.ask(at)).await
    }
}

async fn state(at: &Shared, cluster: ClusterId) -> Value {
    let mut client: Client = at.member.client.clone();
    let path = format!("/api/v1/organizations/{}/clusters/{cluster}", at.owner.home);
    client.get(&path).await.json()["state"].clone()
}

/// The part of an answer that is not about this very request.
fn told(answer: &Answer) -> (u16, Value) {
    let mut body = answer.json();
    body["instance"] = Value::Null;
    (answer.status.as_u16(), body)
}

#[tokio::test]
async fn h72_security_68_69_a_report_counts_once_in_order_and_from_nobody_else() {
    let at = Shared::new().await;
    let starting = Report { state: Some(ClusterState::Starting), ..Report::default() };
    at.driver.will(Ok(starting));
    let managed = UserManagement::Managed;
    let about = make(&at.world, &at.owner, at.account, "weekly", managed).await.cluster;
    at.driver.works(&at.world).await;
    let request = Some(at.driver.last_request(Verb::Create));
    assert_eq!(state(&at, about).await, "starting");

    // Whoever is not shown to be the provisioner of this cluster reads one and the same answer.
    let running = Told::of(about, request, "running");
    let forged = running.ask(&at).body(running.body.replace("running", "stopped"));
    let unsigned = Ask::post(format!("/api/v1/clusters/{about}/reports"))
        .json(&serde_json::from_str(&running.body).expect("JSON"));
    let twice = running.ask(&at).header("webhook-signature", "v1,AAAA");
    let foreign = Told { secret: OTHER_SECRET, ..Told::of(about, request, "running") };
    let nobodys = Told::of(ClusterId::from_bits(7), request, "running");
    let stale = running.ask(&at);
    let strangers = [forged, unsigned, twice, foreign.ask(&at), nobodys.ask(&at)];
    let mut answers = Vec::new();
    for ask in strangers {
        answers.push(told(&at.world.client().send(ask).await));
    }
    at.world.clock.advance(Duration::from_secs(301));
    answers.push(told(&at.world.client().send(stale).await));
    assert_eq!(answers[0].0, 404);
    assert_eq!(answers[0].1["code"], "not_found");
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
    assert_eq!(state(&at, about).await, "starting");

    // What is right is taken, and again, and what comes late is passed over.
    for message in [&running, &running, &Told::of(about, request, "starting")] {
        assert_eq!(message.send(&at).await.status, 204);
        assert_eq!(state(&at, about).await, "running");
    }
    // A session is nothing here: the owner's own browser needs the signature, too.
    let mut owner = at.owner.client.clone();
    let body = serde_json::from_str(&Told::of(about, None, "stopped").body).expect("JSON");
    let ask = Ask::post(format!("/api/v1/clusters/{about}/reports")).json(&body);
    assert_eq!(owner.send(ask.header("origin", crate::support::BASE)).await.status, 404);
    assert_eq!(state(&at, about).await, "running");
}

#[tokio::test]
async fn a_report_that_is_wrong_is_explained_to_the_one_who_signed_it() {
    let at = Shared::new().await;
    let about = at.cluster.cluster;
    let told = |body: String| Told { about, secret: SECRET, id: "msg_1", body };
    let elsewhere = Told::of(ClusterId::from_bits(7), None, "stopped").body;
    let script = json!({ "state": "running", "url": "javascript:alert(1)" });
    for (body, words) in [
        (String::new(), "is not a call back (line 1, column 0)"),
        ("[1]".to_owned(), "is not a call back"),
        (json!({ "cluster": about, "report": {} }).to_string(), "`state`"),
        (json!({ "cluster": about, "report": script }).to_string(), "`url`"),
        (elsewhere, "another cluster than its address"),
    ] {
        let answer = told(body).send(&at).await;
        assert_eq!(answer.problem(), "422 request.invalid_report");
        let detail = answer.json()["detail"].as_str().expect("words").to_owned();
        assert!(detail.contains(words), "{detail}");
    }
    let huge = told(format!("\"{}\"", "x".repeat(300 * 1024))).send(&at).await;
    assert_eq!(huge.problem(), "413 request.too_large");
    assert_eq!(state(&at, about).await, "running");
}
