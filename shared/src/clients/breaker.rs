//! A circuit breaker per provider: one that failed several times in a row is left alone for a while, so that its outage
//! does not fill our workers with waiting calls. Then one call may try, and its end decides for all. Before a call goes out
//! it is counted against what the provider takes from all of us together; beyond that it waits outside, unsent.

use crate::throttle::Pace;
use crate::{Error, Result, crash};
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Failures in a row that open the circuit.
const FAILURES: u32 = 5;
/// How long it stays open.
const REST: Duration = Duration::from_secs(20);

/// The circuit of one provider in this process. Clones share it.
#[derive(Clone)]
pub struct Breaker {
    service: &'static str,
    /// Nobody need hurry when it is away.
    is_patient: bool,
    /// How many calls the fleet may send.
    pace: Option<Pace>,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    failures: u32,
    rests_until: Option<Instant>,
}

impl Breaker {
    /// A closed circuit.
    pub fn new(service: &'static str) -> Self {
        Self { service, is_patient: false, pace: None, state: Arc::default() }
    }

    /// The same for a provider whose outage is noticed elsewhere, when it begins to matter: a warning is enough.
    pub fn patient(service: &'static str) -> Self {
        Self { is_patient: true, ..Self::new(service) }
    }

    /// The same, keeping to a pace.
    pub fn limited(self, pace: Pace) -> Self {
        Self { pace: Some(pace), ..self }
    }

    /// Makes a call unless the circuit is open or the fleet has sent as many as it may; then it answers at once when to come
    /// again. Only [`Error::Upstream`] counts as a failure: a refusal is an answer.
    pub async fn call<T>(&self, call: impl Future<Output = Result<T>>) -> Result<T> {
        if let Some(rest) = self.resting(Instant::now()) {
            return Err(self.unsent("rested", "left alone after several failures", rest));
        }
        if let Some(pace) = &self.pace
            && let Err(wait) = pace.step(self.service).await
        {
            return Err(self.unsent("limited", "we send no more calls a second", wait));
        }
        let began = Instant::now();
        crash::point("before a call");
        let result = call.await;
        crash::point("after a call");
        let outcome = match &result {
            Ok(_) => "ok",
            Err(Error::Upstream { .. }) => "failed",
            Err(_) => "refused",
        };
        metrics::histogram!("provider_call_seconds", "provider" => self.service).record(began.elapsed().as_secs_f64());
        self.count(outcome);
        self.note(outcome != "failed", Instant::now());
        result
    }

    fn unsent(&self, outcome: &'static str, reason: &str, wait: Duration) -> Error {
        self.count(outcome);
        Error::Upstream { service: self.service, reason: reason.to_owned(), retry_after: Some(wait) }
    }

    fn count(&self, outcome: &'static str) {
        metrics::counter!("provider_calls_total", "provider" => self.service, "outcome" => outcome).increment(1);
    }

    /// How much longer to wait, or `None` to go. The first to go after a rest goes alone: the others see a new rest.
    fn resting(&self, now: Instant) -> Option<Duration> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let until = state.rests_until?;
        if until > now {
            return Some(until - now);
        }
        state.rests_until = Some(now + REST);
        None
    }

    fn note(&self, well: bool, now: Instant) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if well {
            if state.rests_until.is_some() {
                tracing::info!(provider = self.service, "provider is back");
            }
            *state = State::default();
            return;
        }
        state.failures += 1;
        if state.failures >= FAILURES {
            if state.failures == FAILURES {
                let provider = self.service;
                match self.is_patient {
                    true => tracing::warn!(provider, "provider failed several times in a row; leaving it alone for a while"),
                    false => tracing::error!(provider, "provider failed several times in a row; leaving it alone for a while"),
                }
                metrics::counter!("provider_circuit_opened_total", "provider" => self.service).increment(1);
            }
            state.rests_until = Some(now + REST);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn away() -> Result<()> {
        Err(Error::Upstream { service: "test", reason: "no answer".into(), retry_after: None })
    }

    #[tokio::test]
    async fn it_opens_after_failures_in_a_row_and_a_refusal_is_no_failure() {
        let breaker = Breaker::new("test");
        for _ in 0..FAILURES - 1 {
            let _ = breaker.call(async { away() }).await;
        }
        let _ = breaker.call(async { Result::<()>::Err(Error::refused("test", "no")) }).await;
        for _ in 0..FAILURES {
            assert!(breaker.resting(Instant::now()).is_none());
            let _ = breaker.call(async { away() }).await;
        }
        let untouched = breaker.call(async { panic!("an open circuit must not call") }).await;
        assert!(matches!(Result::<()>::from(untouched), Err(Error::Upstream { retry_after: Some(_), .. })));
    }

    #[tokio::test]
    async fn calls_beyond_the_pace_are_not_sent_and_are_no_failures() {
        let breaker = Breaker::new("test").limited(Pace::alone(3));
        for _ in 0..3 {
            breaker.call(async { Ok(()) }).await.expect("within the pace");
        }
        for _ in 0..2 * FAILURES {
            let unsent: Result<()> = breaker.call(async { panic!("must not be sent") }).await;
            assert!(matches!(unsent, Err(Error::Upstream { retry_after: Some(wait), .. }) if wait <= Duration::from_secs(1)));
        }
        assert!(breaker.resting(Instant::now()).is_none(), "the provider did not fail");
        breaker.pace.as_ref().expect("above").pass_time(1_001);
        breaker.call(async { Ok(()) }).await.expect("a second later");
    }

    #[tokio::test]
    async fn after_the_rest_one_call_tries_and_decides() {
        let breaker = Breaker::new("test");
        let start = Instant::now();
        (0..FAILURES).for_each(|_| breaker.note(false, start));
        assert!(breaker.resting(start + REST / 2).is_some());
        let later = start + REST * 2;
        assert!(breaker.resting(later).is_none(), "one goes");
        assert!(breaker.resting(later).is_some(), "the others wait for it");
        breaker.note(true, later);
        assert!(breaker.resting(later).is_none());
    }
}
