//! Who may do what with clusters and cloud accounts.

use std::collections::BTreeMap;

use guildhall_app::{
    CloudAccountRef, Error,
    cloud_account::{
        CreateCloudAccount, CreateCloudAccountRefusal, DeleteCloudAccount,
        DeleteCloudAccountRefusal, EditCloudAccount, FieldProblem, GetCloudAccount,
        ListCloudAccounts,
    },
    cluster::{
        GetCluster, ListClusters, ReadAdminPassword, SetClusterServices, StartCluster, StopCluster,
        TerminateCluster,
    },
    organization::{Switches, UpdateMemberPermissions},
};
use guildhall_model::{
    CloudProvider,
    InvitableRole::{Admin, Member, Restricted},
    OrganizationId,
    UserManagement::{Disabled, Managed},
};

use super::{creating, skies};

fn all(organization: OrganizationId) -> ListClusters {
    let search = String::new();
    ListClusters { organization, search, terminated: false, after: None, limit: 100 }
}

#[tokio::test(flavor = "multi_thread")]
async fn h11_h37_clusters_and_cloud_accounts_are_invisible_from_outside() {
    for sky in skies().await {
        let alice = sky.world.person("alice@example.org").await;
        let organization = sky.world.organization(&alice).await;
        let rita = sky.world.member(&alice, organization, "rita@example.org", Restricted).await;
        let eve = sky.world.person("eve@example.org").await;
        sky.world.organization(&eve).await;
        let cluster = sky.running(&alice, organization, "3.0", Managed).await;
        let account = sky.view(&alice, cluster).await.cloud_account;
        let account = CloudAccountRef { organization, account };
        for call in [&eve.call, &rita.call] {
            let seen = sky.world.app.read(call, GetCluster { cluster }).await;
            assert_eq!(seen.map(|_| ()), Err(Error::NotFound));
            let seen = sky.world.app.read(call, GetCloudAccount { account }).await;
            assert_eq!(seen.map(|_| ()), Err(Error::NotFound));
            assert_eq!(sky.world.end(call, StopCluster { cluster }).await, Err(Error::NotFound));
        }
        let seen = sky.world.app.read(&eve.call, all(organization)).await;
        assert_eq!(seen.map(|_| ()), Err(Error::NotFound));
        let seen = sky.world.app.read(&rita.call, all(organization)).await;
        let forbidden = Error::Forbidden { permission: "can_list_clusters" };
        assert_eq!(seen.map(|_| ()), Err(forbidden), "a restricted member sees no clusters");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn security_5_a_cluster_of_one_organization_is_not_reached_through_another() {
    for sky in skies().await {
        let alice = sky.world.person("alice@example.org").await;
        let organization = sky.world.organization(&alice).await;
        let mut cluster = sky.running(&alice, organization, "3.0", Managed).await;
        cluster.organization = sky.world.organization(&alice).await;
        let seen = sky.world.app.read(&alice.call, GetCluster { cluster }).await;
        assert_eq!(seen.map(|_| ()), Err(Error::NotFound));
        let ended = sky.world.end(&alice.call, TerminateCluster { cluster }).await;
        assert_eq!(ended, Err(Error::NotFound));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn h29_h30_h31_h46_h47_h48_h49_h52_h58_members_act_within_the_switches() {
    for sky in skies().await {
        let alice = sky.world.person("alice@example.org").await;
        let organization = sky.world.organization(&alice).await;
        let ada = sky.world.member(&alice, organization, "ada@example.org", Admin).await;
        let max = sky.world.member(&alice, organization, "max@example.org", Member).await;
        let cluster = sky.running(&alice, organization, "3.0", Managed).await;
        sky.world.done(&max.call, StopCluster { cluster }).await;
        sky.settle().await;
        sky.world.done(&max.call, StartCluster { cluster }).await;
        sky.settle().await;
        let account = sky.cloud_account(&alice, organization).await;
        let create = || creating(organization, account, "3.0", Managed);
        let open = || SetClusterServices { cluster, open: ["kafka".to_owned()].into() };
        let world = &sky.world;
        let forbidden = Err(Error::Forbidden { permission: "can_create_cluster" });
        assert_eq!(world.end(&max.call, create()).await, forbidden);
        let ended = world.end(&max.call, TerminateCluster { cluster }).await;
        assert_eq!(ended, Err(Error::Forbidden { permission: "can_terminate" }));
        let forbidden = Err(Error::Forbidden { permission: "can_set_services" });
        assert_eq!(world.end(&max.call, open()).await, forbidden);
        world.done(&ada.call, open()).await;
        let switches = Switches { invite: false, clusters: true, ports: true };
        world.done(&ada.call, UpdateMemberPermissions { organization, switches }).await;
        world.done(&max.call, open()).await;
        world.done(&max.call, create()).await;
        world.done(&max.call, TerminateCluster { cluster }).await;
        let off = Switches { invite: false, clusters: false, ports: false };
        world.done(&ada.call, UpdateMemberPermissions { organization, switches: off }).await;
        let seen = world.answer(&max.call, all(organization)).await;
        assert_eq!(seen.len(), 2, "the same clusters as everybody");
        assert!(seen.iter().all(|cluster| cluster.moves.is_empty()), "and now neither ends");
        let seen = world.answer(&ada.call, all(organization)).await;
        assert!(seen.iter().any(|cluster| !cluster.moves.is_empty()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn h35_the_administrators_password_is_for_administrators_and_each_look_is_recorded() {
    for sky in skies().await {
        let alice = sky.world.person("alice@example.org").await;
        let organization = sky.world.organization(&alice).await;
        let max = sky.world.member(&alice, organization, "max@example.org", Member).await;
        let cluster = sky.running(&alice, organization, "3.0", Disabled).await;
        let read = ReadAdminPassword { cluster };
        let forbidden = Err(Error::Forbidden { permission: "can_read_admin_password" });
        assert_eq!(sky.world.end(&max.call, read).await, forbidden);
        let shown = sky.world.done(&alice.call, read).await;
        assert_eq!((shown.name.as_str(), shown.password.len()), ("admin", 24));
        let event = &sky.world.events(organization).await[0];
        assert_eq!(event.action, "cluster.read_admin_password");
        assert!(!format!("{event:?}").contains(&shown.password));
        let managed = sky.running(&alice, organization, "3.0", Managed).await;
        let refused = sky.world.end(&alice.call, ReadAdminPassword { cluster: managed }).await;
        assert!(matches!(refused, Err(Error::Refused(_))));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn h7_h8_h76_cloud_accounts_are_configured_by_administrators_and_their_secrets_stay_secret() {
    for sky in skies().await {
        let world = &sky.world;
        let alice = world.person("alice@example.org").await;
        let organization = world.organization(&alice).await;
        let max = world.member(&alice, organization, "max@example.org", Member).await;
        let fields = |secret: &str| -> BTreeMap<String, String> {
            [("region", "eu-central-1"), ("access_key_id", "AKIA1"), ("secret_access_key", secret)]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into()
        };
        let create = |secret: &str| CreateCloudAccount {
            organization,
            name: "Production".parse().expect("a name"),
            provider: CloudProvider::Aws,
            fields: fields(secret),
        };
        let forbidden = Err(Error::Forbidden { permission: "can_configure_cloud_accounts" });
        assert_eq!(world.end(&max.call, create("hunter2")).await, forbidden);
        let missing = FieldProblem::Missing(&CloudProvider::Aws.fields()[2]);
        let missing = CreateCloudAccountRefusal::Fields(vec![missing]);
        assert_eq!(world.end(&alice.call, create(" ")).await, Err(Error::Refused(missing)));
        let id = world.done(&alice.call, create("hunter2")).await.id;
        let taken = Err(Error::Refused(CreateCloudAccountRefusal::NameTaken));
        assert_eq!(world.end(&alice.call, create("hunter2")).await, taken);
        let account = CloudAccountRef { organization, account: id };
        let name = "Main".parse().expect("a name");
        world.done(&alice.call, EditCloudAccount { account, name, fields: fields("") }).await;
        let seen = world.answer(&max.call, ListCloudAccounts { organization }).await;
        assert_eq!(
            (seen[0].name.as_str(), seen[0].settings["region"].as_str()),
            ("Main", "eu-central-1")
        );
        let everything = format!("{seen:?}{:?}", world.events(organization).await);
        assert!(!everything.contains("hunter2"), "in no list and no event");
        let delete = DeleteCloudAccount { account };
        let used = sky.running(&alice, organization, "3.0", Managed).await;
        let here = sky.view(&alice, used).await.cloud_account;
        let here = CloudAccountRef { organization, account: here };
        let refused = world.end(&alice.call, DeleteCloudAccount { account: here }).await;
        assert_eq!(refused, Err(Error::Refused(DeleteCloudAccountRefusal::InUse)));
        world.done(&alice.call, delete).await;
        assert_eq!(world.answer(&max.call, ListCloudAccounts { organization }).await.len(), 1);
    }
}
