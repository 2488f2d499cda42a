//! The company's logo, and the papers that have it.

use super::{of_invoice, paper, pictures};
use crate::support::TestApp;
use crate::support::client::{Answer, Client};
use reqwest::Method;

const LOGO: &str = "/api/superadmin/company/logo/";
const SETTINGS: &str = "/api/superadmin/settings/";

fn png(side: u32) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(vec![]);
    let picture = image::RgbaImage::from_fn(side, side, |x, y| image::Rgba([(x * 3) as u8, (y * 3) as u8, 90, (x + y) as u8]));
    image::DynamicImage::from(picture).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

async fn put(client: &Client, bytes: Vec<u8>) -> Answer {
    client.send(Method::PUT, LOGO, |request| request.header("Content-Type", "image/png").body(bytes)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn papers_have_the_logo_of_their_time() {
    let test = TestApp::new().await;
    let admin = test.admin().await;
    let (customer, user) = test.customer("amina@example.com").await;
    let plain = test.invoice(&user, "1.00").await;
    admin.get(LOGO).await.problem(404, "not-found");
    put(&admin, png(60)).await.expect(204);
    let with = test.invoice(&user, "2.00").await;
    let shown = admin.get(LOGO).await;
    assert_eq!((shown.status, shown.header("content-type")), (200, "image/png"));
    let hash = admin.get(SETTINGS).await.expect(200)["company"]["value"]["logo"].clone();
    assert!(hash.as_str().unwrap().len() == 64, "{hash}");
    let known = admin.send(Method::GET, LOGO, |request| request.header("If-None-Match", shown.header("etag"))).await;
    assert_eq!(known.status, 304);
    let put_on = |tag: String| {
        let admin = &admin;
        async move {
            let head = |request: reqwest::RequestBuilder| request.header("Content-Type", "image/png").header("If-Match", tag).body(png(60));
            admin.send(Method::PUT, LOGO, head).await
        }
    };
    let kept = put_on(shown.header("etag").to_owned()).await;
    kept.expect(204);
    put_on(kept.header("etag").to_owned()).await.expect(204);
    let mut company = admin.get(SETTINGS).await.expect(200)["company"]["value"].clone();
    company["logo"] = "0".repeat(64).into();
    let problem = admin.put(SETTINGS, &serde_json::json!({ "company": company })).await.problem(400, "invalid");
    assert!(problem["errors"]["company.logo"].is_array(), "a picture that was never uploaded: {problem}");
    assert_eq!(admin.get(SETTINGS).await.expect(200)["company"]["version"], 1, "the same again is no change");
    admin.delete(LOGO).await.expect(204);
    let without = test.invoice(&user, "3.00").await;
    for (invoice, expected) in [(&plain, 0), (&with, 1), (&without, 0)] {
        assert_eq!(pictures(&paper(&customer, &of_invoice(invoice)).await.1), expected);
    }
    assert_eq!(test.count("company_logos", "1 = 1").await, 1, "old papers keep theirs");
    assert_eq!(test.count("audit_entries", "action = 'setting.changed'").await, 2);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_picture_is_refused_and_an_edit_from_an_old_version_too() {
    let test = TestApp::new().await;
    let admin = test.admin().await;
    let problem = put(&admin, b"GIF89a".to_vec()).await.problem(400, "invalid");
    assert!(problem["errors"]["logo"].is_array(), "{problem}");
    put(&admin, png(60)).await.expect(204);
    let stale = admin.send(Method::DELETE, LOGO, |request| request.header("If-Match", "\"1\"")).await;
    stale.problem(409, "version-conflict");
    let (customer, _) = test.customer("amina@example.com").await;
    put(&customer, png(60)).await.problem(403, "permission-missing");
    test.done().await;
}
