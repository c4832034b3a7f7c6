//! The body of UPLOAD and DOWNLOAD, compressed or not (`docs/PROTOCOL.md`, "Compression").

use std::borrow::Cow;

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

use super::header::{End, Header};
use super::{InflateError, MessageError};

/// Bodies up to this size are not worth compressing.
const COMPRESS_ABOVE: usize = 1024;
/// DEFLATE cannot shrink by more than this factor, so a larger claim is refused before anything is allocated.
const MAX_INFLATION: u64 = 1032;

/// Changesets with their headers, back to back, as they stand in the frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body<'a> {
    Plain(Cow<'a, [u8]>),
    /// `plain_size` is what the header declares, and is checked when the body is inflated.
    Compressed {
        bytes: Cow<'a, [u8]>,
        plain_size: u64,
    },
}

impl<'a> Body<'a> {
    pub const EMPTY: Body<'static> = Body::Plain(Cow::Borrowed(&[]));

    /// Compresses where that makes the body smaller and the body is not small already.
    pub fn pack(plain: Vec<u8>) -> Body<'static> {
        match deflate(&plain) {
            Some(bytes) => Body::Compressed { bytes: Cow::Owned(bytes), plain_size: plain.len() as u64 },
            None => Body::Plain(Cow::Owned(plain)),
        }
    }

    /// Bytes before compression, as the peer declares them.
    pub fn plain_size(&self) -> u64 {
        match self {
            Body::Plain(bytes) => bytes.len() as u64,
            Body::Compressed { plain_size, .. } => *plain_size,
        }
    }

    /// The body before compression.
    ///
    /// Borrows where nothing had to be inflated. Allocates at most `max_size` bytes, and never more than declared;
    /// a body that declares more is refused as [`MessageError::BodyTooLarge`].
    pub fn inflate(&self, max_size: u64) -> Result<Cow<'_, [u8]>, MessageError> {
        let declared = self.plain_size();
        if declared > max_size {
            return Err(MessageError::BodyTooLarge { declared, limit: max_size });
        }
        match self {
            Body::Plain(bytes) => Ok(Cow::Borrowed(bytes)),
            Body::Compressed { bytes, plain_size } => Ok(Cow::Owned(inflate(bytes, *plain_size)?)),
        }
    }

    pub(super) fn decode_sizes(header: &mut Header<'a>) -> Result<Sizes, MessageError> {
        let is_compressed = header.flag("is_compressed", End::Space)?;
        let plain = header.unsigned("uncompressed_size", End::Space)?;
        Ok(Sizes { is_compressed, plain })
    }

    /// Uncompressed bodies reach to the end of the frame, whatever size the header declares.
    pub(super) fn decode(header: &mut Header<'a>, sizes: Sizes, compressed: u64) -> Result<Body<'a>, MessageError> {
        if sizes.is_compressed {
            let bytes = Cow::Borrowed(header.bytes(compressed)?);
            Ok(Body::Compressed { bytes, plain_size: sizes.plain })
        } else {
            Ok(Body::Plain(Cow::Borrowed(header.take_rest())))
        }
    }

    /// The three header fields `is_compressed`, `uncompressed_size`, `compressed_size`.
    pub(super) fn header_fields(&self) -> (u8, u64, u64) {
        match self {
            Body::Plain(bytes) => (0, bytes.len() as u64, 0),
            Body::Compressed { bytes, plain_size } => (1, *plain_size, bytes.len() as u64),
        }
    }

    pub(super) fn wire_bytes(&self) -> &[u8] {
        match self {
            Body::Plain(bytes) | Body::Compressed { bytes, .. } => bytes,
        }
    }
}

/// The size fields that stand before `compressed_size` in both headers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sizes {
    is_compressed: bool,
    plain: u64,
}

/// `None` where the result would not be smaller.
fn deflate(plain: &[u8]) -> Option<Vec<u8>> {
    if plain.len() <= COMPRESS_ABOVE {
        return None;
    }
    let mut compressed = Vec::with_capacity(plain.len() - 1);
    let mut deflater = Compress::new(Compression::fast(), true);
    match deflater.compress_vec(plain, &mut compressed, FlushCompress::Finish) {
        Ok(Status::StreamEnd) if compressed.len() < plain.len() => Some(compressed),
        // The stream did not fit, or the encoder gave up: the plain body is always right.
        Ok(Status::StreamEnd | Status::Ok | Status::BufError) | Err(_) => None,
    }
}

fn inflate(bytes: &[u8], plain_size: u64) -> Result<Vec<u8>, InflateError> {
    if plain_size > (bytes.len() as u64).saturating_mul(MAX_INFLATION) {
        return Err(InflateError::SizeMismatch);
    }
    let size = usize::try_from(plain_size).map_err(|_| InflateError::SizeMismatch)?;
    let mut plain = Vec::with_capacity(size);
    let mut inflater = Decompress::new(true);
    loop {
        let (before_in, before_out) = (inflater.total_in(), inflater.total_out());
        let input = usize::try_from(before_in).ok().and_then(|at| bytes.get(at..)).unwrap_or_default();
        let status = if plain.len() < size {
            inflater.decompress_vec(input, &mut plain, FlushDecompress::None)
        } else {
            // Only the end of the stream and its checksum may be left; one more byte proves the size wrong.
            inflater.decompress(input, &mut [0], FlushDecompress::None)
        };
        let status = status.map_err(|_| InflateError::Corrupt)?;
        if inflater.total_out() > plain_size {
            return Err(InflateError::SizeMismatch);
        }
        match status {
            Status::StreamEnd => break,
            Status::Ok | Status::BufError => {
                if inflater.total_in() == before_in && inflater.total_out() == before_out {
                    return Err(InflateError::Incomplete);
                }
            }
        }
    }
    if inflater.total_in() != bytes.len() as u64 || inflater.total_out() != plain_size {
        return Err(InflateError::SizeMismatch);
    }
    Ok(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compressible(size: usize) -> Vec<u8> {
        (0..size).map(|i| (i / 7 % 5) as u8).collect()
    }

    fn noise(size: usize) -> Vec<u8> {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 32) as u8
        };
        (0..size).map(|_| next()).collect()
    }

    fn with_size(packed: &[u8], plain_size: u64) -> Result<Vec<u8>, MessageError> {
        Body::Compressed { bytes: Cow::Borrowed(packed), plain_size }.inflate(1 << 20).map(Cow::into_owned)
    }

    #[test]
    fn bodies_over_1024_bytes_are_compressed_and_come_back() {
        assert!(matches!(Body::pack(compressible(1024)), Body::Plain(_)));
        for size in [1025, 4096, 100_000] {
            let plain = compressible(size);
            let body = Body::pack(plain.clone());
            let Body::Compressed { bytes, plain_size } = &body else { panic!("{size} bytes stay plain") };
            assert_eq!(bytes[..2], [0x78, 0x01]);
            assert_eq!(*plain_size, size as u64);
            assert_eq!(body.inflate(size as u64).unwrap(), plain);
        }
    }

    #[test]
    fn a_body_that_does_not_shrink_stays_plain() {
        let plain = noise(5000);
        assert_eq!(Body::pack(plain.clone()), Body::Plain(Cow::Owned(plain)));
    }

    #[test]
    fn a_declared_size_must_match_exactly() {
        let plain = compressible(2000);
        let packed = deflate(&plain).unwrap();
        assert_eq!(with_size(&packed, 2000).unwrap(), plain);
        for wrong in [0, 1, 1999, 2001, 4000] {
            let refused = with_size(&packed, wrong);
            assert!(
                matches!(refused, Err(MessageError::Decompression(InflateError::SizeMismatch))),
                "{wrong}: {refused:?}"
            );
        }
    }

    #[test]
    fn a_cut_extended_or_damaged_stream_is_refused() {
        let plain = compressible(2000);
        let packed = deflate(&plain).unwrap();
        for end in 0..packed.len() {
            assert!(with_size(&packed[..end], 2000).is_err(), "cut at {end}");
        }
        let extended = [packed.as_slice(), b"x"].concat();
        assert!(with_size(&extended, 2000).is_err());
        let mut damaged = packed.clone();
        *damaged.last_mut().unwrap() ^= 1;
        assert_eq!(with_size(&damaged, 2000), Err(InflateError::Corrupt.into()));
    }

    #[test]
    fn absurd_sizes_are_refused_before_allocating() {
        let packed = deflate(&compressible(2000)).unwrap();
        let body = Body::Compressed { bytes: Cow::Borrowed(&packed), plain_size: 1 << 60 };
        assert_eq!(body.inflate(1 << 20), Err(MessageError::BodyTooLarge { declared: 1 << 60, limit: 1 << 20 }));
        assert_eq!(body.inflate(u64::MAX), Err(InflateError::SizeMismatch.into()));
        assert_eq!(with_size(&[], 0), Err(InflateError::Incomplete.into()));
    }
}
