//! How each operation is tried: on what, and with a body that is right, so that who is refused is refused for who they are.
//!
//! A new operation gets a line here. The body sees what the target made, `new`, an
//! e-mail address that nobody has, and `owner`, the id of the customer who owns the targets.

use super::callers::{House, Who};
use super::document::Operation;
use super::targets::{Made, Target};
use crate::support::PASSWORD;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// One way to try one operation.
pub struct Probe {
    /// Its `operationId`.
    pub operation: &'static str,
    target: Target,
    body: Option<fn(&Value) -> Value>,
    picture: bool,
    /// Its answer has no end: the head says it all.
    is_endless: bool,
    /// It asks for a WebSocket.
    is_socket: bool,
    /// Answers that are right here although they say nothing about rights, each with its reason.
    pub odd: &'static [(u16, &'static str)],
}

const fn of(operation: &'static str) -> Probe {
    Probe { operation, target: Target::Nothing, body: None, picture: false, is_endless: false, is_socket: false, odd: &[] }
}

impl Probe {
    const fn on(self, target: Target) -> Self {
        Self { target, ..self }
    }

    const fn with(self, body: fn(&Value) -> Value) -> Self {
        Self { body: Some(body), ..self }
    }

    /// With a PNG as its body.
    const fn with_picture(self) -> Self {
        Self { picture: true, ..self }
    }

    /// With an answer that has no end.
    const fn endless(self) -> Self {
        Self { is_endless: true, ..self }
    }

    /// Asking for a WebSocket.
    const fn by_socket(self) -> Self {
        Self { is_socket: true, ..self }
    }

    /// Tries the operation as this caller: status and body.
    pub async fn ask(&self, house: &House, operation: &Operation, who: Who) -> (u16, String) {
        let Made { client, mut facts } = house.make(self.target, who).await;
        facts["new"] = house.new_email().into();
        facts["owner"] = house.owner().id.clone().into();
        let path = operation.path.split('/').map(|part| match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            Some(name) => facts[name].as_str().unwrap_or_else(|| panic!("{}: its target has no {name}", operation.id)),
            None => part,
        });
        let mut path = path.collect::<Vec<_>>().join("/");
        if let Some(query) = facts["query"].as_str() {
            path = format!("{path}?{query}");
        }
        let headers: Option<BTreeMap<String, String>> = serde_json::from_value(facts["headers"].clone()).unwrap();
        let fill = |request: reqwest::RequestBuilder| {
            let request = headers.iter().flatten().fold(request, |request, (name, value)| request.header(name, value));
            self.body.map(|body| body(&facts)).iter().fold(request, |request, body| request.json(body))
        };
        let fill = |request: reqwest::RequestBuilder| match self.picture {
            true => fill(request).header("Content-Type", "image/png").body(picture()),
            false => fill(request),
        };
        let fill = |request: reqwest::RequestBuilder| match self.is_socket {
            true => HANDSHAKE.iter().fold(fill(request), |request, (name, value)| request.header(*name, *value)),
            false => fill(request),
        };
        let fill = |request: reqwest::RequestBuilder| match facts["form"].as_str() {
            Some(form) => fill(request).header("Content-Type", "application/x-www-form-urlencoded").body(form.to_owned()),
            None => fill(request),
        };
        if self.is_endless {
            return match client.events("", None).await {
                Ok(_) => (200, String::new()),
                Err(answer) => (answer.status, answer.text),
            };
        }
        let answer = client.send(operation.method.clone(), &path, fill).await;
        (answer.status, answer.text)
    }
}

/// As RFC 6455 §1.3 shows it.
const HANDSHAKE: [(&str, &str); 4] = [
    ("Connection", "Upgrade"),
    ("Upgrade", "websocket"),
    ("Sec-WebSocket-Version", "13"),
    ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
];

pub fn address() -> Value {
    json!({ "recipient": "Amina Diallo", "line1": "7 Baobab Road", "city": "Thiès", "country": "SN" })
}

pub fn picture() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(vec![]);
    image::DynamicImage::new_rgb8(1, 1).write_to(&mut bytes, image::ImageFormat::Png).expect("a PNG");
    bytes.into_inner()
}

pub fn shipment() -> Value {
    json!({ "delivery_address": address(), "package_details": package() })
}

pub fn goods() -> Value {
    json!({ "product_name": "Tea", "product_url": "https://shop.example/tea", "quantity": 1, "unit_price": "12.50", "currency": "USD" })
}

fn package() -> Value {
    json!({ "parcels": [{ "weight_kg": "2.5", "length_cm": 30, "width_cm": 20, "height_cm": 10, "contents": "Books" }] })
}

const NEW_PASSWORD: &str = "quite another secret";

/// By subject, in the order of the routes.
pub const PROBES: &[Probe] = &[
    // signing in and out
    of("login").on(Target::Customer).with(|made| json!({ "username": made["email"], "password": PASSWORD })),
    of("verify_mfa").on(Target::Challenge).with(|made| json!({ "mfa_token": made["mfa_token"], "code": made["recovery"] })),
    of("refresh").on(Target::RefreshToken).with(|made| json!({ "refresh": made["refresh"] })),
    of("logout").on(Target::Own),
    of("register").with(|made| json!({ "email": made["new"], "password": PASSWORD })),
    of("verify_email").on(Target::EmailLink).with(|made| json!({ "token": made["token"] })),
    of("reset_password").with(|made| json!({ "email": made["new"] })),
    of("confirm_password_reset").on(Target::PasswordLink).with(|made| json!({ "token": made["token"], "password": NEW_PASSWORD })),
    of("change_password").on(Target::Own).with(|_| json!({ "current_password": PASSWORD, "new_password": NEW_PASSWORD })),
    of("set_up_mfa").on(Target::Own),
    of("confirm_mfa").on(Target::OwnFactorSetUp).with(|made| json!({ "code": made["code"] })),
    of("disable_mfa").on(Target::OwnFactor).with(|made| json!({ "password": PASSWORD, "code": made["recovery"] })),
    of("list_sessions"),
    of("end_other_sessions").on(Target::Own),
    of("end_session").on(Target::Session),
    of("stream_events").endless(),
    of("ask_event_ticket"),
    // the own account
    of("show_me_as_auth_user"),
    of("show_me"),
    of("edit_me").with(|_| json!({ "first_name": "Amina" })),
    of("list_addresses"),
    of("create_address").with(|_| address()),
    of("show_address").on(Target::Address),
    of("replace_address").on(Target::Address).with(|_| address()),
    of("change_address").on(Target::Address).with(|_| json!({ "city": "Dakar" })),
    of("delete_address").on(Target::Address),
    of("request_export"),
    of("show_export").on(Target::Export),
    of("download_export").on(Target::Export),
    // customers' accounts
    of("list_users"),
    of("create_user").with(|made| json!({ "email": made["new"], "first_name": "Amina", "last_name": "", "role": "BUY4ME" })),
    of("show_user").on(Target::Customer),
    of("replace_user")
        .on(Target::Customer)
        .with(|made| json!({ "email": made["email"], "first_name": "Amina", "last_name": "", "role": "WALK_IN" })),
    of("edit_user").on(Target::Customer).with(|_| json!({ "first_name": "Fatou" })),
    of("deactivate_user").on(Target::Customer),
    of("reset_user_mfa").on(Target::Customer),
    of("erase_user").on(Target::Customer).with(|_| json!({ "reason": "asked for in writing" })),
    // staff accounts
    of("list_admins"),
    of("create_admin").with(|made| json!({ "email": made["new"], "permission_sets": ["WAREHOUSE"] })),
    of("show_admin").on(Target::Staff),
    of("replace_admin").on(Target::Staff).with(|made| {
        json!({ "email": made["email"], "first_name": "Fatou", "last_name": "", "role": "ADMIN", "permission_sets": ["SUPPORT"] })
    }),
    of("edit_admin").on(Target::Staff).with(|_| json!({ "permission_sets": ["SUPPORT"] })),
    of("deactivate_admin").on(Target::Staff),
    of("reset_admin_mfa").on(Target::Staff),
    of("list_settings"),
    of("change_settings").with(|_| json!({ "registration_open": true })),
    of("change_settings_by_post").with(|_| json!({ "registration_open": true })),
    of("list_setting_history"),
    of("show_company_logo").on(Target::CompanyLogo),
    of("put_company_logo").with_picture(),
    of("delete_company_logo"),
    // exchange rates
    of("show_exchange_rates"),
    of("list_exchange_rates"),
    of("set_exchange_rate").with(|_| json!({ "base_currency": "USD", "target_currency": "AED", "rate": "3.6725" })),
    of("list_exchange_rate_history"),
    of("unpin_exchange_rate").on(Target::PinnedRate).with(|_| json!({ "base_currency": "USD", "target_currency": "AED" })),
    of("refresh_exchange_rates"),
    of("show_exchange_rate_refresh").on(Target::RateRefresh),
    of("list_exchange_rate_reviews"),
    of("accept_exchange_rate_review").on(Target::RateReview),
    of("dismiss_exchange_rate_review").on(Target::RateReview),
    of("list_audit_entries"),
    of("verify_audit"),
    // shipments
    of("list_shipments"),
    of("create_shipment").with(|made| {
        json!({ "user": made["owner"], "delivery_address": address(), "package_details": package() })
    }),
    of("quote_shipment").with(|_| shipment()),
    of("show_shipment").on(Target::Shipment),
    of("change_shipment").on(Target::Shipment).with(|_| json!({ "service": "EXPRESS" })),
    of("cancel_shipment").on(Target::Shipment),
    of("move_shipment").on(Target::Shipment).with(|_| json!({ "status": "PROCESSING" })),
    of("answer_shipment_cost").on(Target::DearShipment).with(|made| json!({ "accept": true, "amount": made["proposal"]["after"], "reason": "x" })),
    of("track_shipment").on(Target::Shipment),
    // Buy4Me
    of("list_buy4me_requests"),
    of("create_buy4me_request").with(|made| json!({ "user": made["owner"], "items": [goods()] })),
    of("show_buy4me_request").on(Target::Request),
    of("change_buy4me_request").on(Target::Request).with(|_| json!({ "status": "SUBMITTED" })),
    of("cancel_buy4me_request").on(Target::Request),
    of("answer_buy4me_request").on(Target::DearRequest).with(|_| json!({ "accept": false })),
    of("list_buy4me_items").on(Target::Request),
    of("add_buy4me_item").on(Target::Request).with(|_| goods()),
    of("show_buy4me_item").on(Target::Goods),
    of("change_buy4me_item").on(Target::Goods).with(|_| json!({ "quantity": 2 })),
    of("remove_buy4me_item").on(Target::Goods),
    // tickets
    of("list_tickets"),
    of("create_ticket").with(|made| json!({ "user": made["owner"], "subject": "Where is it?", "description": "My parcel" })),
    of("show_ticket").on(Target::Ticket),
    of("change_ticket").on(Target::Ticket).with(|_| json!({ "status": "CLOSED" })),
    of("close_ticket").on(Target::Ticket),
    of("list_ticket_messages").on(Target::Ticket),
    of("write_ticket_message").on(Target::Ticket).with(|_| json!({ "body": "Still nothing" })),
    of("read_ticket").on(Target::Ticket).with(|_| json!({})),
    of("open_chat").on(Target::Ticket).by_socket(),
    of("upload_ticket_attachment").on(Target::Ticket).with_picture(),
    of("show_ticket_attachment").on(Target::TicketFile),
    // money
    of("list_invoices"),
    of("create_invoice").with(|made| {
        json!({ "user": made["owner"], "currency": "USD", "lines": [{ "description": "Parcel", "quantity": 1, "unit_price": "12.50" }] })
    }),
    of("show_invoice").on(Target::Invoice),
    of("finalize_invoice").on(Target::DraftInvoice),
    of("pay_invoice").on(Target::Invoice).with(|_| json!({ "gateway": "SANDBOX" })),
    of("show_payment").on(Target::Payment),
    of("refund_invoice").on(Target::PaidInvoice).with(|_| json!({ "amount": "1.00", "reason": "Broken" })),
    of("list_refunds").on(Target::Invoice),
    of("credit_invoice").on(Target::Invoice).with(|_| json!({ "amount": "1.00", "reason": "Broken" })),
    of("list_credit_notes").on(Target::Invoice),
    of("record_payment").on(Target::Invoice).with(|_| json!({ "amount": "12.50", "method": "CASH", "reference": "R 1" })),
    of("confirm_refund").on(Target::RefundByHand).with(|_| json!({ "reference": "R 2" })),
    of("withdraw_refund").on(Target::RefundByHand).with(|_| json!({ "reason": "A mistake" })),
    of("void_invoice").on(Target::Invoice).with(|_| json!({ "reason": "Written twice" })),
    of("write_off_invoice").on(Target::Invoice).with(|_| json!({ "reason": "Moved away" })),
    Probe { odd: &[(409, "its payer has approved nothing")], ..of("capture_payment").on(Target::Payment) },
    of("paypal_webhook").on(Target::PaypalEvent).with(|made| made["body"].clone()),
    of("list_payment_reviews").on(Target::PaymentReview),
    of("show_payment_review").on(Target::PaymentReview),
    of("resolve_payment_review").on(Target::PaymentReview).with(|_| json!({ "resolution": "looked at" })),
    of("list_disputes"),
    of("list_reconciliations"),
    of("show_invoice_pdf").on(Target::Paper),
    of("show_credit_note_pdf").on(Target::CreditNote),
    of("show_receipt").on(Target::Receipt),
    of("stripe_webhook").on(Target::StripeEvent).with(|made| made["body"].clone()),
    of("sandbox_webhook").on(Target::SandboxEvent).with(|made| made["body"].clone()),
    of("twilio_webhook").on(Target::SmsStatus),
    of("mail_bounce_webhook"),
    of("show_report"),
    of("show_analytics"),
    of("show_dashboard"),
    of("export_report").on(Target::ReportFile),
    of("list_report_exports"),
    of("show_report_export").on(Target::ReportExport),
    Probe { odd: &[(409, "it is finished")], ..of("cancel_report_export").on(Target::ReportExport) },
    of("download_report_export").on(Target::ReportExport),
    of("list_notifications"),
    of("count_unread_notifications"),
    of("read_notifications").with(|_| json!({ "ids": [] })),
    of("read_notification").on(Target::News).with(|_| json!({})),
    of("show_notification_preferences"),
    of("put_notification_preferences").on(Target::Own).with(|_| json!({ "events": {} })),
    of("list_push_devices"),
    of("register_push_device").on(Target::Own).with(|made| json!({ "token": made["new"], "platform": "ANDROID" })),
    of("remove_push_device").on(Target::PushDevice),
    of("list_all_notifications"),
    of("give_feedback").with(|made| json!({ "message": "Good", "rating": 5, "user": made["owner"] })),
    of("list_feedback"),
    of("list_all_feedback"),
    of("sum_up_feedback"),
    // shops
    of("list_vendors").on(Target::Vendor),
    of("show_vendor_logo").on(Target::Vendor),
    of("list_all_vendors"),
    of("create_vendor").with(|made| json!({ "name": "Shop", "url": format!("https://{}/", made["new"].as_str().unwrap().replace('@', ".")) })),
    of("show_vendor").on(Target::Vendor),
    of("replace_vendor").on(Target::Vendor).with(|made| json!({ "name": "Shop", "url": made["url"] })),
    of("change_vendor").on(Target::Vendor).with(|_| json!({ "name": "Renamed" })),
    of("delete_vendor").on(Target::Vendor),
    of("put_vendor_logo").on(Target::Vendor).with_picture(),
    of("delete_vendor_logo").on(Target::Vendor),
    // the machine room
    of("alive"),
    of("ready"),
    of("metrics"),
];
