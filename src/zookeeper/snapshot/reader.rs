//! Reads the sections of a snapshot, in the order of the file.

use std::io::Read;

use super::seals::{Seals, seals};
use super::stat::STAT_SIZE;
use super::verify::DEFAULT_LONGEST;
use super::window::{Window, wide};
use crate::printable::one_line;
use crate::zookeeper::damage::{Cause, Part, ReadError};

/// `ZKSN`.
const MAGIC: [u8; 4] = *b"ZKSN";

/// The magic, a version and a database id; servers check only the first.
const HEADER_SIZE: usize = 16;

/// Data up to this size is handed over in one piece.
const ONE_PIECE: usize = 1024 * 1024;

/// The longest path that is accepted. A path is held in memory as a whole, and a compressed file of a few kilobytes can
/// expand to gigabytes of zeros. A server accepts no longer ones either unless `jute.maxbuffer` is raised, which is
/// done for large data but hardly for paths of megabytes.
const LONGEST_PATH: usize = DEFAULT_LONGEST;

/// Receives the sessions and nodes of a snapshot, in the order of the file: parents come first.
pub(super) trait Visitor {
    /// A session.
    fn session(&mut self, session: Session);
    /// The start of a node: its path (empty for the root) and the length of its data, `None` for null.
    fn open(&mut self, path: &[u8], data: Option<usize>) -> Result<(), Cause>;
    /// The node's data, in as many pieces as it takes.
    fn data(&mut self, piece: &[u8]);
    /// The end of a node, with its stat, to be decoded by `Stat::read`.
    fn close(&mut self, stat: &[u8; STAT_SIZE]);
}

/// A client's session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    /// Its id.
    pub id: i64,
    /// After how many milliseconds of inactivity it expires.
    pub timeout: i32,
}

/// Counts and sizes of a snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    /// How many sessions there are.
    pub sessions: u32,
    /// How many ACLs there are.
    pub acls: u32,
    /// How many nodes were read.
    pub nodes: u64,
    /// The longest path or data, in bytes: the `jute.maxbuffer` that a server needs to load this.
    pub longest: usize,
}

/// Reads up to the end of the tree. The seals follow it.
pub(super) fn outline<R: Read>(window: &mut Window<R>, visitor: &mut impl Visitor) -> Result<Outline, ReadError> {
    header(window)?;
    let sessions = sessions(window, visitor)?;
    let acls = acls(window)?;
    let mut outline = Outline { sessions, acls, nodes: 0, longest: 0 };
    while node(window, visitor, &mut outline)? {}
    if outline.nodes == 0 {
        return Err(window.damage(Cause::NoRoot));
    }
    Ok(outline)
}

/// Reads everything and checks every seal; a compressed stream is read to its end.
pub(super) fn whole<R: Read>(
    window: &mut Window<R>,
    visitor: &mut impl Visitor,
) -> Result<(Outline, Seals), ReadError> {
    let outline = outline(window, visitor)?;
    seals(window).map(|seals| (outline, seals))
}

fn header<R: Read>(window: &mut Window<R>) -> Result<(), ReadError> {
    let found: [u8; 4] = window.peek(MAGIC.len(), Part::Header)?.first_chunk().copied().unwrap_or_default();
    if found != MAGIC {
        return Err(window.damage(Cause::Magic { expected: Part::Snapshot, found: u32::from_be_bytes(found) }));
    }
    window.take::<HEADER_SIZE>(Part::Header).map(drop)
}

fn int<R: Read>(window: &mut Window<R>, part: Part) -> Result<i32, ReadError> {
    window.take(part).map(i32::from_be_bytes)
}

fn long<R: Read>(window: &mut Window<R>, part: Part) -> Result<i64, ReadError> {
    window.take(part).map(i64::from_be_bytes)
}

/// A negative count means none, as in Java's loop.
fn sessions<R: Read>(window: &mut Window<R>, visitor: &mut impl Visitor) -> Result<u32, ReadError> {
    let count = int(window, Part::Sessions)?;
    for _ in 0..count {
        visitor.session(Session { id: long(window, Part::Sessions)?, timeout: int(window, Part::Sessions)? });
    }
    Ok(u32::try_from(count).unwrap_or(0))
}

fn acls<R: Read>(window: &mut Window<R>) -> Result<u32, ReadError> {
    let count = int(window, Part::Acls)?;
    for _ in 0..count {
        long(window, Part::Acls)?;
        acl(window)?;
    }
    Ok(u32::try_from(count).unwrap_or(0))
}

/// An ACL: a list of permissions, each with the scheme and id that it applies to.
fn acl<R: Read>(window: &mut Window<R>) -> Result<(), ReadError> {
    let count = int(window, Part::Acls)?;
    if count == -1 {
        return Err(window.damage(Cause::Null(Part::Acls)));
    }
    for _ in 0..count {
        int(window, Part::Acls)?;
        skip_string(window)?;
        skip_string(window)?;
    }
    Ok(())
}

fn skip_string<R: Read>(window: &mut Window<R>) -> Result<(), ReadError> {
    match int(window, Part::Acls)? {
        -1 => Ok(()),
        length => {
            let length = window.check_length(length, Part::Acls)?;
            window.pieces(length, Part::Acls, |_| ())
        }
    }
}

/// Reads a node; returns `false` at the end of the tree.
#[inline]
fn node<R: Read>(window: &mut Window<R>, visitor: &mut impl Visitor, outline: &mut Outline) -> Result<bool, ReadError> {
    let length = int(window, Part::Path)?;
    if length == -1 {
        return Err(window.damage(Cause::Null(Part::Path)));
    }
    let length = path_length(window, length)?;
    let begin = window.offset();
    // The length of the data follows the path directly, and the path has to stay in the window until it is read.
    let bytes = window.peek(length, Part::Path)?;
    if bytes == b"/" {
        window.step(length);
        return Ok(false);
    }
    let bytes = window.peek(length + 4, Part::Data)?;
    let (path, size) = bytes.split_at_checked(length).unwrap_or_default();
    let size = size.first_chunk().map_or(0, |bytes| i32::from_be_bytes(*bytes));
    let opened = visitor.open(path, usize::try_from(size).ok());
    opened.map_err(|cause| window.damage_at(begin, cause))?;
    window.step(length + 4);
    let size = content(window, visitor, size)?;
    outline.nodes += 1;
    outline.longest = outline.longest.max(length).max(size);
    Ok(true)
}

#[inline]
fn path_length<R: Read>(window: &Window<R>, length: i32) -> Result<usize, ReadError> {
    match window.check_length(length, Part::Path)? {
        length if length > LONGEST_PATH => Err(window.damage(Cause::Unreasonable {
            part: Part::Path,
            claimed: wide(length),
            most: wide(LONGEST_PATH),
        })),
        length => Ok(length),
    }
}

/// Reads a node's data and stat; returns the size of the data.
#[inline]
fn content<R: Read>(window: &mut Window<R>, visitor: &mut impl Visitor, size: i32) -> Result<usize, ReadError> {
    let size = if size == -1 { 0 } else { window.check_length(size, Part::Data)? };
    if size <= ONE_PIECE {
        visitor.data(window.peek(size, Part::Data)?);
        window.step(size);
    } else {
        window.pieces(size, Part::Data, |piece| visitor.data(piece))?;
    }
    // The ACL reference comes before the stat.
    window.take::<8>(Part::Stat)?;
    let stat = window.peek(STAT_SIZE, Part::Stat)?;
    visitor.close(stat.first_chunk().unwrap_or(&[0; STAT_SIZE]));
    window.step(STAT_SIZE);
    Ok(size)
}

/// The damage of a node that has no parent.
pub(super) fn orphan(path: &[u8], parent: &[u8]) -> Cause {
    Cause::Orphan { parent: lossy(parent), path: lossy(path) }
}

/// How many bytes of a path a message shows.
const LONGEST_SHOWN: usize = 1000;

/// Bytes of a path as text for a message, shortened because a path of megabytes would bury everything else.
pub(super) fn lossy(bytes: &[u8]) -> String {
    match bytes.get(..LONGEST_SHOWN) {
        Some(beginning) => format!("{}...", one_line(&String::from_utf8_lossy(beginning))),
        None => one_line(&String::from_utf8_lossy(bytes)),
    }
}
