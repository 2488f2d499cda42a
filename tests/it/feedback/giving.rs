//! Giving feedback by the API.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn customers_say_once_what_they_think_of_what_was_delivered_and_as_often_as_they_like_of_nothing_in_particular() {
    let stage = Stage::still().await;
    let (shipment, request) = (stage.delivered().await, stage.completed().await);
    let said = stage.give(json!({ "message": " Quick!\r\nThank you ", "rating": 5, "shipment": shipment["id"] })).await;
    let given = said.expect(201);
    assert_eq!(said.header("location"), FEEDBACK);
    assert_eq!((&given["message"], &given["rating"]), (&json!("Quick!\nThank you"), &json!(5)));
    assert_eq!((&given["shipment"], &given["reference"], &given["user"]), (&shipment["id"], &shipment["reference"], &stage.user["id"]));
    let about = stage.give(json!({ "message": "Fine", "rating": 4, "buy4me_request": request["id"] })).await.expect(201);
    assert_eq!((&about["buy4me_request"], &about["reference"], &about["shipment"]), (&request["id"], &request["reference"], &Value::Null));
    stage.give(json!({ "message": "Again", "rating": 1, "shipment": shipment["id"] })).await.problem(409, "feedback-given");
    stage.give(json!({ "message": "Again", "rating": 1, "buy4me_request": request["id"] })).await.problem(409, "feedback-given");
    for _ in 0..2 {
        stage.give(json!({ "message": "A nice page", "rating": 5 })).await.expect(201);
    }
    let list = stage.customer.get(FEEDBACK).await.expect(200);
    assert_eq!((&list["count"], &list["results"][3]["id"]), (&json!(4), &given["id"]));
    assert_eq!(stage.test.count("audit_entries", "object_type = 'feedback'").await, 0, "the audit is about staff");
    stage.test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_theirs_or_not_delivered_yet_is_refused() {
    let stage = Stage::still().await;
    let (other, _) = stage.test.customer("bilal@example.com").await;
    let (shipment, request) = (stage.delivered().await, stage.completed().await);
    for (field, document) in [("shipment", &shipment), ("buy4me_request", &request)] {
        let mut body = json!({ "message": "Hm", "rating": 3 });
        body[field] = document["id"].clone();
        let foreign = other.post(FEEDBACK, &body).await.problem(400, "invalid");
        body[field] = json!(uuid::Uuid::now_v7());
        let unknown = other.post(FEEDBACK, &body).await.problem(400, "invalid");
        assert_eq!(foreign["errors"], unknown["errors"], "nobody learns what exists");
        assert!(foreign["errors"][field].is_array(), "{foreign}");
    }
    let early = stage.shipment().await;
    stage.give(json!({ "message": "Hm", "rating": 3, "shipment": early["id"] })).await.problem(409, "feedback-too-early");
    let early = stage.request().await;
    stage.give(json!({ "message": "Hm", "rating": 3, "buy4me_request": early["id"] })).await.problem(409, "feedback-too-early");
    assert_eq!(stage.test.count("feedback", "1 = 1").await, 0);
    stage.test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_wrong_names_its_field() {
    let stage = Stage::still().await;
    let (shipment, request) = (stage.delivered().await, stage.completed().await);
    for (body, field) in [
        (json!({ "rating": 3 }), "message"),
        (json!({ "message": " \n ", "rating": 3 }), "message"),
        (json!({ "message": "x".repeat(2001), "rating": 3 }), "message"),
        (json!({ "message": "a\u{7}b", "rating": 3 }), "message"),
        (json!({ "message": "Hm" }), "rating"),
        (json!({ "message": "Hm", "rating": 0 }), "rating"),
        (json!({ "message": "Hm", "rating": 6 }), "rating"),
        (json!({ "message": "Hm", "rating": "5" }), "rating"),
        (json!({ "message": "Hm", "rating": 4.5 }), "rating"),
        (json!({ "message": "Hm", "rating": 3, "shipment": "SHP-1" }), "shipment"),
        (json!({ "message": "Hm", "rating": 3, "shipment": shipment["id"], "buy4me_request": request["id"] }), "buy4me_request"),
        (json!({ "message": "Hm", "rating": 3, "stars": 3 }), "stars"),
    ] {
        let problem = stage.give(body.clone()).await.problem(400, "invalid");
        assert!(problem["errors"][field].is_array(), "{body}: {problem}");
    }
    let longest = "я".repeat(2000);
    assert_eq!(stage.give(json!({ "message": longest, "rating": 1 })).await.expect(201)["message"], longest.as_str());
    stage.test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn twice_at_once_or_under_one_key_it_is_kept_once() {
    let stage = Stage::still().await;
    let shipment = stage.delivered().await;
    let body = json!({ "message": "Good", "rating": 5, "shipment": shipment["id"] });
    let mut statuses = futures::future::join_all((0..4).map(|_| stage.give(body.clone()))).await;
    statuses.sort_by_key(|answer| answer.status);
    assert_eq!(statuses.iter().map(|answer| answer.status).collect::<Vec<_>>(), [201, 409, 409, 409]);
    let body = json!({ "message": "Good", "rating": 5 });
    let first = stage.customer.post_once(FEEDBACK, "the-key", &body).await.expect(201);
    assert_eq!(stage.customer.post_once(FEEDBACK, "the-key", &body).await.expect(201), first);
    stage.customer.post_once(FEEDBACK, "the-key", &json!({ "message": "Other", "rating": 5 })).await.problem(422, "key-reused");
    assert_eq!(stage.test.count("feedback", "1 = 1").await, 2);
    stage.test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_note_what_a_customer_said_and_the_audit_knows() {
    let stage = Stage::still().await;
    let shipment = stage.delivered().await;
    stage.staff.post(FEEDBACK, &json!({ "message": "Hm", "rating": 3 })).await.problem(400, "invalid");
    let body = json!({ "message": "Called to thank us", "rating": 5, "user": stage.user["id"], "shipment": shipment["id"] });
    let noted = stage.staff.post(FEEDBACK, &body).await.expect(201);
    assert_eq!(noted["user"], stage.user["id"]);
    let entries = stage.staff.get("/api/admin/audit/?action=feedback.noted").await.expect(200);
    assert_eq!((&entries["count"], &entries["results"][0]["object_id"]), (&json!(1), &noted["id"]));
    assert!(!entries.to_string().contains("Called"), "what was said is not the audit's");
    stage.give(body).await.problem(409, "feedback-given");
    let (other, _) = stage.test.customer("bilal@example.com").await;
    other.post(FEEDBACK, &json!({ "message": "Hm", "rating": 3, "user": stage.user["id"] })).await.problem(403, "forbidden");
    let admins = json!({ "message": "Hm", "rating": 3, "user": stage.staff.get("/api/users/me/").await.expect(200)["id"] });
    assert!(stage.staff.post(FEEDBACK, &admins).await.problem(400, "invalid")["errors"]["user"].is_array(), "staff are no customers");
    stage.test.close().await;
}
