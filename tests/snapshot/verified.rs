//! Snapshots of every release, in every framing, are verified.

use autopurge::zookeeper::Zxid;
use autopurge::zookeeper::file_name::Framing;
use autopurge::zookeeper::snapshot::{DigestState, verify};

use super::golden;

#[test]
fn snapshots_of_all_releases_and_framings_are_verified() {
    let table = [
        // File, zxid, nodes, sessions, seals, digest.
        ("small/version-2/snapshot.0", 0, 4, 0, 2, DigestState::Unknown),
        ("small/version-2/snapshot.168", 0x168, 366, 1, 2, DigestState::Fuzzy),
        ("small/version-2/snapshot.307", 0x307, 778, 1, 2, DigestState::Same),
        ("small/version-2/snapshot.596", 0x596, 1314, 7, 2, DigestState::Same),
        ("gz/snapshot.596.gz", 0x596, 1314, 7, 2, DigestState::Same),
        ("snappy/snapshot.596.snappy", 0x596, 1314, 7, 2, DigestState::Same),
        ("nodigest/snapshot.596", 0x596, 1314, 7, 1, DigestState::Absent),
        ("edge/snapshot.149.gz", 0x149, 8386, 0, 2, DigestState::Same),
        ("versions/3.4.14/snapshot.197", 0x197, 388, 2, 1, DigestState::Absent),
        ("versions/3.5.10/snapshot.19b", 0x19b, 393, 1, 1, DigestState::Absent),
        ("versions/3.6.4/snapshot.19b", 0x19b, 393, 1, 2, DigestState::Same),
        ("versions/3.7.2/snapshot.19b", 0x19b, 393, 1, 2, DigestState::Same),
        ("versions/3.9.5/snapshot.19b", 0x19b, 393, 1, 3, DigestState::Same),
    ];
    for (file, zxid, nodes, sessions, seals, digest) in table {
        let verified = verify(&golden::folder().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        let found =
            (verified.zxid, verified.outline.nodes, verified.outline.sessions, verified.seals.count, verified.digest);
        assert_eq!(found, (Some(Zxid(zxid)), nodes, sessions, seals, digest), "{file}");
    }
}

#[test]
fn the_last_zxid_of_3_9_is_read() {
    let verified = verify(&golden::folder().join("versions/3.9.5/snapshot.19b")).unwrap();
    assert_eq!(verified.seals.last_zxid, Some(Zxid(0x19b)));
}

#[test]
fn packed_snapshots_have_the_size_of_what_they_unpack_to() {
    let plain = verify(&golden::folder().join("small/version-2/snapshot.596")).unwrap();
    for (file, framing) in [("gz/snapshot.596.gz", Framing::Gzip), ("snappy/snapshot.596.snappy", Framing::Snappy)] {
        let packed = verify(&golden::folder().join(file)).unwrap();
        assert_eq!((packed.framing, packed.bytes), (framing, plain.bytes), "{file}");
    }
}
