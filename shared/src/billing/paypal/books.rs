//! PayPal's own books: events that it keeps for 30 days, movements of the account, disputes.

use super::read;
use crate::billing::event::{Change, Charge, ChargeStep, Refund, RefundStep};
use crate::billing::gateway::from_paypal;
use crate::billing::provider::{Missed, Movement};
use crate::clients::paypal::PaypalClient;
use crate::clock::Time;
use crate::money::Money;
use crate::{Error, Result};
use chrono::TimeDelta;
use serde_json::Value;

/// Pages of one answer that are read. An answer that is longer is no answer: what it leaves out must not count as seen.
const PAGES: u32 = 100;
/// Events of this long are asked for at once.
const EVENTS: TimeDelta = TimeDelta::days(7);
/// The longest window of one question.
const WINDOW: TimeDelta = TimeDelta::days(31);

/// All events of a time. That one was delivered says nothing: it may have been to another address of the account. The inbox knows
/// which came here.
pub(super) async fn missed(client: &PaypalClient, since: Time, until: Time) -> Result<Vec<Missed>> {
    let mut missed = vec![];
    let mut from = since;
    while from < until {
        let to = until.min(from + EVENTS);
        let mut page = client.events(from, to).await?.map_err(Error::from)?;
        let mut pages = 1;
        loop {
            missed.extend(array(&page, "events").iter().filter_map(event_of));
            let Some(next) = next(&page) else { break };
            pages += 1;
            within(pages)?;
            page = client.next(next).await?.map_err(Error::from)?;
        }
        from = to;
    }
    Ok(missed)
}

/// The link to the page that follows.
fn next(page: &Value) -> Option<&str> {
    let link = array(page, "links").iter().find(|link| read::text(link, "rel") == Some("next"))?;
    read::text(link, "href")
}

fn within(pages: u32) -> Result<()> {
    if pages <= PAGES {
        return Ok(());
    }
    tracing::error!(payments.gateway = "paypal", "an answer has more pages than are read; a person has to look");
    Err(Error::Upstream { service: "paypal", reason: format!("more than {PAGES} pages"), retry_after: None })
}

fn event_of(event: &Value) -> Option<Missed> {
    Some(Missed {
        event_id: read::text(event, "id")?.to_owned(),
        event_type: read::text(event, "event_type")?.to_owned(),
        body: serde_json::to_vec(event).ok()?,
    })
}

/// What moved: payments and refunds out of the account's report, disputes out of their own list.
pub(super) async fn movements(client: &PaypalClient, since: Time, until: Time) -> Result<Vec<Movement>> {
    let mut moved = vec![];
    let mut from = since;
    while from < until {
        let to = until.min(from + WINDOW);
        for page in 1.. {
            within(page)?;
            let report = client.transactions(from, to, page).await?.map_err(Error::from)?;
            moved.extend(array(&report, "transaction_details").iter().filter_map(|detail| movement(&detail["transaction_info"])));
            if u64::from(page) >= report["total_pages"].as_u64().unwrap_or(1) {
                break;
            }
        }
        from = to;
    }
    moved.extend(disputes(client, since, until).await?);
    Ok(moved)
}

/// Event codes: `T00…` payments, `T1107` refunds; their states: `S` done, `V` done and taken back later, `P` pending, `D` denied.
/// (PayPal docs, "Transaction event codes".) What left by a reversal is a dispute.
fn movement(info: &Value) -> Option<Movement> {
    let (code, id) = (read::text(info, "transaction_event_code")?, read::text(info, "transaction_id")?);
    let amount = signed(&info["transaction_amount"])?;
    let status = read::text(info, "transaction_status");
    if code.starts_with("T00") && amount.minor > 0 && status != Some("D") {
        let charge = Charge {
            reference: Some(id.to_owned()),
            checkout: None,
            transaction: read::text(info, "custom_field").and_then(|ours| ours.parse().ok()),
            invoice: None,
            amount: Some(amount),
            method: Some("paypal".to_owned()),
            live: true,
            step: if matches!(status, Some("S" | "V")) { ChargeStep::Succeeded } else { ChargeStep::Processing },
        };
        let fee = signed(&info["fee_amount"]).map(|fee| Money { minor: -fee.minor, ..fee });
        return Some(Movement::Charge(charge, fee));
    }
    if code == "T1107" && amount.minor < 0 {
        let step = match status {
            Some("S") => RefundStep::Succeeded,
            Some("D" | "V") => RefundStep::Failed,
            Some(_) | None => RefundStep::Pending,
        };
        return Some(Movement::Refund(Refund {
            reference: id.to_owned(),
            charge: read::text(info, "paypal_reference_id")?.to_owned(),
            transaction: read::text(info, "custom_field").and_then(|ours| ours.parse().ok()),
            amount: Money { minor: -amount.minor, ..amount },
            step,
        }));
    }
    None
}

fn signed(amount: &Value) -> Option<Money> {
    from_paypal(read::text(amount, "value")?, read::text(amount, "currency_code")?)
}

async fn disputes(client: &PaypalClient, since: Time, until: Time) -> Result<Vec<Movement>> {
    let mut found = vec![];
    let mut page = client.disputes(since).await?.map_err(Error::from)?;
    for pages in 1.. {
        within(pages)?;
        for item in array(&page, "items") {
            let began = read::text(item, "create_time").and_then(read::time);
            let Some(id) = read::text(item, "dispute_id").filter(|_| began.is_none_or(|began| began < until)) else { continue };
            let shown = client.dispute(id).await?.map_err(Error::from)?;
            if let Change::Dispute(dispute) = read::dispute(&shown) {
                found.push(Movement::Dispute(dispute));
            }
        }
        let Some(next) = next(&page) else { break };
        page = client.next(next).await?.map_err(Error::from)?;
    }
    Ok(found)
}

fn array<'a>(object: &'a Value, field: &str) -> &'a [Value] {
    object[field].as_array().map(Vec::as_slice).unwrap_or_default()
}
