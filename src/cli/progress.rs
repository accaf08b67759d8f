//! Progress bars on standard error. They are shown only if standard error is a terminal.

use std::fmt;
use std::io::{self, Read};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

/// How often a bar is drawn at most, per second: more would delay the work over slow connections.
const PER_SECOND: u8 = 10;

/// A progress bar, which disappears when the work is done.
#[derive(Debug, Clone)]
pub(super) struct Progress {
    bar: ProgressBar,
    /// What is being worked on. This is not the bar's own message, as setting that draws the bar with the old numbers.
    what: Arc<Mutex<String>>,
}

impl Progress {
    /// A bar that counts bytes read.
    pub(super) fn of_bytes(is_quiet: bool) -> Self {
        Self::new(is_quiet, "{what:30!} [{bar:30}] {bytes} of {total_bytes}, {eta}")
    }

    /// A bar that counts files processed.
    pub(super) fn of_files(is_quiet: bool) -> Self {
        Self::new(is_quiet, "{what:30!} [{bar:30}] {pos} of {len}, {eta}")
    }

    fn new(is_quiet: bool, template: &str) -> Self {
        // indicatif draws nothing if standard error is not a terminal.
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

    /// Starts a piece of work of a certain size, in bytes or files.
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

    /// Wraps a reader so that reading advances this bar.
    pub(super) fn watch<R: Read>(&self, reader: R) -> Watched<'_, R> {
        Watched { reader, progress: self }
    }

    /// Advances the bar.
    pub(super) fn advance(&self, by: u64) {
        self.bar.inc(by);
    }

    /// Removes the bar for good, so that further output appears in its place.
    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }
}

/// A reader that advances a bar.
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
