//! What it costs to send parcels: zones, services with their tariffs, surcharges, how size counts as weight.

use super::typed::{Amount, Percent, Typed, check_code, check_length, check_unique};
use crate::error::Problems;
use crate::money::Currency;
use serde::{Deserialize, Serialize};

/// Key `shipping`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shipping {
    /// Of all amounts here.
    pub currency: Currency,
    /// Cubic centimetres that count as a kilogram: 5000 is usual.
    pub dimensional_divisor: u32,
    /// Chargeable weight is rounded up to a multiple of it.
    pub weight_step_grams: u32,
    /// Heavier parcels are refused.
    pub max_parcel_grams: u32,
    /// How much more than estimated the final cost may be without asking the customer.
    pub cost_tolerance: Percent,
    /// Where to; the first that lists a country counts. `*` is every other country.
    pub zones: Vec<Zone>,
    /// How; the first is used when none is named.
    pub services: Vec<Service>,
    /// What comes on top.
    pub surcharges: Vec<Surcharge>,
}

/// Countries that cost the same.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Zone {
    /// `EUROPE`
    pub code: String,
    /// ISO 3166-1 alpha-2, or `*`.
    pub countries: Vec<String>,
}

/// A way to send.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// `STANDARD`
    pub code: String,
    /// Fastest, in days.
    pub days_min: u16,
    /// Slowest, in days.
    pub days_max: u16,
    /// A zone without a tariff is not served.
    pub tariffs: Vec<Tariff>,
}

/// What a service costs to a zone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tariff {
    /// Code of the zone.
    pub zone: String,
    /// Once per shipment.
    pub base: Amount,
    /// For each step of the chargeable weight.
    pub per_step: Amount,
}

/// What comes on top of the tariff: a percentage of it, or an amount.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Surcharge {
    /// `FUEL`
    pub code: String,
    /// Of the tariff. Either this or `amount`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<Percent>,
    /// Once per shipment, or per parcel that one of the two conditions below is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Amount>,
    /// Only to these zones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zones: Option<Vec<String>>,
    /// Only by these services.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub services: Option<Vec<String>>,
    /// For each parcel with a longer side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub side_over_cm: Option<u32>,
    /// For each heavier parcel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parcel_over_grams: Option<u32>,
}

impl Typed for Shipping {
    const KEY: &'static str = "shipping";

    fn check(&self, problems: &mut Problems) {
        for (name, value, range) in [
            ("dimensional_divisor", self.dimensional_divisor, 1..=100_000),
            ("weight_step_grams", self.weight_step_grams, 1..=100_000),
            ("max_parcel_grams", self.max_parcel_grams, 1..=10_000_000),
        ] {
            problems.check(range.contains(&value), format!("shipping.{name}"), "error-out-of-range");
        }
        check_length(problems, "shipping.zones", &self.zones, 100);
        check_length(problems, "shipping.services", &self.services, 50);
        check_unique(problems, "shipping.zones", self.zones.iter().map(|zone| zone.code.as_str()));
        check_unique(problems, "shipping.services", self.services.iter().map(|service| service.code.as_str()));
        check_unique(problems, "shipping.surcharges", self.surcharges.iter().map(|surcharge| surcharge.code.as_str()));
        check_unique(problems, "shipping.zones", self.zones.iter().flat_map(|zone| zone.countries.iter().map(String::as_str)));
        for (i, zone) in self.zones.iter().enumerate() {
            check_code(problems, format!("shipping.zones[{i}].code"), &zone.code);
            for (j, country) in zone.countries.iter().enumerate() {
                let known = country == "*" || rust_iso3166::from_alpha2(country).is_some();
                problems.check(known, format!("shipping.zones[{i}].countries[{j}]"), "error-country");
            }
        }
        for (i, service) in self.services.iter().enumerate() {
            self.check_service(&format!("shipping.services[{i}]"), service, problems);
        }
        problems.check(self.surcharges.len() <= 50, "shipping.surcharges", "error-out-of-range");
        for (i, surcharge) in self.surcharges.iter().enumerate() {
            self.check_surcharge(&format!("shipping.surcharges[{i}]"), surcharge, problems);
        }
    }
}

impl Shipping {
    fn knows_zone(&self, code: &str) -> bool {
        self.zones.iter().any(|zone| zone.code == code)
    }

    fn check_service(&self, field: &str, service: &Service, problems: &mut Problems) {
        check_code(problems, format!("{field}.code"), &service.code);
        problems.check(service.days_min <= service.days_max && service.days_max <= 365, format!("{field}.days_max"), "error-out-of-range");
        check_length(problems, &format!("{field}.tariffs"), &service.tariffs, 100);
        check_unique(problems, &format!("{field}.tariffs"), service.tariffs.iter().map(|tariff| tariff.zone.as_str()));
        for (j, tariff) in service.tariffs.iter().enumerate() {
            let field = format!("{field}.tariffs[{j}]");
            problems.check(self.knows_zone(&tariff.zone), format!("{field}.zone"), "error-not-found");
            tariff.base.check(&format!("{field}.base"), self.currency, problems);
            tariff.per_step.check(&format!("{field}.per_step"), self.currency, problems);
        }
    }

    fn check_surcharge(&self, field: &str, surcharge: &Surcharge, problems: &mut Problems) {
        check_code(problems, format!("{field}.code"), &surcharge.code);
        problems.check(surcharge.percent.is_some() != surcharge.amount.is_some(), format!("{field}.amount"), "error-setting-either");
        if let Some(amount) = &surcharge.amount {
            amount.check(&format!("{field}.amount"), self.currency, problems);
        }
        for (j, zone) in surcharge.zones.iter().flatten().enumerate() {
            problems.check(self.knows_zone(zone), format!("{field}.zones[{j}]"), "error-not-found");
        }
        for (j, code) in surcharge.services.iter().flatten().enumerate() {
            let known = self.services.iter().any(|service| service.code == *code);
            problems.check(known, format!("{field}.services[{j}]"), "error-not-found");
        }
    }
}

impl Default for Shipping {
    fn default() -> Self {
        let zone =
            |code: &str, countries: &str| Zone { code: code.to_owned(), countries: countries.split(' ').map(str::to_owned).collect() };
        let tariffs = |rows: [(&str, &str, &str); 4]| {
            let row = |(zone, base, step): (&str, &str, &str)| Tariff { zone: zone.to_owned(), base: base.into(), per_step: step.into() };
            rows.map(row).to_vec()
        };
        let surcharge = |code: &str| Surcharge {
            code: code.to_owned(),
            percent: None,
            amount: None,
            zones: None,
            services: None,
            side_over_cm: None,
            parcel_over_grams: None,
        };
        let europe = "AT BE BG CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IS IT LT LU LV MT NL NO PL PT RO SE SI SK";
        Self {
            currency: Currency::parse("currency", "USD").expect("USD is known"),
            dimensional_divisor: 5000,
            weight_step_grams: 500,
            max_parcel_grams: 70_000,
            cost_tolerance: Percent::basis_points(10_00),
            zones: vec![zone("DOMESTIC", "US"), zone("NORTH_AMERICA", "CA MX"), zone("EUROPE", europe), zone("WORLD", "*")],
            services: vec![
                Service {
                    code: "STANDARD".to_owned(),
                    days_min: 5,
                    days_max: 12,
                    tariffs: tariffs([
                        ("DOMESTIC", "4.50", "0.90"),
                        ("NORTH_AMERICA", "9.00", "2.20"),
                        ("EUROPE", "12.00", "3.10"),
                        ("WORLD", "15.00", "4.20"),
                    ]),
                },
                Service {
                    code: "EXPRESS".to_owned(),
                    days_min: 1,
                    days_max: 4,
                    tariffs: tariffs([
                        ("DOMESTIC", "12.00", "2.00"),
                        ("NORTH_AMERICA", "22.00", "4.50"),
                        ("EUROPE", "28.00", "6.50"),
                        ("WORLD", "35.00", "8.80"),
                    ]),
                },
            ],
            surcharges: vec![
                Surcharge { percent: Some(Percent::basis_points(6_50)), ..surcharge("FUEL") },
                Surcharge { amount: Some("18.00".into()), side_over_cm: Some(120), ..surcharge("OVERSIZE") },
                Surcharge { amount: Some("12.00".into()), parcel_over_grams: Some(30_000), ..surcharge("HEAVY") },
            ],
        }
    }
}
