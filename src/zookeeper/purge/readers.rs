//! Gathers evidence from the files themselves.

use std::fs::File;
use std::io::{self, BufReader, ErrorKind, Read};
use std::os::unix::fs::FileExt;

use super::{LogEvidence, SnapshotEvidence, Witness};
use crate::zookeeper::data_dir::{DataDir, Entry};
use crate::zookeeper::file_name::Framing;
use crate::zookeeper::restore::Content;
use crate::zookeeper::{Cause, Damage, Part, ReadError, log, snapshot};

/// How often a log that seems damaged is read: a server may have been writing at the place that was read.
const TRIES: usize = 3;

/// Bytes of a log that are read at a time.
const PIECE: usize = 256 * 1024;

/// What a plain snapshot ends with: the path `/`, after its length.
const PLAIN_END: [u8; 5] = [0, 0, 0, 1, b'/'];

/// The minimum size of a plain snapshot.
const SHORTEST_PLAIN: u64 = 10;

/// Progress of reading.
#[derive(Debug, Clone, Copy)]
pub enum Reading<'a> {
    /// A file is about to be read.
    Begin(&'a Entry),
    /// This many more bytes of it have been read.
    Bytes(u64),
}

/// Reads the files of a server's folders, and reports progress.
pub struct Readers<'a> {
    dir: &'a DataDir,
    watch: &'a dyn Fn(Reading<'_>),
}

impl<'a> Readers<'a> {
    /// `watch` is told about every step.
    #[must_use]
    pub fn new(dir: &'a DataDir, watch: &'a dyn Fn(Reading<'_>)) -> Self {
        Self { dir, watch }
    }

    /// Opens a file that was listed; reading it reports progress too.
    ///
    /// # Errors
    /// When it is gone or has been replaced.
    pub fn open(&self, entry: &Entry) -> io::Result<Watched<'a>> {
        (self.watch)(Reading::Begin(entry));
        Ok(Watched { file: self.dir.read(entry)?, watch: self.watch })
    }

    fn read_log(&self, entry: &Entry) -> io::Result<LogEvidence> {
        match log::verify_from(BufReader::with_capacity(PIECE, self.open(entry)?)) {
            Ok(log) => Ok(LogEvidence { content: Content::from(&log), cause: cause(&log) }),
            Err(ReadError::Damage(damage)) if is_scar(&damage) => Ok(LogEvidence::empty(damage.to_string())),
            Err(ReadError::Damage(damage)) => Ok(LogEvidence::damaged(damage.to_string())),
            Err(ReadError::Io(error)) => Err(error),
        }
    }

    /// A snapshot that is still being written may happen to look complete. It will count the next time, once it no
    /// longer changes.
    fn unless_growing(&self, entry: &Entry) -> io::Result<SnapshotEvidence> {
        match self.dir.folder(entry.place).confirm(entry) {
            Ok(()) => Ok(SnapshotEvidence::Verified),
            Err(error) if error.kind() == ErrorKind::NotFound => Err(error),
            Err(_) => Ok(SnapshotEvidence::Damaged { cause: "it is being written right now".to_owned() }),
        }
    }
}

/// What there is instead of transactions, or after them.
fn cause(log: &log::Verified) -> Option<String> {
    match (log.debris(), log.span) {
        (Some(offset), _) => Some(format!("byte {offset}: a record without its end, and more bytes after it")),
        (None, None) => Some("it holds no transaction".to_owned()),
        (None, Some(_)) => None,
    }
}

/// Whether the damage is what a full disk leaves behind: a log that ends before its first transaction, or one that was
/// allocated but never written.
fn is_scar(damage: &Damage) -> bool {
    matches!(damage.cause, Cause::Empty | Cause::Blank | Cause::EndsInside(Part::Header))
}

impl Witness for Readers<'_> {
    fn snapshot(&mut self, entry: &Entry) -> io::Result<SnapshotEvidence> {
        let name = entry.name.to_string_lossy();
        let what = snapshot::Described { name: &name, size: Some(entry.apparent) };
        match snapshot::verify_from(what, || self.open(entry)) {
            Ok(_) => self.unless_growing(entry),
            Err(ReadError::Damage(damage)) => Ok(SnapshotEvidence::Damaged { cause: damage.to_string() }),
            Err(ReadError::Io(error)) => Err(error),
        }
    }

    fn log(&mut self, entry: &Entry) -> io::Result<LogEvidence> {
        let mut evidence = self.read_log(entry)?;
        for _ in 1..TRIES {
            if !evidence.is_doubtful() {
                break;
            }
            let again = self.read_log(entry)?;
            if again == evidence {
                break;
            }
            evidence = again;
        }
        Ok(evidence)
    }

    fn looks_valid(&mut self, entry: &Entry) -> io::Result<bool> {
        let file = self.dir.read(entry)?;
        match Framing::of(&entry.name.to_string_lossy()) {
            Framing::Gzip => begins_with(&file, b"\x1f\x8b"),
            Framing::Snappy => begins_with(&file, b"\x82SNAPPY\0"),
            Framing::Plain => ends_like_a_tree(&file),
        }
    }
}

fn begins_with<const N: usize>(file: &File, beginning: &[u8; N]) -> io::Result<bool> {
    let mut bytes = [0; N];
    is_there(file.read_exact_at(&mut bytes, 0)).map(|is_there| is_there && bytes == *beginning)
}

fn ends_like_a_tree(file: &File) -> io::Result<bool> {
    let length = file.metadata()?.len();
    let Some(end) = length.checked_sub(5).filter(|_| length >= SHORTEST_PLAIN) else { return Ok(false) };
    let mut bytes = [0; 5];
    is_there(file.read_exact_at(&mut bytes, end)).map(|is_there| is_there && bytes == PLAIN_END)
}

fn is_there(read: io::Result<()>) -> io::Result<bool> {
    match read {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(false),
        read => read.map(|()| true),
    }
}

/// A file that reports progress while it is read.
pub struct Watched<'a> {
    file: File,
    watch: &'a dyn Fn(Reading<'_>),
}

impl Read for Watched<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        (self.watch)(Reading::Bytes(u64::try_from(read).unwrap_or(0)));
        Ok(read)
    }
}
