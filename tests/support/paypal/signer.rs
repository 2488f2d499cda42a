//! Deliveries as PayPal signs them.

use super::FakePaypal;
use data_encoding::BASE64;
use ring::{rand, signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use std::path::PathBuf;

/// A body with its headers.
#[derive(Clone, Debug)]
pub struct Signed {
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

impl Signed {
    /// The same with another value of one header.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        let header = self.headers.iter_mut().find(|(known, _)| *known == name).expect("a header of a delivery");
        header.1 = value.to_owned();
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self
    }

    pub fn header(&self, name: &str) -> &str {
        &self.headers.iter().find(|(known, _)| *known == name).expect("a header of a delivery").1
    }
}

/// Signed now, with one of the keys beside this file, for a webhook.
pub fn sign(paypal: &FakePaypal, key: &str, webhook_id: &str, body: &str) -> Signed {
    sign_as(paypal, key, webhook_id, &uuid::Uuid::new_v4().to_string(), body)
}

/// The same, under this transmission id.
pub fn sign_as(paypal: &FakePaypal, key: &str, webhook_id: &str, id: &str, body: &str) -> Signed {
    #[allow(clippy::disallowed_methods)] // PayPal has a clock of its own
    let time = chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    let message = format!("{id}|{time}|{webhook_id}|{}", crc32fast::hash(body.as_bytes()));
    let url = format!("{}/v1/notifications/certs/{key}", paypal.base_url());
    Signed { headers: headers(id, &time, &rsa(key, message.as_bytes()), &url), body: body.to_owned() }
}

pub fn headers(id: &str, time: &str, signature: &str, url: &str) -> Vec<(&'static str, String)> {
    vec![
        ("PAYPAL-TRANSMISSION-ID", id.to_owned()),
        ("PAYPAL-TRANSMISSION-TIME", time.to_owned()),
        ("PAYPAL-TRANSMISSION-SIG", signature.to_owned()),
        ("PAYPAL-CERT-URL", url.to_owned()),
        ("PAYPAL-AUTH-ALGO", "SHA256withRSA".to_owned()),
        ("Content-Type", "application/json".to_owned()),
    ]
}

/// Base64 of an RSA signature: PKCS #1 v1.5, SHA-256.
pub fn rsa(key: &str, message: &[u8]) -> String {
    let pem = file(&format!("{key}.key.pem"));
    let der = PrivatePkcs8KeyDer::from_pem_slice(pem.as_bytes()).expect("a key");
    let pair = signature::RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()).expect("an RSA key");
    let mut signed = vec![0; pair.public().modulus_len()];
    pair.sign(&signature::RSA_PKCS1_SHA256, &rand::SystemRandom::new(), message, &mut signed).expect("signs");
    BASE64.encode(&signed)
}

pub fn certificate(name: &str) -> CertificateDer<'static> {
    CertificateDer::from_pem_slice(file(&format!("{name}.pem")).as_bytes()).expect("a certificate")
}

/// A file of this folder.
pub fn file(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/support/paypal").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
