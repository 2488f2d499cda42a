//! What the random histories found, told again in one step after the other.

use super::history::{Deed, Dice, Fate, History, Part, Post, Step};
use shared::billing::Gateway;
use shared::money::{Currency, Money};

async fn play(steps: Vec<Step>) {
    let amount = Money::new(10_000, Currency::parse("currency", "USD").unwrap());
    super::play(vec![History { seed: 0, amount, post: Post::Prompt, steps, dice: Dice::new(0) }]).await;
}

/// The nightly comparison missed the refund in the provider's books, where one that came back has not moved.
#[tokio::test(flavor = "multi_thread")]
async fn a_refund_that_the_bank_sent_back_is_missing_in_nobodys_books() {
    for gateway in [Gateway::Stripe, Gateway::Paypal] {
        let refund = Step::ProviderRefund { payment: 0, part: Part::Hundredths(30), fate: Fate::Arrives };
        let paid = [Step::OpenPage { gateway, part: Part::All }, Step::AtPage { page: 0, deed: Deed::Pay }, Step::Rest, Step::Rest];
        play([&paid[..], &[refund, Step::Rest, Step::Bounce { refund: 0 }, Step::Rest]].concat()).await;
    }
}

/// It was offered for payment, and the payer's approval was then thrown away.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_off_can_still_be_paid_by_paypal() {
    let steps = vec![
        Step::WriteOff,
        Step::OpenPage { gateway: Gateway::Paypal, part: Part::All },
        Step::AtPage { page: 0, deed: Deed::Pay },
        Step::Rest,
        Step::MustBePaid,
    ];
    play(steps).await;
}
