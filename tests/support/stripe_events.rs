//! What Stripe sends to a webhook: the published bodies of one card payment's life, and the header that signs them.
//!
//! Bodies are a pure function of their arguments. The same call is the same event again, byte for byte and id for id,
//! as a second delivery is; any other content is another event. Our metadata is where Stripe keeps it and nowhere
//! else: on the session, the intent, and the charge that copied it from the intent, never on refunds and disputes.

use hmac::{Hmac, KeyInit, Mac};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::stripe;

/// The version that a webhook endpoint was pinned to when somebody created it, long before the client's own.
const API_VERSION: &str = "2025-09-30.clover";
/// The last version before 2022-11-15, which took the list of refunds out of the charge.
const API_VERSION_WITH_REFUND_LIST: &str = "2022-08-01";
/// A fixed moment, so that bodies repeat; only the signature tells when a delivery was made.
const CREATED: i64 = 1_760_000_000;

/// The ids and the sum of one payment, shared by all its events.
#[derive(Clone, Debug, Default)]
pub struct Payment {
    /// Makes otherwise equal events different ones.
    pub event_seed: u64,
    pub session: String,
    pub payment_intent: String,
    pub charge: String,
    /// In the gateway's minor unit.
    pub amount: i64,
    pub currency: String,
    pub transaction_id: Option<String>,
    pub invoice_id: Option<String>,
}

/// A customer's payment of a session that the fake server opened.
impl From<&stripe::Session> for Payment {
    fn from(session: &stripe::Session) -> Self {
        Self {
            event_seed: 0,
            session: session.id.clone(),
            payment_intent: id_from("pi_3", &session.id),
            charge: id_from("ch_3", &session.id),
            amount: session.amount,
            currency: session.currency.clone(),
            transaction_id: session.payment_intent_metadata.get("transaction_id").cloned(),
            invoice_id: session.payment_intent_metadata.get("invoice_id").cloned(),
        }
    }
}

/// Each gives `(event id, body)`.
impl Payment {
    /// A payment of this much, in US cents, of an invoice: `pi_1` by `ch_1` on `cs_1`.
    pub fn of(seed: u64, invoice: &str, amount: i64) -> Self {
        Self {
            event_seed: seed,
            session: format!("cs_{seed}"),
            payment_intent: format!("pi_{seed}"),
            charge: format!("ch_{seed}"),
            amount,
            currency: "usd".into(),
            transaction_id: None,
            invoice_id: Some(invoice.to_owned()),
        }
    }

    /// `paid` is false for methods that settle later, such as a bank debit.
    pub fn checkout_session_completed(&self, paid: bool) -> (String, String) {
        self.event("checkout.session.completed", self.completed_session(paid), None)
    }

    pub fn async_payment_succeeded(&self) -> (String, String) {
        self.event("checkout.session.async_payment_succeeded", self.completed_session(true), None)
    }

    pub fn async_payment_failed(&self) -> (String, String) {
        self.event("checkout.session.async_payment_failed", self.completed_session(false), None)
    }

    pub fn session_expired(&self) -> (String, String) {
        let mut session = self.open_session();
        session["status"] = json!("expired");
        session["url"] = Value::Null;
        self.event("checkout.session.expired", session, None)
    }

    pub fn payment_intent_succeeded(&self) -> (String, String) {
        let mut intent = self.intent();
        intent["amount_received"] = json!(self.amount);
        intent["latest_charge"] = json!(self.charge);
        intent["payment_method"] = json!(self.payment_method());
        intent["status"] = json!("succeeded");
        self.event("payment_intent.succeeded", intent, None)
    }

    /// One declined attempt: the intent lives on, and the customer may try another card.
    pub fn payment_intent_payment_failed(&self) -> (String, String) {
        // the attempt made a charge of its own, which is not the one that may succeed later
        let declined = id_from("ch_3", &format!("declined {}", self.charge));
        let mut intent = self.intent();
        intent["last_payment_error"] = json!({
            "advice_code": "try_again_later",
            "charge": declined,
            "code": "card_declined",
            "decline_code": "generic_decline",
            "doc_url": "https://stripe.com/docs/error-codes/card-declined",
            "message": "Your card was declined.",
            "network_decline_code": "01",
            "payment_method": {
                "id": self.payment_method(),
                "object": "payment_method",
                "billing_details": billing_details(),
                "card": card(),
                "created": CREATED,
                "customer": null,
                "livemode": false,
                "metadata": {},
                "type": "card"
            },
            "type": "card_error"
        });
        intent["latest_charge"] = json!(declined);
        intent["status"] = json!("requires_payment_method");
        self.event("payment_intent.payment_failed", intent, None)
    }

    /// The fee was booked: the event tells where. `booked` is the name of the balance transaction.
    pub fn charge_updated(&self, booked: &str) -> (String, String) {
        let mut charge = self.paid_charge();
        charge["balance_transaction"] = json!(booked);
        self.event("charge.updated", charge, Some(json!({ "balance_transaction": null })))
    }

    /// `amount` is all that the charge has lost by now. With a refund list (an endpoint on an old API version) it is
    /// the work of `refund_id` alone; without one the event does not name its refund, as on today's versions.
    pub fn charge_refunded(&self, refund_id: &str, amount: i64, with_refund_list: bool) -> (String, String) {
        let mut charge = self.paid_charge();
        charge["amount_refunded"] = json!(amount);
        charge["refunded"] = json!(amount >= self.amount);
        let mut before = json!({ "amount_refunded": 0 });
        if amount >= self.amount {
            before["refunded"] = json!(false);
        }
        if !with_refund_list {
            return self.event("charge.refunded", charge, Some(before));
        }
        charge["refunds"] = json!({
            "object": "list",
            "data": [self.refund(refund_id, amount, "succeeded")],
            "has_more": false,
            "total_count": 1,
            "url": format!("/v1/charges/{}/refunds", self.charge)
        });
        before["refunds"] = json!({ "data": [], "total_count": 0 });
        self.event_of_version(API_VERSION_WITH_REFUND_LIST, "charge.refunded", charge, Some(before))
    }

    pub fn refund_created(&self, refund_id: &str, amount: i64) -> (String, String) {
        self.event("refund.created", self.refund(refund_id, amount, "succeeded"), None)
    }

    /// `status`: `pending`, `requires_action`, `succeeded`, `failed` or `canceled`.
    pub fn refund_updated(&self, refund_id: &str, amount: i64, status: &str) -> (String, String) {
        let before = json!({ "destination_details": { "card": { "reference": null, "reference_status": "pending" } } });
        self.event("refund.updated", self.refund(refund_id, amount, status), Some(before))
    }

    pub fn dispute_created(&self, dispute_id: &str, amount: i64) -> (String, String) {
        self.event("charge.dispute.created", self.dispute(dispute_id, amount, "needs_response"), None)
    }

    /// The money was taken for the time being; the dispute goes on.
    pub fn dispute_funds_withdrawn(&self, dispute_id: &str, amount: i64) -> (String, String) {
        self.event("charge.dispute.funds_withdrawn", self.dispute(dispute_id, amount, "needs_response"), None)
    }

    /// `status`: `won` or `lost`.
    pub fn dispute_closed(&self, dispute_id: &str, amount: i64, status: &str) -> (String, String) {
        let before = json!({ "status": "under_review" });
        self.event("charge.dispute.closed", self.dispute(dispute_id, amount, status), Some(before))
    }

    fn event(&self, kind: &str, object: Value, before: Option<Value>) -> (String, String) {
        self.event_of_version(API_VERSION, kind, object, before)
    }

    fn event_of_version(&self, version: &str, kind: &str, object: Value, before: Option<Value>) -> (String, String) {
        let id = id_from("evt_1", &format!("{} {kind} {object}", self.event_seed));
        let mut data = json!({ "object": object });
        if let Some(before) = before {
            data["previous_attributes"] = before;
        }
        let body = pretty(&json!({
            "id": id,
            "object": "event",
            "api_version": version,
            "created": CREATED,
            "data": data,
            "livemode": false,
            "pending_webhooks": 1,
            "request": { "id": null, "idempotency_key": null },
            "type": kind
        }));
        (id, body)
    }

    fn open_session(&self) -> Value {
        checkout_session(&self.session, self.amount, &self.currency, self.transaction_id.as_deref(), self.metadata())
    }

    fn completed_session(&self, paid: bool) -> Value {
        let mut session = self.open_session();
        session["customer_details"] = json!({
            "address": billing_details()["address"],
            "business_name": null,
            "email": "customer@example.com",
            "individual_name": null,
            "name": "Amal Haddad",
            "phone": null,
            "tax_exempt": "none",
            "tax_ids": []
        });
        session["payment_intent"] = json!(self.payment_intent);
        session["payment_status"] = json!(if paid { "paid" } else { "unpaid" });
        session["status"] = json!("complete");
        session["url"] = Value::Null;
        session
    }

    fn intent(&self) -> Value {
        let intent = json!({
            "id": self.payment_intent,
            "object": "payment_intent",
            "amount": self.amount,
            "amount_capturable": 0,
            "amount_details": { "tip": {} },
            "amount_received": 0,
            "capture_method": "automatic_async",
            "client_secret": format!("{}_secret_{}", self.payment_intent, id_from("", &self.payment_intent)),
            "confirmation_method": "automatic",
            "created": CREATED,
            "currency": self.currency,
            "livemode": false,
            "metadata": self.metadata(),
            "payment_method_options": { "card": { "installments": null, "mandate_options": null, "network": null, "request_three_d_secure": "automatic" } },
            "payment_method_types": ["card"],
            "status": "processing"
        });
        with_nulls(
            intent,
            "application application_fee_amount automatic_payment_methods canceled_at cancellation_reason customer description \
             last_payment_error latest_charge next_action on_behalf_of payment_method payment_method_configuration_details processing \
             receipt_email review setup_future_usage shipping source statement_descriptor statement_descriptor_suffix transfer_data transfer_group",
        )
    }

    fn paid_charge(&self) -> Value {
        let outcome = json!({
            "network_status": "approved_by_network",
            "risk_level": "normal",
            "risk_score": 12,
            "seller_message": "Payment complete.",
            "type": "authorized"
        });
        let charge = json!({
            "id": self.charge,
            "object": "charge",
            "amount": self.amount,
            "amount_captured": self.amount,
            "amount_refunded": 0,
            "balance_transaction": id_from("txn_3", &self.charge),
            "billing_details": billing_details(),
            "calculated_statement_descriptor": "BUY4ME",
            "captured": true,
            "created": CREATED,
            "currency": self.currency,
            "disputed": false,
            "fraud_details": {},
            "livemode": false,
            "metadata": self.metadata(),
            "outcome": with_nulls(outcome, "advice_code network_advice_code network_decline_code reason"),
            "paid": true,
            "payment_intent": self.payment_intent,
            "payment_method": self.payment_method(),
            "payment_method_details": { "card": card(), "type": "card" },
            "radar_options": {},
            "receipt_url": format!("https://pay.stripe.com/receipts/payment/{}", self.charge),
            "refunded": false,
            "status": "succeeded"
        });
        with_nulls(
            charge,
            "application application_fee application_fee_amount customer description destination dispute failure_balance_transaction \
             failure_code failure_message on_behalf_of order receipt_email receipt_number review shipping source source_transfer \
             statement_descriptor statement_descriptor_suffix transfer_data transfer_group",
        )
    }

    fn refund(&self, id: &str, amount: i64, status: &str) -> Value {
        let mut refund = json!({
            "id": id,
            "object": "refund",
            "amount": amount,
            "balance_transaction": id_from("txn_3", id),
            "charge": self.charge,
            "created": CREATED,
            "currency": self.currency,
            "destination_details": { "card": { "reference": "7438294817", "reference_status": "available", "type": "refund" }, "type": "card" },
            "metadata": {},
            "payment_intent": self.payment_intent,
            "status": status
        });
        if status == "failed" {
            refund["failure_balance_transaction"] = json!(id_from("txn_3", &format!("failed {id}")));
            refund["failure_reason"] = json!("lost_or_stolen_card");
        }
        with_nulls(refund, "reason receipt_number source_transfer_reversal transfer_reversal")
    }

    fn dispute(&self, id: &str, amount: i64, status: &str) -> Value {
        let evidence = json!({ "customer_email_address": "customer@example.com", "customer_name": "Amal Haddad", "enhanced_evidence": {} });
        json!({
            "id": id,
            "object": "dispute",
            "amount": amount,
            "balance_transaction": id_from("txn_1", &format!("withdrawal {id}")),
            "balance_transactions": self.dispute_movements(id, amount, status),
            "charge": self.charge,
            "created": CREATED,
            "currency": self.currency,
            "enhanced_eligibility_types": [],
            "evidence": with_nulls(
                evidence,
                "access_activity_log billing_address cancellation_policy cancellation_policy_disclosure cancellation_rebuttal \
                 customer_communication customer_purchase_ip customer_signature duplicate_charge_documentation duplicate_charge_explanation \
                 duplicate_charge_id product_description receipt refund_policy refund_policy_disclosure refund_refusal_explanation service_date \
                 service_documentation shipping_address shipping_carrier shipping_date shipping_documentation shipping_tracking_number \
                 uncategorized_file uncategorized_text",
            ),
            "evidence_details": { "due_by": CREATED + 9 * 86_400, "enhanced_eligibility": {}, "has_evidence": false, "past_due": false, "submission_count": 0 },
            "is_charge_refundable": false,
            "livemode": false,
            "metadata": {},
            "payment_intent": self.payment_intent,
            "payment_method_details": { "card": { "brand": "visa", "case_type": "chargeback", "network": "visa", "network_reason_code": "10.4" }, "type": "card" },
            "reason": "fraudulent",
            "status": status
        })
    }

    /// Money leaves when the dispute opens and comes back when it is won; the fee stays.
    fn dispute_movements(&self, dispute: &str, amount: i64, status: &str) -> Vec<Value> {
        let movement = |what: &str, category: &str, amount: i64, fee: i64| {
            json!({
                "id": id_from("txn_1", &format!("{what} {dispute}")),
                "object": "balance_transaction",
                "amount": amount,
                "available_on": CREATED,
                "balance_type": "payments",
                "created": CREATED,
                "currency": self.currency,
                "description": format!("Chargeback {what} for {}", self.charge),
                "exchange_rate": null,
                "fee": fee,
                "fee_details": [],
                "net": amount - fee,
                "reporting_category": category,
                "source": dispute,
                "status": "available",
                "type": "adjustment"
            })
        };
        let mut movements = vec![movement("withdrawal", "dispute", -amount, 1500)];
        if status == "won" {
            movements.push(movement("reversal", "dispute_reversal", amount, 0));
        }
        movements
    }

    fn metadata(&self) -> Value {
        let ids = [("invoice_id", &self.invoice_id), ("transaction_id", &self.transaction_id)];
        ids.into_iter().filter_map(|(key, id)| Some((key.to_owned(), json!(id.as_ref()?)))).collect::<serde_json::Map<_, _>>().into()
    }

    fn payment_method(&self) -> String {
        id_from("pm_1", &self.payment_intent)
    }
}

/// An open session that nobody has paid, as Stripe answers its creation and repeats it in events.
pub fn checkout_session(id: &str, amount: i64, currency: &str, client_reference_id: Option<&str>, metadata: Value) -> Value {
    let invoice_data = json!({ "metadata": {} });
    let session = json!({
        "id": id,
        "object": "checkout.session",
        "adaptive_pricing": { "enabled": false },
        "amount_subtotal": amount,
        "amount_total": amount,
        "automatic_tax": { "enabled": false, "liability": null, "provider": null, "status": null },
        "cancel_url": "https://shop.example.com/cancel",
        "client_reference_id": client_reference_id,
        "created": CREATED,
        "currency": currency,
        "custom_fields": [],
        "custom_text": { "after_submit": null, "shipping_address": null, "submit": null, "terms_of_service_acceptance": null },
        "customer_creation": "if_required",
        "discounts": [],
        "expires_at": CREATED + 86_400,
        "invoice_creation": {
            "enabled": false,
            "invoice_data": with_nulls(invoice_data, "account_tax_ids custom_fields description footer issuer rendering_options")
        },
        "livemode": false,
        "metadata": metadata,
        "mode": "payment",
        "payment_method_collection": "if_required",
        "payment_method_options": { "card": { "request_three_d_secure": "automatic" } },
        "payment_method_types": ["card"],
        "payment_status": "unpaid",
        "phone_number_collection": { "enabled": false },
        "shipping_options": [],
        "status": "open",
        "success_url": "https://shop.example.com/done?session_id={CHECKOUT_SESSION_ID}",
        "total_details": { "amount_discount": 0, "amount_shipping": 0, "amount_tax": 0 },
        "ui_mode": "hosted",
        "url": format!("https://checkout.stripe.com/c/pay/{id}")
    });
    with_nulls(
        session,
        "after_expiration allow_promotion_codes billing_address_collection branding_settings client_secret collected_information consent \
         consent_collection currency_conversion customer customer_account customer_details customer_email invoice locale origin_context \
         payment_intent payment_link payment_method_configuration_details permissions recovered_from saved_payment_method_options \
         setup_intent shipping_address_collection shipping_cost submit_type subscription wallet_options",
    )
}

/// The `Stripe-Signature` of a delivery. The key is the whole secret, `whsec_` included; nothing is decoded.
pub fn sign(secret: &str, timestamp: i64, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(format!("{timestamp}.").as_bytes());
    mac.update(body);
    format!("t={timestamp},v1={}", hex::encode(mac.finalize().into_bytes()))
}

/// JSON as Stripe writes it: two spaces, `id` and `object` before the rest of the alphabet. No writer of ours puts it
/// out that way, so that a signature checked over re-serialised JSON cannot pass by luck.
pub fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(&StripeOrder(value)).expect("JSON writes as JSON")
}

struct StripeOrder<'a>(&'a Value);

impl Serialize for StripeOrder<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Object(object) => {
                let mut fields: Vec<_> = object.iter().map(|(key, value)| (key, StripeOrder(value))).collect();
                fields.sort_by_key(|(key, _)| (*key != "id", *key != "object", *key));
                serializer.collect_map(fields)
            }
            Value::Array(items) => serializer.collect_seq(items.iter().map(StripeOrder)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => self.0.serialize(serializer),
        }
    }
}

/// Stripe writes out what does not apply; a reader that needs a field to be absent would be wrong.
fn with_nulls(mut object: Value, fields: &str) -> Value {
    for field in fields.split_whitespace() {
        object[field] = Value::Null;
    }
    object
}

/// An id in Stripe's shape that depends only on `from`.
fn id_from(prefix: &str, from: &str) -> String {
    format!("{prefix}{}", &hex::encode(Sha256::digest(from))[..23])
}

fn billing_details() -> Value {
    json!({
        "address": with_nulls(json!({ "country": "AE" }), "city line1 line2 postal_code state"),
        "email": "customer@example.com",
        "name": "Amal Haddad",
        "phone": null,
        "tax_id": null
    })
}

fn card() -> Value {
    let card = json!({
        "brand": "visa",
        "checks": { "address_line1_check": null, "address_postal_code_check": null, "cvc_check": "pass" },
        "country": "AE",
        "exp_month": 12,
        "exp_year": 2034,
        "fingerprint": "x4QmT0bVhN7dLs2k",
        "funding": "credit",
        "last4": "4242",
        "network": "visa"
    });
    with_nulls(card, "installments mandate three_d_secure wallet")
}
