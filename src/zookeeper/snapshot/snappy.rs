//! The stream of snappy-java (`SnappyOutputStream`): a header, then blocks of raw snappy, each after its length.
//!
//! Not the official framing format: there is no checksum and no end marker. Streams may follow one another.

use std::io::{self, BufRead, Error, ErrorKind, Read};

use snap::raw::{Decoder, decompress_len};

use super::source::is_at_end;

const MAGIC: [u8; 8] = *b"\x82SNAPPY\0";

/// The format version that this reads, the only one there is.
const VERSION: i32 = 1;

/// The longest block, packed or not, that is accepted: it has to be held in memory. `ZooKeeper` writes blocks of 32
/// KiB.
const LONGEST_BLOCK: usize = 16 * 1024 * 1024;

/// No element of raw snappy yields more than 64 bytes from 3, so a block that claims more is invalid, and nothing is
/// allocated for it.
const MOST_PER_BYTE: usize = 22;

/// Unpacks while reading.
pub(super) struct SnappyJava<R> {
    inner: R,
    has_header: bool,
    decoder: Decoder,
    packed: Vec<u8>,
    block: Vec<u8>,
    used: usize,
}

impl<R: BufRead> SnappyJava<R> {
    pub(super) fn new(inner: R) -> Self {
        Self { inner, has_header: false, decoder: Decoder::new(), packed: Vec::new(), block: Vec::new(), used: 0 }
    }

    pub(super) fn get_ref(&self) -> &R {
        &self.inner
    }

    fn int(&mut self) -> io::Result<[u8; 4]> {
        let mut bytes = [0; 4];
        self.inner.read_exact(&mut bytes).map(|()| bytes)
    }

    fn magic(&mut self, beginning: [u8; 4]) -> io::Result<()> {
        let rest = self.int()?;
        if [beginning, rest].concat() == MAGIC { Ok(()) } else { Err(invalid("no header of snappy-java")) }
    }

    /// Reads what follows the magic: the version of the writer, and the oldest version that can read this.
    fn versions(&mut self) -> io::Result<()> {
        let _writer = self.int()?;
        if i32::from_be_bytes(self.int()?) > VERSION { Err(invalid("written in a newer format")) } else { Ok(()) }
    }

    fn header(&mut self, beginning: [u8; 4]) -> io::Result<()> {
        self.magic(beginning)?;
        self.versions()?;
        self.has_header = true;
        Ok(())
    }

    /// Unpacks the next block; `false` at the end of the stream.
    fn advance(&mut self) -> io::Result<bool> {
        if self.has_header && is_at_end(&mut self.inner)? {
            return Ok(false);
        }
        let length = self.int()?;
        if !self.has_header || MAGIC.starts_with(&length) {
            return self.header(length).map(|()| true);
        }
        let length = u32::try_from(i32::from_be_bytes(length)).map_err(|_| invalid("a block of negative length"))?;
        self.unpack(length).map(|()| true)
    }

    fn unpack(&mut self, length: u32) -> io::Result<()> {
        if usize::try_from(length).map_or(true, |length| length > LONGEST_BLOCK) {
            return Err(invalid("a block longer than any server writes"));
        }
        self.packed.clear();
        // Allocates for what is there, not for what is claimed.
        self.inner.by_ref().take(u64::from(length)).read_to_end(&mut self.packed)?;
        if u32::try_from(self.packed.len()).is_ok_and(|read| read < length) {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        let unpacked = decompress_len(&self.packed).map_err(invalid)?;
        if unpacked > self.packed.len().saturating_mul(MOST_PER_BYTE).min(LONGEST_BLOCK) {
            return Err(invalid("a block that claims more than it can hold"));
        }
        self.block.resize(unpacked, 0);
        self.used = 0;
        self.decoder.decompress(&self.packed, &mut self.block).map(drop).map_err(invalid)
    }
}

impl<R: BufRead> Read for SnappyJava<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.used == self.block.len() {
            if !self.advance()? {
                return Ok(0);
            }
        }
        let read = self.block.get(self.used..).unwrap_or_default().read(buffer)?;
        self.used += read;
        Ok(read)
    }
}

fn invalid(reason: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::new(ErrorKind::InvalidData, reason)
}
