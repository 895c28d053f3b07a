//! When a failed mail is tried again.

use std::time::Duration;

use guildhall_model::Entropy;

/// How often handing a mail over is begun before it is given up: over about 15 hours.
pub(super) const MOST_ATTEMPTS: u32 = 12;

const FIRST: Duration = Duration::from_secs(30);
const LONGEST: Duration = Duration::from_secs(4 * 60 * 60);

/// The pause after the failed attempt number `attempt`, which counts from 1: it doubles each time,
/// up to four hours, give or take a fifth so that many mails do not come back at once.
pub(super) fn pause(attempt: u32, entropy: &dyn Entropy) -> Duration {
    let doubled = FIRST.saturating_mul(1 << attempt.saturating_sub(1).min(16)).min(LONGEST);
    let mut random = [0; 2];
    entropy.fill(&mut random);
    let part = f64::from(u16::from_le_bytes(random)) / f64::from(u16::MAX);
    doubled.mul_f64(0.8 + 0.4 * part)
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, MOST_ATTEMPTS, pause};
    use guildhall_model::Entropy;

    struct Always(u8);

    impl Entropy for Always {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    #[test]
    fn pauses_double_within_a_fifth_up_to_four_hours() {
        assert_eq!(pause(1, &Always(0)).as_secs(), 24);
        assert_eq!(pause(1, &Always(255)).as_secs(), 36);
        assert_eq!(pause(4, &Always(0)).as_secs(), 24 * 8);
        assert_eq!(pause(u32::MAX, &Always(255)), LONGEST.mul_f64(1.2));
    }

    #[test]
    fn a_mail_is_tried_for_about_fifteen_hours() {
        let whole: u64 = (1..MOST_ATTEMPTS).map(|n| pause(n, &Always(128)).as_secs()).sum();
        assert!((12 * 3600..18 * 3600).contains(&whole), "{whole}");
    }
}
