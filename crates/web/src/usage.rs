//! What API and console share about usage: the query, and the file.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use futures_util::stream;
use guildhall_app::credit::{Usage, UsagePart, UsageRange, UsageStep};
use guildhall_model::Timestamp;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::audit::day_or_moment;
use crate::csv::line;
use crate::problem::Problem;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// How many days are shown without a range.
const DAYS: u32 = 30;
/// How many lines of a file are written at once.
const LINES: usize = 1_000;

/// Which usage.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UsageQuery {
    /// The first day (`2026-11-01`, in UTC) or the first moment (RFC 3339); without, thirty days
    /// are given.
    #[serde(default)]
    pub(crate) from: Option<String>,
    /// The last day, included, or the moment before which usage is given; today without.
    #[serde(default)]
    pub(crate) until: Option<String>,
    /// The size of the parts: `day` without, `week` (from Monday) or `month`, all in UTC. There are
    /// at most 400.
    #[serde(default)]
    pub(crate) step: Option<UsageStep>,
    /// `json` without, or `csv`: a line for each part, cluster and user.
    #[serde(default)]
    pub(crate) format: Option<UsageFormat>,
}

/// The format of usage.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum UsageFormat {
    /// An object with sums by part, user and cluster.
    #[default]
    Json,
    /// Comma-separated values with a line of column names.
    Csv,
}

impl UsageQuery {
    /// The range that the query describes, or what is wrong with it.
    pub(crate) fn range(&self, now: Timestamp) -> Result<UsageRange, Problem> {
        let given = |text: &Option<String>| {
            text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let until = match given(&self.until) {
            Some(text) => day_or_moment("until", &text, true)?,
            None => end_of_day(now),
        };
        let from = match given(&self.from) {
            Some(text) => day_or_moment("from", &text, false)?,
            None => until.minus(DAY * DAYS),
        };
        Ok(UsageRange { from, until, step: self.step.unwrap_or_default() })
    }
}

fn end_of_day(now: Timestamp) -> Timestamp {
    let day = now.micros().rem_euclid(DAY.as_micros() as i64);
    Timestamp::new(now.micros() - day).plus(DAY)
}

const COLUMNS: [&str; 7] = ["from", "until", "cluster", "cluster_name", "user", "email", "credits"];

/// Usage as a file: a line for each part of the range, cluster and user that consumed anything.
pub(crate) fn file(usage: Usage) -> Response {
    let chunks = usage.parts.len().div_ceil(LINES).max(1);
    let chunks = (0..chunks).map(move |at| {
        let mut text = String::new();
        if at == 0 {
            line(&mut text, COLUMNS);
        }
        for part in usage.parts.iter().skip(at * LINES).take(LINES) {
            write(&mut text, &usage, part);
        }
        Ok::<_, std::convert::Infallible>(text)
    });
    let mut response = Response::new(Body::from_stream(stream::iter(chunks)));
    let headers = response.headers_mut();
    let csv = HeaderValue::from_static("text/csv; charset=utf-8");
    let name = HeaderValue::from_static("attachment; filename=\"usage.csv\"");
    headers.insert(header::CONTENT_TYPE, csv);
    headers.insert(header::CONTENT_DISPOSITION, name);
    response
}

fn write(text: &mut String, usage: &Usage, part: &UsagePart) {
    let bucket = &usage.buckets[part.bucket];
    let (cluster, user) = (&usage.by_cluster[part.cluster], &usage.by_user[part.user]);
    line(
        text,
        [
            &*bucket.from.to_string(),
            &bucket.until.to_string(),
            &cluster.cluster.text(),
            cluster.name.as_str(),
            &user.user.text(),
            user.email.as_str(),
            &part.consumed.to_string(),
        ],
    );
}

#[cfg(test)]
mod tests {
    use guildhall_app::credit::UsageStep;

    use super::UsageQuery;

    #[test]
    fn without_a_range_thirty_days_are_given_and_the_last_day_is_included() {
        let now = "2026-11-21T18:00:00Z".parse().expect("a time");
        let range = UsageQuery::default().range(now).expect("a range");
        assert_eq!(range.from.to_string(), "2026-10-23T00:00:00.000000Z");
        assert_eq!(range.until.to_string(), "2026-11-22T00:00:00.000000Z");
        assert_eq!(range.step, UsageStep::Day);
        let text = |text: &str| Some(text.to_owned());
        let query = UsageQuery {
            from: text("2026-11-01"),
            until: text("2026-11-30"),
            ..UsageQuery::default()
        };
        let range = query.range(now).expect("a range");
        assert_eq!(range.until.to_string(), "2026-12-01T00:00:00.000000Z");
        let bad = UsageQuery { until: text("=1"), ..query };
        assert!(bad.range(now).is_err());
    }
}
