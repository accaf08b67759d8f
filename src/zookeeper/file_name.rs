//! What the name of a snapshot or log says, as `ZooKeeper` reads it.

use super::Zxid;

/// What a snapshot's name begins with.
pub const SNAPSHOT_PREFIX: &str = "snapshot";

/// What a log's name begins with.
pub const LOG_PREFIX: &str = "log";

/// How the bytes of a snapshot are wrapped. Decided by the name alone: `ZooKeeper` never looks at the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Framing {
    /// Uncompressed.
    Plain,
    /// A gzip file (since 3.6.0).
    Gzip,
    /// The stream of snappy-java (since 3.6.0), which is not the official snappy framing.
    Snappy,
}

impl Framing {
    /// The framing that the extension of a name means, in upper or lower case.
    #[must_use]
    pub fn of(name: &str) -> Self {
        match name.trim_end_matches('.').rsplit_once('.') {
            Some((_, last)) if last.eq_ignore_ascii_case("gz") => Self::Gzip,
            Some((_, last)) if last.eq_ignore_ascii_case("snappy") => Self::Snappy,
            _ => Self::Plain,
        }
    }

    /// The word used in messages and reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Gzip => "gzip",
            Self::Snappy => "snappy",
        }
    }
}

/// The transaction id in a name such as `snapshot.596.gz`; `None` where `ZooKeeper` reads -1.
///
/// The first part has to be exactly the prefix, the second one a signed hexadecimal number of 64 bits. Further parts do
/// not matter, so `snapshot.596.bak` counts too.
#[must_use]
pub fn zxid(name: &str, prefix: &str) -> Option<Zxid> {
    let mut parts = name.trim_end_matches('.').split('.');
    if parts.next() != Some(prefix) {
        return None;
    }
    i64::from_str_radix(parts.next()?, 16).ok().filter(|zxid| *zxid != -1).map(Zxid)
}

#[cfg(test)]
mod tests {
    use super::{Framing, Zxid, zxid};

    #[test]
    fn a_zxid_is_read_from_a_name_as_java_reads_it() {
        let table = [
            ("snapshot.596", Some(0x596)),
            ("snapshot.0", Some(0)),
            ("snapshot.596.gz", Some(0x596)),
            ("snapshot.596.bak", Some(0x596)),
            ("snapshot.ABC", Some(0xabc)),
            ("snapshot.+5", Some(5)),
            ("snapshot.-5", Some(-5)),
            ("snapshot.-1", None),
            ("snapshot.7fffffffffffffff", Some(i64::MAX)),
            ("snapshot.ffffffffffffffff", None),
            ("snapshot.", None),
            ("snapshot", None),
            ("snapshot..5", None),
            ("snapshot.foo", None),
            ("snapshots.1", None),
            ("Snapshot.1", None),
            (".snapshot.1", None),
            ("log.1", None),
            ("", None),
        ];
        for (name, expected) in table {
            assert_eq!(zxid(name, "snapshot"), expected.map(Zxid), "{name}");
        }
    }

    #[test]
    fn the_last_part_of_a_name_decides_about_the_framing() {
        let table = [
            ("snapshot.596", Framing::Plain),
            ("snapshot.596.gz", Framing::Gzip),
            ("snapshot.596.GZ", Framing::Gzip),
            ("backup.gz", Framing::Gzip),
            ("gz", Framing::Plain),
            ("snapshot.596.snappy", Framing::Snappy),
            ("snapshot.596.gz.tmp", Framing::Plain),
            ("snapshot.596.gz.", Framing::Gzip),
        ];
        for (name, expected) in table {
            assert_eq!(Framing::of(name), expected, "{name}");
        }
    }
}
