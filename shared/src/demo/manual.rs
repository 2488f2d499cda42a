//! Invoices that staff write by hand, and everything that can become of one.

use super::customer::broken;
use super::invoice::{Ledger, Sheet};
use super::payment::{Way, attempt, disputed, give_back, pay};
use super::world::Case;
use crate::Result;
use crate::billing::PricedLine;
use crate::billing::status::InvoiceStatus;
use crate::clock::Time;
use crate::money::Money;
use chrono::TimeDelta;
use rust_decimal::Decimal;
use sea_orm::prelude::Uuid;

/// Services, and what they cost in cents of a dollar, from and to.
const SERVICES: [(&str, i64, i64); 12] = [
    ("Storage beyond 30 days", 500, 4_000),
    ("Repacking into fewer boxes", 900, 3_500),
    ("Photographs of the goods", 300, 900),
    ("Customs papers", 1_500, 6_000),
    ("Insurance of declared value", 400, 9_000),
    ("Pick-up at the door", 800, 2_500),
    ("Wooden crate", 4_500, 16_000),
    ("Express handling", 1_200, 3_000),
    ("Gift wrapping", 400, 1_200),
    ("Return to the shop", 900, 2_800),
    ("Duties paid for you", 1_000, 26_000),
    ("Weekend delivery", 1_500, 4_000),
];

/// What becomes of it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fate {
    Paid,
    Parts,
    Part,
    Unpaid,
    Void,
    WrittenOff,
    Refunded,
    PartRefunded,
    Credited,
    Disputed,
    Draft,
}

const FATES: &[(Fate, u64)] = &[
    (Fate::Paid, 716),
    (Fate::Parts, 40),
    (Fate::Part, 18),
    (Fate::Unpaid, 42),
    (Fate::Void, 42),
    (Fate::WrittenOff, 16),
    (Fate::Refunded, 42),
    (Fate::PartRefunded, 34),
    (Fate::Credited, 18),
    (Fate::Disputed, 12),
    (Fate::Draft, 20),
];

/// How long people take to pay.
pub(super) fn patience(case: &mut Case) -> TimeDelta {
    let (least, most) = case.dice.weighted(&[((1, 24), 46), ((24, 7 * 24), 36), ((7 * 24, 14 * 24), 14), ((15 * 24, 34 * 24), 4)]);
    case.dice.hours(least, most)
}

/// So many tenths of an amount, in tens of the smallest coin: no provider takes a thousandth of a dinar.
fn share(whole: i64, tenths: i64) -> i64 {
    (whole * tenths / 100 * 10).max(1)
}

/// One invoice. With an id the first of a batch, by which the batch is known.
pub(super) fn write(case: &mut Case, id: Option<Uuid>) -> Result<()> {
    let fate = case.dice.weighted(FATES);
    let mut ledger = draft(case)?;
    if let Some(id) = id {
        ledger.take_id(id);
    }
    let at = case.at;
    if fate != Fate::Draft || at < case.until() - TimeDelta::days(150) {
        ledger.issue(&case.customer, at);
        live(case, &mut ledger, fate, at);
    }
    ledger.finish(case.world, case.rows);
    Ok(())
}

fn draft(case: &mut Case) -> Result<Ledger> {
    let currency = case.customer.currency;
    let count = case.dice.weighted(&[(1, 50), (2, 32), (3, 14), (4, 4)]);
    let tax: Decimal = case.customer.land.tax.parse().map_err(broken)?;
    let usd = crate::money::Currency::parse("currency", "USD")?;
    let at = case.at;
    let quote = case.rates.quote(usd, currency, at, 1)?;
    let mut lines = vec![];
    for _ in 0..count {
        let (service, least, most) = *case.dice.pick(&SERVICES);
        let cents = case.dice.between(least / 50, most / 50) * 50;
        let worth = quote.convert(Money::new(cents, usd))?.amount;
        // whole tens of the smallest coin: no provider takes a thousandth of a dinar
        let unit = Money::new((worth.minor / 10 * 10).max(10), currency);
        let quantity = case.dice.weighted(&[(1, 80), (2, 14), (3, 6)]);
        lines.push(PricedLine::with_rate("MANUAL", service.to_owned(), quantity, unit, tax)?);
    }
    let sheet = Sheet {
        kind: "MANUAL",
        currency,
        lines,
        related_shipment: None,
        related_buy4me_request: None,
        fx: None,
        source_key: None,
        created_by: Some(case.world.staff.finance),
        due_days: 14,
    };
    Ok(Ledger::new(&mut case.dice, &case.customer, at, sheet))
}

fn live(case: &mut Case, ledger: &mut Ledger, fate: Fate, issued: Time) {
    let (world, until, finance) = (case.world, case.until(), case.world.staff.finance);
    let owed = ledger.owed();
    let begun = issued + patience(case);
    let dice = &mut case.dice;
    let way = Way::any(dice, Money::new(owed, ledger.currency));
    match fate {
        Fate::Paid | Fate::Draft => {
            pay_all(case, ledger, begun);
        }
        Fate::Parts | Fate::Part => {
            let part = share(owed, dice.between(3, 7));
            let paid = pay(dice, world, ledger, (part, begun), way);
            let later = begun + dice.hours(20, 12 * 24);
            if fate == Fate::Parts && paid.is_some() {
                pay(dice, world, ledger, (owed - part, later), way);
            }
        }
        Fate::Unpaid => {
            if dice.chance(300) {
                attempt(dice, world, ledger, begun, None);
            }
        }
        Fate::Void => {
            let ended = issued + dice.hours(1, 20 * 24);
            if ended < until {
                ledger.end(InvoiceStatus::Void, ended);
            }
        }
        Fate::WrittenOff => {
            attempt(dice, world, ledger, begun, None);
            let ended = issued + dice.hours(70 * 24, 120 * 24);
            if ended < until {
                ledger.end(InvoiceStatus::Uncollectible, ended);
            }
        }
        Fate::Refunded | Fate::PartRefunded => {
            let part = if fate == Fate::Refunded { owed } else { share(owed, dice.between(1, 6)) };
            let Some(paid) = pay(dice, world, ledger, (owed, begun), way) else { return };
            let why = dice.weighted(&[("Service not needed after all", 3), ("Goodwill", 2), ("Charged twice", 1), ("Done too late", 2)]);
            let at = paid + dice.hours(3, 25 * 24);
            if at < until {
                give_back(dice, world, ledger, (part, at), Some((finance, why)));
            }
        }
        Fate::Credited => {
            let part = share(owed, dice.between(1, 5));
            let paid = pay(dice, world, ledger, (owed, begun), way);
            let at = begun + dice.hours(24, 20 * 24);
            // promised and sent at once
            if paid.is_some() && at < until - TimeDelta::hours(2) {
                let key = format!("by_hand:{}", dice.id(at));
                ledger.credit(dice, at, part, ("Less was done than billed".to_owned(), key, Some(finance)));
                give_back(dice, world, ledger, (part, at), None);
            }
        }
        Fate::Disputed => {
            disputed(dice, world, ledger, (owed, begun), &case.customer);
        }
    }
}

/// Pays what is owed, some at the second attempt. When it was paid, if it was before the end.
pub(super) fn pay_all(case: &mut Case, ledger: &mut Ledger, begun: Time) -> Option<Time> {
    let (world, dice) = (case.world, &mut case.dice);
    let owed = ledger.owed();
    let way = Way::any(dice, Money::new(owed, ledger.currency));
    if dice.chance(70) && matches!(way, Way::Page(_)) {
        let before = begun - dice.minutes(9, 12);
        attempt(dice, world, ledger, before, Some(begun));
    }
    pay(dice, world, ledger, (owed, begun), way)
}
