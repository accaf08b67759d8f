//! `ZooKeeper`'s own tools.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The tools' jars: those of `tests/tools.sh`, or of Debian's package.
pub(crate) fn tool(class: &str) -> Result<Command, String> {
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools/zookeeper");
    let debian = PathBuf::from("/usr/share/java");
    let jars = if ours.join("zookeeper.jar").is_file() { jars(&ours) } else { debian_jars(&debian) };
    if jars.is_empty() {
        return Err("there is no ZooKeeper, run tests/tools.sh".to_owned());
    }
    command(&jars, class)
}

/// 3.9 is the first release with `SnapshotRecursiveSummary`; no distribution has it.
pub(crate) fn tool_of_3_9(class: &str) -> Result<Command, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools/zookeeper-3.9");
    let jars = jars(&folder);
    if jars.is_empty() {
        return Err("there is no ZooKeeper 3.9, run benches/snapshot/tools.sh".to_owned());
    }
    command(&jars, class)
}

fn command(jars: &[PathBuf], class: &str) -> Result<Command, String> {
    let version = Command::new("java").arg("-version").output();
    if !version.is_ok_and(|output| output.status.success()) {
        return Err("there is no java".to_owned());
    }
    let path: Vec<String> = jars.iter().map(|jar| jar.display().to_string()).collect();
    let mut command = Command::new("java");
    command.arg("-cp").arg(path.join(":")).arg(format!("org.apache.zookeeper.server.{class}"));
    command.env("TZ", "UTC").env("LC_ALL", "C.UTF-8");
    Ok(command)
}

/// All jars of a folder. Only one logger can be used, and that one has to be silent.
fn jars(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let is_wanted = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        name.rsplit('.').next() == Some("jar") && !name.starts_with("slf4j-simple") && !name.starts_with("logback")
    };
    let mut jars: Vec<PathBuf> = entries.filter(is_wanted).collect();
    jars.sort();
    jars
}

fn debian_jars(folder: &Path) -> Vec<PathBuf> {
    let jars = ["zookeeper.jar", "slf4j-nop.jar"].map(|name| folder.join(name));
    jars.into_iter().filter(|jar| jar.is_file()).collect()
}
