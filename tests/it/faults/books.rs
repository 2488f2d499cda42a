//! What a person would find in the books afterwards.

use super::{Bill, PATIENCE, Stage};
use crate::support::eventually;
use std::collections::{BTreeMap, BTreeSet};

impl Stage {
    /// Waits until everything that was accepted is done.
    pub async fn settled(&self, bills: &[Bill]) {
        eventually("all is paid and told", PATIENCE, async || {
            let told = self.test.count("notifications", "channel = 'EMAIL' AND status = 'SENT'").await;
            let open = self.test.count("jobs", "state <> 'completed'").await;
            (told >= bills.len() as i64 && open == 0).then_some(())
        })
        .await;
    }

    /// Every invoice on this stage was paid once and told of once, whatever happened on the way. Gives the mails that
    /// went out more than once: each under the Message-ID of its first.
    pub async fn paid_once(&self, bills: &[Bill]) -> usize {
        self.settled(bills).await;
        let (test, all) = (&self.test, bills.len() as i64);
        assert_eq!(test.count("invoices", "payment_status = 'PAID' AND paid_minor = 1250").await, all, "invoices paid");
        assert_eq!(test.count("invoices", "1 = 1").await, all, "invoices");
        assert_eq!(test.count("payment_transactions", "1 = 1").await, all, "rows of money");
        let each = test.count("(SELECT DISTINCT invoice_id FROM payment_transactions WHERE status = 'SUCCESS') AS paid", "1 = 1").await;
        assert_eq!(each, all, "invoices with a row of money");
        assert_eq!(test.count("audit_entries", "action = 'invoice.payment_event'").await, all, "audit entries");
        assert_eq!(test.count("notifications", "channel = 'EMAIL' AND status = 'SENT'").await, all, "receipts sent");
        assert_eq!(test.count("notifications", "1 = 1").await, 2 * all, "notifications, by mail and in the centre");
        assert_eq!(test.count("payment_reviews", "1 = 1").await, 0, "cases for a person");
        self.mails_repeated(bills)
    }

    fn mails_repeated(&self, bills: &[Bill]) -> usize {
        let mails = self.smtp.mails();
        let mut ids: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for mail in &mails {
            ids.entry(mail.subject()).or_default().insert(mail.message_id());
        }
        assert!(ids.values().all(|ids| ids.len() == 1), "a repeated mail has the Message-ID of its first: {ids:#?}");
        for bill in bills {
            assert!(ids.keys().any(|subject| subject.contains(&bill.number)), "no mail about {}", bill.number);
        }
        mails.len() - ids.len()
    }
}
