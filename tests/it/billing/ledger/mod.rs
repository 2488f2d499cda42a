//! A thousand random histories of invoices, all at once, and the books balance.
//!
//! Each history is drawn from its seed (`history`), played through the doors by payers, staff, banks and a bad postman (`life`,
//! `world`), against providers that keep books of their own (`bank`). When all has come to rest, what the product says is held
//! against those books by a model that shares no code with it (`model`, `check`).
//!
//! `BUY4ME_LEDGER_SEED=4711` plays one history again, `BUY4ME_LEDGER_SEED=5000..6000` others. Steps are the same each time; how the
//! jobs of a thousand histories fall between them is not.

mod bank;
mod check;
mod history;
mod life;
mod mended;
mod model;
mod paypal;
mod read;
mod stripe;
mod world;

use futures::{StreamExt, stream};
use history::History;
use life::Life;
use std::time::Instant;
use world::World;

const CUSTOMERS: usize = 12;
/// Histories that take their step at the same time.
const AT_ONCE: usize = 24;

#[tokio::test(flavor = "multi_thread")]
async fn the_books_of_a_thousand_random_histories_balance() {
    play(seeds().map(History::draw).collect()).await;
}

/// Plays histories side by side to their end, and compares all books.
async fn play(histories: Vec<History>) {
    let rounds = histories.iter().map(|history| history.steps.len()).max().unwrap_or_default();
    let mut world = World::new().await;
    let started = Instant::now();
    let mut lives = world.bill(histories).await;
    for round in 0..rounds {
        stream::iter(&mut lives).for_each_concurrent(AT_ONCE, |life| life.play(&world, round)).await;
        world.collect(&mut lives);
        if round == rounds / 2 {
            world.night().await;
        }
    }
    let played = started.elapsed();
    world.come_to_rest(&mut lives).await;
    let rested = started.elapsed();
    world.night().await;
    world.test.settle().await;
    eprintln!("{} histories: played in {played:.1?}, at rest after {rested:.1?}, compared after {:.1?}", lives.len(), started.elapsed());
    verdict(&world, &lives).await;
    world.test.done().await;
}

/// The seeds to play: a thousand, or those that the environment names.
fn seeds() -> std::ops::Range<u64> {
    let number = |text: &str| text.trim().parse::<u64>().expect("BUY4ME_LEDGER_SEED is a number or a range a..b");
    match std::env::var("BUY4ME_LEDGER_SEED").ok().filter(|text| !text.is_empty()) {
        None => 0..1_000,
        Some(text) => match text.split_once("..") {
            Some((from, to)) => number(from)..number(to),
            None => number(&text)..number(&text) + 1,
        },
    }
}

/// Everything that is wrong, with the stories that led there.
async fn verdict(world: &World, lives: &[Life]) {
    let counts = world.tally.counts();
    eprintln!("steps (done, refused, idle): {counts:?}");
    let mut wrong = vec![];
    for (life, books) in read::books(world, lives).await {
        let faults = check::faults(life, &books);
        if !faults.is_empty() {
            let rows: Vec<String> = books.rows.iter().map(read::line).collect();
            let (faults, story, rows) = (faults.join("\n  "), life.story.join("\n  "), rows.join("\n  "));
            let payments = &books.payments;
            wrong.push(format!(
                "BUY4ME_LEDGER_SEED={} ({}, {:?}):\n  {faults}\n story:\n  {story}\n rows:\n  {rows}\n providers: {payments:#?}",
                life.history.seed, life.history.amount, life.history.post
            ));
        }
    }
    let first_line = |story: &String| story.lines().take(2).collect::<String>();
    let shown =
        wrong.iter().take(5).chain(&wrong.iter().skip(5).map(first_line).collect::<Vec<_>>()).cloned().collect::<Vec<_>>().join("\n\n");
    assert!(wrong.is_empty(), "{} of {} histories do not balance; the first:\n\n{shown}", wrong.len(), lives.len());
    read::whole(world, lives).await;
    if lives.len() >= 1_000 {
        let idle: Vec<_> = counts.iter().filter(|(name, [done, ..])| *done < 5 && !MAY_BE_RARE.contains(&name.as_str())).collect();
        assert!(idle.is_empty(), "hardly ever done: {idle:?}");
    }
}

/// Steps that need a rare state to be possible.
const MAY_BE_RARE: [&str; 0] = [];
