//! A circuit breaker per provider: one that failed several times in a row is left alone for a while, so that its outage
//! does not fill our workers with waiting calls. Then one call may try, and its end decides for all.

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
        Self { service, is_patient: false, state: Arc::default() }
    }

    /// The same for a provider whose outage is noticed elsewhere, when it begins to matter: a warning is enough.
    pub fn patient(service: &'static str) -> Self {
        Self { is_patient: true, ..Self::new(service) }
    }

    /// Makes a call unless the circuit is open; then it answers at once that the provider is away. Only [`Error::Upstream`]
    /// counts as a failure: a refusal is an answer.
    pub async fn call<T>(&self, call: impl Future<Output = Result<T>>) -> Result<T> {
        if let Some(rest) = self.resting(Instant::now()) {
            let reason = "left alone after several failures".to_owned();
            return Err(Error::Upstream { service: self.service, reason, retry_after: Some(rest) });
        }
        crash::point("before a call");
        let result = call.await;
        crash::point("after a call");
        self.note(!matches!(result, Err(Error::Upstream { .. })), Instant::now());
        result
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
        let _ = breaker.call(async { Result::<()>::Err(Error::Refused { service: "test", reason: "no".into() }) }).await;
        for _ in 0..FAILURES {
            assert!(breaker.resting(Instant::now()).is_none());
            let _ = breaker.call(async { away() }).await;
        }
        let untouched = breaker.call(async { panic!("an open circuit must not call") }).await;
        assert!(matches!(Result::<()>::from(untouched), Err(Error::Upstream { retry_after: Some(_), .. })));
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
