//! Who had most of it, and how far requests came.

use crate::ids::VendorId;
use crate::reports::{Of, STEPS, Share, Shares};
use crate::vendors::vendor;
use crate::{Error, Result};
use sea_orm::entity::prelude::*;
use std::cmp::Reverse;
use std::collections::HashMap;

/// Lines of a list of the first.
const TOP: usize = 10;

/// A delivery service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// Its code.
    pub code: String,
    /// Parcels, and what came in for them.
    pub share: Share,
}

/// A web shop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shop {
    /// Its id.
    pub id: VendorId,
    /// What it is called now.
    pub name: String,
    /// Requests with an item of it, and what came in for these, counted whole.
    pub share: Share,
}

/// Requests that were begun, and how many of them came so far at least.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)] // the names are those of the steps
pub struct Conversion {
    pub begun: i64,
    pub submitted: i64,
    pub ordered: i64,
    pub completed: i64,
}

pub(super) fn conversion(shares: &Shares) -> Conversion {
    let [begun, submitted, ordered, completed] =
        STEPS.map(|step| shares.get(&(Of::Step, step.to_owned())).copied().unwrap_or_default().count);
    Conversion { begun, submitted, ordered, completed }
}

/// Those with most documents; of equal ones those that brought more.
fn top(shares: &Shares, of: Of) -> Vec<(&str, Share)> {
    let mut all: Vec<(&str, Share)> =
        shares.iter().filter(|((kind, _), _)| *kind == of).map(|((_, name), share)| (name.as_str(), *share)).collect();
    all.sort_by_key(|(name, share)| (Reverse(share.count), Reverse(share.net_base), *name));
    all.truncate(TOP);
    all
}

pub(super) fn services(shares: &Shares) -> Vec<Service> {
    top(shares, Of::Service).into_iter().map(|(code, share)| Service { code: code.to_owned(), share }).collect()
}

pub(super) async fn shops(db: &impl ConnectionTrait, shares: &Shares) -> Result<Vec<Shop>> {
    let id = |(id, share): (&str, Share)| Ok((id.parse().map(VendorId).map_err(Error::internal)?, share));
    let top = top(shares, Of::Vendor).into_iter().map(id).collect::<Result<Vec<_>>>()?;
    let rows = vendor::Entity::find().filter(vendor::Column::Id.is_in(top.iter().map(|(id, _)| *id))).all(db).await?;
    let mut names: HashMap<VendorId, String> = rows.into_iter().map(|row| (row.id, row.name)).collect();
    Ok(top.into_iter().map(|(id, share)| Shop { id, name: names.remove(&id).unwrap_or_default(), share }).collect())
}
