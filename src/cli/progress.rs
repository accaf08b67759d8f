//! Progress on standard error, for people who wait. Nothing where standard error is no terminal.

use std::fmt;
use std::io::{self, Read};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

/// How often a bar is drawn at most, per second: more would slow the work down over slow lines.
const PER_SECOND: u8 = 10;

/// A bar that grows with a piece of work, and is gone when that is done.
#[derive(Debug, Clone)]
pub(super) struct Progress {
    bar: ProgressBar,
    /// What is being worked on. Not the bar's own message: setting that draws it at once, beside the numbers of before.
    what: Arc<Mutex<String>>,
}

impl Progress {
    /// Bytes that are read.
    pub(super) fn of_bytes(is_quiet: bool) -> Self {
        Self::new(is_quiet, "{what:30!} [{bar:30}] {bytes} of {total_bytes}, {eta}")
    }

    /// Files that are worked through.
    pub(super) fn of_files(is_quiet: bool) -> Self {
        Self::new(is_quiet, "{what:30!} [{bar:30}] {pos} of {len}, {eta}")
    }

    fn new(is_quiet: bool, template: &str) -> Self {
        // The target itself is silent where standard error is no terminal.
        let target =
            if is_quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr_with_hz(PER_SECOND) };
        let (bar, what) = (ProgressBar::with_draw_target(None, target), Arc::new(Mutex::new(String::new())));
        if let Ok(style) = ProgressStyle::with_template(template) {
            let what = Arc::clone(&what);
            let write = move |_: &ProgressState, out: &mut dyn fmt::Write| {
                // A bar that cannot be drawn is no reason to stop.
                let _ = what.lock().map(|what| out.write_str(&what));
            };
            bar.set_style(style.with_key("what", write).progress_chars("=> "));
        }
        Self { bar, what }
    }

    /// Begins with a piece of work.
    pub(super) fn begin(&self, what: String, size: u64) {
        if let Ok(mut place) = self.what.lock() {
            *place = what;
        }
        self.bar.update(|state| {
            state.set_len(size);
            state.set_pos(0);
        });
        self.bar.reset_eta();
        self.bar.enable_steady_tick(Duration::from_millis(200));
    }

    /// The same reader, under this bar.
    pub(super) fn watch<R: Read>(&self, reader: R) -> Watched<'_, R> {
        Watched { reader, progress: self }
    }

    /// So much more is done.
    pub(super) fn advance(&self, by: u64) {
        self.bar.inc(by);
    }

    /// Takes the bar away for good, so that what is printed next stands in its place.
    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }
}

/// A reader that moves a bar on.
pub(super) struct Watched<'p, R> {
    reader: R,
    progress: &'p Progress,
}

impl<R: Read> Read for Watched<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.progress.advance(u64::try_from(read).unwrap_or(u64::MAX));
        Ok(read)
    }
}
