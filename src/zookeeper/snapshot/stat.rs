//! The stat that `ZooKeeper` keeps for each node.

use crate::zookeeper::Zxid;

/// Size of a stat in a snapshot (`StatPersisted`).
pub(super) const STAT_SIZE: usize = 60;

/// The special owner of a container node, which is not a session.
pub const CONTAINER: i64 = i64::MIN;

/// The stat of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stat {
    /// The transaction that created the node.
    pub czxid: Zxid,
    /// The transaction that last wrote its data.
    pub mzxid: Zxid,
    /// When it was created, in milliseconds since 1970.
    pub ctime: i64,
    /// When its data was last written, in milliseconds since 1970.
    pub mtime: i64,
    /// How often its data was written.
    pub version: i32,
    /// How often its children changed.
    pub cversion: i32,
    /// How often its ACL changed.
    pub aversion: i32,
    /// The session that an ephemeral node belongs to; 0 for none, [`CONTAINER`], or a time to live if the upper byte is
    /// 0xff.
    pub ephemeral_owner: i64,
    /// The transaction that last changed its children.
    pub pzxid: Zxid,
}

impl Stat {
    /// Decodes the bytes in a snapshot, in the snapshot's field order.
    #[must_use]
    pub(super) fn read(bytes: &[u8; STAT_SIZE]) -> Self {
        Self {
            czxid: Zxid(long(bytes, 0)),
            mzxid: Zxid(long(bytes, 8)),
            ctime: long(bytes, 16),
            mtime: long(bytes, 24),
            version: int(bytes, 32),
            cversion: int(bytes, 36),
            aversion: int(bytes, 40),
            ephemeral_owner: long(bytes, 44),
            pzxid: Zxid(long(bytes, 52)),
        }
    }
}

fn long(bytes: &[u8; STAT_SIZE], at: usize) -> i64 {
    bytes.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |bytes| i64::from_be_bytes(*bytes))
}

fn int(bytes: &[u8; STAT_SIZE], at: usize) -> i32 {
    bytes.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |bytes| i32::from_be_bytes(*bytes))
}
