//! Standard input, scanned for literals while it is read.

use std::io::{self, Read};

use crate::detect::{Scan, Trigger};

/// Bytes that are read before they are scanned: small enough to be still in the processor's cache.
const CHUNK: usize = 256 * 1024;

/// Reads a stream to its end and scans it on the way.
///
/// # Errors
/// When reading fails; what has been read is dropped.
pub(super) fn read(mut source: impl Read, trigger: &Trigger) -> io::Result<(Vec<u8>, Scan)> {
    // A large allocation starts as untouched pages; growing from nothing would copy the first chunk several times over.
    let (mut stream, mut scan) = (Vec::with_capacity(CHUNK), Scan::default());
    let limit = u64::try_from(CHUNK).unwrap_or(u64::MAX);
    loop {
        let read = source.by_ref().take(limit).read_to_end(&mut stream)?;
        scan.advance(trigger, &stream);
        if read < CHUNK {
            return Ok((stream, scan));
        }
    }
}
