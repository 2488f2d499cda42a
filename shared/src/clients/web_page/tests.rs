//! What is judged before anything is sent, and that what was judged is what is connected to.

use super::*;
use std::collections::VecDeque;
use std::net::Ipv4Addr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// A server that gives each connection the same answer, and how many connections it has had.
struct Server {
    address: SocketAddr,
    visits: Arc<AtomicUsize>,
}

impl Server {
    /// On a loopback address of its own; `port` 0: any.
    async fn start(last: u8, port: u16, answer: &'static str) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::new(127, 84, 19, last), port)).await.expect("loopback has a free port");
        let (address, visits) = (listener.local_addr().expect("bound"), Arc::new(AtomicUsize::new(0)));
        let seen = visits.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                seen.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(async move {
                    // a GET fits into one packet
                    let _ = stream.read(&mut [0; 4096]).await;
                    let _ = stream.write_all(answer.as_bytes()).await;
                    if answer.is_empty() {
                        std::future::pending::<()>().await;
                    }
                });
            }
        });
        Self { address, visits }
    }

    fn visits(&self) -> usize {
        self.visits.load(Ordering::SeqCst)
    }
}

const PAGE: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello";
const MOVED: &str = "HTTP/1.1 302 Found\r\nLocation: http://shop.example.com/next\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

/// A fetcher whose look-ups are answered by these lists, one after the other, and how many there were.
fn fetcher(trusted: &[SocketAddr], answers: &[&[IpAddr]]) -> (WebPages, Arc<AtomicUsize>) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let answers: Mutex<VecDeque<Vec<IpAddr>>> = Mutex::new(answers.iter().map(|answer| answer.to_vec()).collect());
    let count = Arc::new(AtomicUsize::new(0));
    let asked = count.clone();
    let look_up = move |_: &str| -> Addresses {
        asked.fetch_add(1, Ordering::SeqCst);
        let next = answers.lock().unwrap().pop_front();
        Box::pin(async move { next.ok_or_else(|| std::io::Error::other("no such name")) })
    };
    let names = Names { look_up: Arc::new(look_up), trusted: trusted.to_vec() };
    (WebPages::resolving(&"https://api.example/".parse().unwrap(), names).unwrap(), count)
}

fn url(text: &str) -> Url {
    text.parse().unwrap()
}

#[tokio::test]
async fn the_address_that_was_judged_is_the_one_that_is_connected_to() {
    let shop = Server::start(1, 0, PAGE).await;
    let private = Server::start(2, shop.address.port(), PAGE).await;
    let (pages, look_ups) = fetcher(&[shop.address], &[&[shop.address.ip()], &[private.address.ip()]]);
    let page = pages.fetch(&url("http://shop.example.com/")).await.expect("the first answer was good");
    assert_eq!((page.body.as_slice(), look_ups.load(Ordering::SeqCst)), (b"hello".as_slice(), 1), "no second look-up can answer otherwise");
    assert!(matches!(pages.fetch(&url("http://shop.example.com/")).await, Err(Error::Refused { .. })), "and the next visit is judged anew");
    assert_eq!((shop.visits(), private.visits()), (1, 0));
}

#[tokio::test]
async fn a_name_that_leads_elsewhere_after_a_redirect_is_judged_again() {
    let shop = Server::start(3, 0, MOVED).await;
    let private = Server::start(4, shop.address.port(), PAGE).await;
    let (pages, look_ups) = fetcher(&[shop.address], &[&[shop.address.ip()], &[private.address.ip()]]);
    assert!(matches!(pages.fetch(&url("http://shop.example.com/")).await, Err(Error::Refused { .. })));
    assert_eq!((shop.visits(), private.visits(), look_ups.load(Ordering::SeqCst)), (1, 0, 2));
}

#[tokio::test]
async fn one_private_address_among_public_ones_is_enough() {
    let shop = Server::start(5, 0, PAGE).await;
    for others in ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1"] {
        let answer = [shop.address.ip(), others.parse().unwrap()];
        let (pages, _) = fetcher(&[shop.address], &[&answer]);
        let refused = pages.fetch(&url("http://shop.example.com/")).await;
        assert!(matches!(refused, Err(Error::Refused { .. })), "{others}: {refused:?}");
    }
    assert_eq!(shop.visits(), 0);
}

#[tokio::test]
async fn redirects_end_after_four_and_silence_ends_in_time() {
    let shop = Server::start(6, 0, MOVED).await;
    let always: &[IpAddr] = &[shop.address.ip()];
    let (pages, _) = fetcher(&[shop.address], &[always; 9]);
    assert!(matches!(pages.fetch(&url("http://shop.example.com/")).await, Err(Error::Refused { .. })));
    assert_eq!(shop.visits(), 1 + REDIRECTS);
    let silent = Server::start(7, 0, "").await;
    let (pages, _) = fetcher(&[silent.address], &[&[silent.address.ip()]]);
    let pages = WebPages { patience: Duration::from_millis(200), ..pages };
    assert!(matches!(pages.fetch(&url("http://shop.example.com/")).await, Err(Error::Upstream { .. })));
    assert_eq!(silent.visits(), 1);
}

#[tokio::test]
async fn a_body_that_drips_ends_in_time_and_an_unknown_name_may_be_known_later() {
    let dripping = Server::start(8, 0, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 500\r\n\r\n<title>").await;
    let (pages, _) = fetcher(&[dripping.address], &[&[dripping.address.ip()]]);
    let pages = WebPages { patience: Duration::from_millis(200), ..pages };
    assert!(matches!(pages.fetch(&url("http://shop.example.com/")).await, Err(Error::Upstream { .. })));
    let (pages, look_ups) = fetcher(&[], &[]);
    assert!(matches!(pages.fetch(&url("http://nowhere.example.com/")).await, Err(Error::Upstream { .. })));
    assert_eq!(look_ups.load(Ordering::SeqCst), 1);
}

#[test]
fn addresses_are_judged_as_the_parser_understands_them() {
    let bad = [
        "file:///etc/passwd",
        "ftp://shop.example.com/",
        "gopher://shop.example.com:80/",
        "data:text/html,hello",
        "javascript:alert(1)",
        "http://127.0.0.1/",
        "http://127.1/",
        "http://127.0.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.1/",
        "http://0177.0.0.1/",
        "http://017700000001/",
        "http://0/",
        "http://0.0.0.0/",
        "http://%31%32%37.0.0.1/",
        "http://①②⑦.0.0.1/",
        "http://127。0。0。1/",
        "http://127.0.0.1./",
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://2852039166/latest/meta-data/",
        "http://[::1]/",
        "http://[::]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[0:0:0:0:0:ffff:169.254.169.254]/",
        "http://[fd00::1]/",
        "http://[fe80::1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://localhost/",
        "http://LOCALHOST./",
        "http://shop.localhost/",
        "http://metadata.google.internal/",
        "http://metadata.google.internal./",
        "http://printer.local/",
        "http://router.lan/",
        "http://intranet/",
        "http://user@shop.example.com/",
        "http://:secret@shop.example.com/",
        "http://shop.example.com:22/",
        "http://shop.example.com:6379/",
        "https://shop.example.com:25/",
        "http://shop.example.com:0/",
    ];
    for text in bad {
        let refused = check(&url(text));
        assert!(matches!(refused, Err(Error::Refused { service: "product page", .. })), "{text}: {refused:?}");
    }
    let good = [
        "http://shop.example.com/",
        "https://shop.example.com/a?b#c",
        "http://shop.example.com:443/",
        "https://shop.example.com:8443/",
        "http://shop.example.com:8080/",
        "http://1.1.1.1/",
        "https://[2606:4700::1111]/",
        "http://localhost.example.com/",
    ];
    for text in good {
        assert!(check(&url(text)).is_ok(), "{text}");
    }
}
