//! The books as somebody would keep them who has only the providers' own books, the credit notes, and a pencil. It shares no code
//! with the product.

/// One payment in the books of whoever took it.
#[derive(Clone, Debug)]
pub struct Payment {
    /// Its name there.
    pub reference: String,
    /// What came in.
    pub captured: i64,
    pub refunds: Vec<Refund>,
    pub disputes: Vec<Dispute>,
}

/// Money that was sent back.
#[derive(Clone, Debug)]
pub struct Refund {
    pub reference: String,
    pub amount: i64,
    pub state: RefundState,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RefundState {
    OnItsWay,
    Arrived,
    /// It never left, or came back.
    Failed,
}

/// Money that the payer's bank claims back.
#[derive(Clone, Debug)]
pub struct Dispute {
    pub reference: String,
    pub amount: i64,
    pub state: DisputeState,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum DisputeState {
    Open,
    Won,
    Lost,
}

/// What the document says, from the answers that its people got.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Document {
    Open,
    Void,
    Uncollectible,
}

/// The figures of an invoice.
#[derive(Clone, Debug, PartialEq)]
pub struct Figures {
    pub paid: i64,
    pub refunded: i64,
    pub credited: i64,
    pub balance: i64,
    pub overpaid: i64,
    pub payment_status: &'static str,
}

impl Payment {
    pub fn new(reference: impl Into<String>, captured: i64) -> Self {
        Self { reference: reference.into(), captured, refunds: vec![], disputes: vec![] }
    }

    pub fn arrived(&self) -> i64 {
        self.refunds.iter().filter(|refund| refund.state == RefundState::Arrived).map(|refund| refund.amount).sum()
    }

    pub fn disputed(&self, state: DisputeState) -> i64 {
        self.disputes.iter().filter(|dispute| dispute.state == state).map(|dispute| dispute.amount).sum()
    }
}

/// What must stand on an invoice over `amount`.
pub fn figures(amount: i64, credited: i64, document: Document, payments: &[Payment]) -> Figures {
    let captured: i64 = payments.iter().map(|payment| payment.captured).sum();
    let lost: i64 = payments.iter().map(|payment| payment.disputed(DisputeState::Lost)).sum();
    let refunded: i64 = payments.iter().map(Payment::arrived).sum();
    let paid = (captured - lost).max(0);
    let due = if document == Document::Void { 0 } else { amount - credited };
    let payment_status = match (refunded, paid) {
        (1.., _) if refunded >= paid => "REFUNDED",
        (1.., _) => "PARTIALLY_REFUNDED",
        (_, _) if paid >= amount - credited => "PAID",
        (_, 0) => "UNPAID",
        (_, _) => "PARTIALLY_PAID",
    };
    Figures { paid, refunded, credited, balance: (due - paid).max(0), overpaid: (paid - refunded - due).max(0), payment_status }
}

#[test]
fn the_pencil_counts_as_the_rules_say() {
    let refund = |amount, state| Refund { reference: String::new(), amount, state };
    let mut payment = Payment::new("p", 100);
    let status = |payment: &Payment| figures(100, 0, Document::Open, std::slice::from_ref(payment)).payment_status;
    assert_eq!(figures(100, 0, Document::Open, &[]).payment_status, "UNPAID");
    assert_eq!(status(&payment), "PAID");
    payment.refunds.push(refund(30, RefundState::Failed));
    assert_eq!(status(&payment), "PAID", "what failed never left");
    payment.refunds.push(refund(30, RefundState::Arrived));
    assert_eq!(status(&payment), "PARTIALLY_REFUNDED");
    payment.refunds.push(refund(70, RefundState::Arrived));
    assert_eq!(status(&payment), "REFUNDED");
    let void = figures(100, 0, Document::Void, &[Payment::new("p", 40)]);
    assert_eq!((void.balance, void.overpaid), (0, 40), "a late payment of what is void goes back");
    assert_eq!(figures(100, 60, Document::Open, &[Payment::new("p", 40)]).payment_status, "PAID");
}
