//! Provisioners that call back: what they tell counts once, and only theirs does.

use std::time::Duration;

use guildhall_app::{
    ClusterRef, Origin,
    cluster::{
        CalledBackError, StartCluster, StopCluster, TerminateCluster,
        callback::{Signed, WebhookSecrets},
        driver::Verb,
    },
    credit::GetCredits,
};
use guildhall_model::{
    Clock, ClusterId, ClusterRole, ClusterState, InvitableRole::Member, OrganizationId,
    UserManagement::Managed,
};
use serde_json::{Value, json};

use super::{OTHER_SECRET, SECRET, Sky, skies};

/// A message of a provisioner.
struct Message {
    id: &'static str,
    secret: &'static str,
    about: ClusterId,
    body: String,
}

impl Message {
    fn of(about: ClusterId, request: Option<&str>, report: &Value) -> Self {
        let body = json!({ "cluster": about, "request": request, "report": report }).to_string();
        Self { id: "msg_1", secret: SECRET, about, body }
    }
}

impl Sky {
    /// Sends a message, signed at the present time.
    async fn told(&self, message: &Message) -> Result<(), CalledBackError> {
        let Message { id, secret, about, body } = message;
        let secret: WebhookSecrets = secret.parse().expect("a secret");
        let now = Clock::now(&self.world.clock);
        let (timestamp, signature) = secret.sign(id, now, body.as_bytes());
        let signed = Signed { id, timestamp: &timestamp, signature: &signature };
        self.world.app.called_back(&Origin::default(), *about, signed, body.as_bytes()).await
    }

    /// A provisioner tells of a request.
    async fn reported(&self, cluster: ClusterRef, request: &str, report: Value) {
        let message = Message::of(cluster.cluster, Some(request), &report);
        self.told(&message).await.expect("it is taken");
    }

    /// How often a report was recorded.
    async fn recorded(&self, organization: OrganizationId) -> usize {
        let events = self.world.events(organization).await;
        events.iter().filter(|event| event.action == "cluster.report").count()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn h72_a_call_back_moves_a_cluster_before_anybody_asks() {
    for sky in skies().await {
        let alice = sky.world.person("alice@example.org").await;
        let organization = sky.world.organization(&alice).await;
        sky.world.member(&alice, organization, "bob@example.org", Member).await;
        sky.cloud.take_time(1);
        let cluster = sky.ordered(&alice, organization, "3.0", Managed).await;
        sky.keeper.work_off().await.expect("the database works");
        assert_eq!(sky.view(&alice, cluster).await.cluster.state, ClusterState::Starting);
        let request = sky.cloud.requests(Verb::Create).remove(0);
        sky.reported(cluster, &request, json!({ "state": "starting", "progress": 80 })).await;
        assert_eq!(sky.view(&alice, cluster).await.cluster.progress, Some(80));
        let url = "https://10.0.0.7";
        sky.reported(cluster, &request, json!({ "state": "running", "url": url })).await;
        let seen = sky.view(&alice, cluster).await;
        assert_eq!(seen.cluster.state, ClusterState::Running);
        assert_eq!(seen.cluster.url.as_deref(), Some(url));
        assert!(sky.cloud.requests(Verb::Describe).is_empty(), "nobody had to ask");
        // Running time counts from the call back on, and the accounts follow.
        sky.world.clock.advance(Duration::from_secs(3600));
        let credits = sky.world.answer(&alice.call, GetCredits { organization }).await;
        assert_eq!(credits.consumed, guildhall_model::Credits::new(60));
        sky.keeper.work_off().await.expect("the database works");
        assert_eq!(sky.cloud.account(cluster.cluster, "bob"), Some((ClusterRole::User, true)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_that_come_again_late_or_out_of_order_change_nothing() {
    for sky in skies().await {
        let alice = sky.world.person("alice@example.org").await;
        let organization = sky.world.organization(&alice).await;
        let cluster = sky.running(&alice, organization, "3.0", Managed).await;
        let created = sky.cloud.requests(Verb::Create).remove(0);
        let recorded = sky.recorded(organization).await;
        for state in ["running", "starting", "error", "stopped"] {
            sky.reported(cluster, &created, json!({ "state": state })).await;
            assert_eq!(sky.view(&alice, cluster).await.cluster.state, ClusterState::Running);
        }
        assert_eq!(sky.recorded(organization).await, recorded, "nothing to tell in the audit log");
        // An order that another one has replaced, while that one is under way.
        sky.cloud.take_time(9);
        sky.world.done(&alice.call, StopCluster { cluster }).await;
        sky.keeper.work_off().await.expect("the database works");
        sky.reported(cluster, &created, json!({ "state": "running" })).await;
        assert_eq!(sky.view(&alice, cluster).await.cluster.state, ClusterState::Stopping);
        let stopped = sky.cloud.requests(Verb::Stop).remove(0);
        for _ in 0..2 {
            sky.reported(cluster, &stopped, json!({ "state": "stopped" })).await;
            assert_eq!(sky.view(&alice, cluster).await.cluster.state, ClusterState::Stopped);
        }
        assert_eq!(sky.recorded(organization).await, recorded + 1);
        // The end is the end.
        sky.cloud.take_time(0);
        sky.world.done(&alice.call, TerminateCluster { cluster }).await;
        sky.settle().await;
        for request in [None, Some(stopped.as_str())] {
            let running = json!({ "state": "running" });
            sky.told(&Message::of(cluster.cluster, request, &running)).await.expect("passed over");
            assert_eq!(sky.view(&alice, cluster).await.cluster.state, ClusterState::Terminated);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_by_itself_is_taken_once_and_followed() {
    for sky in skies().await {
        let alice = sky.world.person("alice@example.org").await;
        let organization = sky.world.organization(&alice).await;
        let cluster = sky.running(&alice, organization, "3.0", Managed).await;
        let about = cluster.cluster;
        let stopped = Message::of(about, None, &json!({ "state": "stopped" }));
        sky.told(&stopped).await.expect("it is taken");
        assert_eq!(sky.view(&alice, cluster).await.cluster.state, ClusterState::Stopped);
        sky.world.done(&alice.call, StartCluster { cluster }).await;
        sky.settle().await;
        // Sent again, because the first answer was lost: the cluster has moved on.
        sky.told(&stopped).await.expect("it is taken");
        assert_eq!(sky.view(&alice, cluster).await.cluster.state, ClusterState::Running);
        // What begins to pass by itself is asked about until it has settled.
        let report = json!({ "state": "starting", "message": "restarts after a power cut" });
        let restarts = Message { id: "msg_2", ..Message::of(about, None, &report) };
        sky.told(&restarts).await.expect("it is taken");
        assert_eq!(sky.view(&alice, cluster).await.cluster.state, ClusterState::Starting);
        sky.settle().await;
        assert_eq!(sky.view(&alice, cluster).await.cluster.state, ClusterState::Running);
        // Accounts that differ are repaired.
        let gone = json!({ "state": "running", "accounts": [] });
        let gone = Message { id: "msg_3", ..Message::of(about, None, &gone) };
        sky.cloud.meddle(about, |machine| machine.accounts.clear());
        sky.told(&gone).await.expect("it is taken");
        sky.keeper.work_off().await.expect("the database works");
        assert_eq!(sky.cloud.account(about, "alice"), Some((ClusterRole::Admin, true)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn security_68_69_strangers_are_told_one_and_the_same_thing() {
    for sky in skies().await {
        let alice = sky.world.person("alice@example.org").await;
        let organization = sky.world.organization(&alice).await;
        let cluster = sky.running(&alice, organization, "3.0", Managed).await;
        let about = cluster.cluster;
        let nobodys: ClusterId = sky.world.generate();
        let state = json!({ "state": "stopped" });
        let stranger = Err(CalledBackError::Stranger);
        // Another cloud's provisioner, a cluster that does not exist, and a body that is no report.
        let other = Message { secret: OTHER_SECRET, ..Message::of(about, None, &state) };
        assert_eq!(sky.told(&other).await, stranger);
        assert_eq!(sky.told(&Message::of(nobodys, None, &state)).await, stranger);
        let unknown = "whsec_BAECAwQFBgcICQoLDA0ODxAREhMUFRYX";
        let nonsense = Message { secret: unknown, body: "x".to_owned(), ..other };
        assert_eq!(sky.told(&nonsense).await, stranger);
        // A signature that was right six minutes ago.
        let message = Message::of(about, None, &state);
        let secret: WebhookSecrets = SECRET.parse().expect("a secret");
        let (body, now) = (message.body.as_bytes(), Clock::now(&sky.world.clock));
        let (timestamp, signature) = secret.sign(message.id, now, body);
        let signed = Signed { id: message.id, timestamp: &timestamp, signature: &signature };
        sky.world.clock.advance(Duration::from_secs(360));
        let origin = Origin::default();
        assert_eq!(sky.world.app.called_back(&origin, about, signed, body).await, stranger);
        // What is signed and wrong is explained.
        let moved = Message { about: nobodys, ..message };
        let stateless = Message::of(about, None, &json!({ "progress": 7 }));
        for wrong in [moved, stateless] {
            let told = sky.told(&wrong).await;
            assert!(matches!(told, Err(CalledBackError::Message(_))), "{told:?}");
        }
        assert_eq!(sky.view(&alice, cluster).await.cluster.state, ClusterState::Running);
    }
}
