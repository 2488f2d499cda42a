//! Who publishes exchange rates: what is theirs and what is asked of us.

use super::rate::Source;
use crate::money::Currency;
use url::Url;

/// A provider of rates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provider {
    /// The European Central Bank: once on each working day, against the euro, free.
    Ecb,
    /// fixer.io: hourly or daily as the plan says, against the euro.
    Fixer,
    /// openexchangerates.org: hourly, against the dollar.
    OpenExchangeRates,
}

impl Provider {
    /// By its name in the configuration.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Ecb, Self::Fixer, Self::OpenExchangeRates].into_iter().find(|provider| provider.name() == name)
    }

    /// Its name in the configuration and in metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ecb => "ecb",
            Self::Fixer => "fixer",
            Self::OpenExchangeRates => "openexchangerates",
        }
    }

    /// Whether it wants to know who asks.
    pub fn needs_key(self) -> bool {
        match self {
            Self::Ecb => false,
            Self::Fixer | Self::OpenExchangeRates => true,
        }
    }

    /// Where its API is.
    pub fn default_base(self) -> Url {
        let url = match self {
            Self::Ecb => "https://www.ecb.europa.eu/",
            Self::Fixer => "https://data.fixer.io/api",
            Self::OpenExchangeRates => "https://openexchangerates.org/api",
        };
        url.parse().expect("a constant URL")
    }

    /// What its rates are against. Another base than this is a feed of somebody else.
    pub fn base(self) -> Currency {
        let code = match self {
            Self::Ecb | Self::Fixer => "EUR",
            Self::OpenExchangeRates => "USD",
        };
        Currency::parse("base", code).expect("listed in `money`")
    }

    /// As rows name it.
    pub fn source(self) -> Source {
        match self {
            Self::Ecb => Source::Ecb,
            Self::Fixer => Source::Fixer,
            Self::OpenExchangeRates => Source::OpenExchangeRates,
        }
    }
}
