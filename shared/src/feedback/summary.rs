//! What was said, in figures.

use super::answer::{Column, Entity};
use crate::clock::Time;
use crate::policy::{Actor, Permission};
use crate::{App, Result};
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect, QueryTrait};
use std::collections::BTreeMap;

/// How often each number of stars was given, from one to five.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures(pub [i64; 5]);

impl Figures {
    /// All of them.
    pub fn count(&self) -> i64 {
        self.0.iter().sum()
    }

    /// With two decimals, rounded half-up; `None` of nothing.
    pub fn average(&self) -> Option<String> {
        let count = self.count();
        let stars: i64 = self.0.iter().zip(1..).map(|(given, stars)| given * stars).sum();
        let hundredths = (200 * stars + count).checked_div(2 * count)?;
        Some(format!("{}.{:02}", hundredths / 100, hundredths % 100))
    }

    fn add(&mut self, rating: i32, given: i64) {
        if let Some(place) = usize::try_from(rating - 1).ok().and_then(|i| self.0.get_mut(i)) {
            *place += given;
        }
    }
}

/// The figures of a time.
#[derive(Debug, Default)]
pub struct Summary {
    /// Of all of it.
    pub whole: Figures,
    /// By month, `2026-11`, oldest first.
    pub months: BTreeMap<String, Figures>,
}

/// Counts what was said from `from`, inclusive, to `before`, exclusive. One statement, answered by an index alone.
pub async fn summary(app: &App, actor: &Actor, from: Option<Time>, before: Option<Time>) -> Result<Summary> {
    actor.may(Permission::ManageTickets)?;
    let grouped = Entity::find()
        .select_only()
        .column(Column::Month)
        .column(Column::Rating)
        .column_as(Column::Rating.count(), "given")
        .apply_if(from, |q, from| q.filter(Column::CreatedAt.gte(from)))
        .apply_if(before, |q, before| q.filter(Column::CreatedAt.lt(before)))
        .group_by(Column::Month)
        .group_by(Column::Rating)
        .order_by_asc(Column::Month);
    let mut summary = Summary::default();
    for (month, rating, given) in grouped.into_tuple::<(String, i32, i64)>().all(&app.db.conn).await? {
        summary.whole.add(rating, given);
        summary.months.entry(month).or_default().add(rating, given);
    }
    Ok(summary)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn averages_have_two_decimals_and_round_half_up() {
        assert_eq!(Figures::default().average(), None);
        for (given, average) in
            [([0, 0, 0, 0, 1], "5.00"), ([1, 0, 0, 0, 2], "3.67"), ([1, 1, 0, 0, 0], "1.50"), ([199, 1, 0, 0, 0], "1.01")]
        {
            assert_eq!(Figures(given).average().as_deref(), Some(average), "{given:?}");
        }
    }
}
