//! Whether to believe a publication: pure, so that every doubt can be tested.

use super::cross::ways;
use super::feed::Feed;
use super::rate::{Model, Source};
use crate::Result;
use crate::clock::Time;
use crate::money::Currency;
use chrono::TimeDelta;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// Clocks differ; a publication may seem to come from so far ahead.
const AHEAD: TimeDelta = TimeDelta::hours(1);
/// One or two currencies may collapse on the same day; more of them at once, and most of all, are a mistake.
const FEW_JUMPS: usize = 2;

/// What is known when a publication arrives.
#[derive(Debug)]
pub(super) struct Known<'a> {
    /// The current rates.
    pub current: &'a [Model],
    /// When the newest rates of this provider were published.
    pub newest: Option<Time>,
    /// In percent.
    pub max_jump: Decimal,
    pub now: Time,
}

/// Why a publication is refused as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Doubt {
    /// It makes no sense, or the provider refused to answer.
    Unreadable,
    /// Dated in the future.
    Future,
    /// Older than one that was accepted.
    Outdated,
    /// Fewer than half of the currencies that the provider had before.
    TooFew,
    /// Most currencies moved further than is allowed.
    MostJumped,
}

/// What becomes of it.
#[derive(Debug, PartialEq)]
pub(super) enum Verdict {
    Refused(Doubt),
    Accepted {
        /// To be stored.
        new: Vec<(Currency, Decimal)>,
        /// Moved too far: a person decides.
        held: Vec<Jump>,
    },
}

/// A rate that moved too far.
#[derive(Debug, PartialEq)]
pub(super) struct Jump {
    pub target: Currency,
    pub rate: Decimal,
    /// What it was before.
    pub before: Decimal,
}

/// Compares each rate with what a quote would say now. A pinned pair is not touched; an unchanged rate is news only in a
/// newer publication; what people set without pinning it holds until now.
pub(super) fn judge(feed: &Feed, known: &Known) -> Result<Verdict> {
    let base = feed.provider.base();
    let source = feed.provider.source();
    if feed.published_at > known.now + AHEAD {
        return Ok(Verdict::Refused(Doubt::Future));
    }
    if known.newest.is_some_and(|newest| feed.published_at < newest) {
        return Ok(Verdict::Refused(Doubt::Outdated));
    }
    let before = known.current.iter().filter(|row| row.source == source && row.base_currency == base.code()).count();
    if feed.rates.len() * 2 < before {
        return Ok(Verdict::Refused(Doubt::TooFew));
    }
    let is_newer = known.newest.is_none_or(|newest| feed.published_at > newest);
    let crossed = ways(known.current, base)?;
    let (mut new, mut held, mut compared) = (vec![], vec![], 0);
    for (target, rate) in feed.rates.iter().copied() {
        let row = known.current.iter().find(|row| row.is_of(base, target));
        if row.is_some_and(|row| row.is_pinned) {
            continue;
        }
        let before = match row {
            Some(row) => Some(row.decimal()?),
            None => crossed.get(&target).map(|way| way.rate),
        };
        compared += usize::from(before.is_some());
        match before {
            Some(before) if is_jump(before, rate, known.max_jump) => held.push(Jump { target, rate, before }),
            _ if !is_newer && row.is_some_and(|row| row.source != Source::Manual && Some(rate) == before) => {}
            _ => new.push((target, rate)),
        }
    }
    if held.len() > FEW_JUMPS && held.len() * 2 > compared {
        return Ok(Verdict::Refused(Doubt::MostJumped));
    }
    Ok(Verdict::Accepted { new, held })
}

/// Whether it moved more than so many percent of what it was.
fn is_jump(before: Decimal, rate: Decimal, max_jump: Decimal) -> bool {
    let allowed = before.checked_mul(max_jump).and_then(|product| product.checked_div(Decimal::ONE_HUNDRED));
    allowed.is_none_or(|allowed| (rate - before).abs() > allowed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fx::Provider;
    use crate::fx::cross::tests::{currency, row};
    use chrono::DateTime;

    const USUAL: [(&str, &str); 6] = [("USD", "1.1"), ("GBP", "0.85"), ("JPY", "160"), ("CHF", "0.95"), ("SEK", "11"), ("NOK", "12")];

    fn day(day: i64) -> Time {
        DateTime::UNIX_EPOCH + TimeDelta::days(day)
    }

    fn feed(on: i64, changed: &[(&str, &str)]) -> Feed {
        let rate = |(code, usual): &(&str, &str)| {
            let text = changed.iter().find(|(changed, _)| changed == code).map_or(*usual, |(_, rate)| rate);
            (currency(code), text.parse().expect("a decimal"))
        };
        Feed { provider: Provider::Ecb, published_at: day(on), rates: USUAL.iter().map(rate).collect() }
    }

    fn stored(on: i64) -> Vec<Model> {
        USUAL.iter().map(|(code, rate)| row(&format!("EUR {code} {rate}"), on)).collect()
    }

    fn verdict(feed: &Feed, current: &[Model], newest: Option<i64>) -> Verdict {
        let known = Known { current, newest: newest.map(day), max_jump: Decimal::TEN, now: day(10) };
        judge(feed, &known).expect("readable")
    }

    /// Currencies that are stored, and those that are held.
    fn accepted(feed: &Feed, current: &[Model], newest: Option<i64>) -> (Vec<String>, Vec<String>) {
        match verdict(feed, current, newest) {
            Verdict::Accepted { new, held } => {
                (new.iter().map(|(currency, _)| currency.to_string()).collect(), held.iter().map(|jump| jump.target.to_string()).collect())
            }
            Verdict::Refused(doubt) => panic!("{doubt:?}"),
        }
    }

    fn none() -> Vec<String> {
        vec![]
    }

    #[test]
    fn a_first_publication_is_stored_and_the_same_again_is_no_news() {
        assert_eq!(accepted(&feed(9, &[]), &[], None).0.len(), 6);
        assert_eq!(accepted(&feed(9, &[]), &stored(9), Some(9)), (none(), none()));
        assert_eq!(accepted(&feed(9, &[("USD", "1.11")]), &stored(9), Some(9)), (vec!["USD".into()], none()), "a correction");
        assert_eq!(accepted(&feed(10, &[]), &stored(9), Some(9)).0.len(), 6, "the same rates, newly confirmed");
    }

    #[test]
    fn a_jump_is_held_and_the_limit_itself_is_none() {
        let moved = feed(10, &[("USD", "1.21"), ("GBP", "0.9351"), ("JPY", "144"), ("CHF", "0.8549")]);
        let (new, held) = accepted(&moved, &stored(9), Some(9));
        assert_eq!((new.len(), held), (4, vec!["GBP".to_owned(), "CHF".to_owned()]));
    }

    #[test]
    fn people_go_before_providers_while_a_rate_is_pinned_and_no_longer() {
        let mut current = stored(9);
        current[0].is_pinned = true;
        current[1] = Model { source: Source::Manual, rate: "0.86".into(), ..current[1].clone() };
        assert_eq!(accepted(&feed(9, &[("USD", "5")]), &current, Some(9)), (vec!["GBP".into()], none()));
    }

    #[test]
    fn a_pair_without_a_rate_of_its_own_is_compared_with_its_cross_rate() {
        let dollars = [row("USD EUR 0.909", 9), row("USD GBP 0.77", 9)];
        let (_, held) = accepted(&feed(10, &[("GBP", "0.5")]), &dollars, None);
        assert_eq!(held, ["GBP"]);
    }

    #[test]
    fn what_cannot_be_is_refused_as_a_whole() {
        let cases = [
            (feed(11, &[]), Some(9), Doubt::Future),
            (feed(8, &[]), Some(9), Doubt::Outdated),
            (Feed { rates: feed(10, &[]).rates[..2].to_vec(), ..feed(10, &[]) }, Some(9), Doubt::TooFew),
            (feed(10, &[("USD", "2"), ("GBP", "2"), ("JPY", "2"), ("CHF", "2")]), Some(9), Doubt::MostJumped),
        ];
        for (feed, newest, doubt) in cases {
            assert_eq!(verdict(&feed, &stored(9), newest), Verdict::Refused(doubt));
        }
    }
}
