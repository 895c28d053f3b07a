//! Typed ids, validated values, entities and their state changes, the clock. No I/O, no async.
//!
//! A value is validated once, by its type, and carries its invariant from then on. Every value
//! type has one text form: `Display`, `FromStr`, serde and the JSON schema agree on it, and serde
//! goes through the same validation as everything else.

mod choice;
mod clock;
mod cluster;
mod credits;
mod email;
mod email_list;
mod entropy;
mod id;
mod isolate;
pub mod kind;
mod name;
mod organization_name;
mod page_size;
mod password;
mod revision;
mod role;
mod secret;
mod switch;
mod text;
mod timestamp;
mod token_hash;
mod version;

pub use clock::{Clock, SystemClock};
pub use cluster::{
    CloudField, CloudProvider, CloudProviderError, ClusterMove, ClusterMoveError, ClusterRole,
    ClusterRoleError, ClusterState, ClusterStateError, UserManagement, UserManagementError,
};
pub use credits::{Credits, CreditsError};
pub use email::{Email, EmailError, EmailProblem};
pub use email_list::{EmailList, EmailListError};
pub use entropy::{Entropy, SystemEntropy};
pub use id::{Id, IdError};
pub use isolate::isolated;
pub use kind::{
    ApiKeyId, CloudAccountId, ClusterAccountId, ClusterId, CreditGrantId, DriveId, EventId,
    GroupId, InvitationId, InvoiceId, JobId, Kind, MailId, NodeId, OrganizationId, ProjectId,
    ResourceId, RoleId, SessionId, ShareId, TeamId, UserId, WorkspaceId,
};
pub use name::{
    ApiKeyName, CloudAccountName, ClusterName, DisplayName, NameError, NameProblem, PersonName,
    RoleName,
};
pub use organization_name::{OrganizationName, OrganizationNameError};
pub use page_size::{PageSize, PageSizeError};
pub use password::{Password, PasswordError, PasswordHash, PasswordHashError};
pub use revision::{Revision, RevisionError};
pub use role::{InvitableRole, OrganizationRole, RoleError};
pub use secret::{
    ApiKeyKind, ApiKeySecret, BootstrapKind, BootstrapSecret, ContinuationKind, ContinuationSecret,
    InvitationKind, InvitationSecret, ResetKind, ResetSecret, Secret, SecretError, SecretKind,
    SessionKind, SessionSecret, VerificationKind, VerificationSecret,
};
pub use switch::{Switch, SwitchError};
pub use timestamp::{Timestamp, TimestampError};
pub use token_hash::{TokenHash, TokenHashError};
pub use version::{Version, VersionError};
