//! Stripe events, one for each invoice of the seed, as whole HTTP requests that are ready to send.

use crate::process::WEBHOOK_SECRET;
use crate::stripe_events::{self, Payment};
use shared::clock::Clock;
use std::fmt::Write;
use std::ops::RangeInclusive;
use std::sync::Arc;
use uuid::Uuid;

pub const PATH: &str = "/api/webhooks/stripe/";

/// A signed delivery of an event.
pub struct Event {
    pub id: String,
    /// Head and body.
    pub request: Vec<u8>,
}

/// Events of these invoices of the seed, signed now: valid for five minutes. Odd ones are `payment_intent.succeeded`, even
/// ones `checkout.session.completed`, each with ids of its own, so that each is another payment.
pub fn signed(invoices: RangeInclusive<usize>) -> Arc<[Event]> {
    let now = Clock::default().now().timestamp();
    let (odd, even) = (Template::new(true), Template::new(false));
    invoices
        .map(|number| {
            let body = if number % 2 == 1 { odd.body(number) } else { even.body(number) };
            let signature = stripe_events::sign(WEBHOOK_SECRET, now, body.as_bytes());
            let request = format!(
                "POST {PATH} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nStripe-Signature: {signature}\r\n\
                 Content-Length: {}\r\n\r\n{body}",
                body.len()
            );
            Event { id: event_id(number), request: request.into_bytes() }
        })
        .collect()
}

/// A body like those, for a pgbench script.
pub fn sample() -> String {
    Template::new(true).body(1)
}

/// These sort as their numbers do.
pub fn event_id(number: usize) -> String {
    format!("evt_1{number:023}")
}

/// A body cut where one event differs from another: writing 60,000 bodies anew would take longer than the run.
struct Template(Vec<(String, Gap)>);

#[derive(Clone, Copy)]
enum Gap {
    Event,
    Session,
    Intent,
    Invoice,
    Amount,
    End,
}

impl Template {
    fn new(intent: bool) -> Self {
        const AMOUNT: i64 = 987_654_321;
        let payment = Payment {
            session: "cs_test_gap".to_owned(),
            payment_intent: "pi_gap".to_owned(),
            charge: format!("ch_3{:023}", 0),
            amount: AMOUNT,
            currency: "usd".to_owned(),
            invoice_id: Some("invoice_gap".to_owned()),
            ..Payment::default()
        };
        let (event, mut rest) = if intent { payment.payment_intent_succeeded() } else { payment.checkout_session_completed(true) };
        let amount = AMOUNT.to_string();
        let gaps = [
            (event.as_str(), Gap::Event),
            ("cs_test_gap", Gap::Session),
            ("pi_gap", Gap::Intent),
            ("invoice_gap", Gap::Invoice),
            (amount.as_str(), Gap::Amount),
        ];
        let mut parts = vec![];
        while let Some((at, word, gap)) =
            gaps.iter().filter_map(|(word, gap)| Some((rest.find(word)?, *word, *gap))).min_by_key(|found| found.0)
        {
            parts.push((rest[..at].to_owned(), gap));
            rest.drain(..at + word.len());
        }
        parts.push((rest, Gap::End));
        Self(parts)
    }

    fn body(&self, number: usize) -> String {
        let mut body = String::with_capacity(4096);
        for (text, gap) in &self.0 {
            body.push_str(text);
            let _ = match gap {
                Gap::Event => write!(body, "{}", event_id(number)),
                Gap::Session => write!(body, "cs_test_{number:050}"),
                Gap::Intent => write!(body, "pi_3{number:023}"),
                Gap::Invoice => write!(body, "{}", invoice_id(number)),
                Gap::Amount => write!(body, "{}", amount(number)),
                Gap::End => Ok(()),
            };
        }
        body
    }
}

/// As `sql/seed.sql` makes them: `bench_id(2, number)`.
fn invoice_id(number: usize) -> Uuid {
    Uuid::from_u128(0x0190_0002_0000_7000_8000_0000_0000_0000 | number as u128)
}

/// As `sql/seed.sql` makes them, in cents.
fn amount(number: usize) -> usize {
    1_000 + number % 50_000
}
