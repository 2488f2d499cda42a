//! What every document of a demo has around it: the calendar, the people, the shops, the rates, the tariffs.

use super::calendar::Calendar;
use super::customer::{Customer, People};
use super::dice::Dice;
use super::rates::{History, Rates};
use super::rows::Rows;
use super::shops::Vendor;
use super::staff::Staff;
use crate::clock::Time;
use crate::money::Currency;
use crate::settings::{Buy4Me, Shipping, Taxes};

/// The surroundings. Tariffs, fees and taxes are the ones that hold until somebody changes them (version 0), so that the same demo
/// comes out of every database.
#[derive(Clone, Debug)]
pub(super) struct World {
    pub(super) seed: u64,
    pub(super) calendar: Calendar,
    pub(super) people: People,
    pub(super) staff: Staff,
    pub(super) vendors: Vec<Vendor>,
    pub(super) history: History,
    /// The company's own currency.
    pub(super) base: Currency,
    /// Days of reminders, as the company wants them now.
    pub(super) ladder: Vec<i16>,
    pub(super) shipping: Shipping,
    pub(super) fees: Buy4Me,
    pub(super) taxes: Taxes,
}

/// What one document is made with.
#[derive(Debug)]
pub(super) struct Case<'a> {
    pub(super) world: &'a World,
    pub(super) rates: &'a mut Rates,
    pub(super) rows: &'a mut Rows,
    pub(super) dice: Dice,
    pub(super) customer: Customer,
    /// When it begins.
    pub(super) at: Time,
}

impl Case<'_> {
    /// Nothing happens from then on.
    pub(super) fn until(&self) -> Time {
        self.world.calendar.until
    }
}
