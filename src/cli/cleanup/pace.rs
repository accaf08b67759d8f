//! Limits the rate of deletion, to spare the disk of a busy server.

use std::num::NonZeroU32;
use std::thread;
use std::time::{Duration, Instant};

/// Spreads deletions evenly over time.
pub(super) struct Pace {
    interval: Duration,
    next: Instant,
}

impl Pace {
    /// At most this many files per second; `None` for no limit.
    pub(super) fn new(per_second: Option<NonZeroU32>) -> Self {
        let interval = per_second.map_or(Duration::ZERO, |count| Duration::from_secs(1) / count.get());
        Self { interval, next: Instant::now() }
    }

    /// Waits until the next file may be deleted. Lost time is not made up for.
    pub(super) fn wait(&mut self) {
        thread::sleep(self.next.saturating_duration_since(Instant::now()));
        self.next = Instant::now() + self.interval;
    }
}
