//! Verifies that a log is what its server wrote, and finds which transactions are in it.

use std::fs::File;
use std::io::{BufReader, ErrorKind, Read};
use std::path::Path;

use simd_adler32::Adler32;

use super::record::{END_OF_RECORD, Header};
use crate::zookeeper::Zxid;
use crate::zookeeper::damage::{Cause, Damage, Part, Place, ReadError};

/// `ZKLG`.
const MAGIC: [u8; 4] = *b"ZKLG";

/// The magic, a version and a database id.
const HEADER_SIZE: usize = 16;

/// A checksum and a length.
const PREFIX_SIZE: usize = 12;

/// Bytes that are processed at a time.
const CHUNK: usize = 64 * 1024;

/// A log whose records are all intact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// How many transactions there are.
    pub records: u64,
    /// The first and the last of them; `None` if there are none.
    pub span: Option<Span>,
    /// The first gap.
    pub gap: Option<Gap>,
    /// How the log ends.
    pub tail: Tail,
    /// Bytes up to the end of the last record.
    pub used: u64,
}

/// The range from the first to the last transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first zxid.
    pub first: Zxid,
    /// The last zxid.
    pub last: Zxid,
    /// When the first transaction was made, in milliseconds since 1970.
    pub first_time: i64,
    /// When the last transaction was made, in milliseconds since 1970.
    pub last_time: i64,
}

/// A place in a log where transactions are missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// The last one before it.
    pub after: Zxid,
    /// The first one after it.
    pub before: Zxid,
}

/// How a log ends. A server accepts all of these as the end of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tail {
    /// Right after the last record.
    Exact,
    /// With this many preallocated zeros.
    Padding(u64),
    /// In the middle of the record at this offset: the server was killed while writing it, before it acknowledged the
    /// transaction.
    Torn(u64),
    /// At this offset with a length of 0, but with other bytes after it. Either an unacknowledged transaction was
    /// written in part, or records were overwritten and those after them are lost to every server.
    Debris(u64),
}

/// Checks a log in a file.
///
/// # Errors
/// When the file cannot be read, or is damaged so that a server does not start with it.
pub fn verify(path: &Path) -> Result<Verified, ReadError> {
    verify_from(BufReader::with_capacity(CHUNK, File::open(path)?))
}

/// Checks a log from any reader. Makes many small reads, so the reader should be buffered.
///
/// # Errors
/// When it cannot be read, or is damaged so that a server does not start with it.
pub fn verify_from(reader: impl Read) -> Result<Verified, ReadError> {
    let mut log = Log { reader, offset: 0, piece: vec![0; CHUNK] };
    log.header()?;
    let mut verified = Verified { records: 0, span: None, gap: None, tail: Tail::Exact, used: log.offset };
    loop {
        match log.record()? {
            Next::Record(header) => {
                verified.add(header);
                verified.used = log.offset;
            }
            Next::End(tail) => return Ok(Verified { tail, ..verified }),
        }
    }
}

impl Verified {
    fn add(&mut self, header: Header) {
        self.records += 1;
        match &mut self.span {
            Some(span) => {
                if !header.zxid.may_follow(span.last) {
                    self.gap = self.gap.or(Some(Gap { after: span.last, before: header.zxid }));
                }
                span.last = header.zxid;
                span.last_time = header.time;
            }
            span => *span = Some(Span::of(header)),
        }
    }
}

impl Span {
    fn of(header: Header) -> Self {
        Self { first: header.zxid, last: header.zxid, first_time: header.time, last_time: header.time }
    }
}

/// A log that is being read.
struct Log<R> {
    reader: R,
    offset: u64,
    /// What was read last. No record is held in memory as a whole: in a sparse file, a single one can span gigabytes.
    piece: Vec<u8>,
}

/// What is kept of the payload of a complete record.
struct Payload {
    header: Option<Header>,
    checksum: u32,
}

/// What comes next in a log.
enum Next {
    Record(Header),
    End(Tail),
}

impl<R: Read> Log<R> {
    fn header(&mut self) -> Result<(), ReadError> {
        let (header, size) = self.read::<HEADER_SIZE>()?;
        if size == 0 {
            return Err(damage(0, Cause::Empty));
        }
        let found = header.first_chunk().copied().unwrap_or_default();
        if size >= MAGIC.len() && found != MAGIC {
            return Err(damage(0, Cause::Magic { expected: Part::Log, found: u32::from_be_bytes(found) }));
        }
        if size < HEADER_SIZE { Err(damage(self.offset, Cause::EndsInside(Part::Header))) } else { Ok(()) }
    }

    /// Looks for the end in the same order as a server: a length of 0, an unterminated record, and only then the
    /// checksum.
    fn record(&mut self) -> Result<Next, ReadError> {
        let begin = self.offset;
        let (prefix, size) = self.read::<PREFIX_SIZE>()?;
        if size == 0 {
            return Ok(Next::End(Tail::Exact));
        }
        let (written, length) = prefix_fields(&prefix);
        if size < PREFIX_SIZE {
            return Ok(Next::End(Tail::Torn(begin)));
        }
        if length == 0 {
            return self.padding(begin, &prefix).map(Next::End);
        }
        let Ok(length) = u32::try_from(length) else {
            return Err(damage(begin + 8, Cause::NegativeLength { part: Part::Record, length }));
        };
        match self.payload(length)? {
            Some(payload) => payload.check(begin, written).map(Next::Record),
            None => Ok(Next::End(Tail::Torn(begin))),
        }
    }

    /// Reads a payload and its end byte; `None` if the record is incomplete.
    fn payload(&mut self, length: u32) -> Result<Option<Payload>, ReadError> {
        let (mut left, mut adler, mut header) = (usize::try_from(length).unwrap_or(usize::MAX), Adler32::new(), None);
        while left > 0 {
            let wanted = left.min(CHUNK);
            let piece = self.piece(wanted)?;
            if piece.len() < wanted {
                return Ok(None);
            }
            header = header.or_else(|| Header::read(piece));
            adler.write(piece);
            left -= wanted;
        }
        let is_closed = self.piece(1)? == [END_OF_RECORD];
        Ok(is_closed.then(|| Payload { header, checksum: adler.finish() }))
    }

    /// Checks whether everything after the last record is zero.
    fn padding(&mut self, begin: u64, prefix: &[u8]) -> Result<Tail, ReadError> {
        let mut is_zero = is_zero(prefix);
        loop {
            let piece = self.piece(CHUNK)?;
            if piece.is_empty() {
                return Ok(if is_zero { Tail::Padding(self.offset - begin) } else { Tail::Debris(begin) });
            }
            is_zero = is_zero && self::is_zero(piece);
        }
    }

    /// The next `wanted` bytes, which may be at most a chunk, or as many as are left.
    fn piece(&mut self, wanted: usize) -> Result<&[u8], ReadError> {
        let size = read_full(&mut self.reader, self.piece.get_mut(..wanted).unwrap_or_default())?;
        self.offset += u64::try_from(size).unwrap_or(u64::MAX);
        Ok(self.piece.get(..size).unwrap_or_default())
    }

    /// The next `N` bytes or as many as are left, with their number.
    fn read<const N: usize>(&mut self) -> Result<([u8; N], usize), ReadError> {
        let mut bytes = [0; N];
        let size = read_full(&mut self.reader, &mut bytes)?;
        self.offset += u64::try_from(size).unwrap_or(u64::MAX);
        Ok((bytes, size))
    }
}

impl Payload {
    fn check(self, begin: u64, written: u64) -> Result<Header, ReadError> {
        let Self { header, checksum: computed } = self;
        if u64::from(computed) != written {
            return Err(damage(begin, Cause::Checksum { part: Part::Record, computed, written }));
        }
        header.ok_or_else(|| damage(begin, Cause::EndsInside(Part::Record)))
    }
}

/// Fills a buffer, or as much of it as the reader can.
fn read_full(reader: &mut impl Read, buffer: &mut [u8]) -> Result<usize, ReadError> {
    let mut size = 0;
    while let Some(rest) = buffer.get_mut(size..).filter(|rest| !rest.is_empty()) {
        match reader.read(rest) {
            Ok(0) => break,
            Ok(read) => size += read,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(size)
}

fn prefix_fields(prefix: &[u8; PREFIX_SIZE]) -> (u64, i32) {
    let written = prefix.first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes));
    (written, prefix.last_chunk().map_or(0, |bytes| i32::from_be_bytes(*bytes)))
}

fn is_zero(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| *byte == 0)
}

fn damage(offset: u64, cause: Cause) -> ReadError {
    ReadError::Damage(Damage { place: Place::File(offset), cause })
}
