//! What staff read.

use super::*;
use chrono::TimeDelta;
use shared::clock::Time;

fn at(time: Time) -> String {
    time.to_rfc3339_opts(chrono::SecondsFormat::Micros, true)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_paged_ordered_and_narrowed_by_each_filter() {
    let stage = Stage::still().await;
    let (shipment, request) = (stage.delivered().await, stage.completed().await);
    let (other, _) = stage.test.customer("bilal@example.com").await;
    let mut ids = vec![];
    ids.push(stage.give(json!({ "message": "Quick and friendly", "rating": 5, "shipment": shipment["id"] })).await.expect(201));
    ids.push(stage.give(json!({ "message": "100% late", "rating": 2, "buy4me_request": request["id"] })).await.expect(201));
    stage.test.app.clock.advance(TimeDelta::minutes(1));
    let between = at(stage.test.app.clock.now());
    stage.test.app.clock.advance(TimeDelta::minutes(1));
    ids.push(other.post(FEEDBACK, &json!({ "message": "ÜBER alles gut", "rating": 4 })).await.expect(201));
    let list = async |query: &str| {
        let page = stage.staff.get(&format!("{ALL}?{query}")).await.expect(200);
        let rows = page["results"].as_array().unwrap();
        let found: Vec<usize> = rows.iter().map(|row| ids.iter().position(|given| given["id"] == row["id"]).unwrap()).collect();
        assert_eq!(page["count"].as_u64().unwrap() as usize, found.len(), "{page}");
        found
    };
    assert_eq!(list("").await, [2, 1, 0]);
    assert_eq!(list("ordering=rating").await, [1, 2, 0]);
    assert_eq!(list("ordering=-created_at").await, [2, 1, 0]);
    assert_eq!(list("rating=4").await, [2]);
    assert_eq!(list("rating__lte=4").await, [2, 1]);
    assert_eq!(list("rating__gte=4").await, [2, 0]);
    assert_eq!(list(&format!("user={}", id(&stage.user))).await, [1, 0]);
    assert_eq!(list(&format!("shipment={}", id(&shipment))).await, [0]);
    assert_eq!(list(&format!("buy4me_request={}", id(&request))).await, [1]);
    assert_eq!(list(&format!("created_at__gte={between}")).await, [2]);
    assert_eq!(list(&format!("created_at__lt={between}")).await, [1, 0]);
    assert_eq!(list("search=FRIENDLY").await, [0]);
    assert_eq!(list("search=100%25").await, [1]);
    assert_eq!(list(&format!("search={}", request["reference"].as_str().unwrap().to_lowercase())).await, [1]);
    let page = stage.staff.get(&format!("{ALL}?page_size=2&page=2")).await.expect(200);
    assert_eq!((page["results"].as_array().unwrap().len(), &page["next"]), (1, &Value::Null));
    for wrong in ["rating=6", "rating__lte=0", "rating=x", "user=x", "ordering=message", "created_at__gte=yesterday", "stars=5", "page=0"] {
        stage.staff.get(&format!("{ALL}?{wrong}")).await.problem(400, "invalid");
    }
    assert_eq!(other.get(FEEDBACK).await.expect(200)["count"], 1, "each sees their own");
    stage.test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_summary_counts_averages_and_goes_by_month_in_one_statement() {
    let stage = Stage::still().await;
    let empty = stage.staff.get(SUMMARY).await.expect(200);
    assert_eq!(empty, json!({ "count": 0, "average": null, "ratings": { "1": 0, "2": 0, "3": 0, "4": 0, "5": 0 }, "months": [] }));
    let mut months = vec![];
    for ratings in [[5, 5, 4], [1, 2, 2]] {
        let now = stage.test.app.clock.now();
        months.push((now.format("%Y-%m").to_string(), at(now)));
        for rating in ratings {
            stage
                .test
                .http
                .sign_in("amina@example.com", crate::support::PASSWORD)
                .await
                .post(FEEDBACK, &json!({ "message": "Said", "rating": rating }))
                .await
                .expect(201);
        }
        stage.test.app.clock.advance(TimeDelta::days(40));
    }
    let staff = stage.test.admin().await;
    let (answer, cost) = stage.test.cost(staff.get(SUMMARY)).await;
    let whole = answer.expect(200);
    assert_eq!(cost, 2, "the caller, and the figures");
    assert_eq!((&whole["count"], &whole["average"]), (&json!(6), &json!("3.17")));
    assert_eq!(whole["ratings"], json!({ "1": 1, "2": 2, "3": 0, "4": 1, "5": 2 }));
    let month = |month: &str, average: &str, ratings: Value| json!({ "month": month, "count": 3, "average": average, "ratings": ratings });
    let first = month(&months[0].0, "4.67", json!({ "1": 0, "2": 0, "3": 0, "4": 1, "5": 2 }));
    let second = month(&months[1].0, "1.67", json!({ "1": 1, "2": 2, "3": 0, "4": 0, "5": 0 }));
    assert_eq!(whole["months"], json!([first, second]));
    let later = staff.get(&format!("{SUMMARY}?created_at__gte={}", months[1].1)).await.expect(200);
    assert_eq!((&later["count"], &later["months"]), (&json!(3), &json!([second])));
    let earlier = staff.get(&format!("{SUMMARY}?created_at__lt={}", months[1].1)).await.expect(200);
    assert_eq!((&earlier["average"], &earlier["months"]), (&json!("4.67"), &json!([first])));
    staff.get(&format!("{SUMMARY}?rating=5")).await.problem(400, "invalid");
    stage.test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_takes_the_same_statements_whatever_its_length_and_only_those_who_answer_customers_read_it() {
    let stage = Stage::still().await;
    for _ in 0..12 {
        stage.give(json!({ "message": "Said", "rating": 3 })).await.expect(201);
    }
    let mut sent = vec![];
    for size in [2, 12] {
        let (all, cost) = stage.test.cost(stage.staff.get(&format!("{ALL}?page_size={size}&rating__lte=4"))).await;
        let (own, more) = stage.test.cost(stage.customer.get(&format!("{FEEDBACK}?page_size={size}"))).await;
        all.expect(200);
        own.expect(200);
        sent.push(cost + more);
    }
    assert_eq!(sent, [6, 6], "twice the caller, the count, the page");
    for door in [ALL, SUMMARY] {
        stage.customer.get(door).await.problem(403, "permission-missing");
    }
    stage.test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_at_once_are_told_to_wait() {
    let stage = Stage::still().await;
    let body = json!({ "message": "Said", "rating": 3 });
    for _ in 0..30 {
        stage.give(body.clone()).await.expect(201);
    }
    let refused = stage.give(body).await;
    refused.problem(429, "too-many-mails");
    assert!(refused.header("retry-after").parse::<u64>().unwrap() <= 3600);
    stage.test.close().await;
}
