//! Progress on standard error, for people who wait. Nothing where standard error is no terminal.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How often a bar is drawn at most, per second: more would slow the work down over slow lines.
const PER_SECOND: u8 = 10;

/// A bar that grows with a piece of work, and is gone when that is done.
#[derive(Debug, Clone)]
pub(super) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// Bytes that are read.
    pub(super) fn of_bytes(is_quiet: bool) -> Self {
        Self::new(is_quiet, "{msg:30!} [{bar:30}] {bytes} of {total_bytes}, {eta}")
    }

    /// Files that are worked through.
    pub(super) fn of_files(is_quiet: bool) -> Self {
        Self::new(is_quiet, "{msg:30!} [{bar:30}] {pos} of {len}, {eta}")
    }

    fn new(is_quiet: bool, template: &str) -> Self {
        // The target itself is silent where standard error is no terminal.
        let target =
            if is_quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr_with_hz(PER_SECOND) };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("=> "));
        }
        Self { bar }
    }

    /// Begins with a piece of work.
    pub(super) fn begin(&self, what: String, size: u64) {
        self.bar.set_message(what);
        self.bar.set_length(size);
        self.bar.reset();
        self.bar.enable_steady_tick(Duration::from_millis(200));
    }

    /// So much more is done.
    pub(super) fn advance(&self, by: u64) {
        self.bar.inc(by);
    }

    /// Takes the bar away, so that what is printed next stands in its place.
    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }
}
