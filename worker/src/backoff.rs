//! How long a failed job waits.

use std::time::Duration;

/// Exponential with full jitter: anywhere between nothing and `base × 2^(attempt − 1)`, at most `cap`. Spread over the
/// whole range, so that jobs that failed together do not come back together. What a provider asked for is added to.
pub(crate) fn delay(base: Duration, cap: Duration, attempt: i32, asked: Option<Duration>) -> Duration {
    asked.unwrap_or_default() + ceiling(base, cap, attempt).mul_f64(rand::random())
}

fn ceiling(base: Duration, cap: Duration, attempt: i32) -> Duration {
    let doublings = attempt.clamp(1, 31) as u32 - 1;
    base.checked_mul(1 << doublings).map_or(cap, |delay| delay.min(cap))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_up_to_the_cap_and_only_add_to_what_was_asked() {
        let (base, cap) = (Duration::from_secs(2), Duration::from_secs(600));
        let ceilings: Vec<u64> = [1, 2, 3, 9, 10, 31, 1000].iter().map(|a| ceiling(base, cap, *a).as_secs()).collect();
        assert_eq!(ceilings, [2, 4, 8, 512, 600, 600, 600]);
        for attempt in 1..40 {
            let asked = Duration::from_secs(30);
            let waited = delay(base, cap, attempt, Some(asked));
            assert!(waited >= asked && waited <= asked + ceiling(base, cap, attempt), "{waited:?}");
        }
    }

    #[test]
    fn jobs_that_failed_together_come_back_apart() {
        let delays: std::collections::BTreeSet<_> =
            (0..100).map(|_| delay(Duration::from_secs(60), Duration::from_secs(600), 3, None).as_millis()).collect();
        assert!(delays.len() > 90, "only {} different delays of 100", delays.len());
    }
}
