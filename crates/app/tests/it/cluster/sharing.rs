//! Accounts on clusters follow the membership of the organization.

use guildhall_app::{
    account::{DisableUser, EnableUser},
    cluster::{ListClusterAccounts, SetClusterPassword, UpgradeCluster, driver::Verb},
    member::{ChangeMemberRole, RemoveMember},
    organization::DeleteOrganization,
};
use guildhall_model::{
    ClusterRole,
    InvitableRole::{Admin, Member, Restricted},
    UserManagement::{Disabled, Ldap, Managed, OAuth2},
};

use super::skies;
use crate::people::Appoint;

const ORDINARY: Option<(ClusterRole, bool)> = Some((ClusterRole::User, true));
const ADMINISTRATOR: Option<(ClusterRole, bool)> = Some((ClusterRole::Admin, true));

#[tokio::test(flavor = "multi_thread")]
async fn h18_h32_h34_h38_h39_members_get_accounts_and_removed_ones_are_blocked_never_deleted() {
    for sky in skies().await {
        let alice = sky.world.person("alice@example.org").await;
        let organization = sky.world.organization(&alice).await;
        let early = sky.world.member(&alice, organization, "early@example.org", Member).await;
        let cluster = sky.running(&alice, organization, "2.5.9", Managed).await;
        let id = cluster.cluster;
        assert_eq!(sky.cloud.account(id, "early"), ORDINARY, "a cluster made later");
        let bob = sky.world.person("bob@example.org").await;
        sky.world.invite(&alice, organization, "bob@example.org", Member).await;
        sky.settle().await;
        assert_eq!(sky.cloud.account(id, "bob"), None, "not before accepting");
        sky.world.join(&alice, organization, &bob, Member).await;
        sky.settle().await;
        assert_eq!(sky.cloud.account(id, "bob"), ORDINARY);
        sky.world.done(&alice.call, RemoveMember { organization, user: bob.id }).await;
        sky.keeper.work_off().await.expect("the database works");
        assert_eq!(sky.cloud.account(id, "bob"), Some((ClusterRole::User, false)));
        let listed = sky.world.answer(&alice.call, ListClusterAccounts { cluster }).await;
        let bobs = listed.iter().find(|one| one.user == bob.id).expect("the record stays");
        assert_eq!((bobs.wanted, bobs.role, bobs.made), (None, None, true));
        sky.cloud.calls();
        sky.world.join(&alice, organization, &bob, Member).await;
        sky.settle().await;
        assert_eq!(sky.cloud.account(id, "bob"), ORDINARY, "the same account again");
        let calls = sky.cloud.calls();
        assert_eq!(calls, [(Verb::EnsureAccount, Some("bob".to_owned()))], "and nobody else's");
        let rita = sky.world.member(&alice, organization, "rita@example.org", Restricted).await;
        sky.settle().await;
        assert_eq!(sky.cloud.account(id, "rita"), None, "{}", rita.email);
        drop(early);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn h61_h62_h64_h65_h66_administrators_administer_managed_clusters_from_2_6_0_on() {
    for sky in skies().await {
        let alice = sky.world.person("alice@example.org").await;
        let organization = sky.world.organization(&alice).await;
        let bob = sky.world.member(&alice, organization, "bob@example.org", Admin).await;
        let old = sky.running(&alice, organization, "2.5.9", Managed).await;
        let new = sky.running(&alice, organization, "2.10.0", Managed).await;
        assert_eq!(sky.cloud.account(old.cluster, "bob"), ORDINARY);
        assert_eq!(sky.cloud.account(new.cluster, "bob"), ADMINISTRATOR);
        let change = |role| ChangeMemberRole { organization, user: bob.id, role };
        sky.world.done(&alice.call, change(Member)).await;
        sky.settle().await;
        assert_eq!(sky.cloud.account(new.cluster, "bob"), ORDINARY);
        sky.world.done(&alice.call, change(Admin)).await;
        let upgrade = UpgradeCluster { cluster: old, version: "2.6.0".parse().expect("a version") };
        sky.world.done(&bob.call, upgrade).await;
        sky.settle().await;
        assert_eq!(sky.cloud.account(new.cluster, "bob"), ADMINISTRATOR);
        assert_eq!(sky.cloud.account(old.cluster, "bob"), ADMINISTRATOR, "by the upgrade");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn h33_h63_clusters_that_others_manage_get_no_accounts() {
    for sky in skies().await {
        let alice = sky.world.person("alice@example.org").await;
        let organization = sky.world.organization(&alice).await;
        for mode in [OAuth2, Ldap, Disabled] {
            let cluster = sky.running(&alice, organization, "3.0", mode).await;
            sky.world.member(&alice, organization, &format!("{mode}@example.org"), Admin).await;
            sky.settle().await;
            assert!(sky.cloud.machine(cluster.cluster).accounts.is_empty(), "{mode}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn security_45_a_deleted_organization_lets_nobody_onto_its_clusters() {
    for sky in skies().await {
        let alice = sky.world.person_with_password("alice@example.org").await;
        let organization = sky.world.organization(&alice).await;
        sky.world.member(&alice, organization, "bob@example.org", Member).await;
        let cluster = sky.running(&alice, organization, "3.0", Managed).await;
        let proof = sky.world.proof(&alice).await;
        sky.world.done(&alice.call, DeleteOrganization { organization, proof }).await;
        sky.settle().await;
        let accounts = sky.cloud.machine(cluster.cluster).accounts;
        assert_eq!(accounts.len(), 2);
        assert!(accounts.values().all(|(_, active)| !active), "{accounts:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_whose_account_is_disabled_is_blocked_until_it_is_enabled() {
    for sky in skies().await {
        let sam = sky.world.person("sam@example.org").await;
        sky.world.done(&sam.call, Appoint(sam.id)).await;
        let alice = sky.world.person("alice@example.org").await;
        let organization = sky.world.organization(&alice).await;
        let bob = sky.world.member(&alice, organization, "bob@example.org", Member).await;
        let cluster = sky.running(&alice, organization, "3.0", Managed).await;
        sky.world.done(&sam.call, DisableUser { user: bob.id }).await;
        sky.settle().await;
        assert_eq!(sky.cloud.account(cluster.cluster, "bob"), Some((ClusterRole::User, false)));
        sky.world.done(&sam.call, EnableUser { user: bob.id }).await;
        sky.settle().await;
        assert_eq!(sky.cloud.account(cluster.cluster, "bob"), ORDINARY);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_on_clusters_reaches_every_account_and_is_kept_nowhere() {
    for sky in skies().await {
        let alice = sky.world.person("alice@example.org").await;
        let organization = sky.world.organization(&alice).await;
        let cluster = sky.running(&alice, organization, "3.0", Managed).await;
        assert!(!sky.view(&alice, cluster).await.own_account.expect("an account").has_password);
        let password = || "harbour lantern 83".parse().expect("a password");
        let verifier = sky.world.app.cluster_verifier(password()).await.expect("it is taken");
        sky.cloud.calls();
        let set = SetClusterPassword { user: alice.id, verifier };
        sky.world.done(&alice.call, set).await;
        sky.settle().await;
        assert_eq!(sky.cloud.calls(), [(Verb::EnsureAccount, Some("alice".to_owned()))]);
        let kept = sky.cloud.verifier(cluster.cluster, "alice").expect("the cluster has it");
        assert!(kept.starts_with("SCRAM-SHA-256$") && !kept.contains("lantern"));
        assert!(sky.view(&alice, cluster).await.own_account.expect("an account").has_password);
    }
}
