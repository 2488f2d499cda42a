//! What feedback says about a person: told to that person, and forgotten with the account.

use super::*;
use crate::support::eventually;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn the_copy_of_the_data_has_it_and_of_an_erased_customer_only_the_stars_are_left() {
    let stage = Stage::new().await;
    let (other, _) = stage.test.customer("bilal@example.com").await;
    stage.give(json!({ "message": "Amina Diallo of Fresno was here", "rating": 4 })).await.expect(201);
    other.post(FEEDBACK, &json!({ "message": "Bilal too", "rating": 2 })).await.expect(201);
    let export = stage.customer.call("/api/users/me/export/").await.expect(202);
    let door = format!("/api/users/me/export/{}/", id(&export));
    let ready = || async { Some(stage.customer.get(&door).await.expect(200)).filter(|export| export["status"] == "READY") };
    eventually("the export is ready", Duration::from_secs(30), ready).await;
    let copy = stage.customer.get(&format!("{door}download/")).await.expect(200);
    assert_eq!(copy["feedback"].as_array().unwrap().len(), 1, "{copy}");
    assert_eq!(copy["feedback"][0]["message"], "Amina Diallo of Fresno was here");
    let erase = format!("/api/admin/users/{}/erase/", id(&stage.user));
    stage.staff.post(&erase, &json!({ "reason": "asked by letter" })).await.expect(200);
    let list = stage.staff.get(ALL).await.expect(200);
    assert_eq!((&list["results"][0]["message"], &list["results"][1]["message"]), (&json!("Bilal too"), &json!("")));
    assert_eq!(stage.staff.get(SUMMARY).await.expect(200)["average"], "3.00");
    stage.test.done().await;
}
