//! Times as people read them: how long ago, or how long until.

use guildhall_model::Timestamp;

use crate::page::Moment;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// A moment as seen from now: exact for machines, near ones counted in words, others as a date.
pub(crate) fn moment(at: Timestamp, now: Timestamp) -> Moment {
    let exact = at.to_string();
    let seconds = (now.micros() - at.micros()) / 1_000_000;
    let far = seconds.abs() >= 30 * DAY;
    let words = if far { date(at) } else { distance(seconds) };
    Moment::new(exact, words)
}

fn distance(seconds: i64) -> String {
    let (count, unit) = match seconds.abs() {
        ..MINUTE => return "just now".to_owned(),
        near @ ..HOUR => (near / MINUTE, "minute"),
        near @ ..DAY => (near / HOUR, "hour"),
        near => (near / DAY, "day"),
    };
    let plural = if count == 1 { "" } else { "s" };
    if seconds > 0 {
        format!("{count} {unit}{plural} ago")
    } else {
        format!("in {count} {unit}{plural}")
    }
}

/// The day of a moment, as "21 Nov 2026".
pub(crate) fn date(at: Timestamp) -> String {
    let exact = at.to_string();
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut parts = exact.split(['-', 'T']);
    let (year, month, day) = (parts.next(), parts.next(), parts.next());
    let month = month.and_then(|month| month.parse::<usize>().ok());
    let month = month.and_then(|month| MONTHS.get(month.wrapping_sub(1)));
    match (year, month, day) {
        (Some(year), Some(month), Some(day)) => {
            format!("{} {month} {year}", day.trim_start_matches('0'))
        }
        _ => exact,
    }
}

#[cfg(test)]
mod tests {
    use super::moment;

    #[test]
    fn near_times_are_counted_and_far_ones_dated() {
        let now = "2026-11-21T18:00:00Z".parse().expect("a time");
        let words = |text: &str| moment(text.parse().expect("a time"), now).words;
        assert_eq!(words("2026-11-21T17:59:30Z"), "just now");
        assert_eq!(words("2026-11-21T17:59:00Z"), "1 minute ago");
        assert_eq!(words("2026-11-21T15:00:00Z"), "3 hours ago");
        assert_eq!(words("2026-11-19T17:00:00Z"), "2 days ago");
        assert_eq!(words("2026-11-28T18:00:00Z"), "in 7 days");
        assert_eq!(words("2026-03-01T18:00:00Z"), "1 Mar 2026");
        assert_eq!(words("2027-12-24T18:00:00Z"), "24 Dec 2027");
    }
}
