//! Files: what comes in, and how it goes out.

use super::{AMINA, ask, bodies, id, messages, path, write};
use crate::support::TestApp;
use crate::support::client::{Answer, Client};
use image::{DynamicImage, ImageFormat};
use serde_json::{Value, json};
use std::io::Cursor;
use uuid::Uuid;

fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(vec![]);
    DynamicImage::new_rgb8(width, height).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// Only the head of a PNG that says it has this size.
fn head(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = picture(1, 1, ImageFormat::Png);
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let mut crc = u32::MAX;
    for byte in &bytes[12..29] {
        crc = (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 });
    }
    bytes[29..33].copy_from_slice(&(!crc).to_be_bytes());
    bytes
}

async fn upload(client: &Client, ticket: &Value, name: &str, kind: &str, bytes: impl Into<reqwest::Body>) -> Answer {
    let query: String = url::form_urlencoded::Serializer::new(String::new()).append_pair("filename", name).finish();
    client.post_raw(&format!("{}attachments/?{query}", path(ticket)), bytes, &[("Content-Type", kind)]).await
}

fn at(ticket: &Value, file: &Value) -> String {
    format!("{}attachments/{}/", path(ticket), id(file))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_goes_out_as_it_came_to_be_saved_and_not_to_be_run() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer(AMINA).await;
    let admin = test.admin().await;
    let ticket = ask(&customer).await;
    let gif = b"GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0!\xf9\x04\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;".to_vec();
    let html = b"<html><script>alert(1)</script></html>".to_vec();
    let cases = [
        ("photo.png", "image/png", picture(3, 2, ImageFormat::Png), "photo.png", "photo.png"),
        ("photo.jpg", "Image/JPEG", picture(3, 2, ImageFormat::Jpeg), "photo.jpg", "photo.jpg"),
        ("x.webp", "image/webp", picture(3, 2, ImageFormat::WebP), "x.webp", "x.webp"),
        ("x.gif", "image/gif", gif, "x.gif", "x.gif"),
        ("Rechnung Müller.pdf", "application/pdf", b"%PDF-1.7\n".to_vec(), "Rechnung Müller.pdf", "Rechnung%20M%C3%BCller.pdf"),
        ("page.html", "text/plain; charset=utf-8", html, "page.html.txt", "page.html.txt"),
        ("../../etc/pass\"wd", "text/plain", b"x".to_vec(), "pass_wd.txt", "pass_wd.txt"),
        ("\u{202e}gpj.exe", "image/png", picture(1, 1, ImageFormat::Png), "gpj.exe.png", "gpj.exe.png"),
        ("a.png.html", "image/png", picture(1, 1, ImageFormat::Png), "a.png.html.png", "a.png.html.png"),
        ("a\r\nSet-Cookie: x=y; .txt", "text/plain", b"x".to_vec(), "aSet-Cookie_ x=y; .txt", "aSet-Cookie_%20x%3Dy%3B%20.txt"),
    ];
    for (name, kind, bytes, clean, coded) in cases {
        let answer = upload(&customer, &ticket, name, kind, bytes.clone()).await;
        let file = answer.expect(201);
        assert_eq!((&file["name"], file["size"].as_u64()), (&json!(clean), Some(bytes.len() as u64)));
        let media = kind.to_lowercase().replace("; charset=utf-8", "");
        assert_eq!((&file["content_type"], answer.header("location")), (&json!(media), at(&ticket, &file).as_str()));
        customer
            .post(
                &messages(&ticket),
                &json!({ "body": name.trim_start_matches('\u{202e}').replace(['\r'], ""), "attachments": [file["id"]] }),
            )
            .await
            .expect(201);
        for client in [&customer, &admin] {
            let shown = client.get(&at(&ticket, &file)).await;
            let disposition = shown.header("content-disposition");
            assert!(
                disposition.starts_with("attachment; filename=\"") && disposition.ends_with(&format!("filename*=UTF-8''{coded}")),
                "{disposition}"
            );
            let text = if media == "text/plain" { "text/plain; charset=utf-8" } else { media.as_str() };
            assert_eq!((shown.header("content-type"), shown.header("x-content-type-options")), (text, "nosniff"));
            assert_eq!(shown.header("content-security-policy"), "default-src 'none'; frame-ancestors 'none'; sandbox");
            assert!(shown.headers.get("set-cookie").is_none());
            assert_eq!(client.bytes(&at(&ticket, &file)).await, bytes, "{name}");
        }
    }
    let unnamed = customer.post_raw(&format!("{}attachments/", path(&ticket)), "x", &[("Content-Type", "text/plain")]).await.expect(201);
    assert_eq!(unnamed["name"], "file.txt");
    let stored = std::fs::read_dir(test.app.config.data_dir.join("tickets"))
        .unwrap()
        .flat_map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap());
    let names: Vec<String> = stored.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    assert!(names.len() == 11 && names.iter().all(|name| name.parse::<Uuid>().is_ok()), "no name of a user is one of ours: {names:?}");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_what_it_says_or_nothing_that_we_take_is_refused() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer(AMINA).await;
    let ticket = ask(&customer).await;
    let png = picture(2, 2, ImageFormat::Png);
    for (kind, bytes, field) in [
        ("image/jpeg", png.clone(), "Content-Type"),
        ("text/plain", png.clone(), "Content-Type"),
        ("image/png", b"just words".to_vec(), "Content-Type"),
        ("application/pdf", b"<html>".to_vec(), "Content-Type"),
        ("image/gif", b"%PDF-1.7".to_vec(), "Content-Type"),
        ("text/plain", vec![], "file"),
        ("image/png", png[..20].to_vec(), "file"),
        ("image/png", head(16_385, 1), "file"),
        ("image/png", head(16_000, 16_000), "file"),
        ("image/png", head(0, 1), "file"),
        ("image/gif", b"GIF89a".to_vec(), "file"),
    ] {
        let problem = upload(&customer, &ticket, "x", kind, bytes).await.problem(400, "invalid");
        assert!(problem["errors"][field].is_array(), "{kind}: {problem}");
    }
    let zip = b"PK\x03\x04\x14\0".to_vec();
    for (kind, bytes) in [
        ("application/zip", zip.clone()),
        ("image/svg+xml", b"<svg onload='alert(1)'/>".to_vec()),
        ("text/html", b"<html>".to_vec()),
        ("application/octet-stream", png.clone()),
        ("multipart/form-data; boundary=x", png.clone()),
        ("image/*", png.clone()),
        ("", png.clone()),
        ("text/plain", zip.clone()),
        ("image/png", b"MZ\x90\0".to_vec()),
        ("text/plain", b"bell \x07".to_vec()),
        ("text/plain", b"latin \xe9".to_vec()),
    ] {
        let problem = upload(&customer, &ticket, "x", kind, bytes).await.problem(415, "attachment-type");
        assert!(problem["detail"].as_str().unwrap().contains("image/webp, image/gif, application/pdf"), "{kind}: {problem}");
    }
    let mut large = png;
    large.resize(10 * 1024 * 1024 + 1, 0);
    upload(&customer, &ticket, "x", "image/png", large.clone()).await.problem(413, "payload-too-large");
    let problem = upload(&customer, &ticket, &"x".repeat(201), "text/plain", "x").await.problem(400, "invalid");
    assert!(problem["errors"]["filename"].is_array());
    let query = format!("{}attachments/?name=x", path(&ticket));
    assert!(customer.post_raw(&query, "x", &[("Content-Type", "text/plain")]).await.problem(400, "invalid")["errors"]["name"].is_array());
    assert_eq!(test.count("ticket_attachments", "1 = 1").await, 0);
    // the largest that fits, whatever follows the picture
    large.pop();
    upload(&customer, &ticket, "x", "image/png", large).await.expect(201);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_belongs_to_who_uploaded_it_until_it_is_sent_and_then_to_its_message() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer(AMINA).await;
    let (stranger, _) = test.customer("b@example.com").await;
    let admin = test.admin().await;
    let (ticket, other) = (ask(&customer).await, ask(&customer).await);
    let words = async |client: &Client, ticket: &Value| upload(client, ticket, "x.txt", "text/plain", "words").await.expect(201);
    let (mine, theirs, elsewhere) = (words(&customer, &ticket).await, words(&admin, &ticket).await, words(&customer, &other).await);
    customer.get(&at(&ticket, &mine)).await.expect_text("words");
    admin.get(&at(&ticket, &mine)).await.problem(404, "not-found");
    customer.get(&at(&ticket, &theirs)).await.problem(404, "not-found");
    customer.get(&at(&other, &mine)).await.problem(404, "not-found");
    let foreign = words(&stranger, &ask(&stranger).await).await;
    for wrong in [&theirs, &elsewhere, &foreign, &json!({ "id": Uuid::now_v7() })] {
        let body = json!({ "body": "x", "attachments": [mine["id"], wrong["id"]] });
        let problem = customer.post(&messages(&ticket), &body).await.problem(400, "invalid");
        assert_eq!(problem["errors"].as_object().unwrap().keys().collect::<Vec<_>>(), ["attachments[1]"], "{problem}");
    }
    let twice = json!({ "body": "x", "attachments": [mine["id"], mine["id"]] });
    assert!(customer.post(&messages(&ticket), &twice).await.problem(400, "invalid")["errors"]["attachments[1]"].is_array());
    assert_eq!(bodies(&customer, &ticket).await, [""; 0]);
    let sent = customer.post(&messages(&ticket), &json!({ "body": "Look", "attachments": [mine["id"]] })).await.expect(201);
    assert_eq!(sent["attachments"], json!([mine]));
    let read = admin.get(&messages(&ticket)).await.expect(200)["results"][0].clone();
    assert_eq!(read["attachments"], json!([mine]));
    admin.get(&at(&ticket, &mine)).await.expect_text("words");
    stranger.get(&at(&ticket, &mine)).await.problem(404, "not-found");
    test.http.get(&at(&ticket, &mine)).await.problem(401, "unauthenticated");
    let again = customer.post(&messages(&ticket), &json!({ "body": "Look", "attachments": [mine["id"]] })).await;
    assert!(again.problem(400, "invalid")["errors"]["attachments[0]"].is_array(), "a file is in one message");
    write(&customer, &ticket, "Without").await.expect(201);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_files_fit_into_a_message_and_fifty_into_a_ticket() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer(AMINA).await;
    let ticket = ask(&customer).await;
    let mut ids = vec![];
    for _ in 0..50 {
        ids.push(upload(&customer, &ticket, "x.txt", "text/plain", "x").await.expect(201)["id"].clone());
    }
    upload(&customer, &ticket, "x.txt", "text/plain", "x").await.problem(409, "ticket-attachments-full");
    upload(&test.admin().await, &ticket, "x.txt", "text/plain", "x").await.problem(409, "ticket-attachments-full");
    let problem = customer.post(&messages(&ticket), &json!({ "body": "x", "attachments": ids[..11] })).await.problem(400, "invalid");
    assert!(problem["errors"]["attachments"].is_array(), "{problem}");
    let sent = customer.post(&messages(&ticket), &json!({ "body": "x", "attachments": ids[..10] })).await.expect(201);
    assert_eq!(sent["attachments"].as_array().unwrap().len(), 10);
    let next = ask(&customer).await;
    for _ in 0..49 {
        upload(&customer, &next, "x.txt", "text/plain", "x").await.expect(201);
    }
    let last = ask(&customer).await;
    upload(&customer, &last, "x.txt", "text/plain", "x").await.problem(429, "too-many-uploads");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn internal_files_take_no_place_from_a_customer_who_would_notice() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer(AMINA).await;
    let admin = test.admin().await;
    let ticket = ask(&customer).await;
    for internal in [true, false] {
        let file = upload(&admin, &ticket, "x.txt", "text/plain", "x").await.expect(201);
        let body = json!({ "body": "x", "internal": internal, "attachments": [file["id"]] });
        admin.post(&messages(&ticket), &body).await.expect(201);
    }
    upload(&admin, &ticket, "x.txt", "text/plain", "x").await.expect(201);
    for _ in 0..49 {
        upload(&customer, &ticket, "x.txt", "text/plain", "x").await.expect(201);
    }
    upload(&customer, &ticket, "x.txt", "text/plain", "x").await.problem(409, "ticket-attachments-full");
    test.done().await;
}

trait ExpectText {
    fn expect_text(&self, text: &str);
}

impl ExpectText for Answer {
    #[track_caller]
    fn expect_text(&self, text: &str) {
        assert_eq!((self.status, self.text.as_str()), (200, text));
    }
}
