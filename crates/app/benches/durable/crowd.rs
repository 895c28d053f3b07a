//! Many people and some organizations, written past the operations because a million of those
//! would take longer than what is measured.

use guildhall_app::{Actor, Call, Via};
use guildhall_model::{
    Clock, Email, Id, Kind, OrganizationId, PasswordHash, Revision, SystemClock, SystemEntropy,
    UserId,
};
use guildhall_store::{
    Database, ScopeId, Tx, member,
    organization::{self, NewOrganization},
    relationship::{self, Relationship, RelationshipChange},
    user::{self, Account},
};

/// Somebody with a confirmed address.
pub(crate) struct Somebody {
    /// Their address.
    pub(crate) email: Email,
    /// They, asking.
    pub(crate) call: Call,
}

/// Everybody.
pub(crate) struct Crowd {
    /// The organizations with their owners.
    pub(crate) organizations: Vec<(OrganizationId, Somebody)>,
    /// People who are members nowhere.
    pub(crate) people: Vec<Somebody>,
}

impl Crowd {
    /// Writes that many organizations and people into a migrated database.
    pub(crate) async fn found(database: &Database, organizations: usize, people: usize) -> Self {
        let mut tx = database.write().await.expect("a transaction");
        let system = ScopeId::system();
        let revision = relationship::advance(&mut tx.scope(&system)).await.expect("it is locked");
        let revision = revision.expect("the system has a scope");
        let mut crowd = Self { organizations: Vec::new(), people: Vec::new() };
        for at in 0..organizations + people {
            let name = if at < organizations { "owner" } else { "person" };
            let email: Email = format!("{name}.{at}@example.org").parse().expect("an address");
            let account = account(&email);
            user::insert(&mut tx, &account).await.expect("they are new");
            let holder = fact(("address", email.as_str()), "holder", account.id);
            let change = RelationshipChange { revision, added: true, relationship: holder };
            relationship::change(&mut tx.scope(&system), &change, at, account.created_at)
                .await
                .expect("they hold the address");
            let via = Via::ApiKey(id());
            let call = Call::of(Actor::User { id: account.id, email: email.clone(), via });
            let somebody = Somebody { email, call };
            if at < organizations {
                let organization = found_organization(&mut tx, &account, at).await;
                crowd.organizations.push((organization, somebody));
            } else {
                crowd.people.push(somebody);
            }
        }
        tx.commit().await.expect("it is written");
        crowd
    }
}

async fn found_organization(tx: &mut Tx, owner: &Account, at: usize) -> OrganizationId {
    let id: OrganizationId = id();
    let scope = ScopeId::from(id);
    let mut store = tx.scope(&scope);
    relationship::open(&mut store).await.expect("the scope is new");
    let new = NewOrganization {
        name: &format!("organization-{at}").parse().expect("a name"),
        display_name: &format!("Organization {at}").parse().expect("a name"),
        plan: "enterprise",
        seats: None,
        created_at: owner.created_at,
    };
    organization::insert(&mut store, &new).await.expect("the name is new");
    member::insert(&mut store, &owner.person(), owner.created_at).await.expect("a member");
    let owns = fact(("organization", &id.text()), "owner", owner.id);
    let system = Relationship {
        relation: "system".to_owned(),
        subject_kind: "system".to_owned(),
        subject_id: "guildhall".to_owned(),
        ..owns.clone()
    };
    for (position, relationship) in [owns, system].into_iter().enumerate() {
        let change = RelationshipChange { revision: Revision::new(1), added: true, relationship };
        let written = relationship::change(&mut store, &change, position, owner.created_at);
        written.await.expect("it is related");
    }
    id
}

fn id<K: Kind>() -> Id<K> {
    Id::generate(SystemClock.now(), &SystemEntropy)
}

fn account(email: &Email) -> Account {
    let now = SystemClock.now();
    // In the form of a hash, of no password.
    let hash = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$\
        AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let hash = PasswordHash::parse(hash.to_owned()).expect("the form of a hash");
    Account {
        email_verified_at: Some(now),
        welcome_closed_at: Some(now),
        ..Account::new(id(), email.clone(), ("Ada", "Example"), hash, now)
    }
}

fn fact((kind, id): (&str, &str), relation: &str, subject: UserId) -> Relationship {
    Relationship {
        object_kind: kind.to_owned(),
        object_id: id.to_owned(),
        relation: relation.to_owned(),
        subject_kind: "user".to_owned(),
        subject_id: subject.text(),
        subject_relation: None,
    }
}
