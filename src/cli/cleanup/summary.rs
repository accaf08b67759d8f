//! What has grown from the oldest to the newest verified snapshot. It is shown before old snapshots are deleted,
//! because nobody can find it out afterwards.

use std::io;

use crate::cli::progress::Progress;
use crate::cli::snapshot::Growth;
use crate::zookeeper::ReadError;
use crate::zookeeper::data_dir::{DataDir, Entry, Kind};
use crate::zookeeper::purge::{Decided, Fate, Keep, Plan, Readers, SnapshotEvidence, Witness};
use crate::zookeeper::snapshot::compare::Totals;
use crate::zookeeper::snapshot::java::comparer::Summed;
use crate::zookeeper::snapshot::{self, Described, Loaded, Order, Wanted};

/// The maximum number of paths and tables to show.
const TOP: usize = 10;

/// What has grown; `None` if nothing is to be deleted, or if there is only one verified snapshot.
///
/// # Errors
/// When one of the two snapshots can no longer be read.
pub(super) fn growth(dir: &DataDir, plan: &Plan, progress: &Progress) -> Result<Option<Growth>, ReadError> {
    let watch = super::watch(progress);
    let mut readers = Readers::new(dir, &watch);
    let Some(newest) = plan.kept_snapshots().next().filter(|_| !plan.removals.is_empty()) else { return Ok(None) };
    let Some(oldest) = oldest(plan, newest, &mut readers)? else { return Ok(None) };
    let (left, right) = (read(&readers, oldest)?, read(&readers, newest)?);
    progress.end();
    Ok(Some(Growth::between([oldest, newest].map(Entry::shown_name), &left, &right, TOP)))
}

/// The oldest snapshot that is older than the newest and counts or is verified.
fn oldest<'a>(plan: &'a Plan, newest: &Entry, readers: &mut Readers<'_>) -> io::Result<Option<&'a Entry>> {
    for Decided { entry, fate } in plan.files.iter().filter(|file| file.entry.is_readable_as(Kind::Snapshot)) {
        if entry.zxid >= newest.zxid {
            break;
        }
        let is_counted = matches!(fate, Fate::Keep(Keep::Counted { .. }));
        if is_counted || readers.snapshot(entry)? == SnapshotEvidence::Verified {
            return Ok(Some(entry));
        }
    }
    Ok(None)
}

fn read(readers: &Readers<'_>, entry: &Entry) -> Result<Summed, ReadError> {
    let what = Described { name: &entry.name.to_string_lossy(), size: Some(entry.apparent) };
    let wanted = Wanted { keep: snapshot::Keep { contents: true, ..snapshot::Keep::default() }, order: Order::Name };
    let Loaded { tree, doubt } = snapshot::read(what, readers.open(entry)?, wanted)?;
    match doubt {
        Some(doubt) => Err(doubt),
        None => Ok(Summed { totals: Totals::of(&tree), tree }),
    }
}
