//! The document of an export: everything we hold about a person, as they would name it. Rows come page by page and leave as
//! text, so that memory holds the text and one page of rows, however long somebody has been a customer.

use crate::accounts::{address, session, user};
use crate::analytics::activity;
use crate::audit;
use crate::billing::status::InvoiceStatus;
use crate::billing::{credit, invoice, line, transaction};
use crate::clock::Time;
use crate::feedback::answer;
use crate::ids::{InvoiceId, UserId};
use crate::notifications::{device, notification, preference};
use crate::papers::paper;
use crate::{App, Result};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveEnum, QueryOrder, QuerySelect, Select, TryGetable};
use serde_json::json;
use std::collections::HashMap;

/// Rows of one page.
const PAGE: u64 = 500;

/// Writes the document.
pub(super) async fn write(app: &App, id: UserId) -> Result<String> {
    let user = user::find(&app.db.conn, id).await?;
    let addresses = section(app, address::Entity::find().filter(address::Column::UserId.eq(id)), address::Column::Id, tell_address).await?;
    let sessions = section(app, session::Entity::find().filter(session::Column::UserId.eq(id)), session::Column::Id, tell_session).await?;
    let active_days = json!(activity::days_of(app, id).await?);
    let messages = notification::Entity::find().filter(notification::Column::UserId.eq(id));
    let messages = section(app, messages, notification::Column::Id, |row| (row.id.0, tell_notification(row))).await?;
    let devices = device::Entity::find().filter(device::Column::UserId.eq(id));
    let devices = section(app, devices, device::Column::Id, |row| (row.id.0, tell_device(&row))).await?;
    let preferences = preference::Entity::find_by_id(id).one(&app.db.conn).await?;
    let preferences = json!(preferences.map(|row| json!({
        "choices": row.choices, "quiet_from": row.quiet_from, "quiet_to": row.quiet_to, "time_zone": row.time_zone,
    })));
    // what staff did to others is about others: there only the deed is told
    let is_staff = !user.role.is_customer();
    let deeds = audit::Entity::find().filter(audit::Column::ActorId.eq(id.0));
    let deeds = section(app, deeds, audit::Column::Id, |row| (row.id, tell_deed(row, is_staff))).await?;
    let invoices = invoices(app, id).await?;
    let papers = paper::Entity::find().filter(paper::Column::UserId.eq(id));
    let papers = section(app, papers, paper::Column::Id, |row| (row.id.0, tell_paper(&row))).await?;
    let shipments = shipments(app, id).await?;
    let requests = requests(app, id).await?;
    let feedback = answer::Entity::find().filter(answer::Column::UserId.eq(id));
    let feedback = section(app, feedback, answer::Column::Id, |row| (row.id.0, tell_feedback(&row))).await?;
    let tickets = tickets(app, id).await?;
    let (made_at, profile) = (json!(app.clock.now()), tell_user(&user));
    Ok(format!(
        "{{\n\"made_at\": {made_at},\n\"profile\": {profile},\n\"addresses\": {addresses},\n\"sessions\": {sessions},\n\"active_days\": {active_days},\n\
         \"shipments\": {shipments},\n\"buy4me_requests\": {requests},\n\"invoices\": {invoices},\n\
         \"papers\": {papers},\n\"feedback\": {feedback},\n\"support_tickets\": {tickets},\n\"notifications\": {messages},\n\"notification_preferences\": {preferences},\n\"push_devices\": {devices},\n\"activity\": {deeds}\n}}\n"
    ))
}

/// A JSON list as it grows.
#[derive(Default)]
struct List(String);

impl List {
    fn push(&mut self, item: &Json) {
        self.0.push_str(if self.0.is_empty() { "\n" } else { ",\n" });
        self.0.push_str(&item.to_string());
    }

    fn finish(self) -> String {
        format!("[{}]", self.0)
    }
}

/// All rows of a query as a list; `tell` answers a row's id and what is said about it.
async fn section<E: EntityTrait>(app: &App, rows: Select<E>, id: E::Column, tell: impl Fn(E::Model) -> (Uuid, Json)) -> Result<String> {
    let (mut list, mut after) = (List::default(), Uuid::nil());
    loop {
        let page = rows.clone().filter(id.gt(after)).order_by_asc(id).limit(PAGE).all(&app.db.conn).await?;
        let is_last = (page.len() as u64) < PAGE;
        for row in page {
            let (id, told) = tell(row);
            after = id;
            list.push(&told);
        }
        if is_last {
            return Ok(list.finish());
        }
    }
}

/// The invoices with what belongs to them: five statements a page. Drafts are not yet anybody's.
async fn invoices(app: &App, user: UserId) -> Result<String> {
    let db = &app.db.conn;
    let (mut list, mut after) = (List::default(), Uuid::nil());
    let own = invoice::Entity::find().filter(invoice::Column::UserId.eq(user)).filter(invoice::Column::Status.ne(InvoiceStatus::Draft));
    loop {
        let page = own.clone().filter(invoice::Column::Id.gt(after)).order_by_asc(invoice::Column::Id).limit(PAGE).all(db).await?;
        let Some(last) = page.last() else { return Ok(list.finish()) };
        after = last.id.0;
        let ids = || page.iter().map(|invoice| invoice.id);
        let lines = line::Entity::find().filter(line::Column::InvoiceId.is_in(ids())).order_by_asc(line::Column::Position).all(db).await?;
        let payments = transaction::Entity::find().filter(transaction::Column::InvoiceId.is_in(ids()));
        let payments = payments.order_by_asc(transaction::Column::Id).all(db).await?;
        let credits =
            credit::Entity::find().filter(credit::Column::InvoiceId.is_in(ids())).order_by_asc(credit::Column::Id).all(db).await?;
        let mut reminders = reminders(app, page.iter().map(|invoice| invoice.id)).await?;
        let mut lines = by_invoice(lines, |line| line.invoice_id);
        let mut credits = by_invoice(credits, |note| note.invoice_id);
        let mut payments = by_invoice(payments, |payment| payment.invoice_id);
        for invoice in &page {
            let (lines, payments) = (lines.remove(&invoice.id), payments.remove(&invoice.id));
            let mut told = tell_invoice(invoice, &lines.unwrap_or_default(), &payments.unwrap_or_default())?;
            let credits = credits.remove(&invoice.id).unwrap_or_default();
            told["credit_notes"] = credits.iter().map(|note| tell_credit(invoice, note)).collect::<Result<_>>()?;
            told["reminders"] = json!(reminders.remove(&invoice.id).unwrap_or_default());
            list.push(&told);
        }
    }
}

/// When each invoice was reminded of, and which step that was: days from its due date.
async fn reminders(app: &App, ids: impl Iterator<Item = InvoiceId>) -> Result<HashMap<InvoiceId, Vec<Json>>> {
    let query = sea_orm::sea_query::Query::select()
        .columns(["invoice_id", "days", "created_at"])
        .from("invoice_reminders")
        .and_where(Expr::col("invoice_id").is_in(ids))
        .order_by("days", sea_orm::Order::Asc)
        .to_owned();
    let mut grouped: HashMap<InvoiceId, Vec<Json>> = HashMap::new();
    for row in app.db.conn.query_all(&query).await? {
        let id = InvoiceId::try_get_by(&row, "invoice_id").map_err(DbErr::from)?;
        let (days, at): (i32, Time) = (row.try_get("", "days")?, row.try_get("", "created_at")?);
        grouped.entry(id).or_default().push(json!({ "days": days, "at": at }));
    }
    Ok(grouped)
}

fn tell_credit(invoice: &invoice::Model, note: &credit::Model) -> Result<Json> {
    let amount = invoice.money(note.amount_minor)?.decimal();
    Ok(json!({ "number": note.number, "amount": amount, "reason": note.reason, "created_at": note.created_at }))
}

/// The shipments with their events: two statements a page.
async fn shipments(app: &App, user: UserId) -> Result<String> {
    let (mut list, mut after) = (List::default(), Uuid::nil());
    loop {
        let page = crate::shipments::personal::tell(&app.db.conn, user, after).await?;
        let Some((last, _)) = page.last() else { return Ok(list.finish()) };
        after = *last;
        page.iter().for_each(|(_, told)| list.push(told));
    }
}

/// The Buy4Me requests with their items and events: three statements a page.
async fn requests(app: &App, user: UserId) -> Result<String> {
    let (mut list, mut after) = (List::default(), Uuid::nil());
    loop {
        let page = crate::buy4me::personal::tell(&app.db.conn, user, after).await?;
        let Some((last, _)) = page.last() else { return Ok(list.finish()) };
        after = *last;
        page.iter().for_each(|(_, told)| list.push(told));
    }
}

/// The tickets with their messages, files by name: three statements a page.
async fn tickets(app: &App, user: UserId) -> Result<String> {
    let (mut list, mut after) = (List::default(), Uuid::nil());
    loop {
        let page = crate::support::personal::tell(&app.db.conn, user, after).await?;
        let Some((last, _)) = page.last() else { return Ok(list.finish()) };
        after = *last;
        page.iter().for_each(|(_, told)| list.push(told));
    }
}

fn by_invoice<T>(rows: Vec<T>, invoice: impl Fn(&T) -> InvoiceId) -> HashMap<InvoiceId, Vec<T>> {
    let mut grouped: HashMap<InvoiceId, Vec<T>> = HashMap::new();
    rows.into_iter().for_each(|row| grouped.entry(invoice(&row)).or_default().push(row));
    grouped
}

fn tell_user(user: &user::Model) -> Json {
    json!({
        "id": user.id, "username": user.username, "email": user.email, "email_verified_at": user.email_verified_at,
        "first_name": user.first_name, "last_name": user.last_name, "phone_number": user.phone_number, "role": user.role,
        "is_active": user.is_active, "language": user.language, "currency": user.currency, "date_joined": user.date_joined,
        "updated_at": user.updated_at, "password_changed_at": user.password_changed_at, "second_factor_since": user.mfa_enabled_at,
    })
}

fn tell_address(row: address::Model) -> (Uuid, Json) {
    let mut told = json!(row.fields());
    told["label"] = row.label.into();
    told["is_default"] = row.is_default.into();
    told["created_at"] = json!(row.created_at);
    told["updated_at"] = json!(row.updated_at);
    (row.id.0, told)
}

fn tell_session(row: session::Model) -> (Uuid, Json) {
    let told = json!({
        "device": row.user_agent, "address": row.address, "signed_in_at": row.created_at, "last_used_at": row.last_used_at,
        "expires_at": row.expires_at, "ended_at": row.revoked_at,
    });
    (row.id.0, told)
}

fn tell_notification(row: notification::Model) -> Json {
    json!({
        "event": row.event, "channel": row.channel.to_value(), "status": row.status.to_value(), "about": row.subject_id, "facts": row.facts,
        "address": row.address, "error": row.error, "created_at": row.created_at, "sent_at": row.sent_at, "read_at": row.read_at,
    })
}

/// The token is the push service's name of the device, and no information about anybody.
fn tell_device(row: &device::Model) -> Json {
    json!({ "platform": row.platform, "name": row.name, "created_at": row.created_at, "seen_at": row.seen_at })
}

/// A PDF is fetched where its document is: `/api/invoices/{about}/pdf/` and the like.
fn tell_paper(row: &paper::Paper) -> Json {
    json!({
        "kind": row.kind, "about": row.subject_id, "language": row.language, "bytes": row.bytes, "sha256": row.sha256,
        "created_at": row.created_at, "rendered_at": row.rendered_at,
    })
}

fn tell_feedback(row: &answer::Model) -> Json {
    json!({ "about": row.reference, "rating": row.rating, "message": row.message, "created_at": row.created_at })
}

fn tell_deed(row: audit::Model, is_staff: bool) -> Json {
    json!({
        "action": row.action, "object_type": row.object_type, "object_id": row.object_id, "at": row.created_at,
        "address": row.address, "detail": row.detail.filter(|_| !is_staff),
    })
}

fn tell_invoice(invoice: &invoice::Model, lines: &[line::Model], payments: &[transaction::Model]) -> Result<Json> {
    let currency = invoice.currency()?;
    let decimal = |minor: i64| crate::money::Money::new(minor, currency).decimal();
    let line = |line: &line::Model| {
        json!({
            "description": line.description, "quantity": line.quantity, "unit_price": decimal(line.unit_price_minor),
            "tax_rate": line.tax_rate, "net": decimal(line.net_minor), "tax": decimal(line.tax_minor), "total": decimal(line.total_minor),
        })
    };
    // without the address of the payment page: whoever holds it may pay
    let payment = |row: &transaction::Model| {
        Ok(json!({
            "kind": row.kind, "status": row.status, "gateway": row.gateway, "method": row.method, "amount": row.amount()?.decimal(),
            "currency": row.currency, "transaction_reference": row.transaction_reference, "failure_code": row.failure_code,
            "receipt_number": row.receipt_number, "reason": row.reason, "due_by": row.due_by, "settled_at": row.settled_at,
            "created_at": row.created_at, "updated_at": row.updated_at,
        }))
    };
    Ok(json!({
        "id": invoice.id, "invoice_number": invoice.invoice_number, "status": invoice.status, "payment_status": invoice.payment_status,
        "billed_to": invoice.billing_snapshot, "currency": invoice.currency, "subtotal": decimal(invoice.subtotal_minor),
        "tax": decimal(invoice.tax_minor), "amount": decimal(invoice.amount_minor), "paid": decimal(invoice.paid_minor),
        "refunded": decimal(invoice.refunded_minor), "credited": decimal(invoice.credited_minor),
        "balance": decimal(invoice.balance_minor()), "payment_method": invoice.payment_method,
        "due_at": invoice.due_at, "issued_at": invoice.issued_at, "paid_at": invoice.paid_at, "created_at": invoice.created_at,
        "lines": lines.iter().map(line).collect::<Vec<_>>(), "payments": payments.iter().map(payment).collect::<Result<Vec<_>>>()?,
    }))
}
