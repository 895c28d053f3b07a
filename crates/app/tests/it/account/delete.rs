//! Deleting one's account, and profile and Welcome besides.

use guildhall_app::Error;
use guildhall_app::account::{
    CloseWelcome, DeleteAccount, DeleteAccountRefusal, EditProfile, GetAccount, MakeSystemAdmin,
};
use guildhall_app::organization::ListMyOrganizations;
use guildhall_store::{ScopeId, member, relationship};

use super::people::{PASSWORD, Person, names, operator, password};
use crate::world::{World, worlds};

async fn delete(world: &World, person: &Person) -> Result<(), Error<DeleteAccountRefusal>> {
    let proof = world.app.prove_password(person.id, password(PASSWORD)).await.expect("right");
    world.app.execute(&person.call, DeleteAccount { proof }).await.map(|_| ())
}

#[tokio::test]
async fn a_deleted_account_is_gone_everywhere() {
    for world in worlds().await {
        let ada = world.verified("ada@lovelace.example").await;
        let mine = ListMyOrganizations { user: ada.id };
        let mine = world.app.read(&ada.call, mine).await.expect("a list");
        delete(&world, &ada).await.expect("deleted");
        let known = world.app.authenticate_session(&ada.session.secret.0).await.unwrap();
        assert!(known.is_none(), "{}", world.engine);
        assert!(world.prove("ada@lovelace.example", PASSWORD).await.is_none());
        assert!(
            world
                .mailed_kinds("ada@lovelace.example")
                .await
                .contains(&"account_deleted".to_owned())
        );
        let database = world.database().await;
        let mut tx = database.read().await.expect("a transaction");
        for scope in [ScopeId::system(), ScopeId::from(mine[0].id)] {
            let mut scoped = tx.scope(&scope);
            let rows = relationship::of_subject(&mut scoped, "user", &ada.id.text()).await;
            assert_eq!(rows.expect("relationships"), [], "{scope:?}");
        }
        assert_eq!(member::count(&mut tx.scope(&mine[0].id.into())).await.unwrap(), 0);
        drop(tx);
        assert!(world.audited().await.contains(&"account.delete".to_owned()));
        // The address is free again, for somebody new.
        let again = world.newcomer("ada@lovelace.example").await;
        assert_ne!(again.id, ada.id);
    }
}

#[tokio::test]
async fn the_only_system_administrator_stays() {
    for world in worlds().await {
        let ada = world.verified("ada@lovelace.example").await;
        let bob = world.verified("bob@miller.example").await;
        let appoint = |person: &Person| MakeSystemAdmin { email: person.email.clone() };
        world.app.execute(&operator(), appoint(&ada)).await.expect("appointed");
        let refused = delete(&world, &ada).await;
        let last = Err(Error::Refused(DeleteAccountRefusal::LastSystemAdmin));
        assert_eq!(refused, last, "{}", world.engine);
        world.app.execute(&ada.call, appoint(&bob)).await.expect("appointed");
        delete(&world, &ada).await.expect("deleted");
    }
}

#[tokio::test]
async fn h76_names_change_wherever_they_are_shown() {
    for world in worlds().await {
        let ada = world.verified("ada@lovelace.example").await;
        let mine = ListMyOrganizations { user: ada.id };
        let mine = world.app.read(&ada.call, mine).await.expect("a list");
        let edit = EditProfile { user: ada.id, names: names("Augusta", "") };
        world.app.execute(&ada.call, edit).await.expect("saved");
        let account = world.app.read(&ada.call, GetAccount { user: ada.id }).await.unwrap();
        assert_eq!((account.first_name.as_str(), account.last_name.as_str()), ("Augusta", ""));
        let database = world.database().await;
        let mut tx = database.read().await.expect("a transaction");
        let listed = member::get(&mut tx.scope(&mine[0].id.into()), ada.id).await.expect("a row");
        assert_eq!(listed.expect("a member").person.name(), "Augusta", "{}", world.engine);
        let bob = world.newcomer("bob@miller.example").await;
        let other = EditProfile { user: ada.id, names: names("Mallory", "") };
        let hidden = world.app.execute(&bob.call, other).await.map(|_| ());
        assert_eq!(hidden, Err(Error::NotFound));
    }
}

#[tokio::test]
async fn h20_the_welcome_splash_is_closed_once_for_good() {
    for world in worlds().await {
        let ada = world.newcomer("ada@lovelace.example").await;
        let welcome = async || {
            let known = world.app.authenticate_session(&ada.session.secret.0).await.unwrap();
            known.expect("somebody").welcome
        };
        assert!(welcome().await, "{}", world.engine);
        world.app.execute(&ada.call, CloseWelcome { user: ada.id }).await.expect("closed");
        assert!(!welcome().await);
        world.app.execute(&ada.call, CloseWelcome { user: ada.id }).await.expect("still closed");
    }
}
