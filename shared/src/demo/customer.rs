//! Customers: each is made from its number alone, so nobody has to be kept in memory. They join one after the other; a document
//! belongs to one who had joined.

use super::calendar::Calendar;
use super::dice::Dice;
use super::lands::{self, Land};
use super::rows::Rows;
use super::staff;
use crate::accounts::address;
use crate::accounts::password;
use crate::accounts::postal::AddressFields;
use crate::accounts::user::{self, Sets};
use crate::clock::Time;
use crate::ids::{AddressId, UserId};
use crate::money::Currency;
use crate::policy::Role;
use crate::{Error, Result};
use chrono::TimeDelta;

/// How long before the first document the first ones joined.
const EARLY: TimeDelta = TimeDelta::days(180);
/// So many of a hundred had joined by then.
const EARLY_PERCENT: u64 = 30;

/// A customer, with where they live.
#[derive(Clone, Debug)]
pub(super) struct Customer {
    pub(super) user: user::Model,
    pub(super) home: AddressFields,
    pub(super) land: &'static Land,
    pub(super) currency: Currency,
}

/// All of them.
#[derive(Clone, Debug)]
pub(super) struct People {
    pub(super) seed: u64,
    pub(super) count: u64,
    pub(super) calendar: Calendar,
}

impl People {
    /// When the customer with this number joined.
    fn joined(&self, number: u64) -> Time {
        let early = (self.count * EARLY_PERCENT / 100).max(2);
        let Calendar { start, until, .. } = self.calendar;
        match number.checked_sub(early) {
            None => start - EARLY + part(EARLY, number, early),
            Some(later) => start + part(until - start, later, self.count - early),
        }
    }

    /// One who had joined by then; some buy more than others.
    pub(super) fn any(&self, dice: &mut Dice, at: Time) -> Result<Customer> {
        let (mut none, mut all) = (1, self.count);
        // how many had joined: times ascend with numbers
        while none < all {
            let middle = none + (all - none).div_ceil(2);
            if self.joined(middle - 1) <= at { none = middle } else { all = middle - 1 }
        }
        let number = if dice.chance(300) { dice.below(none).min(dice.below(none)) } else { dice.below(none) };
        self.customer(number)
    }

    /// The customer with this number. The first two are those whom a visitor can sign in as.
    pub(super) fn customer(&self, number: u64) -> Result<Customer> {
        let mut dice = Dice::of(&[self.seed, 1, number]);
        let joined = self.joined(number);
        let land = if number < 2 { &lands::LANDS[0] } else { lands::any(&mut dice) };
        let (first, last) = (*dice.pick(land.first), *dice.pick(land.last));
        let id = UserId(dice.id(joined));
        let name = match number {
            0 | 1 => staff::CUSTOMERS[number as usize].to_owned(),
            _ => {
                let written = [first.1, last.1].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(".");
                format!("{written}.{number}.{:05x}@example.com", self.seed & 0xf_ffff)
            }
        };
        let role = if number == 1 || (number > 1 && dice.chance(400)) { Role::WalkIn } else { Role::Buy4Me };
        let digits = |dice: &mut Dice, count: usize| (0..count).map(|_| char::from(b'0' + dice.below(10) as u8)).collect::<String>();
        let phone = land.phone.map(|(free, more)| format!("{free}{}", digits(&mut dice, more)));
        let (city, region, postal_code) = *dice.pick(land.cities);
        let (street, house) = (*dice.pick(land.streets), dice.between(1, 180));
        let full_name = if last.0.is_empty() { first.0.to_owned() } else { format!("{} {}", first.0, last.0) };
        let home = AddressFields {
            recipient: full_name,
            phone: phone.clone(),
            line1: if land.number_first { format!("{house} {street}") } else { format!("{street} {house}") },
            line2: None,
            city: city.to_owned(),
            region: Some(region.to_owned()),
            postal_code: postal_code.map(str::to_owned),
            country: land.country.to_owned(),
        };
        let is_active = number < 2 || !dice.chance(15);
        let user = user::Model {
            id,
            username: name.clone(),
            email: name,
            password_hash: if number < 2 { staff::password_hash()? } else { password::unusable() },
            first_name: first.0.to_owned(),
            last_name: last.0.to_owned(),
            phone_number: phone,
            role,
            permission_sets: Sets::default(),
            is_active,
            language: land.language.to_owned(),
            currency: land.currency.to_owned(),
            email_verified_at: is_active.then_some(joined),
            date_joined: joined,
            updated_at: joined,
            version: 1,
            mfa_secret: None,
            mfa_enabled_at: None,
            mfa_last_step: None,
            mfa_recovery: None,
            password_changed_at: None,
            erased_at: None,
        };
        Ok(Customer { user, home, land, currency: Currency::parse("currency", land.currency)? })
    }

    /// The rows of customers from one number to another.
    pub(super) fn rows(&self, from: u64, to: u64) -> Result<Rows> {
        let mut rows = Rows::default();
        for number in from..to {
            let Customer { user, home, .. } = self.customer(number)?;
            let mut dice = Dice::of(&[self.seed, 2, number]);
            let at = user.date_joined + dice.minutes(1, 30);
            rows.addresses.push(address::Model {
                id: AddressId(dice.id(at)),
                user_id: user.id,
                label: String::new(),
                recipient: home.recipient,
                phone: home.phone,
                line1: home.line1,
                line2: home.line2,
                city: home.city,
                region: home.region,
                postal_code: home.postal_code,
                country: home.country,
                is_default: true,
                version: 1,
                created_at: at,
                updated_at: at,
            });
            rows.users.push(user);
        }
        Ok(rows)
    }
}

/// `number` of `of` parts of a span.
fn part(span: TimeDelta, number: u64, of: u64) -> TimeDelta {
    let ms = i128::from(span.num_milliseconds()) * i128::from(number) / i128::from(of.max(1));
    TimeDelta::milliseconds(i64::try_from(ms).unwrap_or_default())
}

impl Customer {
    /// What they read.
    pub(super) fn language(&self) -> &str {
        &self.user.language
    }
}

/// What went wrong with data that is ours.
pub(super) fn broken(what: impl std::fmt::Display) -> Error {
    Error::internal(format!("demo data: {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Problems;
    use chrono::NaiveDate;

    fn people() -> People {
        People { seed: 99, count: 500, calendar: Calendar::new(NaiveDate::from_ymd_opt(2026, 11, 26).unwrap()) }
    }

    #[test]
    fn everybody_lives_at_an_address_that_the_product_would_take() {
        for number in 0..500 {
            let customer = people().customer(number).unwrap();
            let mut problems = Problems::default();
            customer.home.check("", &mut problems);
            problems.finish().unwrap_or_else(|problem| panic!("{problem} {:?}", customer.home));
            assert!(customer.user.email.ends_with("@example.com") && customer.user.email.is_ascii(), "{}", customer.user.email);
        }
    }

    #[test]
    fn whoever_buys_has_joined() {
        let people = people();
        let mut dice = Dice::of(&[3]);
        for number in 0..500 {
            let at = people.calendar.moment(number, 500);
            assert!(people.any(&mut dice, at).unwrap().user.date_joined <= at);
        }
        let seen: Vec<Time> = (0..500).map(|number| people.joined(number)).collect();
        assert!(seen.is_sorted() && seen[499] < people.calendar.until);
    }
}
