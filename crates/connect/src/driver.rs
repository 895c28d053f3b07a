//! The drivers of clusters: PostgreSQL on this machine, a program, a service.

pub mod exec;
pub mod http;
pub mod postgres;

use guildhall_app::cluster::driver::{DriverError, Report, Service, Verb};

/// The most bytes of an answer that are read.
const LARGEST_ANSWER: usize = 1024 * 1024;

/// Reads the answer that came from outside to a verb; `who` begins the sentence of a failure.
fn read_report(who: &str, verb: Verb, json: &[u8]) -> Result<Report, DriverError> {
    let wrong = |what: String| {
        let text = format!("{who} gave an answer that cannot be used");
        DriverError::permanent(&text).because(format!("it {what}"))
    };
    let report = Report::parse(json).map_err(wrong)?;
    if verb.needs_state() && report.state.is_none() {
        let verb = verb.as_str();
        return Err(wrong(format!("does not say the `state`, which `{verb}` must")));
    }
    Ok(report)
}

/// The services in force: those that were declared, or else what clusters usually have (H69).
fn services_or_usual(declared: &[Service]) -> Vec<Service> {
    if declared.is_empty() { Service::defaults() } else { declared.to_vec() }
}
