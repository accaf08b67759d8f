//! The readers of snapshots: no panic, and no memory for bytes that are not there (`-malloc_limit_mb`).
#![no_main]

use autopurge::zookeeper::snapshot::java::Zone;
use autopurge::zookeeper::snapshot::java::formatter::{DataStyle, Look, write_details, write_json};
use autopurge::zookeeper::snapshot::{Described, Keep, Loaded, Order, Wanted, read, verify_from};
use libfuzzer_sys::fuzz_target;
use simd_adler32::Adler32;

/// One for each way of packing; a file that is packed in another way ends at once.
const NAMES: [&str; 3] = ["snapshot.1", "snapshot.1.gz", "snapshot.1.snappy"];

/// What closes a tree and each checksum.
const CLOSING: &[u8] = b"\0\0\0\x01/";

/// The same bytes with the right checksums where they may be: hardly any change would get past them.
fn sealed(bytes: &[u8]) -> Vec<u8> {
    let (mut sealed, mut adler, mut at) = (bytes.to_vec(), Adler32::new(), 0);
    while let Some(found) = sealed[at..].windows(CLOSING.len()).position(|window| window == CLOSING) {
        let seal = at + found + CLOSING.len();
        adler.write(&sealed[at..seal]);
        let sum = u64::from(adler.finish()).to_be_bytes();
        let Some(place) = sealed.get_mut(seal..seal + sum.len()) else { break };
        place.copy_from_slice(&sum);
        // The checksum itself is in the next one.
        adler.write(&sum);
        at = seal + sum.len();
        let closing = sealed[at..].iter().zip(CLOSING).take_while(|(a, b)| a == b).count();
        adler.write(&sealed[at..at + closing]);
        at += closing;
    }
    sealed
}

fn read_in_every_way(name: &str, bytes: &[u8]) {
    for size in [None, u64::try_from(bytes.len()).ok()] {
        let _ = verify_from(Described { name, size }, || Ok(bytes));
    }
    let keep = Keep { stats: true, data: true, contents: true };
    for order in [Order::Java, Order::Name] {
        if let Ok(Loaded { tree, .. }) = read(Described { name, size: None }, bytes, Wanted { keep, order }) {
            let look = Look { data: DataStyle::Base64, zone: Zone::utc() };
            write_details(&mut std::io::sink(), &tree, look, None).expect("a sink takes all");
            write_json(&mut std::io::sink(), &tree, 0).expect("a sink takes all");
        }
    }
}

fuzz_target!(|bytes: &[u8]| {
    for name in NAMES {
        read_in_every_way(name, bytes);
    }
    read_in_every_way(NAMES[0], &sealed(bytes));
});
