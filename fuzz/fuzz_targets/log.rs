//! The reader of transaction logs: no panic, and no memory for bytes that are not there (`-malloc_limit_mb`).
#![no_main]

use autopurge::zookeeper::log::verify_from;
use libfuzzer_sys::fuzz_target;
use simd_adler32::adler32;

/// The same bytes with the right checksums: hardly any change would get past them.
fn sealed(bytes: &[u8]) -> Vec<u8> {
    let (mut sealed, mut at) = (bytes.to_vec(), 16);
    while let Some(length) = sealed.get(at + 8..at + 12) {
        let length = u32::from_be_bytes(length.try_into().expect("four bytes"));
        let payload = at + 12..at.saturating_add(12).saturating_add(usize::try_from(length).expect("32 bits"));
        let Some(sum) = sealed.get(payload.clone()).map(|payload| u64::from(adler32(&payload))) else { break };
        sealed[at..at + 8].copy_from_slice(&sum.to_be_bytes());
        at = payload.end + 1;
    }
    sealed
}

fuzz_target!(|bytes: &[u8]| {
    let _ = verify_from(bytes);
    let _ = verify_from(sealed(bytes).as_slice());
});
