//! Errors by meaning. Each door translates them once: the API into a status (`docs/errors.md`), the worker into an outcome.

use crate::i18n::Message;
use crate::policy::Permission;
use std::time::Duration;

/// The result of everything in the business.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, in the words of the business.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The object does not exist, or the actor may not know that it does.
    #[error("not found")]
    NotFound,
    /// The object exists and is not the actor's. Answered exactly like [`Error::NotFound`]; only the audit knows better.
    #[error("hidden from the actor")]
    Hidden,
    /// Nobody is signed in, or the credentials are wrong, expired or revoked.
    #[error("not authenticated: {}", .0.id)]
    Unauthenticated(Message),
    /// The actor is known and lacks the permission (`None`: the role is wrong).
    #[error("forbidden: {0:?}")]
    Forbidden(Option<Permission>),
    /// A rule that is no permission forbids it: something is switched off, or a second factor is missing.
    #[error("denied: {}", .0.id)]
    Denied(Message),
    /// Too many requests or wrong guesses from this account or address.
    #[error("too many: {message:?}, for {retry_after:?}")]
    TooMany {
        /// What there was too much of.
        message: Message,
        /// When the next one is welcome.
        retry_after: Duration,
    },
    /// The input is wrong; every problem names its field.
    #[error("invalid input: {0:?}")]
    Invalid(Vec<Problem>),
    /// The object's state does not allow it; `allowed` lists what it does allow.
    #[error("conflict: {code}")]
    Conflict {
        /// Stable code, also the message id.
        code: &'static str,
        /// Actions or states that would be accepted now.
        allowed: Vec<String>,
    },
    /// An Idempotency-Key was used again with another body.
    #[error("idempotency key reused with another request")]
    KeyReused,
    /// A provider is away or asked us to wait.
    #[error("{service} unavailable: {reason}")]
    Upstream {
        /// `stripe`, `smtp`, …
        service: &'static str,
        /// What it said, for the log; never shown to a client.
        reason: String,
        /// How long it asked us to wait.
        retry_after: Option<Duration>,
    },
    /// A provider refused for good; a retry would be refused again.
    #[error("{service} refused: {reason}")]
    Refused {
        /// `stripe`, `smtp`, …
        service: &'static str,
        /// What it said, for the log.
        reason: String,
        /// Of a message: nothing will ever reach this address, number or device. Otherwise it is only this message that does not go.
        is_address: bool,
    },
    /// This worker no longer holds the lease of the job it is running; what it did is rolled back.
    #[error("lease lost")]
    LeaseLost,
    /// The database did what it should not, or did not answer.
    #[error("database: {0}")]
    Database(#[from] sea_orm::DbErr),
    /// A bug or a broken environment.
    #[error("internal: {0}")]
    Internal(String),
}

/// One problem of one field.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// Path of the field as the client wrote it: `lines[0].quantity`.
    pub field: String,
    /// What is wrong, in the reader's language at the door.
    pub message: Message,
}

impl Error {
    /// One invalid field.
    pub fn invalid(field: impl Into<String>, message: impl Into<Message>) -> Self {
        Self::Invalid(vec![Problem { field: field.into(), message: message.into() }])
    }

    /// An action that the object's state does not allow.
    pub fn conflict(code: &'static str, allowed: &[&str]) -> Self {
        Self::Conflict { code, allowed: allowed.iter().map(|s| (*s).to_owned()).collect() }
    }

    /// A refusal for good of what was asked.
    pub fn refused(service: &'static str, reason: impl Into<String>) -> Self {
        Self::Refused { service, reason: reason.into(), is_address: false }
    }

    /// A refusal for good of the address that a message was for.
    pub fn unreachable(service: &'static str, reason: impl Into<String>) -> Self {
        Self::Refused { service, reason: reason.into(), is_address: true }
    }

    /// Something that cannot happen unless we made a mistake.
    pub fn internal(reason: impl std::fmt::Display) -> Self {
        Self::Internal(reason.to_string())
    }

    /// Whether the database, not the statement, is the trouble: away, full of connections, restarting.
    pub fn is_database_away(&self) -> bool {
        use sea_orm::DbErr;
        match self {
            Self::Database(DbErr::ConnectionAcquire(_) | DbErr::Conn(_)) => true,
            Self::Database(error) => {
                let text = error.to_string();
                // two transactions waited for each other (40P01, 40001): a repeat succeeds
                [
                    "deadlock detected",
                    "could not serialize",
                    "pool timed out",
                    "onnection",
                    "terminating",
                    "shutting down",
                    "starting up",
                    "broken pipe",
                    "Broken pipe",
                ]
                .iter()
                .any(|sign| text.contains(sign))
            }
            _ => false,
        }
    }
}

/// Collects the problems of a whole input, so that a client sees them all at once.
#[derive(Debug, Default)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// Notes a problem of `field` unless `ok`.
    pub fn check(&mut self, ok: bool, field: impl Into<String>, message: impl Into<Message>) {
        if !ok {
            self.0.push(Problem { field: field.into(), message: message.into() });
        }
    }

    /// Keeps the value of a check, or notes its problems.
    pub fn take<T>(&mut self, result: Result<T>) -> Result<Option<T>> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(Error::Invalid(problems)) => {
                self.0.extend(problems);
                Ok(None)
            }
            Err(other) => Err(other),
        }
    }

    /// The same problems under the name that the client gave the field.
    pub fn renamed(mut self, from: &str, to: &str) -> Self {
        for problem in self.0.iter_mut().filter(|problem| problem.field == from) {
            to.clone_into(&mut problem.field);
        }
        self
    }

    /// Ok when there were none.
    pub fn finish(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Invalid(self.0)) }
    }
}

/// Turns a violated unique index into a meaning. `name` is the index or constraint on PostgreSQL, `columns` what SQLite
/// names instead (`users.email`).
pub fn on_unique<T>(result: Result<T, sea_orm::DbErr>, name: &str, columns: &str, meaning: impl FnOnce() -> Error) -> Result<T> {
    result.map_err(|error| match error.sql_err() {
        Some(sea_orm::SqlErr::UniqueConstraintViolation(text)) if text.contains(name) || text.contains(columns) => meaning(),
        _ => Error::Database(error),
    })
}
