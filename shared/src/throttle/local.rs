//! The counters of one process: all there is without Redis, and what is left while Redis is away.

use super::{Question, Verdict};
use crate::clock::Time;
use chrono::TimeDelta;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Entries that are kept without a look at the expired ones.
const FEW: usize = 1_000;
/// Most entries; a flood from more subjects than this makes the older half be forgotten.
const MOST: usize = 100_000;

/// Counters and marks by key.
#[derive(Default)]
pub(super) struct Local(Mutex<Entries>);

#[derive(Default)]
struct Entries {
    by_key: HashMap<String, Entry>,
    /// The size at which expired entries are swept; twice what the last sweep left, so that sweeping costs little.
    sweep_at: usize,
}

#[derive(Clone, Copy)]
struct Entry {
    count: u32,
    until: Time,
}

impl Local {
    fn entries(&self) -> MutexGuard<'_, Entries> {
        // a panic while holding the lock leaves at worst a count too few
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn ask(&self, question: &Question, now: Time) -> Verdict {
        let mut entries = self.entries();
        let is_marked = question.mark.as_ref().is_some_and(|key| entries.live(key, now).is_some());
        let counters = if is_marked { &question.counters[..question.in_any_case] } else { &question.counters };
        let full = counters.iter().enumerate().filter_map(|(place, counter)| {
            let entry = entries.live(&counter.key, now).filter(|entry| entry.count >= counter.most)?;
            Some((place, (entry.until - now).to_std().unwrap_or_default()))
        });
        let full = full.max_by_key(|(_, wait)| *wait);
        if full.is_none() && question.counts {
            for counter in counters {
                let before = entries.live(&counter.key, now);
                let count = before.map_or(0, |entry| entry.count) + 1;
                let anew = now + delta(counter.within);
                let until = before.map(|entry| entry.until).filter(|_| count != counter.most).unwrap_or(anew);
                entries.put(&counter.key, Entry { count, until }, now);
            }
        }
        Verdict { full, is_marked }
    }

    pub(super) fn mark(&self, keys: &[String], life: Duration, now: Time) {
        let mut entries = self.entries();
        for key in keys {
            entries.put(key, Entry { count: 1, until: now + delta(life) }, now);
        }
    }

    pub(super) fn clear(&self, keys: &[String]) {
        let mut entries = self.entries();
        for key in keys {
            entries.by_key.remove(key);
        }
    }
}

impl Entries {
    fn live(&self, key: &str, now: Time) -> Option<Entry> {
        self.by_key.get(key).filter(|entry| entry.until > now).copied()
    }

    fn put(&mut self, key: &str, entry: Entry, now: Time) {
        if self.by_key.len() >= self.sweep_at.max(FEW) && !self.by_key.contains_key(key) {
            self.sweep(now);
        }
        self.by_key.insert(key.to_owned(), entry);
    }

    fn sweep(&mut self, now: Time) {
        self.by_key.retain(|_, entry| entry.until > now);
        if self.by_key.len() >= MOST {
            let mut ends: Vec<Time> = self.by_key.values().map(|entry| entry.until).collect();
            let (_, median, _) = ends.select_nth_unstable(MOST / 2);
            let median = *median;
            self.by_key.retain(|_, entry| entry.until > median);
        }
        self.sweep_at = (2 * self.by_key.len()).min(MOST);
    }
}

fn delta(duration: Duration) -> TimeDelta {
    TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::Counter;
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn asks(counters: &[(&str, u32)], counts: bool) -> Question {
        let counters = counters.iter().map(|(key, most)| Counter { key: (*key).to_owned(), most: *most, within: MINUTE });
        let counters: Vec<Counter> = counters.collect();
        Question { in_any_case: counters.len(), counters, counts, mark: None }
    }

    fn passes(local: &Local, counters: &[(&str, u32)], now: Time) -> bool {
        local.ask(&asks(counters, true), now).full.is_none()
    }

    fn at(seconds: i64) -> Time {
        Time::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    #[test]
    fn a_window_starts_with_the_first_count_and_anew_with_the_last() {
        let local = Local::default();
        assert!(passes(&local, &[("a", 2)], at(0)) && passes(&local, &[("a", 2)], at(50)));
        assert_eq!(local.ask(&asks(&[("a", 2)], true), at(70)).full, Some((0, Duration::from_secs(40))), "full at 50, so until 110");
        assert!(passes(&local, &[("a", 2)], at(110)));
        assert!(passes(&local, &[("a", 3)], at(169)), "the window from 110 is open");
        assert!(passes(&local, &[("a", 2)], at(171)) && passes(&local, &[("a", 2)], at(172)), "and over at 170, although 169 counted");
    }

    #[test]
    fn when_one_is_full_none_is_counted_and_the_longest_wait_is_told() {
        let local = Local::default();
        assert!(passes(&local, &[("short", 1)], at(0)) && passes(&local, &[("long", 1)], at(30)));
        let both = [("other", 1), ("short", 1), ("long", 1)];
        assert_eq!(local.ask(&asks(&both, true), at(30)).full, Some((2, MINUTE)));
        assert!(passes(&local, &[("other", 1)], at(30)), "was not counted");
    }

    #[test]
    fn looking_counts_nothing_and_clearing_forgets() {
        let local = Local::default();
        for _ in 0..3 {
            assert_eq!(local.ask(&asks(&[("a", 1)], false), at(0)).full, None);
        }
        assert!(passes(&local, &[("a", 1)], at(0)) && !passes(&local, &[("a", 1)], at(0)));
        local.clear(&["a".to_owned()]);
        assert!(passes(&local, &[("a", 1)], at(0)));
    }

    #[test]
    fn a_mark_spares_what_counts_only_the_unmarked_and_ends() {
        let local = Local::default();
        let marked = || Question { mark: Some("m".to_owned()), in_any_case: 1, ..asks(&[("address", 9), ("account", 1)], true) };
        local.mark(&["m".to_owned()], MINUTE, at(0));
        for _ in 0..3 {
            assert_eq!(local.ask(&marked(), at(0)), Verdict { full: None, is_marked: true });
        }
        assert_eq!(local.ask(&marked(), at(60)), Verdict { full: None, is_marked: false }, "the account was not counted before");
        assert_eq!(local.ask(&marked(), at(61)).full.map(|(place, _)| place), Some(1));
    }

    #[test]
    fn a_flood_of_subjects_stays_bounded_and_the_expired_go_first() {
        let local = Local::default();
        for n in 0..2 * FEW {
            passes(&local, &[(&format!("old {n}"), 1)], at(0));
        }
        for n in 0..2 * MOST {
            passes(&local, &[(&format!("new {n}"), 1)], at(60 + n as i64));
            if n == 3 * FEW {
                assert!(local.entries().by_key.keys().all(|key| key.starts_with("new")), "the expired are gone");
            }
        }
        let fresh = Local::default();
        for n in 0..2 * MOST {
            passes(&fresh, &[(&format!("{n}"), 1)], at(0) + TimeDelta::microseconds(n as i64));
        }
        let kept = fresh.entries().by_key.len();
        assert!((MOST / 2..=MOST).contains(&kept), "{kept}");
        assert!(!passes(&fresh, &[(&format!("{}", 2 * MOST - 1), 1)], at(1)), "the newest is remembered");
    }
}
