//! The mails about credits that come to an end.

use guildhall_model::{Credits, OrganizationId, Timestamp};

use super::{moment, organization::about};
use crate::mail::letter::Letter;

/// A time as long as this is told in days.
const DAYS: i64 = 48;

pub(super) fn low(
    base: &str,
    organization: &str,
    id: OrganizationId,
    (left, hours): (Credits, Option<i64>),
    at: Timestamp,
) -> Letter {
    let (letter, name) = about(base, "“{}” is running low on credits", organization);
    let lasts = match hours {
        None => "No cluster runs at the moment".to_owned(),
        Some(0) => "Less than an hour at the present rate".to_owned(),
        Some(1) => "About an hour at the present rate".to_owned(),
        Some(hours) if hours < DAYS => format!("About {hours} hours at the present rate"),
        Some(hours) => format!("About {} days at the present rate", hours / 24),
    };
    letter
        .say(format!(
            "The credits of the organization “{name}” come to an end. Once none are left, no \
             cluster of it can be started."
        ))
        .fact("Credits left", left.rounded())
        .fact("As of", moment(at))
        .fact("They last", lasts)
        .action("See the usage", &format!("/o/{id}/usage"))
        .note("The system administrator of this Guildhall grants credits.")
}

pub(super) fn spent(base: &str, organization: &str, id: OrganizationId, stopping: bool) -> Letter {
    let (letter, name) = about(base, "“{}” has no credits left", organization);
    let clusters = match stopping {
        true => "Its running clusters are being stopped; what is stored on them stays.",
        false => "Its running clusters go on, and what they consume is counted.",
    };
    letter
        .say(format!(
            "The organization “{name}” has no credits left. No cluster of it can be started until \
             more are granted. {clusters}"
        ))
        .action("See the usage", &format!("/o/{id}/usage"))
        .note("The system administrator of this Guildhall grants credits.")
}
