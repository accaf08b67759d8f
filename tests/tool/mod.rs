//! Real programs that tests run against, in `target/tools/` where `tests/tools.sh` put them.

use std::env;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A program by its path below `target/tools/`; `None`, said aloud, where it is not there. Continuous integration must
/// have all of them.
pub(crate) fn tool(name: &str) -> Option<PathBuf> {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools").join(name);
    if program.exists() {
        return Some(program);
    }
    skip_aloud(&format!("{} is not there: run tests/tools.sh", program.display()));
    None
}

/// Straight to stderr, because the test harness keeps what `eprintln!` prints in a test that passes.
pub(crate) fn skip_aloud(reason: &str) {
    assert!(env::var_os("CI").is_none(), "{reason}");
    writeln!(io::stderr(), "SKIPPED: {reason}").expect("a writable stderr");
}
