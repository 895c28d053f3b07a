//! The credits of an organization: what is left, what was consumed, by whom, on what.

use askama::Template;

use super::form::Form;
use super::part::{Choice, Moment};
use super::shell::Shell;

/// What is left; amounts in words.
#[derive(Debug, Clone, Default)]
pub struct CreditBalance {
    /// What is so, in one sentence.
    pub sentence: String,
    /// "1,250.00".
    pub left: String,
    /// What an hour consumes at present.
    pub per_hour: String,
    /// For how long it lasts: "About 12 days"; what to say where nothing runs.
    pub lasts: String,
    /// All that was granted.
    pub granted: String,
    /// All that was consumed.
    pub consumed: String,
    /// Whether nothing is left.
    pub spent: bool,
}

/// A part of the range.
#[derive(Debug, Clone, Default)]
pub struct UsagePeriod {
    /// "21 Nov 2026", or its first and last day.
    pub label: String,
    /// The amount in words.
    pub consumed: String,
    /// Its share of the largest part, from 0 to 1.
    pub height: f64,
}

/// What somebody or something consumed.
#[derive(Debug, Clone, Default)]
pub struct UsageShare {
    /// The address of a person, or the name of a cluster.
    pub name: String,
    /// The amount in words.
    pub consumed: String,
    /// Its share of all, in percent: "12 %".
    pub share: String,
}

/// A grant of credits.
#[derive(Debug, Clone, Default)]
pub struct GrantRow {
    /// When.
    pub at: Moment,
    /// How many.
    pub amount: String,
    /// Why; may be empty.
    pub note: String,
    /// Who granted them.
    pub by: String,
}

/// `/o/{org}/usage`. Fields of the form for system administrators: `amount`, `note`.
#[derive(Debug, Clone, Template)]
#[template(path = "usage/usage.html")]
pub struct UsagePage {
    /// The frame.
    pub shell: Shell,
    /// What is left.
    pub balance: CreditBalance,
    /// The first day, `2026-11-01`.
    pub from: String,
    /// The last day.
    pub until: String,
    /// The size of the parts: `day`, `week` or `month`.
    pub step: String,
    /// The sizes to choose from.
    pub steps: Vec<Choice>,
    /// What is wrong with the range; empty if nothing is.
    pub fault: String,
    /// What the chart shows: "Credits by day, 1 Nov 2026 to 30 Nov 2026".
    pub title: String,
    /// All in the range.
    pub total: String,
    /// The largest part.
    pub most: UsagePeriod,
    /// The parts; empty where nothing was consumed.
    pub periods: Vec<UsagePeriod>,
    /// Whether the person may see who and what consumed it, and what was granted.
    pub detailed: bool,
    /// By user, the most first.
    pub users: Vec<UsageShare>,
    /// By cluster, the most first.
    pub clusters: Vec<UsageShare>,
    /// The same as CSV; empty for those who may not.
    pub csv: String,
    /// The last grants, newest first.
    pub grants: Vec<GrantRow>,
    /// Posted to `/o/{org}/usage`, for those who may grant.
    pub form: Option<Form>,
}

/// A bar of the chart, on a grid of which each is ten wide and the whole 100 high.
#[derive(Debug)]
pub struct Bar {
    /// Where it begins.
    pub left: String,
    /// Its upper end.
    pub top: String,
    /// Its height.
    pub height: String,
    /// What it says.
    pub title: String,
}

impl UsagePage {
    /// The bars of the chart.
    pub fn bars(&self) -> Vec<Bar> {
        let bar = |(at, period): (usize, &UsagePeriod)| {
            let height = 100.0 * period.height.clamp(0.0, 1.0);
            Bar {
                left: format!("{}.5", at * 10 + 1),
                top: format!("{:.2}", 100.0 - height),
                height: format!("{height:.2}"),
                title: format!("{}: {}", period.label, period.consumed),
            }
        };
        self.periods.iter().enumerate().map(bar).collect()
    }

    /// How wide the grid is.
    pub fn width(&self) -> usize {
        self.periods.len() * 10
    }

    /// The labels below the chart: the first and the last part.
    pub fn ends(&self) -> (&str, &str) {
        let (first, last) = (self.periods.first(), self.periods.last());
        (first.map_or("", |one| one.label.as_str()), last.map_or("", |one| one.label.as_str()))
    }
}
