//! Decides what may be removed: `ZooKeeper`'s purge rule, made safe.
//!
//! The rule (`PurgeTxnLog`, since 3.6): the oldest of the newest N snapshots is the limit; the newest log that starts
//! at or before it is kept, because a snapshot's last transactions are nearly always in the log before; what is older
//! is removed.
//!
//! `ZooKeeper` counts every file that looks like a snapshot by its first or last bytes. Here, a snapshot counts only if
//! all of it has been read and every checksum is correct, and only one per transaction id. See `careful` for this rule,
//! and `like_zkcleanup` for the other.

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
pub use plan::{Decided, Fate, Keep, Plan, PurgeError, Refusal, Remark, Remove};
pub use readers::{Readers, Reading, Watched};

use crate::zookeeper::data_dir::Entry;

/// Which rule to apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// `ZooKeeper`'s rule, restricted to verified snapshots, distinct transaction ids and readable names.
    Careful,
    /// What `zkCleanup.sh` of 3.6 to 3.9 would remove, unless that leaves nothing to restore from.
    LikeZkCleanup,
}

/// Decides about everything in a server's folders. Reads as few files as the decision needs, newest first.
///
/// # Errors
/// When nothing may be removed, with the reason; when the system fails.
pub fn plan(rule: Rule, retain: usize, entries: &[Entry], witness: &mut dyn Witness) -> Result<Plan, PurgeError> {
    if !entries.iter().any(|entry| entry.kind.is_some()) {
        return Err(PurgeError::Nothing);
    }
    match rule {
        Rule::Careful => careful::plan(retain, entries, witness),
        Rule::LikeZkCleanup => like_zkcleanup::plan(retain, entries, witness),
    }
}
