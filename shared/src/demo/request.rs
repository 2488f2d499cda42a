//! The life of a Buy4Me request: a draft, a quote that is paid at once or lapses, bought, received, sent on, completed; an item sold
//! out or dearer, a change of mind. Priced, and its differences and credits figured out, by the product's own rules.

use super::goods;
use super::invoice::{Ledger, Sheet};
use super::manual::pay_all;
use super::numbers::LATER;
use super::payment::give_back;
use super::shipment::{self, Linked, praise};
use super::world::Case;
use crate::billing::PricedLine;
use crate::billing::status::InvoiceStatus;
use crate::buy4me::bill;
use crate::buy4me::event;
use crate::buy4me::item::Model as Item;
use crate::buy4me::price::{Priced, Quotes, Terms, difference};
use crate::buy4me::request::Model;
use crate::buy4me::state::{ItemStatus, Status};
use crate::clock::Time;
use crate::ids::{RequestId, UserId};
use crate::{Error, Result, i18n};
use chrono::TimeDelta;

/// A request as far as it is told.
struct Story {
    row: Model,
    items: Vec<Item>,
    bills: Vec<bill::Model>,
    ledgers: Vec<Ledger>,
    quotes: Quotes,
    terms: Terms,
}

/// One request with everything that follows from it.
pub(super) fn write(case: &mut Case) -> Result<()> {
    let (id, items) = goods::items(case);
    let mut story = Story {
        row: goods::draft(case, id, &items),
        items,
        bills: vec![],
        ledgers: vec![],
        quotes: Quotes::new(),
        terms: Terms { fees: case.world.fees.clone(), taxes: case.world.taxes.clone() },
    };
    let at = case.at;
    let owner = case.customer.user.id;
    story.note(case, (None, Status::Draft), at, Some(owner), None);
    story.live(case)?;
    let Story { row, items, bills, ledgers, .. } = story;
    if row.status == Status::Completed {
        praise(case, (None, Some(row.id)), row.completed_at);
    }
    ledgers.into_iter().for_each(|ledger| ledger.finish(case.world, case.rows));
    case.rows.requests.push(row);
    case.rows.items.extend(items);
    case.rows.bills.extend(bills);
    Ok(())
}

impl Story {
    fn id(&self) -> RequestId {
        self.row.id
    }

    fn live(&mut self, case: &mut Case) -> Result<()> {
        let (until, owner, buyer) = (case.until(), case.customer.user.id, case.world.staff.buyer);
        let at = case.at + case.dice.minutes(5, 20 * 60);
        // whoever submits has paid or let it lapse before the end: no quote is left to expire
        if case.dice.chance(30) || at + TimeDelta::minutes(75) >= until {
            return Ok(());
        }
        self.submit(case, at)?;
        let lapses = at + TimeDelta::hours(72) + case.dice.minutes(27, 60);
        if case.dice.chance(40) && lapses < until {
            self.lapse(case, lapses);
            return Ok(());
        }
        let begun = at + case.dice.minutes(16, 50);
        let Some(paid) = self.ledgers.first_mut().and_then(|ledger| pay_all(case, ledger, begun)) else { return Ok(()) };
        let at = paid + case.dice.hours(2, 40);
        if case.dice.chance(30) && at < until - TimeDelta::hours(2) {
            self.give_up(case, at, owner);
            return Ok(());
        }
        if at + TimeDelta::hours(3) >= until {
            return Ok(());
        }
        self.items.iter_mut().for_each(|item| item.vendor_order_number = Some(format!("WEB-{}", 100_000 + case.dice.below(900_000))));
        let at = match case.dice.below(1000) {
            0..60 if self.items.len() > 1 => self.sold_out(case, at)?,
            60..115 => self.dearer(case, at)?,
            _ => Some(at),
        };
        // bought a moment after everything is settled
        let Some(at) = at.map(|at| at + TimeDelta::minutes(30)) else { return Ok(()) };
        self.step(case, Status::OrderPlaced, at, Some(buyer));
        let at = at + case.dice.hours(20, 4 * 24);
        if at < until {
            self.step(case, Status::InTransit, at, Some(buyer));
            self.arrive(case, at)?;
        }
        Ok(())
    }

    /// DRAFT → SUBMITTED: rates and fees are locked, the bill is written.
    fn submit(&mut self, case: &mut Case, at: Time) -> Result<()> {
        let currency = self.row.currency()?;
        let hours = i64::from(self.terms.fees.quote_hours);
        for item in &mut self.items {
            item.shop = Some(item.shop());
        }
        let sources = self.items.iter().filter_map(|item| item.currency.clone()).chain([self.terms.fees.currency.code().to_owned()]);
        for source in sources {
            let from = crate::money::Currency::parse("currency", &source)?;
            self.quotes.insert(source, case.rates.quote(from, currency, at, hours)?);
        }
        let priced = self.price(case)?;
        self.row.fx = Some(serde_json::to_value(&self.quotes).map_err(Error::internal)?);
        self.row.terms = Some(serde_json::to_value(&self.terms).map_err(Error::internal)?);
        self.row.quote_expires_at = Some(at + TimeDelta::hours(hours));
        (self.row.fee_version, self.row.tax_version) = (Some(0), Some(0));
        self.row.authorised_overage_minor = priced.total_minor / 10;
        self.figures(&priced)?;
        self.bill(case, (bill::Kind::Buy4Me, "BUY4ME"), priced.lines, at)?;
        let owner = case.customer.user.id;
        self.step(case, Status::Submitted, at, Some(owner));
        Ok(())
    }

    fn price(&self, case: &Case) -> Result<Priced> {
        goods::price(&self.items, &self.quotes, &self.terms, self.row.currency()?, case.customer.language())
    }

    fn figures(&mut self, priced: &Priced) -> Result<()> {
        self.row.total_minor = Some(priced.total_minor);
        self.row.breakdown = serde_json::to_value(&priced.lines).map_err(Error::internal)?;
        let mut shares = priced.shares.iter().copied();
        for item in &mut self.items {
            item.charged_minor = if item.status.is_active() { shares.next() } else { Some(0) };
        }
        Ok(())
    }

    fn bill(&mut self, case: &mut Case, (kind, code): (bill::Kind, &'static str), lines: Vec<PricedLine>, at: Time) -> Result<()> {
        self.row.bills += 1;
        let number = self.row.bills;
        self.bills.push(bill::Model {
            request_id: self.id(),
            number,
            kind,
            lines: serde_json::to_value(&lines).map_err(Error::internal)?,
            cancelled_at: None,
            created_at: at,
        });
        let sheet = Sheet {
            kind: code,
            currency: self.row.currency()?,
            lines,
            related_shipment: None,
            related_buy4me_request: Some(self.id().0),
            fx: self.row.fx.clone(),
            source_key: Some(format!("buy4me:{}:{number}", self.id())),
            created_by: None,
            due_days: 14,
        };
        let at = at + TimeDelta::seconds(1);
        let mut ledger = Ledger::new(&mut case.dice, &case.customer, at, sheet);
        ledger.issue(&case.customer, at);
        self.ledgers.push(ledger);
        Ok(())
    }

    /// The quote expires unpaid: all is as before it.
    fn lapse(&mut self, case: &mut Case, at: Time) {
        self.close(at);
        for item in &mut self.items {
            (item.charged_minor, item.shop) = (None, None);
        }
        let row = &mut self.row;
        (row.total_minor, row.breakdown, row.submitted_at) = (None, serde_json::json!([]), None);
        (row.fx, row.terms, row.quote_expires_at, row.fee_version, row.tax_version) = (None, None, None, None, None);
        self.step(case, Status::Draft, at, None);
    }

    fn close(&mut self, at: Time) {
        self.bills.iter_mut().for_each(|bill| bill.cancelled_at = Some(at));
        self.ledgers
            .iter_mut()
            .filter(|ledger| ledger.rows.iter().all(|row| row.settled_at.is_none()))
            .for_each(|ledger| ledger.end(InvoiceStatus::Void, at));
    }

    /// Cancelled by its owner after it was paid.
    fn give_up(&mut self, case: &mut Case, at: Time, owner: UserId) {
        self.close(at);
        let words = i18n::text(case.customer.language(), "buy4me-credit-request-cancelled", &[]);
        let mut is_back = false;
        for ledger in &mut self.ledgers {
            let (due, key) = (ledger.invoice.due_minor(), format!("close:{}", ledger.invoice.id));
            ledger.credit(&mut case.dice, at, due, (words.clone(), key, Some(owner)));
            is_back = give_back(&mut case.dice, case.world, ledger, (due, at), None).is_some();
        }
        self.move_items(case, ItemStatus::Cancelled, at, Some(owner));
        self.step(case, Status::Cancelled, at, Some(owner));
        if is_back {
            self.move_items(case, ItemStatus::Refunded, at + TimeDelta::hours(1), None);
        }
    }

    /// The last item is sold out: it is credited and refunded. When the rest can be bought.
    fn sold_out(&mut self, case: &mut Case, at: Time) -> Result<Option<Time>> {
        let last = self.items.len() - 1;
        let (id, version) = (self.items[last].id, self.items[last].version);
        let product = self.items[last].shown_name().to_owned();
        self.move_item(case, last, ItemStatus::OutOfStock, at, Some(case.world.staff.buyer));
        let before = self.row.total_minor.unwrap_or_default();
        let after = self.price(case)?;
        let less = before - after.total_minor;
        self.figures(&after)?;
        let words = i18n::text(case.customer.language(), "buy4me-credit-out-of-stock", &[("product", product)]);
        let key = format!("buy4me:{}:gone:{id}:{version}:{}", self.id(), self.ledgers[0].invoice.id);
        let ledger = &mut self.ledgers[0];
        ledger.credit(&mut case.dice, at, less, (words, key, Some(case.world.staff.buyer)));
        if let Some(back) = give_back(&mut case.dice, case.world, ledger, (less, at), None) {
            self.move_item(case, last, ItemStatus::Refunded, back, None);
        }
        Ok(Some(at))
    }

    /// The first item is a little dearer than quoted, within what was allowed: the difference is billed. When it is paid.
    fn dearer(&mut self, case: &mut Case, at: Time) -> Result<Option<Time>> {
        let before: Vec<PricedLine> = serde_json::from_value(self.row.breakdown.clone()).map_err(Error::internal)?;
        let total = self.row.total_minor.unwrap_or_default();
        let quoted = self.items[0].unit_price_minor.unwrap_or_default();
        self.items[0].actual_unit_price_minor = Some(quoted + (quoted * case.dice.between(3, 6) / 100).max(1));
        let after = self.price(case)?;
        let more = after.total_minor - total;
        if more <= 0 || more > self.row.authorised_overage_minor {
            self.items[0].actual_unit_price_minor = None;
            return Ok(Some(at));
        }
        self.items[0].overage_minor = more;
        self.row.overage_used_minor = more;
        self.figures(&after)?;
        let lines = difference(&before, &after.lines, case.customer.language());
        self.bill(case, (bill::Kind::Difference, "DIFFERENCE"), lines, at)?;
        let begun = at + case.dice.minutes(16, 100);
        Ok(self.ledgers.last_mut().and_then(|ledger| pay_all(case, ledger, begun)))
    }

    /// Everything is here, and goes on to its owner.
    fn arrive(&mut self, case: &mut Case, since: Time) -> Result<()> {
        let (until, owner, warehouse) = (case.until(), case.customer.user.id, case.world.staff.warehouse);
        let at = since + case.dice.hours(2 * 24, 9 * 24);
        if at >= until {
            return Ok(());
        }
        self.step(case, Status::WarehouseArrived, at, Some(warehouse));
        let at = at + case.dice.hours(2, 4 * 24);
        if at >= until {
            return Ok(());
        }
        self.row.shipping_instructions = Some(serde_json::json!({ "delivery_address": case.customer.home, "service": null }));
        let linked = Linked { request: self.id(), currency: self.row.currency()?, grams: goods::grams(&case.world.vendors, &self.items) };
        let sent = shipment::write(case, at, Some(linked))?;
        self.row.shipment_id = Some(sent.id);
        self.row.version += 1;
        self.row.updated_at = at;
        self.note(case, (Some(Status::WarehouseArrived), Status::WarehouseArrived), at, Some(owner), Some(LATER));
        if let Some(at) = sent.shipped_at {
            self.step(case, Status::ShippedToCustomer, at, None);
        }
        if let Some(at) = sent.delivered_at {
            self.row.delivered_at = Some(at);
            let at = at + case.dice.hours(1, shipment::COMPLETES_WITHIN.num_hours() - 1);
            self.step(case, Status::Completed, at, Some(owner));
        }
        Ok(())
    }

    /// A step of the request, and of its items with it.
    fn step(&mut self, case: &mut Case, to: Status, at: Time, by: Option<UserId>) {
        let with = match to {
            Status::OrderPlaced => Some(ItemStatus::Ordered),
            Status::InTransit => Some(ItemStatus::VendorShipped),
            Status::WarehouseArrived => Some(ItemStatus::Received),
            Status::ShippedToCustomer => Some(ItemStatus::Shipped),
            Status::Draft | Status::Submitted | Status::Completed | Status::Cancelled => None,
        };
        if let Some(with) = with {
            self.move_items(case, with, at, by);
        }
        let row = &mut self.row;
        let time = match to {
            Status::Draft => &mut row.submitted_at,
            Status::Submitted => &mut row.submitted_at,
            Status::OrderPlaced => &mut row.ordered_at,
            Status::InTransit => &mut row.in_transit_at,
            Status::WarehouseArrived => &mut row.arrived_at,
            Status::ShippedToCustomer => &mut row.shipped_at,
            Status::Completed => &mut row.completed_at,
            Status::Cancelled => &mut row.cancelled_at,
        };
        *time = (to != Status::Draft).then_some(at);
        let from = std::mem::replace(&mut row.status, to);
        row.version += 1;
        row.updated_at = at;
        self.note(case, (Some(from), to), at, by, None);
    }

    fn move_items(&mut self, case: &mut Case, to: ItemStatus, at: Time, by: Option<UserId>) {
        for place in 0..self.items.len() {
            let status = self.items[place].status;
            if status.is_active() || (to == ItemStatus::Refunded && status == ItemStatus::Cancelled) {
                self.move_item(case, place, to, at, by);
            }
        }
    }

    fn move_item(&mut self, case: &mut Case, place: usize, to: ItemStatus, at: Time, by: Option<UserId>) {
        let item = &mut self.items[place];
        let from = std::mem::replace(&mut item.status, to);
        if to == ItemStatus::Received {
            item.received_quantity = item.quantity;
        }
        item.version += 1;
        item.updated_at = at;
        let row = event::Model {
            id: case.dice.id(at),
            request_id: self.row.id,
            item_id: Some(item.id),
            from_status: Some(from.code().to_owned()),
            status: to.code().to_owned(),
            note: None,
            reason: None,
            created_by: by.map(|user| user.0),
            created_at: at,
        };
        case.rows.request_events.push(row);
    }

    fn note(&self, case: &mut Case, (from, to): (Option<Status>, Status), at: Time, by: Option<UserId>, note: Option<&str>) {
        let row = event::Model {
            id: case.dice.id(at),
            request_id: self.row.id,
            item_id: None,
            from_status: from.map(|status| status.code().to_owned()),
            status: to.code().to_owned(),
            note: note.map(str::to_owned),
            reason: None,
            created_by: by.map(|user| user.0),
            created_at: at,
        };
        case.rows.request_events.push(row);
    }
}
