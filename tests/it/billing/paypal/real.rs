//! Deliveries that PayPal really made, checked by hand:
//! `PAYPAL_DELIVERIES=<folder> cargo test --test it -- --ignored real_deliveries`.
//!
//! The folder holds, for each delivery, `<name>.body.json` with the raw bytes and `<name>.headers.json` with `webhook_id` and `headers`, and
//! `<id>.pem` for each certificate and each that is above one: `CERT-….pem`, `ca.pem` (a root), `issuer.pem`.

use crate::support::TestApp;
use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::get;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde_json::Value;
use shared::billing::paypal::delivery::Delivery;
use shared::clients::paypal::certificates::Verdict;
use shared::config::{PaypalConfig, Verify};
use std::path::PathBuf;
use tokio::net::TcpListener;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs deliveries from a real account"]
async fn real_deliveries_are_believed_and_no_byte_of_them_can_change() {
    let folder = PathBuf::from(std::env::var_os("PAYPAL_DELIVERIES").expect("PAYPAL_DELIVERIES names a folder"));
    let serve = folder.clone();
    let file = |Path(name): Path<String>| async move {
        let is_issuer = name.ends_with(".crt");
        let name = if is_issuer { "issuer".to_owned() } else { name };
        std::fs::read(serve.join(format!("{name}.pem"))).map_err(|_| StatusCode::NOT_FOUND)
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/", listener.local_addr().unwrap());
    let router = Router::new().route("/v1/notifications/certs/{name}", get(file.clone())).route("/{name}", get(file));
    let server = tokio::spawn(async move { axum::serve(listener, router).await });
    let account = PaypalConfig {
        client_id: "none".into(),
        client_secret: "none".into(),
        webhook_id: None,
        api_base: base.parse().unwrap(),
        verify: Verify::Offline,
        cert_ca: CertificateDer::pem_file_iter(folder.join("ca.pem")).unwrap().map(Result::unwrap).collect(),
        issuers_at: Some(base.parse().unwrap()),
    };
    let test = TestApp::builder().config(|config| config.paypal = Some(account)).without_worker().start().await;
    let client = test.app.paypal.clone().unwrap();
    let mut checked = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let Some(name) = path.to_str().unwrap().strip_suffix(".headers.json") else { continue };
        let told: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let body = std::fs::read(format!("{name}.body.json")).unwrap();
        let mut delivery = Delivery::read(|header| told["headers"][header].as_str()).expect("all headers");
        let at = chrono::DateTime::parse_from_rfc3339(&delivery.transmission_time).unwrap();
        test.app.clock.advance(at.to_utc() - test.app.clock.now());
        // the certificate is here instead of where it was
        let (_, certificate) = delivery.cert_url.rsplit_once('/').unwrap();
        delivery.cert_url = format!("{base}v1/notifications/certs/{certificate}");
        let webhook = told["webhook_id"].as_str().unwrap();
        assert_eq!(delivery.judge(&client, webhook, &body).await.expect("a certificate"), Verdict::Genuine, "{name}");
        for place in [0, 1, body.len() / 3, body.len() / 2, body.len() - 1] {
            let mut other = body.clone();
            other[place] ^= 1;
            assert_eq!(delivery.judge(&client, webhook, &other).await.expect("a certificate"), Verdict::Forged, "{name}: byte {place}");
        }
        let elsewhere = delivery.judge(&client, "1AB234567C890123D", &body).await.expect("a certificate");
        assert_eq!(elsewhere, Verdict::Forged, "{name}: another webhook");
        checked += 1;
    }
    assert!(checked > 0, "no delivery in {}", folder.display());
    test.close().await;
    server.abort();
}
