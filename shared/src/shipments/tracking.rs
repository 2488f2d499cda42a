//! Tracking numbers: `B4`, twelve characters that nobody guesses (60 bits), one that catches slips of the pen.
//!
//! The alphabet is Crockford's, without I, L, O and U. Its 32 characters are the elements of the field GF(2⁵), and a number
//! is valid when Σ 2ⁱ·cᵢ = 0 there (2 generates the field): another character in one place changes the sum, because no factor
//! is zero, and two characters that change places do, because no two factors are equal.

use crate::{Error, Result};

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const PREFIX: &str = "B4";
const RANDOM: usize = 12;

/// A new number.
pub fn generate() -> String {
    complete(rand::random::<[u8; RANDOM]>().map(|byte| byte % 32))
}

/// The number of these characters, with its check character.
pub(crate) fn complete(values: [u8; RANDOM]) -> String {
    // the check character stands last, where its factor is 1
    let check = double(sum(&values));
    let text: String = values.iter().chain([&check]).map(|value| char::from(ALPHABET[usize::from(*value)])).collect();
    format!("{PREFIX}{text}")
}

/// The number as it is stored, from how people write it: in any case, with spaces and dashes, O for 0, I and L for 1. What
/// cannot be a number of ours, because of a slip perhaps, is a problem of `tracking_number`.
pub fn read(text: &str) -> Result<String> {
    let wrong = || Error::invalid("tracking_number", "error-tracking-number");
    let plain: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).map(|c| c.to_ascii_uppercase()).map(unmistaken).collect();
    let values: Option<Vec<u8>> = plain.strip_prefix(PREFIX).ok_or_else(wrong)?.bytes().map(value).collect();
    match values {
        Some(values) if values.len() == RANDOM + 1 && sum(&values) == 0 => Ok(plain),
        Some(_) | None => Err(wrong()),
    }
}

fn unmistaken(c: char) -> char {
    match c {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    }
}

fn value(byte: u8) -> Option<u8> {
    ALPHABET.iter().position(|known| *known == byte).map(|at| at as u8)
}

/// Σ 2ⁱ·cᵢ, where i counts from the end.
fn sum(values: &[u8]) -> u8 {
    values.iter().fold(0, |sum, value| double(sum) ^ value)
}

/// Twice an element of GF(2⁵), modulo x⁵ + x² + 1.
fn double(element: u8) -> u8 {
    let shifted = element << 1;
    if shifted & 0b10_0000 == 0 { shifted } else { shifted ^ 0b10_0101 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        let number = complete([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
        assert_eq!((number.len(), &number[..14]), (15, "B40123456789AB"));
        let spaced = format!(" b4-o{} {}", &number[3..8].to_lowercase(), &number[8..]);
        assert_eq!(read(&spaced).expect("the same"), number);
        for wrong in ["", "B4", "B5123456789AB", "B4U123456789AB0", "0123456789ABCDE", "B4é", &format!("{number}0"), &number[..14]] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        assert_ne!(generate(), generate());
    }

    proptest! {
        #[test]
        fn one_wrong_character_and_two_that_changed_places_are_noticed(
            values in prop::array::uniform12(0u8..32), at in 0usize..15, with in 0usize..32, other in 0usize..15
        ) {
            let number = complete(values);
            prop_assert_eq!(read(&number).expect("valid"), number.clone());
            let mut slip = number.clone().into_bytes();
            slip[at] = ALPHABET[with];
            let slip = String::from_utf8(slip).expect("ASCII");
            prop_assert_eq!(read(&slip).is_ok(), slip == number, "{} for {}", slip, number);
            let mut swapped = number.clone().into_bytes();
            swapped.swap(at, other);
            let swapped = String::from_utf8(swapped).expect("ASCII");
            prop_assert_eq!(read(&swapped).is_ok(), swapped == number, "{} for {}", swapped, number);
        }
    }
}
