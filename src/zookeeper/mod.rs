//! How `ZooKeeper` reads its purge settings, and what it makes of them. Knows nothing of Kubernetes or YAML.

mod integer;
mod properties;
mod verdict;

pub use integer::parse_int;
pub use properties::{Property, effective, properties};
pub use verdict::{Reading, Verdict};

/// The key of the purge interval, in hours.
pub const INTERVAL_KEY: &str = "autopurge.purgeInterval";

/// The key of the retain count.
pub const RETAIN_KEY: &str = "autopurge.snapRetainCount";

/// Snapshots that `ZooKeeper` keeps at least: lower counts are raised to this one.
pub const MINIMUM_RETAIN: i32 = 3;

/// The longest interval, in hours, that every release keeps. `ZooKeeper`'s development branch counts it in milliseconds
/// in 32 bits, where 597 hours overflow to a negative number: purging is off then.
pub const LONGEST_SAFE_INTERVAL: i32 = 596;
