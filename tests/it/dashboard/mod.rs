//! What people see first.

mod customers;
mod staff;

use crate::support::TestApp;
use shared::demo::{self, Plan};

const DASHBOARD: &str = "/api/dashboard/";

/// A company with a past: enough that most lists have something on them.
async fn with_a_past() -> TestApp {
    let test = TestApp::builder().without_worker().start().await;
    let plan = Plan { invoices: 400, until: test.app.clock.now().date_naive(), batch: 100 };
    demo::seed(&test.app, plan, |_| true).await.expect("a demo");
    test
}
