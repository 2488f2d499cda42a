//! The link to an invoice's pay page: whoever holds it may pay that invoice, and nothing else. It is the mark of the invoice and
//! of the day it ends, so no table is needed, and links made on one day are the same.

use super::invoice::{self, Model as Invoice};
use super::line;
use super::pay::{self, PayRequest, Payment};
use super::status::InvoiceStatus;
use super::transaction::{self, Kind, Model as Transaction, TransactionStatus};
use super::{Gateway, capture};
use crate::accounts::user;
use crate::ids::InvoiceId;
use crate::notifications::{self, Event};
use crate::policy::{Actor, Role};
use crate::queue::NewJob;
use crate::throttle::{self, Rule};
use crate::{App, Error, Result, seal, settings};
use chrono::TimeDelta;
use sea_orm::entity::prelude::*;
use std::time::Duration;

const PURPOSE: &str = "pay-page";
/// How long a link holds, at least.
const LIFE: TimeDelta = TimeDelta::days(30);
/// New links for one invoice.
const RENEW: Rule = Rule { name: "pay-link", most: 3, within: Duration::from_secs(3600), message: "error-too-many-mails" };

/// Presses of the button "Pay" of one invoice.
const PAY: Rule = Rule { name: "pay-by-link", most: 30, within: Duration::from_secs(3600), message: "error-too-many-attempts" };

/// A link whose mark was checked: the right to see and pay one invoice.
#[derive(Clone, Debug)]
pub struct Link {
    /// Which.
    pub invoice: InvoiceId,
    /// Until when, in Unix seconds.
    pub until: i64,
    /// The mark.
    pub token: String,
}

impl Link {
    /// A new one.
    pub fn new(app: &App, invoice: InvoiceId) -> Self {
        Self::until(app, invoice, seal::end_of_link(app, LIFE))
    }

    /// The one that ends then.
    pub(super) fn until(app: &App, invoice: InvoiceId, until: i64) -> Self {
        Self { invoice, until, token: seal::mark(app, PURPOSE, &text(invoice, until)) }
    }

    /// Checks a link that somebody came with. It may be over: see [`Link::is_over`].
    pub fn check(app: &App, invoice: InvoiceId, until: &str, token: &str) -> Result<Self> {
        let (until, _) = seal::check_link(app, PURPOSE, |until| text(invoice, until), until, token)?;
        Ok(Self { invoice, until, token: token.to_owned() })
    }

    /// Whether its time is over.
    pub fn is_over(&self, app: &App) -> bool {
        self.until <= app.clock.now().timestamp()
    }

    /// Path and query of the page.
    pub fn path(&self) -> String {
        format!("pay/{}/?until={}&token={}", self.invoice, self.until, self.token)
    }

    /// Where a gateway sends the browser: as `return_url` after payment (no query, because gateways add their own, under the
    /// same names), as `cancel_url` without it.
    pub(super) fn way_back(&self, app: &App, name: &str) -> Result<String> {
        match name {
            "return_url" => address(app, &format!("pay/{}/back/{}/{}/", self.invoice, self.until, self.token)),
            _ => address(app, &self.path()),
        }
    }

    /// Pays by this link: its holder stands for the customer, who need not be signed in.
    fn payer(&self, invoice: &Invoice, request_id: Option<String>, address: Option<String>) -> Actor {
        Actor { user: Some(invoice.user_id), session: None, role: Role::WalkIn, sets: vec![], request_id, address }
    }
}

fn text(invoice: InvoiceId, until: i64) -> String {
    format!("{invoice}|{until}")
}

fn address(app: &App, path: &str) -> Result<String> {
    Ok(app.config.public_url.join(path).map_err(Error::internal)?.into())
}

/// The address of an invoice's pay page, good for the next month.
pub fn url(app: &App, invoice: InvoiceId) -> Result<String> {
    address(app, &Link::new(app, invoice).path())
}

/// What the page shows.
#[derive(Debug)]
pub struct Seen {
    /// The invoice itself.
    pub invoice: Invoice,
    /// What it bills.
    pub lines: Vec<line::Model>,
    /// A payment that is on its way.
    pub is_awaited: bool,
    /// What a bank is still working on, in minor units.
    pub on_its_way: i64,
    /// The gateways that could take what is owed and not on its way.
    pub gateways: Vec<Gateway>,
    /// What the customer reads.
    pub language: String,
    /// Whom one pays.
    pub company: settings::Company,
}

/// The invoice and whose it is; the links of an account that was erased open nothing.
async fn find(app: &App, link: &Link) -> Result<(Invoice, user::Model)> {
    let found = invoice::Entity::find_by_id(link.invoice).find_also_related(user::Entity).one(&app.db.conn).await?;
    match found {
        Some((invoice, Some(owner))) if owner.erased_at.is_none() => Ok((invoice, owner)),
        _ => Err(Error::NotFound),
    }
}

/// What the holder of a link sees. A draft is nobody's business yet.
pub async fn show(app: &App, link: &Link) -> Result<Seen> {
    let db = &app.db.conn;
    let (invoice, owner) = find(app, link).await?;
    if invoice.status == InvoiceStatus::Draft {
        return Err(Error::NotFound);
    }
    let rows = transaction::of(db, invoice.id).await?;
    let on_its_way = transaction::on_its_way(&rows).min(invoice.balance_minor());
    let owed = invoice.money(invoice.balance_minor() - on_its_way)?;
    let is_payable = invoice.is_payable() && owed.minor > 0;
    let takes = |gateway: &Gateway| is_payable && gateway.check(app, owed).is_ok();
    Ok(Seen {
        lines: line::of(db, invoice.id).await?,
        on_its_way,
        is_awaited: rows.iter().any(is_awaited),
        gateways: <Gateway as sea_orm::Iterable>::iter().filter(takes).collect(),
        company: settings::read::<settings::Company>(app, db).await?.value,
        language: owner.language,
        invoice,
    })
}

/// A page was opened for it and nothing is known yet.
fn is_awaited(row: &Transaction) -> bool {
    row.kind == Kind::Charge && row.status == TransactionStatus::Pending
}

/// Begins the payment of all that is owed; the same link and gateway lead to the same page.
pub async fn pay(app: &App, link: &Link, gateway: Gateway, request_id: Option<String>, network: Option<String>) -> Result<Payment> {
    if link.is_over(app) {
        return Err(Error::NotFound);
    }
    throttle::count(app, &[(PAY, link.invoice.to_string())]).await?;
    let (invoice, _) = find(app, link).await?;
    let request = PayRequest {
        gateway,
        amount: None,
        return_url: Some(link.way_back(app, "return_url")?),
        cancel_url: Some(link.way_back(app, "cancel_url")?),
        link_until: Some(link.until),
    };
    pay::pay(app, &link.payer(&invoice, request_id, network), link.invoice, request, None).await
}

/// The browser came back from a gateway: what it says proves nothing, but a payment that the payer approved may be waiting for us.
pub async fn came_back(app: &App, link: &Link) -> Result<()> {
    let rows = transaction::of(&app.db.conn, link.invoice).await?;
    let waits = |row: &&Transaction| is_awaited(row) && row.gateway == Gateway::Paypal && row.checkout_reference.is_some();
    let jobs: Vec<NewJob> = rows.iter().filter(waits).map(|row| capture::job(row.id)).collect();
    if jobs.is_empty() {
        return Ok(());
    }
    let tx = app.begin().await?;
    tx.enqueue_all(jobs).await?;
    tx.commit().await
}

/// Mails a new link to the customer, if there is still something to pay. Nobody is told whether that was so.
pub async fn renew(app: &App, link: &Link) -> Result<()> {
    match throttle::count(app, &[(RENEW, link.invoice.to_string())]).await {
        Err(Error::TooMany { .. }) => return Ok(()),
        other => other?,
    }
    let tx = app.begin().await?;
    let invoice = match invoice::lock(&tx, link.invoice).await {
        Err(Error::NotFound) => return Ok(()),
        other => other?,
    };
    if !invoice.is_payable() {
        return Ok(());
    }
    let facts = serde_json::json!({
        "number": invoice.invoice_number, "amount": invoice.money(invoice.balance_minor())?.to_string(),
    });
    notifications::tell(&tx, invoice.user_id, Event::PayLink, invoice.id.0, facts).await?;
    tx.commit().await
}
