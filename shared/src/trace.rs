//! W3C trace context (https://www.w3.org/TR/trace-context/): one trace from the request to the last job it caused.

use std::future::Future;

tokio::task_local! {
    static CURRENT: String;
}

/// A `traceparent` of a new trace.
pub fn root() -> String {
    format!("00-{}-{}-01", uuid::Uuid::new_v4().simple(), span())
}

/// A `traceparent` in the same trace with a span id of its own; a malformed parent starts a new trace.
pub fn child(parent: &str) -> String {
    match trace_id(parent) {
        Some(trace) => format!("00-{trace}-{}-01", span()),
        None => root(),
    }
}

/// The trace id inside a well-formed `traceparent` of version 00.
pub fn trace_id(traceparent: &str) -> Option<&str> {
    let mut parts = traceparent.split('-');
    let (version, trace, span) = (parts.next()?, parts.next()?, parts.next()?);
    let hex = |s: &str, len: usize| s.len() == len && s.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    (version == "00" && hex(trace, 32) && hex(span, 16) && trace.bytes().any(|b| b != b'0')).then_some(trace)
}

/// Runs a future inside a trace, so that jobs it enqueues carry it on.
pub async fn within<F: Future>(traceparent: String, future: F) -> F::Output {
    CURRENT.scope(traceparent, future).await
}

/// The `traceparent` of the request or job being worked on, if any.
pub fn current() -> Option<String> {
    CURRENT.try_with(Clone::clone).ok()
}

fn span() -> String {
    format!("{:016x}", rand::random::<u64>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_stays_in_the_trace_and_garbage_starts_a_new_one() {
        let parent = root();
        assert_eq!(trace_id(&child(&parent)), trace_id(&parent));
        for bad in ["", "00-xyz-1-01", "00-00000000000000000000000000000000-0000000000000001-01", "01-a-b-c"] {
            assert_eq!(trace_id(bad), None, "{bad}");
            assert!(trace_id(&child(bad)).is_some());
        }
    }
}
