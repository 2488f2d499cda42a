//! The routes, one file per domain.

pub(crate) mod account_pages;
mod address_bodies;
pub(crate) mod addresses;
pub(crate) mod admin_notifications;
pub(crate) mod admin_users;
pub(crate) mod admins;
pub(crate) mod analytics;
mod analytics_out;
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
pub(crate) mod dashboard;
mod dashboard_out;
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
pub(crate) mod mail_bounces;
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
pub(crate) mod report_exports;
pub(crate) mod reports;
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
    parts().into_iter().fold(OpenApiRouter::with_openapi(Document::openapi()), OpenApiRouter::merge)
}

/// The routes of each page, in the order of the document.
pub(crate) fn parts() -> Vec<OpenApiRouter<App>> {
    vec![
        auth::routes(),
        register::routes(),
        passwords::routes(),
        mfa::routes(),
        sessions::routes(),
        events::routes(),
        users::routes(),
        addresses::routes(),
        admin_users::routes(),
        admins::routes(),
        settings::routes(),
        company_logo::routes(),
        exchange_rates::routes(),
        exchange_rate_refresh::routes(),
        exchange_rate_reviews::routes(),
        public_rates::routes(),
        audit::routes(),
        privacy::routes(),
        buy4me::routes(),
        buy4me_items::routes(),
        shipments::routes(),
        shipment_quotes::routes(),
        tracking::routes(),
        tickets::routes(),
        ticket_messages::routes(),
        ticket_files::routes(),
        chat::routes(),
        invoices::routes(),
        pay::routes(),
        refunds::routes(),
        by_hand::routes(),
        credit_notes::routes(),
        invoice_ends::routes(),
        payments::routes(),
        payment_reviews::routes(),
        disputes::routes(),
        reconciliations::routes(),
        pay_page::routes(),
        papers::routes(),
        paper_links::routes(),
        webhooks::routes(),
        mail_bounces::routes(),
        sandbox::routes(),
        feedback::routes(),
        feedback_page::routes(),
        reports::routes(),
        analytics::routes(),
        dashboard::routes(),
        report_exports::routes(),
        vendors::routes(),
        vendor_logos::routes(),
        admin_notifications::routes(),
        notification_preferences::routes(),
        notifications::routes(),
        push_devices::routes(),
        account_pages::routes(),
        unsubscribe::routes(),
        health::routes(),
        docs::routes(),
    ]
}
