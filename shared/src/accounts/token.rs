//! Access tokens: short-lived JWT (HS256) that name a user and a session.

use crate::clock::Time;
use crate::i18n::Message;
use crate::ids::{SessionId, UserId};
use crate::policy::Role;
use crate::{App, Error, Result};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

/// Life of an access token.
pub(crate) const ACCESS_SECONDS: i64 = 15 * 60;

/// What an access token says.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Claims {
    pub(super) sub: UserId,
    pub(super) sid: SessionId,
    pub(super) jti: uuid::Uuid,
    pub(super) role: Role,
    pub(super) token_type: TokenType,
    pub(super) iat: i64,
    pub(super) exp: i64,
}

/// Keeps tokens of other purposes (links in mails, MFA challenges) from being used as access tokens.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum TokenType {
    Access,
}

pub(super) fn issue(app: &App, user: UserId, role: Role, session: SessionId, now: Time) -> Result<String> {
    let iat = now.timestamp();
    let claims =
        Claims { sub: user, sid: session, jti: uuid::Uuid::now_v7(), role, token_type: TokenType::Access, iat, exp: iat + ACCESS_SECONDS };
    let key = EncodingKey::from_secret(app.config.secret_key.expose_secret().as_bytes());
    jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key).map_err(Error::internal)
}

/// Checks signature (by the current key or an older one) and expiry. Only HS256 is accepted: never what the token's own
/// header asks for.
pub(super) fn read(app: &App, token: &str) -> Result<Claims> {
    let mut refusal = Error::Unauthenticated("error-token-invalid".into());
    let keys: Vec<&SecretString> = std::iter::once(&app.config.secret_key).chain(&app.config.secret_key_previous).collect();
    for key in keys {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_required_spec_claims(&["exp", "sub"]);
        // expiry is checked below against the application's clock
        validation.validate_exp = false;
        let key = DecodingKey::from_secret(key.expose_secret().as_bytes());
        match jsonwebtoken::decode::<Claims>(token, &key, &validation) {
            Ok(data) if data.claims.exp > app.clock.now().timestamp() => return Ok(data.claims),
            Ok(_) => return Err(Error::Unauthenticated("error-token-expired".into())),
            Err(error) if matches!(error.kind(), ErrorKind::InvalidSignature) => {}
            Err(_) => refusal = Error::Unauthenticated(Message::new("error-token-invalid")),
        }
    }
    Err(refusal)
}
