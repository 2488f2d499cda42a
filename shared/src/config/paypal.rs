//! The PayPal account: what its variables mean and which of them go together.

use super::Reader;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use secrecy::SecretString;
use url::Url;

const LIVE: &str = "https://api-m.paypal.com/";
const PLAY: &str = "https://api-m.sandbox.paypal.com/";

/// How deliveries are checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verify {
    /// Here, with PayPal's certificate, before they are stored.
    Offline,
    /// By asking PayPal, in a worker, before they are applied.
    Api,
}

/// The PayPal account.
#[derive(Clone, Debug)]
pub struct PaypalConfig {
    /// Of the app that PayPal knows us by.
    pub client_id: String,
    /// Its password.
    pub client_secret: SecretString,
    /// The id that PayPal gave our webhook; signatures name it. `None`: no deliveries are taken.
    pub webhook_id: Option<String>,
    /// Where the API is.
    pub api_base: Url,
    /// How deliveries are checked.
    pub verify: Verify,
    /// Roots believed besides the public ones; never in production.
    pub cert_ca: Vec<CertificateDer<'static>>,
    /// Where certificates of issuers are, instead of where a certificate says; no variable sets it.
    pub issuers_at: Option<Url>,
}

impl PaypalConfig {
    /// Whether real money moves there.
    pub fn is_live(&self) -> bool {
        self.api_base.as_str() == LIVE
    }
}

impl<G: Fn(&str) -> Option<String>> Reader<G> {
    pub(super) fn paypal(&mut self, production: bool) -> Option<PaypalConfig> {
        let api_base = self.url("PAYPAL_API_BASE", &["http", "https"]);
        let default = if production { LIVE } else { PLAY };
        let verify = match self.text("PAYPAL_VERIFY").as_deref() {
            None | Some("offline") => Verify::Offline,
            Some("api") => Verify::Api,
            Some(other) => return self.mistake("PAYPAL_VERIFY", format!("must be offline or api, not {other:?}")),
        };
        let cert_ca = self.cert_ca(production)?;
        let webhook_id = self.text("PAYPAL_WEBHOOK_ID");
        let (client_id, client_secret) = match (self.text("PAYPAL_CLIENT_ID"), self.text("PAYPAL_CLIENT_SECRET")) {
            (Some(id), Some(secret)) => (id, secret),
            (Some(_), None) => return self.mistake("PAYPAL_CLIENT_SECRET", "is required with PAYPAL_CLIENT_ID"),
            (None, Some(_)) => return self.mistake("PAYPAL_CLIENT_ID", "is required with PAYPAL_CLIENT_SECRET"),
            (None, None) if webhook_id.is_some() => return self.mistake("PAYPAL_CLIENT_ID", "is required with PAYPAL_WEBHOOK_ID"),
            (None, None) => return None,
        };
        if production && webhook_id.is_none() {
            return self.mistake("PAYPAL_WEBHOOK_ID", "is required with PAYPAL_CLIENT_ID: payments are confirmed by webhooks");
        }
        Some(PaypalConfig {
            client_id,
            client_secret: client_secret.into(),
            webhook_id,
            api_base: api_base.unwrap_or_else(|| default.parse().expect("a constant URL")),
            verify,
            cert_ca,
            issuers_at: None,
        })
    }

    /// PEM text, or the path of a file that holds it.
    fn cert_ca(&mut self, production: bool) -> Option<Vec<CertificateDer<'static>>> {
        const NAME: &str = "PAYPAL_CERT_CA";
        let Some(given) = self.text(NAME) else { return Some(vec![]) };
        if production {
            return self.mistake(NAME, "is for tests: in production only public roots are believed");
        }
        let pem = match given.starts_with("-----BEGIN") {
            true => given,
            false => match std::fs::read_to_string(&given) {
                Ok(pem) => pem,
                Err(error) => return self.mistake(NAME, format!("must be PEM text or a file that holds it: {error}")),
            },
        };
        match CertificateDer::pem_slice_iter(pem.as_bytes()).collect::<Result<Vec<_>, _>>() {
            Ok(found) if !found.is_empty() => Some(found),
            _ => self.mistake(NAME, "holds no certificate in PEM form"),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::config::{Config, Verify};

    const APP: [(&str, &str); 2] = [("PAYPAL_CLIENT_ID", "app"), ("PAYPAL_CLIENT_SECRET", "hunter2")];
    const PRODUCTION: [(&str, &str); 2] = [("APP_ENV", "production"), ("SECRET_KEY", "0123456789abcdef0123456789abcdef")];

    fn read(parts: &[&[(&'static str, &'static str)]]) -> Result<Config, Vec<String>> {
        let vars = parts.concat();
        Config::read(move |name| vars.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn the_account_is_whole_or_absent_and_its_secret_does_not_print() {
        assert!(read(&[]).expect("valid").paypal.is_none());
        let config = read(&[&APP]).expect("valid");
        assert!(!format!("{config:?}").contains("hunter2"));
        let paypal = config.paypal.expect("configured");
        assert_eq!((paypal.api_base.as_str(), paypal.verify, paypal.is_live()), (super::PLAY, Verify::Offline, false));
        for (given, missing) in [(&APP[..1], "PAYPAL_CLIENT_SECRET: "), (&APP[1..], "PAYPAL_CLIENT_ID: ")] {
            let mistakes = read(&[given]).expect_err("half an account");
            assert!(mistakes.len() == 1 && mistakes[0].starts_with(missing), "{mistakes:?}");
        }
        assert!(read(&[&APP, &[("PAYPAL_VERIFY", "never")]]).expect_err("no choice")[0].starts_with("PAYPAL_VERIFY: "));
        assert!(read(&[&APP, &[("PAYPAL_CERT_CA", "/nowhere.pem")]]).expect_err("no file")[0].starts_with("PAYPAL_CERT_CA: "));
        assert!(read(&[&APP, &[("PAYPAL_CERT_CA", "-----BEGIN nothing")]]).expect_err("no PEM")[0].starts_with("PAYPAL_CERT_CA: "));
    }

    #[test]
    fn production_takes_no_play_money_unless_it_is_told_to() {
        let webhook = [("PAYPAL_WEBHOOK_ID", "8PT597110X687430LKGECATA"), ("PAYPAL_API_BASE", super::PLAY)];
        let stripe = [("STRIPE_SECRET_KEY", "sk_test_1"), ("STRIPE_WEBHOOK_SECRET", "whsec_1")];
        let mistakes = read(&[&APP, &PRODUCTION, &webhook, &stripe]).expect_err("play money");
        assert_eq!(mistakes.len(), 2, "{mistakes:?}");
        assert!(mistakes[0].starts_with("STRIPE_SECRET_KEY: ") && mistakes[1].starts_with("PAYPAL_API_BASE: "), "{mistakes:?}");
        assert!(read(&[&APP, &PRODUCTION, &webhook, &stripe, &[("ALLOW_TEST_PAYMENTS", "true")]]).is_ok());
        assert!(read(&[&APP, &webhook, &stripe]).is_ok(), "development plays");
        assert!(read(&[&[("ALLOW_TEST_PAYMENTS", "yes")]]).expect_err("no choice")[0].starts_with("ALLOW_TEST_PAYMENTS: "));
    }

    #[test]
    fn production_is_live_needs_its_webhook_and_believes_no_root_of_ours() {
        assert!(read(&[&APP, &PRODUCTION]).expect_err("no webhook")[0].starts_with("PAYPAL_WEBHOOK_ID: "));
        let webhook = [("PAYPAL_WEBHOOK_ID", "8PT597110X687430LKGECATA")];
        let paypal = read(&[&APP, &PRODUCTION, &webhook]).expect("valid").paypal.expect("configured");
        assert!(paypal.is_live());
        let mistakes = read(&[&APP, &PRODUCTION, &webhook, &[("PAYPAL_CERT_CA", "/ca.pem")]]).expect_err("a root of ours");
        assert_eq!(mistakes, ["PAYPAL_CERT_CA: is for tests: in production only public roots are believed"]);
    }
}
