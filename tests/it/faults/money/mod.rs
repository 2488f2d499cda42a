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
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

/// Runs side by side, each with a store, a process and providers of its own.
const LANES: u32 = 6;
/// No scenario has so many places: it would go round in a circle.
const MOST: u32 = 150;

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
    let (next, end) = (AtomicU32::new(1), AtomicU32::new(MOST));
    let deaths = Mutex::new(BTreeMap::<String, u32>::new());
    let run = async || {
        let mut lane = Lane::start().await;
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            if place >= end.load(Ordering::Relaxed) {
                break;
            }
            let case = set(&mut lane).await;
            lane.settled().await;
            let note = Note { name, place };
            lane.arm(place);
            play(&mut lane, &case).await;
            lane.settled().await;
            match lane.disarm() {
                Some(death) => *deaths.lock().expect("nobody panics with it").entry(death).or_default() += 1,
                None => drop(end.fetch_min(place, Ordering::Relaxed)),
            }
            check(&mut lane, &case).await;
            lane.is_sound().await;
            drop(note);
        }
        lane.done().await;
    };
    join_all((0..LANES).map(|_| run())).await;
    let (places, deaths) = (end.into_inner() - 1, deaths.into_inner().expect("nobody panicked with it"));
    eprintln!("{name}: {places} places to die: {deaths:#?}");
    assert!(places < MOST - 1, "{name} does not come to an end");
    for part in parts {
        for moment in ["before a", "after a"] {
            assert!(deaths.keys().any(|death| death.starts_with(&format!("{part}, {moment}"))), "{name}: no death in {part}, {moment}…");
        }
    }
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
