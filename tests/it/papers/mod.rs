//! Papers: what they say, how they look to a second reader of PDF, who gets them.

mod access;
mod keeping;
mod kinds;
mod links;
mod logos;
mod look;

use crate::support::TestApp;
use crate::support::client::{Answer, Client};
use lopdf::{Dictionary, Document, Object};
use serde_json::{Value, json};

/// An application that makes papers before anybody asks, as the product does.
async fn ahead() -> TestApp {
    TestApp::builder().config(|config| config.papers_ahead = true).start().await
}

/// Asks for a paper and waits for it; the answer, which is no text, and its bytes.
async fn paper(client: &Client, path: &str) -> (Answer, Vec<u8>) {
    let answer = ask(client, path, "wait=25").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/pdf"), "{path}: {}", answer.text);
    let bytes = client.bytes(path).await;
    (answer, bytes)
}

async fn ask(client: &Client, path: &str, prefer: &str) -> Answer {
    client.send(reqwest::Method::GET, path, |request| request.header("Prefer", prefer)).await
}

fn of_invoice(invoice: &Value) -> String {
    format!("/api/invoices/{}/pdf/", invoice["id"].as_str().unwrap())
}

/// An issued invoice for this customer with these lines.
async fn issue(test: &TestApp, user: &Value, currency: &str, lines: Value) -> Value {
    let body = json!({ "user": user["id"], "currency": currency, "lines": lines });
    test.admin().await.post("/api/invoices/", &body).await.expect(201)
}

/// The text of all pages, as another program reads it, with plain spaces.
pub(crate) fn words(pdf: &[u8]) -> String {
    let document = Document::load_mem(pdf).expect("a PDF that another library reads");
    let pages: Vec<u32> = document.get_pages().into_keys().collect();
    let text = document.extract_text(&pages).expect("text");
    text.replace(['\u{a0}', '\u{202f}', '\n'], " ").replace(['\u{200b}', '\u{2066}', '\u{2067}', '\u{2069}'], "")
}

fn dictionary<'a>(document: &'a Document, of: &'a Dictionary, key: &[u8]) -> &'a Dictionary {
    match of.get(key).expect("there") {
        Object::Reference(id) => document.get_dictionary(*id).expect("a dictionary"),
        other => other.as_dict().expect("a dictionary"),
    }
}

/// Title and language as the file says them to screen readers and archives.
pub(crate) fn title_and_language(pdf: &[u8]) -> (String, String) {
    let document = Document::load_mem(pdf).unwrap();
    let info = dictionary(&document, &document.trailer, b"Info");
    let title = lopdf::decode_text_string(info.get(b"Title").unwrap()).unwrap();
    let language = lopdf::decode_text_string(document.catalog().unwrap().get(b"Lang").unwrap()).unwrap();
    (title, language)
}

/// How many pictures are inside.
fn pictures(pdf: &[u8]) -> usize {
    let document = Document::load_mem(pdf).unwrap();
    let is_picture = |object: &&Object| match object {
        Object::Stream(stream) => {
            stream.dict.get(b"Subtype").is_ok_and(|kind| kind.as_name().is_ok_and(|name| name == b"Image"))
                && !stream.dict.has(b"ImageMask")
        }
        _ => false,
    };
    document.objects.values().filter(is_picture).filter(|object| object.as_stream().is_ok_and(|stream| stream.dict.has(b"SMask"))).count()
}
