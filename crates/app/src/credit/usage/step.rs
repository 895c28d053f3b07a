//! Days, weeks and months, in UTC.

use guildhall_model::Timestamp;
use jiff::{Span, civil::Date, tz::TimeZone};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The most parts that a range is divided into.
pub const MAX_STEPS: usize = 400;

/// The size of the parts of a range, all in UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum UsageStep {
    /// Days.
    #[default]
    Day,
    /// Weeks, which begin on Monday (ISO 8601).
    Week,
    /// Months of the calendar.
    Month,
}

impl UsageStep {
    /// All steps.
    pub const ALL: [Self; 3] = [Self::Day, Self::Week, Self::Month];

    /// The text form.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    /// Where the parts of a range begin, and where the last one ends; `None` for more than
    /// [`MAX_STEPS`] parts.
    pub(super) fn edges(self, from: Timestamp, until: Timestamp) -> Option<Vec<Timestamp>> {
        let mut edges = vec![from];
        let mut day = day(from)?;
        loop {
            if edges.len() > MAX_STEPS {
                return None;
            }
            match self.next(day).and_then(|next| Some((next, start(next)?))) {
                Some((next, at)) if at < until => {
                    edges.push(at);
                    day = next;
                }
                _ => {
                    edges.push(until);
                    return Some(edges);
                }
            }
        }
    }

    /// The first day of the part after the one that this day is in; `None` at the end of time.
    fn next(self, day: Date) -> Option<Date> {
        match self {
            Self::Day => day.tomorrow().ok(),
            Self::Week => {
                let passed = i64::from(day.weekday().to_monday_zero_offset());
                day.checked_add(Span::new().days(7 - passed)).ok()
            }
            Self::Month => day.first_of_month().checked_add(Span::new().months(1)).ok(),
        }
    }
}

fn day(at: Timestamp) -> Option<Date> {
    let at = jiff::Timestamp::from_microsecond(at.micros()).ok()?;
    Some(at.to_zoned(TimeZone::UTC).date())
}

fn start(day: Date) -> Option<Timestamp> {
    let at = day.to_zoned(TimeZone::UTC).ok()?.timestamp();
    Some(Timestamp::new(at.as_microsecond()))
}

#[cfg(test)]
mod tests {
    use guildhall_model::Timestamp;

    use super::UsageStep;

    fn edges(step: UsageStep, from: &str, until: &str) -> Option<Vec<String>> {
        let at = |text: &str| format!("{text}:00Z").parse::<Timestamp>().expect("a time");
        let edges = step.edges(at(from), at(until))?;
        Some(edges.iter().map(|edge| edge.to_string()[..16].to_owned()).collect())
    }

    #[test]
    fn parts_are_cut_off_where_the_range_begins_and_ends() {
        let (from, until) = ("2024-02-28T12:00", "2024-03-02T06:00");
        assert_eq!(
            edges(UsageStep::Day, from, until).expect("few parts"),
            [from, "2024-02-29T00:00", "2024-03-01T00:00", "2024-03-02T00:00", until]
        );
        assert_eq!(
            edges(UsageStep::Month, from, until).expect("few parts"),
            [from, "2024-03-01T00:00", until]
        );
    }

    #[test]
    fn weeks_begin_on_monday_across_the_year() {
        // 2020 ended on a Thursday, in its 53rd week.
        assert_eq!(
            edges(UsageStep::Week, "2020-12-28T00:00", "2021-01-12T00:00").expect("few parts"),
            ["2020-12-28T00:00", "2021-01-04T00:00", "2021-01-11T00:00", "2021-01-12T00:00"]
        );
    }

    #[test]
    fn a_range_has_at_most_400_parts() {
        let from = "2025-01-01T00:00";
        assert!(edges(UsageStep::Day, from, "2026-02-05T00:00").is_some_and(|e| e.len() == 401));
        assert_eq!(edges(UsageStep::Day, from, "2026-02-06T00:00"), None);
        let whole = UsageStep::Month.edges(Timestamp::MIN, Timestamp::MAX);
        assert_eq!(whole, None);
        let end = Timestamp::MAX.minus(std::time::Duration::from_secs(60));
        assert!(UsageStep::Month.edges(end, Timestamp::MAX).is_some_and(|e| e.len() == 2));
    }
}
