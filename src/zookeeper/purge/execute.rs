//! Carries out a plan, and stops as soon as the folder is not what the plan was made for.

use std::io;
use std::ops::ControlFlow;

use super::Plan;
use crate::zookeeper::data_dir::{DataDir, Entry, Folder};

/// What happens to one file.
#[derive(Debug)]
pub enum Step<'a> {
    /// It is about to be removed.
    Next(&'a Entry),
    /// It has been removed.
    Removed(&'a Entry),
    /// Something else had already removed it.
    Vanished(&'a Entry),
    /// The system refused.
    Failed(&'a Entry, &'a io::Error),
}

/// A file that could not be removed, or a snapshot that had to stay but is gone or has changed.
#[derive(Debug)]
pub struct Failure {
    /// The file.
    pub entry: Entry,
    /// Why it could not be removed, or what happened to the snapshot.
    pub cause: io::Error,
}

/// The outcome of a plan.
#[derive(Debug, Default)]
pub struct Execution {
    /// What was removed.
    pub removed: Vec<Entry>,
    /// What something else had already removed.
    pub vanished: Vec<Entry>,
    /// What could not be removed.
    pub failed: Vec<Failure>,
    /// Why the rest was left: the snapshot that the plan relies on, and what happened to it.
    pub stopped: Option<Failure>,
}

/// Removes what a plan says, in the plan's order. Before each removal, the snapshots that stay are checked again: if
/// one of them is gone or has changed, nothing more is removed. A file that cannot be removed does not prevent the
/// removal of others.
///
/// `watch` is told about each step and can stop the work before a removal.
pub fn execute(dir: &DataDir, plan: &Plan, watch: &mut dyn FnMut(Step<'_>) -> ControlFlow<()>) -> Execution {
    let mut execution = Execution::default();
    for entry in plan.removed() {
        execution.stopped = missing_keeper(dir, plan);
        if execution.stopped.is_some() || watch(Step::Next(entry)).is_break() {
            break;
        }
        execution.remove(dir, entry, watch);
    }
    sync(dir, &mut execution);
    execution
}

impl Execution {
    fn remove(&mut self, dir: &DataDir, entry: &Entry, watch: &mut dyn FnMut(Step<'_>) -> ControlFlow<()>) {
        let step = match dir.folder(entry.place).remove(entry) {
            Ok(()) => {
                self.removed.push(entry.clone());
                Step::Removed(entry)
            }
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => {
                self.vanished.push(entry.clone());
                Step::Vanished(entry)
            }
            Err(cause) => {
                self.failed.push(Failure { entry: entry.clone(), cause });
                let Some(failure) = self.failed.last() else { return };
                Step::Failed(&failure.entry, &failure.cause)
            }
        };
        // Only the answer to `Next` counts.
        let _ = watch(step);
    }
}

fn missing_keeper(dir: &DataDir, plan: &Plan) -> Option<Failure> {
    plan.kept_snapshots().find_map(|entry| {
        let cause = dir.folder(entry.place).confirm(entry).err()?;
        Some(Failure { entry: entry.clone(), cause })
    })
}

/// A removal that is undone by a power failure does no harm, so neither does a file system that cannot sync.
fn sync(dir: &DataDir, execution: &mut Execution) {
    if !execution.removed.is_empty() {
        let _: Vec<io::Result<()>> = dir.folders().map(Folder::sync).collect();
    }
}
