//! Configuration from environment variables, checked at start: every mistake is one line that names its variable.

mod fcm;
mod paypal;
mod stripe;
mod twilio;

pub use fcm::FcmConfig;
pub use paypal::{PaypalConfig, Verify};
pub use stripe::StripeConfig;
pub use twilio::{TwilioConfig, TwilioSender};

use ipnet::IpNet;
use secrecy::{ExposeSecret, SecretString};
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;
use url::Url;

use crate::billing::provider::StandIns;
use crate::fx::Provider;
use crate::money::Currency;

/// Everything the processes can be told. Names of the variables are in `.env.example`.
#[derive(Clone, Debug)]
pub struct Config {
    /// `APP_ENV=production` refuses what is only convenient for development.
    pub production: bool,
    /// Where the API listens.
    pub bind_addr: SocketAddr,
    /// Where a worker serves health and metrics; `None`: nowhere.
    pub worker_bind_addr: Option<SocketAddr>,
    /// How the world reaches the API: links in mails, return addresses of gateways.
    pub public_url: Url,
    /// `sqlite://…` or `postgres://…`; holds a password.
    pub database_url: SecretString,
    /// Most connections of one process to PostgreSQL.
    pub database_connections: u32,
    /// Redis; `None` delivers jobs inside the process.
    pub redis_url: Option<SecretString>,
    /// First part of every Redis key.
    pub redis_prefix: String,
    /// Signs tokens and links.
    pub secret_key: SecretString,
    /// Older keys that still verify.
    pub secret_key_previous: Vec<SecretString>,
    /// Stripe account; `None`: the gateway is not offered.
    pub stripe: Option<StripeConfig>,
    /// PayPal account; `None`: the gateway is not offered.
    pub paypal: Option<PaypalConfig>,
    /// Whether the sandbox gateway is offered; never in production.
    pub sandbox: bool,
    /// SMTP server; `None` writes `.eml` files to `data_dir/mail`.
    pub smtp_url: Option<SecretString>,
    /// Sender of mails.
    pub mail_from: String,
    /// Twilio account that sends SMS; `None`: nobody gets any.
    pub twilio: Option<TwilioConfig>,
    /// Firebase project that sends push messages; `None`: nobody gets any.
    pub fcm: Option<FcmConfig>,
    /// The company's own currency.
    pub base_currency: Currency,
    /// Who publishes the exchange rates; `None`: people enter them.
    pub fx: Option<FxConfig>,
    /// Files that the service itself writes.
    pub data_dir: PathBuf,
    /// Papers are made before anybody asks for them.
    pub papers_ahead: bool,
    /// Folder with the fonts of papers; `None`: those of the system.
    pub font_dir: Option<PathBuf>,
    /// Origins that browsers may call from.
    pub cors_allowed_origins: Vec<String>,
    /// Proxies whose `X-Forwarded-For` is believed, as networks.
    pub trusted_proxies: Vec<IpNet>,
    /// Requests that one address may send in a minute; 0: any number.
    pub rate_limit_address: u32,
    /// Requests that one account may send in a minute; 0: any number.
    pub rate_limit_account: u32,
    /// Live streams that one process keeps open.
    pub live_connections: usize,
    /// Concurrent jobs of one worker process in the default queue; the other queues scale with it.
    pub worker_concurrency: usize,
    /// How long a claimed job stays ours without a sign of life.
    pub lease: Duration,
    /// How long a stopping worker waits for running jobs.
    pub drain: Duration,
    /// Bearer token of `/metrics`; `None`: open.
    pub metrics_token: Option<SecretString>,
    /// Bearer token of whoever hands in mails that came back; `None`: nobody may.
    pub mail_bounce_token: Option<SecretString>,
    /// Logs as JSON lines instead of text.
    pub log_json: bool,
    /// Most calls that the whole fleet sends to each provider.
    pub calls: CallLimits,
    /// Where product pages may be besides the internet; no variable sets it.
    pub pages: PageAccess,
    /// Payment providers that tests put in the place of real ones; no variable sets it.
    pub stand_ins: StandIns,
}

/// What tests tell the fetcher of product pages.
#[derive(Clone, Debug, Default)]
pub struct PageAccess {
    /// Names and the addresses that they lead to. Empty: DNS is asked; otherwise there are no other names.
    pub hosts: BTreeMap<String, Vec<IpAddr>>,
    /// Servers that count as public although they are not; a name that leads to one's address is answered at its port.
    pub trusted: Vec<SocketAddr>,
}

/// Calls per second, of all nodes together.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // names of companies
pub struct CallLimits {
    pub stripe: u32,
    pub paypal: u32,
    pub twilio: u32,
    pub fcm: u32,
}

/// Where exchange rates come from.
#[derive(Clone, Debug)]
pub struct FxConfig {
    /// Who publishes them, and in which form.
    pub provider: Provider,
    /// Where: the provider's API, or what stands in for it.
    pub api_base: Url,
    /// What identifies us there; the ECB asks for nothing.
    pub api_key: Option<SecretString>,
}

impl Config {
    /// Reads and checks all variables through `get`; on failure one line per mistake.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Result<Self, Vec<String>> {
        let mut env = Reader { get, mistakes: vec![] };
        let production = match env.text("APP_ENV").as_deref() {
            None | Some("development") => false,
            Some("production") => true,
            Some(other) => env.mistake("APP_ENV", format!("must be development or production, not {other:?}")).unwrap_or_default(),
        };
        let bind_addr: SocketAddr = env.parsed("BIND_ADDR", "an address such as 127.0.0.1:8000").unwrap_or(([127, 0, 0, 1], 8000).into());
        let public_url = env.url("PUBLIC_URL", &["http", "https"]);
        let public_url = public_url.unwrap_or_else(|| format!("http://{bind_addr}").parse().expect("an address makes a URL"));
        let data_dir = PathBuf::from(env.text("STORAGE_DIR").unwrap_or_else(|| "data".into()));
        let database_url = env.text("DATABASE_URL").unwrap_or_else(|| format!("sqlite://{}/buy4me.db?mode=rwc", data_dir.display()));
        if !["sqlite:", "postgres:", "postgresql:"].iter().any(|scheme| database_url.starts_with(scheme)) {
            let _: Option<()> = env.mistake("DATABASE_URL", "must start with sqlite:// or postgres://");
        }
        let redis_url = env.url("REDIS_URL", &["redis", "rediss", "unix", "redis+unix"]).map(|url| SecretString::from(url.as_str()));
        let secret_key = env.text("SECRET_KEY").filter(|key| match key.len() {
            32.. => true,
            _ => env.mistake("SECRET_KEY", "must have at least 32 characters; make one with: openssl rand -hex 32").unwrap_or_default(),
        });
        if production && secret_key.is_none() && env.mistakes.iter().all(|m| !m.starts_with("SECRET_KEY:")) {
            let _: Option<()> = env.mistake("SECRET_KEY", "is required in production; make one with: openssl rand -hex 32");
        }
        let stripe = env.stripe();
        if production && stripe.is_some() && env.text("STRIPE_WEBHOOK_SECRET").is_none() {
            let _: Option<()> =
                env.mistake("STRIPE_WEBHOOK_SECRET", "is required with STRIPE_SECRET_KEY: payments are confirmed by webhooks");
        }
        let paypal = env.paypal(production);
        env.refuse_play_money(production, stripe.as_ref(), paypal.as_ref());
        let base_currency = env.text("BASE_CURRENCY").unwrap_or_else(|| "USD".into());
        let base_currency = Currency::parse("BASE_CURRENCY", &base_currency)
            .or_else(|_| env.mistake("BASE_CURRENCY", "must be an ISO 4217 code such as USD").ok_or(()))
            .unwrap_or_else(|()| Currency::parse("BASE_CURRENCY", "USD").expect("USD is known"));
        let mail_from = env.text("MAIL_FROM").unwrap_or_else(|| "Buy4Me <no-reply@localhost>".into());
        if mail_from.parse::<lettre::message::Mailbox>().is_err() {
            let _: Option<()> = env.mistake("MAIL_FROM", "must be a mailbox such as \"Buy4Me <no-reply@example.com>\"");
        }
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let config = Self {
            production,
            bind_addr,
            worker_bind_addr: env.parsed("WORKER_BIND_ADDR", "an address such as 127.0.0.1:8001"),
            public_url,
            database_url: database_url.into(),
            database_connections: env.parsed("DATABASE_CONNECTIONS", "a number").unwrap_or(16),
            redis_url,
            redis_prefix: env.text("REDIS_PREFIX").unwrap_or_else(|| "buy4me".into()),
            secret_key: secret_key.unwrap_or_default().into(),
            secret_key_previous: env.list("SECRET_KEY_PREVIOUS").into_iter().map(SecretString::from).collect(),
            stripe,
            paypal,
            sandbox: !production,
            smtp_url: env.url("SMTP_URL", &["smtp", "smtps"]).map(|url| SecretString::from(url.as_str())),
            mail_from,
            twilio: env.twilio(),
            fcm: env.fcm(),
            base_currency,
            fx: env.fx(),
            data_dir,
            papers_ahead: env.parsed("PAPERS_AHEAD", "true or false").unwrap_or(true),
            font_dir: env.folder("FONT_DIR"),
            cors_allowed_origins: env.list("CORS_ALLOWED_ORIGINS"),
            trusted_proxies: env.networks("TRUSTED_PROXIES"),
            rate_limit_address: env.per_minute("RATE_LIMIT_ADDRESS").unwrap_or(if production { 6000 } else { 0 }),
            rate_limit_account: env.per_minute("RATE_LIMIT_ACCOUNT").unwrap_or(if production { 1200 } else { 0 }),
            live_connections: env.parsed("LIVE_CONNECTIONS", "a number").unwrap_or(10_000),
            worker_concurrency: env.parsed("WORKER_CONCURRENCY", "a number").filter(|n| *n > 0).unwrap_or(8 * cores),
            lease: env.seconds("WORKER_LEASE_SECONDS", 1..=600).unwrap_or(Duration::from_secs(10)),
            drain: env.seconds("WORKER_DRAIN_SECONDS", 0..=3600).unwrap_or(Duration::from_secs(20)),
            metrics_token: env.text("METRICS_TOKEN").map(SecretString::from),
            mail_bounce_token: env.text("MAIL_BOUNCE_TOKEN").map(SecretString::from),
            log_json: match env.text("LOG_FORMAT").as_deref() {
                None | Some("text") => false,
                Some("json") => true,
                Some(other) => env.mistake("LOG_FORMAT", format!("must be text or json, not {other:?}")).unwrap_or_default(),
            },
            calls: CallLimits {
                stripe: env.per_second("STRIPE_CALLS_PER_SECOND").unwrap_or(80),
                paypal: env.per_second("PAYPAL_CALLS_PER_SECOND").unwrap_or(20),
                twilio: env.per_second("TWILIO_CALLS_PER_SECOND").unwrap_or(20),
                fcm: env.per_second("FCM_CALLS_PER_SECOND").unwrap_or(200),
            },
            pages: PageAccess::default(),
            stand_ins: StandIns::default(),
        };
        if env.mistakes.is_empty() { Ok(config) } else { Err(env.mistakes) }
    }

    /// Whether the database is PostgreSQL.
    pub fn is_postgres(&self) -> bool {
        self.database_url.expose_secret().starts_with("postgres")
    }

    /// What is unsafe in production, one line each: `buy4me check`.
    pub fn unsafe_for_production(&self) -> Vec<String> {
        let mut found = vec![];
        let mut note = |bad: bool, line: &str| {
            if bad {
                found.push(line.to_owned())
            }
        };
        note(!self.production, "APP_ENV is not production: the sandbox gateway would accept made-up payments");
        note(self.secret_key.expose_secret().is_empty(), "SECRET_KEY is not set: every start would sign with a key from a file");
        note(!self.is_postgres(), "DATABASE_URL is SQLite: one machine only, and no fleet of workers");
        note(self.redis_url.is_none(), "REDIS_URL is not set: jobs are delivered inside one process only");
        note(self.public_url.scheme() != "https", "PUBLIC_URL is not https: tokens and links travel in the clear");
        note(
            self.stripe.as_ref().is_none_or(|s| s.mode().is_none()) && self.paypal.is_none(),
            "STRIPE_SECRET_KEY is not set, nor PAYPAL_CLIENT_ID: nobody can pay",
        );
        note(
            self.stripe.as_ref().is_some_and(|s| s.mode() == Some(false)),
            "STRIPE_SECRET_KEY is a test key: no real money arrives, and with ALLOW_TEST_PAYMENTS play money counts",
        );
        note(
            self.stripe.as_ref().is_some_and(|s| s.webhook_secrets.is_empty()),
            "STRIPE_WEBHOOK_SECRET is not set: payments are never confirmed",
        );
        note(
            self.paypal.as_ref().is_some_and(|p| !p.is_live()),
            "PAYPAL_API_BASE is not PayPal's live API: no real money arrives, and with ALLOW_TEST_PAYMENTS play money counts",
        );
        note(self.paypal.as_ref().is_some_and(|p| p.webhook_id.is_none()), "PAYPAL_WEBHOOK_ID is not set: payments are never confirmed");
        note(
            self.paypal.as_ref().is_some_and(|p| !p.cert_ca.is_empty()),
            "PAYPAL_CERT_CA is set: whoever holds that key can make up payments",
        );
        note(self.smtp_url.is_none(), "SMTP_URL is not set: mails are only written to files");
        note(
            self.twilio.as_ref().is_some_and(|twilio| twilio.api_base.scheme() != "https"),
            "TWILIO_API_BASE is not https: anybody on the way can read messages and the token",
        );
        note(
            self.fcm.as_ref().is_some_and(|fcm| fcm.api_base.scheme() != "https" || fcm.token_uri.scheme() != "https"),
            "FCM_API_BASE or the token_uri of FCM_SERVICE_ACCOUNT is not https: anybody on the way can read messages and tokens",
        );
        note(self.mail_from.contains("localhost"), "MAIL_FROM is at localhost: receivers will refuse it");
        note(self.rate_limit_address == 0, "RATE_LIMIT_ADDRESS is 0: one address may send any number of requests");
        note(self.rate_limit_account == 0, "RATE_LIMIT_ACCOUNT is 0: one account may send any number of requests");
        note(
            self.fx.as_ref().is_some_and(|fx| fx.api_base.scheme() != "https"),
            "FX_API_BASE is not https: anybody on the way can change the rates and read the key",
        );
        note(self.metrics_token.is_none(), "METRICS_TOKEN is not set: /metrics is open to everybody who reaches the API");
        found
    }
}

struct Reader<G> {
    get: G,
    mistakes: Vec<String>,
}

impl<G: Fn(&str) -> Option<String>> Reader<G> {
    /// A set, non-empty variable.
    fn text(&self, name: &str) -> Option<String> {
        (self.get)(name).map(|v| v.trim().to_owned()).filter(|v| !v.is_empty())
    }

    fn mistake<T>(&mut self, name: &str, what: impl std::fmt::Display) -> Option<T> {
        self.mistakes.push(format!("{name}: {what}"));
        None
    }

    fn parsed<T: std::str::FromStr>(&mut self, name: &str, form: &str) -> Option<T> {
        match self.text(name)?.parse() {
            Ok(value) => Some(value),
            Err(_) => self.mistake(name, format!("must be {form}")),
        }
    }

    fn seconds(&mut self, name: &str, range: std::ops::RangeInclusive<u64>) -> Option<Duration> {
        let form = format!("whole seconds from {} to {}", range.start(), range.end());
        let seconds: u64 = self.parsed(name, &form)?;
        if range.contains(&seconds) { Some(Duration::from_secs(seconds)) } else { self.mistake(name, format!("must be {form}")) }
    }

    fn list(&self, name: &str) -> Vec<String> {
        let text = self.text(name).unwrap_or_default();
        text.split(',').map(str::trim).filter(|s| !s.is_empty()).map(str::to_owned).collect()
    }

    /// A folder that is there.
    fn folder(&mut self, name: &str) -> Option<PathBuf> {
        let path = PathBuf::from(self.text(name)?);
        if path.is_dir() { Some(path) } else { self.mistake(name, format!("must be a folder; {} is none", path.display())) }
    }

    fn per_minute(&mut self, name: &str) -> Option<u32> {
        self.parsed(name, "a number of requests per minute, or 0 for no limit")
    }

    fn per_second(&mut self, name: &str) -> Option<u32> {
        let form = "a number of calls per second, 1 or more";
        self.parsed(name, form).filter(|n| *n > 0 || self.mistake::<()>(name, format!("must be {form}")).is_some())
    }

    /// Networks; an address is the smallest of them.
    fn networks(&mut self, name: &str) -> Vec<IpNet> {
        let network = |text: &String| text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from));
        let networks: Option<Vec<IpNet>> = self.list(name).iter().map(network).collect();
        networks.unwrap_or_else(|| {
            self.mistake(name, "must be a comma list of addresses and networks such as 10.0.0.1 or 10.0.0.0/8").unwrap_or_default()
        })
    }

    fn url(&mut self, name: &str, schemes: &[&str]) -> Option<Url> {
        match Url::parse(&self.text(name)?) {
            Ok(url) if schemes.contains(&url.scheme()) => Some(url),
            _ => self.mistake(name, format!("must be a URL that starts with {}://", schemes.join(":// or "))),
        }
    }

    fn fx(&mut self) -> Option<FxConfig> {
        let name = self.text("FX_PROVIDER").unwrap_or_else(|| "ecb".into());
        let api_base = self.url("FX_API_BASE", &["http", "https"]);
        let api_key = self.text("FX_API_KEY").map(SecretString::from);
        if name == "manual" {
            return None;
        }
        let Some(provider) = Provider::named(&name) else {
            return self.mistake("FX_PROVIDER", format!("must be ecb, fixer, openexchangerates or manual, not {name:?}"));
        };
        if provider.needs_key() && api_key.is_none() {
            return self.mistake("FX_API_KEY", format!("is required with FX_PROVIDER={name}"));
        }
        Some(FxConfig { provider, api_base: api_base.unwrap_or_else(|| provider.default_base()), api_key })
    }

    /// In production a test account would mark real invoices as paid.
    fn refuse_play_money(&mut self, production: bool, stripe: Option<&StripeConfig>, paypal: Option<&PaypalConfig>) {
        let is_allowed = match self.text("ALLOW_TEST_PAYMENTS").as_deref() {
            None | Some("false") => false,
            Some("true") => true,
            Some(other) => self.mistake("ALLOW_TEST_PAYMENTS", format!("must be true or false, not {other:?}")).unwrap_or_default(),
        };
        if !production || is_allowed {
            return;
        }
        if stripe.is_some_and(|stripe| stripe.mode() == Some(false)) {
            let _: Option<()> = self.mistake("STRIPE_SECRET_KEY", "is a test key; only ALLOW_TEST_PAYMENTS=true lets play money count");
        }
        if paypal.is_some_and(|paypal| !paypal.is_live()) {
            let what = "is not PayPal's live API; only ALLOW_TEST_PAYMENTS=true lets play money count";
            let _: Option<()> = self.mistake("PAYPAL_API_BASE", what);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(vars: &[(&str, &str)]) -> Result<Config, Vec<String>> {
        let vars: Vec<(String, String)> = vars.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect();
        Config::read(move |name| vars.iter().find(|(k, _)| k == name).map(|(_, v)| v.clone()))
    }

    #[test]
    fn nothing_configured_is_a_working_development_set_up() {
        let config = read(&[]).expect("defaults are valid");
        assert!(!config.production && config.sandbox && config.redis_url.is_none() && !config.is_postgres());
        assert_eq!(config.public_url.as_str(), "http://127.0.0.1:8000/");
    }

    #[test]
    fn every_mistake_is_one_line_that_names_its_variable() {
        let vars = [
            ("APP_ENV", "staging"),
            ("BIND_ADDR", "here"),
            ("PUBLIC_URL", "ftp://x"),
            ("DATABASE_URL", "mysql://x"),
            ("REDIS_URL", "http://x"),
            ("SECRET_KEY", "short"),
            ("STRIPE_SECRET_KEY", "pk_test_1"),
            ("SMTP_URL", "mail"),
            ("BASE_CURRENCY", "usd"),
            ("FX_PROVIDER", "reuters"),
            ("FX_API_BASE", "data.fixer.io"),
            ("MAIL_FROM", "nobody"),
            ("WORKER_CONCURRENCY", "many"),
            ("WORKER_LEASE_SECONDS", "0"),
            ("WORKER_DRAIN_SECONDS", "20s"),
            ("TRUSTED_PROXIES", "10.0.0.0/8,10.0.0.0/33"),
            ("RATE_LIMIT_ADDRESS", "-1"),
            ("RATE_LIMIT_ACCOUNT", "many"),
            ("LIVE_CONNECTIONS", "-1"),
            ("LOG_FORMAT", "xml"),
        ];
        let mistakes = read(&vars).expect_err("all wrong");
        for (name, _) in vars {
            assert_eq!(mistakes.iter().filter(|m| m.starts_with(&format!("{name}: "))).count(), 1, "{name} in {mistakes:#?}");
        }
    }

    #[test]
    fn production_limits_requests_unless_told_otherwise_and_check_says_so() {
        let limits = |vars: &[(&str, &str)]| {
            let config = read(vars).expect("valid");
            let notes = config.unsafe_for_production().iter().filter(|line| line.starts_with("RATE_LIMIT_")).count();
            (config.rate_limit_address, config.rate_limit_account, notes)
        };
        let production = [("APP_ENV", "production"), ("SECRET_KEY", "0123456789abcdef0123456789abcdef")];
        assert_eq!(limits(&[]), (0, 0, 2));
        assert_eq!(limits(&production), (6000, 1200, 0));
        assert_eq!(limits(&[&production[..], &[("RATE_LIMIT_ADDRESS", "100"), ("RATE_LIMIT_ACCOUNT", "0")]].concat()), (100, 0, 1));
    }

    #[test]
    fn rates_come_from_the_ecb_or_from_a_provider_with_its_key_or_from_people() {
        let ecb = read(&[]).expect("valid").fx.expect("a provider");
        assert_eq!((ecb.provider, ecb.api_base.scheme()), (Provider::Ecb, "https"));
        assert!(read(&[("FX_PROVIDER", "manual")]).expect("valid").fx.is_none());
        for name in ["fixer", "openexchangerates"] {
            assert_eq!(read(&[("FX_PROVIDER", name)]).expect_err("no key"), [format!("FX_API_KEY: is required with FX_PROVIDER={name}")]);
            let config = read(&[("FX_PROVIDER", name), ("FX_API_KEY", "hunter2")]).expect("valid");
            assert!(!format!("{config:?}").contains("hunter2"));
        }
        let plain = read(&[("FX_API_BASE", "http://rates.example")]).expect("valid");
        assert_eq!(plain.unsafe_for_production().iter().filter(|line| line.starts_with("FX_API_BASE ")).count(), 1);
        assert!(!read(&[]).expect("valid").unsafe_for_production().iter().any(|line| line.starts_with("FX_")));
    }

    #[test]
    fn proxies_are_trusted_by_address_and_by_network() {
        let config = read(&[("TRUSTED_PROXIES", "192.0.2.1, 10.0.0.0/8,2001:db8::/32")]).expect("valid");
        let trusts = |text: &str| config.trusted_proxies.iter().any(|net| net.contains(&text.parse::<IpAddr>().unwrap()));
        assert!(trusts("192.0.2.1") && trusts("10.9.8.7") && trusts("2001:db8:1::1"));
        assert!(!trusts("192.0.2.2") && !trusts("11.0.0.1") && !trusts("2001:db9::1"));
    }

    #[test]
    fn production_needs_a_key_and_offers_no_sandbox_and_secrets_do_not_print() {
        assert!(read(&[("APP_ENV", "production")]).expect_err("no key")[0].starts_with("SECRET_KEY: "));
        let key = "0123456789abcdef0123456789abcdef";
        let config = read(&[("APP_ENV", "production"), ("SECRET_KEY", key), ("DATABASE_URL", "postgres://u:hunter2@h/d")]).expect("valid");
        assert!(!config.sandbox);
        let debug = format!("{config:?}");
        assert!(!debug.contains(key) && !debug.contains("hunter2"), "{debug}");
    }
}
