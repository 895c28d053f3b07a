//! What is counted about requests, beside what the application counts; served as Prometheus text.

use std::time::Duration;

use guildhall_app::Metrics as AppMetrics;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;

/// The labels of a finished request. The route is its pattern, never the address itself.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Finished {
    route: &'static str,
    method: &'static str,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Timed {
    route: &'static str,
    method: &'static str,
}

type Seconds = Family<Timed, Histogram, fn() -> Histogram>;

/// The counters of the web part.
pub(crate) struct Metrics {
    app: AppMetrics,
    requests: Family<Finished, Counter>,
    seconds: Seconds,
    in_flight: Gauge,
}

impl Metrics {
    /// The web part's counters, beside the application's in the same registry.
    pub(crate) fn new(app: &AppMetrics) -> Self {
        let requests = Family::default();
        let seconds: Seconds = Family::new_with_constructor(latencies);
        let in_flight = Gauge::default();
        app.register(|registry| {
            registry.register("http_requests", "Requests answered", requests.clone());
            let help = "Time from a request's head to its answer's head, in seconds";
            registry.register("http_request_duration_seconds", help, seconds.clone());
            let help = "Requests being answered";
            registry.register("http_requests_in_flight", help, in_flight.clone());
        });
        Self { app: app.clone(), requests, seconds, in_flight }
    }

    /// Counts a request as long as the guard lives.
    pub(crate) fn enter(&self) -> InFlight {
        self.in_flight.inc();
        InFlight(self.in_flight.clone())
    }

    /// Counts an answer.
    pub(crate) fn finished(
        &self,
        route: &'static str,
        method: &'static str,
        status: u16,
        took: Duration,
    ) {
        self.requests.get_or_create(&Finished { route, method, status }).inc();
        self.seconds.get_or_create(&Timed { route, method }).observe(took.as_secs_f64());
    }

    /// Everything counted, as OpenMetrics text.
    pub(crate) fn page(&self) -> String {
        self.app.page()
    }
}

/// A request that is being answered.
pub(crate) struct InFlight(Gauge);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.dec();
    }
}

fn latencies() -> Histogram {
    Histogram::new([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0])
}
