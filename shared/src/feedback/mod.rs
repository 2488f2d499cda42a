//! What customers think of what was done for them: told by the API or on the page that a mail leads to, read by staff. One answer
//! per shipment or request, and one question about each.

pub mod about;
pub mod answer;
mod give;
mod invite;
pub mod jobs;
pub mod link;
pub mod list;
pub mod summary;

pub use about::About;
pub use give::{NewFeedback, admit, give, give_by_link};
pub use invite::{invite, invite_later};
pub use link::url;
