//! The Twilio account that sends SMS: what its variables mean and which of them go together.

use super::Reader;
use secrecy::SecretString;
use url::Url;

/// The Twilio account.
#[derive(Clone, Debug)]
pub struct TwilioConfig {
    /// `AC…`
    pub account_sid: String,
    /// Its password, which also signs what Twilio posts to us.
    pub auth_token: SecretString,
    /// From whom people get messages.
    pub sender: TwilioSender,
    /// Where the API is.
    pub api_base: Url,
}

/// From whom people get messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TwilioSender {
    /// A number, a short code or a name.
    From(String),
    /// `MG…`: a Messaging Service, which chooses among its numbers.
    Service(String),
}

impl<G: Fn(&str) -> Option<String>> Reader<G> {
    /// The account, if there is one.
    pub(super) fn twilio(&mut self) -> Option<TwilioConfig> {
        let api_base = self.url("TWILIO_API_BASE", &["http", "https"]);
        let names = ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_FROM", "TWILIO_MESSAGING_SERVICE_SID"];
        let [account_sid, auth_token, from, service] = names.map(|name| self.text(name));
        let first = names.iter().find(|name| self.text(name).is_some())?;
        let Some(account_sid) = account_sid else { return self.mistake(names[0], format!("is required with {first}")) };
        let Some(auth_token) = auth_token else { return self.mistake(names[1], format!("is required with {first}")) };
        if !is_sid("AC", &account_sid) {
            return self.mistake(names[0], "must be AC and 32 hexadecimal digits");
        }
        let sender = match (from, service) {
            (Some(_), Some(_)) => return self.mistake(names[2], "and TWILIO_MESSAGING_SERVICE_SID exclude each other"),
            (None, None) => return self.mistake(names[2], format!("or TWILIO_MESSAGING_SERVICE_SID is required with {first}")),
            (Some(from), None) if is_sender(&from) => TwilioSender::From(from),
            (Some(_), None) => {
                return self.mistake(names[2], "must be a number such as +12025550123, a short code or a name of at most 11 letters");
            }
            (None, Some(service)) if is_sid("MG", &service) => TwilioSender::Service(service),
            (None, Some(_)) => return self.mistake(names[3], "must be MG and 32 hexadecimal digits"),
        };
        let api_base = api_base.unwrap_or_else(|| "https://api.twilio.com/".parse().expect("a constant URL"));
        Some(TwilioConfig { account_sid, auth_token: auth_token.into(), sender, api_base })
    }
}

/// What names a thing at Twilio. It becomes a part of addresses.
fn is_sid(kind: &str, text: &str) -> bool {
    text.strip_prefix(kind).is_some_and(|rest| rest.len() == 32 && rest.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn is_sender(text: &str) -> bool {
    let is_digits = |text: &str, most| (3..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let is_name = |text: &str| {
        text.len() <= 11 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b' ') && text.bytes().any(|b| b.is_ascii_alphabetic())
    };
    text.strip_prefix('+').map_or_else(|| is_digits(text, 6) || is_name(text), |number| is_digits(number, 15))
}

#[cfg(test)]
mod tests {
    use super::TwilioSender;
    use crate::config::Config;

    const SID: (&str, &str) = ("TWILIO_ACCOUNT_SID", "AC0123456789abcdef0123456789abcdef");
    const TOKEN: (&str, &str) = ("TWILIO_AUTH_TOKEN", "hunter2");
    const FROM: (&str, &str) = ("TWILIO_FROM", "+12025550123");
    const SERVICE: (&str, &str) = ("TWILIO_MESSAGING_SERVICE_SID", "MG0123456789abcdef0123456789abcdef");

    fn read(vars: &[(&'static str, &'static str)]) -> Result<Config, Vec<String>> {
        let vars = vars.to_vec();
        Config::read(move |name| vars.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn the_account_is_whole_or_absent_and_its_token_does_not_print() {
        assert!(read(&[]).expect("valid").twilio.is_none());
        let config = read(&[SID, TOKEN, FROM]).expect("valid");
        assert!(!format!("{config:?}").contains("hunter2"));
        let twilio = config.twilio.expect("configured");
        assert_eq!((twilio.api_base.as_str(), twilio.sender), ("https://api.twilio.com/", TwilioSender::From("+12025550123".into())));
        let twilio = read(&[SID, TOKEN, SERVICE]).expect("valid").twilio.expect("configured");
        assert_eq!(twilio.sender, TwilioSender::Service(SERVICE.1.into()));
    }

    #[test]
    fn half_an_account_is_one_line_that_names_what_is_missing() {
        for (vars, named) in [
            (&[SID][..], "TWILIO_AUTH_TOKEN: is required with TWILIO_ACCOUNT_SID"),
            (&[TOKEN, FROM], "TWILIO_ACCOUNT_SID: is required with TWILIO_AUTH_TOKEN"),
            (&[SERVICE], "TWILIO_ACCOUNT_SID: is required with TWILIO_MESSAGING_SERVICE_SID"),
            (&[SID, TOKEN], "TWILIO_FROM: or TWILIO_MESSAGING_SERVICE_SID is required with TWILIO_ACCOUNT_SID"),
            (&[SID, TOKEN, FROM, SERVICE], "TWILIO_FROM: and TWILIO_MESSAGING_SERVICE_SID exclude each other"),
            (
                &[("TWILIO_ACCOUNT_SID", "SK0123456789abcdef0123456789abcdef"), TOKEN, FROM],
                "TWILIO_ACCOUNT_SID: must be AC and 32 hexadecimal digits",
            ),
            (
                &[SID, TOKEN, ("TWILIO_MESSAGING_SERVICE_SID", "MG/../x")],
                "TWILIO_MESSAGING_SERVICE_SID: must be MG and 32 hexadecimal digits",
            ),
        ] {
            assert_eq!(read(vars).expect_err(named), [named]);
        }
        for from in ["12025550123", "+1 202", "A very long name", "+", "12"] {
            let mistakes = read(&[SID, TOKEN, ("TWILIO_FROM", from)]).expect_err(from);
            assert!(mistakes.len() == 1 && mistakes[0].starts_with("TWILIO_FROM: "), "{mistakes:?}");
        }
        for from in ["+12025550123", "24273", "Buy4Me"] {
            assert!(read(&[SID, TOKEN, ("TWILIO_FROM", from)]).is_ok(), "{from}");
        }
    }
}
