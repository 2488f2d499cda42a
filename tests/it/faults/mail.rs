//! A mail that is cut off in the middle must not disturb the mails after it.

use super::{PATIENCE, Stage};
use crate::support::eventually;
use crate::support::smtp::Behaviour;

/// The first mail's job is taken away while the server keeps back its "taken"; the server says it later, and nobody
/// hears. The second mail gets no answer at all. If the connection had been used again, the second mail would have heard
/// the first one's "taken", and count as sent.
#[tokio::test(flavor = "multi_thread")]
async fn a_late_answer_to_a_mail_that_was_cut_off_is_not_taken_for_the_next_mails() {
    let mut stage = Stage::new().await;
    let bills = stage.bills(2).await;
    stage.smtp.behave(Behaviour::HoldAfterData);
    let mut process = stage.worker().await;
    stage.send(&stage.door(&process), &bills[..1]).await;
    stage.smtp.held().await;
    let mine = "kind = 'notifications.send_notice' AND state = 'running'";
    stage
        .test
        .sql(&format!("UPDATE jobs SET lease_owner = 'another', claim = NULL, lease_until = '2100-01-01T00:00:00+00:00' WHERE {mine}"))
        .await;
    process.says("this run lost its lease").await;

    stage.smtp.behave(Behaviour::DropAfterData); // lets go of the first: here comes its late answer
    stage.send(&stage.door(&process), &bills[1..]).await;
    eventually("the second mail failed once", PATIENCE, async || {
        let second = stage.test.jobs("notifications.send_notice").await.pop().filter(|_| stage.smtp.mails().len() >= 2)?;
        (second.last_error.is_some() || second.finished_at.is_some()).then_some(second)
    })
    .await;
    assert_eq!(
        stage.test.count("notifications", "channel = 'EMAIL' AND status = 'SENT'").await,
        0,
        "nobody said that the second mail was taken"
    );

    stage.smtp.behave(Behaviour::Accept);
    stage.test.sql(&format!("UPDATE jobs SET lease_until = '2000-01-01T00:00:00+00:00' WHERE {mine} AND lease_owner = 'another'")).await;
    assert_eq!(stage.paid_once(&bills).await, 2, "both went out again, for good reasons");
    assert!(process.terminate().await.success());
    stage.done().await;
}
