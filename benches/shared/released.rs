//! The program that benchmarks measure: the one that is released.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

static INSTALLED: OnceLock<PathBuf> = OnceLock::new();

/// Builds the program as a release does, and puts it into a folder, as an installation would: a linker writes files in
/// pieces, which systems load more slowly than a copy.
pub(crate) fn install(folder: &Path) {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut bash = Command::new("bash");
    bash.arg("packaging/build.sh").current_dir(project).stderr(Stdio::inherit());
    let output = bash.output().expect("bash starts");
    assert!(output.status.success(), "packaging/build.sh failed");
    let built = String::from_utf8(output.stdout).expect("a path");
    let program = INSTALLED.get_or_init(|| folder.join("autopurge"));
    fs::copy(project.join(built.trim_end()), program).expect("a copy of the program");
}

/// The installed program.
pub(crate) fn autopurge() -> Command {
    Command::new(INSTALLED.get().expect("`main` has installed it"))
}
