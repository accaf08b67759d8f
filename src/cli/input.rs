//! Standard input, scanned for literals while it is read.

use std::io::{self, Read};
use std::os::fd::AsFd;

use crate::detect::{Scan, Trigger};

/// Bytes that are read before they are scanned: small enough to be still in the processor's cache.
const CHUNK: usize = 256 * 1024;

/// Bytes that a pipe holds before its writer has to wait: as much as Linux gives to everybody.
const PIPE: usize = 1024 * 1024;

/// Makes a pipe larger, so that the programs at its ends wait less for each other. Of no effect on anything else, and
/// where the system refuses.
pub(super) fn widen(end: impl AsFd) {
    #[cfg(target_os = "linux")]
    let _ = rustix::pipe::fcntl_setpipe_size(end, PIPE);
    #[cfg(not(target_os = "linux"))]
    let _ = (end, PIPE);
}

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
