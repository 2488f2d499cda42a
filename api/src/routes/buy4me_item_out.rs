//! What clients see of an item.

use crate::auth::Caller;
use crate::openapi::choices;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use shared::buy4me::item::{self, PreviewStatus, Source};
use shared::buy4me::request::Model;
use shared::buy4me::state::ItemStatus;
use shared::ids::{ItemId, RequestId, VendorId};
use shared::money::Money;
use shared::{Result, i18n};
use utoipa::ToSchema;

/// An item.
#[derive(Serialize, ToSchema)]
pub(crate) struct ItemOut {
    #[schema(value_type = Uuid)]
    id: ItemId,
    #[schema(value_type = Uuid)]
    buy4me_request: RequestId,
    /// None: its page is yet to tell.
    product_name: Option<String>,
    product_url: String,
    quantity: i32,
    received_quantity: i32,
    color: Option<String>,
    size: Option<String>,
    alternatives: Option<String>,
    /// For one piece, as quoted, in `currency`.
    unit_price: Option<String>,
    /// For one piece, as the shop takes it, in `currency`.
    actual_unit_price: Option<String>,
    /// The shop's.
    currency: Option<String>,
    /// What the customer is charged for it, with its part of the exchange and its tax, in the request's currency.
    charged: Option<String>,
    #[schema(schema_with = choices::<ItemStatus>)]
    status: ItemStatus,
    #[schema(value_type = Option<Uuid>)]
    vendor: Option<VendorId>,
    #[schema(schema_with = choices::<Source>)]
    source: Source,
    vendor_order_number: Option<String>,
    #[schema(schema_with = choices::<PreviewStatus>)]
    preview_status: Option<PreviewStatus>,
    /// What its page says: `{title, price, currency, image_url}`, or `{failure, detail}`.
    #[schema(value_type = Option<Object>)]
    preview: Option<Value>,
    image_url: Option<String>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    /// What the caller can do with it now.
    #[schema(value_type = Vec<String>)]
    available_actions: Vec<&'static str>,
}

impl ItemOut {
    /// As the caller may see it.
    pub(crate) fn new(caller: &Caller, request: &Model, row: item::Model) -> Result<Self> {
        let mut preview = row.preview.clone();
        if let Some(told) = preview.as_mut()
            && let Some(code) = told["failure"].as_str()
        {
            told["detail"] = i18n::text(caller.language, code, &[]).into();
        }
        Ok(Self {
            id: row.id,
            buy4me_request: row.request_id,
            quantity: row.quantity,
            received_quantity: row.received_quantity,
            unit_price: row.unit_price()?.map(Money::decimal),
            actual_unit_price: row.actual_unit_price()?.map(Money::decimal),
            charged: row.charged_minor.map(|minor| request.money(minor)).transpose()?.map(Money::decimal),
            status: row.status,
            vendor: row.vendor_id,
            source: row.source,
            preview_status: row.preview_status,
            preview,
            created_at: row.created_at,
            updated_at: row.updated_at,
            available_actions: row.available_actions(&caller.actor, request),
            product_name: row.product_name,
            product_url: row.product_url,
            color: row.color,
            size: row.size,
            alternatives: row.alternatives,
            currency: row.currency,
            vendor_order_number: row.vendor_order_number,
            image_url: row.image_url,
        })
    }

    /// Its id.
    pub(crate) fn id(&self) -> ItemId {
        self.id
    }
}
