//! How `ZooKeeper` reads its purge settings, what it makes of them, and the files that it purges. Knows nothing about
//! Kubernetes or YAML.

mod civil_date;
mod damage;
pub mod data_dir;
pub mod file_name;
mod integer;
pub mod log;
mod properties;
pub mod purge;
pub mod restore;
mod setting;
pub mod snapshot;
pub mod space;
mod verdict;
mod zxid;

pub use civil_date::CivilDate;
pub use damage::{Cause, Damage, Part, Place, ReadError};
pub use integer::{java_trimmed, parse_int};
pub use properties::{Property, effective, properties, with_property};
pub use setting::PurgeSetting;
pub use verdict::{Reading, Verdict};
pub use zxid::Zxid;

/// The key of the purge interval, in hours.
pub const INTERVAL_KEY: &str = "autopurge.purgeInterval";

/// The key of the retain count.
pub const RETAIN_KEY: &str = "autopurge.snapRetainCount";

/// The minimum number of snapshots that `ZooKeeper` keeps: lower counts are raised to this one.
pub const MINIMUM_RETAIN: i32 = 3;

/// The programs that delete old snapshots, besides the server itself.
pub const PURGE_PROGRAMS: [&str; 2] = ["zkCleanup.sh", "PurgeTxnLog"];

/// The longest interval, in hours, that every release honours. `ZooKeeper`'s development branch converts it to
/// milliseconds in 32 bits, where 597 hours overflow to a negative number, which turns purging off.
pub const LONGEST_SAFE_INTERVAL: i32 = 596;
