//! Reads standard input and scans it for literals at the same time.

use std::io::{self, Read};
use std::os::fd::AsFd;

use crate::detect::{Scan, Trigger};

/// How many bytes are read before they are scanned: few enough to still be in the processor's cache.
const CHUNK: usize = 256 * 1024;

/// Capacity of a pipe in bytes: the most that Linux grants to unprivileged processes by default.
const PIPE: usize = 1024 * 1024;

/// Enlarges a pipe, so that the programs at its ends wait less for each other. It does nothing if the system refuses,
/// or if this is not a pipe.
pub(super) fn widen(end: impl AsFd) {
    #[cfg(target_os = "linux")]
    let _ = rustix::pipe::fcntl_setpipe_size(end, PIPE);
    #[cfg(not(target_os = "linux"))]
    let _ = (end, PIPE);
}

/// Reads a stream to its end and scans it on the way.
///
/// # Errors
/// When reading fails; what was read so far is lost.
pub(super) fn read(mut source: impl Read, trigger: &Trigger) -> io::Result<(Vec<u8>, Scan)> {
    // A large allocation costs nothing until it is used; growing from zero would copy the first chunk several times.
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
