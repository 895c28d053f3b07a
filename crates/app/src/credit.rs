//! Credits: what an organization was granted, and what its clusters have consumed (H9, A15).
//!
//! Nothing counts along while a cluster runs. What it consumed follows from when it ran and what an
//! hour costs, so that no crash loses or doubles a minute.

mod balance;
mod grant;
mod usage;
mod warn;
mod watch;

pub(crate) use balance::balance;
pub use balance::{Balance, GetCredits};
pub(crate) use grant::initial;
pub use grant::{
    CreditsGranted, GrantCredits, GrantCreditsRefusal, ListCreditGrants, ListedCreditGrant,
};
pub use usage::{
    ClusterUsage, Consumption, GetConsumption, GetUsage, MAX_STEPS, Usage, UsageBucket, UsagePart,
    UsageRange, UsageRefusal, UsageStep, UserUsage,
};
pub use warn::{WarnOfCredits, WarnOfCreditsRefusal, WarnedOfCredits};
pub use watch::WatchedCredits;
