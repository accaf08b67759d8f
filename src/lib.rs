//! `autopurge` makes sure that no `ZooKeeper` on Kubernetes fills its disk with old snapshots.
//!
//! The way of the data:
//! ```text
//! bytes -> stream -> document -> resource -> server -> finding (+ patch) -> edits -> verified bytes
//! ```

pub mod yaml;
