//! People who can sign in: accounts, passwords, sessions, access tokens.
//!
//! An access token alone proves nothing: each request also finds its session alive and its user active, in one
//! statement, so that a deactivation works at once.

pub mod address;
pub mod address_book;
mod create;
pub mod link;
pub mod password;
pub mod postal;
pub mod session;
mod sign_in;
mod token;
pub mod user;

pub use create::{NewUser, create_superuser, create_user};
pub use sign_in::{SignedIn, authenticate, sign_in};
pub use user::{Model as User, has_superuser};
