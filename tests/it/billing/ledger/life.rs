//! One history being played: what its people did so far, and what they were answered.

use super::bank::{Bank, Letter};
use super::history::{Deed, History, LAST, Part, Post, Step};
use super::model::{Document, Payment, Refund, RefundState};
use super::world::World;
use crate::support::client::Answer;
use serde_json::{Value, json};
use shared::billing::Gateway;
use shared::ids::InvoiceId;
use shared::money::Money;
use shared::policy::Actor;

/// An invoice in the middle of its history.
pub struct Life {
    pub history: History,
    pub invoice: InvoiceId,
    /// Which of the customers it belongs to.
    pub customer: usize,
    pub pages: Vec<Page>,
    /// What people took and handed back, and what was paid in the sandbox: nobody but us keeps books of that.
    pub cash: Vec<Payment>,
    /// What credit notes were answered for.
    pub credited: i64,
    pub document: Document,
    /// Letters of providers on their way.
    pub bag: Vec<Letter>,
    /// Those that will never arrive.
    pub lost: Vec<Letter>,
    /// What was done, and how that went.
    pub story: Vec<String>,
}

/// A hosted page that was opened.
#[derive(Clone, Debug)]
pub struct Page {
    pub gateway: Gateway,
    pub invoice: String,
    pub transaction: String,
    pub url: String,
    pub amount: i64,
}

/// How a step went.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Went {
    Done,
    /// The product, or the provider, said no.
    Refused,
    /// There was nothing to do it to.
    Idle,
}

impl Life {
    pub fn new(history: History, invoice: InvoiceId, customer: usize) -> Self {
        Self {
            history,
            invoice,
            customer,
            pages: vec![],
            cash: vec![],
            credited: 0,
            document: Document::Open,
            bag: vec![],
            lost: vec![],
            story: vec![],
        }
    }

    /// Plays the step of this round, if there is one, and then the postman comes by.
    pub async fn play(&mut self, world: &World, round: usize) {
        if let Some(step) = self.history.steps.get(round).copied() {
            let went = self.take(world, step).await;
            self.story.push(format!("{step:?}: {went:?}"));
            world.tally.note(step, went);
        }
        let due = self.due_letters();
        for letter in self.lost.drain(..) {
            self.story.push(format!("  x {}", letter.name));
            world.bank(letter.gateway).lose(&letter);
        }
        for letter in due {
            self.story.push(format!("  < {}", letter.name));
            world.deliver(&letter).await;
        }
    }

    async fn take(&mut self, world: &World, step: Step) -> Went {
        match step {
            Step::OpenPage { gateway, part } => self.open_page(world, gateway, part).await,
            Step::AtPage { page, deed } => self.at_page(world, page, deed).await,
            Step::StaffRefund(part) => {
                let body = self.body(part, json!({ "reason": "as agreed" }));
                self.ask(world, "refunds/", &body, &[202]).await.map_or(Went::Refused, |_| Went::Done)
            }
            Step::ProviderRefund { payment, part, fate } => {
                self.at_provider(world, payment, |bank, payment| bank.refund(&payment.reference, part.of(payment.captured), fate))
            }
            Step::Bounce { refund } => {
                let arrived = world.arrived_refunds(self);
                let Some((gateway, reference)) = one_of(&arrived, refund) else { return Went::Idle };
                world.bank(*gateway).bounce(reference);
                Went::Done
            }
            Step::Dispute { payment } => self.at_provider(world, payment, |bank, payment| bank.dispute(&payment.reference)),
            Step::DisputeEnds { dispute, won } => {
                let open = world.open_disputes(self);
                let Some((gateway, reference)) = one_of(&open, dispute) else { return Went::Idle };
                world.bank(*gateway).decide(reference, won);
                Went::Done
            }
            Step::Credit(part) => {
                let body = self.body(part, json!({ "reason": "as agreed" }));
                let Some(note) = self.ask(world, "credit-notes/", &body, &[201]).await else { return Went::Refused };
                self.credited += self.minor(&note["amount"]);
                Went::Done
            }
            Step::Cancel => self.cancel(world).await,
            Step::Void => self.end(world, "void/", Document::Void).await,
            Step::WriteOff => self.end(world, "uncollectible/", Document::Uncollectible).await,
            Step::ByHand { part, by_bank } => self.by_hand(world, part, by_bank).await,
            Step::HandBack => self.hand_back(world).await,
            Step::Rest | Step::MustBePaid => Went::Done,
        }
    }

    async fn open_page(&mut self, world: &World, gateway: Gateway, part: Part) -> Went {
        let body = self.body(part, json!({ "gateway": gateway }));
        let path = format!("/api/invoices/{}/pay/", self.invoice);
        let answer = world.customers[self.customer].post(&path, &body).await;
        let Some(paying) = self.said(&answer, &[201]) else { return Went::Refused };
        let row = &paying["transaction"];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let page = Page {
            gateway,
            invoice: self.invoice.to_string(),
            transaction: text(&row["id"]),
            url: text(&paying["redirect_url"]),
            amount: self.minor(&row["amount"]),
        };
        // the same wish is answered with the same page
        if !self.pages.iter().any(|known| known.transaction == page.transaction) {
            self.pages.push(page);
        }
        Went::Done
    }

    async fn at_page(&mut self, world: &World, page: usize, deed: Deed) -> Went {
        if let Deed::Settle { .. } = deed {
            let is_done = self.pages.iter().any(|page| page.gateway != Gateway::Sandbox && world.bank(page.gateway).at_page(page, deed));
            return if is_done { Went::Done } else { Went::Idle };
        }
        let Some(page) = one_of(&self.pages, page).cloned() else { return Went::Idle };
        if page.gateway != Gateway::Sandbox {
            if !world.bank(page.gateway).at_page(&page, deed) {
                return Went::Refused;
            }
            let agrees = matches!(deed, Deed::Pay | Deed::PayLater | Deed::Decline);
            if page.gateway == Gateway::Paypal && agrees && self.history.dice.one_in(2) {
                // the payer comes back; the others have closed the tab
                let path = format!("/api/payments/{}/capture/", page.transaction);
                let answer = world.customers[self.customer].call(&path).await;
                self.said(&answer, &[200, 202]);
            }
            return Went::Done;
        }
        let action = match deed {
            Deed::Pay => "pay",
            Deed::PayLater => "later",
            Deed::Decline => "decline",
            Deed::Settle { .. } | Deed::Leave => return Went::Idle,
        };
        let reference = format!("pay_sandbox_{}", page.transaction.replace('-', ""));
        if self.cash.iter().any(|known| known.reference == reference) {
            return Went::Idle;
        }
        if !world.press(&page, action).await {
            return Went::Refused;
        }
        if deed != Deed::Decline {
            self.cash.push(Payment::new(reference, page.amount));
        }
        // nobody presses twice
        self.pages.retain(|known| known.transaction != page.transaction);
        Went::Done
    }

    /// Does something to one of the payments that a provider holds.
    fn at_provider(&self, world: &World, payment: usize, deed: impl FnOnce(&dyn Bank, &Payment) -> bool) -> Went {
        let held = world.payments(self);
        let Some((gateway, payment)) = one_of(&held, payment) else { return Went::Idle };
        if deed(world.bank(*gateway), payment) { Went::Done } else { Went::Refused }
    }

    /// The document that it bills is cancelled.
    async fn cancel(&mut self, world: &World) -> Went {
        let app = &world.test.app;
        let tx = app.begin().await.expect("a transaction");
        let before = shared::billing::invoice::lock(&tx, self.invoice).await.expect("the invoice");
        let after = shared::billing::close(&tx, &Actor::system(), self.invoice, "cancelled").await.expect("it ends");
        tx.commit().await.expect("commits");
        if after.credited_minor == before.credited_minor && after.status == before.status {
            return Went::Refused;
        }
        self.credited += after.credited_minor - before.credited_minor;
        if after.status != before.status {
            self.document = Document::Void;
        }
        Went::Done
    }

    async fn end(&mut self, world: &World, verb: &str, document: Document) -> Went {
        if self.ask(world, verb, &json!({ "reason": "as agreed" }), &[200]).await.is_none() {
            return Went::Refused;
        }
        self.document = document;
        Went::Done
    }

    async fn by_hand(&mut self, world: &World, part: Part, by_bank: bool) -> Went {
        let reference = format!("slip {}-{}", self.history.seed, self.story.len());
        let minor = part.of(self.history.amount.minor);
        let amount = Money::new(minor, self.history.amount.currency).decimal();
        let method = if by_bank { "BANK_TRANSFER" } else { "CASH" };
        let body = json!({ "amount": amount, "method": method, "reference": reference });
        if self.ask(world, "record-payment/", &body, &[200, 201]).await.is_none() {
            return Went::Refused;
        }
        self.cash.push(Payment::new(reference, minor));
        Went::Done
    }

    /// Whatever is to be handed back is handed back.
    async fn hand_back(&mut self, world: &World) -> Went {
        let mut went = Went::Idle;
        for (row, payment, amount) in world.to_hand_back(self.invoice).await {
            let reference = format!("back {row}");
            let answer = world.staff.post(&format!("/api/payments/{row}/confirm/"), &json!({ "reference": reference })).await;
            if self.said(&answer, &[200]).is_none() {
                continue;
            }
            went = Went::Done;
            let payment = self.cash.iter_mut().find(|known| known.reference == payment).expect("a payment that was recorded");
            payment.refunds.push(Refund { reference, amount, state: RefundState::Arrived });
        }
        went
    }

    /// Letters that come now.
    fn due_letters(&mut self) -> Vec<Letter> {
        let dice = &mut self.history.dice;
        match self.history.post {
            Post::Prompt => std::mem::take(&mut self.bag),
            Post::Backwards => vec![],
            Post::Slow | Post::Lossy => {
                let mut due = vec![];
                for letter in std::mem::take(&mut self.bag) {
                    if self.history.post == Post::Lossy && dice.one_in(4) {
                        self.lost.push(letter);
                        continue;
                    }
                    match dice.between(0, 5) {
                        0..=2 => self.bag.push(letter),
                        3 => {
                            // once now, and once more
                            self.bag.push(letter.clone());
                            due.push(letter);
                        }
                        _ => due.insert(dice.index() % (due.len() + 1), letter),
                    }
                }
                due
            }
        }
    }

    /// The last letters, for all that is still on its way.
    pub fn last_letters(&mut self) -> Vec<Letter> {
        let mut letters = std::mem::take(&mut self.bag);
        if self.history.post == Post::Backwards {
            letters.reverse();
            letters = letters.iter().flat_map(|letter| [letter.clone(), letter.clone()]).collect();
        }
        letters
    }

    /// A command of staff about this invoice; `None` when it was refused.
    async fn ask(&self, world: &World, verb: &str, body: &Value, well: &[u16]) -> Option<Value> {
        let answer = world.staff.post(&format!("/api/invoices/{}/{verb}", self.invoice), body).await;
        self.said(&answer, well)
    }

    /// A refusal must be one that tells what is wrong; anything else ends the test with this story.
    fn said(&self, answer: &Answer, well: &[u16]) -> Option<Value> {
        match answer.status {
            status if well.contains(&status) => Some(answer.json()),
            400 | 409 => None,
            status => panic!("{status}: {}\nseed {}:\n{}", answer.text, self.history.seed, self.story.join("\n")),
        }
    }

    fn body(&self, part: Part, mut body: Value) -> Value {
        if let Part::Hundredths(_) = part {
            let minor = part.of(self.history.amount.minor);
            body["amount"] = json!(Money::new(minor, self.history.amount.currency).decimal());
        }
        body
    }

    fn minor(&self, amount: &Value) -> i64 {
        let text = amount.as_str().unwrap_or_else(|| panic!("an amount: {amount}"));
        Money::parse_positive("amount", text, self.history.amount.currency).expect("an amount of ours").minor
    }
}

fn one_of<T>(things: &[T], n: usize) -> Option<&T> {
    if n == LAST { things.last() } else { things.get(n % things.len().max(1)) }
}
