//! The reader of transaction logs: no panic, and no memory for bytes that are not there (`-malloc_limit_mb`).
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = autopurge::zookeeper::log::verify_from(bytes);
});
