//! Everything at once: payments arrive in waves at a fleet, and into each wave something is killed, emptied or restarted.
//! Afterwards each invoice is paid once and each customer told. `scripts/chaos` plays it at full length.

#![allow(clippy::print_stdout)] // its figures are what it is run for

use crate::faults::{Bill, Stage};
use crate::support::process::Process;
use futures::{StreamExt, stream};
use rand::seq::{IndexedMutRandom, IndexedRandom, SliceRandom};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
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
    play(stage, 60, 8, Duration::from_millis(500)).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "minutes long: scripts/chaos"]
async fn a_thousand_payments_survive_everything() {
    let Some(stage) = Stage::fleet().await else { return };
    let payments: u64 = std::env::var("BUY4ME_CHAOS_PAYMENTS").map_or(1000, |n| n.parse().expect("a number"));
    let rescued = play(stage.set("WORKER_LEASE_SECONDS", 10), payments, payments.div_ceil(20), Duration::from_secs(2)).await;
    assert!(payments < 1000 || rescued > 0, "no kill ever met a running job: this has shown nothing");
}

/// Sends each event twice, spread over the waves, with one fault into each wave and a pause of this length, up to twice
/// as long, after it. Gives how many jobs had to be rescued from killed workers.
async fn play(mut stage: Stage, payments: u64, waves: u64, pause: Duration) -> i64 {
    let bills = stage.bills(payments).await;
    let mut apis = vec![stage.api().await, stage.api().await];
    let mut workers = vec![stage.worker().await, stage.worker().await, stage.worker().await];
    let doors: Vec<Url> = apis.iter().map(|api| api.url.clone()).collect();
    let mut deliveries: Vec<&Bill> = bills.iter().chain(&bills).collect();
    deliveries.shuffle(&mut rand::rng());

    let started = Instant::now();
    let (mut answers, mut faults, mut next) = (Answers::default(), BTreeMap::<Fault, usize>::new(), vec![]);
    for wave in deliveries.chunks(deliveries.len().div_ceil(waves as usize)) {
        if next.is_empty() {
            next = FAULTS.to_vec();
            next.shuffle(&mut rand::rng());
        }
        let fault = next.pop().expect("just filled");
        let breaking = async {
            tokio::time::sleep(Duration::from_millis(rand::random_range(0..400))).await; // anywhere in the wave or its work
            match fault {
                Fault::FlushRedis => stage.redis().flushall().await,
                Fault::KillRedis => stage.redis().restart().await,
                Fault::KillWorker => replace(&stage, "worker", &mut workers).await,
                Fault::KillApi => replace(&stage, "api", &mut apis).await,
            }
        };
        let (taken, ()) = tokio::join!(deliver(&stage, &doors, wave), breaking);
        answers.took.extend(taken.took);
        answers.unanswered += taken.unanswered;
        *faults.entry(fault).or_default() += 1;
        tokio::time::sleep(pause.mul_f64(rand::random_range(1.0..2.0))).await; // the faults' own rhythm
    }
    let sent = started.elapsed();
    let repeated = stage.paid_once(&bills).await;
    let rescued = stage.test.count("jobs", "rescues > 0").await;

    println!("{payments} of {payments} payments are in the books once, each customer was told; faults: {faults:?}");
    println!("  {} deliveries taken; {} times nobody answered, and the sender came again", answers.took.len(), answers.unanswered);
    println!("  answer of a webhook: p50 {:.1?}, p99 {:.1?}, longest {:.1?}", answers.at(0.5), answers.at(0.99), answers.at(1.0));
    println!("  {rescued} jobs rescued from killed workers; {repeated} mails went out twice, under their first Message-ID");
    println!("  {:.1?} under fire, all done {:.1?} later", sent, started.elapsed() - sent);
    assert!(FAULTS.iter().all(|fault| faults.contains_key(fault)), "each kind of fault happened: {faults:?}");
    for process in apis.iter_mut().chain(&mut workers) {
        assert!(process.is_running() && process.terminate().await.success());
    }
    stage.done().await;
    rescued
}

#[derive(Default)]
struct Answers {
    took: Vec<Duration>,
    unanswered: usize,
}

impl Answers {
    fn at(&mut self, part: f64) -> Duration {
        self.took.sort_unstable();
        self.took[((self.took.len() - 1) as f64 * part) as usize]
    }
}

/// As Stripe: to whichever node, again until one takes it.
async fn deliver(stage: &Stage, doors: &[Url], wave: &[&Bill]) -> Answers {
    let sent = stream::iter(wave).map(async |bill| {
        let mut unanswered = 0;
        loop {
            let door = doors.choose(&mut rand::rng()).expect("some node");
            if let Some(took) = stage.taken(door, bill).await {
                return (took, unanswered);
            }
            unanswered += 1;
            tokio::time::sleep(Duration::from_millis(100)).await; // Stripe's patience, in small
        }
    });
    let (took, unanswered): (Vec<_>, Vec<usize>) = sent.buffer_unordered(16).unzip().await;
    Answers { took, unanswered: unanswered.iter().sum() }
}

/// Kills one of them and starts another in its place.
async fn replace(stage: &Stage, role: &'static str, processes: &mut [Process]) {
    let victim = processes.choose_mut(&mut rand::rng()).expect("some process");
    victim.kill9().await;
    *victim = Process::start_at(victim.url.port().expect("explicit"), role, &stage.env()).await;
}
