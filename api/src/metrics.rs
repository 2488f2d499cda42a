//! Prometheus: the process-wide recorder, what its metrics mean, and the depths of the queues, counted at a scrape.

use metrics::{Unit, describe_counter, describe_gauge, describe_histogram, gauge};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use shared::queue::{self, Queue, State};
use shared::{App, Result, fx};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// From a fast answer of the API to a long report, in seconds.
const BUCKETS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0];
/// Scrapes within this time share one count of the queues.
const FRESH: Duration = Duration::from_secs(2);

/// Installs the recorder of this process; later calls change nothing. Call it inside the runtime, which then keeps the
/// histograms small between scrapes.
pub fn install() {
    let mut first = false;
    let handle = HANDLE.get_or_init(|| {
        first = true;
        let builder = PrometheusBuilder::new().set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), BUCKETS);
        let installed = builder.map(PrometheusBuilder::install_recorder);
        installed
            .inspect_err(|error| tracing::error!(%error, "no metrics"))
            .ok()?
            .inspect_err(|error| tracing::error!(%error, "no metrics"))
            .ok()
    });
    if !first {
        return;
    }
    describe();
    if let (Some(handle), Ok(runtime)) = (handle, tokio::runtime::Handle::try_current()) {
        runtime.spawn(async move {
            loop {
                tokio::time::sleep(Duration::from_secs(5)).await;
                handle.run_upkeep();
            }
        });
    }
}

/// Everything recorded so far, in the text format.
pub(crate) fn render() -> String {
    install();
    HANDLE.get().and_then(Option::as_ref).map(PrometheusHandle::render).unwrap_or_default()
}

fn describe() {
    describe_counter!("http_requests_total", "Requests answered, by method, route and status");
    describe_histogram!("http_request_seconds", Unit::Seconds, "Time from the head of a request to the head of its answer, by route");
    describe_counter!("throttled_total", "Requests and attempts refused because there were too many, by rule");
    describe_counter!("webhook_events_total", "Webhook deliveries, by provider and outcome: new, duplicate, refused");
    describe_counter!("webhook_events_forged_total", "Events that the provider's own list does not know, by provider");
    describe_counter!("paypal_unrooted_certificates_total", "Deliveries whose certificate ends at no root that is known here");
    describe_counter!("payment_reviews_opened_total", "Payments that a person has to look at, by reason");
    describe_counter!("books_differences_total", "Differences found between our rows and a provider's books, by gateway and reason");
    describe_counter!(
        "provider_calls_total",
        "Calls to providers, by provider and outcome: ok, refused, failed; rested and limited were not sent"
    );
    describe_counter!("provider_circuit_opened_total", "Times that calls were stopped because too many had failed, by provider");
    describe_counter!("payment_gateway_short_of_funds_total", "Calls that the balance of our account did not cover, by provider");
    describe_histogram!("provider_call_seconds", Unit::Seconds, "Time of one call, by provider");
    describe_counter!("exchange_rate_reviews_opened_total", "Exchange rates that a person has to look at, by reason");
    describe_gauge!("exchange_rates_age_seconds", Unit::Seconds, "How long ago the newest rates of the provider were published");
    describe_gauge!("jobs_depth", "Unfinished and dead jobs, by queue and state");
    describe_gauge!("jobs_oldest_age_seconds", Unit::Seconds, "How long the oldest due job has been waiting, by queue");
    describe_gauge!("jobs_running", "Jobs that this process is running");
    describe_histogram!("jobs_wait_seconds", Unit::Seconds, "Time from due to claimed, by queue");
    describe_histogram!("jobs_run_seconds", Unit::Seconds, "Time of one run, by kind");
    describe_counter!("jobs_finished_total", "Runs that ended, by kind and outcome");
    describe_counter!("jobs_discarded_total", "Jobs that went to the dead letter, by kind");
    describe_counter!("jobs_rescued_total", "Jobs taken back from workers that died");
    describe_counter!("jobs_relay_repairs_total", "Jobs that the delivery had lost and the relay brought back");
    describe_counter!("audit_head_forged_total", "Times that the head of the audit's chain was found not to be ours");
    describe_counter!("tickets_overdue_total", "Targets of tickets that were missed, by target");
    describe_gauge!("live_chats", "Live chats of this process");
    describe_gauge!("live_streams", "Live streams of this process");
    describe_counter!("live_events_total", "Live events that were published, by kind");
    describe_counter!("live_announcements_dropped_total", "Live announcements that Redis did not take; streams find them in the database");
    describe_counter!(
        "live_found_total",
        "Streams that heard of events, or of the end of their sessions, by a look at the database instead of Redis, by what"
    );
    describe_counter!("live_slow_readers_total", "Streams that were ended because nobody read them");
    describe_counter!("live_resyncs_total", "Streams that were told to read everything anew, by reason");
    describe_counter!("report_days_mended_total", "Days whose kept figures were not those of their documents");
    describe_counter!("jobs_announcements_dropped_total", "Announcements that Redis did not take; the relay repairs them");
}

/// Counts the queues, at most once in a while whoever scrapes.
#[derive(Clone, Default)]
pub(crate) struct Depths(Arc<tokio::sync::Mutex<Option<Instant>>>);

impl Depths {
    /// Sets the gauges of the queues unless they are fresh.
    pub(crate) async fn refresh(&self, app: &App) -> Result<()> {
        let mut counted = self.0.lock().await;
        if counted.is_some_and(|at| at.elapsed() < FRESH) {
            return Ok(());
        }
        let depths = queue::depths(app).await?;
        let now = app.clock.now();
        for queue in [Queue::Critical, Queue::Default, Queue::Mail, Queue::Bulk] {
            // a state that emptied has no row, and its gauge must fall to zero
            for (state, label) in STATES {
                let row = depths.iter().find(|row| row.queue == queue && row.state == *state);
                gauge!("jobs_depth", "queue" => queue.name(), "state" => *label).set(row.map_or(0.0, |row| row.count as f64));
                if *state == State::Available {
                    let age = row.and_then(|row| row.oldest).map_or(0, |since| (now - since).num_milliseconds().max(0));
                    gauge!("jobs_oldest_age_seconds", "queue" => queue.name()).set(age as f64 / 1000.0);
                }
            }
        }
        if let Some(age) = fx::watch::age(app).await? {
            gauge!("exchange_rates_age_seconds").set(age.num_seconds() as f64);
        }
        *counted = Some(Instant::now());
        Ok(())
    }
}

const STATES: &[(State, &str)] = &[
    (State::Scheduled, "scheduled"),
    (State::Available, "available"),
    (State::Running, "running"),
    (State::Retryable, "retryable"),
    (State::Discarded, "discarded"),
];
