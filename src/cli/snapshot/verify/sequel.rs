//! What comes after each log of a folder, which tells whether transactions of it are missing.

use super::check::Checked;
use crate::zookeeper::Zxid;
use crate::zookeeper::data_dir::Kind;
use crate::zookeeper::log::{Gap, Span};

/// What comes after a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Sequel {
    /// Nothing is known: the log was named by itself, no transaction was read, or the next log cannot be read.
    Unknown,
    /// The next log goes on with the next transaction.
    Next,
    /// No log, and no snapshot that has seen later transactions.
    None,
    /// No log, but this snapshot has seen later transactions.
    Snapshot(String),
    /// The next log goes on with a later transaction.
    Gap {
        /// The transactions that neither has.
        gap: Gap,
        /// The snapshot, if there is one, that has them: a server that gets its snapshot from the leader has no log of
        /// what is in it.
        snapshot: Option<String>,
    },
}

/// Finds out for all logs of a folder, which are in the order of their names.
pub(super) fn find(files: &mut [Checked]) {
    let found: Vec<Sequel> = (0..).zip(&*files).map(|(index, file)| of(file, index, files)).collect();
    for (file, sequel) in files.iter_mut().zip(found) {
        file.sequel = sequel;
    }
}

fn of(file: &Checked, index: usize, files: &[Checked]) -> Sequel {
    let Some(Span { last, .. }) = file.log().and_then(|log| log.span) else { return Sequel::Unknown };
    let later = files.iter().skip(index + 1).filter(|file| file.kind == Kind::Log);
    for next in later {
        let Some(log) = next.log() else { return Sequel::Unknown };
        if let Some(span) = log.span {
            return between(last, span.first, files);
        }
    }
    // The first snapshot of a new leader is named after a zxid that no log has.
    let is_later = |zxid: Zxid| zxid > last && zxid.counter() > 0;
    snapshot(files, is_later).map_or(Sequel::None, Sequel::Snapshot)
}

fn between(last: Zxid, first: Zxid, files: &[Checked]) -> Sequel {
    if first <= last || first.may_follow(last) {
        return Sequel::Next;
    }
    Sequel::Gap { gap: Gap { after: last, before: first }, snapshot: snapshot(files, |zxid| first.may_follow(zxid)) }
}

/// The newest good snapshot of which this is true.
fn snapshot(files: &[Checked], is_wanted: impl Fn(Zxid) -> bool) -> Option<String> {
    let mut snapshots = files.iter().rev().filter(|file| file.kind == Kind::Snapshot && file.is_good());
    snapshots.find(|file| file.zxid.is_some_and(&is_wanted)).map(|file| file.name.clone())
}
