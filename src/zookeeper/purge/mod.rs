//! What may go: `ZooKeeper`'s purge rule, made safe.
//!
//! The rule (`PurgeTxnLog`, since 3.6): of the newest N snapshots the oldest is the limit; the newest log that starts at or
//! before it stays, because a snapshot's last transactions nearly always stand in the log before; what is older goes.
//!
//! `ZooKeeper` counts every file that looks like a snapshot by its first or last bytes. Here one counts when all of it has
//! been read and every checksum is right, and only one per transaction id. See `careful`; `like_zkcleanup` is the other.

mod careful;
mod evidence;
mod execute;
mod like_zkcleanup;
mod order;
mod plan;
mod readers;
mod restorable;

pub use evidence::{LogEvidence, SnapshotEvidence, Witness};
pub use execute::{Execution, Failure, Step, execute};
pub use like_zkcleanup::{Typed, refuse_as_typed};
pub use plan::{Fate, Keep, Plan, PurgeError, Refusal, Remark, Remove};
pub use readers::{Readers, Reading, Watched};

use crate::zookeeper::data_dir::Entry;

/// Which rule decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// `ZooKeeper`'s rule for verified snapshots, distinct transaction ids, and names that can be read.
    Careful,
    /// What `zkCleanup.sh` of 3.8 would remove, unless nothing to restore from were left.
    LikeZkCleanup,
}

/// Decides about everything in a server's folders. Reads as few files as the decision needs, the newest first.
///
/// # Errors
/// When nothing may be removed, and why; when the system fails.
pub fn plan(rule: Rule, retain: usize, entries: &[Entry], witness: &mut dyn Witness) -> Result<Plan, PurgeError> {
    if !entries.iter().any(|entry| entry.kind.is_some()) {
        return Err(PurgeError::Nothing);
    }
    match rule {
        Rule::Careful => careful::plan(retain, entries, witness),
        Rule::LikeZkCleanup => like_zkcleanup::plan(retain, entries, witness),
    }
}
