//! What follows the gzip stream of a snapshot, beside what Java reads of it.

use std::fs;

use autopurge::zookeeper::ReadError;
use autopurge::zookeeper::snapshot::{Described, verify_from};

use super::golden::{self, gzip};
use crate::cleanup::zookeeper::ZooKeeper;
use crate::tool::repository;

const NAME: &str = "snapshot.596.gz";

/// A way in which a stream goes on, the bytes, and how many of them are ignored.
type Row = (&'static str, Vec<u8>, u64);

fn followed() -> Vec<Row> {
    vec![
        ("nothing", vec![], 0),
        ("a byte", vec![b'x'], 1),
        ("four bytes", b"abcd".to_vec(), 4),
        ("the rest of a block", vec![0; 300], 300),
        ("more than Java reads at a time", vec![b'x'; 600], 600),
        ("more than this reads at a time", vec![b'x'; 300_000], 300_000),
        ("half of a header", vec![0x1f, 0x8b], 2),
        ("a member without content", gzip(b""), 0),
        ("a member without content, and bytes", [gzip(b""), b"abcd".to_vec()].concat(), 4),
    ]
}

#[test]
fn bytes_after_the_stream_are_ignored_and_told_of() {
    let whole = gzip(&golden::read("small/version-2/snapshot.596"));
    for (case, more, ignored) in followed() {
        let bytes = [&whole[..], &more].concat();
        let found = verify_from(Described { name: NAME, size: None }, || Ok(&bytes[..])).unwrap();
        assert_eq!((found.outline.nodes, found.ignored), (1314, ignored), "{case}");
    }
    // What begins like a member is read, and is content.
    for more in [gzip(b"more"), gzip(b"")[..19].to_vec()] {
        let bytes = [&whole[..], &more].concat();
        let found = verify_from(Described { name: NAME, size: None }, || Ok(&bytes[..]));
        assert!(matches!(found, Err(ReadError::Damage(_))), "{found:?}");
    }
}

#[test]
fn servers_restore_from_a_stream_with_bytes_after_it() {
    let Some(zookeeper) = ZooKeeper::find() else { return };
    let folder = tempfile::tempdir().unwrap();
    let whole = gzip(&golden::read("small/version-2/snapshot.596"));
    let mut folders = Vec::new();
    for (number, (_, more, _)) in followed().iter().enumerate() {
        let place = folder.path().join(number.to_string());
        fs::create_dir(&place).unwrap();
        fs::write(place.join(NAME), [&whole[..], more].concat()).unwrap();
        folders.push(place.to_str().unwrap().to_owned());
    }
    let Some(said) = zookeeper.run(&repository().join("tests/snapshot/ReadSnapshots.java"), &folders) else { return };
    assert_eq!(said.lines().collect::<Vec<&str>>(), vec!["596 1314"; folders.len()]);
}
