//! One transaction of a log.

use crate::zookeeper::Zxid;

/// A client's id, its count, the zxid, the time and the kind of the transaction.
pub(super) const HEADER_SIZE: usize = 32;

/// What follows every record.
pub(super) const END_OF_RECORD: u8 = b'B';

/// What a transaction says about itself.
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
