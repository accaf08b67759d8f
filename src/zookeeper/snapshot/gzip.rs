//! A gzip stream, read as Java's `GZIPInputStream` reads it: one member after the other, until what follows does not begin
//! like one. What does not is ignored, and so are the bytes of a disk's last block that some copies end with.

use std::io::{self, Read};

use flate2::bufread::GzDecoder;

use super::source::{Packed, is_at_end, position};

/// Unpacks while reading.
pub(super) struct Members<R> {
    /// The member that is being read; `None` after the last one.
    member: Option<GzDecoder<Packed<R>>>,
    /// The offset after the last member.
    end: u64,
    /// Bytes after the last member.
    ignored: u64,
}

impl<R: Read> Members<R> {
    pub(super) fn new(packed: Packed<R>) -> Self {
        Self { member: Some(GzDecoder::new(packed)), end: 0, ignored: 0 }
    }

    /// How many packed bytes have been consumed.
    pub(super) fn position(&self) -> u64 {
        self.member.as_ref().map_or(self.end, |member| position(member.get_ref()))
    }

    /// How many bytes follow the last member, after everything has been read.
    pub(super) fn ignored(&self) -> u64 {
        self.ignored
    }

    /// Goes on to the next member; `false` if there is none.
    fn next(&mut self) -> io::Result<bool> {
        let Some(mut packed) = self.member.take().map(GzDecoder::into_inner) else { return Ok(false) };
        self.end = position(&packed);
        if is_at_end(&mut packed)? {
            return Ok(false);
        }
        let next = GzDecoder::new(packed);
        if next.header().is_some() {
            self.member = Some(next);
            return Ok(true);
        }
        let mut packed = next.into_inner();
        io::copy(&mut packed, &mut io::sink())?;
        self.ignored = position(&packed).saturating_sub(self.end);
        Ok(false)
    }
}

impl<R: Read> Read for Members<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        while let Some(member) = &mut self.member {
            let read = member.read(buffer)?;
            if read > 0 || !self.next()? {
                return Ok(read);
            }
        }
        Ok(0)
    }
}
