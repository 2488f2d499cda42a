//! What Twilio posts about messages on their way (docs: "Track the message status of outbound messages"), and how it signs that
//! (docs: "Webhooks security"): HMAC-SHA1 over the address and the sorted fields, by the account's token.

use crate::config::TwilioConfig;
use data_encoding::BASE64;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha1::Sha1;
use url::{Url, form_urlencoded};

/// Below the public address.
const PATH: &str = "api/webhooks/twilio/";

/// Something that Twilio said of a message, signed by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmsStatus {
    /// What [`send`](super::sms::SmsClient::send) answered.
    pub sid: String,
    /// How it stands.
    pub status: Status,
    /// Why it did not arrive; [`is_about_number`](super::sms::is_about_number) knows them.
    pub error_code: Option<u32>,
}

/// How a message stands. Words may arrive in any order; the first three are the last that is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The phone has it.
    Delivered,
    /// It left and did not arrive.
    Undelivered,
    /// It could not leave.
    Failed,
    /// The carrier has it.
    Sent,
    /// Not even that, or a word that we do not know.
    Other,
}

impl Status {
    fn named(word: &str) -> Self {
        match word {
            "delivered" | "read" => Self::Delivered,
            "undelivered" => Self::Undelivered,
            "failed" | "canceled" => Self::Failed,
            "sent" => Self::Sent,
            _ => Self::Other,
        }
    }
}

/// Where Twilio posts it: made of the address we are known by, whatever host a request names.
pub fn address(public_url: &Url) -> Url {
    let base = public_url.as_str().trim_end_matches('/');
    format!("{base}/{PATH}").parse().expect("a path below an address is an address")
}

/// Reads a form that was posted to [`address`] under this `X-Twilio-Signature`. `None`: it is not Twilio's. More fields are
/// welcome: Twilio adds some from time to time.
pub fn read(config: &TwilioConfig, address: &Url, signature: &str, form: &[u8]) -> Option<SmsStatus> {
    let mut fields: Vec<(String, String)> = form_urlencoded::parse(form).into_owned().collect();
    fields.sort();
    let given = BASE64.decode(signature.as_bytes()).ok()?;
    mac(&config.auth_token, address, &fields).verify_slice(&given).ok()?;
    let field = |name: &str| fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let sid = field("MessageSid").filter(|sid| (1..=64).contains(&sid.len()))?;
    let error_code = field("ErrorCode").and_then(|code| code.parse().ok());
    Some(SmsStatus { sid: sid.to_owned(), status: Status::named(field("MessageStatus")?), error_code })
}

/// The header of such a form.
pub fn sign(token: &SecretString, address: &Url, fields: &[(String, String)]) -> String {
    let mut fields = fields.to_vec();
    fields.sort();
    BASE64.encode(&mac(token, address, &fields).finalize().into_bytes())
}

fn mac(token: &SecretString, address: &Url, sorted: &[(String, String)]) -> Hmac<Sha1> {
    let mut mac = Hmac::<Sha1>::new_from_slice(token.expose_secret().as_bytes()).expect("HMAC takes a key of any length");
    mac.update(address.as_str().as_bytes());
    for (name, value) in sorted {
        mac.update(name.as_bytes());
        mac.update(value.as_bytes());
    }
    mac
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::TwilioSender;

    /// The example of Twilio's documentation.
    #[test]
    fn the_documented_signature_fits() {
        let fields = [
            ("CallSid", "CA1234567890ABCDE"),
            ("From", "+12349013030"),
            ("To", "+18005551212"),
            ("Caller", "+12349013030"),
            ("Digits", "1234"),
        ];
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let address = "https://mycompany.com/myapp.php?foo=1&bar=2".parse().expect("an address");
        assert_eq!(sign(&"12345".into(), &address, &fields), "0/KCTR6DLpKmkAf8muzZqo1nDgQ=");
    }

    #[test]
    fn what_is_off_is_not_twilios() {
        let config = TwilioConfig {
            account_sid: "AC0123456789abcdef0123456789abcdef".into(),
            auth_token: "token".into(),
            sender: TwilioSender::From("Buy4Me".into()),
            api_base: "https://api.twilio.com/".parse().expect("an address"),
        };
        let here = address(&"https://buy4me.example/base/".parse().expect("an address"));
        assert_eq!(here.as_str(), "https://buy4me.example/base/api/webhooks/twilio/");
        let form = b"MessageSid=SM1&MessageStatus=undelivered&ErrorCode=30006&To=%2B12025550123&New=1";
        let fields: Vec<_> = form_urlencoded::parse(form).into_owned().collect();
        let good = sign(&config.auth_token, &here, &fields);
        let status = SmsStatus { sid: "SM1".into(), status: Status::Undelivered, error_code: Some(30006) };
        assert_eq!(read(&config, &here, &good, form), Some(status));
        let elsewhere = "https://evil.example/api/webhooks/twilio/".parse().expect("an address");
        assert_eq!(read(&config, &elsewhere, &good, form), None, "signed for another address");
        assert_eq!(read(&config, &here, &good, b"MessageSid=SM1&MessageStatus=delivered"), None, "another form");
        for signature in ["", "=", &good[..8], &sign(&"other".into(), &here, &fields)] {
            assert_eq!(read(&config, &here, signature, form), None, "{signature}");
        }
        let empty = sign(&config.auth_token, &here, &[]);
        assert_eq!(read(&config, &here, &empty, b""), None, "says nothing");
    }
}
