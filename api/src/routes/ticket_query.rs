//! What a list of tickets is narrowed to.

use crate::extract::Timestamp;
use crate::openapi::choices;
use crate::query::{Commas, both, check_length};
use serde::{Deserialize, Deserializer};
use shared::error::Problems;
use shared::ids::UserId;
use shared::policy::Actor;
use shared::support::list::Filter;
use shared::support::{Category, Priority, Status, Waiting};
use utoipa::IntoParams;

/// What a list is narrowed to. The names are those of the wire.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
#[allow(non_snake_case)] // see above
pub(crate) struct TicketQuery {
    /// From 1.
    pub(crate) page: Option<u64>,
    /// 1 to 100; 20 when absent.
    pub(crate) page_size: Option<u64>,
    /// When absent, OPEN and IN_PROGRESS.
    #[param(schema_with = choices::<Status>)]
    status: Option<Status>,
    /// Several, separated by commas.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "RESOLVED,CLOSED")]
    status__in: Commas<Status>,
    #[param(schema_with = choices::<Priority>)]
    priority: Option<Priority>,
    #[param(schema_with = choices::<Category>)]
    category: Option<Category>,
    /// One customer's, for staff.
    #[param(value_type = Option<Uuid>)]
    user: Option<UserId>,
    /// Who cares for it, for staff: an id, or `me`.
    #[param(value_type = Option<String>)]
    assignee: Option<Assignee>,
    /// Nobody's, for staff.
    unassigned: Option<bool>,
    /// Who has to say something next.
    #[param(schema_with = choices::<Waiting>)]
    waiting_on: Option<Waiting>,
    /// Late by the clock, for staff.
    overdue: Option<bool>,
    /// RFC 3339, inclusive.
    #[param(value_type = Option<String>, format = DateTime)]
    created_at__gte: Option<Timestamp>,
    /// RFC 3339, exclusive.
    #[param(value_type = Option<String>, format = DateTime)]
    created_at__lt: Option<Timestamp>,
    /// Part of a reference or a subject; for staff also of the customer's e-mail address.
    search: Option<String>,
    /// `created_at`, `updated_at`, `last_message_at` or `reference`; with `-` in front: descending.
    pub(crate) ordering: Option<String>,
}

/// Somebody, or whoever asks.
#[derive(Clone, Copy, Debug)]
enum Assignee {
    Me,
    Id(UserId),
}

impl<'de> Deserialize<'de> for Assignee {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::{Error, Unexpected};
        let text = String::deserialize(deserializer)?;
        match text.as_str() {
            "me" => Ok(Self::Me),
            id => id.parse().map(Self::Id).map_err(|_| D::Error::invalid_value(Unexpected::Str(id), &"a UUID")),
        }
    }
}

impl TicketQuery {
    /// The same in the words of the business.
    pub(crate) fn filter(&self, actor: &Actor) -> shared::Result<Filter> {
        let mut problems = Problems::default();
        check_length(&mut problems, "search", self.search.as_deref(), 100);
        let filter = Filter {
            status: both(&mut problems, "status", self.status, &self.status__in),
            priority: self.priority,
            category: self.category,
            user: self.user,
            assignee: match self.assignee {
                Some(Assignee::Me) => actor.user,
                Some(Assignee::Id(id)) => Some(id),
                None => None,
            },
            unassigned: self.unassigned,
            waiting_on: self.waiting_on,
            overdue: self.overdue,
            created_from: self.created_at__gte.map(|time| time.0),
            created_before: self.created_at__lt.map(|time| time.0),
            search: self.search.clone(),
        };
        problems.finish()?;
        Ok(filter)
    }
}
