//! Grants, the pooled balance, and what starts without credits.

use guildhall_app::{
    Error, Settings,
    cluster::{CreateClusterRefusal, MoveRefusal, StartCluster, StopCluster},
    credit::{GetCredits, GrantCredits, GrantCreditsRefusal, ListCreditGrants},
};
use guildhall_model::{
    ClusterState, Credits,
    InvitableRole::{Admin, Member},
};

use super::{HOUR, credits, settings};
use crate::people::Appoint;
use crate::world::{worlds, worlds_with};

#[tokio::test(flavor = "multi_thread")]
async fn h9_a15_credits_are_pooled_and_grants_are_audited() {
    for world in worlds().await {
        let alice = world.person("alice@example.org").await;
        let organization = world.organization(&alice).await;
        let bob = world.member(&alice, organization, "bob@example.org", Member).await;
        let ada = world.member(&alice, organization, "ada@example.org", Admin).await;
        let root = world.person("root@example.org").await;
        world.done(&root.call, Appoint(root.id)).await;
        let grant = |amount: &str| GrantCredits {
            organization,
            amount: credits(amount),
            note: " For the course ".to_owned(),
        };
        for who in [&alice, &ada, &bob] {
            let refused = world.end(&who.call, grant("1")).await;
            assert_eq!(refused, Err(Error::Forbidden { permission: "can_grant_credits" }));
        }
        let left = world.done(&root.call, grant("2500.5")).await.left;
        assert_eq!(left, credits("12500.5"));
        assert_eq!(world.done(&root.call, grant("-500.5")).await.left, credits("12000"));
        for who in [&alice, &bob] {
            let balance = world.answer(&who.call, GetCredits { organization }).await;
            assert_eq!((balance.granted, balance.left), (credits("12000"), credits("12000")));
        }
        for amount in ["0", "1000000001", "-1000000001"] {
            let refused = world.end(&root.call, grant(amount)).await;
            assert_eq!(refused, Err(Error::Refused(GrantCreditsRefusal::BadAmount)), "{amount}");
        }
        let long = GrantCredits { note: "x".repeat(501), ..grant("1") };
        let refused = world.end(&root.call, long).await;
        assert_eq!(refused, Err(Error::Refused(GrantCreditsRefusal::NoteTooLong)));

        let event = &world.events(organization).await[1];
        assert_eq!((&*event.action, &*event.actor_name), ("credit.grant", "root@example.org"));
        assert_eq!(event.target_name.as_deref(), Some("Northwind Labs"));
        let after = event.after.as_deref().expect("what is so after");
        assert!(after.contains("2500.5") && after.contains("For the course"), "{after}");
        let list = ListCreditGrants { organization, after: None, limit: 200 };
        let grants = world.answer(&alice.call, list).await;
        let amounts: Vec<_> = grants.iter().map(|grant| grant.amount.to_string()).collect();
        assert_eq!(amounts, ["-500.5", "2500.5", "10000"], "{}", world.engine);
        assert_eq!(grants[1].note, "For the course");
        let list = ListCreditGrants { organization, after: Some(grants[1].id), limit: 1 };
        assert_eq!(world.answer(&alice.call, list).await, grants[2..]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn h9_without_credits_nothing_starts_and_what_runs_goes_on() {
    let mut few: Settings = settings();
    few.clusters.initial_credits = Credits::new(60);
    for world in worlds_with(few).await {
        let alice = world.person("alice@example.org").await;
        let organization = world.organization(&alice).await;
        let east = world.running(&alice, organization, "east").await;
        let west = world.running(&alice, organization, "west").await;
        world.done(&alice.call, StopCluster { cluster: west }).await;
        world.report(west, ClusterState::Stopped).await;
        world.clock.advance(HOUR);
        let balance = world.answer(&alice.call, GetCredits { organization }).await;
        assert!(balance.is_spent() && balance.per_hour == Credits::new(60), "{balance:?}");
        let refused = world.end(&alice.call, StartCluster { cluster: west }).await;
        assert_eq!(refused, Err(Error::Refused(MoveRefusal::NoCredits)));
        let said = MoveRefusal::NoCredits.to_string();
        assert!(said.contains("no credits left; ask the system administrator"), "{said}");
        let same = CreateClusterRefusal::NoCredits.to_string();
        assert_eq!(same, said);
        world.app.watch_credits().await.expect("balances are read");
        assert_eq!(world.state(east).await, ClusterState::Running, "{}", world.engine);
        world.done(&alice.call, StopCluster { cluster: east }).await;
    }
}
