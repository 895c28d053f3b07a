//! The vault: its key is changed while credentials are in use.

use std::sync::{Arc, Mutex};

use guildhall_app::{
    CloudAccountRef, MasterKey, RenewedCredentials, Vault, VaultKey,
    cloud_account::{CreateCloudAccount, EditCloudAccount},
};
use guildhall_model::{CloudAccountId, CloudProvider, OrganizationId};
use guildhall_store::{ScopeId, cloud_account};

use crate::people::Somebody;
use crate::world::{World, worlds};

/// Keys as a file holds them: what is put in is seen by every vault that reads it.
#[derive(Clone)]
struct Ring(Arc<Mutex<Vec<VaultKey>>>);

impl Ring {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(vec![VaultKey::derived(&MasterKey::new([7; 32]))])))
    }

    fn vault(&self) -> Vault {
        let keys = Arc::clone(&self.0);
        let source = move || Ok(keys.lock().expect("no test failed").clone());
        Vault::open(source).expect("there is a key")
    }

    fn add(&self, world: &World) -> String {
        let key = VaultKey::from_text(&VaultKey::generate(&*world.entropy)).expect("a key");
        let id = key.id().to_owned();
        self.0.lock().expect("no test failed").insert(0, key);
        id
    }

    /// Leaves the newest only.
    fn prune(&self) {
        self.0.lock().expect("no test failed").truncate(1);
    }
}

fn fields(secret: &str) -> guildhall_app::cloud_account::Fields {
    [("region", "eu-central-1"), ("access_key_id", "AKIA1"), ("secret_access_key", secret)]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
}

async fn account(
    world: &World,
    app: &guildhall_app::App,
    by: &Somebody,
    organization: OrganizationId,
    secret: &str,
) -> CloudAccountId {
    world.clock.advance(std::time::Duration::from_millis(1));
    let create = CreateCloudAccount {
        organization,
        name: format!("account {secret}").parse().expect("a name"),
        provider: CloudProvider::Aws,
        fields: fields(secret),
    };
    app.execute(&by.call, create).await.expect("it is made").output.id
}

/// The credentials as they are stored.
async fn sealed(world: &World, organization: OrganizationId, id: CloudAccountId) -> String {
    let mut tx = world.database().await.read().await.expect("the database opens");
    let scope = ScopeId::from(organization);
    let found = cloud_account::get(&mut tx.scope(&scope), id).await.expect("it is read");
    tx.commit().await.expect("reading ends");
    found.expect("it is there").sealed
}

/// The secret in them, as one process sees it.
async fn secret(
    world: &World,
    app: &guildhall_app::App,
    organization: OrganizationId,
    id: CloudAccountId,
) -> Option<String> {
    let text = sealed(world, organization, id).await;
    let opened = app.vault().unseal(&id.text(), &text).ok()?;
    let fields: serde_json::Value = serde_json::from_slice(&opened).expect("fields");
    fields["secret_access_key"].as_str().map(str::to_owned)
}

#[tokio::test(flavor = "multi_thread")]
async fn h7_the_key_of_credentials_is_changed_while_they_are_in_use() {
    for world in worlds().await {
        let alice = world.person("alice@example.org").await;
        let organization = world.organization(&alice).await;
        let ring = Ring::new();
        let server = world.process_with(ring.vault()).await;
        let first = account(&world, &server, &alice, organization, "one").await;
        let second = account(&world, &server, &alice, organization, "two").await;
        let before = sealed(&world, organization, first).await;

        let key = ring.add(&world);
        let command = world.process_with(ring.vault()).await;
        let done = command.renew_credentials().await.expect("the database works");
        let all = RenewedCredentials { credentials: 2, renewed: 2, unreadable: Vec::new() };
        assert_eq!(done, all, "on {}", world.engine);
        let again = command.renew_credentials().await.expect("the database works");
        assert_eq!(again, RenewedCredentials { renewed: 0, ..all.clone() }, "once is enough");
        let after = sealed(&world, organization, first).await;
        assert!(after.starts_with(&key) && !before.starts_with(&key));
        let content = |text: &str| text.rsplit('.').next().map(str::to_owned);
        assert_eq!(content(&before), content(&after), "what is sealed is not touched");

        // The server was open all the time.
        let read = secret(&world, &server, organization, second).await;
        assert_eq!(read.as_deref(), Some("two"), "on {}", world.engine);
        let account = CloudAccountRef { organization, account: first };
        let name = "renamed".parse().expect("a name");
        let edit = EditCloudAccount { account, name, fields: fields("three") };
        server.execute(&alice.call, edit).await.expect("it is edited");
        assert!(sealed(&world, organization, first).await.starts_with(&key));
        assert_eq!(secret(&world, &command, organization, first).await.as_deref(), Some("three"));
        ring.prune();
        let restarted = world.process_with(ring.vault()).await;
        assert_eq!(secret(&world, &restarted, organization, second).await.as_deref(), Some("two"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn h7_a_change_that_was_broken_off_is_finished_and_nothing_is_lost_before() {
    for world in worlds().await {
        let alice = world.person("alice@example.org").await;
        let organization = world.organization(&alice).await;
        let ring = Ring::new();
        let server = world.process_with(ring.vault()).await;
        let first = account(&world, &server, &alice, organization, "one").await;
        ring.add(&world);
        // The command ended here. The server seals with the new key, without having met it.
        let second = account(&world, &server, &alice, organization, "two").await;
        for (id, expected) in [(first, "one"), (second, "two")] {
            let read = secret(&world, &server, organization, id).await;
            assert_eq!(read.as_deref(), Some(expected), "on {}", world.engine);
        }
        let command = world.process_with(ring.vault()).await;
        let done = command.renew_credentials().await.expect("the database works");
        assert_eq!((done.credentials, done.renewed), (2, 1));
        // Without the key nothing is read, and nothing is changed.
        let other = Ring::new();
        let stranger = world.process_with(other.vault()).await;
        let kept = sealed(&world, organization, first).await;
        let done = stranger.renew_credentials().await.expect("the database works");
        assert_eq!(done.unreadable.len(), 2);
        assert_eq!(sealed(&world, organization, first).await, kept);
    }
}
