//! An upload whose process dies, as by `kill -9`, at each of its commits: what comes before the file, what after it, and the
//! answer that is lost.

use super::{AMINA, ask, path};
use crate::faults::Stage;
use crate::support::process::Process;
use serde_json::Value;
use url::Url;

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_is_one_file_wherever_the_process_dies() {
    let stage = Stage::with(None).await;
    let order = stage.test.store.dir.path().join("die");
    let stage = stage.set("BUY4ME_CRASH_FILE", order.display());
    let (customer, _) = stage.test.customer(AMINA).await;
    let ticket = ask(&customer).await;
    let upload = format!("{}attachments/?filename=x.txt", path(&ticket));
    #[allow(clippy::disallowed_methods)] // the customer's side of the network
    let http = reqwest::Client::new();
    let send = async |base: &Url, key: &str| {
        let request = http.post(base.join(&upload).unwrap()).bearer_auth(customer.token()).body("words");
        request.header("Content-Type", "text/plain").header("Idempotency-Key", key).send().await
    };
    let mut process = Process::start("serve", &stage.env()).await;
    let mut deaths = 0;
    for place in 1..=7 {
        std::fs::write(&order, place.to_string()).unwrap();
        let key = format!("place-{place}");
        let first = send(&process.url, &key).await;
        if order.exists() {
            std::fs::remove_file(&order).unwrap();
            assert_eq!(first.unwrap().status(), 201, "it was to die at a place that the request does not pass");
        } else {
            deaths += 1;
            assert!(first.is_err() && !process.exit().await.success(), "it dies at {place}");
            // the lock of the key ends, as it does after a minute
            let past = "'2020-01-01T00:00:00+00:00'";
            stage.test.sql(&format!("UPDATE idempotency_keys SET locked_until = {past} WHERE status_code IS NULL")).await;
            process = Process::start("serve", &stage.env()).await;
        }
        let answer = send(&process.url, &key).await.unwrap();
        assert_eq!(answer.status(), 201, "{place}");
        let file: Value = answer.json().await.unwrap();
        let show = format!("{}attachments/{}/", path(&ticket), super::id(&file));
        assert_eq!(customer.get(&show).await.text, "words", "{place}");
        let files = super::files_kept::files(&stage.test) as i64;
        assert_eq!((stage.test.count("ticket_attachments", "stored_at IS NOT NULL").await, files), (place, place));
        assert_eq!(stage.test.count("ticket_attachments", "stored_at IS NULL").await, 0, "{place}");
    }
    assert_eq!(deaths, 6, "before and after the key, the row, and the mark with the answer");
    assert!(process.terminate().await.success());
    stage.done().await;
}
