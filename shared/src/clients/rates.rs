//! Outbound calls for exchange rates, in the three forms in which they are published. One call, one try: repeats belong to
//! the job.

use super::answer;
use super::breaker::Breaker;
use crate::clock::Time;
use crate::config::FxConfig;
use crate::fx::Provider;
use crate::fx::feed::Feed;
use crate::{Error, Result};
use chrono::{DateTime, NaiveDate, NaiveTime};
use quick_xml::events::{BytesStart, Event};
use reqwest::StatusCode;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use url::Url;

/// The largest publication is a twentieth of this.
const MAX_BYTES: usize = 1024 * 1024;

/// A provider's API.
#[derive(Clone)]
pub struct RatesClient {
    provider: Provider,
    url: Url,
    key: Option<SecretString>,
    http: reqwest::Client,
    breaker: Breaker,
}

impl RatesClient {
    /// For the configured provider. `http` bounds the time of a call and follows no redirect.
    pub fn new(config: &FxConfig, http: reqwest::Client) -> Self {
        let (provider, url) = (config.provider, address(config));
        Self { provider, url, key: config.api_key.clone(), http, breaker: Breaker::patient(provider.name()) }
    }

    /// Whose rates it fetches.
    pub fn provider(&self) -> Provider {
        self.provider
    }

    /// The newest publication. [`Error::Upstream`] may pass; [`Error::Refused`] is a publication that makes no sense or a
    /// provider that does not want us, and a person has to look.
    pub async fn fetch(&self) -> Result<Feed> {
        let body = self.breaker.call(self.body()).await?;
        read(self.provider, &body).map_err(|reason| self.refused(reason))
    }

    async fn body(&self) -> Result<Vec<u8>> {
        let mut url = self.url.clone();
        if let (Some(key), Some(name)) = (&self.key, key_parameter(self.provider)) {
            url.query_pairs_mut().append_pair(name, key.expose_secret());
        }
        let response = self.http.get(url).send().await.map_err(|error| answer::away(self.provider.name(), error))?;
        let (status, wait) = (response.status(), answer::wait(response.headers()));
        let too_long = |text: String| self.refused(format!("answered {text}"));
        let body = answer::body(self.provider.name(), response, MAX_BYTES, too_long).await?;
        let passes = status.is_server_error() || [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_MANY_REQUESTS].contains(&status);
        match status {
            StatusCode::OK => Ok(body),
            status if passes => {
                Err(Error::Upstream { service: self.provider.name(), reason: format!("answered {status}"), retry_after: wait })
            }
            status => Err(self.refused(format!("answered {status}{}", complaint(&body)))),
        }
    }

    fn refused(&self, reason: String) -> Error {
        Error::refused(self.provider.name(), reason)
    }
}

/// Where the newest publication is, below the configured base.
fn address(config: &FxConfig) -> Url {
    let base = &config.api_base;
    let below: &[&str] = match config.provider {
        Provider::Ecb if base.path().ends_with(".xml") => return base.clone(),
        Provider::Ecb if base.path() == "/" => &["stats", "eurofxref", "eurofxref-daily.xml"],
        Provider::Ecb => &["eurofxref-daily.xml"],
        Provider::Fixer => &["latest"],
        Provider::OpenExchangeRates => &["latest.json"],
    };
    let mut url = base.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(below);
    }
    url
}

fn key_parameter(provider: Provider) -> Option<&'static str> {
    match provider {
        Provider::Ecb => None,
        Provider::Fixer => Some("access_key"),
        Provider::OpenExchangeRates => Some("app_id"),
    }
}

/// A publication, or why it makes no sense.
fn read(provider: Provider, body: &[u8]) -> Result<Feed, String> {
    match provider {
        Provider::Ecb => read_ecb(body),
        Provider::Fixer | Provider::OpenExchangeRates => read_json(provider, body),
    }
}

/// What Fixer and Open Exchange Rates answer. Rates are kept as they were written.
#[derive(Deserialize)]
struct Latest {
    #[serde(default)]
    error: serde_json::Value,
    base: Option<String>,
    /// Unix time, in seconds.
    timestamp: Option<i64>,
    rates: Option<BTreeMap<String, Box<RawValue>>>,
}

fn read_json(provider: Provider, body: &[u8]) -> Result<Feed, String> {
    let latest: Latest = serde_json::from_slice(body).map_err(|error| format!("unreadable: {error}{}", complaint(body)))?;
    let (Some(base), Some(timestamp), Some(rates), true) = (latest.base, latest.timestamp, latest.rates, latest.error.is_null()) else {
        return Err(format!("no rates{}", complaint(body)));
    };
    let published_at = DateTime::from_timestamp(timestamp, 0).ok_or("a time that is none")?;
    Feed::new(provider, &base, published_at, rates.into_iter().map(|(code, rate)| (code, rate.get().to_owned())).collect())
}

/// What the provider says is wrong, in its own short words: Fixer's `error.type`, Open Exchange Rates' `message`.
fn complaint(body: &[u8]) -> String {
    let Ok(answer) = serde_json::from_slice::<serde_json::Value>(body) else { return String::new() };
    let words = [&answer["error"]["type"], &answer["message"]].into_iter().find_map(|word| word.as_str());
    let is_name = |c: &char| c.is_ascii_alphanumeric() || *c == '_';
    words.map(|word| format!(": {}", word.chars().filter(is_name).take(60).collect::<String>())).unwrap_or_default()
}

/// The ECB's envelope: `Cube`s with a `time` hold `Cube`s with `currency` and `rate`. Of several days the newest counts. Its
/// hour is not in it: a publication counts from the beginning of its day.
fn read_ecb(body: &[u8]) -> Result<Feed, String> {
    let text = std::str::from_utf8(body).map_err(|_| "not UTF-8")?;
    let mut reader = quick_xml::Reader::from_str(text);
    let mut days: Vec<(NaiveDate, Vec<(String, String)>)> = vec![];
    let mut depth = 0;
    loop {
        let event = reader.read_event().map_err(|error| format!("unreadable: {error}"))?;
        depth += match event {
            Event::Start(_) => 1,
            Event::End(_) => -1,
            _ => 0,
        };
        match event {
            Event::Start(element) | Event::Empty(element) if element.local_name().as_ref() == "Cube" => {
                let [time, currency, rate] = attributes(&element)?;
                if let Some(time) = time {
                    days.push((time.parse().map_err(|_| "a day that is none")?, vec![]));
                }
                if let (Some(currency), Some(rate)) = (currency, rate) {
                    days.last_mut().ok_or("a rate without a day")?.1.push((currency, rate));
                }
            }
            Event::DocType(_) => return Err("a document type, which may hide anything".to_owned()),
            Event::Eof if depth != 0 => return Err("cut off".to_owned()),
            Event::Eof => break,
            _ => {}
        }
    }
    let (day, rates) = days.into_iter().max_by_key(|(day, _)| *day).ok_or("no rates")?;
    let published_at: Time = day.and_time(NaiveTime::MIN).and_utc();
    Feed::new(Provider::Ecb, Provider::Ecb.base().code(), published_at, rates)
}

/// `time`, `currency`, `rate`.
fn attributes(element: &BytesStart) -> Result<[Option<String>; 3], String> {
    let mut found = [None, None, None];
    for attribute in element.attributes() {
        let attribute = attribute.map_err(|error| format!("unreadable: {error}"))?;
        let names = ["time", "currency", "rate"];
        if let Some(place) = names.iter().position(|name| attribute.key.as_ref() == *name) {
            // an entity stays as it is written, and is then no number
            found[place] = Some(attribute.value.into_owned());
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ECB: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
  <gesmes:subject>Reference rates</gesmes:subject>
  <Cube><Cube time='2026-02-03'>
    <Cube currency='USD' rate='1.0954'/><Cube currency='JPY' rate='162.31'/><Cube currency='GBP' rate='0.84210'/>
    <Cube currency='CHF' rate='0.9412'/><Cube currency='IDR' rate='17650.8'/>
  </Cube></Cube>
</gesmes:Envelope>"#;
    const RATES: &str = r#""JPY": 162.310000000000000001, "GBP": 8.421e-1, "CHF": 0.9412, "INR": 95, "SEK": 11, "BTC": "x""#;

    fn rate(feed: &Feed, code: &str) -> String {
        feed.rates.iter().find(|(currency, _)| currency.code() == code).expect(code).1.to_string()
    }

    #[test]
    fn each_form_is_read_to_the_last_digit() {
        let feed = read(Provider::Ecb, ECB.as_bytes()).expect("readable");
        assert_eq!((rate(&feed, "IDR").as_str(), feed.published_at.to_rfc3339().as_str()), ("17650.8", "2026-02-03T00:00:00+00:00"));
        let json =
            |base: &str| format!(r#"{{"success": true, "timestamp": 1770130800, "base": "{base}", "rates": {{"{base}": 1, {RATES}}}}}"#);
        for (provider, base) in [(Provider::Fixer, "EUR"), (Provider::OpenExchangeRates, "USD")] {
            let feed = read(provider, json(base).as_bytes()).expect("readable");
            assert_eq!((rate(&feed, "JPY").as_str(), rate(&feed, "GBP").as_str()), ("162.310000000000000001", "0.8421"));
            assert_eq!(feed.published_at.timestamp(), 1_770_130_800);
            assert!(read(provider, json("GBP").as_bytes()).is_err());
        }
    }

    #[test]
    fn what_is_no_publication_is_refused_with_the_providers_own_word() {
        let error = br#"{"success": false, "error": {"code": 101, "type": "invalid_access_key", "info": "none"}}"#;
        assert_eq!(read(Provider::Fixer, error).expect_err("an error"), "no rates: invalid_access_key");
        for body in ["", "<html>busy</html>", "{}", "[]", "null", r#"{"base": "EUR", "timestamp": 9999999999999999, "rates": {}}"#] {
            for provider in [Provider::Ecb, Provider::Fixer, Provider::OpenExchangeRates] {
                assert!(read(provider, body.as_bytes()).is_err(), "{body}");
            }
        }
        let entities = format!("<!DOCTYPE x [<!ENTITY a \"1\">]>{ECB}").replace("1.0954", "&a;");
        assert!(read(Provider::Ecb, entities.as_bytes()).is_err());
        assert!(read(Provider::Ecb, ECB.replace("1.0954", "&#49;.1").as_bytes()).is_err());
        assert!(read(Provider::Ecb, ECB.replace("2026-02-03", "soon").as_bytes()).is_err());
        assert!(read(Provider::Ecb, ECB.replace("</gesmes:Envelope>", "").as_bytes()).is_err(), "cut off");
    }

    #[test]
    fn the_address_follows_the_base() {
        let of = |provider, base: &str| address(&FxConfig { provider, api_base: base.parse().expect("a URL"), api_key: None }).to_string();
        let daily = "https://www.ecb.europa.eu/stats/eurofxref/eurofxref-daily.xml";
        assert_eq!(of(Provider::Ecb, Provider::Ecb.default_base().as_str()), daily);
        assert_eq!(of(Provider::Ecb, "https://www.ecb.europa.eu/stats/eurofxref/"), daily);
        assert_eq!(of(Provider::Ecb, daily), daily);
        assert_eq!(of(Provider::Fixer, "https://data.fixer.io/api"), "https://data.fixer.io/api/latest");
        assert_eq!(of(Provider::OpenExchangeRates, "http://127.0.0.1:1/api/"), "http://127.0.0.1:1/api/latest.json");
    }
}
