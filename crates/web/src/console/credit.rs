//! How pages write amounts of credits.

use guildhall_model::Credits;

use crate::page;

/// An amount for a column: two decimals, its thousands set apart: "-12,500.00".
pub(super) fn amount(credits: Credits) -> String {
    let text = credits.rounded();
    let (sign, text) = text.strip_prefix('-').map_or(("", &*text), |rest| ("-", rest));
    let (whole, cents) = text.split_once('.').unwrap_or((text, "00"));
    let whole = whole.parse::<u64>().map_or_else(|_| whole.to_owned(), page::number);
    format!("{sign}{whole}.{cents}")
}

/// An amount in a sentence: "12,500", and "12,500.50" only where there are cents.
pub(super) fn said(credits: Credits) -> String {
    let text = amount(credits);
    text.strip_suffix(".00").map_or_else(|| text.clone(), str::to_owned)
}

/// What an hour consumes, in words.
pub(super) fn rate(hourly: Credits) -> String {
    format!("{} credits an hour", said(hourly))
}

#[cfg(test)]
mod tests {
    use super::{amount, rate, said};

    #[test]
    fn amounts_read_well() {
        let credits = |text: &str| text.parse().expect("an amount of credits");
        assert_eq!(amount(credits("-12500.509999")), "-12,500.50");
        assert_eq!(amount(credits("0.001")), "0.00");
        assert_eq!(said(credits("8876.50")), "8,876.50");
        assert_eq!(said(credits("-1000000")), "-1,000,000");
        assert_eq!(rate(credits("1200")), "1,200 credits an hour");
    }
}
