//! A delivery of an event, and its signature: RSA over `"{id}|{time}|{webhook id}|{CRC-32 of the raw body}"`. The webhook's id is
//! ours to know and not in the delivery, the checksum is the IEEE one in decimal, and the body counts byte for byte. (PayPal
//! docs, "Verify webhook signatures".)

use super::read;
use crate::clients::paypal::PaypalClient;
use crate::clients::paypal::certificates::Verdict;
use crate::clock::Time;
use crate::{Error, Result};
use chrono::TimeDelta;
use data_encoding::BASE64;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// The only way in which PayPal signs.
const ALGORITHM: &str = "SHA256withRSA";
/// PayPal sends an event again for three days.
const REPEATED: TimeDelta = TimeDelta::days(4);
/// Clocks differ.
const SKEW: TimeDelta = TimeDelta::minutes(10);

/// What PayPal says beside an event, under the names that its own check takes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Delivery {
    /// `PAYPAL-TRANSMISSION-ID`
    pub transmission_id: String,
    /// `PAYPAL-TRANSMISSION-TIME`
    pub transmission_time: String,
    /// `PAYPAL-TRANSMISSION-SIG`, base64.
    pub transmission_sig: String,
    /// `PAYPAL-CERT-URL`
    pub cert_url: String,
    /// `PAYPAL-AUTH-ALGO`
    pub auth_algo: String,
}

/// The question whether PayPal sent something.
#[derive(Serialize)]
struct Question<'a> {
    #[serde(flatten)]
    delivery: &'a Delivery,
    webhook_id: &'a str,
}

impl Delivery {
    /// Out of a request's headers; `None` when one is missing or longer than any of PayPal's.
    pub fn read<'a>(header: impl Fn(&'static str) -> Option<&'a str>) -> Option<Self> {
        let of = |name| header(name).filter(|value| (1..=1000).contains(&value.len())).map(str::to_owned);
        Some(Self {
            transmission_id: of("paypal-transmission-id")?,
            transmission_time: of("paypal-transmission-time")?,
            transmission_sig: of("paypal-transmission-sig")?,
            cert_url: of("paypal-cert-url")?,
            auth_algo: of("paypal-auth-algo")?,
        })
    }

    /// Whether it could be PayPal's by its outward form: where its certificate is, how and when it was signed. What cannot be is
    /// not worth a question.
    pub fn is_plausible(&self, client: &PaypalClient, now: Time) -> bool {
        let is_signature = BASE64.decode(self.transmission_sig.as_bytes()).is_ok_and(|signature| signature.len() >= 256);
        let is_now = read::time(&self.transmission_time).is_some_and(|at| now - REPEATED < at && at < now + SKEW);
        is_now && is_signature && self.auth_algo == ALGORITHM && client.certificates().is_address(&self.cert_url)
    }

    /// Whether PayPal signed exactly these bytes for our webhook. [`Error::Upstream`] when its certificate cannot be had now.
    pub async fn judge(&self, client: &PaypalClient, webhook_id: &str, body: &[u8]) -> Result<Verdict> {
        if self.auth_algo != ALGORITHM {
            return Ok(Verdict::Forged);
        }
        let Ok(signature) = BASE64.decode(self.transmission_sig.as_bytes()) else { return Ok(Verdict::Forged) };
        let message = self.message(webhook_id, body);
        client.certificates().signed(&self.cert_url, message.as_bytes(), &signature).await
    }

    fn message(&self, webhook_id: &str, body: &[u8]) -> String {
        format!("{}|{}|{webhook_id}|{}", self.transmission_id, self.transmission_time, crc32fast::hash(body))
    }

    /// The request that asks PayPal instead. The event's bytes go in as they came: written anew they would be others.
    pub(super) fn question(&self, webhook_id: &str, body: &[u8]) -> Result<Vec<u8>> {
        let event: &RawValue = serde_json::from_slice(body).map_err(|_| Error::invalid("body", "error-wrong-type"))?;
        let mut text = serde_json::to_vec(&Question { delivery: self, webhook_id }).map_err(Error::internal)?;
        text.pop();
        text.extend_from_slice(b",\"webhook_event\":");
        text.extend_from_slice(event.get().as_bytes());
        text.push(b'}');
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delivery() -> Delivery {
        Delivery::read(|name| Some(name.rsplit_once('-').expect("a header of two words").1)).expect("all there")
    }

    #[test]
    fn what_is_signed_names_our_webhook_and_the_checksum_in_decimal() {
        assert_eq!(delivery().message("WH1", br#"{"id": 1}"#), format!("id|time|WH1|{}", crc32fast::hash(br#"{"id": 1}"#)));
        assert_eq!(crc32fast::hash(b"123456789"), 0xCBF4_3926, "the IEEE polynomial's check value");
    }

    #[test]
    fn the_question_holds_the_events_own_bytes() {
        let body = br#"{ "b":1.50,"a" : "\u00e9" }"#;
        let question = String::from_utf8(delivery().question("WH1", body).expect("JSON")).expect("text");
        assert!(question.ends_with(r#","webhook_id":"WH1","webhook_event":{ "b":1.50,"a" : "\u00e9" }}"#), "{question}");
        assert!(serde_json::from_str::<serde_json::Value>(&question).is_ok());
        assert!(delivery().question("WH1", b"{").is_err());
    }

    #[test]
    fn a_missing_or_endless_header_is_no_delivery() {
        let names = ["id", "time", "sig", "url", "algo"];
        for missing in names {
            assert!(Delivery::read(|name| (!name.ends_with(missing)).then_some("x")).is_none(), "{missing}");
        }
        let long = "x".repeat(1001);
        assert!(Delivery::read(|_| Some(long.as_str())).is_none());
    }
}
