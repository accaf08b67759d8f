//! Verifies a single file.

use std::fs::File;
use std::io::{self, BufReader};
use std::path::Path;

use super::sequel::Sequel;
use crate::cli::progress::Progress;
use crate::cli::snapshot::SnapshotError;
use crate::cli::snapshot::input::InputError;
use crate::cli::snapshot::spelling::file_name;
use crate::zookeeper::data_dir::{DataDir, Entry, Kind};
use crate::zookeeper::file_name::zxid;
use crate::zookeeper::log::{self, Tail};
use crate::zookeeper::snapshot::{self, Described};
use crate::zookeeper::{ReadError, Zxid};

/// Size of the read buffer for logs, in bytes.
const CHUNK: usize = 256 * 1024;

/// A file and the result of verifying it.
pub(super) struct Checked {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) zxid: Option<Zxid>,
    /// Size in bytes.
    pub(super) size: u64,
    pub(super) found: Result<CheckedContent, ReadError>,
    /// Of a log, what comes after it.
    pub(super) sequel: Sequel,
}

/// The content of an intact file.
pub(super) enum CheckedContent {
    Snapshot(Box<snapshot::Verified>),
    Log(log::Verified),
}

impl Checked {
    /// Whether it is fit for a restore. A snapshot or log has to fit the default `jute.maxbuffer`; a log may end in a
    /// record torn by a crash, but must not lack transactions or be followed by other bytes.
    pub(super) fn is_good(&self) -> bool {
        match &self.found {
            Ok(CheckedContent::Snapshot(snapshot)) => snapshot.fits_default_buffer(),
            Ok(CheckedContent::Log(log)) => {
                log.fits_default_buffer() && log.gap.is_none() && log.debris().is_none() && self.is_followed(log.tail)
            }
            Err(_) => false,
        }
    }

    /// Whether what comes after a log agrees with how it ends.
    fn is_followed(&self, tail: Tail) -> bool {
        let is_torn = matches!(tail, Tail::Torn(_));
        match &self.sequel {
            Sequel::Unknown | Sequel::Next | Sequel::None => true,
            Sequel::Gap { snapshot, .. } => snapshot.is_some() && !is_torn,
            Sequel::Snapshot(_) => !is_torn,
        }
    }

    /// The log, if it is one and can be read.
    pub(super) fn log(&self) -> Option<&log::Verified> {
        match &self.found {
            Ok(CheckedContent::Log(log)) => Some(log),
            Ok(CheckedContent::Snapshot(_)) | Err(_) => None,
        }
    }
}

/// Verifies a file named by the user: a log if it has the name of one, otherwise a snapshot.
pub(super) fn file(path: &Path, progress: &Progress) -> Result<Checked, SnapshotError> {
    let failed = |cause| SnapshotError::Argument(InputError::Open { path: path.to_owned(), cause });
    let size = std::fs::metadata(path).map_err(failed)?.len();
    File::open(path).map_err(failed)?;
    let name = file_name(path);
    let kind = Kind::of(name.as_ref().as_ref()).unwrap_or(Kind::Snapshot);
    Ok(check(Subject { name: &name, kind, size }, progress, || File::open(path)))
}

/// Verifies a file in a server's folder; `None` if it has been removed in the meantime.
pub(super) fn entry(dir: &DataDir, entry: &Entry, progress: &Progress) -> Option<Checked> {
    let subject = Subject { name: &entry.shown_name(), kind: entry.kind?, size: entry.apparent };
    let checked = check(subject, progress, || dir.read(entry));
    let is_gone = matches!(&checked.found, Err(ReadError::Io(error)) if error.kind() == io::ErrorKind::NotFound);
    (!is_gone).then_some(checked)
}

/// The file to verify.
#[derive(Clone, Copy)]
struct Subject<'n> {
    name: &'n str,
    kind: Kind,
    size: u64,
}

fn check(subject: Subject<'_>, progress: &Progress, open: impl Fn() -> io::Result<File>) -> Checked {
    let Subject { name, kind, size } = subject;
    progress.begin(name.to_owned(), size);
    let open = || open().map(|file| progress.watch(file));
    let found = match kind {
        Kind::Snapshot => snapshot::verify_from(Described { name, size: Some(size) }, open)
            .map(|snapshot| CheckedContent::Snapshot(Box::new(snapshot))),
        Kind::Log => open()
            .map_err(ReadError::Io)
            .and_then(|log| log::verify_from(BufReader::with_capacity(CHUNK, log)))
            .map(CheckedContent::Log),
    };
    let zxid = zxid(name, kind.prefix());
    Checked { name: name.to_owned(), kind, zxid, size, found, sequel: Sequel::Unknown }
}
