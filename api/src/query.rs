//! Query strings and the lists they page through: every parameter is known, given once and well-formed, or the request is
//! refused. `lang` is known everywhere.

use crate::error::Failure;
use axum::extract::FromRequestParts;
use axum::http::Uri;
use axum::http::request::Parts;
use serde::de::value::StrDeserializer;
use serde::de::{DeserializeOwned, IntoDeserializer};
use serde::{Deserialize, Deserializer, Serialize};
use shared::App;
use shared::Error;
use shared::error::{Problem, Problems};
use shared::i18n::Message;
use shared::page::{Listed, Page};
use url::form_urlencoded::{self, Serializer};
use utoipa::{IntoParams, ToSchema};

/// A query string as `T`, which must refuse unknown fields.
pub(crate) struct Query<T> {
    /// What was asked.
    pub(crate) asked: T,
    uri: Uri,
}

impl<T: DeserializeOwned> FromRequestParts<App> for Query<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Failure> {
        Ok(Self { asked: read(parts.uri.query().unwrap_or_default())?, uri: parts.uri.clone() })
    }
}

fn read<T: DeserializeOwned>(query: &str) -> Result<T, Error> {
    let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    for (i, (name, value)) in pairs.iter().enumerate() {
        if pairs[..i].iter().any(|(earlier, _)| earlier == name) {
            return Err(Error::invalid(name, "error-repeated"));
        }
        if value.contains('\0') {
            return Err(Error::invalid(name, "error-control-characters"));
        }
    }
    let known = Serializer::new(String::new()).extend_pairs(pairs.iter().filter(|(name, _)| name != "lang")).finish();
    let input = serde_urlencoded::Deserializer::new(form_urlencoded::parse(known.as_bytes()));
    serde_path_to_error::deserialize(input).map_err(|error| {
        let problem = shared::explain::problem(&error.path().to_string(), &error.inner().to_string());
        let unknown = problem.message.id == "error-unknown-field";
        Error::Invalid(vec![Problem { message: if unknown { "error-unknown-parameter".into() } else { problem.message }, ..problem }])
    })
}

/// Nothing but which page.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// From 1.
    page: Option<u64>,
    /// 1 to 100; 20 when absent.
    page_size: Option<u64>,
}

impl PageQuery {
    /// As asked for, or why it cannot be.
    pub(crate) fn page(&self) -> Result<Page, Error> {
        Page::new(self.page, self.page_size)
    }
}

/// Several values in one parameter: `status__in=OPEN,DRAFT`.
#[derive(Debug)]
pub(crate) struct Commas<T>(pub(crate) Vec<T>);

impl<T> Default for Commas<T> {
    fn default() -> Self {
        Self(vec![])
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Commas<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let one = |part: &str| {
            let part: StrDeserializer<'_, D::Error> = part.into_deserializer();
            T::deserialize(part)
        };
        text.split(',').map(one).collect::<Result<_, _>>().map(Self)
    }
}

/// Reads `ordering=-created_at` by a table of columns.
pub(crate) fn ordering<C: Copy>(text: Option<&str>, table: &[(&str, C)]) -> Result<Option<(C, sea_orm::Order)>, Error> {
    let Some(text) = text else { return Ok(None) };
    let (name, direction) = match text.strip_prefix('-') {
        Some(name) => (name, sea_orm::Order::Desc),
        None => (text, sea_orm::Order::Asc),
    };
    match table.iter().find(|(known, _)| *known == name) {
        Some((_, column)) => Ok(Some((*column, direction))),
        None => {
            let allowed: Vec<String> = table.iter().flat_map(|(name, _)| [(*name).to_owned(), format!("-{name}")]).collect();
            Err(Error::invalid("ordering", Message::new("error-not-a-choice").with("allowed", allowed.join(", "))))
        }
    }
}

/// A field and its list say the same thing twice; together they would have to agree, so only one may be given.
pub(crate) fn both<T: Copy>(problems: &mut Problems, field: &str, one: Option<T>, several: &Commas<T>) -> Vec<T> {
    problems.check(one.is_none() || several.0.is_empty(), field, "error-repeated");
    one.map_or_else(|| several.0.clone(), |one| vec![one])
}

/// Notes a text that is longer than anything it could be looked for in.
pub(crate) fn check_length(problems: &mut Problems, field: &str, text: Option<&str>, max: usize) {
    let fits = text.is_none_or(|text| text.chars().count() <= max);
    problems.check(fits, field, Message::new("error-too-long").with("max", max));
}

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct List<T> {
    /// Entries over all pages.
    count: u64,
    /// Address of the next page.
    next: Option<String>,
    /// Address of the page before.
    previous: Option<String>,
    /// Entries of this page.
    results: Vec<T>,
}

impl<T> Query<T> {
    /// Shows a page with the addresses of its neighbours, which keep all other parameters.
    pub(crate) fn list<R, O>(
        &self,
        app: &App,
        page: Page,
        listed: Listed<R>,
        show: impl Fn(R) -> shared::Result<O>,
    ) -> shared::Result<List<O>> {
        let last = listed.count.div_ceil(page.size).max(1);
        let link = |number: u64| link(&app.config.public_url, &self.uri, number);
        Ok(List {
            count: listed.count,
            next: (page.number < last).then(|| link(page.number + 1)).transpose()?,
            previous: (page.number > 1).then(|| link((page.number - 1).min(last))).transpose()?,
            results: listed.rows.into_iter().map(show).collect::<shared::Result<_>>()?,
        })
    }
}

fn link(public: &url::Url, uri: &Uri, number: u64) -> shared::Result<String> {
    let mut url = public.join(uri.path().trim_start_matches('/')).map_err(Error::internal)?;
    let others = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).filter(|(name, _)| name != "page");
    url.query_pairs_mut().clear().extend_pairs(others).append_pair("page", &number.to_string());
    Ok(url.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::Timestamp;
    use shared::billing::status::InvoiceStatus;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(non_snake_case)] // the names of the wire
    struct Asked {
        page: Option<u64>,
        status: Option<InvoiceStatus>,
        #[serde(default)]
        status__in: Commas<InvoiceStatus>,
        #[allow(dead_code)] // only read by serde
        created_at__gte: Option<Timestamp>,
    }

    fn refused(query: &str) -> (String, Message) {
        match read::<Asked>(query) {
            Err(Error::Invalid(mut problems)) => {
                let problem = problems.remove(0);
                (problem.field, problem.message)
            }
            other => panic!("{query}: {other:?}"),
        }
    }

    #[test]
    fn known_parameters_are_read() {
        let asked: Asked =
            read("page=3&status=OPEN&status__in=OPEN,DRAFT&lang=ar&created_at__gte=2026-01-31T12:00:00%2B02:00").expect("fine");
        assert_eq!((asked.page, asked.status), (Some(3), Some(InvoiceStatus::Open)));
        assert_eq!(asked.status__in.0, [InvoiceStatus::Open, InvoiceStatus::Draft]);
    }

    #[test]
    fn whatever_is_odd_is_refused_and_named() {
        let expects = |kind: &str| Message::new("error-wrong-type").with("expected", kind);
        let choice = || Message::new("error-not-a-choice").with("allowed", "DRAFT, OPEN, VOID, UNCOLLECTIBLE");
        let cases = [
            ("pag=1", "pag", "error-unknown-parameter".into()),
            ("page=1&page=2", "page", "error-repeated".into()),
            ("page=x", "page", expects("integer")),
            ("page=", "page", expects("integer")),
            ("page=-1", "page", expects("integer")),
            ("page=99999999999999999999999", "page", "error-out-of-range".into()),
            ("status=open", "status", choice()),
            ("status=", "status", choice()),
            ("status__in=OPEN,", "status__in", choice()),
            ("created_at__gte=yesterday", "created_at__gte", expects("time")),
            ("created_at__gte=a%00b", "created_at__gte", "error-control-characters".into()),
        ];
        for (query, field, message) in cases {
            assert_eq!(refused(query), (field.to_owned(), message), "{query}");
        }
    }

    #[test]
    fn neighbours_keep_the_other_parameters() {
        let public = "https://shop.example/".parse().unwrap();
        let uri = "/api/invoices/?status=OPEN&page=2&search=a%20b".parse().unwrap();
        assert_eq!(link(&public, &uri, 3).unwrap(), "https://shop.example/api/invoices/?status=OPEN&search=a+b&page=3");
    }

    #[test]
    fn an_ordering_is_one_of_the_table() {
        let table = [("created_at", 1), ("amount", 2)];
        assert_eq!(ordering(Some("-amount"), &table).unwrap(), Some((2, sea_orm::Order::Desc)));
        assert_eq!(ordering(Some("created_at"), &table).unwrap(), Some((1, sea_orm::Order::Asc)));
        assert!(ordering(Some("--amount"), &table).is_err() && ordering(Some(""), &table).is_err());
    }
}
