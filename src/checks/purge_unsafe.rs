//! `purge-unsafe`: switching purging on could delete the only good snapshots.

use super::case::{About, Case, FixOf, Statement};
use super::{Check, Severity};
use crate::detect::Compression;
use crate::zookeeper::PurgeSetting;

/// The first release line whose purge only counts snapshots that look valid.
const LOOKS_AT_SNAPSHOTS: (u64, u64) = (3, 6);

/// A warning next to the advice to switch purging on, if purging goes by file names or by a file's first bytes.
pub(super) fn check(case: &Case) -> Option<Statement> {
    case.advice.as_ref().filter(|advice| advice.is_known)?;
    let danger = match (case.flavor.zookeeper, case.flavor.compression) {
        (Some(line), _) if line < LOOKS_AT_SNAPSHOTS => {
            format!("ZooKeeper {}.{} keeps the newest file names, valid snapshots or not", line.0, line.1)
        }
        (_, Some(compression)) => with_compression(compression),
        (_, None) => return None,
    };
    Some(Statement {
        check: Check::PurgeUnsafe,
        severity: Severity::Warning,
        about: About::Setting(PurgeSetting::Interval),
        label: "check the newest snapshots before this takes effect".to_owned(),
        message: format!("{}: the first purge may delete every good snapshot, because {danger}", case.title),
        help: vec![help(case.flavor.data.as_deref().unwrap_or("the data directory"))],
        relief: None,
        fix: FixOf::Nothing,
    })
}

fn with_compression(compression: Compression) -> String {
    format!("a truncated {} snapshot counts as valid: only its first bytes are checked", compression.as_str())
}

fn help(data: &str) -> String {
    format!(
        "Before the setting takes effect, check in every pod that the three newest snapshots (in version-2 of {data}) are whole:\n\
         run `autopurge snapshot verify` on a copy of them, or at least see that none is empty or far smaller than the others.\n\
         A server that was killed while writing (full disk, crash loop) leaves broken files. Move those away first."
    )
}
