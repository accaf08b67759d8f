//! `purge-unsafe`: switching purging on could delete the only good snapshots.

use super::{Check, Finding, Severity, Subject};
use crate::detect::Compression;
use crate::zookeeper::Verdict;

/// The first release line whose purge only counts snapshots that look valid.
const LOOKS_AT_SNAPSHOTS: (u64, u64) = (3, 6);

/// A warning beside a fix that switches purging on, where purging goes by names or by a file's first bytes.
pub(super) fn check(subject: &Subject<'_, '_>, cure: &Finding) -> Option<Finding> {
    let server = &subject.server;
    let is_off = matches!(server.verdict, Verdict::NeverPurges | Verdict::DoesNotStart);
    if !is_off || cure.fix.is_empty() {
        return None;
    }
    let danger = match (server.zookeeper, server.compression) {
        (Some(line), _) if line < LOOKS_AT_SNAPSHOTS => {
            format!("ZooKeeper {}.{} keeps the newest names, whether they are valid snapshots or not", line.0, line.1)
        }
        (_, Some(compression)) => with_compression(compression),
        (_, None) => return None,
    };
    let message = format!("{}: the first purge may delete every good snapshot, because {danger}", subject.title());
    Some(Finding {
        check: Check::PurgeUnsafe,
        severity: Severity::Warning,
        label: "look at the newest snapshots before this takes effect".to_owned(),
        help: vec![help(subject)],
        ..subject.finding(&server.interval, message)
    })
}

fn with_compression(compression: Compression) -> String {
    format!(
        "it writes {} snapshots, of which a file that was cut off counts as valid by its first bytes",
        compression.as_str()
    )
}

fn help(subject: &Subject<'_, '_>) -> String {
    let data = subject.server.flavor.runbook.as_ref().map_or("the data directory", |runbook| runbook.data.as_str());
    format!(
        "Before the setting takes effect, see in every pod that the three newest files in version-2 of {data} are whole:\n\
         `autopurge snapshot verify` on a copy of them, or none of them empty or far smaller than the others.\n\
         A server that was killed while writing (a full disk, a crash loop) leaves files that are not. Move those away first."
    )
}
