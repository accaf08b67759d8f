//! `purge-unsafe`: switching purging on could delete the only good snapshots.

use super::case::{About, Case, FixOf, Statement};
use super::{Check, Severity};
use crate::detect::{Compression, Which};

/// The first release line whose purge only counts snapshots that look valid.
const LOOKS_AT_SNAPSHOTS: (u64, u64) = (3, 6);

/// A warning beside the advice to switch purging on, where purging goes by names or by a file's first bytes.
pub(super) fn check(case: &Case) -> Option<Statement> {
    case.cure.as_ref().filter(|cure| cure.is_known)?;
    let danger = match (case.flavor.zookeeper, case.flavor.compression) {
        (Some(line), _) if line < LOOKS_AT_SNAPSHOTS => {
            format!("ZooKeeper {}.{} keeps the newest names, whether they are valid snapshots or not", line.0, line.1)
        }
        (_, Some(compression)) => with_compression(compression),
        (_, None) => return None,
    };
    Some(Statement {
        check: Check::PurgeUnsafe,
        severity: Severity::Warning,
        about: About::Setting(Which::Interval),
        label: "look at the newest snapshots before this takes effect".to_owned(),
        message: format!("{}: the first purge may delete every good snapshot, because {danger}", case.title),
        help: vec![help(case.flavor.data.as_deref().unwrap_or("the data directory"))],
        fix: FixOf::Nothing,
    })
}

fn with_compression(compression: Compression) -> String {
    format!(
        "it writes {} snapshots, of which a file that was cut off counts as valid by its first bytes",
        compression.as_str()
    )
}

fn help(data: &str) -> String {
    format!(
        "Before the setting takes effect, see in every pod that the three newest files in version-2 of {data} are whole:\n\
         `autopurge snapshot verify` on a copy of them, or none of them empty or far smaller than the others.\n\
         A server that was killed while writing (a full disk, a crash loop) leaves files that are not. Move those away first."
    )
}
