//! One transaction of a log.

use crate::zookeeper::Zxid;

/// The client's session id, its request number, the zxid, the time and the type of the transaction.
pub(super) const HEADER_SIZE: usize = 32;

/// A checksum and the length of what follows.
pub(super) const PREFIX_SIZE: usize = 12;

/// The byte that ends every record.
pub(super) const END_OF_RECORD: u8 = b'B';

/// The checksum and the length of a record.
pub(super) fn prefix_fields(prefix: &[u8; PREFIX_SIZE]) -> (u64, i32) {
    let written = prefix.first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes));
    (written, prefix.last_chunk().map_or(0, |bytes| i32::from_be_bytes(*bytes)))
}

/// The header of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) zxid: Zxid,
    /// In milliseconds since 1970.
    pub(super) time: i64,
}

impl Header {
    pub(super) fn read(payload: &[u8]) -> Option<Self> {
        let long = |at: usize| payload.get(at..)?.first_chunk().map(|bytes| i64::from_be_bytes(*bytes));
        payload.get(..HEADER_SIZE)?;
        Some(Self { zxid: Zxid(long(12)?), time: long(20)? })
    }
}
