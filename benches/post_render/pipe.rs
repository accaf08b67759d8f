//! A program between two pipes: this process writes into one and reads from the other, as fast as it can.

use std::fs;
use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Instant;

/// More than a pipe can hold, so that a program cannot end before it has been looked at.
const HELD_BACK: usize = 4 << 20;

/// One run of a program.
pub(crate) struct Run {
    pub(crate) seconds: f64,
    /// Unknown where there is no `/proc`.
    pub(crate) peak_megabytes: Option<f64>,
}

/// Sends the stream through the program, which has to put out as many bytes as it gets.
pub(crate) fn through(command: &mut Command, stream: &[u8]) -> Run {
    let start = Instant::now();
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the program starts");
    let mut source = child.stdin.take().expect("a pipe");
    let mut sink = child.stdout.take().expect("a pipe");
    let mut buffer = vec![0; 1 << 20];
    let mut read_until = |total: usize, mut received: usize| {
        while received < total {
            match sink.read(&mut buffer).expect("a readable pipe") {
                0 => break,
                count => received += count,
            }
        }
        received
    };
    let peak_megabytes = thread::scope(|scope| {
        scope.spawn(move || source.write_all(stream).expect("the program reads its input"));
        let received = read_until(stream.len() - HELD_BACK, 0);
        let peak_megabytes = peak_megabytes(&child);
        assert_eq!(read_until(usize::MAX, received), stream.len(), "{command:?} lost or added something");
        peak_megabytes
    });
    assert!(child.wait().expect("the program ends").success(), "{command:?} failed");
    Run { seconds: start.elapsed().as_secs_f64(), peak_megabytes }
}

/// The highest resident size so far, as Linux keeps it for a living process (`VmHWM`).
///
/// Not `ru_maxrss`, which is what `wait4` and GNU time report: Linux carries it over from the process that started the
/// program, so that here it would be the size of this benchmark with its 100 MB.
fn peak_megabytes(child: &Child) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kibibytes * 1024.0 / 1e6)
}
