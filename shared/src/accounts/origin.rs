//! Where a request comes from, as far as it is kept: with sessions and in the audit.

use super::user;
use crate::policy::Actor;

/// Where a request comes from.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// Network address of the client.
    pub address: Option<String>,
    /// What it calls itself.
    pub user_agent: Option<String>,
    /// Its id.
    pub request_id: Option<String>,
}

impl Origin {
    /// Whom limits by address count.
    pub(super) fn subject(&self) -> String {
        let address = self.address.as_deref().and_then(|address| address.parse().ok());
        address.map_or_else(|| "nowhere".to_owned(), crate::throttle::subject)
    }

    /// Somebody whom we do not know (yet).
    pub(super) fn nobody(&self) -> Actor {
        Actor { request_id: self.request_id.clone(), address: self.address.clone(), ..Actor::system() }
    }

    /// The owner of an account, who has just proved to be.
    pub(super) fn owner(&self, user: &user::Model) -> Actor {
        Actor { user: Some(user.id), role: user.role, sets: user.permission_sets.0.clone(), ..self.nobody() }
    }
}
