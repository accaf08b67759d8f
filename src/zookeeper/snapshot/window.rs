//! A moving window over a stream of bytes, with the checksum of everything before it.

use std::io::Read;

use simd_adler32::Adler32;

use super::source::Source;
use crate::zookeeper::damage::{Cause, Damage, Part, Place, ReadError};
use crate::zookeeper::file_name::Framing;

/// Bytes that are read at a time: few enough to be still in the processor's cache when they are processed.
const CHUNK: usize = 256 * 1024;

/// The window. Holds what was read and not yet consumed; grows only for bytes that are really there.
pub(super) struct Window<R> {
    source: Source<R>,
    framing: Framing,
    /// The length of a plain file, so that lengths inside it are checked before anything is read for them.
    length: Option<u64>,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// The offset of the buffer's first byte in the stream.
    base: u64,
    adler: Adler32,
    /// Up to where the buffer is included in the checksum.
    summed: usize,
}

impl<R: Read> Window<R> {
    pub(super) fn new(reader: R, framing: Framing, length: Option<u64>) -> Self {
        Self {
            source: Source::new(reader, framing),
            framing,
            length: length.filter(|_| framing == Framing::Plain),
            buffer: vec![0; CHUNK],
            start: 0,
            end: 0,
            base: 0,
            adler: Adler32::new(),
            summed: 0,
        }
    }

    /// How many bytes have been consumed.
    pub(super) fn offset(&self) -> u64 {
        self.base + wide(self.start)
    }

    /// The next `count` bytes, without consuming them.
    #[inline]
    pub(super) fn peek(&mut self, count: usize, part: Part) -> Result<&[u8], ReadError> {
        if self.end - self.start < count {
            self.fill(count)?;
        }
        // The count may be one that the file claims.
        let end = self.start.saturating_add(count);
        match self.buffer.get(self.start..end) {
            Some(bytes) if end <= self.end => Ok(bytes),
            _ => Err(self.cut_short(part)),
        }
    }

    /// Consumes bytes that have been peeked at.
    #[inline]
    pub(super) fn step(&mut self, count: usize) {
        self.start = self.end.min(self.start.saturating_add(count));
    }

    /// Consumes the next `N` bytes.
    #[inline]
    pub(super) fn take<const N: usize>(&mut self, part: Part) -> Result<[u8; N], ReadError> {
        let bytes = self.peek(N, part)?.first_chunk::<N>().copied().unwrap_or([0; N]);
        self.step(N);
        Ok(bytes)
    }

    /// Consumes the next `count` bytes, however many, and hands them over in pieces.
    pub(super) fn pieces(&mut self, count: usize, part: Part, mut to: impl FnMut(&[u8])) -> Result<(), ReadError> {
        let mut left = count;
        while left > 0 {
            let size = left.min(CHUNK);
            to(self.peek(size, part)?);
            self.step(size);
            left -= size;
        }
        Ok(())
    }

    /// How many bytes are left, capped at `limit`.
    pub(super) fn left(&mut self, limit: usize) -> Result<usize, ReadError> {
        self.fill(limit)?;
        Ok((self.end - self.start).min(limit))
    }

    /// Reads to the end, so that a compressed stream is checked to its end, and returns the number of bytes read.
    pub(super) fn drain(&mut self) -> Result<u64, ReadError> {
        let begin = self.offset();
        loop {
            self.start = self.end;
            if self.left(1)? == 0 {
                return Ok(self.offset() - begin);
            }
        }
    }

    /// How many bytes follow a compressed stream, after everything has been read.
    pub(super) fn ignored(&self) -> u64 {
        self.source.ignored()
    }

    /// The Adler-32 of all bytes consumed.
    pub(super) fn adler(&mut self) -> u32 {
        self.sum();
        self.adler.finish()
    }

    /// Checks a length that was just read.
    ///
    /// # Errors
    /// When it is negative, or when that many bytes cannot follow.
    #[inline]
    pub(super) fn check_length(&self, length: i32, part: Part) -> Result<usize, ReadError> {
        let Ok(claimed) = usize::try_from(length) else {
            return Err(self.damage(Cause::NegativeLength { part, length }));
        };
        let left = self.length.map_or(u64::MAX, |length| length.saturating_sub(self.offset()));
        if wide(claimed) > left {
            return Err(self.damage(Cause::Overlong { part, claimed: wide(claimed), left }));
        }
        Ok(claimed)
    }

    /// Damage at the next byte.
    pub(super) fn damage(&self, cause: Cause) -> ReadError {
        self.damage_at(self.offset(), cause)
    }

    /// Damage at another offset.
    pub(super) fn damage_at(&self, offset: u64, cause: Cause) -> ReadError {
        let place = if self.framing == Framing::Plain { Place::File(offset) } else { Place::Unpacked(offset) };
        ReadError::Damage(Damage { place, cause })
    }

    fn cut_short(&self, part: Part) -> ReadError {
        let end = self.base + wide(self.end);
        self.damage_at(end, if end == 0 { Cause::Empty } else { Cause::EndsInside(part) })
    }

    /// Adds what has been consumed since the last call to the checksum.
    fn sum(&mut self) {
        self.adler.write(self.buffer.get(self.summed..self.start).unwrap_or_default());
        self.summed = self.start;
    }

    /// Reads until `count` bytes are available or the stream ends.
    #[cold]
    fn fill(&mut self, count: usize) -> Result<(), ReadError> {
        if self.end - self.start >= count {
            return Ok(());
        }
        self.make_room();
        while self.end < count {
            if self.end == self.buffer.len() {
                self.buffer.resize(self.end * 2, 0);
            }
            let read = self.source.read(self.buffer.get_mut(self.end..).unwrap_or_default())?;
            if read == 0 {
                break;
            }
            self.end += read;
        }
        Ok(())
    }

    /// Moves what is not consumed yet to the start of the buffer.
    fn make_room(&mut self) {
        self.sum();
        self.buffer.copy_within(self.start..self.end, 0);
        self.base += wide(self.start);
        self.end -= self.start;
        self.start = 0;
        self.summed = 0;
    }
}

/// Converts a size in memory to a size on disk.
pub(super) fn wide(size: usize) -> u64 {
    u64::try_from(size).unwrap_or(u64::MAX)
}
