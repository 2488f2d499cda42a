//! The life of a shipment: asked for, weighed, billed, paid, sent, delivered; held, sent back or given up on the way. Priced by the
//! product's own table.

use super::invoice::{Ledger, Sheet};
use super::manual::{patience, pay_all};
use super::numbers::LATER;
use super::payment::give_back;
use super::world::Case;
use crate::billing::status::InvoiceStatus;
use crate::clock::Time;
use crate::feedback::answer;
use crate::fx::Quote;
use crate::ids::{FeedbackId, RequestId, ShipmentId, UserId};
use crate::money::{Currency, Money};
use crate::shipments::event;
use crate::shipments::parcel::{Parcel, Parcels};
use crate::shipments::price::{self, Priced, Terms};
use crate::shipments::shipment::{Destination, Lines, Locked, Model};
use crate::shipments::{Status, tracking};
use crate::{Result, i18n};
use chrono::{Datelike, TimeDelta};

/// How long a rate holds, as for real ones.
const RATE_HOURS: i64 = 14 * 24;
/// A request is completed at most so long after its goods arrived; what would be complete later has not arrived yet.
pub(super) const COMPLETES_WITHIN: TimeDelta = TimeDelta::hours(13);

const CONTENTS: [&str; 8] = ["Clothes", "Books", "Electronics", "Household goods", "Toys", "Documents", "Shoes", "Spare parts"];
const CARRIERS: [(&str, &str); 4] = [("Parcelwing", "PW"), ("Northline", "NL"), ("Bluefreight", "BF"), ("Swiftpost", "SP")];

/// The request whose goods are sent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Linked {
    pub(super) request: RequestId,
    pub(super) currency: Currency,
    pub(super) grams: i64,
}

/// What became of it, for its request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sent {
    pub(super) id: ShipmentId,
    pub(super) shipped_at: Option<Time>,
    pub(super) delivered_at: Option<Time>,
}

/// One shipment, asked for at `at`.
pub(super) fn write(case: &mut Case, at: Time, linked: Option<Linked>) -> Result<Sent> {
    let (mut row, quote, service) = ask(case, at, linked)?;
    step(case, &mut row, None, at, (None, None));
    if let Some(mut ledger) = confirm(case, &mut row, quote.as_ref(), &service, linked)? {
        carry(case, &mut row, &mut ledger, linked);
        ledger.finish(case.world, case.rows);
    }
    let sent = Sent { id: row.id, shipped_at: row.shipped_at, delivered_at: row.delivered_at };
    if linked.is_none() {
        praise(case, (Some(row.id), None), row.delivered_at);
    }
    case.rows.shipments.push(row);
    Ok(sent)
}

/// As its customer asks for it.
fn ask(case: &mut Case, at: Time, linked: Option<Linked>) -> Result<(Model, Option<Quote>, String)> {
    let (world, dice) = (case.world, &mut case.dice);
    let usd = world.shipping.currency;
    let currency = linked.map_or(case.customer.currency, |linked| linked.currency);
    let quote = if currency == usd { None } else { Some(case.rates.quote(usd, currency, at, RATE_HOURS)?) };
    let service = dice.weighted(&[("STANDARD", 72), ("EXPRESS", 28)]).to_owned();
    let count = if linked.is_some() { 1 } else { dice.weighted(&[(1, 72), (2, 20), (3, 8)]) };
    let mut parcel = |_| {
        let grams = linked.map_or_else(|| dice.between(2, 90) * dice.between(2, 90), |linked| linked.grams + 300);
        let side = |dice: &mut super::dice::Dice| dice.between(10, 22 + grams / 900) * 10;
        Parcel {
            grams,
            length: side(dice),
            width: side(dice),
            height: side(dice),
            contents: (*dice.pick(&CONTENTS)).to_owned(),
            declared: Some(Money::new(dice.between(5, 400) * 10_i64.pow(currency.exponent()), currency)),
            quantity: 1,
            metadata: serde_json::Map::new(),
        }
    };
    let parcels: Vec<Parcel> = (0..count).map(&mut parcel).collect();
    let home = case.customer.home.clone();
    let priced = priced(case, quote.as_ref(), &service, &home.country, &parcels)?;
    let dice = &mut case.dice;
    let row = Model {
        id: ShipmentId(dice.id(at)),
        reference: String::new(),
        tracking_number: tracking::complete(std::array::from_fn(|_| dice.below(32) as u8)),
        user_id: case.customer.user.id,
        customer_type: case.customer.user.role,
        buy4me_request_id: linked.map(|linked| linked.request),
        status: Status::Pending,
        held_from: None,
        action_required: None,
        service: service.clone(),
        carrier: None,
        carrier_tracking_number: None,
        package_details: Parcels { parcels, ..Default::default() },
        country: home.country.clone(),
        region: home.region.clone(),
        delivery_address: Destination(home),
        searched: String::new(),
        chargeable_grams: priced.chargeable_grams,
        currency: currency.code().to_owned(),
        estimated_minor: priced.total_minor,
        cost_minor: None,
        cost_lines: Lines(priced.lines),
        proposal: None,
        fx: quote.clone().map(Locked),
        tariff_version: 0,
        tax_version: 0,
        bills: 0,
        created_by: Some(case.customer.user.id.0),
        version: 0,
        confirmed_at: None,
        shipped_at: None,
        delivered_at: None,
        cancelled_at: None,
        created_at: at,
        updated_at: at,
    };
    Ok((row, quote, service))
}

fn priced(case: &Case, quote: Option<&Quote>, service: &str, country: &str, parcels: &[Parcel]) -> Result<Priced> {
    let world = case.world;
    let way = price::way(&world.shipping, country, Some(service), "country")?;
    Terms { shipping: &world.shipping, taxes: &world.taxes, quote, language: case.customer.language() }.price(&way, parcels)
}

/// A step with its event.
fn step(case: &mut Case, row: &mut Model, to: Option<Status>, at: Time, (by, place): (Option<UserId>, Option<&str>)) {
    let from = to.map(|_| row.status);
    row.status = to.unwrap_or(row.status);
    match to {
        Some(Status::Processing) if row.confirmed_at.is_none() => row.confirmed_at = Some(at),
        Some(Status::InTransit) => row.shipped_at = Some(row.shipped_at.unwrap_or(at)),
        Some(Status::Delivered) => row.delivered_at = Some(at),
        Some(Status::Cancelled) => row.cancelled_at = Some(at),
        Some(Status::Processing | Status::Pending | Status::Returned | Status::OnHold) | None => {}
    }
    row.version += 1;
    row.updated_at = at;
    case.rows.shipment_events.push(event::Model {
        id: case.dice.id(at),
        shipment_id: row.id,
        from_status: from,
        status: row.status,
        note: None,
        reason: (to == Some(Status::OnHold)).then(|| "Address to be checked".to_owned()),
        location: place.map(str::to_owned),
        occurred_at: at,
        created_by: by.or_else(|| to.is_none().then_some(row.user_id)).map(|user| user.0),
        created_at: at,
    });
}

/// It is weighed and billed, or given up before.
fn confirm(case: &mut Case, row: &mut Model, quote: Option<&Quote>, service: &str, linked: Option<Linked>) -> Result<Option<Ledger>> {
    let at = row.created_at + case.dice.hours(3, 48);
    let warehouse = case.world.staff.warehouse;
    if at >= case.until() {
        return Ok(None);
    }
    if linked.is_none() && case.dice.chance(20) {
        let owner = row.user_id;
        step(case, row, Some(Status::Cancelled), at, (Some(owner), None));
        return Ok(None);
    }
    let mut measured = row.package_details.parcels.clone();
    measured.iter_mut().for_each(|parcel| parcel.grams += case.dice.between(-40, 120).max(1 - parcel.grams));
    let country = row.country.clone();
    let after = priced(case, quote, service, &country, &measured)?;
    // much dearer than estimated would have to be asked about: then the scales agree with the customer
    let estimate = row.money(row.estimated_minor)?;
    if after.total_minor <= estimate.plus(estimate.percent(case.world.shipping.cost_tolerance.0)?)?.minor {
        row.package_details.parcels = measured;
        row.chargeable_grams = after.chargeable_grams;
        row.cost_lines = Lines(after.lines);
        row.cost_minor = Some(after.total_minor);
    } else {
        row.cost_minor = Some(row.estimated_minor);
    }
    step(case, row, Some(Status::Processing), at, (Some(warehouse), Some("Warehouse")));
    row.bills = 1;
    let sheet = Sheet {
        kind: "SHIPMENT",
        currency: row.currency()?,
        lines: row.cost_lines.0.clone(),
        related_shipment: Some(row.id.0),
        related_buy4me_request: None,
        fx: row.fx.as_ref().map(serde_json::to_value).transpose().map_err(crate::Error::internal)?,
        source_key: Some(format!("shipment:{}:1", row.id)),
        created_by: None,
        due_days: 14,
    };
    let mut ledger = Ledger::new(&mut case.dice, &case.customer, at, sheet);
    ledger.issue(&case.customer, at);
    Ok(Some(ledger))
}

/// It is paid and goes its way; or nobody pays, and it is given up.
fn carry(case: &mut Case, row: &mut Model, ledger: &mut Ledger, linked: Option<Linked>) {
    let Some(confirmed) = row.confirmed_at else { return };
    let warehouse = case.world.staff.warehouse;
    if linked.is_none() && case.dice.chance(85) {
        let at = confirmed + case.dice.hours(24 * 24, 50 * 24);
        if case.dice.chance(620) && at < case.until() {
            ledger.end(InvoiceStatus::Void, at);
            step(case, row, Some(Status::Cancelled), at, (Some(warehouse), None));
        }
        return;
    }
    let begun = confirmed + if linked.is_some() { case.dice.minutes(20, 40 * 60) } else { patience(case) };
    let Some(paid) = pay_all(case, ledger, begun) else { return };
    if linked.is_none() && case.dice.chance(24) {
        let at = paid + case.dice.hours(2, 40);
        // providers send it back within the hour
        if at < case.until() - TimeDelta::hours(2) {
            let reason = i18n::text(case.customer.language(), "shipment-credit-cancelled", &[("reference", LATER.to_owned())]);
            let (due, key) = (ledger.invoice.due_minor(), format!("close:{}", ledger.invoice.id));
            ledger.credit(&mut case.dice, at, due, (reason, key, Some(warehouse)));
            give_back(&mut case.dice, case.world, ledger, (due, at), None);
            step(case, row, Some(Status::Cancelled), at, (Some(warehouse), None));
        }
        return;
    }
    travel(case, row, paid, linked.is_some());
}

fn travel(case: &mut Case, row: &mut Model, paid: Time, is_linked: bool) {
    let by = Some(case.world.staff.warehouse);
    let days = if row.service == "EXPRESS" { (24, 4 * 24) } else { (5 * 24, 12 * 24) };
    let mut at = paid + case.dice.hours(2, 40);
    let mut way = vec![];
    if !is_linked && case.dice.chance(20) {
        way.extend([(Status::OnHold, at, "Warehouse"), (Status::Processing, at + case.dice.hours(5, 60), "Warehouse")]);
        at += TimeDelta::hours(64);
    }
    way.push((Status::InTransit, at, "Warehouse"));
    if !is_linked && case.dice.chance(12) {
        let back = at + case.dice.hours(days.0, days.1);
        way.extend([(Status::Returned, back, "Depot"), (Status::Processing, back + TimeDelta::hours(30), "Warehouse")]);
        at = back + TimeDelta::hours(50);
        way.push((Status::InTransit, at, "Warehouse"));
    }
    way.push((Status::Delivered, at + case.dice.hours(days.0, days.1), "At the door"));
    for (to, at, place) in way {
        let slack = if is_linked && to == Status::Delivered { COMPLETES_WITHIN } else { TimeDelta::zero() };
        if at + slack >= case.until() {
            return;
        }
        if to == Status::InTransit {
            let (carrier, code) = *case.dice.pick(&CARRIERS);
            row.carrier = Some(carrier.to_owned());
            row.carrier_tracking_number = Some(format!("{code}{:010}{:02}", case.dice.below(10_000_000_000), at.year() % 100));
        }
        let place = if to == Status::Delivered { case.customer.home.city.clone() } else { place.to_owned() };
        row.held_from = (to == Status::OnHold).then_some(row.status);
        step(case, row, Some(to), at, (by, Some(&place)));
    }
}

/// Some say how it was.
pub(super) fn praise(case: &mut Case, (shipment, request): (Option<ShipmentId>, Option<RequestId>), finished: Option<Time>) {
    const WORDS: [(i32, &str); 9] = [
        (5, "Fast and well packed, thank you!"),
        (5, "Everything as promised."),
        (5, "Très bien, merci !"),
        (4, "Good, only the box was a little dented."),
        (4, "Alles gut angekommen."),
        (3, "It took longer than I was told."),
        (2, "Nobody answered my question for days."),
        (1, "Arrived damaged."),
        (5, "خدمة ممتازة"),
    ];
    let Some(finished) = finished else { return };
    let at = finished + case.dice.hours(5, 5 * 24);
    if !case.dice.chance(140) || at >= case.until() {
        return;
    }
    let rating = case.dice.weighted(&[(5, 54), (4, 27), (3, 10), (2, 5), (1, 4)]);
    let fitting: Vec<&str> = WORDS.iter().filter(|(stars, _)| *stars == rating).map(|(_, words)| *words).collect();
    case.rows.feedback.push(answer::Model {
        id: FeedbackId(case.dice.id(at)),
        user_id: case.customer.user.id,
        rating,
        message: (*case.dice.pick(&fitting)).to_owned(),
        shipment_id: shipment,
        buy4me_request_id: request,
        reference: None,
        month: at.format("%Y-%m").to_string(),
        created_at: at,
    });
}
