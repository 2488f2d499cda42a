//! People who can sign in: accounts, passwords, sessions, access tokens.
//!
//! An access token alone proves nothing: each request also finds its session alive and its user active, in one
//! statement, so that a deactivation works at once.

mod admit;
mod create;
mod denylist;
pub mod link;
pub mod password;
pub mod session;
mod sign_in;
mod token;
pub mod user;

pub use admit::admit;
pub use create::{NewUser, create_superuser, create_user};
pub use denylist::deny;
pub use sign_in::{SignedIn, authenticate, sign_in};
pub use user::{Model as User, has_superuser};
