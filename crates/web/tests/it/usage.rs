//! Credits and usage: the page and the API, for everybody.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use guildhall_app::account::MakeSystemAdmin;
use guildhall_app::cloud_account::CreateCloudAccount;
use guildhall_app::cluster::driver::{Answer, Driver, Order, Report, Service, Verb};
use guildhall_app::cluster::{CreateCluster, Keeper, StopCluster};
use guildhall_app::invitation::{AcceptInvitation, InviteMembers, OfferedRole};
use guildhall_app::{Actor, Call, ClusterRef, Operation};
use guildhall_model::{CloudProvider, ClusterState, InvitableRole, UserManagement};
use serde_json::json;

use crate::support::{Ask, BASE, Someone, World, fault};

const HOUR: Duration = Duration::from_secs(3_600);

async fn world() -> World {
    World::set(|settings| {
        settings.clusters.providers = BTreeMap::from([(CloudProvider::Local, Service::defaults())]);
    })
    .await
}

async fn system<O: Operation>(world: &World, operation: O) {
    let call = Call::of(Actor::System("a test"));
    if let Err(error) = world.web.app.execute(&call, operation).await {
        panic!("{}: {error}", O::NAME);
    }
}

/// A cluster of somebody's own organization that ran for some hours of small size.
async fn ran(world: &World, by: &Someone, name: &str, hours: u32) -> ClusterRef {
    let organization = by.home;
    let account = CreateCloudAccount {
        organization,
        name: format!("for {name}").parse().expect("a name"),
        provider: CloudProvider::Local,
        fields: BTreeMap::new(),
    };
    let create = CreateCluster {
        organization,
        name: name.parse().expect("a name"),
        version: "2.6.0".parse().expect("a version"),
        cloud_account: by.does(world, account).await.id,
        size: "small".to_owned(),
        user_management: UserManagement::Managed,
    };
    let cluster = ClusterRef { organization, cluster: by.does(world, create).await.id };
    settle(world).await;
    world.clock.advance(HOUR * hours);
    by.does(world, StopCluster { cluster }).await;
    settle(world).await;
    cluster
}

/// A cloud where everything is done at once.
struct Cloud;

impl Driver for Cloud {
    fn call<'c>(&'c self, order: &'c Order) -> Answer<'c> {
        let state = match order.verb {
            Verb::Stop => ClusterState::Stopped,
            Verb::Terminate => ClusterState::Terminated,
            _ => ClusterState::Running,
        };
        Box::pin(async move { Ok(Report { state: Some(state), ..Report::default() }) })
    }
}

/// Has the drivers do what they were told.
async fn settle(world: &World) {
    let cloud: Arc<dyn Driver> = Arc::new(Cloud);
    let drivers = BTreeMap::from([(CloudProvider::Local, cloud)]);
    Keeper::new(world.web.app.clone(), drivers).work_off().await.expect("the database works");
}

#[tokio::test]
async fn h10_a80_h11_the_usage_page_by_persona() {
    let world = world().await;
    let mut maya = Someone::settled(&world, "maya").await;
    let mut bob = Someone::settled(&world, "bob").await;
    let mut rex = Someone::settled(&world, "rex").await;
    let mut eve = Someone::settled(&world, "eve").await;
    let mut root = Someone::settled(&world, "root").await;
    maya.takes_in(&world, &bob).await;
    let (organization, emails) = (maya.home, rex.email.as_str().parse().expect("an address"));
    let role = OfferedRole::Organization(InvitableRole::Restricted);
    let invited = maya.does(&world, InviteMembers { organization, emails, role }).await;
    rex.does(&world, AcceptInvitation { organization, invitation: invited[0].id }).await;
    system(&world, MakeSystemAdmin { email: root.email.clone() }).await;
    let usage = format!("/o/{}/usage", maya.home);
    let page = maya.sees(&usage).await;
    assert!(page.contains("Nothing was consumed in these days"), "{page}");
    assert!(page.contains("10,000 credits are left, and nothing consumes any now."), "{page}");
    ran(&world, &maya, "analytics", 2).await;
    let page = maya.sees(&usage).await;
    assert!(page.contains("9,880.00") && page.contains("120 credits in all"), "{page}");
    assert!(page.contains("<svg class=\"chart\"") && page.contains("By cluster"));
    assert!(page.contains("analytics") && page.contains("100 %"));
    assert!(page.contains(&format!("{usage}/export?from=")));
    assert!(page.contains("For a new organization") && !page.contains("Grant credits"));
    let page = bob.sees(&usage).await;
    assert!(page.contains("9,880.00") && page.contains("120 credits in all"), "{page}");
    assert!(!page.contains("By cluster") && !page.contains("analytics"), "no details");
    assert!(!page.contains("Export CSV") && !page.contains("Granted"));
    assert_eq!(bob.client.get(&format!("{usage}/export")).await.status, 403);
    assert_eq!(rex.client.get(&usage).await.status, 403);
    assert_eq!(eve.client.get(&usage).await.status, 404);
    let page = root.sees(&usage).await;
    assert!(page.contains("Grant credits") && page.contains("By cluster"), "{page}");
    let page = maya.sees(&format!("{usage}?from=2026-03-02&until=2026-03-01")).await;
    assert!(page.contains("The range must begin before it ends."), "{page}");
    let page = maya.sees(&format!("{usage}?from=x")).await;
    assert!(page.contains("is a day such as 2026-11-01"), "{page}");
    let page = bob.sees(&format!("{usage}?from=2010-01-01&step=day")).await;
    assert!(page.contains("more than 400 parts"), "{page}");
}

#[tokio::test]
async fn a92_usage_as_json_and_csv_by_day_week_and_month() {
    let world = world().await;
    let maya = Someone::settled(&world, "maya").await;
    let bob = Someone::settled(&world, "bob").await;
    maya.takes_in(&world, &bob).await;
    let cluster = ran(&world, &maya, "analytics", 30).await;
    let mut maya = maya.signs_in_again(&world).await;
    let mut bob = bob.signs_in_again(&world).await;
    let base = format!("/api/v1/organizations/{}", maya.home);
    let usage = format!("{base}/usage?from=2026-03-01&until=2026-03-02");
    let answer = maya.client.get(&usage).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let body = answer.json();
    // From nine in the morning: fifteen hours of the first day, as many of the second.
    assert_eq!(body["total"], "1800");
    assert_eq!(body["buckets"][0]["consumed"], "900");
    assert_eq!(body["buckets"][1]["from"], "2026-03-02T00:00:00.000000Z");
    assert_eq!(body["by_cluster"][0]["name"], "analytics");
    assert_eq!(body["by_user"][0]["buckets"], json!(["900", "900"]));
    for (step, parts) in [("week", 2), ("month", 1)] {
        let answer = maya.client.get(&format!("{usage}&step={step}")).await.json();
        assert_eq!(answer["buckets"].as_array().map(Vec::len), Some(parts), "{step}");
        assert_eq!(answer["total"], "1800");
    }
    let answer = maya.client.get(&format!("{usage}&format=csv")).await;
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"usage.csv\"");
    let (id, user, email) = (cluster.cluster, maya.id, &maya.email);
    let line = |from: &str, until: &str| {
        format!(
            "{from}T00:00:00.000000Z,{until}T00:00:00.000000Z,{id},analytics,{user},{email},900"
        )
    };
    let (first, second) = (line("2026-03-01", "2026-03-02"), line("2026-03-02", "2026-03-03"));
    let head = "from,until,cluster,cluster_name,user,email,credits";
    assert_eq!(answer.text(), format!("{head}\r\n{first}\r\n{second}\r\n"));
    let page = format!("/o/{}/usage/export?from=2026-03-01&until=2026-03-02", maya.home);
    assert_eq!(maya.client.get(&page).await.text(), answer.text(), "the console's is the same");

    assert_eq!(bob.client.get(&usage).await.status, 403);
    let balance = bob.client.get(&format!("{base}/credits")).await.json();
    assert_eq!(balance["left"], "8200");
    let long = format!("{base}/usage?from=2010-01-01");
    assert_eq!(maya.client.get(&long).await.problem(), "422 credit.range_too_long step");
}

#[tokio::test]
async fn a15_h9_system_administrators_grant_credits() {
    let world = world().await;
    let mut maya = Someone::settled(&world, "maya").await;
    let mut root = Someone::settled(&world, "root").await;
    system(&world, MakeSystemAdmin { email: root.email.clone() }).await;
    let usage = format!("/o/{}/usage", maya.home);
    let typed = [("amount", "2500.5"), ("note", "For the course")];
    assert_eq!(maya.client.form(&usage, &typed).await.status, 403);
    assert_eq!(maya.client.form(&usage, &[("amount", "x")]).await.status, 403);
    world.clock.advance(HOUR);
    assert_eq!(root.sends(&usage, &typed).await, usage);
    world.clock.advance(HOUR);
    let page = root.sees(&usage).await;
    assert!(page.contains("2,500.50 credits are granted.") && page.contains("12,500.50"), "{page}");
    let page = root.is_refused(&usage, &[("amount", "many"), ("note", "kept")]).await;
    assert!(fault(&page, "grant", "amount").contains("not an amount of credits"));
    assert!(page.contains("value=\"kept\""));
    let page = root.is_refused(&usage, &[("amount", "0")]).await;
    assert!(!fault(&page, "grant", "amount").is_empty());
    let page = maya.sees(&usage).await;
    assert!(page.contains("For the course") && page.contains("root@northwind.example"), "{page}");
    let page = maya.sees(&format!("/o/{}/audit", maya.home)).await;
    assert!(page.contains("Granted credits"), "{page}");

    let grants = format!("/api/v1/organizations/{}/credits/grants", maya.home);
    let body = json!({ "amount": "-500.5" });
    let post = || Ask::post(&grants).json(&body).header("origin", BASE);
    let refused = maya.client.send(post()).await;
    assert_eq!(refused.status, 403);
    let made = root.client.send(post()).await;
    assert_eq!(made.status, 201, "{}", made.text());
    assert_eq!(made.json()["left"], "12000");
    let first = maya.client.get(&format!("{grants}?limit=2")).await.json();
    assert_eq!(first["items"][0]["amount"], "-500.5");
    let next = first["next"].as_str().expect("a cursor");
    let rest = maya.client.get(&format!("{grants}?limit=2&cursor={next}")).await.json();
    assert_eq!(rest["items"][0]["amount"], "10000");
    assert_eq!(rest["next"], serde_json::Value::Null);
    assert_eq!(root.sends(&usage, &[("amount", "-2000")]).await, usage);
    let page = root.sees(&usage).await;
    assert!(page.contains("2,000 credits are taken back.") && page.contains("10,000.00"), "{page}");
}
