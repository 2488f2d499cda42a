//! What a provider is to a history: pages that are paid at, its own books, and letters about whatever changed in them.

use super::history::{Deed, Fate};
use super::life::Page;
use super::model::Payment;
use shared::billing::Gateway;
use shared::money::Currency;

/// An event on its way to us.
#[derive(Clone, Debug)]
pub struct Letter {
    pub gateway: Gateway,
    /// For the story: what it says, and of what.
    pub name: String,
    pub body: String,
}

/// A provider, seen from its own side. It keeps its books and tells what changed in them, whoever changed it: a payer, a bank, a
/// person at its own pages, or our calls.
pub trait Bank: Send + Sync {
    /// What a payer does; whether that was possible.
    fn at_page(&self, page: &Page, deed: Deed) -> bool;

    /// A refund that a person makes on the provider's own pages, of at most what is left; whether there was anything left.
    fn refund(&self, payment: &str, amount: i64, fate: Fate) -> bool;

    /// The payer's bank sends a refund back that had arrived.
    fn bounce(&self, refund: &str);

    /// The payer's bank claims a payment back; whether it could.
    fn dispute(&self, payment: &str) -> bool;

    /// The claim is decided.
    fn decide(&self, dispute: &str, won: bool);

    /// Its books about an invoice, in our units.
    fn payments(&self, invoice: &str, currency: Currency) -> Vec<Payment>;

    /// What changed since it was asked the last time, with the invoice that it is about, oldest first.
    fn letters(&self) -> Vec<(String, Letter)>;

    /// A letter is never delivered; the provider knows.
    fn lose(&self, letter: &Letter);
}
