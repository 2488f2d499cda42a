//! Stripe as one of our providers: what we ask of it, and how its answers and events are read (`object`, `event`). Its own books
//! are in `books`.

mod books;
mod event;
mod object;

use super::event::{Change, Charge, ChargeStep, Fee};
use super::provider::{Checkout, CheckoutRequest, Missed, Movement, PaymentGateway};
use super::transaction::{self, Kind, Model as Transaction};
use crate::billing::gateway::to_stripe;
use crate::clients::stripe::{StripeClient, refused};
use crate::clock::Time;
use crate::money::Money;
use crate::{App, Error, Result};
use async_trait::async_trait;
pub use event::{Envelope, concerns_us, read};
use object::{List, Object};
use std::collections::{BTreeMap, HashMap};
use stripe_checkout::CheckoutSessionMode;
use stripe_checkout::checkout_session::{
    CreateCheckoutSession, CreateCheckoutSessionLineItems, CreateCheckoutSessionLineItemsPriceData, CreateCheckoutSessionPaymentIntentData,
    ProductData,
};
use stripe_client_core::{RequestBuilder, StripeMethod, StripeRequest};

/// Pages of the refunds of one payment.
const MAX_PAGES: usize = 100;

#[async_trait]
impl PaymentGateway for StripeClient {
    async fn create_checkout(&self, _app: &App, request: CheckoutRequest) -> Result<Checkout> {
        let key = request.transaction.to_string();
        let session: Object = self.call(session_of(request)?, Some(key)).await?;
        let url = session.url.ok_or_else(|| refused("a session without a page".to_owned()))?;
        Ok(Checkout { reference: session.id, url })
    }

    async fn fetch(&self, app: &App, row: &Transaction) -> Result<Vec<Change>> {
        match (row.kind, &row.transaction_reference, &row.checkout_reference) {
            (Kind::Charge, _, Some(session)) => self.session(session).await,
            (Kind::Charge, Some(intent), None) => self.intent(intent).await,
            (Kind::Refund, Some(refund), _) => {
                let refund: Object = self.call(get(format!("refunds/{}", bare(refund))), None).await?;
                Ok(vec![refund.refund(None).unwrap_or_else(Change::Unreadable)])
            }
            (Kind::Refund, None, _) => self.refunds_beside(app, row).await,
            (Kind::Dispute, Some(dispute), _) => {
                let dispute: Object = self.call(get(format!("disputes/{dispute}")), None).await?;
                Ok(vec![dispute.dispute().unwrap_or_else(Change::Unreadable)])
            }
            (Kind::Charge, None, None) | (Kind::Dispute, None, _) => Ok(vec![]),
        }
    }

    async fn refund(&self, _app: &App, refund: &Transaction, charge: &Transaction) -> Result<Vec<Change>> {
        let intent = charge.transaction_reference.clone().ok_or_else(|| refused("a payment that Stripe does not know".to_owned()))?;
        // the intent names the payment, whichever of its charges it was in the end
        let parent = if intent.starts_with("ch_") { "charge" } else { "payment_intent" };
        let form = BTreeMap::from([
            (parent, intent),
            ("amount", to_stripe(refund.amount()?)?.to_string()),
            ("metadata[transaction_id]", refund.id.to_string()),
            ("metadata[invoice_id]", refund.invoice_id.to_string()),
        ]);
        let made: Object = self.call(post("refunds").form(&form), Some(refund.id.to_string())).await?;
        Ok(vec![made.refund(charge.transaction_reference.clone()).unwrap_or_else(Change::Unreadable)])
    }

    async fn cancel(&self, _app: &App, row: &Transaction) -> Result<Vec<Change>> {
        let Some(session) = &row.checkout_reference else { return Ok(vec![]) };
        // no key: an expired session expires no more than once by itself
        match self.call::<Object>(post(format!("checkout/sessions/{session}/expire")), None).await {
            Ok(expired) => Ok(vec![Change::Charge(expired.session(ChargeStep::Cancelled, None))]),
            // "only open sessions can be expired": it was paid, or has ended, a moment before
            Err(Error::Refused { .. }) => self.session(session).await,
            Err(other) => Err(other),
        }
    }

    async fn missed(&self, since: Time, until: Time) -> Result<Vec<Missed>> {
        books::missed(self, since, until).await
    }

    async fn movements(&self, since: Time, until: Time) -> Result<Option<Vec<Movement>>> {
        books::movements(self, since, until).await.map(Some)
    }
}

impl StripeClient {
    /// What Stripe kept of a payment, in the currency that it was kept in: of a balance transaction, `txn_…`.
    pub async fn fee(&self, balance_transaction: &str) -> Result<Option<Money>> {
        let booked: Object = self.call(get(format!("balance_transactions/{balance_transaction}")), None).await?;
        Ok(booked.money(booked.fee))
    }

    async fn session(&self, id: &str) -> Result<Vec<Change>> {
        let session: Object = self.call(get(format!("checkout/sessions/{id}")), None).await?;
        let intent = session.payment_intent.as_ref().map(|intent| intent.id().to_owned());
        Ok(match (session.status.as_deref(), session.payment_status.as_deref()) {
            (Some("expired"), _) => vec![Change::Charge(session.session(ChargeStep::Cancelled, None))],
            (Some("complete"), Some("paid" | "no_payment_required")) => {
                let mut changes = vec![Change::Charge(session.session(ChargeStep::Succeeded, None))];
                if let Some(intent) = intent {
                    // the page does not tell the fee, the payment does; it says the same of the money
                    changes.extend(self.intent(&intent).await?.into_iter().filter(|change| matches!(change, Change::Fee(_))));
                }
                changes
            }
            // a method that settles later: the payment knows whether it failed meanwhile
            (Some("complete"), _) => {
                let Some(intent) = intent else { return Ok(vec![Change::Charge(session.session(ChargeStep::Processing, None))]) };
                let shown = self.shown_intent(&intent).await?;
                let step = match shown.status.as_deref() {
                    // it failed, and on a page that is complete there is no other try
                    Some("requires_payment_method") => ChargeStep::Failed("declined_hard".to_owned()),
                    Some("canceled") => ChargeStep::Cancelled,
                    Some(_) | None => ChargeStep::Processing,
                };
                let more = if step == ChargeStep::Processing { of_intent(shown) } else { vec![] };
                std::iter::once(Change::Charge(session.session(step, None))).chain(more).collect()
            }
            (_, _) => vec![],
        })
    }

    async fn intent(&self, id: &str) -> Result<Vec<Change>> {
        Ok(of_intent(self.shown_intent(id).await?))
    }

    async fn shown_intent(&self, id: &str) -> Result<Object> {
        let request = get(format!("payment_intents/{id}")).query(&BTreeMap::from([("expand[]", "latest_charge.balance_transaction")]));
        self.call(request, None).await
    }

    /// All refunds of the payment that this one belongs to: ours is among them if it was made.
    async fn refunds_beside(&self, app: &App, row: &Transaction) -> Result<Vec<Change>> {
        let Some(parent) = transaction::parent(&app.db.conn, row).await?.and_then(|charge| charge.transaction_reference) else {
            return Ok(vec![]);
        };
        let of = if parent.starts_with("ch_") { "charge" } else { "payment_intent" };
        let mut found = vec![];
        let mut last: Option<String> = None;
        for _ in 0..MAX_PAGES {
            let mut query = BTreeMap::from([(of, parent.clone()), ("limit", "100".to_owned())]);
            query.extend(last.take().map(|id| ("starting_after", id)));
            let list: List<Object> = self.call(get("refunds").query(&query), None).await?;
            last = list.data.last().map(|refund| refund.id.clone()).filter(|_| list.has_more);
            found.extend(list.data.into_iter().map(|refund| refund.refund(Some(parent.clone())).unwrap_or_else(Change::Unreadable)));
            if last.is_none() {
                return Ok(found);
            }
        }
        Err(refused(format!("more than {MAX_PAGES} pages of refunds of one payment")))
    }
}

/// What an intent says of its payment.
fn of_intent(intent: Object) -> Vec<Change> {
    let fee = intent.fee_of_latest_charge();
    let step = match (intent.status.as_deref(), &intent.last_payment_error) {
        (Some("succeeded"), _) => ChargeStep::Succeeded,
        (Some("canceled"), _) => ChargeStep::Cancelled,
        (Some("processing"), _) => ChargeStep::Processing,
        (_, Some(error)) => ChargeStep::Attempted(error.normalised().to_owned()),
        (_, None) => return vec![],
    };
    let charge: Charge = intent.intent(step, None);
    let fee = fee.and_then(|amount| Some(Change::Fee(Fee { charge: charge.reference.clone()?, amount })));
    std::iter::once(Change::Charge(charge)).chain(fee).collect()
}

/// A Checkout Session. The ids go into the session and into its payment intent, because intents and charges carry only their own
/// metadata.
fn session_of(request: CheckoutRequest) -> Result<RequestBuilder> {
    let ids = HashMap::from([
        ("transaction_id".to_owned(), request.transaction.to_string()),
        ("invoice_id".to_owned(), request.invoice.to_string()),
    ]);
    let currency = request.amount.currency.code().to_ascii_lowercase();
    let currency: stripe_types::Currency =
        currency.parse().map_err(|_| refused(format!("currency {currency} is unknown to the client")))?;
    let price = CreateCheckoutSessionLineItemsPriceData {
        product_data: Some(ProductData::new(request.title)),
        unit_amount: Some(to_stripe(request.amount)?),
        ..CreateCheckoutSessionLineItemsPriceData::new(currency)
    };
    let line = CreateCheckoutSessionLineItems { price_data: Some(price), quantity: Some(1), ..CreateCheckoutSessionLineItems::new() };
    let intent = CreateCheckoutSessionPaymentIntentData { metadata: Some(ids.clone()), ..CreateCheckoutSessionPaymentIntentData::new() };
    let create = CreateCheckoutSession::new()
        .mode(CheckoutSessionMode::Payment)
        .client_reference_id(request.transaction.to_string())
        .metadata(ids)
        .payment_intent_data(intent)
        .line_items(vec![line])
        .success_url(request.return_url)
        .cancel_url(request.cancel_url)
        .expires_at(request.expires_at.timestamp());
    Ok(create.build())
}

fn get(path: impl Into<String>) -> RequestBuilder {
    RequestBuilder::new(StripeMethod::Get, path)
}

fn post(path: impl Into<String>) -> RequestBuilder {
    RequestBuilder::new(StripeMethod::Post, path)
}

/// Our own row of a refund that the bank sent back is named after it: `re_…/returned`.
fn bare(reference: &str) -> &str {
    reference.split('/').next().unwrap_or(reference)
}
