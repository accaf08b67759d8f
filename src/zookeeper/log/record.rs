//! One transaction of a log.

use crate::zookeeper::Zxid;

/// The client's session id, its request number, the zxid, the time and the type of the transaction.
pub(super) const HEADER_SIZE: usize = 32;

/// The byte that ends every record.
pub(super) const END_OF_RECORD: u8 = b'B';

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
