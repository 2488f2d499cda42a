//! Hours in which nobody's telephone rings: SMS and push wait until they are over. Mail and the centre make no noise.

use crate::clock::Time;
use crate::{Error, Result};
use chrono::{NaiveTime, TimeDelta, TimeZone, Timelike};
use chrono_tz::Tz;

/// From when until when, by the clocks of a zone. Over midnight where the end is before the beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuietHours {
    /// Minutes after midnight; this minute is quiet.
    from: u16,
    /// Minutes after midnight; this minute is not.
    to: u16,
    zone: Tz,
}

impl QuietHours {
    /// Reads `22:00`, `07:00`, `Africa/Cairo`. Problems name the fields below `quiet_hours`.
    pub fn parse(from: &str, to: &str, zone: &str) -> Result<Self> {
        let mut problems = crate::error::Problems::default();
        let from = problems.take(minutes("quiet_hours.from", from))?;
        let to = problems.take(minutes("quiet_hours.to", to))?;
        let zone = problems.take(zone.parse::<Tz>().map_err(|_| Error::invalid("quiet_hours.time_zone", "error-time-zone")))?;
        problems.check(from.is_none() || from != to, "quiet_hours.to", "error-quiet-hours-empty");
        problems.finish()?;
        match (from, to, zone) {
            (Some(from), Some(to), Some(zone)) => Ok(Self { from, to, zone }),
            _ => Err(Error::internal("quiet hours without problems lack a part")),
        }
    }

    /// Beginning, end and zone as they were given.
    pub fn parts(&self) -> (String, String, &'static str) {
        (clock(self.from), clock(self.to), self.zone.name())
    }

    /// When the quiet is over, if it is quiet now.
    pub fn until(&self, now: Time) -> Option<Time> {
        let here = now.with_timezone(&self.zone);
        let minute = u16::try_from(here.hour() * 60 + here.minute()).unwrap_or_default();
        let (is_quiet, is_tomorrow) = match self.from < self.to {
            true => ((self.from..self.to).contains(&minute), false),
            false => (minute >= self.from || minute < self.to, minute >= self.from),
        };
        if !is_quiet {
            return None;
        }
        let day = here.date_naive() + TimeDelta::days(i64::from(is_tomorrow));
        let end = NaiveTime::from_hms_opt(u32::from(self.to) / 60, u32::from(self.to) % 60, 0)?;
        // where clocks are put forward that minute may not exist: an hour later it does
        let local = day.and_time(end);
        let over = self.zone.from_local_datetime(&local).latest();
        let over = over.or_else(|| self.zone.from_local_datetime(&(local + TimeDelta::hours(1))).latest());
        over.map(|over| over.to_utc()).filter(|over| *over > now)
    }
}

fn minutes(field: &'static str, text: &str) -> Result<u16> {
    let problem = || Error::invalid(field, "error-clock-time");
    let is_plain = text.len() == 5 && text.bytes().enumerate().all(|(i, byte)| if i == 2 { byte == b':' } else { byte.is_ascii_digit() });
    let time = NaiveTime::parse_from_str(text, "%H:%M").ok().filter(|_| is_plain).ok_or_else(problem)?;
    u16::try_from(time.hour() * 60 + time.minute()).map_err(|_| problem())
}

fn clock(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn until(from: &str, to: &str, zone: &str, now: &str) -> Option<String> {
        let hours = QuietHours::parse(from, to, zone).expect("quiet hours");
        hours.until(now.parse().expect("a time")).map(|time| time.format("%Y-%m-%dT%H:%MZ").to_string())
    }

    #[test]
    fn the_quiet_ends_by_the_clocks_of_the_zone() {
        // Cairo is two hours ahead in winter
        let night = |now| until("22:00", "07:00", "Africa/Cairo", now);
        assert_eq!(night("2026-11-23T19:59:59Z"), None);
        assert_eq!(night("2026-11-23T20:00:00Z").as_deref(), Some("2026-11-24T05:00Z"));
        assert_eq!(night("2026-11-24T04:59:59Z").as_deref(), Some("2026-11-24T05:00Z"));
        assert_eq!(night("2026-11-24T05:00:00Z"), None);
        assert_eq!(until("13:00", "14:30", "UTC", "2026-11-23T14:29:59Z").as_deref(), Some("2026-11-23T14:30Z"));
        assert_eq!(until("13:00", "14:30", "UTC", "2026-11-23T14:30:00Z"), None);
    }

    #[test]
    fn clocks_that_are_put_forward_or_back_end_the_quiet_once() {
        // 2026-03-29 01:00Z Berlin jumps from 02:00 to 03:00; 2026-10-25 01:00Z it goes back from 03:00 to 02:00
        assert_eq!(until("23:00", "02:30", "Europe/Berlin", "2026-03-29T00:30:00Z").as_deref(), Some("2026-03-29T01:30Z"));
        assert_eq!(until("23:00", "02:30", "Europe/Berlin", "2026-10-25T00:10:00Z").as_deref(), Some("2026-10-25T01:30Z"));
    }

    #[test]
    fn every_mistake_names_its_field() {
        for (from, to, zone, field) in [
            ("24:00", "07:00", "UTC", "quiet_hours.from"),
            ("2:00", "07:00", "UTC", "quiet_hours.from"),
            ("22:00", "+7:00", "UTC", "quiet_hours.to"),
            ("22:00", "22:00", "UTC", "quiet_hours.to"),
            ("22:00", "07:00", "Mars/Olympus", "quiet_hours.time_zone"),
            ("22:00", "07:00", "", "quiet_hours.time_zone"),
        ] {
            match QuietHours::parse(from, to, zone) {
                Err(Error::Invalid(problems)) => assert_eq!(problems[0].field, field),
                other => panic!("{from} {to} {zone}: {other:?}"),
            }
        }
    }
}
