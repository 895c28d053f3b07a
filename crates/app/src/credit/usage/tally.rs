//! Counting runs into the parts of a range.

use std::collections::HashMap;

use guildhall_model::{ClusterId, Credits, Timestamp, UserId};
use guildhall_store::cluster::run::EndedRun;

use super::{Consumption, UsageBucket, UsagePart};

/// What was consumed, by bucket, cluster and user. Its parts add up to the whole exactly: what a
/// run consumed in a bucket is what it had consumed at the bucket's end less that at its start.
pub(super) struct Tally {
    edges: Vec<Timestamp>,
    cells: HashMap<(ClusterId, UserId), Cell>,
}

struct Cell {
    buckets: Vec<Credits>,
    last_start: Timestamp,
}

/// What somebody or something consumed.
pub(super) struct Share<I> {
    pub(super) of: I,
    pub(super) consumed: Credits,
    pub(super) buckets: Vec<Credits>,
    /// The run of it that began last.
    pub(super) last_run: (ClusterId, Timestamp),
}

impl Tally {
    /// Nothing yet; each bucket lies between two edges, of which there are at least two.
    pub(super) fn new(edges: Vec<Timestamp>) -> Self {
        Self { edges, cells: HashMap::new() }
    }

    fn buckets(&self) -> usize {
        self.edges.len() - 1
    }

    /// Counts what of a run lies in the range.
    pub(super) fn add(&mut self, run: &EndedRun) {
        let count = self.buckets();
        let begin = run.started_at.max(self.edges[0]);
        let end = run.ended_at.min(self.edges[count]);
        if begin >= end {
            return;
        }
        let cell = self.cells.entry((run.cluster, run.user)).or_insert_with(|| Cell {
            buckets: vec![Credits::ZERO; count],
            last_start: run.started_at,
        });
        cell.last_start = cell.last_start.max(run.started_at);
        let at = |time: Timestamp| run.hourly.hourly(time.since(run.started_at));
        let mut bucket = self.edges.partition_point(|edge| *edge <= begin) - 1;
        let mut before = at(begin);
        loop {
            let until = self.edges[bucket + 1].min(end);
            let after = at(until);
            cell.buckets[bucket] = cell.buckets[bucket] + (after - before);
            if until == end {
                return;
            }
            (before, bucket) = (after, bucket + 1);
        }
    }

    /// The sums of all.
    pub(super) fn consumption(&self) -> Consumption {
        let mut sums = vec![Credits::ZERO; self.buckets()];
        for cell in self.cells.values() {
            pour(&mut sums, &cell.buckets);
        }
        let total = sums.iter().copied().sum();
        let buckets = self.edges.windows(2).zip(sums);
        let bucket = |(edges, consumed): (&[Timestamp], Credits)| UsageBucket {
            from: edges[0],
            until: edges[1],
            consumed,
        };
        Consumption { total, buckets: buckets.map(bucket).collect() }
    }

    /// What each user consumed, in no order.
    pub(super) fn users(&self) -> Vec<Share<UserId>> {
        self.shares(|(_, user)| *user)
    }

    /// What each cluster consumed, in no order.
    pub(super) fn clusters(&self) -> Vec<Share<ClusterId>> {
        self.shares(|(cluster, _)| *cluster)
    }

    fn shares<I: Copy + Eq + std::hash::Hash>(
        &self,
        of: impl Fn(&(ClusterId, UserId)) -> I,
    ) -> Vec<Share<I>> {
        let mut shares = HashMap::new();
        for (key, cell) in &self.cells {
            let run = (key.0, cell.last_start);
            let share = shares.entry(of(key)).or_insert_with(|| Share {
                of: of(key),
                consumed: Credits::ZERO,
                buckets: vec![Credits::ZERO; self.buckets()],
                last_run: run,
            });
            pour(&mut share.buckets, &cell.buckets);
            if run.1 > share.last_run.1 {
                share.last_run = run;
            }
        }
        let mut shares: Vec<_> = shares.into_values().collect();
        for share in &mut shares {
            share.consumed = share.buckets.iter().copied().sum();
        }
        shares
    }

    /// What is not nothing, by bucket, then cluster, then user, at their places.
    pub(super) fn parts(
        &self,
        cluster_at: impl Fn(ClusterId) -> Option<usize>,
        user_at: impl Fn(UserId) -> Option<usize>,
    ) -> Vec<UsagePart> {
        let mut parts = Vec::new();
        for ((cluster, user), cell) in &self.cells {
            let (Some(cluster), Some(user)) = (cluster_at(*cluster), user_at(*user)) else {
                continue;
            };
            let counted = cell.buckets.iter().enumerate();
            let counted = counted.filter(|(_, consumed)| **consumed != Credits::ZERO);
            parts.extend(counted.map(|(bucket, consumed)| UsagePart {
                bucket,
                cluster,
                user,
                consumed: *consumed,
            }));
        }
        parts.sort_unstable_by_key(|part| (part.bucket, part.cluster, part.user));
        parts
    }
}

fn pour(into: &mut [Credits], from: &[Credits]) {
    for (sum, part) in into.iter_mut().zip(from) {
        *sum = *sum + *part;
    }
}
