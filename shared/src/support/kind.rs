//! What a file is, judged by its content alone. Nothing is taken out of it or written anew: a photograph of a damaged parcel is
//! evidence. That it harms nobody who reads it here is the door's part: it hands files out to be saved, under the type judged here.

use crate::{Error, Result};
use image::{ImageFormat, ImageReader};
use sea_orm::prelude::StringLen;
use sea_orm::{DeriveActiveEnum, EnumIter};
use serde::{Deserialize, Serialize};
use std::io::Cursor;

/// Longest side of a picture.
const MAX_SIDE: u32 = 16_384;
const MAX_PIXELS: u64 = 100_000_000;

/// What a file may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))", rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs)] // the names are the definition
pub enum Kind {
    Png,
    Jpeg,
    Webp,
    Gif,
    Pdf,
    Text,
}

impl Kind {
    /// All of them, for those who sent something else.
    pub const ALLOWED: &'static str = "image/png, image/jpeg, image/webp, image/gif, application/pdf, text/plain (UTF-8)";

    /// Its media type.
    pub fn media(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
            Self::Gif => "image/gif",
            Self::Pdf => "application/pdf",
            Self::Text => "text/plain",
        }
    }

    /// The same as it is handed out: text says how it is written.
    pub fn media_with_charset(self) -> &'static str {
        match self {
            Self::Text => "text/plain; charset=utf-8",
            other => other.media(),
        }
    }

    /// The kind of a media type, which has no parameters.
    pub fn of_media(media: &str) -> Option<Self> {
        use sea_orm::Iterable;
        Self::iter().find(|kind| kind.media() == media)
    }

    /// How names of such files end; the first is what we add. No table among them: a spreadsheet would run what is in it.
    pub(super) fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Png => &["png"],
            Self::Jpeg => &["jpg", "jpeg"],
            Self::Webp => &["webp"],
            Self::Gif => &["gif"],
            Self::Pdf => &["pdf"],
            Self::Text => &["txt", "text", "log", "md"],
        }
    }

    /// What it is; `None`: nothing of these. A picture beyond all measure is a problem of the file.
    pub(super) fn judge(bytes: &[u8]) -> Result<Option<Self>> {
        let kind = match bytes {
            [] => return Err(Error::invalid("file", "error-blank")),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Self::Png,
            [0xff, 0xd8, 0xff, ..] => Self::Jpeg,
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Self::Webp,
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Self::Gif,
            [b'%', b'P', b'D', b'F', b'-', b'0'..=b'9', ..] => Self::Pdf,
            text if is_plain(text) => Self::Text,
            _ => return Ok(None),
        };
        let size = match kind {
            Self::Png => size(bytes, ImageFormat::Png),
            Self::Jpeg => size(bytes, ImageFormat::Jpeg),
            Self::Webp => size(bytes, ImageFormat::WebP),
            Self::Gif => gif_size(bytes),
            Self::Pdf | Self::Text => return Ok(Some(kind)),
        };
        let fits = |(width, height): (u32, u32)| {
            (1..=MAX_SIDE).contains(&width) && (1..=MAX_SIDE).contains(&height) && u64::from(width) * u64::from(height) <= MAX_PIXELS
        };
        match size.is_some_and(fits) {
            true => Ok(Some(kind)),
            false => Err(Error::invalid("file", "error-attachment-picture")),
        }
    }
}

/// Whether it is text in UTF-8, which a reader can look at without being tricked by its terminal.
fn is_plain(bytes: &[u8]) -> bool {
    let is_layout = |c: char| matches!(c, '\n' | '\r' | '\t' | '\u{c}');
    std::str::from_utf8(bytes).is_ok_and(|text| !text.chars().any(|c| c.is_control() && !is_layout(c)))
}

/// What the head of a picture says; its pixels are not looked at.
fn size(bytes: &[u8], format: ImageFormat) -> Option<(u32, u32)> {
    ImageReader::with_format(Cursor::new(bytes), format).into_dimensions().ok()
}

/// The same for GIF (89a specification, §18): two little-endian numbers behind the signature.
fn gif_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let [a, b, c, d] = *bytes.get(6..10)?.first_chunk()?;
    Some((u16::from_le_bytes([a, b]).into(), u16::from_le_bytes([c, d]).into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn content_says_what_it_is_and_everything_else_is_nothing() {
        let judge = |bytes: &[u8]| Kind::judge(bytes).ok().flatten();
        assert_eq!(judge(b"GIF89a\x02\0\x03\0rest"), Some(Kind::Gif));
        assert_eq!(judge(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3"), Some(Kind::Pdf));
        assert_eq!(judge("Where is my parcel?\r\n\tأين".as_bytes()), Some(Kind::Text));
        assert_eq!(judge(b"<html><script>alert(1)</script>"), Some(Kind::Text), "it is only ever handed out as text");
        for other in [
            b"PK\x03\x04 zip".as_slice(),
            b"MZ\x90\0\x03",
            b"\x7fELF\x02",
            b"text with \0 in it",
            b"\x1b[2Jterminal",
            b"\xff\xfeU\0T\0F\0",
            "C1: \u{85}".as_bytes(),
            b"BM6\0\0\0\0\0",
            b"\0\0\0\x18ftypheic",
            b"\x89PNG\r\n",
        ] {
            assert_eq!(judge(other), None, "{other:?}");
        }
        for broken in [b"".as_slice(), b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF\x04\0\0\0WEBP", b"GIF89a\x02\0", b"GIF89a\0\0\x01\0"] {
            assert!(Kind::judge(broken).is_err(), "{broken:?}");
        }
    }

    proptest! {
        #[test]
        fn no_file_breaks_the_judge(head in prop::sample::select(vec![
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(), b"\xff\xd8\xff\xc0".to_vec(), b"RIFF\x24\0\0\0WEBPVP8 ".to_vec(), b"GIF89a".to_vec(), vec![],
        ]), tail in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Kind::judge(&[head, tail].concat());
        }
    }
}
