//! How much dearer a request may become without a question: what each item takes of the authorised overage. A pure rule.
//!
//! What an item takes is counted from the price that was last agreed upon: the quoted one, or one that the customer approved.
//! An item that is cheaper than agreed (negative) lends nothing to the others.

/// What is used up by items that have taken so much.
pub(super) fn used(taken: impl IntoIterator<Item = i64>) -> i64 {
    taken.into_iter().map(|taken| taken.max(0)).sum()
}

/// What the item at `which` has taken after it became dearer by `delta`; `None`: that is more than is authorised, and the
/// customer has to be asked.
pub(super) fn take(taken: &[i64], which: usize, delta: i64, authorised: i64) -> Option<i64> {
    let others = used(taken.iter().enumerate().filter(|(index, _)| *index != which).map(|(_, taken)| *taken));
    let own = taken[which] + delta;
    (delta <= 0 || others + own.max(0) <= authorised).then_some(own)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Clone, Debug)]
    enum Step {
        /// A new price; the customer answers so if asked.
        Price(i64, bool),
        Drop,
    }

    fn steps() -> impl Strategy<Value = Vec<(usize, Step)>> {
        let step = prop_oneof![9 => (1i64..200, any::<bool>()).prop_map(|(price, yes)| Step::Price(price, yes)), 1 => Just(Step::Drop)];
        prop::collection::vec((0usize..4, step), 0..40)
    }

    #[test]
    fn what_is_cheaper_than_agreed_lends_nothing_and_may_come_back() {
        assert_eq!(take(&[-20, 5], 1, 1, 5), None, "the other one is cheaper: that is no allowance");
        assert_eq!(take(&[-20, 5], 0, 20, 5), Some(0), "as it was quoted");
        assert_eq!(take(&[-20, 5], 0, 21, 5), None);
        assert_eq!(take(&[9, 0], 0, -20, 5), Some(-11), "cheaper is never asked about");
    }

    proptest! {
        #[test]
        fn rises_without_a_question_never_exceed_what_was_authorised(authorised in 0i64..150, steps in steps()) {
            let mut agreed = [Some(50i64), Some(60), Some(70), Some(80)];
            let mut price = [50i64, 60, 70, 80];
            let mut taken = [0i64; 4];
            for (which, step) in steps {
                let Some(base) = agreed[which] else { continue };
                match step {
                    Step::Drop => (agreed[which], taken[which]) = (None, 0),
                    Step::Price(new, yes) => match take(&taken, which, new - price[which], authorised) {
                        Some(own) => (taken[which], price[which]) = (own, new),
                        None if yes => (agreed[which], taken[which], price[which]) = (Some(new), 0, new),
                        None => (agreed[which], taken[which]) = (None, 0),
                    },
                }
                prop_assert!(agreed[which] != Some(base) || taken[which] == price[which] - base);
                let risen: i64 = (0..4).filter_map(|i| agreed[i].map(|agreed| (price[i] - agreed).max(0))).sum();
                prop_assert!(risen <= authorised, "{} of {}", risen, authorised);
                prop_assert_eq!(used(taken), risen);
            }
        }
    }
}
