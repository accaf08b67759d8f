//! Transaction ids.

use std::fmt;

/// The id of a transaction: the leader's epoch in the upper 32 bits, a counter in the lower ones.
///
/// Ordered as Java orders it, signed. Shown as `ZooKeeper` shows it in file names: hexadecimal, unsigned, not padded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Zxid(pub i64);

impl Zxid {
    /// The epoch of the leader that assigned the id.
    #[must_use]
    pub fn epoch(self) -> i64 {
        self.0 >> 32
    }

    /// The number within the epoch; the first transaction of an epoch has 1.
    #[must_use]
    pub fn counter(self) -> i64 {
        self.0 & i64::from(u32::MAX)
    }

    /// Whether a transaction with this id may come right after `previous`, with none missing between them: the next one
    /// of the same epoch, or the start of a later epoch, whose leader counts from 0 or 1.
    #[must_use]
    pub fn may_follow(self, previous: Self) -> bool {
        let is_next = previous.0.checked_add(1) == Some(self.0);
        is_next || (self.epoch() > previous.epoch() && self.counter() <= 1)
    }
}

impl fmt::Display for Zxid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Zxid;

    #[test]
    fn a_zxid_follows_the_one_before_it_or_begins_an_epoch() {
        let table = [
            (0x10, 0x11, true),
            (0x10, 0x12, false),
            (0x10, 0x10, false),
            (0x10, 0x1_0000_0001, true),
            (0x10, 0x1_0000_0000, true),
            (0x10, 0x1_0000_0002, false),
            (0x1_0000_0007, 0x3_0000_0001, true),
            (i64::MAX, i64::MIN, false),
        ];
        for (previous, next, expected) in table {
            assert_eq!(Zxid(next).may_follow(Zxid(previous)), expected, "{previous:x} {next:x}");
        }
    }

    #[test]
    fn a_zxid_is_shown_as_in_file_names() {
        assert_eq!(Zxid(0x596).to_string(), "596");
        assert_eq!(Zxid(-1).to_string(), "ffffffffffffffff");
    }
}
