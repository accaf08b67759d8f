//! How `ZooKeeper` reads its purge settings, and what it makes of them. Knows nothing of Kubernetes or YAML.

mod integer;
mod verdict;

pub use integer::parse_int;
pub use verdict::{Reading, Verdict};

/// Snapshots that `ZooKeeper` keeps at least: lower counts are raised to this one.
pub const MINIMUM_RETAIN: i32 = 3;

/// The longest interval, in hours, that every release keeps. `ZooKeeper`'s development branch counts it in milliseconds
/// in 32 bits, where 597 hours overflow to a negative number: purging is off then.
pub const LONGEST_SAFE_INTERVAL: i32 = 596;
