//! Being asked how it was.

use super::*;
use chrono::TimeDelta;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use shared::feedback::jobs::Invite;
use shared::notifications::notification;
use shared::queue;

async fn hours(stage: &Stage, hours: u32) {
    stage.staff.put("/api/superadmin/settings/", &json!({ "feedback_invite_hours": hours })).await.expect(200);
}

/// In how many hours a job is due.
fn after(job: &queue::Row) -> i64 {
    (job.run_at - job.created_at + TimeDelta::minutes(1)).num_hours()
}

/// The job once more, as if its end had been lost.
async fn again(stage: &Stage, about: About) {
    let tx = stage.test.app.begin().await.unwrap();
    tx.enqueue(Invite { about }).await.unwrap();
    tx.commit().await.unwrap();
    stage.test.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_after_a_delivery_its_customer_is_asked_once() {
    let stage = Stage::new().await;
    let shipment = stage.delivered().await;
    let job = stage.test.jobs("feedback.invite").await.remove(0);
    assert_eq!(after(&job), 24);
    stage.test.settle().await;
    assert_eq!(stage.invitations().await, 1);
    let wanted = notification::Entity::find().filter(notification::Column::Event.eq("feedback.wanted"));
    let row = wanted.one(&stage.test.app.db.conn).await.unwrap().unwrap();
    assert_eq!((row.user_id.to_string().as_str(), row.subject_id.unwrap().to_string().as_str()), (id(&stage.user), id(&shipment)));
    assert_eq!(row.facts.unwrap()["reference"], shipment["reference"]);
    again(&stage, about_shipment(&shipment)).await;
    assert_eq!(stage.invitations().await, 1, "however often it is delivered");
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_back_and_was_delivered_again_is_asked_about_once() {
    let stage = Stage::new().await;
    let shipment = stage.delivered().await;
    stage.test.settle().await;
    let staff = stage.test.admin().await;
    let stage = Stage { staff, ..stage };
    stage.back(&shipment).await;
    stage.go(&shipment, "DELIVERED").await;
    assert_eq!(stage.test.jobs("feedback.invite").await.len(), 2);
    stage.test.settle().await;
    assert_eq!(stage.invitations().await, 1);
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_delivered_after_all_is_not_asked_about() {
    let stage = Stage::new().await;
    let shipment = stage.delivered().await;
    stage.back(&shipment).await;
    stage.test.settle().await;
    assert_eq!(stage.invitations().await, 0);
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_asked_who_has_said_it_already_or_is_gone() {
    let stage = Stage::new().await;
    let shipment = stage.delivered().await;
    stage.give(json!({ "message": "Good", "rating": 5, "shipment": shipment["id"] })).await.expect(201);
    stage.delivered().await;
    stage.staff.delete(&format!("/api/admin/users/{}/", id(&stage.user))).await.expect(204);
    stage.test.settle().await;
    assert_eq!((stage.invitations().await, stage.test.jobs("feedback.invite").await.len()), (0, 2));
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_completed_request_is_asked_about_and_its_shipment_is_not() {
    let stage = Stage::new().await;
    let request = stage.completed().await;
    let shipment = stage.shipment().await;
    stage
        .test
        .sql(&format!("UPDATE shipments SET buy4me_request_id = (SELECT id FROM buy4me_requests) WHERE reference = {}", quoted(&shipment)))
        .await;
    for status in ["PROCESSING", "IN_TRANSIT", "DELIVERED"] {
        stage.go(&shipment, status).await;
    }
    let jobs = stage.test.jobs("feedback.invite").await;
    assert_eq!(jobs.iter().map(|job| job.args.clone()).collect::<Vec<_>>(), [json!({ "about": { "request": request["id"] } })]);
    stage.test.settle().await;
    assert_eq!(stage.invitations().await, 1);
    again(&stage, about_request(&request)).await;
    assert_eq!(stage.invitations().await, 1);
    stage.test.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hours_are_a_setting_and_none_asks_nobody_not_even_those_who_wait_to_be_asked() {
    let stage = Stage::new().await;
    hours(&stage, 2).await;
    stage.delivered().await;
    let job = stage.test.jobs("feedback.invite").await.remove(0);
    assert_eq!(after(&job), 2);
    hours(&stage, 0).await;
    stage.delivered().await;
    assert_eq!(stage.test.jobs("feedback.invite").await.len(), 1, "and no job for the second");
    stage.test.settle().await;
    assert_eq!(stage.invitations().await, 0);
    stage.test.done().await;
}
