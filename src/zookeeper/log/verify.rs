//! Verifies that a log is what its server wrote, and finds which transactions are in it.

use std::fs::File;
use std::io::{BufReader, ErrorKind, Read};
use std::path::Path;

use simd_adler32::Adler32;

use super::record::{END_OF_RECORD, Header, PREFIX_SIZE, prefix_fields};
use super::torn::Unclosed;
use crate::zookeeper::Zxid;
use crate::zookeeper::damage::{Cause, Damage, Part, Place, ReadError};
use crate::zookeeper::snapshot::DEFAULT_LONGEST;

/// `ZKLG`.
const MAGIC: [u8; 4] = *b"ZKLG";

/// The magic, a version and a database id.
const HEADER_SIZE: usize = 16;

/// Bytes that are processed at a time.
const CHUNK: usize = 64 * 1024;

/// A log that a server reads without an error. How much of it, `tail` says.
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
    /// The length of the longest transaction, in bytes.
    pub longest: u32,
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

/// How a log ends. A server takes each of these for the end of the file, and does not report it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tail {
    /// Right after the last record.
    Exact,
    /// With this many preallocated zeros.
    Padding(u64),
    /// In the middle of the record at this offset, with nothing but zeros behind it. A server leaves that if it is killed
    /// while it writes a transaction, which it acknowledges only afterwards. A file of which the end was lost looks the
    /// same; then the transactions in the next log, or a later snapshot, tell that some are missing.
    Torn(u64),
    /// At this offset, although bytes follow that are not zero: the record there is damaged, and the transactions after
    /// it are lost to every server. A power failure can leave the same of transactions that were not acknowledged.
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
    let mut log = Log { reader, offset: 0, piece: vec![0; CHUNK], payload: Vec::new() };
    log.header()?;
    let mut verified = Verified { records: 0, span: None, gap: None, tail: Tail::Exact, used: log.offset, longest: 0 };
    loop {
        match log.record()? {
            Next::Record { header, length } => {
                verified.add(header);
                verified.longest = verified.longest.max(length);
                verified.used = log.offset;
            }
            Next::End(tail) => return Ok(Verified { tail, ..verified }),
        }
    }
}

impl Verified {
    /// Whether a server reads it without a larger `jute.maxbuffer`.
    #[must_use]
    pub fn fits_default_buffer(&self) -> bool {
        is_reasonable(self.longest)
    }

    /// The offset after which there is something that no server reads.
    #[must_use]
    pub fn debris(&self) -> Option<u64> {
        match self.tail {
            Tail::Debris(offset) => Some(offset),
            Tail::Exact | Tail::Padding(_) | Tail::Torn(_) => None,
        }
    }

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
    /// What was read last.
    piece: Vec<u8>,
    /// The payload of the record, if it is one that a server reads by default: in a sparse file, a single record can
    /// span gigabytes.
    payload: Vec<u8>,
}

/// What was read in the place of a payload and the byte after it.
struct Payload {
    header: Option<Header>,
    checksum: u32,
    /// The byte after it; `None` if the file ends before.
    end: Option<u8>,
}

/// What comes next in a log.
enum Next {
    Record { header: Header, length: u32 },
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
            let is_blank = is_zero(&header) && self.is_rest_zero()?;
            let magic = Cause::Magic { expected: Part::Log, found: u32::from_be_bytes(found) };
            return Err(damage(0, if is_blank { Cause::Blank } else { magic }));
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
        if size < PREFIX_SIZE || length == 0 {
            let tail = match (self.is_rest_zero()?, is_zero(&prefix)) {
                (true, true) => Tail::Padding(self.offset - begin),
                (true, false) => Tail::Torn(begin),
                (false, _) => Tail::Debris(begin),
            };
            return Ok(Next::End(tail));
        }
        let Ok(length) = u32::try_from(length) else {
            return Err(damage(begin + 8, Cause::NegativeLength { part: Part::Record, length }));
        };
        let payload = self.payload(length)?;
        if payload.end == Some(END_OF_RECORD) {
            return payload.check(begin, written).map(|header| Next::Record { header, length });
        }
        if !is_reasonable(length) {
            let most = u64::try_from(DEFAULT_LONGEST).unwrap_or(u64::MAX);
            let cause = Cause::Unreasonable { part: Part::Record, claimed: u64::from(length), most };
            return Err(damage(begin + 8, cause));
        }
        let is_torn = Unclosed { written, payload: &self.payload, end: payload.end }.is_torn();
        let tail = if is_torn && self.is_rest_zero()? { Tail::Torn(begin) } else { Tail::Debris(begin) };
        Ok(Next::End(tail))
    }

    /// Reads a payload and the byte after it, or as much of them as there is.
    fn payload(&mut self, length: u32) -> Result<Payload, ReadError> {
        let (mut left, mut adler, mut header) = (usize::try_from(length).unwrap_or(usize::MAX), Adler32::new(), None);
        self.payload.clear();
        while left > 0 {
            let size = self.fill(left.min(CHUNK))?;
            let piece = self.piece.get(..size).unwrap_or_default();
            if is_reasonable(length) {
                self.payload.extend_from_slice(piece);
            }
            header = header.or_else(|| Header::read(piece));
            adler.write(piece);
            left -= size;
            if size == 0 {
                return Ok(Payload { header, checksum: adler.finish(), end: None });
            }
        }
        let end = self.piece(1)?.first().copied();
        Ok(Payload { header, checksum: adler.finish(), end })
    }

    /// Reads to the end of the file, and tells whether all of that is zero.
    fn is_rest_zero(&mut self) -> Result<bool, ReadError> {
        loop {
            match self.piece(CHUNK)? {
                [] => return Ok(true),
                piece if !is_zero(piece) => return Ok(false),
                _ => {}
            }
        }
    }

    /// The next `wanted` bytes, which may be at most a chunk, or as many as are left.
    fn piece(&mut self, wanted: usize) -> Result<&[u8], ReadError> {
        let size = self.fill(wanted)?;
        Ok(self.piece.get(..size).unwrap_or_default())
    }

    /// Reads as many bytes into `piece`, and returns how many there were.
    fn fill(&mut self, wanted: usize) -> Result<usize, ReadError> {
        let size = read_full(&mut self.reader, self.piece.get_mut(..wanted).unwrap_or_default())?;
        self.offset += u64::try_from(size).unwrap_or(u64::MAX);
        Ok(size)
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
        let Self { header, checksum: computed, .. } = self;
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

/// Whether a server reads a transaction of this length without a larger `jute.maxbuffer`.
fn is_reasonable(length: u32) -> bool {
    usize::try_from(length).is_ok_and(|length| length <= DEFAULT_LONGEST)
}

fn is_zero(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| *byte == 0)
}

fn damage(offset: u64, cause: Cause) -> ReadError {
    ReadError::Damage(Damage { place: Place::File(offset), cause })
}
