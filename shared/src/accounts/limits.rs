//! How often one may try: the rules, in one place. What is counted are wrong guesses and requests for mails, never good
//! sign-ins, so an office behind one address can work.

use crate::throttle::Rule;
use std::time::Duration;

const QUARTER: Duration = Duration::from_secs(15 * 60);
const HOUR: Duration = Duration::from_secs(3600);

/// Wrong passwords for one account from one address.
pub(super) const SIGN_IN: Rule = Rule { name: "sign-in", most: 5, within: QUARTER, message: "error-too-many-attempts" };
/// Wrong passwords for one account from anywhere: an attacker with many addresses gets no more than this.
pub(super) const SIGN_IN_ACCOUNT: Rule = Rule { name: "sign-in-account", most: 20, within: QUARTER, message: "error-too-many-attempts" };
/// Wrong passwords from one address for any account: one common password tried on everybody.
pub(super) const SIGN_IN_ADDRESS: Rule = Rule { name: "sign-in-address", most: 100, within: QUARTER, message: "error-too-many-attempts" };
/// Wrong second factors of one account: six digits must not be guessed.
pub(super) const SECOND_FACTOR: Rule = Rule { name: "second-factor", most: 5, within: QUARTER, message: "error-too-many-attempts" };
/// Reset mails to one address, known to us or not.
pub(super) const RESET: Rule = Rule { name: "reset", most: 5, within: HOUR, message: "error-too-many-mails" };
/// Reset mails asked for from one address.
pub(super) const RESET_ADDRESS: Rule = Rule { name: "reset-address", most: 30, within: HOUR, message: "error-too-many-mails" };
/// Registrations of one e-mail address.
pub(super) const REGISTER: Rule = Rule { name: "register", most: 5, within: HOUR, message: "error-too-many-mails" };
/// Tries to register from one address, finished or not: checking a password takes time.
pub(super) const REGISTER_ADDRESS: Rule = Rule { name: "register-address", most: 60, within: HOUR, message: "error-too-many-mails" };
/// Passwords set by link for one account.
pub(super) const SET_PASSWORD: Rule = Rule { name: "set-password", most: 20, within: HOUR, message: "error-too-many-attempts" };
/// Links that do not work, tried from one address.
pub(super) const LINK_ADDRESS: Rule = Rule { name: "link-address", most: 30, within: HOUR, message: "error-too-many-attempts" };
