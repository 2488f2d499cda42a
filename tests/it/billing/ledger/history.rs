//! What happens to one invoice: drawn from a seed and nothing else, so that the seed of a failure tells the whole story again.

use shared::billing::Gateway;
use shared::money::{Currency, Money};

/// One invoice and what people, banks and providers do to it.
#[derive(Debug)]
pub struct History {
    pub seed: u64,
    /// What is billed.
    pub amount: Money,
    pub post: Post,
    pub steps: Vec<Step>,
    /// Draws what is not part of the story: which letter comes next.
    pub dice: Dice,
}

/// How a provider's events travel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Post {
    /// All at once, in order.
    Prompt,
    /// Some now, some later, in any order, some twice.
    Slow,
    /// The last first, and all of them twice.
    Backwards,
    /// Some never arrive: they must be fetched.
    Lossy,
}

/// How much: all that there is, or so many hundredths of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Part {
    All,
    Hundredths(i64),
}

/// What a payer does at a provider's page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Deed {
    Pay,
    /// By a method that settles days later.
    PayLater,
    /// The day on which such a payment settles, or bounces.
    Settle {
        well: bool,
    },
    /// One card that does not work; the page stays open.
    Decline,
    /// Its time passes.
    Leave,
}

/// How a refund ends that a provider was asked for on its own pages.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fate {
    Arrives,
    Fails,
    /// It succeeds, and the bank sends it back.
    Bounces,
}

/// One thing that happens. Numbers choose among what there is by then.
#[derive(Clone, Copy, Debug, PartialEq)]
#[rustfmt::skip] // one line for one thing
pub enum Step {
    OpenPage { gateway: Gateway, part: Part },
    AtPage { page: usize, deed: Deed },
    StaffRefund(Part),
    ProviderRefund { payment: usize, part: Part, fate: Fate },
    /// A refund that had arrived comes back.
    Bounce { refund: usize },
    Dispute { payment: usize },
    DisputeEnds { dispute: usize, won: bool },
    Credit(Part),
    Cancel,
    Void,
    WriteOff,
    ByHand { part: Part, by_bank: bool },
    HandBack,
    /// Nothing: jobs and letters go on.
    Rest,
    /// In a history that a person wrote: at its end, all that is owed was paid.
    MustBePaid,
}

impl History {
    pub fn draw(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let code = dice.pick(&["USD", "USD", "JPY", "KWD"]);
        // Stripe wants the last of three decimals to be zero
        let minor = dice.between(200, 9_000) * 10;
        let amount = Money::new(minor, Currency::parse("currency", code).expect("known"));
        let post = dice.pick(&[Post::Prompt, Post::Slow, Post::Slow, Post::Slow, Post::Backwards, Post::Lossy]);
        let gateways = gateways(code);
        // most invoices are paid, or nothing could happen to their money
        let mut steps = vec![open_page(&mut dice, gateways), at_page(&mut dice, 0)];
        for _ in 0..dice.between(3, 7) {
            steps.push(step(&mut dice, gateways));
        }
        // what has begun mostly ends
        let begun = |which: fn(&Step) -> bool| steps.iter().filter(|step| which(step)).count();
        let later = begun(|step| matches!(step, Step::AtPage { deed: Deed::PayLater, .. }));
        let disputes = begun(|step| matches!(step, Step::Dispute { .. }));
        for _ in 0..later {
            steps.push(Step::AtPage { page: LAST, deed: Deed::Settle { well: dice.one_in(2) } });
        }
        for _ in 0..disputes {
            let end = Step::DisputeEnds { dispute: dice.index(), won: dice.one_in(2) };
            steps.push(if dice.one_in(3) { Step::Rest } else { end });
        }
        Self { seed, amount, post, steps, dice }
    }
}

/// The newest.
pub const LAST: usize = 1_000;

/// Those that take the currency.
fn gateways(code: &str) -> &'static [Gateway] {
    match code {
        "KWD" => &[Gateway::Stripe, Gateway::Stripe, Gateway::Stripe, Gateway::Sandbox],
        _ => &[Gateway::Stripe, Gateway::Stripe, Gateway::Stripe, Gateway::Paypal, Gateway::Paypal, Gateway::Sandbox],
    }
}

fn step(dice: &mut Dice, gateways: &[Gateway]) -> Step {
    match dice.between(0, 99) {
        0..12 => open_page(dice, gateways),
        12..32 => {
            // most payers are at the page that was opened last
            let page = if dice.one_in(3) { dice.index() } else { LAST };
            at_page(dice, page)
        }
        32..43 => Step::StaffRefund(dice.part()),
        43..51 => {
            let fate = dice.pick(&[Fate::Arrives, Fate::Arrives, Fate::Fails, Fate::Bounces]);
            Step::ProviderRefund { payment: dice.index(), part: dice.part(), fate }
        }
        51..54 => Step::Bounce { refund: dice.index() },
        54..61 => Step::Dispute { payment: dice.index() },
        61..69 => Step::DisputeEnds { dispute: dice.index(), won: dice.one_in(2) },
        69..76 => Step::Credit(dice.part()),
        76..79 => Step::Cancel,
        79..82 => Step::Void,
        82..85 => Step::WriteOff,
        85..90 => Step::ByHand { part: dice.part(), by_bank: dice.one_in(2) },
        90..95 => Step::HandBack,
        _ => Step::Rest,
    }
}

fn open_page(dice: &mut Dice, gateways: &[Gateway]) -> Step {
    let part = if dice.one_in(3) { dice.part() } else { Part::All };
    Step::OpenPage { gateway: dice.pick(gateways), part }
}

fn at_page(dice: &mut Dice, page: usize) -> Step {
    let deed = match dice.between(0, 99) {
        0..65 => Deed::Pay,
        65..73 => Deed::PayLater,
        73..85 => Deed::Settle { well: dice.one_in(2) },
        85..93 => Deed::Decline,
        _ => Deed::Leave,
    };
    Step::AtPage { page, deed }
}

impl Part {
    /// This part of `whole`, in steps that every provider can express; at least one of them.
    pub fn of(self, whole: i64) -> i64 {
        match self {
            Self::All => whole,
            Self::Hundredths(n) => (whole * n / 1_000 * 10).max(10),
        }
    }
}

/// Chance that can be repeated: SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators").
#[derive(Debug)]
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        // mixed, because the streams of neighbours would be one and the same, a step apart
        Self(mixed(seed ^ 0x5DEE_CE66_D1CE_4E5B))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mixed(self.0)
    }

    /// Both included.
    pub fn between(&mut self, least: i64, most: i64) -> i64 {
        least + (self.next() % (most - least + 1).unsigned_abs()).cast_signed()
    }

    pub fn one_in(&mut self, n: i64) -> bool {
        self.between(1, n) == 1
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.index() % from.len()]
    }

    /// To be taken modulo how many there are.
    pub fn index(&mut self) -> usize {
        usize::try_from(self.next() % 1_000).expect("small")
    }

    fn part(&mut self) -> Part {
        if self.one_in(2) { Part::All } else { Part::Hundredths(self.between(5, 95)) }
    }
}

fn mixed(bits: u64) -> u64 {
    let bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}
