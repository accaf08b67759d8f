//! What follows the tree: checksums, and between them what later releases added.
//!
//! | bytes after the first seal | written by |
//! | --- | --- |
//! | 0 | 3.4, 3.5, and later ones with `zookeeper.digest.enabled=false` |
//! | 33 | 3.6 to 3.8, 3.9 with `zookeeper.serializeLastProcessedZxid.enabled=false` |
//! | 21 | 3.9 with the digest off |
//! | 54 | 3.9 |

use std::io::Read;

use super::window::{Window, wide};
use crate::zookeeper::Zxid;
use crate::zookeeper::damage::{Cause, Part, ReadError};

/// A checksum, and the path `/` with its length.
const SEAL_SIZE: usize = 13;

/// The closing path.
const CLOSING: [u8; 5] = *b"\0\0\0\x01/";

/// A zxid, a version and a sum.
const DIGEST_SIZE: usize = 20;

/// A zxid alone.
const LAST_ZXID_SIZE: usize = 8;

/// The longest possible rest, plus one byte to notice that there is more.
const LOOK_AHEAD: usize = 2 * SEAL_SIZE + DIGEST_SIZE + LAST_ZXID_SIZE + 1;

/// The digest that a server writes of its tree (since 3.6.0).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TreeDigest {
    /// The last transaction in the tree when writing it was finished.
    pub zxid: Zxid,
    /// The version of the digest; every release writes 2.
    pub version: i32,
    /// A sum over all nodes.
    pub sum: u64,
}

/// The sections after the tree. All their checksums are correct.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seals {
    /// How many seals there are: 1 to 3.
    pub count: u8,
    /// The tree digest; since 3.6.0, unless switched off.
    pub digest: Option<TreeDigest>,
    /// The last transaction in the snapshot; since 3.9.0, unless switched off.
    pub last_zxid: Option<Zxid>,
}

/// Reads the seals and checks that nothing follows them.
pub(super) fn seals<R: Read>(window: &mut Window<R>) -> Result<Seals, ReadError> {
    seal(window)?;
    let mut seals = Seals { count: 1, digest: None, last_zxid: None };
    if is_next(window, DIGEST_SIZE)? {
        seals.digest = Some(digest(window)?);
        seal(window)?;
        seals.count += 1;
    }
    if is_next(window, LAST_ZXID_SIZE)? {
        seals.last_zxid = Some(Zxid(i64::from_be_bytes(window.take(Part::LastZxid)?)));
        seal(window)?;
        seals.count += 1;
    }
    end(window, seals)
}

/// Whether a section of this size comes next, recognised by the closing `/` of its seal.
fn is_next<R: Read>(window: &mut Window<R>, size: usize) -> Result<bool, ReadError> {
    let size = size + SEAL_SIZE;
    Ok(window.left(LOOK_AHEAD)? >= size && window.peek(size, Part::Seal)?.ends_with(&CLOSING))
}

fn digest<R: Read>(window: &mut Window<R>) -> Result<TreeDigest, ReadError> {
    let zxid = Zxid(i64::from_be_bytes(window.take(Part::Digest)?));
    let version = i32::from_be_bytes(window.take(Part::Digest)?);
    let sum = u64::from_be_bytes(window.take(Part::Digest)?);
    Ok(TreeDigest { zxid, version, sum })
}

fn seal<R: Read>(window: &mut Window<R>) -> Result<(), ReadError> {
    let (at, computed) = (window.offset(), window.adler());
    let written = u64::from_be_bytes(window.take(Part::Seal)?);
    if written != u64::from(computed) {
        return Err(window.damage_at(at, Cause::Checksum { part: Part::Snapshot, computed, written }));
    }
    let at = window.offset();
    if window.take(Part::Seal)? == CLOSING { Ok(()) } else { Err(window.damage_at(at, Cause::SealNotClosed)) }
}

/// If the rest is shorter than the section that could follow, the file was truncated; a longer rest does not belong to
/// a snapshot.
fn end<R: Read>(window: &mut Window<R>, seals: Seals) -> Result<Seals, ReadError> {
    let at = window.offset();
    let missing = match (seals.digest, seals.last_zxid) {
        (None, None) => DIGEST_SIZE,
        (Some(_), None) => LAST_ZXID_SIZE,
        (_, Some(_)) => 0,
    };
    match window.drain()? {
        0 => Ok(seals),
        rest if missing > 0 && rest < wide(missing + SEAL_SIZE) => {
            let part = if seals.digest.is_none() { Part::Digest } else { Part::LastZxid };
            Err(window.damage(Cause::EndsInside(part)))
        }
        rest => Err(window.damage_at(at, Cause::Trailing(rest))),
    }
}
