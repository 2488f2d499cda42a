//! What an operation is tried on: made anew for every cell, so that none spoils the next.

use super::callers::{Account, House, Who};
use super::probes::{address, goods, picture, shipment};
use crate::support::client::Client;
use crate::support::paypal::{self, signer};
use crate::support::{PASSWORD, WEBHOOK_SECRET, eventually, stripe_events, twilio};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use shared::accounts::link::{self, Purpose};
use shared::billing::sandbox;
use shared::clients::sms_status;
use shared::ids::{InvoiceId, UserId};
use shared::money::{Currency, Money};
use shared::policy::Actor;
use std::time::Duration;
use totp_rs::Builder;

/// What the path or the body speaks of. Unless it says otherwise, it belongs to the Buy4Me caller.
#[derive(Clone, Copy, Debug)]
pub enum Target {
    /// Nothing: a list, something new, or the caller's own account, which stays as it is.
    Nothing,
    /// An account of the caller's kind that only this cell uses, because the operation changes or ends its own.
    Own,
    /// The same with a second factor set up: `code` is good to confirm it.
    OwnFactorSetUp,
    /// The same with a second factor: `recovery` is a code of it.
    OwnFactor,
    /// A customer's account; the Buy4Me caller is that customer.
    Customer,
    /// Another admin's account, with the ADMIN set.
    Staff,
    Address,
    /// A sign-in on another device.
    Session,
    /// A copy of the data, ready.
    Export,
    /// PENDING.
    Shipment,
    /// PENDING, and its customer is asked about the cost.
    DearShipment,
    /// A draft with an item.
    Request,
    /// The item of one.
    Goods,
    /// One whose item became dearer than was authorised.
    DearRequest,
    Ticket,
    /// A message in the centre.
    News,
    /// A device that gets pushes.
    PushDevice,
    /// A file in a message of a ticket.
    TicketFile,
    DraftInvoice,
    Invoice,
    Payment,
    /// Paid in cash.
    PaidInvoice,
    /// Part of a cash payment, about to be handed back.
    RefundByHand,
    /// An invoice whose PDF is there.
    Paper,
    /// The same, ….
    CreditNote,
    /// … and of a payment that arrived.
    Receipt,
    CompanyLogo,
    /// A shop with a logo.
    Vendor,
    /// Whoever holds what only the owner was given may use it: a refresh token, …
    RefreshToken,
    /// … a challenge and a recovery code, …
    Challenge,
    /// … the link of an invitation, …
    PasswordLink,
    /// … or of a new address.
    EmailLink,
    StripeEvent,
    PaypalEvent,
    SandboxEvent,
    /// What became of an SMS, in a form.
    SmsStatus,
    /// Dollars in dirhams, pinned.
    PinnedRate,
    /// Rates being fetched.
    RateRefresh,
    /// Money that nobody can place.
    PaymentReview,
    /// An exchange rate that moved too far.
    RateReview,
    /// A query that asks for a report as a file.
    ReportFile,
    /// A report as a file, finished: the caller's own, or else a super admin's.
    ReportExport,
}

/// The caller of one cell, and what the path, the headers and the body are filled with.
pub struct Made {
    pub client: Client,
    pub facts: Value,
}

impl House {
    pub async fn make(&self, target: Target, who: Who) -> Made {
        let mut account = self.caller(who).clone();
        let facts = match target {
            Target::Nothing => json!({}),
            Target::ReportFile => json!({ "query": "format=csv" }),
            Target::ReportExport => self.report_export(who).await,
            Target::Own | Target::OwnFactorSetUp | Target::OwnFactor => {
                account = self.account(who).await;
                match (target, who) {
                    (Target::Own, _) => json!({}),
                    (_, Who::Nobody) => json!({ "code": "123456", "recovery": "aaaaa-aaaaa" }),
                    (Target::OwnFactorSetUp, _) => json!({ "code": self.set_up_factor(&account).await }),
                    (_, _) => json!({ "recovery": self.factor(&account).await }),
                }
            }
            Target::Customer => {
                let customer = self.account(Who::Buy4Me).await;
                let facts = json!({ "id": customer.id, "email": customer.email });
                if who == Who::Buy4Me {
                    account = customer;
                }
                facts
            }
            Target::Staff => {
                let admin = self.account(Who::Admin).await;
                json!({ "id": admin.id, "email": admin.email })
            }
            Target::Address => self.owner().client.post("/api/users/me/addresses/", &address()).await.expect(201),
            Target::Session => self.session().await,
            Target::Export => self.export().await,
            Target::Shipment => self.owner().client.post("/api/shipments/", &shipment()).await.expect(201),
            Target::DearShipment => {
                let made = self.owner().client.post("/api/shipments/", &shipment()).await.expect(201);
                let door = format!("/api/shipments/{}/status/", made["id"].as_str().unwrap());
                let body = json!({ "status": "PROCESSING", "cost": "500.00", "reason": "weighed by hand" });
                self.root.patch(&door, &body).await.expect(200)
            }
            Target::Request => self.request().await,
            Target::Goods => self.request().await["items"][0].clone(),
            Target::DearRequest => {
                let made = self.request().await;
                let door = format!("/api/buy4me/requests/{}/", made["id"].as_str().unwrap());
                let submitted = self.owner().client.patch(&door, &json!({ "status": "SUBMITTED" })).await.expect(200);
                let item = format!("/api/buy4me/items/{}/", made["items"][0]["id"].as_str().unwrap());
                self.root.patch(&item, &json!({ "actual_unit_price": "99.00" })).await.expect(200);
                submitted
            }
            Target::News => {
                self.invoice(true).await;
                self.owner().client.get("/api/notifications/?page_size=1").await.expect(200)["results"][0].clone()
            }
            Target::PushDevice => {
                let device = json!({ "token": uuid::Uuid::now_v7().to_string(), "platform": "ANDROID" });
                self.owner().client.post("/api/notifications/devices/", &device).await.expect(201)
            }
            Target::Ticket => self.ticket().await,
            Target::TicketFile => self.ticket_file().await,
            Target::DraftInvoice => self.invoice(false).await,
            Target::Invoice => self.invoice(true).await,
            Target::Payment => self.payment().await,
            Target::PaidInvoice => self.paid_invoice().await,
            Target::RefundByHand => {
                let refunds = format!("/api/invoices/{}/refunds/", self.paid_invoice().await["id"].as_str().unwrap());
                self.root.post(&refunds, &json!({ "amount": "1.00", "reason": "Broken" })).await.expect(202)
            }
            Target::Paper => {
                let invoice = self.invoice(true).await;
                self.paper("invoices", &invoice, "pdf").await
            }
            Target::CreditNote => self.credit_note().await,
            Target::Receipt => {
                let payment = self.payment().await;
                self.test.press_pay(&payment["redirect_url"].as_str().unwrap().parse().unwrap()).await;
                let path = format!("/api/payments/{}/", payment["id"].as_str().unwrap());
                let arrived = || async { Some(self.root.get(&path).await.expect(200)).filter(|row| row["status"] == "SUCCESS") };
                let payment = eventually("the payment arrives", Duration::from_secs(30), arrived).await;
                self.paper("payments", &payment, "receipt").await
            }
            Target::CompanyLogo => {
                let put = |request: reqwest::RequestBuilder| request.header("Content-Type", "image/png").body(picture());
                self.root.send(reqwest::Method::PUT, "/api/superadmin/company/logo/", put).await.expect(204)
            }
            Target::Vendor => self.vendor().await,
            Target::RefreshToken => self.sign_in(&self.account(Who::Buy4Me).await.email).await,
            Target::Challenge => {
                let owner = self.account(Who::Buy4Me).await;
                let recovery = self.factor(&owner).await;
                let mut facts = self.sign_in(&owner.email).await;
                facts["recovery"] = recovery.into();
                facts
            }
            Target::PasswordLink => {
                let body = json!({ "email": self.new_email(), "first_name": "Amina", "last_name": "", "role": "BUY4ME" });
                let invited = self.root.post("/api/admin/users/", &body).await.expect(201);
                json!({ "token": self.link(&invited["id"], Purpose::Invite).await })
            }
            Target::EmailLink => {
                let moved = self.account(Who::Buy4Me).await;
                let door = format!("/api/admin/users/{}/", moved.id);
                let moved = self.root.patch(&door, &json!({ "email": self.new_email() })).await.expect(200);
                json!({ "token": self.link(&moved["id"], Purpose::VerifyEmail).await })
            }
            Target::StripeEvent => {
                let body = json!({ "id": self.event_id(), "type": "customer.created" });
                let now = self.test.app.clock.now().timestamp();
                let signature = stripe_events::sign(WEBHOOK_SECRET, now, body.to_string().as_bytes());
                json!({ "body": body, "headers": { "Stripe-Signature": signature } })
            }
            Target::PaypalEvent => {
                let body = json!({ "id": self.event_id(), "event_type": "BILLING.PLAN.CREATED" });
                let signed = signer::sign(&self.paypal, "leaf", paypal::WEBHOOK_ID, &body.to_string());
                let headers = signed.headers.into_iter().filter(|(name, _)| name.starts_with("PAYPAL-"));
                json!({ "body": body, "headers": headers.map(|(name, value)| (name.to_owned(), value.into())).collect::<serde_json::Map<_, _>>() })
            }
            Target::PinnedRate => {
                let body = json!({ "base_currency": "USD", "target_currency": "AED", "rate": "3.6725" });
                self.root.post("/api/superadmin/exchange-rates/", &body).await.expect(201)
            }
            Target::RateRefresh => self.root.call("/api/superadmin/exchange-rates/refresh/").await.expect(202),
            Target::PaymentReview => self.payment_review().await,
            Target::RateReview => self.rate_review().await,
            Target::SandboxEvent => {
                let body = json!({ "id": self.event_id(), "type": "payment.unknown" });
                let (app, secret) = (&self.test.app, sandbox::webhook_secret(&self.test.app));
                let signature = stripe_events::sign(secret.expose_secret(), app.clock.now().timestamp(), body.to_string().as_bytes());
                json!({ "body": body, "headers": { "Sandbox-Signature": signature } })
            }
            Target::SmsStatus => {
                let fields = twilio::status_fields("SM00", "+12025550123", "delivered", None);
                let here = sms_status::address(&self.test.app.config.public_url);
                let signature = sms_status::sign(&twilio::AUTH_TOKEN.into(), &here, &fields);
                let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
                json!({ "form": form, "headers": { "X-Twilio-Signature": signature } })
            }
        };
        Made { client: account.client, facts }
    }

    async fn sign_in(&self, email: &str) -> Value {
        self.test.http.post("/api/auth/login/", &json!({ "username": email, "password": PASSWORD })).await.expect(200)
    }

    /// A code of the app that has just been given the secret.
    async fn set_up_factor(&self, account: &Account) -> String {
        let enrolment = account.client.call("/api/auth/mfa/setup/").await.expect(200);
        let secret = data_encoding::BASE32_NOPAD.decode(enrolment["secret"].as_str().unwrap().as_bytes()).unwrap();
        let app = Builder::new().with_secret(secret).build().unwrap();
        app.generate(self.test.app.clock.now().timestamp() as u64).to_string()
    }

    /// Turns the second factor on; a recovery code.
    async fn factor(&self, account: &Account) -> String {
        let code = self.set_up_factor(account).await;
        let codes = account.client.post("/api/auth/mfa/confirm/", &json!({ "code": code })).await.expect(200);
        codes["recovery_codes"][0].as_str().unwrap().to_owned()
    }

    async fn session(&self) -> Value {
        let device = self.test.http.sign_in(&self.owner().email, PASSWORD).await;
        let list = device.get("/api/auth/sessions/").await.expect(200);
        list["results"].as_array().unwrap().iter().find(|session| session["current"] == true).unwrap().clone()
    }

    async fn export(&self) -> Value {
        let client = &self.owner().client;
        let export = client.call("/api/users/me/export/").await.expect(202);
        let path = format!("/api/users/me/export/{}/", export["id"].as_str().unwrap());
        let ready = || async { Some(client.get(&path).await.expect(200)).filter(|export| export["status"] == "READY") };
        eventually("the export is ready", Duration::from_secs(30), ready).await
    }

    async fn request(&self) -> Value {
        self.owner().client.post("/api/buy4me/requests/", &json!({ "items": [goods()] })).await.expect(201)
    }

    async fn ticket(&self) -> Value {
        // staff open them: one customer opens no more than twenty a day
        let body = json!({ "user": self.owner().id, "subject": "Where is it?", "description": "My parcel" });
        self.root.post("/api/support/tickets/", &body).await.expect(201)
    }

    async fn ticket_file(&self) -> Value {
        let ticket = self.ticket().await;
        let path = format!("/api/support/tickets/{}/", ticket["id"].as_str().unwrap());
        let client = &self.owner().client;
        let file = client.post_raw(&format!("{path}attachments/"), "words", &[("Content-Type", "text/plain")]).await.expect(201);
        client.post(&format!("{path}messages/"), &json!({ "body": "Here", "attachments": [file["id"]] })).await.expect(201);
        json!({ "id": ticket["id"], "attachment": file["id"] })
    }

    async fn invoice(&self, finalize: bool) -> Value {
        let lines = json!([{ "description": "Parcel", "quantity": 1, "unit_price": "12.50" }]);
        let body = json!({ "user": self.owner().id, "currency": "USD", "lines": lines, "finalize": finalize });
        self.root.post("/api/invoices/", &body).await.expect(201)
    }

    async fn paid_invoice(&self) -> Value {
        let invoice = self.invoice(true).await;
        let record = format!("/api/invoices/{}/record-payment/", invoice["id"].as_str().unwrap());
        self.root.post(&record, &json!({ "amount": "12.50", "method": "CASH", "reference": "R 1" })).await.expect(201);
        invoice
    }

    async fn report_export(&self, who: Who) -> Value {
        const ASK: &str = "/api/admin/reports/export/?format=csv";
        let may = matches!(who, Who::Admin | Who::SuperAdmin);
        let client = if may { &self.caller(who).client } else { &self.root };
        let asked = client.get(ASK).await.expect(202);
        let path = format!("/api/admin/reports/exports/{}/", asked["id"].as_str().unwrap());
        let written = || async { Some(client.get(&path).await.expect(200)).filter(|row| row["status"] == "READY") };
        eventually("the file is written", Duration::from_secs(30), written).await
    }

    async fn payment(&self) -> Value {
        let invoice = self.invoice(true).await;
        let pay = format!("/api/invoices/{}/pay/", invoice["id"].as_str().unwrap());
        self.owner().client.post(&pay, &json!({ "gateway": "SANDBOX" })).await.expect(201)["transaction"].clone()
    }

    /// Waits for the PDF of this; answers what it is of.
    async fn paper(&self, folder: &str, of: &Value, name: &str) -> Value {
        let path = format!("/api/{folder}/{}/{name}/", of["id"].as_str().unwrap());
        let wait = |request: reqwest::RequestBuilder| request.header("Prefer", "wait=25");
        assert_eq!(self.root.send(reqwest::Method::GET, &path, wait).await.status, 200);
        of.clone()
    }

    async fn credit_note(&self) -> Value {
        use shared::billing::{self, credit};
        let invoice = self.invoice(true).await;
        let id = InvoiceId(invoice["id"].as_str().unwrap().parse().unwrap());
        let tx = self.test.app.begin().await.unwrap();
        let amount = Money::parse("amount", "1.00", Currency::parse("currency", "USD").unwrap()).unwrap();
        billing::credit(&tx, &Actor::system(), id, amount, "Damaged", &format!("test:{id}")).await.unwrap();
        tx.commit().await.unwrap();
        let note = credit::Entity::find().filter(credit::Column::InvoiceId.eq(id)).one(&self.test.app.db.conn).await.unwrap().unwrap();
        self.paper("credit-notes", &json!({ "id": note.id }), "pdf").await
    }

    async fn vendor(&self) -> Value {
        let url = format!("https://{}/", self.new_email().replace('@', "."));
        let shop = self.root.post("/api/superadmin/vendors/", &json!({ "name": "Shop", "url": url })).await.expect(201);
        let logo = format!("/api/superadmin/vendors/{}/logo/", shop["id"].as_str().unwrap());
        let put = |request: reqwest::RequestBuilder| request.header("Content-Type", "image/png").body(picture());
        self.root.send(reqwest::Method::PUT, &logo, put).await.expect(200)
    }

    /// The token of the link that this account was sent.
    async fn link(&self, user: &Value, purpose: Purpose) -> String {
        let user = UserId(user.as_str().unwrap().parse().unwrap());
        let links = link::Entity::find().filter(link::Column::UserId.eq(user)).filter(link::Column::Purpose.eq(purpose));
        let link = links.one(&self.test.app.db.conn).await.unwrap().expect("a link was made");
        link::token(&self.test.app, link.id)
    }

    async fn payment_review(&self) -> Value {
        use shared::billing::apply::{Source, take};
        use shared::billing::{Gateway, event::Change};
        let name = self.event_id();
        let source = Source { gateway: Gateway::Stripe, name: &name, event: None };
        let tx = self.test.app.begin().await.unwrap();
        take(&tx, source, vec![Change::Unreadable("no amount".into())], false).await.unwrap();
        tx.commit().await.unwrap();
        let list = self.root.get("/api/admin/payment-reviews/?resolved=false").await.expect(200);
        list["results"][0].clone()
    }

    /// The provider's pound moves too far.
    async fn rate_review(&self) -> Value {
        use shared::fx::{Provider, feed::Feed, refresh};
        let body = json!({ "base_currency": "EUR", "target_currency": "GBP", "rate": "1", "pinned": false });
        self.root.post("/api/superadmin/exchange-rates/", &body).await.expect(201);
        let rates = ["GBP 2", "JPY 160", "CHF 1", "KWD 1", "INR 100"].map(|pair| pair.split_once(' ').unwrap());
        let rates = rates.map(|(code, rate)| (code.to_owned(), rate.to_owned())).to_vec();
        let tx = self.test.app.begin().await.unwrap();
        let feed = Feed::new(Provider::Ecb, "EUR", tx.now(), rates).unwrap();
        refresh::store(&tx, &feed).await.unwrap();
        tx.commit().await.unwrap();
        let list = self.root.get("/api/superadmin/exchange-rates/reviews/?reason=JUMP").await.expect(200);
        list["results"][0].clone()
    }

    fn event_id(&self) -> String {
        format!("evt_{}", self.new_email().replace(['@', '.'], "_"))
    }
}
