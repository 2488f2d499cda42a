//! What somebody sees first, shaped by who they are: customers what they have to do and where their orders are (`customer`), staff
//! what is to be done, in numbers that lead to lists (`work`), super admins also how the company is doing (`company`).

mod company;
mod customer;
mod need;
mod work;

pub use company::{Company, Trend, company};
pub use customer::{Customer, Orders, customer};
pub use need::{Need, Needed};
pub use work::{Waiting, Work, work};
