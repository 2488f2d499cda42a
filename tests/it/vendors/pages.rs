//! Product pages: what is read from them, and where we do not go for anybody.

use crate::support::TestApp;
use crate::support::shop::{PRODUCT, Shop};
use shared::Error;
use shared::config::PageAccess;
use shared::money::Money;
use shared::vendors::preview::{self, Preview};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

/// An application for which `shop.example.com` is this shop, and other names are what they are said to be.
async fn app(shop: &Shop, others: &[(&str, &[IpAddr])]) -> TestApp {
    let mut access = PageAccess { trusted: vec![shop.address], ..PageAccess::default() };
    access.hosts.insert("shop.example.com".into(), vec![shop.address.ip()]);
    access.hosts.extend(others.iter().map(|(name, addresses)| ((*name).to_owned(), addresses.to_vec())));
    TestApp::builder().without_worker().config(move |config| config.pages = access).start().await
}

async fn look(test: &TestApp, url: &str) -> shared::Result<Preview> {
    preview::look(&test.app, &url.parse().unwrap()).await
}

#[track_caller]
fn is_kettle(found: shared::Result<Preview>, what: &str) {
    let found = found.unwrap_or_else(|error| panic!("{what}: {error}"));
    assert_eq!(found.title.as_deref(), Some("Electric kettle"), "{what}");
    assert_eq!(found.price.map(Money::decimal).as_deref(), Some("34.90"), "{what}");
    assert!(found.image_url.is_some_and(|url| url.ends_with("example.com/kettle.jpg")), "{what}");
}

#[track_caller]
fn is_refused(found: shared::Result<Preview>, what: &str) {
    assert!(matches!(found, Err(Error::Refused { service: "product page", .. })), "{what}: {found:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_product_is_read_and_the_shop_learns_who_asks_and_nothing_else() {
    let shop = Shop::start().await;
    let test = app(&shop, &[("www.example.com", &[shop.address.ip()])]).await;
    is_kettle(look(&test, "http://shop.example.com/kettle?colour=red#top").await, "plain");
    is_kettle(look(&test, "http://SHOP.example.com/kettle").await, "capitals");
    is_kettle(look(&test, "http://shop.example.com/xhtml").await, "xhtml");
    let (_, headers) = shop.requests().remove(0);
    assert_eq!(headers["user-agent"], format!("Buy4Me/{} (+{})", env!("CARGO_PKG_VERSION"), test.app.config.public_url));
    let mut names: Vec<&str> = headers.keys().map(|name| name.as_str()).collect();
    names.sort();
    assert_eq!(names, ["accept", "accept-encoding", "host", "user-agent"]);
    test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn redirects_are_followed_four_times_and_to_another_name_too() {
    let shop = Shop::start().await;
    let test = app(&shop, &[("www.example.com", &[shop.address.ip()])]).await;
    for status in [301, 302, 303, 307, 308] {
        is_kettle(look(&test, &format!("http://shop.example.com/moved/{status}//kettle")).await, "relative");
    }
    let moved = "http://shop.example.com/moved/302/http://www.example.com/kettle";
    let found = look(&test, moved).await;
    assert_eq!(found.as_ref().unwrap().image_url.as_deref(), Some("http://www.example.com/kettle.jpg"), "joined where it was found");
    is_kettle(found, "to another name");
    let before = shop.paths().len();
    is_refused(look(&test, "http://shop.example.com/loop").await, "a loop");
    assert_eq!(shop.paths().len() - before, 5);
    is_refused(look(&test, "http://shop.example.com/nowhere").await, "without a location");
    test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_sends_us_where_the_internet_does_not_reach() {
    let shop = Shop::start().await;
    // so that nothing but its network address is wrong
    let private = Shop::at_a_usual_port().await;
    let ip = |text: &str| text.parse::<IpAddr>().unwrap();
    let (good, bad) = (shop.address.ip(), private.address.ip());
    let names: &[(&str, &[IpAddr])] = &[
        ("private.example.com", &[bad]),
        ("mixed.example.com", &[good, bad]),
        ("mixed-again.example.com", &[bad, good]),
        ("metadata.example.com", &[ip("169.254.169.254")]),
        ("office.example.com", &[ip("10.1.2.3")]),
        ("home.example.com", &[ip("192.168.1.1")]),
        ("six.example.com", &[ip("::1")]),
        ("mapped.example.com", &[ip("::ffff:127.0.0.1")]),
        ("local.example.com", &[ip("fd00::1")]),
        ("translated.example.com", &[ip("64:ff9b::7f00:1")]),
        ("unspecified.example.com", &[ip("0.0.0.0")]),
        ("localhost", &[good]),
        ("shop.localhost", &[good]),
        ("metadata.google.internal", &[good]),
        ("shop.local", &[good]),
    ];
    let test = app(&shop, names).await;
    let SocketAddr::V4(at) = private.address else { panic!("loopback is IPv4") };
    let (number, port) = (u32::from(*at.ip()), at.port());
    let mut addresses: Vec<String> = [
        "file:///etc/passwd",
        "ftp://shop.example.com/kettle",
        "gopher://shop.example.com/kettle",
        "data:text/html,<title>x</title>",
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://017700000001/",
        "http://0177.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[fd00::1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://user:secret@shop.example.com/kettle",
        "http://user@shop.example.com/kettle",
        "http://shop.example.com:22/kettle",
        "http://shop.example.com:6379/kettle",
    ]
    .map(str::to_owned)
    .into();
    addresses.extend([at.ip().to_string(), number.to_string(), format!("{number:#x}"), format!("[::ffff:{}]", at.ip())].map(|host| {
        // the server is really there
        format!("http://{host}:{port}/kettle")
    }));
    addresses.extend(names.iter().map(|(name, _)| format!("http://{name}/kettle")));
    addresses.push(format!("http://private.example.com:{port}/kettle"));
    for address in &addresses {
        is_refused(look(&test, address).await, address);
    }
    assert_eq!((shop.paths(), private.paths()), (vec![], vec![]), "nobody was asked anything");
    // nor by way of a shop that is allowed
    for address in &addresses {
        let moved = format!("http://shop.example.com/moved/302/{address}");
        is_refused(look(&test, &moved).await, &moved);
    }
    assert_eq!((shop.paths().len(), private.paths()), (addresses.len(), vec![]));
    let direct = format!("http://{}/kettle", private.address);
    assert!(test.http.get(&direct).await.text == PRODUCT && private.paths().len() == 1, "it would have answered");
    test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_page_is_refused_and_what_may_pass_is_tried_again() {
    let shop = Shop::start().await;
    let test = app(&shop, &[]).await;
    for path in ["json", "untyped", "packed", "status/404", "status/410", "status/403", "status/401", "status/304", "nothing"] {
        is_refused(look(&test, &format!("http://shop.example.com/{path}")).await, path);
    }
    for path in ["status/500", "status/502", "status/503", "status/408"] {
        let found = look(&test, &format!("http://shop.example.com/{path}")).await;
        assert!(matches!(found, Err(Error::Upstream { service: "product page", retry_after: None, .. })), "{path}: {found:?}");
    }
    let Err(Error::Upstream { retry_after, .. }) = look(&test, "http://shop.example.com/busy").await else { panic!("429 passes") };
    assert_eq!(retry_after, Some(Duration::from_secs(120)));
    let unknown = look(&test, "http://no-such-shop.example.com/").await;
    assert!(matches!(unknown, Err(Error::Upstream { .. })), "{unknown:?}");
    test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_page_without_end_the_beginning_is_read() {
    let shop = Shop::start().await;
    let test = app(&shop, &[]).await;
    is_kettle(look(&test, "http://shop.example.com/endless").await, "endless");
    let page = test.app.pages.fetch(&"http://shop.example.com/endless".parse().unwrap()).await.unwrap();
    assert_eq!(page.body.len(), 1536 * 1024);
    test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_that_is_away_may_come_back() {
    let shop = Shop::start().await;
    let test = app(&shop, &[]).await;
    drop(shop);
    // the server may take a moment to let go of its socket; until then it answers
    let gone = || async { look(&test, "http://shop.example.com/kettle").await.err() };
    let error = crate::support::eventually("the shop is gone", Duration::from_secs(5), gone).await;
    assert!(matches!(error, Error::Upstream { service: "product page", .. }), "{error:?}");
    test.close().await;
}
