//! The pay page: where the link in a mail leads. Whoever holds the link sees the invoice and may pay it, without signing in.
//! Plain HTML without scripts; what it says comes from our rows, never from what a gateway puts into an address.

use crate::error::Result;
use crate::extract::{Id, read_as_form};
use crate::middleware::Visit;
use crate::page::{self, fields};
use askama::Template;
use axum::Extension;
use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use shared::billing::paylink::{self, Link, Seen};
use shared::billing::status::InvoiceStatus;
use shared::billing::{Gateway, provider};
use shared::i18n::format::Pen;
use shared::i18n::{self, Message};
use shared::ids::InvoiceId;
use shared::{App, Error};
use std::sync::Arc;
use url::Url;
use utoipa_axum::router::OpenApiRouter;

/// For people only, so not in the document.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .route("/pay/{invoice}/", get(show).post(pay))
        .route("/pay/{invoice}/renew/", post(renew))
        .route("/pay/{invoice}/back/{until}/{token}/", get(back))
}

/// The page in one of its shapes.
#[derive(Template)]
#[template(path = "pay.html")]
struct Page<'a> {
    language: &'a str,
    title: String,
    bill: Option<Bill>,
    /// How things stand.
    message: Option<String>,
    /// What else to know.
    notice: Option<String>,
    form: Option<Form>,
    /// Label and address of the page itself.
    reload: Option<(String, String)>,
}

struct Bill {
    company: String,
    /// Text and amount.
    lines: Vec<(String, String)>,
    sums: Vec<(String, String)>,
    due: Option<String>,
}

struct Form {
    action: String,
    until: i64,
    token: String,
    /// Value and label.
    buttons: Vec<(&'static str, String)>,
}

impl<'a> Page<'a> {
    fn new(language: &'a str) -> Self {
        let title = i18n::text(language, "pay-page", &[]);
        Self { language, title, bill: None, message: None, notice: None, form: None, reload: None }
    }

    fn t(&self, id: &str) -> String {
        i18n::text(self.language, id, &[])
    }

    fn answer(self, status: StatusCode, next: &[Url]) -> Response {
        (status, page::answer(&self, &self.title, next)).into_response()
    }
}

/// The page of a failure, for all paths of it.
pub(crate) fn failed(language: &str, told: &str) -> Response {
    Page { message: Some(told.to_owned()), ..Page::new(language) }.answer(StatusCode::OK, &[])
}

/// Shows what is owed, and the ways to pay it.
async fn show(State(app): State<App>, Extension(visit): Extension<Arc<Visit>>, Id(id): Id<InvoiceId>, uri: Uri) -> Result<Response> {
    let mut given = fields(uri.query().unwrap_or_default().as_bytes());
    let mut take = |name| given.remove(name).unwrap_or_default();
    let link = Link::check(&app, id, &take("until"), &take("token"))?;
    tell(&app, &visit, &link, StatusCode::OK, None).await
}

/// A button was pressed: on to the gateway.
async fn pay(State(app): State<App>, Extension(visit): Extension<Arc<Visit>>, Id(id): Id<InvoiceId>, request: Request) -> Result<Response> {
    let mut given = fields(&read_as_form(request).await?);
    let mut take = |name| given.remove(name).unwrap_or_default();
    let link = Link::check(&app, id, &take("until"), &take("token"))?;
    if link.is_over(&app) {
        return tell(&app, &visit, &link, StatusCode::GONE, None).await;
    }
    let gateway = take("gateway");
    let gateway = BUTTONS.iter().find(|(_, value, _)| *value == gateway).map(|(gateway, ..)| *gateway);
    let gateway = gateway.ok_or_else(|| Error::invalid("gateway", "error-gateway-not-available"))?;
    let address = visit.address.map(|address| address.to_string());
    let begun = paylink::pay(&app, &link, gateway, Some(visit.request_id.clone()), address).await;
    match begun.map(|payment| payment.transaction.redirect_url) {
        Ok(Some(next)) => Ok(Redirect::to(&next).into_response()),
        Ok(None) => tell(&app, &visit, &link, StatusCode::ACCEPTED, Some("pay-away")).await,
        Err(Error::Refused { .. }) => tell(&app, &visit, &link, StatusCode::BAD_GATEWAY, Some("pay-refused")).await,
        // paid, cancelled or credited while the page was open: it says so
        Err(Error::Conflict { .. }) => tell(&app, &visit, &link, StatusCode::CONFLICT, None).await,
        Err(error) => Err(error.into()),
    }
}

/// The browser comes back from a gateway.
async fn back(State(app): State<App>, Path((id, until, token)): Path<(String, String, String)>) -> Result<Response> {
    let id = id.parse().map_err(|_| Error::NotFound)?;
    let link = Link::check(&app, id, &until, &token)?;
    paylink::came_back(&app, &link).await?;
    Ok(Redirect::to(&format!("/{}", link.path())).into_response())
}

/// Somebody with an old link asks for a new one; it goes to the customer's mailbox and nowhere else.
async fn renew(
    State(app): State<App>,
    Extension(visit): Extension<Arc<Visit>>,
    Id(id): Id<InvoiceId>,
    request: Request,
) -> Result<Response> {
    let mut given = fields(&read_as_form(request).await?);
    let mut take = |name| given.remove(name).unwrap_or_default();
    let link = Link::check(&app, id, &take("until"), &take("token"))?;
    paylink::renew(&app, &link).await?;
    let mut page = Page::new(visit.language());
    page.message = Some(page.t("pay-renewed"));
    Ok(page.answer(StatusCode::OK, &[]))
}

/// The gateways that have a button: its value and label.
const BUTTONS: [(Gateway, &str, &str); 3] = [
    (Gateway::Stripe, "stripe", "pay-button-stripe"),
    (Gateway::Paypal, "paypal", "pay-button-paypal"),
    (Gateway::Sandbox, "sandbox", "pay-button-sandbox"),
];

/// The page as things stand now; `trouble` is what went wrong a moment ago.
async fn tell(app: &App, visit: &Visit, link: &Link, status: StatusCode, trouble: Option<&'static str>) -> Result<Response> {
    let seen = paylink::show(app, link).await?;
    visit.speaks(&seen.language);
    let mut page = Page::new(visit.language());
    let form = |action: &str, buttons| Form {
        action: format!("/pay/{}/{action}", link.invoice),
        until: link.until,
        token: link.token.clone(),
        buttons,
    };
    // who holds an old link learns nothing of the invoice
    if link.is_over(app) {
        page.message = Some(page.t("pay-over"));
        page.notice = Some(page.t("pay-renew"));
        page.form = Some(form("renew/", vec![("", page.t("pay-renew-button"))]));
        return Ok(page.answer(StatusCode::GONE, &[]));
    }
    let number = seen.invoice.invoice_number.clone().unwrap_or_default();
    page.title = Message::new("pay-title").with("number", number).text(page.language);
    let pen = Pen::new(page.language)?;
    page.bill = Some(bill(&page, &pen, &seen)?);
    page.message = trouble.or_else(|| standing(&seen)).map(|id| page.t(id));
    if seen.is_awaited && seen.invoice.balance_minor() > 0 {
        page.notice = Some(page.t(if seen.on_its_way > 0 { "pay-processing" } else { "pay-awaited" }));
        page.reload = Some((page.t("pay-reload"), format!("/{}&lang={}", link.path(), page.language)));
    }
    let owed = seen.invoice.money(seen.invoice.balance_minor() - seen.on_its_way)?;
    let owed = pen.amount(owed)?;
    let label = |id: &'static str| Message::new(id).with("amount", &owed).text(page.language);
    let offered = BUTTONS.iter().filter(|(gateway, ..)| seen.gateways.contains(gateway));
    let buttons: Vec<_> = offered.map(|(_, value, id)| (*value, label(id))).collect();
    page.form = (!buttons.is_empty()).then(|| form("", buttons));
    Ok(page.answer(status, &provider::page_origins(app)))
}

/// How it stands with an invoice, where that is not plain from its buttons.
fn standing(seen: &Seen) -> Option<&'static str> {
    let invoice = &seen.invoice;
    match invoice.status {
        InvoiceStatus::Void => Some("pay-void"),
        // what was written off is still owed, and may still be paid
        InvoiceStatus::Draft | InvoiceStatus::Open | InvoiceStatus::Uncollectible => {
            if seen.on_its_way > 0 && seen.on_its_way == invoice.balance_minor() {
                None
            } else if invoice.balance_minor() > 0 {
                seen.gateways.is_empty().then_some("pay-offline")
            } else if invoice.paid_minor > invoice.refunded_minor {
                Some("pay-done")
            } else {
                Some("pay-nothing")
            }
        }
    }
}

fn bill(page: &Page<'_>, pen: &Pen, seen: &Seen) -> shared::Result<Bill> {
    let invoice = &seen.invoice;
    let amount = |minor: i64| pen.amount(invoice.money(minor)?);
    let mut lines = vec![];
    for line in &seen.lines {
        let times = if line.quantity == 1 { String::new() } else { format!("{} × ", line.quantity) };
        lines.push((format!("{times}{}", line.description), amount(line.total_minor)?));
    }
    let mut sums = vec![(page.t("pay-total"), amount(invoice.amount_minor)?)];
    let parts = [
        ("pay-credited", invoice.credited_minor),
        ("pay-paid", invoice.paid_minor),
        ("pay-refunded", invoice.refunded_minor),
        ("pay-owed", invoice.balance_minor()),
    ];
    for (id, minor) in parts.into_iter().filter(|(_, minor)| *minor > 0) {
        sums.push((page.t(id), amount(minor)?));
    }
    let is_due = invoice.status == InvoiceStatus::Open && invoice.balance_minor() > 0;
    let date = || -> shared::Result<String> { Ok(Message::new("pay-due").with("date", pen.day(invoice.due_at)?).text(page.language)) };
    let due = is_due.then(date).transpose()?;
    Ok(Bill { company: seen.company.name.clone(), lines, sums, due })
}
