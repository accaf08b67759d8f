//! `autopurge snapshot format`: prints the nodes and sessions of a snapshot.

use std::path::Path;
use std::time::SystemTime;

use super::args::FormatArgs;
use super::input::{InputError, read_tree};
use super::spelling::file_name;
use super::{SnapshotError, finish, stdout};
use crate::cli::{ExitCode, leave};
use crate::zookeeper::file_name::{SNAPSHOT_PREFIX, zxid};
use crate::zookeeper::snapshot::java::Zone;
use crate::zookeeper::snapshot::java::formatter::{DataStyle, Look, write_details, write_json};
use crate::zookeeper::snapshot::{Keep, Order, Wanted};

pub(super) fn run(args: &FormatArgs) -> Result<ExitCode, SnapshotError> {
    let [file] = args.files.as_slice() else {
        return Err(SnapshotError::NotOneFile);
    };
    let keep = Keep { stats: !args.json, data: args.data, contents: false };
    let order = if args.sort { Order::Name } else { Order::Java };
    let tree = read_tree(file, Wanted { keep, order }).map_err(wrong_file)?;
    let mut out = stdout();
    if args.json {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        write_json(&mut out, &tree, now.as_millis())?;
    } else {
        let data = if args.data { DataStyle::Base64 } else { DataStyle::Length };
        write_details(&mut out, &tree, Look { data, zone: Zone::of_process() }, zxid_of(file))?;
    }
    leave(tree);
    finish(out)
}

fn zxid_of(file: &Path) -> Option<crate::zookeeper::Zxid> {
    zxid(&file_name(file), SNAPSHOT_PREFIX)
}

/// A missing file is an invalid argument for this tool, whereas the other tools throw an exception.
fn wrong_file(error: InputError) -> SnapshotError {
    match error {
        InputError::Read { .. } => error.into(),
        InputError::Open { .. } | InputError::Folder(_) => SnapshotError::Argument(error),
    }
}
