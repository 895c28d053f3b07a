//! What an operation may need: a `can_…` relation of the charter on a kind of target.

use std::marker::PhantomData;

use guildhall_authz::{Object, Subject, Tuple};
use guildhall_model::{CloudAccountId, ClusterId, InvitationId, OrganizationId, UserId};
use guildhall_store::ScopeId;

/// A relation of the charter that an actor must have to a target of type `T`.
#[derive(Debug)]
pub struct Permission<T> {
    relation: &'static str,
    target: PhantomData<fn() -> T>,
}

impl<T: Target> Permission<T> {
    /// The permission of that name on a kind of target.
    pub const fn named(relation: &'static str) -> Self {
        Self { relation, target: PhantomData }
    }

    /// The name, such as `can_remove_member`.
    pub fn relation(&self) -> &'static str {
        self.relation
    }

    /// The kind of target in the charter, such as `organization`.
    pub fn kind(&self) -> &'static str {
        T::KIND
    }
}

/// Something an operation can be authorized on.
pub trait Target: Clone + Send + Sync + 'static {
    /// Its type in the charter.
    const KIND: &'static str;

    /// Its id in the charter.
    fn id(&self) -> String;

    /// The scope whose lock the decision is taken under.
    fn scope(&self) -> ScopeId;

    /// Facts that hold by identity and are not stored.
    fn facts(&self) -> Vec<Tuple> {
        Vec::new()
    }

    /// It as an object of the charter.
    fn object(&self) -> Object {
        object(Self::KIND, &self.id())
    }
}

/// Targets of the system's scope, whose operations may touch organizations besides.
pub trait SystemWide: Target {}

/// The installation as a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TheSystem;

impl TheSystem {
    /// The installation's id in the charter.
    pub const ID: &'static str = "guildhall";
}

impl Target for TheSystem {
    const KIND: &'static str = "system";

    fn id(&self) -> String {
        Self::ID.to_owned()
    }

    fn scope(&self) -> ScopeId {
        ScopeId::system()
    }

    fn facts(&self) -> Vec<Tuple> {
        let everyone = |relation: &str, kind: &str| {
            Tuple::new(self.object(), relation, Subject::Wildcard(kind.into()))
        };
        vec![
            everyone("anyone", "visitor"),
            everyone("anyone", "user"),
            everyone("registered", "user"),
        ]
    }
}

impl SystemWide for TheSystem {}

impl Target for UserId {
    const KIND: &'static str = "user";

    fn id(&self) -> String {
        self.text()
    }

    fn scope(&self) -> ScopeId {
        ScopeId::system()
    }

    fn facts(&self) -> Vec<Tuple> {
        vec![
            Tuple::new(self.object(), "oneself", user(*self)),
            Tuple::new(self.object(), "system", TheSystem.object()),
        ]
    }
}

impl SystemWide for UserId {}

impl Target for OrganizationId {
    const KIND: &'static str = "organization";

    fn id(&self) -> String {
        self.text()
    }

    fn scope(&self) -> ScopeId {
        ScopeId::from(*self)
    }
}

/// An invitation, named together with the organization that it is said to belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvitationRef {
    /// The organization, whose lock is taken.
    pub organization: OrganizationId,
    /// The invitation.
    pub invitation: InvitationId,
}

impl Target for InvitationRef {
    const KIND: &'static str = "invitation";

    fn id(&self) -> String {
        self.invitation.text()
    }

    fn scope(&self) -> ScopeId {
        ScopeId::from(self.organization)
    }
}

/// A cluster, named together with the organization that it is said to belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClusterRef {
    /// The organization, whose lock is taken.
    pub organization: OrganizationId,
    /// The cluster.
    pub cluster: ClusterId,
}

impl Target for ClusterRef {
    const KIND: &'static str = "cluster";

    fn id(&self) -> String {
        self.cluster.text()
    }

    fn scope(&self) -> ScopeId {
        ScopeId::from(self.organization)
    }
}

/// A cloud account, named together with the organization that it is said to belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CloudAccountRef {
    /// The organization, whose lock is taken.
    pub organization: OrganizationId,
    /// The cloud account.
    pub account: CloudAccountId,
}

impl Target for CloudAccountRef {
    const KIND: &'static str = "cloud_account";

    fn id(&self) -> String {
        self.account.text()
    }

    fn scope(&self) -> ScopeId {
        ScopeId::from(self.organization)
    }
}

/// Facts about an object that hold by identity and are not stored: [`Target::facts`] of what is a
/// target, none for anything else.
pub fn facts(object: &Object) -> Vec<Tuple> {
    match object.kind.as_str() {
        TheSystem::KIND if object.id == TheSystem::ID => TheSystem.facts(),
        UserId::KIND => object.id.parse().map(|user: UserId| user.facts()).unwrap_or_default(),
        _ => Vec::new(),
    }
}

/// An object of the charter.
pub fn object(kind: &str, id: &str) -> Object {
    Object { kind: kind.into(), id: id.into() }
}

/// A user as a subject.
pub fn user(id: UserId) -> Subject {
    Subject::Object(object("user", &id.text()))
}
