//! The kinds of things that have an id, each with the prefix of its text form.

use crate::Id;

/// What an id is the id of.
pub trait Kind: 'static {
    /// The start of the id's text form, before the `_`: `org`.
    const PREFIX: &'static str;
    /// What messages call one such thing: `organization`.
    const NAME: &'static str;
    /// The id's name in the OpenAPI document: `OrganizationId`.
    const SCHEMA: &'static str;
}

macro_rules! kinds {
    ($($kind:ident, $id:ident, $prefix:literal, $name:literal;)*) => {$(
        #[doc = concat!("The kind of a ", $name, ".")]
        #[derive(Debug)]
        pub enum $kind {}

        impl Kind for $kind {
            const PREFIX: &'static str = $prefix;
            const NAME: &'static str = $name;
            const SCHEMA: &'static str = stringify!($id);
        }

        #[doc = concat!("The id of a ", $name, ": `", $prefix, "_…`.")]
        pub type $id = Id<$kind>;
    )*

        /// The prefix of every kind.
        pub const PREFIXES: &[&str] = &[$($prefix),*];
    };
}

kinds! {
    User, UserId, "user", "user";
    Organization, OrganizationId, "org", "organization";
    Invitation, InvitationId, "inv", "invitation";
    Session, SessionId, "ses", "session";
    ApiKey, ApiKeyId, "key", "API key";
    Role, RoleId, "role", "custom role";
    Event, EventId, "evt", "audit event";
    Mail, MailId, "mail", "mail";
    Group, GroupId, "grp", "group";
    Team, TeamId, "team", "team";
    Workspace, WorkspaceId, "ws", "workspace";
    Project, ProjectId, "prj", "project";
    Resource, ResourceId, "res", "resource";
    Node, NodeId, "node", "node";
    Share, ShareId, "shr", "share";
    CloudAccount, CloudAccountId, "acc", "cloud account";
    Cluster, ClusterId, "cls", "cluster";
    ClusterAccount, ClusterAccountId, "cla", "cluster account";
    Drive, DriveId, "drv", "drive";
    Invoice, InvoiceId, "bill", "invoice";
    Job, JobId, "job", "job";
    CreditGrant, CreditGrantId, "crd", "grant of credits";
}
