//! Verifies that a snapshot is what its server wrote.

use std::collections::HashSet;
use std::collections::hash_map::RandomState;
use std::fs::File;
use std::hash::BuildHasher;
use std::io::{self, Read};
use std::path::Path;

use super::digest::{Comparison, DigestSum};
use super::lineage::{Lineage, Split};
use super::reader::{self, Outline, Session, Visitor, lossy, orphan};
use super::seals::Seals;
use super::stat::STAT_SIZE;
use super::window::Window;
use crate::zookeeper::Zxid;
use crate::zookeeper::damage::{Cause, ReadError};
use crate::zookeeper::file_name::{self, Framing, SNAPSHOT_PREFIX};

/// The longest path or data that a server reads unless `jute.maxbuffer` is raised.
pub const DEFAULT_LONGEST: usize = 2_097_150;

/// A snapshot of which every byte has been checked: the seals, a compressed stream to its end, that each node has a
/// parent, and the tree digest where it can be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// From the file's name; `None` if it has none that `ZooKeeper` can read.
    pub zxid: Option<Zxid>,
    /// How the bytes are packed.
    pub framing: Framing,
    /// Bytes of the unpacked snapshot.
    pub bytes: u64,
    /// Numbers of sessions, ACLs and nodes.
    pub outline: Outline,
    /// The sections after the tree, which tell the releases that can have written it.
    pub seals: Seals,
    /// What the tree digest says.
    pub digest: DigestState,
    /// How many bytes follow the gzip stream. A server ignores them.
    pub ignored: u64,
}

impl Verified {
    /// Whether a server reads it without a larger `jute.maxbuffer`.
    #[must_use]
    pub fn fits_default_buffer(&self) -> bool {
        self.outline.longest <= DEFAULT_LONGEST
    }
}

/// What the tree digest says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DigestState {
    /// There is none: 3.5 or earlier, or switched off.
    Absent,
    /// There is one, and it matches this tree.
    Same,
    /// Transactions went on while the snapshot was written, so tree and digest may differ. This is common.
    Fuzzy,
    /// It cannot be compared: it is empty, or its version or locale is unknown.
    Unknown,
}

/// What to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Described<'n> {
    /// The file's name without folders; it determines how the file is packed.
    pub name: &'n str,
    /// The file's size, if known; lengths inside the file are checked against it.
    pub size: Option<u64>,
}

/// Checks a snapshot in a file.
///
/// # Errors
/// When the file cannot be read, or is damaged.
pub fn verify(path: &Path) -> Result<Verified, ReadError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let size = std::fs::metadata(path)?.len();
    verify_from(Described { name: &name, size: Some(size) }, || File::open(path))
}

/// Checks a snapshot from any reader. It is opened and read a second time if its nodes are not in depth-first order.
///
/// # Errors
/// When it cannot be read, or is damaged.
pub fn verify_from<R: Read>(what: Described<'_>, open: impl Fn() -> io::Result<R>) -> Result<Verified, ReadError> {
    let mut check = Check::default();
    match run(what, open()?, &mut check) {
        Err(_) if check.is_lost => run(what, open()?, &mut Check { known: Some(Paths::default()), ..Check::default() }),
        result => result,
    }
}

fn run(what: Described<'_>, reader: impl Read, check: &mut Check) -> Result<Verified, ReadError> {
    let framing = Framing::of(what.name);
    let mut window = Window::new(reader, framing, what.size);
    let (outline, seals) = reader::whole(&mut window, check)?;
    let zxid = file_name::zxid(what.name, SNAPSHOT_PREFIX);
    let digest = check.digest_state(&seals, zxid).map_err(|cause| window.damage(cause))?;
    Ok(Verified { zxid, framing, bytes: window.offset(), outline, seals, digest, ignored: window.ignored() })
}

/// The checks made while nodes are read.
#[derive(Default)]
struct Check {
    lineage: Lineage,
    digest: DigestSum,
    /// All paths so far, kept only in the second pass.
    known: Option<Paths>,
    /// A parent was not among the ancestors, and the paths so far were not kept.
    is_lost: bool,
    has_root: bool,
}

/// Paths by their hashes, which are randomised so that no file can provoke collisions.
#[derive(Default)]
struct Paths {
    hashes: HashSet<u64>,
    random: RandomState,
}

impl Paths {
    fn insert(&mut self, path: &[u8]) {
        self.hashes.insert(self.random.hash_one(path));
    }

    fn contains(&self, path: &[u8]) -> bool {
        self.hashes.contains(&self.random.hash_one(path))
    }
}

impl Check {
    fn place(&mut self, path: &[u8]) -> Result<(), Cause> {
        let Some(split) = Split::of(path) else {
            return self.place_root(path);
        };
        if self.lineage.find(split.parent).is_some() {
            self.lineage.descend(split, 0);
        } else if self.known.as_ref().is_some_and(|known| known.contains(split.parent)) {
            self.lineage.restart(path, 0);
        } else {
            self.is_lost = self.known.is_none() && self.has_root;
            return Err(orphan(path, split.parent));
        }
        Ok(())
    }

    fn place_root(&mut self, path: &[u8]) -> Result<(), Cause> {
        if !path.is_empty() {
            return Err(Cause::Path(lossy(path)));
        }
        self.has_root = true;
        self.lineage.restart(path, 0);
        Ok(())
    }

    fn digest_state(&self, seals: &Seals, zxid: Option<Zxid>) -> Result<DigestState, Cause> {
        match seals.digest {
            None => Ok(DigestState::Absent),
            // A server that has not seen any transaction writes zeros.
            Some(digest) if digest.sum == 0 && digest.zxid == Zxid(0) => Ok(DigestState::Unknown),
            Some(digest) => match self.digest.compare(&digest) {
                Comparison::Same => Ok(DigestState::Same),
                _ if zxid != Some(digest.zxid) => Ok(DigestState::Fuzzy),
                Comparison::Unknown => Ok(DigestState::Unknown),
                Comparison::Different { computed } => Err(Cause::TreeDigest { computed, written: digest.sum }),
            },
        }
    }
}

impl Visitor for Check {
    fn session(&mut self, _session: Session) {}

    fn open(&mut self, path: &[u8], _data: Option<usize>) -> Result<(), Cause> {
        self.place(path)?;
        self.digest.open(path);
        if let Some(known) = &mut self.known {
            known.insert(path);
        }
        Ok(())
    }

    fn data(&mut self, piece: &[u8]) {
        self.digest.data(piece);
    }

    fn close(&mut self, stat: &[u8; STAT_SIZE]) {
        self.digest.close(stat);
    }
}
