//! What carriers tell of messages that they took.

use crate::clients::sms_status::SmsStatus;
use crate::{Result, Tx};

/// Twilio told how an SMS stands. Words come in any order, and more than once.
pub async fn sms(tx: &Tx, told: &SmsStatus) -> Result<()> {
    let _ = (tx, told);
    Ok(())
}
