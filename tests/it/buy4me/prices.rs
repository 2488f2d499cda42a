//! Shops take other prices than were quoted.

use super::*;

fn with_overage(overage: &str) -> Value {
    let mut body = basket();
    body["authorised_overage"] = overage.into();
    body
}

async fn answer(stage: &Stage, request: &Value, accept: bool) -> Answer {
    let seen = stage.now(request).await["proposal"]["total_after"].clone();
    let amount = if seen.is_null() { json!("1.00") } else { seen };
    stage.owner.post(&format!("{}answer/", path(request)), &json!({ "accept": accept, "amount": amount })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn dearer_within_the_allowance_is_billed_and_the_allowance_is_used_up() {
    let stage = Stage::new().await;
    let request = stage.paid(with_overage("5.00")).await;
    let noted = stage.note(&request["items"][0], json!({ "actual_unit_price": "11.50", "vendor_order_number": "A-1" })).await.expect(200);
    assert_eq!((noted["actual_unit_price"].as_str(), noted["charged"].as_str()), (Some("11.50"), Some("23.00")), "{noted}");
    stage.test.settle().await;
    let dearer = stage.now(&request).await;
    assert_eq!((dearer["overage_used"].as_str(), dearer["total_cost"].as_str()), (Some("3.00"), Some("58.00")));
    assert_eq!(three(&invoices(&dearer)), [("OPEN", "55.00", "0.00"), ("OPEN", "3.00", "3.00")]);
    assert_eq!((dearer["invoices"][1]["kind"].as_str(), &dearer["action_required"]), (Some("DIFFERENCE"), &Value::Null));
    stage.step(&stage.staff, &request, "ORDER_PLACED").await.problem(409, "request-unpaid");

    // the same again changes nothing and bills nothing
    stage.note(&request["items"][0], json!({ "actual_unit_price": "11.50" })).await.expect(200);
    stage.test.settle().await;
    assert_eq!(stage.now(&request).await["invoices"].as_array().unwrap().len(), 2);

    // 2.01 more is a cent too much
    stage.note(&request["items"][1], json!({ "actual_unit_price": "32.01" })).await.expect(200);
    let asked = stage.now(&request).await;
    assert_eq!((asked["action_required"].as_str(), asked["total_cost"].as_str()), (Some("PRICE_APPROVAL"), Some("58.00")), "{asked}");
    // to the cent it is not
    stage.note(&request["items"][1], json!({ "actual_unit_price": "32.00" })).await.expect(200);
    let taken = stage.now(&request).await;
    assert_eq!((&taken["action_required"], taken["overage_used"].as_str()), (&Value::Null, Some("5.00")));
    stage.pay(&request).await;
    stage.step(&stage.staff, &request, "ORDER_PLACED").await.expect(200);
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn dearer_beyond_the_allowance_is_asked_about_and_billed_when_accepted() {
    let stage = Stage::new().await;
    let request = stage.paid(with_overage("1.00")).await;
    stage.note(&request["items"][0], json!({ "actual_unit_price": "12.00" })).await.expect(200);
    stage.test.settle().await;
    let asked = stage.now(&request).await;
    let proposal = &asked["proposal"];
    let figures = ["before", "after", "difference", "total_before", "total_after"].map(|name| proposal[name].as_str().unwrap());
    assert_eq!(figures, ["10.00", "12.00", "4.00", "55.00", "59.00"]);
    assert_eq!(asked["available_actions"], json!(["answer", "cancel"]));
    let mails = stage.test.mails();
    let mail = mails.iter().find(|mail| mail.subject().contains("approve a new price")).expect("the customer is asked");
    assert!(mail.text().contains("USD 59.00") && mail.text().contains("Tea"), "{}", mail.text());

    // nothing is bought meanwhile, whatever staff try
    stage.step(&stage.staff, &request, "ORDER_PLACED").await.problem(409, "request-decision-pending");
    let forced = json!({ "status": "ORDER_PLACED", "override": true, "reason": "urgent" });
    stage.staff.patch(&path(&request), &forced).await.problem(409, "request-decision-pending");
    stage.note(&request["items"][0], json!({ "status": "ORDERED" })).await.problem(409, "request-decision-pending");
    stage.note(&request["items"][1], json!({ "actual_unit_price": "99.00" })).await.problem(409, "request-decision-pending");

    let support = stage.with_set("SUPPORT").await;
    support.post(&format!("{}answer/", path(&request)), &json!({ "accept": true })).await.problem(403, "permission-missing");
    let (stranger, _) = stage.test.customer("stranger@example.com").await;
    stranger.post(&format!("{}answer/", path(&request)), &json!({ "accept": true })).await.problem(404, "not-found");
    let yes = json!({ "accept": true, "amount": "59.00" });
    let answers = format!("{}answer/", path(&request));
    let first = stage.owner.post_once(&answers, "key-1", &yes).await;
    assert_eq!((first.header("location"), first.header("etag").is_empty()), (path(&request).as_str(), false));
    let accepted = first.expect(200);
    assert_eq!((accepted["total_cost"].as_str(), &accepted["action_required"]), (Some("59.00"), &Value::Null), "{accepted}");
    assert_eq!(stage.owner.post_once(&answers, "key-1", &yes).await.expect(200), accepted, "the stored answer");
    answer(&stage, &request, true).await.problem(409, "request-nothing-to-decide");
    stage.test.settle().await;
    let billed = stage.now(&request).await;
    assert_eq!(three(&invoices(&billed)), [("OPEN", "55.00", "0.00"), ("OPEN", "4.00", "4.00")]);
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declined_price_takes_the_item_off_and_promises_its_money_back() {
    let stage = Stage::new().await;
    let request = stage.ordered(basket()).await;
    stage.note(&request["items"][0], json!({ "actual_unit_price": "12.00" })).await.expect(200);
    // told on the telephone, noted by staff
    let declined = stage.staff.post(&format!("{}answer/", path(&request)), &json!({ "accept": false })).await.expect(200);
    assert_eq!(statuses(&declined), ("ORDER_PLACED".into(), vec!["CANCELLED".into(), "ORDERED".into()]));
    assert_eq!(declined["total_cost"], "35.00", "the fee keeps its minimum");
    assert_eq!((stage.credited(&request).await, stage.promised(&request).await), (20_00, 20_00));
    stage.test.settle().await;
    assert_eq!(three(&invoices(&stage.now(&request).await)), [("OPEN", "55.00", "0.00")]);
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cheaper_is_credited_and_what_was_paid_promised_back() {
    let stage = Stage::new().await;
    let request = stage.paid(basket()).await;
    let noted = stage.note(&request["items"][1], json!({ "actual_unit_price": "25.50" })).await.expect(200);
    assert_eq!(noted["charged"], "25.50");
    assert_eq!((stage.credited(&request).await, stage.promised(&request).await), (4_50, 4_50));
    // again: nothing. And cheaper still: the rest
    stage.note(&request["items"][1], json!({ "actual_unit_price": "25.50" })).await.expect(200);
    assert_eq!(stage.credited(&request).await, 4_50);
    stage.note(&request["items"][1], json!({ "actual_unit_price": "25.00" })).await.expect(200);
    assert_eq!((stage.credited(&request).await, stage.promised(&request).await), (5_00, 5_00));
    assert_eq!(stage.now(&request).await["total_cost"], "50.00");
    stage.step(&stage.staff, &request, "ORDER_PLACED").await.expect(200);
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cheaper_before_it_is_paid_lowers_what_is_owed_and_an_unpaid_difference_goes_first() {
    let stage = Stage::new().await;
    let request = stage.paid(with_overage("20.00")).await;
    let tea = request["items"][0].clone();
    stage.note(&tea, json!({ "actual_unit_price": "15.00" })).await.expect(200);
    stage.test.settle().await;
    assert_eq!(three(&invoices(&stage.now(&request).await))[1], ("OPEN", "10.00", "10.00"));
    stage.note(&tea, json!({ "actual_unit_price": "9.00" })).await.expect(200);
    // 12.00 less: the difference of 10.00 is owed no longer, and 2.00 go back
    let now = stage.now(&request).await;
    assert_eq!(three(&invoices(&now)), [("OPEN", "55.00", "0.00"), ("OPEN", "10.00", "0.00")]);
    assert_eq!((now["total_cost"].as_str(), stage.credited(&request).await, stage.promised(&request).await), (Some("53.00"), 12_00, 2_00));
    assert_eq!(now["overage_used"], "0.00");
    stage.step(&stage.staff, &request, "ORDER_PLACED").await.expect(200);
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_difference_is_credited_even_if_the_job_that_bills_it_has_not_run_yet() {
    let mut stage = Stage::new().await;
    let request = stage.paid(with_overage("20.00")).await;
    stage.test.stop_workers().await;
    let tea = request["items"][0].clone();
    stage.note(&tea, json!({ "actual_unit_price": "15.00" })).await.expect(200);
    stage.note(&tea, json!({ "status": "OUT_OF_STOCK" })).await.expect(200);
    let now = stage.now(&request).await;
    assert_eq!((now["total_cost"].as_str(), stage.credited(&request).await, stage.promised(&request).await), (Some("35.00"), 30_00, 20_00));
    stage.test.start_worker(worker::registry::registry());
    stage.test.settle().await;
    assert_eq!(three(&invoices(&stage.now(&request).await)), [("OPEN", "55.00", "0.00"), ("OPEN", "10.00", "0.00")]);
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_shop_has_sent_has_its_price() {
    let stage = Stage::new().await;
    let request = stage.ordered(basket()).await;
    let tea = &request["items"][0];
    stage.note(tea, json!({ "status": "VENDOR_SHIPPED" })).await.expect(200);
    stage.note(tea, json!({ "actual_unit_price": "9.00" })).await.problem(409, "item-step-not-allowed");
    assert_eq!(stage.now(&request).await["total_cost"], "55.00");
    stage.test.done().await;
}
