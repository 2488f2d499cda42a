//! Prices as shops write them. Half the world groups by what the other half cuts decimals with, so whatever could mean two
//! amounts means none: a customer types it in rather than be charged a thousandfold.

use crate::money::{Currency, Money};

/// Longer texts are no prices.
const MAX_CHARS: usize = 40;
/// What may stand beside an amount, besides the currency's own code.
const MARKS: &str =
    "$ US$ C$ CA$ A$ AU$ NZ$ HK$ S$ R$ £ ¥ ₹ ₽ ₩ ₪ ₺ ₴ ₦ ₫ ₱ ฿ ₵ ₸ ₡ kr kr. zł Kč Ft lei лв лв. руб руб. Rs Rs. Fr. CFA FCFA DH TL 元 円";
/// A round amount: `199,-`.
const ROUND: &[&str] = &[",-", ",–", ",—", ".-", ".–", ".—"];

/// A price as people write it: `1.234,56 €`, `$1,234.56`, `1 234,56`, `CHF 1'234.50`. Nothing costs zero.
pub(super) fn written(text: &str, currency: Currency) -> Option<Money> {
    let text = text.trim();
    if text.chars().count() > MAX_CHARS {
        return None;
    }
    let (first, last) = (text.find(|c: char| c.is_ascii_digit())?, text.rfind(|c: char| c.is_ascii_digit())?);
    let (before, amount, after) = (&text[..first], &text[first..=last], &text[last + 1..]);
    let after = ROUND.iter().find_map(|round| after.strip_prefix(round)).unwrap_or(after);
    let is_beside = |mark: &str| mark.is_empty() || is_mark(mark, currency);
    // a mark on both sides is one too many
    let told = is_beside(before.trim()) && is_beside(after.trim()) && (before.trim().is_empty() || after.trim().is_empty());
    let (whole, fraction) = parts(amount).filter(|_| told)?;
    money(&whole, fraction, currency)
}

/// A price as programs write it: digits, at most one point.
pub(super) fn exact(text: &str, currency: Currency) -> Option<Money> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    money(whole, fraction, currency)
}

fn is_mark(text: &str, currency: Currency) -> bool {
    text == currency.code() || (text == "€" && currency.code() == "EUR") || MARKS.split_ascii_whitespace().any(|mark| mark == text)
}

fn money(whole: &str, fraction: &str, currency: Currency) -> Option<Money> {
    let digits = currency.exponent() as usize;
    let zeros = fraction.len() - fraction.trim_end_matches('0').len();
    let fraction = &fraction[..fraction.len() - zeros.min(fraction.len().saturating_sub(digits))];
    let text = if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") };
    Money::parse_positive("price", &text, currency).ok()
}

/// The digits before and after the decimal separator, if it is clear which that is.
fn parts(amount: &str) -> Option<(String, &str)> {
    let separators: Vec<(usize, char)> = amount.char_indices().filter(|(_, c)| !c.is_ascii_digit()).collect();
    let Some(((at, last), others)) = separators.split_last() else { return Some((amount.to_owned(), "")) };
    let mark = others.first().map_or(*last, |(_, mark)| *mark);
    if !others.iter().all(|(_, other)| *other == mark) || ![mark, *last].iter().all(|c| is_grouping(*c)) {
        return None;
    }
    let (whole, fraction) = (&amount[..*at], &amount[at + last.len_utf8()..]);
    let is_decimal = matches!(last, '.' | ',');
    match (others.is_empty(), is_decimal) {
        // 1.234: a thousand or one?
        (true, true) if fraction.len() == 3 && whole.len() <= 3 && !whole.starts_with('0') => None,
        (true, true) => Some((whole.to_owned(), fraction)),
        (false, true) if mark != *last => Some((ungrouped(whole, mark)?, fraction)),
        (_, _) if mark == *last => Some((ungrouped(amount, mark)?, "")),
        (_, _) => None,
    }
}

/// Point, comma, apostrophes, and the spaces of typographers.
fn is_grouping(c: char) -> bool {
    matches!(c, '.' | ',' | '\'' | '’' | ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}')
}

/// Digits in groups of three, or as in India of two before the last three.
fn ungrouped(text: &str, mark: char) -> Option<String> {
    let groups: Vec<&str> = text.split(mark).collect();
    let [first, middle @ .., last] = groups.as_slice() else { return None };
    let all = |size: usize| (1..=size).contains(&first.len()) && middle.iter().all(|group| group.len() == size);
    let is_grouped = !first.starts_with('0') && last.len() == 3 && (all(3) || all(2));
    is_grouped.then(|| groups.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, code: &str) -> Option<String> {
        written(text, Currency::parse("currency", code).expect(code)).map(Money::decimal)
    }

    #[test]
    fn each_country_writes_in_its_own_way() {
        let cases = [
            ("12", "USD", "12.00"),
            ("12.5", "USD", "12.50"),
            ("12.99", "USD", "12.99"),
            ("12,99", "EUR", "12.99"),
            ("0.99", "USD", "0.99"),
            ("1.234,56", "EUR", "1234.56"),
            ("1,234.56", "USD", "1234.56"),
            ("1 234,56 €", "EUR", "1234.56"),
            ("1\u{a0}234,56\u{a0}€", "EUR", "1234.56"),
            ("1\u{202f}234\u{202f}567,8", "EUR", "1234567.80"),
            ("CHF 1'234.50", "CHF", "1234.50"),
            ("1’234.50", "CHF", "1234.50"),
            ("12,34,567.00", "INR", "1234567.00"),
            ("Rs. 1,299.00", "INR", "1299.00"),
            ("$1,299.00", "USD", "1299.00"),
            ("1.234.567", "IDR", "1234567.00"),
            ("1 234", "SEK", "1234.00"),
            ("199,-", "NOK", "199.00"),
            ("kr 199,–", "NOK", "199.00"),
            ("USD 20", "USD", "20.00"),
            ("1234.567000", "KWD", "1234.567"),
            ("12.5000", "USD", "12.50"),
            ("1299.00", "JPY", "1299"),
        ];
        for (text, code, expected) in cases {
            assert_eq!(read(text, code).as_deref(), Some(expected), "{text:?}");
        }
    }

    #[test]
    fn what_could_mean_two_amounts_means_none() {
        let cases = [
            ("1.234", "EUR"),
            ("1,234", "USD"),
            ("999,999", "USD"),
            ("1.250", "KWD"),
            ("¥129,800", "JPY"),
            ("0", "USD"),
            ("0,00", "EUR"),
            ("", "USD"),
            ("free", "USD"),
            ("-5", "USD"),
            ("5-10", "USD"),
            ("5.00 - 10.00", "USD"),
            ("from 12.99", "EUR"),
            ("12.99 EUR", "USD"),
            ("€12.99", "USD"),
            ("$12.99 USD", "USD"),
            ("12.345", "USD"),
            ("1.23.45", "USD"),
            ("1,23.456,78", "USD"),
            ("12,3456.00", "USD"),
            ("0,123,456.00", "USD"),
            ("1..2", "USD"),
            ("1.,2", "USD"),
            ("1 234.567,89", "EUR"),
            ("12.999", "USD"),
            ("12.50", "JPY"),
            ("1e3", "USD"),
            ("12%", "USD"),
            ("٣٫٥", "USD"),
            ("99999999999999999999", "USD"),
            ("12.99 / kg", "EUR"),
        ];
        for (text, code) in cases {
            assert_eq!(read(text, code), None, "{text:?}");
        }
    }

    #[test]
    fn programs_mean_what_they_write() {
        let exact = |text| exact(text, Currency::parse("currency", "USD").unwrap()).map(Money::decimal);
        assert_eq!(exact("1299.9").as_deref(), Some("1299.90"));
        assert_eq!(exact("1299.0").as_deref(), Some("1299.00"));
        assert_eq!(exact("1299").as_deref(), Some("1299.00"));
        for text in ["1.234", "1e21", "-1", "0.0", "", "."] {
            assert_eq!(exact(text), None, "{text}");
        }
    }
}
