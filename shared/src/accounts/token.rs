//! Access tokens and MFA challenges: short-lived JWT (HS256), each good for its own purpose only.

use super::user;
use crate::clock::Time;
use crate::ids::{SessionId, UserId};
use crate::policy::Role;
use crate::{App, Error, Result, seal};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use secrecy::ExposeSecret;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Life of an access token.
pub(crate) const ACCESS_SECONDS: i64 = 15 * 60;
/// How long a person may look for their phone.
const CHALLENGE_SECONDS: i64 = 5 * 60;

/// What an access token says.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Claims {
    pub(super) sub: UserId,
    pub(super) sid: SessionId,
    pub(super) jti: uuid::Uuid,
    pub(super) role: Role,
    pub(super) token_type: Access,
    pub(super) iat: i64,
    pub(super) exp: i64,
}

/// What an MFA challenge says: this person's password was right.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Challenge {
    pub(super) sub: UserId,
    pub(super) jti: uuid::Uuid,
    pub(super) token_type: Mfa,
    /// Mark over the hash of the password that was right: it ends with that password.
    pub(super) password: String,
    pub(super) iat: i64,
    pub(super) exp: i64,
}

/// Purpose of access tokens. A type for each purpose, so that a token of another cannot even be read.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Access {
    Access,
}

/// Purpose of MFA challenges.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Mfa {
    Mfa,
}

trait Expires {
    fn exp(&self) -> i64;
}

impl Expires for Claims {
    fn exp(&self) -> i64 {
        self.exp
    }
}

impl Expires for Challenge {
    fn exp(&self) -> i64 {
        self.exp
    }
}

pub(super) fn issue(app: &App, user: UserId, role: Role, session: SessionId, now: Time) -> Result<String> {
    let iat = now.timestamp();
    let (token_type, exp) = (Access::Access, iat + ACCESS_SECONDS);
    encode(app, &Claims { sub: user, sid: session, jti: uuid::Uuid::now_v7(), role, token_type, iat, exp })
}

pub(super) fn challenge(app: &App, user: &user::Model) -> Result<String> {
    let iat = app.clock.now().timestamp();
    let (token_type, exp) = (Mfa::Mfa, iat + CHALLENGE_SECONDS);
    let password = seal::mark(app, "challenge", &user.password_hash);
    encode(app, &Challenge { sub: user.id, jti: uuid::Uuid::now_v7(), token_type, password, iat, exp })
}

fn encode(app: &App, claims: &impl Serialize) -> Result<String> {
    let key = EncodingKey::from_secret(app.config.secret_key.expose_secret().as_bytes());
    jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &key).map_err(Error::internal)
}

/// The claims of an access token.
pub(super) fn read(app: &App, token: &str) -> Result<Claims> {
    decode(app, token)
}

/// The claims of an MFA challenge.
pub(super) fn read_challenge(app: &App, token: &str) -> Result<Challenge> {
    decode(app, token)
}

/// Checks signature (by the current key or an older one) and expiry. Only HS256 is accepted: never what the token's own
/// header asks for.
fn decode<C: DeserializeOwned + Expires>(app: &App, token: &str) -> Result<C> {
    for key in std::iter::once(&app.config.secret_key).chain(&app.config.secret_key_previous) {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_required_spec_claims(&["exp", "sub"]);
        // expiry is checked below against the application's clock
        validation.validate_exp = false;
        let key = DecodingKey::from_secret(key.expose_secret().as_bytes());
        match jsonwebtoken::decode::<C>(token, &key, &validation) {
            Ok(data) if data.claims.exp() > app.clock.now().timestamp() => return Ok(data.claims),
            Ok(_) => return Err(Error::Unauthenticated("error-token-expired".into())),
            Err(error) if matches!(error.kind(), ErrorKind::InvalidSignature) => {}
            Err(_) => break,
        }
    }
    Err(Error::Unauthenticated("error-token-invalid".into()))
}
