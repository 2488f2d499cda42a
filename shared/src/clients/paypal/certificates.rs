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
const KEPT: usize = 16;
/// Addresses of which something is remembered that is no good certificate.
const DOUBTED: usize = 64;
/// One that could not be fetched or believed is not asked for again so soon.
const SULK: TimeDelta = TimeDelta::seconds(60);
/// The same, where the network was to blame.
const PAUSE: TimeDelta = TimeDelta::seconds(5);
/// Fetches at a time, whatever the deliveries name.
const FETCHES: usize = 4;
/// How long one waits for its turn; the delivery is sent again.
const TURN: Duration = Duration::from_secs(2);
/// Certificates between a leaf and its root.
const MOST_ABOVE: usize = 3;
/// RFC 5280, 4.2.2.1: where the issuer's certificate is.
const CA_ISSUERS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.2");

/// What a signature is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// PayPal signed it.
    Genuine,
    /// PayPal's own address serves the certificate, its name and all else fit, but its chain ends at no root that we know: only
    /// PayPal can tell.
    Unrooted,
    /// It did not.
    Forged,
}

/// Fetches, judges and keeps certificates.
pub struct Certificates {
    is_live: bool,
    /// Outside production, tests' certificates live here.
    own_origin: Option<Url>,
    issuers_at: Option<Url>,
    roots: Vec<TrustAnchor<'static>>,
    http: reqwest::Client,
    clock: Clock,
    /// Chains that end well, the last used first. Nothing that strangers name can push them out: only PayPal serves such chains.
    good: Mutex<Vec<(Url, Chain)>>,
    doubted: Mutex<HashMap<Url, Slot>>,
    fetches: tokio::sync::Semaphore,
}

type Chain = Arc<Vec<CertificateDer<'static>>>;
/// Locked while somebody fetches, so that nobody else fetches the same.
type Slot = Arc<tokio::sync::Mutex<Option<Doubt>>>;

/// Why there is no good chain, and until when that is believed.
#[derive(Clone)]
enum Doubt {
    Unrooted(Chain, Time),
    Nothing(Time),
    Away(Time),
}

impl Doubt {
    fn until(&self) -> Time {
        match self {
            Self::Unrooted(_, until) | Self::Nothing(until) | Self::Away(until) => *until,
        }
    }
}

impl Certificates {
    pub(super) fn new(config: &PaypalConfig, http: reqwest::Client, clock: Clock) -> Self {
        let roots = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().chain(config.cert_ca.iter().filter_map(anchor)).collect();
        Self {
            is_live: config.is_live(),
            own_origin: (!config.cert_ca.is_empty()).then(|| config.api_base.clone()),
            issuers_at: config.issuers_at.clone(),
            roots,
            http,
            clock,
            good: Mutex::default(),
            doubted: Mutex::default(),
            fetches: tokio::sync::Semaphore::new(FETCHES),
        }
    }

    /// Whether the certificate at `address` is PayPal's and signed `message`: RSA, PKCS #1 v1.5, SHA-256.
    /// [`Error::Upstream`] when it cannot be fetched now.
    pub async fn signed(&self, address: &str, message: &[u8], signature: &[u8]) -> Result<Verdict> {
        let Some(url) = self.judge(address) else { return Ok(Verdict::Forged) };
        let Some(chain) = self.chain(url).await? else { return Ok(Verdict::Forged) };
        // every time anew: a certificate that is kept may end meanwhile
        let verdict = match self.believe(&chain, &self.roots) {
            Ok(()) => Verdict::Genuine,
            Err(_) if self.is_unrooted(&chain) => Verdict::Unrooted,
            Err(_) => Verdict::Forged,
        };
        Ok(if fits(&chain, message, signature) { verdict } else { Verdict::Forged })
    }

    /// Whether a certificate may be at this address.
    pub fn is_address(&self, address: &str) -> bool {
        self.judge(address).is_some()
    }

    /// An address that a certificate may be at. One is written in one way only.
    fn judge(&self, address: &str) -> Option<Url> {
        let url = Url::parse(address).ok().filter(|_| address.len() <= 500)?;
        let is_plain = url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none();
        let is_own = self.own_origin.as_ref().is_some_and(|own| own.origin() == url.origin());
        let is_paypals = url.scheme() == "https" && url.port().is_none() && url.host_str().is_some_and(|host| HOSTS.contains(&host));
        let name = url.path().strip_prefix("/v1/notifications/certs/")?;
        let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
        (is_plain && (is_own || is_paypals) && is_name).then_some(url)
    }

    async fn chain(&self, url: Url) -> Result<Option<Chain>> {
        if let Some(chain) = self.known(&url) {
            return Ok(Some(chain));
        }
        let slot = self.slot(&url)?;
        let mut doubt = slot.lock().await;
        // whoever held the lock may have fetched it
        if let Some(chain) = self.known(&url) {
            return Ok(Some(chain));
        }
        match doubt.as_ref().filter(|doubt| doubt.until() > self.clock.now()) {
            Some(Doubt::Unrooted(chain, _)) => return Ok(Some(chain.clone())),
            Some(Doubt::Nothing(_)) => return Ok(None),
            Some(Doubt::Away(_)) => return Err(later("a certificate could not be fetched a moment ago")),
            None => {}
        }
        let turn = tokio::time::timeout(TURN, self.fetches.acquire()).await.map_err(|_| later("too many unknown certificates"))?;
        let _turn = turn.map_err(Error::internal)?;
        match self.fetch(&url).await {
            Ok(chain) => {
                let chain = Arc::new(chain);
                if self.believe(&chain, &self.roots).is_ok() {
                    self.keep(url, chain.clone());
                } else {
                    *doubt = Some(Doubt::Unrooted(chain.clone(), self.clock.now() + SULK));
                }
                Ok(Some(chain))
            }
            Err(Error::Refused { reason, .. }) => {
                tracing::warn!(%reason, "a delivery came with a certificate that is not PayPal's");
                *doubt = Some(Doubt::Nothing(self.clock.now() + SULK));
                Ok(None)
            }
            // it may pass: the delivery is sent again
            Err(error) => {
                *doubt = Some(Doubt::Away(self.clock.now() + PAUSE));
                Err(error)
            }
        }
    }

    /// A chain that was good when it was fetched.
    fn known(&self, url: &Url) -> Option<Chain> {
        let mut good = self.good.lock().unwrap_or_else(PoisonError::into_inner);
        let place = good.iter().position(|(known, _)| known == url)?;
        good[..=place].rotate_right(1);
        good.first().map(|(_, chain)| chain.clone())
    }

    fn keep(&self, url: Url, chain: Chain) {
        let mut good = self.good.lock().unwrap_or_else(PoisonError::into_inner);
        good.insert(0, (url, chain));
        good.truncate(KEPT);
    }

    /// The place of an address that is not known as good. What nobody waits for makes room, what is remembered last of all.
    fn slot(&self, url: &Url) -> Result<Slot> {
        let mut doubted = self.doubted.lock().unwrap_or_else(PoisonError::into_inner);
        if doubted.len() >= DOUBTED && !doubted.contains_key(url) {
            let now = self.clock.now();
            let is_idle = |slot: &Slot| Arc::strong_count(slot) == 1;
            doubted.retain(|_, slot| !is_idle(slot) || slot.try_lock().is_ok_and(|doubt| doubt.as_ref().is_some_and(|d| d.until() > now)));
            if doubted.len() >= DOUBTED {
                doubted.retain(|_, slot| !is_idle(slot));
            }
            if doubted.len() >= DOUBTED {
                return Err(later("too many unknown certificates"));
            }
        }
        Ok(doubted.entry(url.clone()).or_default().clone())
    }

    /// The certificate at `url` and those above it, as far as they are needed. PayPal serves the leaf alone; what is missing is
    /// where each certificate says that its issuer's is.
    async fn fetch(&self, url: &Url) -> Result<Vec<CertificateDer<'static>>> {
        let mut chain = self.download(url.clone()).await?;
        while let Err(error) = self.believe(&chain, &self.roots) {
            let last = chain.last().filter(|_| error == webpki::Error::UnknownIssuer && chain.len() <= MOST_ABOVE);
            let Some(issuer) = last.and_then(issuer_of) else {
                return if self.is_unrooted(&chain) { Ok(chain) } else { Err(refused(format!("certificate: {error}"))) };
            };
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

    /// Whether all that a chain lacks is a root that we know. A certificate that vouches for itself is no chain.
    fn is_unrooted(&self, chain: &[CertificateDer<'static>]) -> bool {
        let Some((last, below)) = chain.split_last().filter(|(_, below)| !below.is_empty()) else { return false };
        let Some(end) = anchor(last) else { return false };
        self.believe(chain, &self.roots) == Err(webpki::Error::UnknownIssuer) && self.believe(below, &[end]).is_ok()
    }

    /// A chain to a root, good now, under a name of PayPal's.
    fn believe(&self, chain: &[CertificateDer<'_>], roots: &[TrustAnchor<'_>]) -> std::result::Result<(), webpki::Error> {
        let [leaf, above @ ..] = chain else { return Err(webpki::Error::BadDer) };
        let leaf = EndEntityCert::try_from(leaf)?;
        let seconds = u64::try_from(self.clock.now().timestamp()).unwrap_or_default();
        let now = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
        leaf.verify_for_usage(webpki::ALL_VERIFICATION_ALGS, roots, above, now, KeyUsage::server_auth(), None, None)?;
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

fn anchor(der: &CertificateDer<'_>) -> Option<TrustAnchor<'static>> {
    webpki::anchor_from_trusted_cert(der).ok().map(|anchor| anchor.to_owned())
}

fn later(reason: &str) -> Error {
    Error::Upstream { service: super::SERVICE, reason: reason.to_owned(), retry_after: None }
}

fn refused(reason: String) -> Error {
    Error::refused(super::SERVICE, reason)
}
