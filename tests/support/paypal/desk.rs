//! What the stand-in knows and does.

use super::{CLIENT_ID, CLIENT_SECRET, signer};
use axum::http::{HeaderMap, Method, Uri};
use data_encoding::BASE64;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use url::{Url, form_urlencoded};
use uuid::Uuid;

/// Status, headers, body.
pub type Answer = (u16, Vec<(&'static str, String)>, Vec<u8>);

const CURRENCIES: &str = "AUD BRL CAD CNY CZK DKK EUR HKD HUF ILS JPY MYR MXN TWD NZD NOK PHP PLN GBP SGD SEK CHF THB USD";

const HAPPENED: &str = "2026-01-02T03:04:05-07:00";

#[derive(Default)]
pub struct Desk {
    base: String,
    pub down: bool,
    /// Status and `Retry-After` of the next calls but those for tokens.
    pub failures: VecDeque<(u16, Option<u32>)>,
    /// The next call that changes something is refused with this issue.
    pub refuse_next: Option<(u16, &'static str)>,
    /// The next call that changes something is done, and its caller loses the connection.
    pub lose_answer: bool,
    /// The next capture ends so.
    pub next_capture: Option<&'static str>,
    /// The captures of these orders end so; `INSTRUMENT_DECLINED` once, and the payer may try again.
    pub captures: BTreeMap<String, &'static str>,
    /// Some refunds take their time.
    pub slow_refunds: bool,
    /// Reports tell everything, whatever days they are asked for.
    pub timeless: bool,
    /// Lines, or events, on a page of a list.
    pub page_size: usize,
    /// Numbers that other payments of the account have.
    pub taken_numbers: BTreeSet<String>,
    pub calls: Vec<(String, String)>,
    pub tokens: BTreeSet<String>,
    pub orders: BTreeMap<String, Value>,
    /// What `webhooks-events` lists.
    pub events: Vec<Value>,
    pub disputes: BTreeMap<String, Value>,
    /// Questions about deliveries, as they came.
    pub questions: Vec<Vec<u8>>,
    /// What they are answered.
    pub genuine: bool,
    /// Answers by key and path: what was asked, what was answered.
    answers: HashMap<(String, String), (Vec<u8>, Answer)>,
}

impl Desk {
    pub(super) fn new(base: String) -> Self {
        Self { base, genuine: true, page_size: 1, ..Self::default() }
    }

    pub fn order_mut(&mut self, id: &str) -> &mut Value {
        self.orders.get_mut(id).expect("the order exists")
    }

    /// The money of an approved order moves, as by a call whose answer nobody heard.
    pub fn pay(&mut self, id: &str) {
        self.capture(id).expect("approved");
    }

    /// Money of a payment goes back, by PayPal's own pages. Answers the refund.
    pub fn pay_back(&mut self, capture: &str, amount: Value) -> Value {
        let (.., body) = self.refund(capture, &json!({ "amount": amount })).expect("refundable");
        serde_json::from_slice(&body).expect("JSON")
    }

    /// `None` to hang up.
    pub(super) fn answer(&mut self, method: &Method, uri: &Uri, headers: &HeaderMap, body: &[u8]) -> Option<Answer> {
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        self.calls.push((method.to_string(), uri.path().to_owned()));
        if self.down {
            return None;
        }
        if let Some(name) = uri.path().strip_prefix("/v1/notifications/certs/") {
            if name.starts_with("junk") {
                return Some(plain(404, json!({})));
            }
            return Some((200, vec![], signer::file(&format!("{name}.pem")).into_bytes()));
        }
        if let Some(name) = uri.path().strip_prefix("/issuers/") {
            return Some((200, vec![], signer::certificate(name.trim_end_matches(".crt")).to_vec()));
        }
        if uri.path() == "/v1/oauth2/token" {
            return Some(self.token(method, header("authorization"), header("content-type"), body));
        }
        let token = header("authorization").and_then(|value| value.strip_prefix("Bearer "));
        if !token.is_some_and(|token| self.tokens.contains(token)) {
            return Some(plain(401, json!({ "error": "invalid_token", "error_description": "Token signature verification failed" })));
        }
        if let Some((status, wait)) = self.failures.pop_front() {
            let name = if status == 429 { "RATE_LIMIT_REACHED" } else { "INTERNAL_SERVER_ERROR" };
            let mut failure = error(status, name, "");
            failure.1.extend(wait.map(|seconds| ("retry-after", seconds.to_string())));
            return Some(failure);
        }
        if method == Method::GET {
            return Some(self.show(uri));
        }
        if header("content-type") != Some("application/json") {
            return Some(error(415, "UNSUPPORTED_MEDIA_TYPE", ""));
        }
        let key = header("paypal-request-id").map(|key| (key.to_owned(), uri.path().to_owned()));
        if let Some((asked, answer)) = key.as_ref().and_then(|key| self.answers.get(key)) {
            return Some(if asked == body { answer.clone() } else { issue(422, "DUPLICATE_REQUEST_ID") });
        }
        if let Some((status, what)) = self.refuse_next.take() {
            return Some(issue(status, what));
        }
        let answer = match serde_json::from_slice(body) {
            Ok(asked) => self.act(method, uri.path(), key.is_some(), &asked, body),
            Err(_) => error(400, "INVALID_REQUEST", "MALFORMED_REQUEST_JSON"),
        };
        if let Some(key) = key.filter(|_| answer.0 < 300) {
            self.answers.insert(key, (body.to_owned(), answer.clone()));
        }
        if std::mem::take(&mut self.lose_answer) { None } else { Some(answer) }
    }

    fn token(&mut self, method: &Method, authorization: Option<&str>, content_type: Option<&str>, body: &[u8]) -> Answer {
        let basic = format!("Basic {}", BASE64.encode(format!("{CLIENT_ID}:{CLIENT_SECRET}").as_bytes()));
        let is_form = content_type == Some("application/x-www-form-urlencoded") && body == b"grant_type=client_credentials";
        if method != Method::POST || !is_form {
            return plain(400, json!({ "error": "unsupported_grant_type" }));
        }
        if authorization != Some(&basic) {
            return plain(401, json!({ "error": "invalid_client", "error_description": "Client Authentication failed" }));
        }
        let token = format!("A21AA{}", Uuid::new_v4().simple());
        self.tokens.insert(token.clone());
        plain(200, json!({ "scope": "", "access_token": token, "token_type": "Bearer", "app_id": "APP-1", "expires_in": 32400 }))
    }

    fn show(&mut self, uri: &Uri) -> Answer {
        let steps: Vec<_> = uri.path().trim_matches('/').split('/').collect();
        let query: BTreeMap<String, String> = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
        let found = match steps.as_slice() {
            ["v2", "checkout", "orders", id] => self.orders.get(*id).cloned(),
            ["v2", "payments", "captures", id] => self.payment(id, "captures"),
            ["v2", "payments", "refunds", id] => self.payment(id, "refunds"),
            ["v1", "customer", "disputes"] => {
                let item = |dispute: &Value| json!({ "dispute_id": dispute["dispute_id"], "create_time": dispute["create_time"] });
                let is_since = |dispute: &&Value| date_of(dispute["create_time"].as_str().expect("text")) >= date_of(&query["start_time"]);
                Some(json!({ "items": self.disputes.values().filter(is_since).map(item).collect::<Vec<_>>(), "links": [] }))
            }
            ["v1", "customer", "disputes", id] => self.disputes.get(*id).cloned(),
            ["v1", "notifications", "webhooks-events"] => return self.list_events(&query),
            ["v1", "reporting", "transactions"] => return self.report(&query),
            _ => None,
        };
        found.map_or_else(|| issue(404, "INVALID_RESOURCE_ID"), |object| plain(200, object))
    }

    fn payment(&self, id: &str, kind: &str) -> Option<Value> {
        let of = |order: &Value| order["purchase_units"][0]["payments"][kind].as_array().cloned().unwrap_or_default();
        self.orders.values().flat_map(of).find(|payment| payment["id"] == id)
    }

    /// One event a page, so that whoever reads the first page only is found out.
    fn list_events(&self, query: &BTreeMap<String, String>) -> Answer {
        if !query.contains_key("start_time") || !query.contains_key("end_time") {
            return error(400, "VALIDATION_ERROR", "MISSING_REQUIRED_PARAMETER");
        }
        let page: usize = query.get("page").map_or(0, |page| page.parse().expect("a page"));
        let mut next = query.clone();
        next.insert("page".into(), (page + 1).to_string());
        let next = form_urlencoded::Serializer::new(String::new()).extend_pairs(next).finish();
        // as PayPal does, the link names the host that it is known by outside
        let link = json!({ "rel": "next", "href": format!("https://api.paypal.com/v1/notifications/webhooks-events?{next}") });
        let links = if (page + 1) * self.page_size < self.events.len() { vec![link] } else { vec![] };
        plain(
            200,
            json!({ "events": self.events.iter().skip(page * self.page_size).take(self.page_size).collect::<Vec<_>>(), "count": 1, "links": links }),
        )
    }

    fn report(&self, query: &BTreeMap<String, String>) -> Answer {
        let date = |name: &str| chrono::DateTime::parse_from_rfc3339(query.get(name).map_or("", String::as_str)).ok();
        let (Some(from), Some(to)) = (date("start_date"), date("end_date")) else {
            return error(400, "INVALID_REQUEST", "MISSING_REQUIRED_PARAMETER");
        };
        if to - from > chrono::TimeDelta::days(31) {
            return error(400, "INVALID_REQUEST", "DATE_RANGE_TOO_LONG");
        }
        // everything here happened at one moment
        let is_then = self.timeless || (from <= date_of(HAPPENED) && date_of(HAPPENED) < to);
        let mut lines = vec![];
        for order in self.orders.values().filter(|_| is_then) {
            let unit = &order["purchase_units"][0];
            for capture in unit["payments"]["captures"].as_array().into_iter().flatten().filter(|c| c["status"] != "DECLINED") {
                let fee = &capture["seller_receivable_breakdown"]["paypal_fee"];
                lines.push(json!({ "transaction_info": {
                    "transaction_id": capture["id"], "transaction_event_code": "T0006", "transaction_status": reported(capture),
                    "transaction_amount": capture["amount"], "custom_field": capture["custom_id"],
                    "fee_amount": { "currency_code": fee["currency_code"], "value": format!("-{}", fee["value"].as_str().expect("a fee")) },
                } }));
                for refund in unit["payments"]["refunds"].as_array().into_iter().flatten() {
                    let amount = &refund["amount"];
                    lines.push(json!({ "transaction_info": {
                        "transaction_id": refund["id"], "paypal_reference_id": capture["id"], "transaction_event_code": "T1107",
                        "transaction_status": reported(refund), "custom_field": refund["custom_id"],
                        "transaction_amount": { "currency_code": amount["currency_code"], "value": format!("-{}", amount["value"].as_str().expect("an amount")) },
                    } }));
                }
            }
        }
        let page: usize = query["page"].parse().expect("a page");
        let total = lines.len();
        let line: Vec<_> = lines.into_iter().skip((page - 1) * self.page_size).take(self.page_size).collect();
        let pages = total.div_ceil(self.page_size).max(1);
        plain(200, json!({ "transaction_details": line, "total_items": total, "total_pages": pages, "page": page }))
    }

    fn act(&mut self, method: &Method, path: &str, has_key: bool, asked: &Value, raw: &[u8]) -> Answer {
        let steps: Vec<_> = path.trim_matches('/').split('/').collect();
        let done = match (method.as_str(), steps.as_slice()) {
            ("POST", ["v2", "checkout", "orders"]) if has_key => self.create(asked),
            ("PATCH", ["v2", "checkout", "orders", id]) => self.renumber(id, asked),
            ("POST", ["v2", "checkout", "orders", id, "capture"]) if has_key => self.capture(id),
            ("POST", ["v2", "payments", "captures", id, "refund"]) if has_key => self.refund(id, asked),
            ("POST", ["v1", "notifications", "verify-webhook-signature"]) => {
                self.questions.push(raw.to_owned());
                Ok(plain(200, json!({ "verification_status": if self.genuine { "SUCCESS" } else { "FAILURE" } })))
            }
            _ => Err(issue(400, "PAYPAL_REQUEST_ID_REQUIRED")),
        };
        done.unwrap_or_else(|refusal| refusal)
    }

    fn create(&mut self, asked: &Value) -> Result<Answer, Answer> {
        let unit = &asked["purchase_units"][0];
        let context = &asked["payment_source"]["paypal"]["experience_context"];
        let is_url = |value: &Value| value.as_str().is_some_and(|url| Url::parse(url).is_ok());
        if asked["intent"] != "CAPTURE"
            || context["user_action"] != "PAY_NOW"
            || !is_url(&context["return_url"])
            || !is_url(&context["cancel_url"])
        {
            return Err(error(400, "INVALID_REQUEST", "INVALID_PARAMETER_VALUE"));
        }
        check_amount(&unit["amount"])?;
        let number = unit["invoice_id"].as_str().ok_or_else(|| error(400, "INVALID_REQUEST", "MISSING_REQUIRED_PARAMETER"))?;
        if self.taken_numbers.contains(number) {
            return Err(issue(422, "DUPLICATE_INVOICE_ID"));
        }
        let id = name();
        let link = |rel: &str, href: String| json!({ "rel": rel, "href": href, "method": "GET" });
        let links = [
            link("self", format!("{}/v2/checkout/orders/{id}", self.base)),
            link("payer-action", format!("https://www.sandbox.paypal.com/checkoutnow?token={id}")),
        ];
        let order = json!({ "id": id, "intent": "CAPTURE", "status": "PAYER_ACTION_REQUIRED", "purchase_units": [unit], "links": links });
        self.orders.insert(id, order.clone());
        Ok(plain(201, order))
    }

    fn renumber(&mut self, id: &str, asked: &Value) -> Result<Answer, Answer> {
        let order = self.orders.get_mut(id).ok_or_else(|| issue(404, "INVALID_RESOURCE_ID"))?;
        if asked[0]["op"] != "replace" || asked[0]["path"] != "/purchase_units/@reference_id=='default'/invoice_id" {
            return Err(issue(422, "NOT_PATCHABLE"));
        }
        order["purchase_units"][0]["invoice_id"] = asked[0]["value"].clone();
        Ok((204, vec![], vec![]))
    }

    fn capture(&mut self, id: &str) -> Result<Answer, Answer> {
        let order = self.orders.get_mut(id).ok_or_else(|| issue(404, "INVALID_RESOURCE_ID"))?;
        match order["status"].as_str() {
            Some("APPROVED") => {}
            Some("COMPLETED") => return Err(issue(422, "ORDER_ALREADY_CAPTURED")),
            _ => return Err(issue(422, "ORDER_NOT_APPROVED")),
        }
        let unit = &mut order["purchase_units"][0];
        if self.taken_numbers.contains(unit["invoice_id"].as_str().expect("a number")) {
            return Err(issue(422, "DUPLICATE_INVOICE_ID"));
        }
        let status = match self.captures.remove(id) {
            Some("INSTRUMENT_DECLINED") => {
                order["status"] = json!("PAYER_ACTION_REQUIRED");
                return Err(issue(422, "INSTRUMENT_DECLINED"));
            }
            Some(status) => status,
            None => self.next_capture.take().unwrap_or("COMPLETED"),
        };
        let (capture, amount) = (name(), unit["amount"].clone());
        let fee = if "HUF JPY TWD".contains(amount["currency_code"].as_str().expect("a currency")) { "1" } else { "0.50" };
        let fee = json!({ "currency_code": amount["currency_code"], "value": fee });
        let payment = json!({
            "id": capture, "status": status, "amount": amount, "final_capture": true,
            "custom_id": unit["custom_id"], "invoice_id": unit["invoice_id"],
            "seller_receivable_breakdown": { "gross_amount": amount, "paypal_fee": fee },
            "supplementary_data": { "related_ids": { "order_id": id } },
            "links": [{ "rel": "up", "href": format!("{}/v2/checkout/orders/{id}", self.base), "method": "GET" }],
            "create_time": HAPPENED,
        });
        unit["payments"] = json!({ "captures": [payment] });
        order["status"] = json!("COMPLETED");
        Ok(plain(201, order.clone()))
    }

    fn refund(&mut self, capture: &str, asked: &Value) -> Result<Answer, Answer> {
        check_amount(&asked["amount"])?;
        let is_it = |order: &&mut Value| order["purchase_units"][0]["payments"]["captures"][0]["id"] == capture;
        let order = self.orders.values_mut().find(is_it).ok_or_else(|| issue(404, "INVALID_RESOURCE_ID"))?;
        let payments = &mut order["purchase_units"][0]["payments"];
        let paid = &payments["captures"][0];
        if paid["status"] == "PENDING" {
            return Err(issue(422, "PENDING_CAPTURE"));
        }
        let hundredths = |amount: &Value| -> i64 { amount["value"].as_str().expect("text").replace('.', "").parse().expect("digits") };
        let left = |refund: &&Value| refund["status"] != "FAILED";
        let before: i64 =
            payments["refunds"].as_array().into_iter().flatten().filter(left).map(|refund| hundredths(&refund["amount"])).sum();
        if before == hundredths(&paid["amount"]) {
            return Err(issue(422, "CAPTURE_FULLY_REFUNDED"));
        }
        if before + hundredths(&asked["amount"]) > hundredths(&paid["amount"]) {
            return Err(issue(422, "REFUND_AMOUNT_EXCEEDED"));
        }
        let is_slow = self.slow_refunds && hundredths(&asked["amount"]) / 10 % 4 == 1;
        let refund = json!({
            "id": name(), "status": if is_slow { "PENDING" } else { "COMPLETED" }, "amount": asked["amount"], "custom_id": asked["custom_id"],
            "links": [{ "rel": "up", "href": format!("{}/v2/payments/captures/{capture}", self.base), "method": "GET" }],
        });
        match payments["refunds"].as_array_mut() {
            Some(refunds) => refunds.push(refund.clone()),
            None => payments["refunds"] = json!([refund]),
        }
        Ok(plain(201, refund))
    }
}

fn date_of(text: &str) -> chrono::DateTime<chrono::FixedOffset> {
    chrono::DateTime::parse_from_rfc3339(text).expect("a time")
}

/// How the account's report writes a state.
fn reported(payment: &Value) -> &'static str {
    match payment["status"].as_str() {
        Some("PENDING") => "P",
        Some("DECLINED" | "FAILED") => "D",
        _ => "S",
    }
}

fn check_amount(amount: &Value) -> Result<(), Answer> {
    let (Some(code), Some(value)) = (amount["currency_code"].as_str(), amount["value"].as_str()) else {
        return Err(error(400, "INVALID_REQUEST", "MISSING_REQUIRED_PARAMETER"));
    };
    if !CURRENCIES.split(' ').any(|known| known == code) {
        return Err(issue(422, "CURRENCY_NOT_SUPPORTED"));
    }
    let decimals = value.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    if decimals != if "HUF JPY TWD".contains(code) { 0 } else { 2 } {
        return Err(issue(422, "DECIMAL_PRECISION"));
    }
    Ok(())
}

/// An id in PayPal's shape.
fn name() -> String {
    Uuid::new_v4().simple().to_string()[..17].to_uppercase()
}

fn plain(status: u16, body: Value) -> Answer {
    (status, vec![("paypal-debug-id", "f1a2b3c4d5e6f".into()), ("content-type", "application/json".into())], body.to_string().into_bytes())
}

fn issue(status: u16, issue: &str) -> Answer {
    let name = if status == 404 { "RESOURCE_NOT_FOUND" } else { "UNPROCESSABLE_ENTITY" };
    error(status, name, issue)
}

fn error(status: u16, name: &str, issue: &str) -> Answer {
    let mut body =
        Map::from_iter([("name".into(), json!(name)), ("debug_id".into(), json!("f1a2b3c4d5e6f")), ("message".into(), json!("No."))]);
    if !issue.is_empty() {
        body.insert("details".into(), json!([{ "issue": issue, "description": "What it means." }]));
    }
    plain(status, body.into())
}
