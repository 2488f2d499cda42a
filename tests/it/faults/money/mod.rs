//! Death at every place of a payment: before and after each commit, and before and after each call to a provider. Whatever the
//! place, money moves once and is recorded once.
//!
//! Nobody lists the places. A scenario is played with the process told to die at its first place, then at its second, and so on
//! until a run ends without a death: then there are no more. See `shared/src/crash.rs`.

mod client;
mod lane;
mod pay;
mod paypal;
mod refund;
mod truth;
mod void;

use super::{Bill, PATIENCE, Stage};
use futures::future::join_all;
use lane::Lane;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

/// Runs side by side, each with a store, a process and providers of its own.
const LANES: u32 = 6;
/// No scenario has so many places: it would go round in a circle.
const MOST: u32 = 150;
/// How often moments are looked for again that slipped past.
const ROUNDS: u32 = 3;

/// Plays a scenario once for each of its places. `set` prepares, undisturbed; `play` is what a death disturbs, and `check` looks at
/// the books when all work is done. A scenario has to die both before and after something in each of `parts`, or it does not do
/// what it says.
async fn at_every_place<C>(
    name: &str,
    parts: &[&str],
    set: impl AsyncFn(&mut Lane) -> C,
    play: impl AsyncFn(&mut Lane, &C),
    check: impl AsyncFn(&mut Lane, &C),
) {
    let once = async |lane: &mut Lane, place: u32| {
        let case = set(lane).await;
        lane.settled().await;
        let note = Note { name, place };
        lane.arm(place);
        play(lane, &case).await;
        lane.settled().await;
        let death = lane.disarm();
        check(lane, &case).await;
        lane.is_sound().await;
        drop(note);
        death
    };
    let (next, end) = (AtomicU32::new(1), AtomicU32::new(MOST));
    let deaths = Mutex::new(BTreeMap::<String, Vec<u32>>::new());
    let note = |death: String, place: u32| deaths.lock().expect("nobody panics with it").entry(death).or_default().push(place);
    let run = async || {
        let mut lane = Lane::start().await;
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            if place >= end.load(Ordering::Relaxed) {
                break;
            }
            match once(&mut lane, place).await {
                Some(death) => note(death, place),
                None => drop(end.fetch_min(place, Ordering::Relaxed)),
            }
        }
        lane.done().await;
    };
    join_all((0..LANES).map(|_| run())).await;
    let places = end.into_inner() - 1;
    assert!(places < MOST - 1, "{name} does not come to an end");
    for _ in 0..ROUNDS {
        let slipped: Vec<u32> = slipped(parts, &deaths.lock().expect("nobody panics with it"));
        if slipped.is_empty() {
            break;
        }
        let mut lane = Lane::start().await;
        for place in slipped {
            if let Some(death) = once(&mut lane, place).await {
                note(death, place);
            }
        }
        lane.done().await;
    }
    let deaths = deaths.into_inner().expect("nobody panicked with it");
    eprintln!("{name}: {places} places to die: {deaths:#?}");
    for (part, moment) in moments(parts) {
        assert!(has(&deaths, part, moment), "{name}: no death in {part}, {moment}…");
    }
}

fn moments<'a>(parts: &'a [&'a str]) -> impl Iterator<Item = (&'a str, &'static str)> {
    parts.iter().flat_map(|part| ["before a", "after a"].map(|moment| (*part, moment)))
}

fn has(deaths: &BTreeMap<String, Vec<u32>>, part: &str, moment: &str) -> bool {
    deaths.keys().any(|death| death.starts_with(&format!("{part}, {moment}")))
}

/// Where to look again for moments that slipped past. Of two that work side by side, such as the inbox and the job that it has just
/// stored, it is not always the same one that comes first, so one moment may have been met twice and its neighbour never.
fn slipped(parts: &[&str], deaths: &BTreeMap<String, Vec<u32>>) -> Vec<u32> {
    let missing = moments(parts).filter(|(part, moment)| !has(deaths, part, moment)).map(|(part, _)| format!("{part}, "));
    let of = |part: String| deaths.iter().filter(move |(death, _)| death.starts_with(&part)).flat_map(|(_, places)| places.clone());
    let near: BTreeSet<u32> = missing.flat_map(of).flat_map(|place| place.saturating_sub(2).max(1)..=place + 1).collect();
    near.into_iter().collect()
}

/// Tells of the run that a failure belongs to.
struct Note<'a> {
    name: &'a str,
    place: u32,
}

impl Drop for Note<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("--- {} was to die at its place {}", self.name, self.place);
        }
    }
}
