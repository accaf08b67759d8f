//! The numbers that `ZooKeeper` keeps with each node.

/// Bytes of the numbers in a snapshot (`StatPersisted`).
pub(super) const STAT_SIZE: usize = 60;
