//! What the company charges and how it behaves, besides tariffs: fees, taxes, rates, invoices, currencies.

use super::typed::{Amount, Percent, Typed, check_length, check_unique};
use crate::accounts::postal;
use crate::error::Problems;
use crate::i18n::Message;
use crate::money::Currency;
use serde::{Deserialize, Serialize};

/// Key `buy4me`: what buying for somebody costs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Buy4Me {
    /// Of the amounts here; converted when a request has another.
    pub currency: Currency,
    /// Of the goods' value.
    pub fee_percent: Percent,
    /// At least.
    pub fee_minimum: Amount,
    /// At most; `null`: no limit.
    pub fee_maximum: Option<Amount>,
    /// What a shop takes for sending goods to us, for each shop in a request.
    pub vendor_delivery: Amount,
    /// How long a quote holds, in hours; what is unpaid by then has to be quoted anew.
    pub quote_hours: u32,
    /// Days after delivery until a request completes by itself.
    pub complete_after_days: u32,
}

impl Typed for Buy4Me {
    const KEY: &'static str = "buy4me";

    fn check(&self, problems: &mut Problems) {
        self.fee_minimum.check("buy4me.fee_minimum", self.currency, problems);
        self.vendor_delivery.check("buy4me.vendor_delivery", self.currency, problems);
        if let Some(maximum) = &self.fee_maximum {
            maximum.check("buy4me.fee_maximum", self.currency, problems);
            let amounts = (maximum.money(self.currency), self.fee_minimum.money(self.currency));
            let is_below = matches!(amounts, (Ok(maximum), Ok(minimum)) if maximum.minor < minimum.minor);
            problems.check(!is_below, "buy4me.fee_maximum", "error-out-of-range");
        }
        problems.check((1..=720).contains(&self.quote_hours), "buy4me.quote_hours", "error-out-of-range");
        problems.check((1..=90).contains(&self.complete_after_days), "buy4me.complete_after_days", "error-out-of-range");
    }
}

impl Default for Buy4Me {
    fn default() -> Self {
        Self {
            currency: Currency::parse("currency", "USD").expect("USD is known"),
            fee_percent: Percent::basis_points(8_00),
            fee_minimum: "5.00".into(),
            fee_maximum: Some("250.00".into()),
            vendor_delivery: "0.00".into(),
            quote_hours: 72,
            complete_after_days: 7,
        }
    }
}

/// What a line of a bill is for: which of them are taxed is a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LineKind {
    /// Sending parcels, surcharges included.
    Shipping,
    /// Goods from a shop.
    Item,
    /// What a shop takes for sending them to us.
    VendorDelivery,
    /// Buying for somebody.
    ServiceFee,
    /// What changing money costs.
    FxMargin,
    /// What became dearer after the bill.
    Difference,
}

impl LineKind {
    /// As on the wire.
    pub fn code(self) -> &'static str {
        match self {
            Self::Shipping => "SHIPPING",
            Self::Item => "ITEM",
            Self::VendorDelivery => "VENDOR_DELIVERY",
            Self::ServiceFee => "SERVICE_FEE",
            Self::FxMargin => "FX_MARGIN",
            Self::Difference => "DIFFERENCE",
        }
    }
}

/// Key `taxes`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Taxes {
    /// What is taken of each taxed line.
    pub rate: Percent,
    /// Which lines are taxed.
    pub on: Vec<LineKind>,
}

impl Taxes {
    /// The rate for a line.
    pub fn rate_of(&self, kind: LineKind) -> Percent {
        if self.on.contains(&kind) { self.rate } else { Percent::basis_points(0) }
    }
}

impl Typed for Taxes {
    const KEY: &'static str = "taxes";

    fn check(&self, problems: &mut Problems) {
        check_unique(problems, "taxes.on", self.on.iter().map(|kind| kind.code()));
    }
}

impl Default for Taxes {
    fn default() -> Self {
        Self { rate: Percent::basis_points(0), on: vec![LineKind::Shipping, LineKind::ServiceFee] }
    }
}

/// Key `exchange_rates`: how far we trust them, and what they cost.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rates {
    /// What a customer pays on top of the middle rate, in hundredths of a percent.
    pub margin_bps: u32,
    /// A rate that moved more than this since the last one waits for a person.
    pub max_jump: Percent,
    /// Older rates raise an alarm; ECB publishes on working days only.
    pub stale_hours: u32,
}

impl Typed for Rates {
    const KEY: &'static str = "exchange_rates";

    fn check(&self, problems: &mut Problems) {
        problems.check(self.margin_bps <= 2_000, "exchange_rates.margin_bps", "error-out-of-range");
        problems.check(self.max_jump.0 > rust_decimal::Decimal::ZERO, "exchange_rates.max_jump", "error-out-of-range");
        problems.check((1..=8_760).contains(&self.stale_hours), "exchange_rates.stale_hours", "error-out-of-range");
    }
}

impl Default for Rates {
    fn default() -> Self {
        Self { margin_bps: 200, max_jump: Percent::basis_points(10_00), stale_hours: 96 }
    }
}

/// Key `invoices`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invoices {
    /// Days until an invoice is due.
    pub due_days: u16,
    /// When a customer is reminded, in days after the due date; before it with a minus.
    pub reminder_days: Vec<i16>,
}

impl Typed for Invoices {
    const KEY: &'static str = "invoices";

    fn check(&self, problems: &mut Problems) {
        problems.check((1..=365).contains(&self.due_days), "invoices.due_days", "error-out-of-range");
        problems.check(self.reminder_days.len() <= 20, "invoices.reminder_days", "error-out-of-range");
        problems.check(self.reminder_days.is_sorted_by(|a, b| a < b), "invoices.reminder_days", "error-setting-ascending");
        let fits = self.reminder_days.iter().all(|days| (-365..=365).contains(days));
        problems.check(fits, "invoices.reminder_days", "error-out-of-range");
    }
}

impl Default for Invoices {
    fn default() -> Self {
        Self { due_days: 14, reminder_days: vec![-3, 1, 7, 14] }
    }
}

/// Key `currencies`: what new shipments and requests may be paid in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Currencies(pub Vec<Currency>);

impl Typed for Currencies {
    const KEY: &'static str = "currencies";

    fn check(&self, problems: &mut Problems) {
        check_length(problems, "currencies", &self.0, 200);
        check_unique(problems, "currencies", self.0.iter().map(Currency::code));
    }
}

impl Default for Currencies {
    fn default() -> Self {
        let codes =
            "USD EUR GBP CHF CAD AUD NZD JPY CNY HKD SGD KRW INR TRY AED SAR QAR KWD BHD OMR JOD EGP MAD TND XOF XAF NGN ZAR BRL MXN";
        Self(codes.split(' ').map(|code| Currency::parse("currency", code).expect("listed in `money`")).collect())
    }
}

/// Key `company`: who sends the papers. Empty texts are left out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Company {
    /// As registered.
    pub name: String,
    /// Up to six, as they stand on a letter.
    pub address_lines: Vec<String>,
    /// VAT or other tax number.
    pub tax_number: String,
    /// Of the commercial register.
    pub registration_number: String,
    /// Where customers write.
    pub email: String,
    /// Where they call.
    pub phone_number: String,
    /// Up to six: account, bank, whatever a transfer needs.
    pub bank_lines: Vec<String>,
    /// Hash of the picture that was put at `/api/superadmin/company/logo/`. Empty: none.
    pub logo: String,
}

impl Typed for Company {
    const KEY: &'static str = "company";

    fn check(&self, problems: &mut Problems) {
        let texts = [
            ("company.name", &self.name, 200),
            ("company.tax_number", &self.tax_number, 60),
            ("company.registration_number", &self.registration_number, 60),
            ("company.email", &self.email, 254),
            ("company.phone_number", &self.phone_number, 40),
        ];
        for (field, text, max) in texts {
            postal::check_text(problems, field.into(), text, max);
        }
        problems.check(!self.name.trim().is_empty(), "company.name", "error-required");
        let is_hash = self.logo.len() == 64 && self.logo.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        problems.check(is_hash || self.logo.is_empty(), "company.logo", "error-company-logo");
        for (field, lines) in [("company.address_lines", &self.address_lines), ("company.bank_lines", &self.bank_lines)] {
            problems.check(lines.len() <= 6, field, Message::new("error-too-many").with("max", 6));
            for (i, line) in lines.iter().enumerate() {
                postal::check_text(problems, format!("{field}[{i}]"), line, 100);
            }
        }
    }
}

impl Default for Company {
    fn default() -> Self {
        Self {
            name: "Buy4Me".into(),
            address_lines: vec![],
            tax_number: String::new(),
            registration_number: String::new(),
            email: String::new(),
            phone_number: String::new(),
            bank_lines: vec![],
            logo: String::new(),
        }
    }
}
