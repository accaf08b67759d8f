//! Not faster than the disk of a busy server likes.

use std::num::NonZeroU32;
use std::thread;
use std::time::{Duration, Instant};

/// Gives every file its turn.
pub(super) struct Pace {
    interval: Duration,
    next: Instant,
}

impl Pace {
    /// So many in a second at most; without a number as fast as it goes.
    pub(super) fn new(per_second: Option<NonZeroU32>) -> Self {
        let interval = per_second.map_or(Duration::ZERO, |count| Duration::from_secs(1) / count.get());
        Self { interval, next: Instant::now() }
    }

    /// Waits for the next turn. Time that was lost is not made up for.
    pub(super) fn wait(&mut self) {
        thread::sleep(self.next.saturating_duration_since(Instant::now()));
        self.next = Instant::now() + self.interval;
    }
}
