//! Turns a panic of the YAML parser into a value.
//!
//! libyaml-safer 0.3.0 panics on malformed tags before flow indicators
//! (<https://github.com/simonask/libyaml-safer/issues/6> and 7), on documents that Helm refuses as well.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

thread_local! {
    static IS_QUIET: Cell<bool> = const { Cell::new(false) };
}

static HOOK: Once = Once::new();

/// Runs `work`; `None` if it panicked, in which case nothing is printed. Panics elsewhere still reach the previous
/// hook.
pub(super) fn catch<T>(work: impl FnOnce() -> T) -> Option<T> {
    HOOK.call_once(install);
    let was_quiet = IS_QUIET.replace(true);
    // The closure owns or only reads what it touches, and its half-built tree is dropped with it.
    let outcome = catch_unwind(AssertUnwindSafe(work));
    IS_QUIET.set(was_quiet);
    outcome.ok()
}

fn install() {
    let previous = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |information| {
        if !IS_QUIET.get() {
            previous(information);
        }
    }));
}
