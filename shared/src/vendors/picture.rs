//! Pictures that people upload. Judged by their content, decoded within limits, shrunk and written anew as PNG: nothing but
//! pixels survives.

use crate::{Error, Result};
use image::codecs::png::PngEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use std::io::Cursor;
use tokio::sync::Semaphore;

/// Most bytes of an upload.
pub const MAX_BYTES: usize = 1024 * 1024;
/// Longest side of what is kept.
const SIDE: u32 = 512;
/// Longest side of what is looked at.
const MAX_SIDE: u32 = 4096;
const MAX_PIXELS: u64 = 8 * 1024 * 1024;
/// Sixteen bits a channel take eight bytes a pixel, and decoders work on a copy.
const MAX_MEMORY: u64 = 128 * 1024 * 1024;

/// Pictures that are decoded at a time, each within its memory.
static TURNS: Semaphore = Semaphore::const_new(2);

/// The picture as a PNG of at most 512 by 512; anything but a whole PNG, JPEG or WebP is a problem of `field`.
pub async fn as_png(field: &'static str, bytes: Vec<u8>) -> Result<Vec<u8>> {
    let _turn = TURNS.acquire().await.map_err(Error::internal)?;
    let rewritten = match tokio::task::spawn_blocking(move || rewrite(&bytes)).await {
        Ok(rewritten) => rewritten,
        // whatever makes a decoder panic is no picture
        Err(error) => {
            tracing::error!(%error, "a picture broke its decoder");
            Err(error.to_string())
        }
    };
    rewritten.map_err(|reason| {
        tracing::info!(reason, "a picture was refused");
        Error::invalid(field, "error-picture")
    })
}

fn rewrite(bytes: &[u8]) -> std::result::Result<Vec<u8>, String> {
    let format = image::guess_format(bytes).map_err(|error| error.to_string())?;
    let is_whole = match format {
        ImageFormat::Png => is_whole_png(bytes),
        ImageFormat::Jpeg => bytes.ends_with(&[0xff, 0xd9]),
        ImageFormat::WebP => is_whole_webp(bytes),
        other => return Err(format!("{other:?}")),
    };
    if !is_whole {
        return Err("it ends before or after its end".to_owned());
    }
    let picture = decode(bytes, format)?;
    let fits = picture.width() <= SIDE && picture.height() <= SIDE;
    let picture = if fits { picture } else { picture.resize(SIDE, SIDE, FilterType::Triangle) };
    let mut png = vec![];
    // colours of other depths are brought to eight bits a channel: every reader shows them
    DynamicImage::from(picture.into_rgba8()).write_with_encoder(PngEncoder::new(&mut png)).map_err(|error| error.to_string())?;
    Ok(png)
}

fn decode(bytes: &[u8], format: ImageFormat) -> std::result::Result<DynamicImage, String> {
    let words = |error: image::ImageError| error.to_string();
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(words)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(format!("{width} by {height}"));
    }
    let orientation = decoder.orientation().map_err(words)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(words)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

/// Whether its chunks end with IEND, and the file with them.
fn is_whole_png(bytes: &[u8]) -> bool {
    let mut rest = bytes.get(8..).unwrap_or_default();
    while let Some((head, tail)) = rest.split_first_chunk::<8>() {
        let [a, b, c, d, kind @ ..] = *head;
        let length = u32::from_be_bytes([a, b, c, d]) as usize;
        // four more bytes are the checksum
        let Some(next) = length.checked_add(4).and_then(|skip| tail.get(skip..)) else { return false };
        if kind == *b"IEND" {
            return next.is_empty();
        }
        rest = next;
    }
    false
}

/// Whether the file is as long as its RIFF header says.
fn is_whole_webp(bytes: &[u8]) -> bool {
    let Some([a, b, c, d]) = bytes.get(4..8) else { return false };
    u32::from_le_bytes([*a, *b, *c, *d]) as usize + 8 == bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgba, RgbaImage};
    use proptest::prelude::*;

    fn file(format: ImageFormat) -> Vec<u8> {
        let picture = RgbaImage::from_fn(31, 17, |x, y| Rgba([x as u8 * 8, y as u8 * 15, (x * y) as u8, 255]));
        let mut bytes = Cursor::new(vec![]);
        DynamicImage::from(DynamicImage::from(picture).into_rgb8()).write_to(&mut bytes, format).expect("a picture");
        bytes.into_inner()
    }

    #[test]
    fn every_format_cut_anywhere_is_refused() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
            let whole = file(format);
            assert!(rewrite(&whole).is_ok(), "{format:?}");
            for end in 0..whole.len() {
                assert!(rewrite(&whole[..end]).is_err(), "{format:?} cut to {end} of {}", whole.len());
            }
        }
    }

    proptest! {
        #[test]
        fn no_file_breaks_a_decoder_or_comes_out_large(
            format in prop::sample::select(vec![ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP]),
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        ) {
            let mut bytes = file(format);
            for (at, byte) in changes {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            if let Ok(png) = rewrite(&bytes) {
                let out = image::load_from_memory_with_format(&png, ImageFormat::Png).expect("a PNG");
                prop_assert!(out.width() <= SIDE && out.height() <= SIDE);
            }
        }
    }
}
