//! The digest that a server keeps of its tree: a wrapping sum of one CRC-32 per node. Besides the checksums, it is a
//! second check of a snapshot, and also of the server.

use crc32fast::Hasher;

use super::seals::TreeDigest;
use super::stat::STAT_SIZE;

/// The only version of the digest that any release writes.
const VERSION: i32 = 2;

/// Nodes below this one are left out: their quota counts change without a transaction.
const LEFT_OUT: &[u8] = b"/zookeeper/";

/// Bytes of a node that are buffered before they are hashed, which is faster in one piece.
const ONE_PIECE: usize = 64 * 1024;

/// Computes the digest while nodes are read.
#[derive(Debug, Default)]
pub(super) struct DigestSum {
    sum: u64,
    /// The sum as computed by a server with an ASCII-only locale, where Java's `getBytes` replaces all other characters
    /// by `?`.
    ascii_sum: u64,
    has_other_than_ascii: bool,
    is_counted: bool,
    hasher: Hasher,
    /// The hasher for such a locale, for paths that are not pure ASCII.
    ascii_hasher: Option<Hasher>,
    /// What has not been hashed yet. The buffer is reused from node to node.
    bytes: Vec<u8>,
}

/// How the written digest compares with the nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    /// Equal.
    Same,
    /// Not equal.
    Different {
        /// The digest of the nodes.
        computed: u64,
    },
    /// Computed with an unknown version or locale.
    Unknown,
}

impl DigestSum {
    pub(super) fn open(&mut self, path: &[u8]) {
        self.is_counted = !path.starts_with(LEFT_OUT);
        self.bytes.clear();
        self.bytes.extend_from_slice(path);
        if !path.is_ascii() && self.is_counted {
            self.open_both(path);
        }
    }

    /// The two sums differ only in the path; the rest is hashed alike.
    #[cold]
    fn open_both(&mut self, path: &[u8]) {
        let ascii: String = String::from_utf8_lossy(path).chars().map(|c| if c.is_ascii() { c } else { '?' }).collect();
        let mut hasher = Hasher::new();
        hasher.update(ascii.as_bytes());
        self.ascii_hasher = Some(hasher);
        self.has_other_than_ascii = true;
        self.hasher.update(path);
        self.bytes.clear();
    }

    pub(super) fn data(&mut self, piece: &[u8]) {
        if self.is_counted {
            self.bytes.extend_from_slice(piece);
            if self.bytes.len() > ONE_PIECE {
                self.flush();
            }
        }
    }

    pub(super) fn close(&mut self, stat: &[u8; STAT_SIZE]) {
        if !self.is_counted {
            return;
        }
        // Hashed in this order: czxid and mzxid; pzxid, which a snapshot stores last; the others.
        let (changes, rest) = stat.split_at(16);
        let (others, pzxid) = rest.split_at(36);
        for numbers in [changes, pzxid, others] {
            self.bytes.extend_from_slice(numbers);
        }
        self.flush();
        let sum = u64::from(std::mem::take(&mut self.hasher).finalize());
        self.sum = self.sum.wrapping_add(sum);
        let ascii = self.ascii_hasher.take().map_or(sum, |hasher| u64::from(hasher.finalize()));
        self.ascii_sum = self.ascii_sum.wrapping_add(ascii);
    }

    fn flush(&mut self) {
        self.hasher.update(&self.bytes);
        if let Some(hasher) = &mut self.ascii_hasher {
            hasher.update(&self.bytes);
        }
        self.bytes.clear();
    }

    pub(super) fn compare(&self, digest: &TreeDigest) -> Comparison {
        if digest.version != VERSION {
            Comparison::Unknown
        } else if digest.sum == self.sum || digest.sum == self.ascii_sum {
            Comparison::Same
        } else if self.has_other_than_ascii {
            Comparison::Unknown
        } else {
            Comparison::Different { computed: self.sum }
        }
    }
}
