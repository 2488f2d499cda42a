//! What we remember of our calls on the row of money, beside what others keep there: what the next call has to know, and what
//! PayPal's support asks for.

use crate::billing::invoice;
use crate::billing::transaction::{self, Model as Transaction};
use crate::clients::paypal::complaint::Complaint;
use crate::ids::TransactionId;
use crate::{App, Error, Result};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

const FIELD: &str = "paypal";

/// Under `paypal` in `response_data`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Notes {
    /// The last part of the order's `invoice_id`, where it is not the first that was tried.
    pub(super) attempt: Option<u64>,
    /// How often the payer's means were declined: each new one is captured under a key of its own.
    pub(super) declines: u32,
    /// How often a capture was refused for a reason that is not the payer's.
    pub(super) refusals: u32,
    /// PayPal's last refusal.
    pub(super) issue: Option<String>,
    /// What PayPal calls that moment.
    pub(super) debug_id: Option<String>,
}

impl Notes {
    pub(super) fn of(row: &Transaction) -> Self {
        let kept = row.response_data.as_ref().and_then(|data| data.get(FIELD));
        kept.and_then(|kept| serde_json::from_value(kept.clone()).ok()).unwrap_or_default()
    }

    pub(super) fn complained(&mut self, complaint: &Complaint) {
        let words = [&complaint.issue, &complaint.name].into_iter().find(|word| !word.is_empty());
        self.issue = Some(words.cloned().unwrap_or_else(|| complaint.status.as_u16().to_string()));
        self.debug_id.clone_from(&complaint.debug_id);
    }
}

/// Changes the notes of a row in a transaction of its own; answers what they are now.
pub(super) async fn keep(app: &App, id: TransactionId, change: impl FnOnce(&mut Notes)) -> Result<Notes> {
    let found = transaction::Entity::find_by_id(id).one(&app.db.conn).await?.ok_or(Error::NotFound)?;
    let tx = app.begin().await?;
    invoice::lock(&tx, found.invoice_id).await?;
    let row = transaction::Entity::find_by_id(id).one(&tx).await?.ok_or(Error::NotFound)?;
    let mut notes = Notes::of(&row);
    change(&mut notes);
    let mut data = match &row.response_data {
        Some(serde_json::Value::Object(data)) => data.clone(),
        Some(_) | None => serde_json::Map::new(),
    };
    data.insert(FIELD.to_owned(), serde_json::to_value(&notes).map_err(Error::internal)?);
    transaction::change(&tx, &row, Transaction { response_data: Some(data.into()), ..row.clone() }).await?;
    tx.commit().await?;
    Ok(notes)
}
