//! Following a parcel by its number, as anybody may.

use super::{go, moved, ship};
use crate::support::TestApp;
use serde_json::{Value, json};

fn door(number: &str) -> String {
    format!("/api/track/{number}/")
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_with_the_number_sees_where_it_is_and_nobody_whose_it_is() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer("amina@example.com").await;
    let admin = test.admin().await;
    let shipment = ship(&customer).await;
    let number = shipment["tracking_number"].as_str().unwrap();
    go(&admin, &shipment, "PROCESSING").await;
    let body = json!({ "status": "ON_HOLD", "note": "Ask Mrs Diallo about the books", "reason": "SECRET", "location": "Oakland" });
    moved(&admin, &shipment, body).await.expect(200);
    let answer = test.http.get(&door(number)).await;
    let seen = answer.expect(200);
    assert_eq!((&seen["status"], &seen["service"], &seen["destination_country"]), (&json!("ON_HOLD"), &json!("STANDARD"), &json!("US")));
    assert_eq!((&seen["estimated_days_min"], &seen["estimated_days_max"]), (&json!(5), &json!(12)));
    let events: Vec<(&Value, &Value)> = seen["events"].as_array().unwrap().iter().map(|e| (&e["status"], &e["location"])).collect();
    let told = [(json!("PENDING"), Value::Null), (json!("PROCESSING"), Value::Null), (json!("ON_HOLD"), json!("Oakland"))];
    assert_eq!(events, told.iter().map(|(status, location)| (status, location)).collect::<Vec<_>>());
    let reference = shipment["reference"].as_str().unwrap();
    for word in ["Amina", "Diallo", "Fresno", "Main Street", "93650", "+1555", "SECRET", "Books", "9.59", "US-CA", reference] {
        assert!(!answer.text.contains(word), "{word} is in {}", answer.text);
    }
    for id in [&shipment["id"], &shipment["user"]] {
        assert!(!answer.text.contains(id.as_str().unwrap()), "{}", answer.text);
    }
    // in any case, with spaces and dashes
    let spaced = format!("{}-{}%20{}", &number[..2].to_lowercase(), &number[2..7], number[7..].to_lowercase());
    assert_eq!(test.http.get(&door(&spaced)).await.expect(200), seen);
    test.http.get(door(number).trim_end_matches('/')).await.expect(200);
    test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_mistyped_is_told_apart_from_what_nobody_was_given() {
    let test = TestApp::new().await;
    let (customer, _) = test.customer("amina@example.com").await;
    let number = ship(&customer).await["tracking_number"].as_str().unwrap().to_owned();
    let mistyped = async |typed: &str| {
        let problem = test.http.get(&door(typed)).await.problem(400, "invalid");
        assert!(problem["errors"]["tracking_number"].is_array(), "{typed}: {problem}");
    };
    let last = if number.ends_with('0') { '1' } else { '0' };
    mistyped(&format!("{}{last}", &number[..14])).await;
    for i in 2..14 {
        let mut bytes = number.clone().into_bytes();
        bytes.swap(i, i + 1);
        let swapped = String::from_utf8(bytes).unwrap();
        if swapped != number {
            mistyped(&swapped).await;
        }
    }
    for typed in ["1", "B4", "%00", "%C3%A9", &number[..14], &format!("{number}0"), &"0".repeat(300)] {
        mistyped(typed).await;
    }
    assert_ne!(test.http.get("/api/track/%FF/").await.status, 500);
    test.http.get(&door(&shared::shipments::tracking::generate())).await.problem(404, "not-found");
    test.done().await;
}
