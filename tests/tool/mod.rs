//! What tests need that may not be there: real programs, in `target/tools/` where `tests/tools.sh` put them, and labels.

use std::env;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The root of the repository.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A program by its path below `target/tools/`; `None`, said aloud, where it is not there. Continuous integration must
/// have all of them.
pub(crate) fn tool(name: &str) -> Option<PathBuf> {
    let program = repository().join("target/tools").join(name);
    if program.exists() {
        return Some(program);
    }
    skip_aloud(&format!("{} is not there: run tests/tools.sh", program.display()));
    None
}

/// Something is missing that continuous integration must have.
pub(crate) fn skip_aloud(reason: &str) {
    assert!(env::var_os("CI").is_none(), "{reason}");
    skip(reason);
}

/// Straight to stderr, because the test harness keeps what `eprintln!` prints in a test that passes.
pub(crate) fn skip(reason: &str) {
    writeln!(io::stderr(), "SKIPPED: {reason}").expect("a writable stderr");
}
