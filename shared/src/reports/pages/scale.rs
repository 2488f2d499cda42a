//! The numbers beside a chart: round ones, equally far apart, zero among them, and everything that is drawn between the first and
//! the last.

/// Most steps from the first to the last.
const MOST: i128 = 5;
/// What a height is told in.
const WHOLE: i128 = 1000;

/// What a chart is measured by. Reckons with wide numbers: sums near the end of theirs must not overflow here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scale {
    first: i128,
    last: i128,
    step: i128,
}

impl Scale {
    /// For all of these; where all are zero, it goes up to `one`.
    pub(super) fn over(values: impl IntoIterator<Item = i64>, one: i64) -> Self {
        let (mut low, mut high) = (0, 0);
        for value in values.into_iter().map(i128::from) {
            (low, high) = (value.min(low), value.max(high));
        }
        if low == high {
            return Self { first: 0, last: one.into(), step: one.into() };
        }
        let mut power = 1;
        loop {
            for step in [power, 2 * power, 5 * power] {
                let (below, above) = (low.div_euclid(step), -(-high).div_euclid(step));
                if above - below <= MOST {
                    return Self { first: below * step, last: above * step, step };
                }
            }
            power *= 10;
        }
    }

    /// From below.
    pub(super) fn marks(self) -> impl Iterator<Item = i64> {
        // the last may lie beyond what is counted in, and is then not written
        (0..=(self.last - self.first) / self.step).filter_map(move |i| i64::try_from(self.first + i * self.step).ok())
    }

    /// How high a number lies, in thousandths.
    pub(super) fn height(self, value: i64) -> i64 {
        let (above, all) = (i128::from(value) - self.first, self.last - self.first);
        i64::try_from((2 * WHOLE * above + all) / (2 * all)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::Scale;

    fn marks(values: &[i64]) -> Vec<i64> {
        Scale::over(values.iter().copied(), 100).marks().collect()
    }

    #[test]
    fn marks_are_round_and_hold_everything() {
        assert_eq!(marks(&[]), [0, 100]);
        assert_eq!(marks(&[0, 0]), [0, 100]);
        assert_eq!(marks(&[1]), [0, 1]);
        assert_eq!(marks(&[3, 5]), [0, 1, 2, 3, 4, 5]);
        assert_eq!(marks(&[7]), [0, 2, 4, 6, 8]);
        assert_eq!(marks(&[123_456]), [0, 50_000, 100_000, 150_000]);
        assert_eq!(marks(&[-30, 99]), [-50, 0, 50, 100]);
        assert_eq!(marks(&[-1]), [-1, 0]);
        assert_eq!(marks(&[-999]), [-1000, -800, -600, -400, -200, 0]);
    }

    #[test]
    fn any_numbers_have_a_scale() {
        let mut value: i64 = 1;
        while let Some(next) = value.checked_mul(3) {
            for values in [vec![value], vec![-value], vec![-value, next], vec![-next, value]] {
                let scale = Scale::over(values.iter().copied(), 1);
                let marks: Vec<i64> = scale.marks().collect();
                assert!((2..=6).contains(&marks.len()) && marks.contains(&0), "{values:?}: {marks:?}");
                assert!(values.iter().all(|value| marks[0] <= *value && *value <= marks[marks.len() - 1]), "{values:?}: {marks:?}");
                assert!(values.iter().all(|value| (0..=1000).contains(&scale.height(*value))), "{values:?}");
            }
            value = next;
        }
        let scale = Scale::over([i64::MIN, i64::MAX], 1);
        assert!(scale.marks().count() >= 2 && (0..=1000).contains(&scale.height(i64::MIN)) && (0..=1000).contains(&scale.height(i64::MAX)));
    }
}
