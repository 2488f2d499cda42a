//! What everything needs, built once and cheap to clone: database, delivery, clock, configuration, clients.

use crate::clients::mail::Mailer;
use crate::clients::paypal::PaypalClient;
use crate::clients::push::PushClient;
use crate::clients::rates::RatesClient;
use crate::clients::redis::RedisClient;
use crate::clients::sms::SmsClient;
use crate::clients::storage::Storage;
use crate::clients::stripe::StripeClient;
use crate::clients::web_page::WebPages;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::{Db, Observer, Tx};
use crate::error::{Error, Result};
use crate::live::Live;
use crate::queue::delivery::Delivery;
use crate::throttle::{Pace, Throttle};
use secrecy::{ExposeSecret, SecretString};
use std::ops::Deref;
use std::sync::Arc;

/// The application.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// The parts of [`App`].
pub struct Parts {
    /// What the process was told.
    pub config: Config,
    /// The database.
    pub db: Db,
    /// Carries job ids to workers.
    pub delivery: Delivery,
    /// The streams of this process, and what they are told.
    pub live: Live,
    /// Counts what may happen only so often.
    pub throttle: Arc<Throttle>,
    /// The time.
    pub clock: Clock,
    /// Outgoing mail.
    pub mailer: Mailer,
    /// Outgoing SMS, if configured.
    pub sms: Option<SmsClient>,
    /// Outgoing push messages, if configured.
    pub push: Option<PushClient>,
    /// Files that we keep.
    pub storage: Storage,
    /// Stripe, if configured.
    pub stripe: Option<StripeClient>,
    /// PayPal, if configured.
    pub paypal: Option<PaypalClient>,
    /// Who publishes exchange rates, if anybody does.
    pub rates: Option<RatesClient>,
    /// Other outgoing HTTP.
    pub http: reqwest::Client,
    /// Pages whose addresses customers give.
    pub pages: WebPages,
    /// Gathers verified webhook events into shared commits.
    pub inbox: crate::billing::inbox::Inbox,
    /// The switches, kept for a moment.
    pub settings: crate::settings::Cache,
    /// Analytics, kept for a moment.
    pub analytics: crate::analytics::Cache,
    /// Bounds password hashing, which is slow on purpose.
    pub hashing: crate::accounts::password::Hashing,
}

impl Deref for App {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl App {
    /// Connects to the database; Redis may be away and is found when it comes.
    pub async fn new(config: Config) -> Result<Self> {
        Self::observed(config, None).await
    }

    /// Like [`App::new`], and `observe` sees every SQL statement.
    pub async fn observed(mut config: Config, observe: Option<Observer>) -> Result<Self> {
        if config.secret_key.expose_secret().is_empty() {
            config.secret_key = development_key(&config.data_dir)?;
        }
        let db = Db::connect(&config, observe).await?;
        let redis = config.redis_url.as_ref().map(|url| RedisClient::new(url, &config.redis_prefix)).transpose()?;
        let delivery = Delivery::new(redis.clone());
        let clock = Clock::default();
        let live = Live::new(redis.clone(), &config, clock.clone());
        let throttle = Arc::new(Throttle::new(redis));
        let pace = |per_second| Pace::new(throttle.clone(), clock.clone(), per_second);
        let mailer = Mailer::new(&config)?;
        #[allow(clippy::disallowed_methods)] // the one place that makes HTTP clients
        let http = reqwest::Client::builder()
            .timeout(std::time::Duration::from_secs(15))
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(Error::internal)?;
        let stripe = config.stripe.as_ref().filter(|stripe| stripe.mode().is_some());
        let stripe = stripe.map(|stripe| StripeClient::new(stripe, http.clone()).limited(pace(config.calls.stripe)));
        let storage = Storage::new(&config.data_dir);
        let pages = WebPages::new(&config.public_url, &config.pages)?;
        let rates = config.fx.as_ref().map(|fx| RatesClient::new(fx, http.clone()));
        let paypal = config.paypal.as_ref();
        let paypal = paypal.map(|paypal| PaypalClient::new(paypal, http.clone(), clock.clone(), pace(config.calls.paypal)));
        let sms = config.twilio.as_ref().map(|twilio| SmsClient::new(twilio, http.clone(), pace(config.calls.twilio)));
        let push = config.fcm.as_ref().map(|fcm| PushClient::new(fcm, http.clone(), clock.clone(), pace(config.calls.fcm)));
        let (inbox, gatherer) = crate::billing::inbox::channel();
        let app = Self(Arc::new(Parts {
            config,
            db,
            delivery,
            live,
            throttle,
            clock,
            mailer,
            sms,
            push,
            storage,
            stripe,
            paypal,
            rates,
            http,
            pages,
            inbox,
            settings: crate::settings::Cache::default(),
            analytics: crate::analytics::Cache::default(),
            hashing: crate::accounts::password::Hashing::default(),
        }));
        gatherer.run(Arc::downgrade(&app.0));
        Ok(app)
    }

    pub(crate) fn from_parts(parts: Arc<Parts>) -> Self {
        Self(parts)
    }

    /// Opens a transaction.
    pub async fn begin(&self) -> Result<Tx> {
        Tx::begin(self.clone(), None).await
    }
}

/// A key kept in the data directory, so that sign-ins survive a restart in development.
fn development_key(dir: &std::path::Path) -> Result<SecretString> {
    let path = dir.join("secret_key");
    let problem = |e: std::io::Error| Error::internal(format!("cannot keep a development key in {}: {e}", path.display()));
    if let Ok(key) = std::fs::read_to_string(&path) {
        return Ok(key.into());
    }
    std::fs::create_dir_all(dir).map_err(problem)?;
    let key = hex::encode(rand::random::<[u8; 32]>());
    use std::os::unix::fs::OpenOptionsExt;
    let file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
    match file {
        Ok(mut file) => std::io::Write::write_all(&mut file, key.as_bytes()).map_err(problem)?,
        // another process of ours was faster
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => return std::fs::read_to_string(&path).map(Into::into).map_err(problem),
        Err(e) => return Err(problem(e)),
    }
    Ok(key.into())
}
