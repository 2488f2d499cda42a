//! What a list of shipments is narrowed to.

use crate::extract::Timestamp;
use crate::openapi::choices;
use crate::query::{Commas, both, check_length};
use serde::Deserialize;
use shared::accounts::postal::{is_country, is_region};
use shared::error::Problems;
use shared::ids::{RequestId, UserId};
use shared::money::Currency;
use shared::settings::is_code;
use shared::shipments::Status;
use shared::shipments::list::Filter;
use shared::shipments::shipment::Action;
use shared::shipments::task::Task;
use utoipa::IntoParams;

/// What a list is narrowed to. The names are those of the wire.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
#[allow(non_snake_case)] // see above
pub(crate) struct ShipmentQuery {
    /// From 1.
    pub(crate) page: Option<u64>,
    /// 1 to 100; 20 when absent.
    pub(crate) page_size: Option<u64>,
    #[param(schema_with = choices::<Status>)]
    status: Option<Status>,
    /// Several, separated by commas.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "PENDING,PROCESSING")]
    status__in: Commas<Status>,
    /// One customer's, for staff.
    #[param(value_type = Option<Uuid>)]
    pub(crate) user: Option<UserId>,
    /// ISO 3166-1 alpha-2.
    #[param(example = "US")]
    country: Option<String>,
    /// ISO 3166-2.
    #[param(example = "US-CA")]
    region: Option<String>,
    /// A code, of a service that is offered or was.
    #[param(example = "STANDARD")]
    service: Option<String>,
    carrier: Option<String>,
    currency: Option<String>,
    /// What staff have to do with them.
    #[param(schema_with = choices::<Task>)]
    task: Option<Task>,
    #[param(schema_with = choices::<Action>)]
    action_required: Option<Action>,
    /// Those that bring the goods of this request.
    #[param(value_type = Option<Uuid>)]
    buy4me_request: Option<RequestId>,
    /// RFC 3339, inclusive.
    #[param(value_type = Option<String>, format = DateTime)]
    created_at__gte: Option<Timestamp>,
    /// RFC 3339, exclusive.
    #[param(value_type = Option<String>, format = DateTime)]
    created_at__lt: Option<Timestamp>,
    /// RFC 3339, inclusive.
    #[param(value_type = Option<String>, format = DateTime)]
    updated_at__gte: Option<Timestamp>,
    /// RFC 3339, exclusive.
    #[param(value_type = Option<String>, format = DateTime)]
    updated_at__lt: Option<Timestamp>,
    /// Part of a reference, of a tracking number, ours or the carrier's, of the recipient's name or of the city.
    search: Option<String>,
    /// `created_at`, `updated_at`, `cost` or `reference`; with `-` in front: descending.
    pub(crate) ordering: Option<String>,
}

impl ShipmentQuery {
    /// The same in the words of the business.
    pub(crate) fn filter(&self) -> shared::Result<Filter> {
        let mut problems = Problems::default();
        let currency = self.currency.as_deref().map(|code| Currency::parse("currency", code));
        let currency = currency.map(|parsed| problems.take(parsed)).transpose()?.flatten().map(String::from);
        for (field, text, is_known, message) in [
            ("country", &self.country, is_country as fn(&str) -> bool, "error-country"),
            ("region", &self.region, is_region, "error-region"),
            ("service", &self.service, is_code, "error-setting-code"),
        ] {
            problems.check(text.as_deref().is_none_or(is_known), field, message);
        }
        for (field, text) in [("carrier", &self.carrier), ("search", &self.search)] {
            check_length(&mut problems, field, text.as_deref(), 100);
        }
        let filter = Filter {
            status: both(&mut problems, "status", self.status, &self.status__in),
            user: self.user,
            country: self.country.clone(),
            region: self.region.clone(),
            service: self.service.clone(),
            carrier: self.carrier.clone(),
            currency,
            task: self.task,
            action_required: self.action_required,
            buy4me_request: self.buy4me_request,
            created_from: self.created_at__gte.map(|time| time.0),
            created_before: self.created_at__lt.map(|time| time.0),
            updated_from: self.updated_at__gte.map(|time| time.0),
            updated_before: self.updated_at__lt.map(|time| time.0),
            search: self.search.clone(),
        };
        problems.finish()?;
        Ok(filter)
    }
}
