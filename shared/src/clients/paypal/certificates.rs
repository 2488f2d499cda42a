//! The certificates that sign PayPal's deliveries. A delivery names where its certificate is; anybody can name anything, so the
//! address is judged before it is fetched, and what is found there is believed only with a chain to a root we trust and the
//! name that PayPal signs under.

use super::{away, bounded};
use crate::clock::{Clock, Time};
use crate::config::PaypalConfig;
use crate::{Error, Result};
use chrono::TimeDelta;
use reqwest::StatusCode;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName, TrustAnchor, UnixTime};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use url::Url;
use webpki::{EndEntityCert, KeyUsage};
use x509_cert::der::Decode;
use x509_cert::der::oid::ObjectIdentifier;
use x509_cert::ext::pkix::AuthorityInfoAccessSyntax;
use x509_cert::ext::pkix::name::GeneralName;

/// Under which PayPal signs, for real and for play.
const NAMES: [&str; 2] = ["messageverificationcerts.paypal.com", "messageverificationcerts.sandbox.paypal.com"];
/// Where its certificates are. Named whole: `evilapi.paypal.com` ends like one of them.
const HOSTS: [&str; 4] = ["api.paypal.com", "api.sandbox.paypal.com", "api-m.paypal.com", "api-m.sandbox.paypal.com"];
/// A certificate has two thousand bytes, a chain a few more.
const MAX_BYTES: usize = 32 * 1024;
const TIMEOUT: Duration = Duration::from_secs(5);
/// PayPal has one or two at a time.
const KEPT: usize = 32;
/// One that could not be fetched or believed is not asked for again so soon.
const SULK: TimeDelta = TimeDelta::seconds(60);
/// Fetches at a time, whatever the deliveries name.
const FETCHES: usize = 4;
/// Certificates between a leaf and its root.
const MOST_ABOVE: usize = 3;
/// RFC 5280, 4.2.2.1: where the issuer's certificate is.
const CA_ISSUERS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.2");

/// Fetches, judges and keeps certificates.
pub struct Certificates {
    is_live: bool,
    /// Outside production, tests' certificates live here.
    own_origin: Option<Url>,
    issuers_at: Option<Url>,
    roots: Vec<TrustAnchor<'static>>,
    http: reqwest::Client,
    clock: Clock,
    kept: Mutex<HashMap<Url, Slot>>,
    fetches: tokio::sync::Semaphore,
}

/// Locked while somebody fetches, so that nobody else fetches the same.
type Slot = Arc<tokio::sync::Mutex<Option<Kept>>>;

#[derive(Clone)]
enum Kept {
    Chain(Arc<Vec<CertificateDer<'static>>>),
    Nothing { until: Time },
}

impl Certificates {
    pub(super) fn new(config: &PaypalConfig, http: reqwest::Client, clock: Clock) -> Self {
        let anchor = |der: &CertificateDer<'_>| webpki::anchor_from_trusted_cert(der).ok().map(|anchor| anchor.to_owned());
        let roots = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().chain(config.cert_ca.iter().filter_map(anchor)).collect();
        Self {
            is_live: config.is_live(),
            own_origin: (!config.cert_ca.is_empty()).then(|| config.api_base.clone()),
            issuers_at: config.issuers_at.clone(),
            roots,
            http,
            clock,
            kept: Mutex::default(),
            fetches: tokio::sync::Semaphore::new(FETCHES),
        }
    }

    /// Whether the certificate at `address` is PayPal's and signed `message`: RSA, PKCS #1 v1.5, SHA-256.
    /// [`Error::Upstream`] when it cannot be fetched now.
    pub async fn signed(&self, address: &str, message: &[u8], signature: &[u8]) -> Result<bool> {
        let Some(url) = self.judge(address) else { return Ok(false) };
        let Some(chain) = self.chain(url).await? else { return Ok(false) };
        // every time anew: a certificate that is kept may end meanwhile
        Ok(self.believe(&chain).is_ok() && fits(&chain, message, signature))
    }

    /// An address that a certificate may be at.
    fn judge(&self, address: &str) -> Option<Url> {
        let url = Url::parse(address).ok().filter(|_| address.len() <= 500)?;
        let is_plain = url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none();
        let is_own = self.own_origin.as_ref().is_some_and(|own| own.origin() == url.origin());
        let is_paypals = url.scheme() == "https" && url.port().is_none() && url.host_str().is_some_and(|host| HOSTS.contains(&host));
        (is_plain && (is_own || is_paypals) && url.path().starts_with("/v1/notifications/certs/")).then_some(url)
    }

    async fn chain(&self, url: Url) -> Result<Option<Arc<Vec<CertificateDer<'static>>>>> {
        let slot = self.slot(&url);
        let mut kept = slot.lock().await;
        match &*kept {
            Some(Kept::Chain(chain)) => return Ok(Some(chain.clone())),
            Some(Kept::Nothing { until }) if *until > self.clock.now() => return Ok(None),
            Some(Kept::Nothing { .. }) | None => {}
        }
        match self.fetch(&url).await {
            Ok(chain) => {
                let chain = Arc::new(chain);
                *kept = Some(Kept::Chain(chain.clone()));
                Ok(Some(chain))
            }
            Err(Error::Refused { reason, .. }) => {
                tracing::warn!(%reason, "a delivery came with a certificate that is not PayPal's");
                *kept = Some(Kept::Nothing { until: self.clock.now() + SULK });
                Ok(None)
            }
            // it may pass: the delivery is sent again
            Err(error) => Err(error),
        }
    }

    fn slot(&self, url: &Url) -> Slot {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT && !kept.contains_key(url) {
            // good ones stay, and those that somebody waits for
            kept.retain(|_, slot| slot.try_lock().map_or(true, |kept| matches!(*kept, Some(Kept::Chain(_)))));
            if kept.len() >= KEPT {
                kept.clear();
            }
        }
        kept.entry(url.clone()).or_default().clone()
    }

    /// The certificate at `url` and those above it, as far as they are needed. PayPal serves the leaf alone; what is missing is
    /// where each certificate says that its issuer's is.
    async fn fetch(&self, url: &Url) -> Result<Vec<CertificateDer<'static>>> {
        let mut chain = self.download(url.clone()).await?;
        while let Err(error) = self.believe(&chain) {
            let last = chain.last().filter(|_| error == webpki::Error::UnknownIssuer && chain.len() <= MOST_ABOVE);
            let Some(issuer) = last.and_then(issuer_of) else { return Err(refused(format!("certificate: {error}"))) };
            let issuer = self.judge_issuer(issuer).ok_or_else(|| refused("its issuer's certificate is at a strange place".to_owned()))?;
            chain.extend(self.download(issuer).await?.into_iter().take(1));
        }
        Ok(chain)
    }

    /// Http is allowed: trust comes from the roots alone.
    fn judge_issuer(&self, url: Url) -> Option<Url> {
        let is_plain = url.username().is_empty() && url.password().is_none() && url.port().is_none();
        let is_known = matches!(url.scheme(), "http" | "https") && url.host_str().is_some_and(|host| host.ends_with(".digicert.com"));
        let url = (is_plain && is_known).then_some(url)?;
        match &self.issuers_at {
            None => Some(url),
            Some(stand_in) => stand_in.join(url.path()).ok(),
        }
    }

    async fn download(&self, url: Url) -> Result<Vec<CertificateDer<'static>>> {
        let _turn = self.fetches.acquire().await.map_err(Error::internal)?;
        let response = self.http.get(url).timeout(TIMEOUT).send().await.map_err(away)?;
        let status = response.status();
        if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
            return Err(Error::Upstream { service: super::SERVICE, reason: format!("certificate: {status}"), retry_after: None });
        }
        // a redirect is an answer of another place than the one that was judged
        if status != StatusCode::OK {
            return Err(refused(format!("certificate: {status}")));
        }
        let body = bounded(response, MAX_BYTES).await?;
        let pem: Vec<_> = CertificateDer::pem_slice_iter(&body).filter_map(std::result::Result::ok).take(1 + MOST_ABOVE).collect();
        Ok(if pem.is_empty() { vec![CertificateDer::from(body)] } else { pem })
    }

    /// A chain to a root, good now, under a name of PayPal's.
    fn believe(&self, chain: &[CertificateDer<'_>]) -> std::result::Result<(), webpki::Error> {
        let [leaf, above @ ..] = chain else { return Err(webpki::Error::BadDer) };
        let leaf = EndEntityCert::try_from(leaf)?;
        let seconds = u64::try_from(self.clock.now().timestamp()).unwrap_or_default();
        let now = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
        leaf.verify_for_usage(webpki::ALL_VERIFICATION_ALGS, &self.roots, above, now, KeyUsage::server_auth(), None, None)?;
        // the live account is never told anything by the playground
        let names = if self.is_live { &NAMES[..1] } else { &NAMES[..] };
        let is_named = |name: &&'static str| {
            let name = ServerName::try_from(*name).map_err(|_| webpki::Error::MalformedDnsIdentifier)?;
            leaf.verify_is_valid_for_subject_name(&name)
        };
        names.iter().map(is_named).find(std::result::Result::is_ok).unwrap_or(Err(webpki::Error::UnsupportedNameType))
    }
}

fn fits(chain: &[CertificateDer<'_>], message: &[u8], signature: &[u8]) -> bool {
    let leaf = chain.first().and_then(|leaf| EndEntityCert::try_from(leaf).ok());
    leaf.is_some_and(|leaf| leaf.verify_signature(webpki::ring::RSA_PKCS1_2048_8192_SHA256, message, signature).is_ok())
}

/// Where a certificate says that its issuer's is.
fn issuer_of(der: &CertificateDer<'_>) -> Option<Url> {
    let certificate = x509_cert::Certificate::from_der(der).ok()?;
    let (_, places) = certificate.tbs_certificate.get::<AuthorityInfoAccessSyntax>().ok()??;
    places.0.iter().filter(|place| place.access_method == CA_ISSUERS).find_map(|place| match &place.access_location {
        GeneralName::UniformResourceIdentifier(uri) => uri.as_str().parse().ok(),
        _ => None,
    })
}

fn refused(reason: String) -> Error {
    Error::Refused { service: super::SERVICE, reason }
}
