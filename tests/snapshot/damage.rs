//! Damaged snapshots: what is wrong, and at which byte.

use autopurge::zookeeper::ReadError;
use autopurge::zookeeper::snapshot::{Described, Verified, verify_from};

use super::golden::{self, Broken};

fn verify(name: &str, bytes: &[u8]) -> Result<Verified, ReadError> {
    verify_from(Described { name, size: Some(u64::try_from(bytes.len()).unwrap()) }, || Ok(bytes))
}

fn message(case: &Broken) -> String {
    match verify(&case.file, &case.bytes()) {
        Ok(_) => "good".to_owned(),
        Err(error) => error.to_string(),
    }
}

/// What is wrong in each recorded case; "good" stands for nothing.
const MESSAGES: [(&str, &str); 33] = [
    ("intact", "good"),
    ("empty", "byte 0: the file is empty"),
    ("only-magic", "byte 4: the file ends inside the header"),
    ("only-header", "byte 16: the file ends inside the list of sessions"),
    ("cut-in-sessions", "byte 30: the file ends inside the list of sessions"),
    ("cut-in-node", "byte 150000: the file ends inside a node's numbers"),
    ("cut-before-terminator", "byte 302866: the file ends inside a node's path"),
    ("cut-after-tree", "byte 302871: the file ends inside a checksum"),
    ("cut-in-seal", "byte 302874: the file ends inside a checksum"),
    // The same bytes as with the digest switched off.
    ("cut-after-seal", "good"),
    ("cut-in-digest", "byte 302891: the file ends inside the tree digest"),
    ("trailing-garbage", "byte 302917: 64 bytes follow that belong to no section of a snapshot"),
    ("bad-checksum", "byte 302871: the Adler-32 checksum of a snapshot is 0x3f5fa1b5, but the file says 0xdeadbeef"),
    (
        "flipped-data-byte",
        "byte 302871: the Adler-32 checksum of a snapshot is 0xf26ca24f, but the file says 0x3f5fa1b5",
    ),
    ("bad-magic", "byte 0: 0x004b534e is not the beginning of a snapshot"),
    ("version-9", "byte 302871: the Adler-32 checksum of a snapshot is 0x9aafa1bc, but the file says 0x3f5fa1b5"),
    ("dbid-7", "byte 302871: the Adler-32 checksum of a snapshot is 0x0e5899c4, but the file says 0x3f5fa1b5"),
    (
        "huge-data-length",
        "byte 82594: the length of a node's data is 2147483647, but only 220323 bytes are left in the file",
    ),
    (
        "data-length-2097151",
        "byte 82594: the length of a node's data is 2097151, but only 220323 bytes are left in the file",
    ),
    ("negative-data-length", "byte 82594: the length of a node's data is -2"),
    ("null-data", "byte 82666: the length of a node's path is 1869636978, but only 220251 bytes are left in the file"),
    (
        "orphan-node",
        "byte 82547: the node /clickhouse/tables/0/posthog.eXents/columns comes before its parent /clickhouse/tables/0/posthog.eXents",
    ),
    (
        "negative-session-count",
        "byte 300058: the length of the list of ACLs is 1668049251, but only 2859 bytes are left in the file",
    ),
    ("duplicate-node", "byte 302965: the Adler-32 checksum of a snapshot is 0x20acb049, but the file says 0x3f5fa1b5"),
    ("gz-name-plain-content", "byte 10: the gzip stream is damaged: invalid gzip header"),
    ("snappy-name-plain-content", "byte 8: the snappy stream is damaged: no header of snappy-java"),
    ("plain-name-gz-content", "byte 0: 0x1f8b0800 is not the beginning of a snapshot"),
    ("gz-truncated", "byte 30000: the file ends inside the compressed stream"),
    ("gz-bad-crc", "the gzip stream is damaged: corrupt gzip stream does not have a matching checksum"),
    ("uppercase-GZ", "good"),
    ("other-extension", "good"),
    ("no-zxid-in-name", "good"),
    ("gz-no-zxid", "good"),
];

#[test]
fn every_recorded_damage_is_named_with_its_byte() {
    let cases = golden::broken();
    assert_eq!(cases.len(), MESSAGES.len());
    for (case, (name, expected)) in cases.iter().zip(MESSAGES) {
        assert_eq!(case.name, name);
        // Where a packed file ends depends on the packer.
        let found = message(case);
        assert!(found.ends_with(expected), "{name}: {found}");
    }
}

#[test]
fn a_snapshot_that_a_killed_server_left_is_no_snapshot() {
    let left = golden::read("broken/snapshot.149.gz");
    assert_eq!(
        verify("snapshot.149.gz", &left).unwrap_err().to_string(),
        "byte 10: the file ends inside the compressed stream"
    );
}

#[test]
fn every_cut_of_a_packed_snapshot_is_noticed() {
    for file in ["gz/snapshot.596.gz", "snappy/snapshot.596.snappy"] {
        let whole = golden::read(file);
        for cut in (0..whole.len()).step_by(997).chain([whole.len() - 1]) {
            assert!(verify(file, &whole[..cut]).is_err(), "{file} cut at {cut}");
        }
    }
}
