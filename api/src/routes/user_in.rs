//! Accounts as staff write them and look for them.

use crate::extract::Timestamp;
use crate::openapi::choices;
use crate::patch::{self, Patch};
use crate::query::{Commas, both, check_length, ordering};
use secrecy::SecretString;
use serde::Deserialize;
use shared::accounts::list::{Filter, ORDERINGS};
use shared::accounts::user::Column;
use shared::accounts::{NewUser, Profile, UserChange};
use shared::error::Problems;
use shared::i18n::LANGUAGES;
use shared::page::Page;
use shared::policy::Role;
use shared::{App, Error};
use utoipa::{IntoParams, ToSchema};

/// A new customer.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UserIn {
    email: String,
    /// The e-mail when absent.
    username: Option<String>,
    /// Absent: the person is invited by mail to set one.
    #[schema(value_type = Option<String>, format = Password, min_length = 8)]
    password: Option<SecretString>,
    first_name: String,
    /// May be empty.
    last_name: String,
    /// E.164.
    phone_number: Option<String>,
    /// `WALK_IN` or `BUY4ME`; staff accounts are made elsewhere.
    #[schema(schema_with = choices::<Role>)]
    role: Role,
    language: Option<String>,
    currency: Option<String>,
}

impl From<UserIn> for NewUser {
    fn from(body: UserIn) -> Self {
        let profile = Profile {
            first_name: body.first_name,
            last_name: body.last_name,
            phone_number: body.phone_number,
            language: body.language,
            currency: body.currency,
        };
        Self { email: body.email, username: body.username, password: body.password, profile, role: body.role, sets: vec![] }
    }
}

/// All that staff can edit of a customer.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UserPut {
    email: String,
    /// The e-mail when absent.
    username: Option<String>,
    first_name: String,
    /// May be empty.
    last_name: String,
    /// E.164.
    phone_number: Option<String>,
    /// `WALK_IN` or `BUY4ME`.
    #[schema(schema_with = choices::<Role>)]
    role: Role,
    #[serde(default = "yes")]
    is_active: bool,
    language: Option<String>,
    currency: Option<String>,
}

fn yes() -> bool {
    true
}

impl UserPut {
    /// Everything is said: what was left out is empty or the default.
    pub(super) fn change(self, app: &App) -> UserChange {
        UserChange {
            username: Some(self.username.unwrap_or_else(|| self.email.clone())),
            email: Some(self.email),
            first_name: Some(self.first_name),
            last_name: Some(self.last_name),
            phone_number: Some(self.phone_number),
            role: Some(self.role),
            is_active: Some(self.is_active),
            language: Some(self.language.unwrap_or_else(|| LANGUAGES[0].to_owned())),
            currency: Some(self.currency.unwrap_or_else(|| app.config.base_currency.code().to_owned())),
            sets: None,
        }
    }
}

/// What staff change of a customer. What is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UserPatch {
    #[serde(default, deserialize_with = "patch::given")]
    #[schema(nullable = false)]
    email: Option<String>,
    #[serde(default, deserialize_with = "patch::given")]
    #[schema(nullable = false)]
    username: Option<String>,
    #[serde(default, deserialize_with = "patch::given")]
    #[schema(nullable = false)]
    first_name: Option<String>,
    #[serde(default, deserialize_with = "patch::given")]
    #[schema(nullable = false)]
    last_name: Option<String>,
    /// E.164; null removes it.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    phone_number: Patch<String>,
    /// `WALK_IN` or `BUY4ME`.
    #[serde(default, deserialize_with = "patch::given")]
    #[schema(schema_with = choices::<Role>)]
    role: Option<Role>,
    #[serde(default, deserialize_with = "patch::given")]
    #[schema(nullable = false)]
    is_active: Option<bool>,
    #[serde(default, deserialize_with = "patch::given")]
    #[schema(nullable = false)]
    language: Option<String>,
    #[serde(default, deserialize_with = "patch::given")]
    #[schema(nullable = false)]
    currency: Option<String>,
}

impl From<UserPatch> for UserChange {
    fn from(body: UserPatch) -> Self {
        Self {
            email: body.email,
            username: body.username,
            first_name: body.first_name,
            last_name: body.last_name,
            phone_number: body.phone_number.asked(),
            role: body.role,
            is_active: body.is_active,
            language: body.language,
            currency: body.currency,
            sets: None,
        }
    }
}

/// Another name of `is_active`.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum StatusWord {
    Active,
    Inactive,
}

/// What a list is narrowed to. The names are those of the wire.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
#[allow(non_snake_case)] // see above
pub(super) struct UserListQuery {
    /// From 1.
    page: Option<u64>,
    /// 1 to 100; 20 when absent.
    page_size: Option<u64>,
    #[param(schema_with = choices::<Role>)]
    role: Option<Role>,
    /// Several, separated by commas.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "WALK_IN,BUY4ME")]
    role__in: Commas<Role>,
    is_active: Option<bool>,
    /// The same in words.
    #[param(inline)]
    status: Option<StatusWord>,
    /// RFC 3339, inclusive.
    #[param(value_type = Option<String>, format = DateTime)]
    date_joined__gte: Option<Timestamp>,
    /// RFC 3339, exclusive.
    #[param(value_type = Option<String>, format = DateTime)]
    date_joined__lt: Option<Timestamp>,
    /// Part of e-mail, username, name or phone number.
    search: Option<String>,
    /// `date_joined`, `email`, `username`, `last_name` or `updated_at`; with `-` in front: descending.
    ordering: Option<String>,
}

/// Filter, order and page of a list.
type Asked = (Filter, Option<(Column, sea_orm::Order)>, Page);

impl UserListQuery {
    /// Filter, order and page, checked.
    pub(super) fn read(&self) -> shared::Result<Asked> {
        let mut problems = Problems::default();
        let search = self.search.as_deref().map(str::trim).filter(|text| !text.is_empty());
        check_length(&mut problems, "search", search, 100);
        problems.check(self.is_active.is_none() || self.status.is_none(), "status", "error-repeated");
        let filter = Filter {
            role: both(&mut problems, "role", self.role, &self.role__in),
            is_active: self.is_active.or(self.status.map(|word| matches!(word, StatusWord::Active))),
            joined_from: self.date_joined__gte.map(|time| time.0),
            joined_before: self.date_joined__lt.map(|time| time.0),
            search: search.map(str::to_owned),
        };
        problems.finish()?;
        Ok::<_, Error>((filter, ordering(self.ordering.as_deref(), ORDERINGS)?, Page::new(self.page, self.page_size)?))
    }
}
