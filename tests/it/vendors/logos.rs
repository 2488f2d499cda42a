//! Logos: whatever comes in, only a small PNG of our own goes out.

use super::{OFFER, add, buy_at, path};
use crate::support::TestApp;
use crate::support::client::{Answer, Client};
use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};
use reqwest::Method;
use serde_json::Value;
use std::io::Cursor;

/// A picture of this size, its left half red.
fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let pixel = |x, _| if x < width / 2 { Rgba([255, 0, 0, 255]) } else { Rgba([0, 0, 255, 255]) };
    let picture = DynamicImage::from(RgbaImage::from_fn(width, height, pixel));
    let picture = if format == ImageFormat::Jpeg { DynamicImage::from(picture.into_rgb8()) } else { picture };
    let mut bytes = Cursor::new(vec![]);
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

async fn put(client: &Client, shop: &Value, kind: &str, bytes: Vec<u8>) -> Answer {
    client.send(Method::PUT, &format!("{}logo/", path(shop)), |request| request.header("Content-Type", kind).body(bytes)).await
}

fn public(shop: &Value) -> String {
    format!("/api/vendors/{}/logo/", shop["id"].as_str().unwrap())
}

/// The picture that everybody is shown.
async fn shown(test: &TestApp, shop: &Value) -> DynamicImage {
    let public = public(shop);
    let answer = test.http.get(&public).await;
    assert_eq!((answer.status, answer.header("content-type"), answer.header("x-content-type-options")), (200, "image/png", "nosniff"));
    image::load_from_memory_with_format(&test.http.bytes(&public).await, ImageFormat::Png).expect("a PNG")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_png_a_jpeg_and_a_webp_become_a_small_png() {
    let test = TestApp::new().await;
    let admin = test.admin().await;
    let shop = add(&admin, "Shop", "https://shop.example/").await;
    let cases = [
        ("image/png", picture(40, 20, ImageFormat::Png), (40, 20)),
        ("image/jpeg", picture(1024, 256, ImageFormat::Jpeg), (512, 128)),
        ("IMAGE/WEBP; q=1", picture(100, 600, ImageFormat::WebP), (85, 512)),
        ("image/png", DynamicImage::new_luma16(3, 3).into_bytes_as(ImageFormat::Png), (3, 3)),
    ];
    for (i, (kind, bytes, size)) in cases.into_iter().enumerate() {
        let answer = put(&admin, &shop, kind, bytes).await;
        let body = answer.expect(200);
        let address = test.app.config.public_url.join(&public(&shop)).unwrap().to_string();
        assert_eq!((body["logo"].as_str(), answer.header("etag")), (Some(address.as_str()), format!("\"{}\"", i + 2).as_str()));
        let shown = shown(&test, &shop).await;
        assert_eq!((shown.width(), shown.height()), size, "{kind}");
        assert_eq!(test.http.get(OFFER).await.expect(200)["results"][0]["logo"], address);
    }
    assert_eq!(test.count("vendor_logos", "1 = 1").await, 1);
    assert_eq!(test.count("audit_entries", "action = 'vendor.logo_changed'").await, 4);
    test.done().await;
}

trait AsFile {
    fn into_bytes_as(self, format: ImageFormat) -> Vec<u8>;
}

impl AsFile for DynamicImage {
    fn into_bytes_as(self, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(vec![]);
        self.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }
}

/// A PNG chunk with its checksum.
fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let crc = |bytes: &[u8]| {
        !bytes.iter().fold(u32::MAX, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 })
        })
    };
    let mut bytes = (data.len() as u32).to_be_bytes().to_vec();
    let body = [kind.as_slice(), data].concat();
    bytes.extend(&body);
    bytes.extend(crc(&body).to_be_bytes());
    bytes
}

/// A PNG that says it has this size, with these compressed pixels.
fn png(width: u32, height: u32, pixels: &[u8]) -> Vec<u8> {
    let head = [width.to_be_bytes().as_slice(), &height.to_be_bytes(), &[8, 6, 0, 0, 0]].concat();
    [b"\x89PNG\r\n\x1a\n".as_slice(), &chunk(b"IHDR", &head), &chunk(b"IDAT", pixels), &chunk(b"IEND", &[])].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_whole_picture_of_bearable_size_is_refused() {
    let test = TestApp::new().await;
    let admin = test.admin().await;
    let shop = add(&admin, "Shop", "https://shop.example/").await;
    let (good, jpeg, webp) = (picture(40, 20, ImageFormat::Png), picture(40, 20, ImageFormat::Jpeg), picture(40, 20, ImageFormat::WebP));
    let cut = |bytes: &[u8], by: usize| bytes[..bytes.len() - by].to_vec();
    let grown = |bytes: &[u8], tail: &[u8]| [bytes, tail].concat();
    let html = b"<html><script>alert(1)</script></html>";
    let mut broken = good.clone();
    let middle = broken.len() / 2;
    broken[middle] ^= 0xff;
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("nothing", vec![]),
        ("one byte", vec![0x89]),
        ("text", b"a logo".to_vec()),
        ("SVG", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".to_vec()),
        ("SVG with its declaration", b"<?xml version='1.0'?><!DOCTYPE svg><svg/>".to_vec()),
        ("GIF", b"GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0!\xf9\x04\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;".to_vec()),
        ("BMP", [b"BM".as_slice(), &[0; 60]].concat()),
        ("HTML", html.to_vec()),
        ("PDF", b"%PDF-1.7".to_vec()),
        ("ZIP", b"PK\x03\x04".to_vec()),
        ("only the head of a PNG", good[..33].to_vec()),
        ("a PNG without its end", cut(&good, 12)),
        ("a PNG cut in the middle", good[..middle].to_vec()),
        ("a PNG with a flipped byte", broken),
        ("a PNG and HTML", grown(&good, html)),
        ("a PNG and a ZIP", grown(&good, b"PK\x05\x06")),
        ("a JPEG cut", cut(&jpeg, 30)),
        ("a JPEG and HTML", grown(&jpeg, html)),
        ("a WebP cut", cut(&webp, 8)),
        ("a WebP and HTML", grown(&webp, html)),
        ("HTML before a PNG", [html.as_slice(), &good].concat()),
        ("a PNG without pixels", png(4, 4, &[])),
        ("a PNG without size", png(0, 4, &[])),
        ("a PNG wider than allowed", png(4097, 1, &[])),
        ("a PNG of too many pixels", png(4096, 4096, &[])),
        ("a PNG of four milliards of pixels", png(65_535, 65_535, &[])),
        ("a PNG as large as can be said", png(0x7fff_ffff, 0x7fff_ffff, &[])),
        ("a wide picture", picture(5000, 2, ImageFormat::Png)),
        ("a picture of many pixels", picture(3000, 3000, ImageFormat::Png)),
    ];
    for (what, bytes) in cases {
        let problem = put(&admin, &shop, "image/png", bytes).await.problem(400, "invalid");
        assert!(problem["errors"]["logo"].is_array(), "{what}: {problem}");
    }
    let mut large = good.clone();
    large.resize(1024 * 1024 + 1, 0);
    put(&admin, &shop, "image/png", large).await.problem(413, "payload-too-large");
    for kind in
        ["image/svg+xml", "image/gif", "text/html", "application/json", "application/octet-stream", "multipart/form-data", "image/*"]
    {
        put(&admin, &shop, kind, good.clone()).await.problem(415, "picture-type");
    }
    admin.send(Method::PUT, &format!("{}logo/", path(&shop)), |r| r.body(good.clone())).await.problem(415, "picture-type");
    assert_eq!(test.count("vendor_logos", "1 = 1").await, 0);
    assert_eq!(admin.get(&path(&shop)).await.header("etag"), "\"1\"");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_but_pixels_survives() {
    let test = TestApp::new().await;
    let admin = test.admin().await;
    let shop = add(&admin, "Shop", "https://shop.example/").await;
    let good = picture(40, 20, ImageFormat::Png);
    let note = chunk(b"tEXt", b"Comment\0<script>alert(1)</script>");
    let carrier = [&good[..33], &note, &good[33..]].concat();
    put(&admin, &shop, "image/png", carrier).await.expect(200);
    let bytes = test.http.bytes(&public(&shop)).await;
    assert!(!bytes.windows(6).any(|part| part == b"script"));
    let shown = image::load_from_memory(&bytes).unwrap().into_rgba8();
    assert_eq!((shown.get_pixel(0, 0), shown.get_pixel(39, 19)), (&Rgba([255, 0, 0, 255]), &Rgba([0, 0, 255, 255])));
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_logo_is_cached_by_its_mark_and_stays_for_a_shop_that_is_no_longer_offered() {
    let test = TestApp::new().await;
    let admin = test.admin().await;
    let shop = add(&admin, "Shop", "https://shop.example/").await;
    let public = public(&shop);
    test.http.get(&public).await.problem(404, "not-found");
    put(&admin, &shop, "image/png", picture(4, 4, ImageFormat::Png)).await.expect(200);
    let head = test.http.send(Method::HEAD, &public, |r| r).await;
    let tag = head.header("etag").to_owned();
    assert_eq!((tag.len(), head.header("cache-control")), (66, "public, max-age=300"));
    let ask = async |known: &str| test.http.send(Method::GET, &public, |r| r.header("If-None-Match", known)).await;
    for known in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".to_owned()] {
        let answer = ask(&known).await;
        assert_eq!((answer.status, answer.text.as_str(), answer.header("etag")), (304, "", tag.as_str()), "{known}");
    }
    let stale = test.http.send(Method::HEAD, &public, |r| r.header("If-None-Match", "\"x\"")).await;
    assert_eq!(stale.status, 200);
    buy_at(&test, &shop).await;
    assert_eq!(admin.delete(&path(&shop)).await.status, 204);
    assert_eq!(shown(&test, &shop).await.width(), 4);
    test.http.get(&format!("/api/vendors/{}/logo/", uuid::Uuid::now_v7())).await.problem(404, "not-found");
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_logo_is_a_part_of_the_version_and_goes_with_its_shop() {
    let test = TestApp::new().await;
    let admin = test.admin().await;
    let shop = add(&admin, "Shop", "https://shop.example/").await;
    let logo = format!("{}logo/", path(&shop));
    let (one, two) = (picture(4, 4, ImageFormat::Png), picture(8, 8, ImageFormat::Png));
    let matched = async |method: Method, tag: &str, bytes: &[u8]| {
        let fill = |r: reqwest::RequestBuilder| r.header("Content-Type", "image/png").header("If-Match", tag).body(bytes.to_vec());
        admin.send(method, &logo, fill).await
    };
    assert_eq!(matched(Method::PUT, "\"1\"", &one).await.header("etag"), "\"2\"");
    matched(Method::PUT, "\"1\"", &two).await.problem(409, "version-conflict");
    matched(Method::DELETE, "\"1\"", &[]).await.problem(409, "version-conflict");
    assert_eq!(matched(Method::PUT, "\"2\"", &one).await.header("etag"), "\"2\"", "the same one again changes nothing");
    let (first, second) = tokio::join!(matched(Method::PUT, "\"2\"", &two), matched(Method::DELETE, "\"2\"", &[]));
    let mut both = [first.status, second.status];
    both.sort();
    assert!(both == [200, 409] || both == [204, 409], "{both:?}");

    put(&admin, &shop, "image/png", one).await.expect(200);
    assert_eq!(admin.delete(&logo).await.status, 204);
    assert_eq!(admin.delete(&logo).await.status, 204, "none is none");
    assert_eq!(admin.get(&path(&shop)).await.expect(200)["logo"], Value::Null);
    put(&admin, &shop, "image/png", two).await.expect(200);
    assert_eq!(admin.delete(&path(&shop)).await.status, 204);
    assert_eq!(test.count("vendor_logos", "1 = 1").await, 0);
    test.done().await;
}

#[test]
fn the_document_says_that_pictures_are_bytes() {
    let document: Value = serde_json::from_str(&api::openapi_json()).unwrap();
    let put = &document["paths"]["/api/superadmin/vendors/{id}/logo/"]["put"]["requestBody"]["content"];
    let kinds: Vec<&str> = put.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(kinds, ["image/jpeg", "image/png", "image/webp"]);
    let file = &document["components"]["schemas"]["PictureFile"];
    assert_eq!((file["type"].as_str(), file["format"].as_str()), (Some("string"), Some("binary")), "{file}");
}
