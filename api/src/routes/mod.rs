//! The routes, one file per domain.

pub(crate) mod account_pages;
mod address_bodies;
pub(crate) mod addresses;
pub(crate) mod admin_notifications;
pub(crate) mod admin_users;
pub(crate) mod admins;
pub(crate) mod audit;
pub(crate) mod auth;
pub(crate) mod buy4me;
mod buy4me_bodies;
mod buy4me_item_out;
pub(crate) mod buy4me_items;
mod buy4me_out;
pub(crate) mod by_hand;
pub(crate) mod chat;
mod chat_frames;
mod chat_socket;
pub(crate) mod company_logo;
pub(crate) mod credit_notes;
pub(crate) mod disputes;
pub(crate) mod docs;
pub(crate) mod events;
pub(crate) mod exchange_rate_refresh;
pub(crate) mod exchange_rate_reviews;
pub(crate) mod exchange_rates;
pub(crate) mod feedback;
pub(crate) mod feedback_page;
pub(crate) mod health;
pub(crate) mod invoice_ends;
mod invoice_out;
pub(crate) mod invoices;
pub(crate) mod mfa;
pub(crate) mod notification_preferences;
pub(crate) mod notifications;
pub(crate) mod paper_links;
pub(crate) mod papers;
mod parcel_out;
pub(crate) mod passwords;
pub(crate) mod pay;
pub(crate) mod pay_page;
pub(crate) mod payment_reviews;
pub(crate) mod payments;
pub(crate) mod privacy;
pub(crate) mod public_rates;
pub(crate) mod push_devices;
pub(crate) mod reconciliations;
pub(crate) mod refunds;
pub(crate) mod register;
pub(crate) mod sandbox;
pub(crate) mod sessions;
pub(crate) mod settings;
mod shipment_in;
mod shipment_out;
mod shipment_query;
pub(crate) mod shipment_quotes;
pub(crate) mod shipments;
mod ticket_bodies;
pub(crate) mod ticket_files;
pub(crate) mod ticket_messages;
mod ticket_out;
mod ticket_query;
pub(crate) mod tickets;
pub(crate) mod tracking;
pub(crate) mod unsubscribe;
mod user_in;
pub(crate) mod users;
mod vendor_bodies;
pub(crate) mod vendor_logos;
pub(crate) mod vendors;
pub(crate) mod webhooks;

use crate::openapi::Document;
use shared::App;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

/// All routes with their part of the document.
pub(crate) fn all() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Document::openapi())
        .merge(auth::routes())
        .merge(register::routes())
        .merge(passwords::routes())
        .merge(mfa::routes())
        .merge(sessions::routes())
        .merge(events::routes())
        .merge(users::routes())
        .merge(addresses::routes())
        .merge(admin_users::routes())
        .merge(admins::routes())
        .merge(settings::routes())
        .merge(company_logo::routes())
        .merge(exchange_rates::routes())
        .merge(exchange_rate_refresh::routes())
        .merge(exchange_rate_reviews::routes())
        .merge(public_rates::routes())
        .merge(audit::routes())
        .merge(privacy::routes())
        .merge(buy4me::routes())
        .merge(buy4me_items::routes())
        .merge(shipments::routes())
        .merge(shipment_quotes::routes())
        .merge(tracking::routes())
        .merge(tickets::routes())
        .merge(ticket_messages::routes())
        .merge(ticket_files::routes())
        .merge(chat::routes())
        .merge(invoices::routes())
        .merge(pay::routes())
        .merge(refunds::routes())
        .merge(by_hand::routes())
        .merge(credit_notes::routes())
        .merge(invoice_ends::routes())
        .merge(payments::routes())
        .merge(payment_reviews::routes())
        .merge(disputes::routes())
        .merge(reconciliations::routes())
        .merge(pay_page::routes())
        .merge(papers::routes())
        .merge(paper_links::routes())
        .merge(webhooks::routes())
        .merge(sandbox::routes())
        .merge(feedback::routes())
        .merge(feedback_page::routes())
        .merge(vendors::routes())
        .merge(vendor_logos::routes())
        .merge(admin_notifications::routes())
        .merge(notification_preferences::routes())
        .merge(notifications::routes())
        .merge(push_devices::routes())
        .merge(account_pages::routes())
        .merge(unsubscribe::routes())
        .merge(health::routes())
        .merge(docs::routes())
}
