//! The operations of Guildhall, the one frame that runs them, and the charter that decides.
//!
//! An [`Operation`] changes something, a [`Query`] reads; both name the permission they need and
//! what it is needed on. [`App::execute`] and [`App::read`] are the only ways to run them.

pub mod account;
mod actor;
pub mod api_key;
mod app;
pub mod audit;
mod ceiling;
pub mod cloud_account;
pub mod cluster;
pub mod credit;
mod error;
mod frame;
mod index;
pub mod invitation;
mod keys;
pub mod mail;
pub mod member;
mod metrics;
mod operation;
pub mod organization;
pub mod outbox;
mod password;
mod permission;
mod refusal;
mod reveal;
pub mod role;
pub mod second_factor;
pub mod session;
mod settings;
pub mod system;
mod throttle;
mod vault;

pub use actor::{Actor, Call, IdempotencyKey, Origin, RevisionToken, Via};
pub use app::{App, AppParts, OpenError};
pub use error::{Error, Never, Refusal, RefusalKind, Stop};
pub use frame::{Done, Forecast, Granted, Right, Viewing};
pub use index::charter;
pub use keys::{KeyError, Keys, MasterKey};
pub use metrics::Metrics;
pub use operation::{Operation, Outcome, Query, QueryOutcome};
pub use password::{
    NewPassword, PASSWORD_MINIMUM, PasswordProof, PasswordRefusal, Passwords, WeakPassword,
};
pub use permission::{
    CloudAccountRef, ClusterRef, InvitationRef, Permission, SystemWide, Target, TheSystem, facts,
    object, user,
};
pub use reveal::Revealed;
pub use session::Authenticated;
pub use settings::{ClusterSettings, ClusterSize, Plan, Registration, Settings};
pub use vault::{RenewedCredentials, Vault, VaultKey};
