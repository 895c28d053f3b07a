//! What the operations count and measure, for Prometheus.

use std::sync::{Arc, PoisonError, RwLock};

use prometheus_client::{
    metrics::{counter::Counter, family::Family, histogram::Histogram},
    registry::Registry,
};

/// Counters and histograms. Cloning shares them.
#[derive(Clone)]
pub struct Metrics(Arc<Inner>);

struct Inner {
    registry: RwLock<Registry>,
    operations: Family<[(&'static str, &'static str); 2], Counter>,
    group: Histogram,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("guildhall");
        let operations = Family::default();
        registry.register("operations", "Operations run, by outcome", Family::clone(&operations));
        let group = Histogram::new([1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0]);
        registry.register("commit_group", "Operations that shared a commit", group.clone());
        Self(Arc::new(Inner { registry: RwLock::new(registry), operations, group }))
    }
}

impl Metrics {
    /// Adds metrics of another part of the program to the same page.
    pub fn register(&self, add: impl FnOnce(&mut Registry)) {
        add(&mut self.0.registry.write().unwrap_or_else(PoisonError::into_inner));
    }

    /// The page in the OpenMetrics text format.
    pub fn page(&self) -> String {
        let registry = self.0.registry.read().unwrap_or_else(PoisonError::into_inner);
        let mut page = String::new();
        prometheus_client::encoding::text::encode(&mut page, &registry)
            .expect("writing to a string succeeds");
        page
    }

    pub(crate) fn ended(&self, operation: &'static str, outcome: &'static str) {
        let labels = [("operation", operation), ("outcome", outcome)];
        self.0.operations.get_or_create(&labels).inc();
    }

    pub(crate) fn committed(&self, jobs: usize) {
        self.0.group.observe(jobs as f64);
    }
}

impl std::fmt::Debug for Metrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Metrics")
    }
}
