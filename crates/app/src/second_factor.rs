//! The second factor: time-based codes (RFC 6238), and recovery codes for when it is lost.

mod confirm;
mod disable;
mod enrol;
mod get;
pub(crate) mod recovery;
mod renew_codes;
pub(crate) mod totp;

pub use confirm::{ConfirmSecondFactor, ConfirmSecondFactorRefusal, RecoveryCodes};
pub use disable::{DisableSecondFactor, DisableSecondFactorRefusal};
pub use enrol::{EnrolSecondFactor, EnrolSecondFactorRefusal, Enrolment, GetEnrolment};
pub use get::{GetSecondFactor, SecondFactor};
pub use renew_codes::RenewRecoveryCodes;
