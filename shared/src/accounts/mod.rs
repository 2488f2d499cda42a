//! People who can sign in: accounts, passwords, second factors, sessions, access tokens, links in mails.
//!
//! An access token alone proves nothing: each request also finds its session alive and its user active, in one
//! statement, so that a deactivation works at once. Nothing here tells a stranger who has an account: not an answer, not
//! the time it takes.

pub mod address;
pub mod address_book;
mod admit;
mod authority;
mod by_link;
mod change_password;
mod create;
mod denylist;
mod limits;
pub mod link;
pub mod list;
pub mod mfa;
mod origin;
pub mod password;
pub mod postal;
mod profile;
mod refresh;
mod register;
pub mod session;
mod sign_in;
mod sign_out;
pub mod ticket;
mod token;
mod update;
pub mod user;

pub use admit::admit;
pub use by_link::{set_password, verify_email};
pub use change_password::{change_password, request_reset};
pub use create::{NewUser, create_admin, create_superuser, create_user};
pub use denylist::deny;
pub use origin::Origin;
pub use profile::Profile;
pub use refresh::refresh;
pub use register::register;
pub use sign_in::{SignIn, SignedIn, authenticate, sign_in};
pub use sign_out::{end_other_sessions, end_session, sign_out};
pub use update::{Door, UserChange, deactivate, reset_mfa, update, update_own};
pub use user::{Model as User, has_superuser};
