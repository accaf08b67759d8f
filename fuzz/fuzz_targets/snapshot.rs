//! The readers of snapshots: no panic, and no memory for bytes that are not there (`-malloc_limit_mb`).
#![no_main]

use autopurge::zookeeper::snapshot::java::formatter::{DataStyle, write_details, write_json};
use autopurge::zookeeper::snapshot::{Described, Keep, Order, Wanted, read, verify_from};
use libfuzzer_sys::fuzz_target;

const NAMES: [&str; 3] = ["snapshot.1", "snapshot.1.gz", "snapshot.1.snappy"];

fuzz_target!(|input: (u8, &[u8])| {
    let (kind, bytes) = input;
    let name = NAMES[usize::from(kind) % NAMES.len()];
    let what = Described { name, size: u64::try_from(bytes.len()).ok().filter(|_| kind < 128) };
    let _ = verify_from(what, || Ok(bytes));
    let keep = Keep { stats: true, data: true, contents: true };
    for order in [Order::Java, Order::Name] {
        if let Ok((tree, _)) = read(what, bytes, Wanted { keep, order }) {
            write_details(&mut std::io::sink(), &tree, DataStyle::Base64, None).expect("a sink takes all");
            write_json(&mut std::io::sink(), &tree, 0).expect("a sink takes all");
        }
    }
});
