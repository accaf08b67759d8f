//! `ZooKeeper`'s snapshots: the tree with all its nodes, as servers of 3.4 to 3.9 write it.
//!
//! | file | job |
//! | --- | --- |
//! | `source`, `gzip`, `snappy` | the bytes, unpacked |
//! | `window` | the bytes that are looked at, and the checksum of those before |
//! | `reader`, `seals`, `stat` | the sections |
//! | `lineage` | which node is in which |
//! | `digest` | the sum that a server keeps of its tree |
//! | `tree`, `quota` | all nodes in memory |
//! | `compare` | what has changed from one snapshot to another |
//! | `java` | what `ZooKeeper`'s own tools print |
//! | `verify` | whether a snapshot is what its server wrote |
//!
//! Lengths in a snapshot are not trusted: nothing is allocated for bytes that are not there. Nothing is recursive, and
//! there is no limit on the size. Snapshots are read in pieces rather than mapped: truncating a mapped file kills the
//! process, and reading costs only a tenth of what processing the bytes does.

pub mod compare;
mod digest;
mod gzip;
pub mod java;
mod lineage;
mod quota;
mod reader;
mod seals;
mod snappy;
mod source;
mod stat;
mod tree;
mod verify;
mod window;

pub use reader::{Outline, Session};
pub use seals::{Seals, TreeDigest};
pub use stat::{CONTAINER, Stat};
pub use tree::{Keep, Loaded, NodeId, Order, PerNode, Tree, Wanted, read};
pub use verify::{DEFAULT_LONGEST, Described, DigestState, Verified, verify, verify_from};
