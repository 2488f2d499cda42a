//! Everything at once: payments arrive at a fleet in which something is killed, emptied or restarted every few seconds.
//! Afterwards each invoice is paid once and each customer told. `scripts/chaos` plays it at full length.

use crate::faults::{Bill, Stage};
use crate::support::process::Process;
use futures::{StreamExt, stream};
use rand::seq::{IndexedMutRandom, IndexedRandom, SliceRandom};
use std::collections::BTreeMap;
use std::ops::Range;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;
use url::Url;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    FlushRedis,
    KillRedis,
    KillWorker,
    KillApi,
}

const FAULTS: [Fault; 4] = [Fault::FlushRedis, Fault::KillRedis, Fault::KillWorker, Fault::KillApi];

#[tokio::test(flavor = "multi_thread")]
async fn chaos_in_small() {
    let Some(stage) = Stage::fleet().await else { return };
    let faults = play(stage, 60, Duration::from_secs(8), 400..800).await;
    assert!(FAULTS.iter().all(|fault| faults.contains_key(fault)), "each kind of fault happened: {faults:?}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "minutes long: scripts/chaos"]
async fn a_thousand_payments_survive_everything() {
    let Some(stage) = Stage::fleet().await else { return };
    let payments: u64 = std::env::var("BUY4ME_CHAOS_PAYMENTS").map_or(1000, |n| n.parse().expect("a number"));
    let faults = play(stage.set("WORKER_LEASE_SECONDS", 10), payments, Duration::from_millis(150 * payments), 2000..4000).await;
    assert!(FAULTS.iter().all(|fault| faults.contains_key(fault)), "each kind of fault happened: {faults:?}");
}

/// Sends each event twice over `lasting`, while a fault happens after every pause (ms).
async fn play(mut stage: Stage, payments: u64, lasting: Duration, pauses: Range<u64>) -> BTreeMap<Fault, usize> {
    let bills = stage.bills(payments).await;
    let mut apis = vec![stage.api().await, stage.api().await];
    let mut workers = vec![stage.worker().await, stage.worker().await, stage.worker().await];
    let doors: Vec<Url> = apis.iter().map(|api| api.url.clone()).collect();
    let (started, all_sent) = (Instant::now(), CancellationToken::new());

    let sending = async {
        let answers = send_twice(&stage, &doors, &bills, lasting).await;
        all_sent.cancel();
        answers
    };
    let breaking = async {
        let mut happened = BTreeMap::new();
        let mut next: Vec<Fault> = vec![];
        while !all_sent.is_cancelled() {
            tokio::time::sleep(Duration::from_millis(rand::random_range(pauses.clone()))).await; // the faults' own rhythm
            if next.is_empty() {
                next = FAULTS.to_vec();
                next.shuffle(&mut rand::rng());
            }
            let fault = next.pop().expect("just filled");
            match fault {
                Fault::FlushRedis => stage.redis().flushall().await,
                Fault::KillRedis => stage.redis().restart().await,
                Fault::KillWorker => replace(&stage, "worker", &mut workers).await,
                Fault::KillApi => replace(&stage, "api", &mut apis).await,
            }
            *happened.entry(fault).or_default() += 1;
        }
        happened
    };
    let (Answers { mut took, unanswered }, faults) = tokio::join!(sending, breaking);
    let sent = started.elapsed();
    let repeated = stage.paid_once(&bills).await;

    took.sort_unstable();
    let at = |part: f64| took[((took.len() - 1) as f64 * part) as usize];
    println!("{payments} of {payments} payments are in the books once, each customer was told; faults: {faults:?}");
    println!("  {} deliveries taken, {unanswered} times nobody answered and the sender came again", took.len());
    println!("  answer of a webhook: p50 {:.1?}, p99 {:.1?}, longest {:.1?}", at(0.5), at(0.99), at(1.0));
    println!("  {repeated} mails went out twice, under their first Message-ID");
    println!("  {:.1?} under fire, the books were closed {:.1?} later", sent, started.elapsed() - sent);
    for process in apis.iter_mut().chain(&mut workers) {
        assert!(process.is_running() && process.terminate().await.success());
    }
    stage.done().await;
    faults
}

struct Answers {
    took: Vec<Duration>,
    unanswered: usize,
}

/// As Stripe: to whichever node answers, again until it is taken, and everything twice, in no order.
async fn send_twice(stage: &Stage, doors: &[Url], bills: &[Bill], lasting: Duration) -> Answers {
    let mut deliveries: Vec<&Bill> = bills.iter().chain(bills).collect();
    deliveries.shuffle(&mut rand::rng());
    let (start, every) = (tokio::time::Instant::now(), lasting / deliveries.len() as u32);
    let sent = stream::iter(deliveries.into_iter().enumerate()).map(async |(i, bill)| {
        tokio::time::sleep_until(start + every * i as u32).await;
        let mut unanswered = 0;
        loop {
            let asked = Instant::now();
            let door = doors.choose(&mut rand::rng()).expect("some node");
            if stage.try_send(door, bill).await == Some(200) {
                return (asked.elapsed(), unanswered);
            }
            unanswered += 1;
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    });
    let (took, unanswered): (Vec<_>, Vec<usize>) = sent.buffer_unordered(64).unzip().await;
    Answers { took, unanswered: unanswered.iter().sum() }
}

/// Kills one of them and starts another in its place.
async fn replace(stage: &Stage, role: &'static str, processes: &mut [Process]) {
    let victim = processes.choose_mut(&mut rand::rng()).expect("some process");
    victim.kill9().await;
    *victim = Process::start_at(victim.url.port().expect("explicit"), role, &stage.env()).await;
}
