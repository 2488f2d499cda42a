//! Chance that repeats itself: the same parts give the same numbers, on every machine and in every version of ours.
//!
//! SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014), written out here because crates of
//! random numbers keep the right to give others in a new version. No floats: some of their functions differ between machines.

use crate::clock::Time;
use chrono::TimeDelta;
use sea_orm::prelude::Uuid;

/// A generator of its own for each document: what is drawn for one never depends on what was drawn for another.
#[derive(Clone, Debug)]
pub(super) struct Dice(u64);

impl Dice {
    /// The generator that these numbers name.
    pub(super) fn of(parts: &[u64]) -> Self {
        let start = parts.iter().fold(0x4275_7934_4d65_2121, |sum, part| finish(sum ^ finish(part.wrapping_add(GAMMA))));
        Self(start)
    }

    /// The next 64 bits.
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GAMMA);
        finish(self.0)
    }

    /// From 0 to less than `bound`.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(bound)) >> 64) as u64
    }

    /// From `least` to `most`, both included.
    pub(super) fn between(&mut self, least: i64, most: i64) -> i64 {
        least + self.below((most - least + 1).unsigned_abs()) as i64
    }

    /// True so often in a thousand.
    pub(super) fn chance(&mut self, in_a_thousand: u64) -> bool {
        self.below(1000) < in_a_thousand
    }

    /// One of these, each as often.
    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len() as u64) as usize]
    }

    /// One of these, by weight.
    pub(super) fn weighted<T: Copy>(&mut self, table: &[(T, u64)]) -> T {
        let mut at = self.below(table.iter().map(|(_, weight)| weight).sum());
        for (what, weight) in table {
            match at.checked_sub(*weight) {
                Some(rest) => at = rest,
                None => return *what,
            }
        }
        table[table.len() - 1].0
    }

    /// A time span in milliseconds' steps.
    pub(super) fn span(&mut self, least: TimeDelta, most: TimeDelta) -> TimeDelta {
        TimeDelta::milliseconds(self.between(least.num_milliseconds(), most.num_milliseconds()))
    }

    /// Between so many minutes.
    pub(super) fn minutes(&mut self, least: i64, most: i64) -> TimeDelta {
        self.span(TimeDelta::minutes(least), TimeDelta::minutes(most))
    }

    /// Between so many hours.
    pub(super) fn hours(&mut self, least: i64, most: i64) -> TimeDelta {
        self.span(TimeDelta::hours(least), TimeDelta::hours(most))
    }

    /// An id as the product makes them: UUIDv7 of the time.
    pub(super) fn id(&mut self, at: Time) -> Uuid {
        let mut noise = [0; 10];
        noise[..8].copy_from_slice(&self.next().to_be_bytes());
        noise[8..].copy_from_slice(&self.next().to_be_bytes()[..2]);
        let ms = u64::try_from(at.timestamp_millis()).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(ms, &noise).into_uuid()
    }
}

/// 2⁶⁴ divided by the golden ratio, odd.
const GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;

fn finish(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;

    #[test]
    fn the_numbers_are_those_of_the_paper() {
        // java.util.SplittableRandom(1234567) and the reference in C give the same
        let mut dice = Dice(1_234_567);
        assert_eq!([dice.next(), dice.next()], [6_457_827_717_110_365_317, 3_203_168_211_198_807_973]);
    }

    #[test]
    fn an_id_tells_its_time_and_is_of_version_7() {
        let at = DateTime::UNIX_EPOCH + TimeDelta::milliseconds(1_700_000_000_123);
        let (one, two) = (Dice::of(&[1, 2]).id(at), Dice::of(&[1, 2]).id(at));
        assert_eq!((one, one.get_version_num()), (two, 7));
        assert_eq!(u64::from_be_bytes(one.as_bytes()[..8].try_into().unwrap()) >> 16, 1_700_000_000_123);
        assert_ne!(one, Dice::of(&[2, 1]).id(at));
    }

    #[test]
    fn weights_are_kept() {
        let mut dice = Dice::of(&[7]);
        let often = (0..10_000).filter(|_| dice.weighted(&[(true, 3), (false, 1)])).count();
        assert!((7_300..7_700).contains(&often), "{often}");
    }
}
