//! References for the rows of a batch: `INV-2026-000123` and the like, from the very counters that real documents take theirs from,
//! as many at once as the batch needs. Within a batch numbers follow time. The life of a document may be longer than its batch:
//! the bill for sending the goods of a request has a number beside that request's, though it was issued weeks later.

use super::rows::Rows;
use crate::clock::Time;
use crate::ids::{InvoiceId, RequestId, ShipmentId};
use chrono::Datelike;
use std::collections::{BTreeMap, HashMap};

/// Stands in a text for a reference that is not known yet.
pub(super) const LATER: &str = "\u{1}";

/// Series in the order in which their counters are locked: that of the product, which credits what it has invoiced.
const SERIES: [&str; 5] = ["SHP", "B4M", "TCK", "INV", "CN"];

/// Which documents of a series there are, by year, in the order of time.
fn documents(rows: &Rows, series: &str) -> BTreeMap<i32, Vec<usize>> {
    let times: Vec<(Time, usize)> = match series {
        "SHP" => rows.shipments.iter().enumerate().map(|(place, row)| (row.created_at, place)).collect(),
        "B4M" => rows.requests.iter().enumerate().map(|(place, row)| (row.created_at, place)).collect(),
        "TCK" => rows.tickets.iter().enumerate().map(|(place, row)| (row.created_at, place)).collect(),
        "INV" => rows.invoices.iter().enumerate().filter_map(|(place, row)| Some((row.issued_at?, place))).collect(),
        _ => rows.credits.iter().enumerate().map(|(place, row)| (row.created_at, place)).collect(),
    };
    let mut by_year: BTreeMap<i32, Vec<(Time, usize)>> = BTreeMap::new();
    for (at, place) in times {
        by_year.entry(at.year()).or_default().push((at, place));
    }
    by_year
        .into_iter()
        .map(|(year, mut times)| {
            times.sort_unstable();
            (year, times.into_iter().map(|(_, place)| place).collect())
        })
        .collect()
}

/// How many numbers are needed, by series and year, in the order in which to take them.
pub(super) fn needed(rows: &Rows) -> Vec<(&'static str, i32, i64)> {
    let of = |series: &'static str| documents(rows, series).into_iter().map(move |(year, places)| (series, year, places.len() as i64));
    SERIES.into_iter().flat_map(of).collect()
}

/// Gives the numbers that were taken: `first` is the first of each series and year.
pub(super) fn give(rows: &mut Rows, first: &HashMap<(&str, i32), i64>) {
    for series in SERIES {
        for (year, places) in documents(rows, series) {
            let first = first.get(&(series, year)).copied().unwrap_or_default();
            for (number, place) in (first..).zip(places) {
                let reference = format!("{series}-{year}-{number:06}");
                match series {
                    "SHP" => rows.shipments[place].reference = reference,
                    "B4M" => rows.requests[place].reference = reference,
                    "TCK" => rows.tickets[place].reference = reference,
                    "INV" => rows.invoices[place].invoice_number = Some(reference),
                    _ => rows.credits[place].number = reference,
                }
            }
        }
    }
    mention(rows);
}

/// Puts the references where others speak of them.
fn mention(rows: &mut Rows) {
    for row in &mut rows.shipments {
        row.searched = row.words();
    }
    for row in &mut rows.tickets {
        row.searched = row.words();
    }
    for row in &mut rows.requests {
        row.searched = row.searched.replacen(LATER, &row.reference.to_lowercase(), 1);
    }
    let shipments: HashMap<ShipmentId, &str> = rows.shipments.iter().map(|row| (row.id, row.reference.as_str())).collect();
    let requests: HashMap<RequestId, &str> = rows.requests.iter().map(|row| (row.id, row.reference.as_str())).collect();
    let brings: HashMap<RequestId, &str> =
        rows.shipments.iter().filter_map(|row| Some((row.buy4me_request_id?, row.reference.as_str()))).collect();
    for row in rows.request_events.iter_mut().filter(|row| row.note.as_deref() == Some(LATER)) {
        row.note = brings.get(&row.request_id).map(|reference| (*reference).to_owned());
    }
    for row in &mut rows.feedback {
        let shipment = row.shipment_id.and_then(|id| shipments.get(&id));
        row.reference = shipment.or_else(|| requests.get(&row.buy4me_request_id?)).map(|reference| (*reference).to_owned());
    }
    let bills: HashMap<InvoiceId, Option<ShipmentId>> =
        rows.invoices.iter().map(|row| (row.id, row.related_shipment.map(ShipmentId))).collect();
    for row in rows.credits.iter_mut().filter(|row| row.reason.contains(LATER)) {
        let shipment = bills.get(&row.invoice_id).copied().flatten().and_then(|id| shipments.get(&id));
        row.reason = row.reason.replace(LATER, shipment.copied().unwrap_or_default());
    }
}
