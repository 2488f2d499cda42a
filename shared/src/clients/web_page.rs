//! The only fetcher of addresses that customers give us. It reaches public web servers and nothing else: each hop's address is
//! judged as written, then each network address that its name leads to, by the very resolver that connects. So there is
//! no second look-up that could answer otherwise.

use super::public_address::is_public;
use crate::config::PageAccess;
use crate::{Error, Result};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, HeaderValue, LOCATION, RETRY_AFTER};
use reqwest::{Response, StatusCode, redirect};
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use url::{Host, Url};

const SERVICE: &str = "product page";
/// For everything: look-ups, redirects, the body.
const PATIENCE: Duration = Duration::from_secs(10);
const CONNECT: Duration = Duration::from_secs(3);
const REDIRECTS: usize = 4;
/// More of a page is not read: what it says about itself is at its beginning.
const MAX_BYTES: usize = 1536 * 1024;
const PORTS: [u16; 4] = [80, 443, 8080, 8443];
/// Names that mean this machine or this network wherever they are asked.
const PRIVATE_NAMES: [&str; 6] = ["localhost", "internal", "local", "localdomain", "lan", "home.arpa"];
/// Longest wait that a server may ask of us.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);

/// A page as it came.
#[derive(Debug)]
pub struct WebPage {
    /// Where it was in the end.
    pub url: Url,
    /// Of an HTML page, with its parameters.
    pub content_type: String,
    /// Its first one and a half MiB.
    pub body: Vec<u8>,
}

/// Fetches pages.
#[derive(Clone)]
pub struct WebPages {
    http: reqwest::Client,
    patience: Duration,
}

impl WebPages {
    /// `public_url` tells the shops who asks.
    pub fn new(public_url: &Url, access: &PageAccess) -> Result<Self> {
        let hosts = access.hosts.clone();
        let look_up = move |host: &str| -> Addresses {
            let (listed, host) = (hosts.get(host).cloned(), host.to_owned());
            match hosts.is_empty() {
                true => Box::pin(async move { Ok(tokio::net::lookup_host((host, 0)).await?.map(|found| found.ip()).collect()) }),
                false => Box::pin(async move { listed.ok_or_else(|| std::io::Error::other("not among the listed hosts")) }),
            }
        };
        Self::resolving(public_url, Names { look_up: Arc::new(look_up), trusted: access.trusted.clone() })
    }

    fn resolving(public_url: &Url, names: Names) -> Result<Self> {
        #[allow(clippy::disallowed_methods)] // a client of its own: App's would go wherever it is told
        let http = reqwest::Client::builder()
            .user_agent(format!("Buy4Me/{} (+{public_url})", env!("CARGO_PKG_VERSION")))
            .dns_resolver(Arc::new(names))
            .no_proxy()
            .redirect(redirect::Policy::none())
            .referer(false)
            .connect_timeout(CONNECT)
            .timeout(PATIENCE)
            // every hop has a connection to an address that was judged for it
            .pool_max_idle_per_host(0)
            .build()
            .map_err(Error::internal)?;
        Ok(Self { http, patience: PATIENCE })
    }

    /// Fetches an HTML page. [`Error::Refused`]: for good; [`Error::Upstream`]: perhaps later.
    pub async fn fetch(&self, url: &Url) -> Result<WebPage> {
        match tokio::time::timeout(self.patience, self.follow(url.clone())).await {
            Ok(page) => page,
            Err(_) => Err(later(format!("not within {:?}", self.patience))),
        }
    }

    async fn follow(&self, mut url: Url) -> Result<WebPage> {
        for _ in 0..=REDIRECTS {
            check(&url)?;
            let request = self.http.get(url.clone()).header(ACCEPT, "text/html, application/xhtml+xml").header(ACCEPT_ENCODING, "identity");
            let response = request.send().await.map_err(|error| failure(&error))?;
            match response.status() {
                StatusCode::MOVED_PERMANENTLY
                | StatusCode::FOUND
                | StatusCode::SEE_OTHER
                | StatusCode::TEMPORARY_REDIRECT
                | StatusCode::PERMANENT_REDIRECT => url = target(&url, &response)?,
                status if status.is_success() => return read(url, response).await,
                status => return Err(answered(status, &response)),
            }
        }
        Err(refused(format!("more than {REDIRECTS} redirects")))
    }
}

/// Whether the address, as it is written, may be asked at all.
fn check(url: &Url) -> Result<()> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(refused(format!("the scheme {}", url.scheme())));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refused("credentials in the address"));
    }
    match url.port_or_known_default() {
        Some(port) if PORTS.contains(&port) => {}
        port => return Err(refused(format!("the port {port:?}"))),
    }
    // the resolver is not asked about these
    match url.host() {
        Some(Host::Ipv4(address)) if is_public(address.into()) => Ok(()),
        Some(Host::Ipv6(address)) if is_public(address.into()) => Ok(()),
        Some(Host::Domain(name)) if is_public_name(name) => Ok(()),
        Some(host) => Err(refused(format!("the host {host} is not public"))),
        None => Err(refused("no host")),
    }
}

fn is_public_name(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let is_below = |suffix: &&str| name.strip_suffix(*suffix).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    name.contains('.') && !PRIVATE_NAMES.iter().any(is_below)
}

/// Where a redirect leads.
fn target(from: &Url, response: &Response) -> Result<Url> {
    let location = response.headers().get(LOCATION).and_then(|value| std::str::from_utf8(value.as_bytes()).ok());
    let location = location.ok_or_else(|| refused("a redirect to nowhere"))?;
    from.join(location).map_err(|_| refused("a redirect to no address"))
}

async fn read(url: Url, mut response: Response) -> Result<WebPage> {
    let text = |name| response.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok()).unwrap_or_default().to_owned();
    let content_type = text(CONTENT_TYPE);
    let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if !matches!(kind.as_str(), "text/html" | "application/xhtml+xml") {
        return Err(refused(format!("the content type {kind:?}")));
    }
    // we asked for none, and what unpacks has no bounds
    let encoding = text(CONTENT_ENCODING);
    if !matches!(encoding.to_ascii_lowercase().as_str(), "" | "identity") {
        return Err(refused(format!("the content encoding {encoding:?}")));
    }
    let mut body = vec![];
    while body.len() < MAX_BYTES
        && let Some(chunk) = response.chunk().await.map_err(|error| failure(&error))?
    {
        let room = MAX_BYTES - body.len();
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
    }
    Ok(WebPage { url, content_type, body })
}

/// What a status means that is neither a page nor a redirect.
fn answered(status: StatusCode, response: &Response) -> Error {
    let wait = || {
        let seconds = response.headers().get(RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
        Some(Duration::from_secs(seconds).min(LONGEST_WAIT))
    };
    let passes = matches!(status, StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS);
    match passes || status.is_server_error() {
        true => Error::Upstream { service: SERVICE, reason: format!("answered {status}"), retry_after: wait() },
        false => refused(format!("answered {status}")),
    }
}

/// An exchange that came to nothing: because we would not, or because it did not work.
fn failure(error: &reqwest::Error) -> Error {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    let mut words = vec![];
    while let Some(error) = cause {
        if let Some(NotPublic(host)) = error.downcast_ref() {
            return refused(format!("the name {host} leads to an address that is not public"));
        }
        words.push(error.to_string());
        cause = error.source();
    }
    later(words.join(": "))
}

fn refused(reason: impl Into<String>) -> Error {
    Error::refused(SERVICE, reason)
}

fn later(reason: String) -> Error {
    Error::Upstream { service: SERVICE, reason, retry_after: None }
}

type Addresses = Pin<Box<dyn Future<Output = std::io::Result<Vec<IpAddr>>> + Send>>;

/// Judges what a name leads to, and connects to exactly that.
#[derive(Clone)]
struct Names {
    look_up: Arc<dyn Fn(&str) -> Addresses + Send + Sync>,
    trusted: Vec<SocketAddr>,
}

#[derive(Debug, thiserror::Error)]
#[error("{0} is not public")]
struct NotPublic(String);

impl Names {
    /// The address to connect to. Port 0 means the one of the page's address.
    fn judged(&self, address: IpAddr) -> Option<SocketAddr> {
        let trusted = self.trusted.iter().find(|trusted| trusted.ip() == address).copied();
        trusted.or_else(|| is_public(address).then(|| SocketAddr::new(address, 0)))
    }
}

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        let names = self.clone();
        Box::pin(async move {
            let found = (names.look_up)(name.as_str()).await?;
            // one bad address among good ones is no accident
            let judged: Option<Vec<SocketAddr>> = found.into_iter().map(|address| names.judged(address)).collect();
            let judged = judged.ok_or_else(|| NotPublic(name.as_str().to_owned()))?;
            Ok(Box::new(judged.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests;
