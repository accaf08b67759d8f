//! The bytes of a snapshot, unpacked: plain, gzip or snappy-java.

use std::io::{self, BufRead, BufReader, Read};

use super::gzip::Members;
use super::snappy::SnappyJava;
use crate::zookeeper::damage::{Cause, Damage, Part, Place, ReadError};
use crate::zookeeper::file_name::Framing;

/// Packed bytes that are read at a time.
const CHUNK: usize = 128 * 1024;

/// A reader that counts the bytes it has read.
pub(super) struct Counted<R> {
    inner: R,
    position: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.position = self.position.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
        Ok(read)
    }
}

/// Packed bytes, some of which have been read ahead.
pub(super) type Packed<R> = BufReader<Counted<R>>;

/// How many packed bytes have been consumed.
pub(super) fn position<R: Read>(packed: &Packed<R>) -> u64 {
    let ahead = u64::try_from(packed.buffer().len()).unwrap_or(u64::MAX);
    packed.get_ref().position.saturating_sub(ahead)
}

/// A snapshot's bytes as its server wrote them before packing.
pub(super) enum Source<R> {
    Plain(R),
    Gzip(Box<Members<R>>),
    Snappy(SnappyJava<Packed<R>>),
}

impl<R: Read> Source<R> {
    pub(super) fn new(reader: R, framing: Framing) -> Self {
        let packed = |inner| BufReader::with_capacity(CHUNK, Counted { inner, position: 0 });
        match framing {
            Framing::Plain => Self::Plain(reader),
            Framing::Gzip => Self::Gzip(Box::new(Members::new(packed(reader)))),
            Framing::Snappy => Self::Snappy(SnappyJava::new(packed(reader))),
        }
    }

    pub(super) fn read(&mut self, buffer: &mut [u8]) -> Result<usize, ReadError> {
        loop {
            let read = match self {
                Self::Plain(reader) => reader.read(buffer),
                Self::Gzip(members) => members.read(buffer),
                Self::Snappy(decoder) => decoder.read(buffer),
            };
            match read {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => return read.map_err(|error| self.explain(error)),
            }
        }
    }

    /// How many bytes follow the compressed stream, after everything has been read. Servers ignore them.
    pub(super) fn ignored(&self) -> u64 {
        match self {
            Self::Gzip(members) => members.ignored(),
            Self::Plain(_) | Self::Snappy(_) => 0,
        }
    }

    /// An error that the system did not report comes from the decompressor.
    fn explain(&self, error: io::Error) -> ReadError {
        let (framing, position) = match self {
            Self::Gzip(members) => (Framing::Gzip, members.position()),
            Self::Snappy(decoder) => (Framing::Snappy, position(decoder.get_ref())),
            Self::Plain(_) => return ReadError::Io(error),
        };
        if error.raw_os_error().is_some() {
            return ReadError::Io(error);
        }
        let cause = match error.kind() {
            io::ErrorKind::UnexpectedEof if position == 0 => Cause::Empty,
            io::ErrorKind::UnexpectedEof => Cause::EndsInside(Part::Stream),
            _ => Cause::Compression { framing: framing.word(), reason: error.to_string() },
        };
        ReadError::Damage(Damage { place: Place::File(position), cause })
    }
}

/// Whether there is nothing left to read.
pub(super) fn is_at_end(reader: &mut impl BufRead) -> io::Result<bool> {
    Ok(reader.fill_buf()?.is_empty())
}
