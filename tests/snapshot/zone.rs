//! Times are printed in the zone of the process, as ZooKeeper's own formatter does it.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::golden;
use crate::tool::{repository, skip, skip_aloud};

const FILE: &str = "small/version-2/snapshot.596";

/// What a command prints in a zone.
fn printed(command: &mut Command, zone: &str) -> String {
    let output =
        command.current_dir(golden::folder()).env_clear().envs([("TZ", zone), ("LC_ALL", "C.UTF-8")]).output().unwrap();
    assert!(output.status.success(), "{zone}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn ours(zone: &str) -> String {
    printed(Command::new(env!("CARGO_BIN_EXE_autopurge")).args(["snapshot", "format", FILE]), zone)
}

#[test]
fn times_are_those_of_the_clocks_on_the_wall() {
    let table = [
        ("UTC", "ctime = Sun Nov 22 09:05:37 UTC 2026"),
        // By the rule itself, so that no machine needs a database of zones.
        ("CET-1CEST,M3.5.0,M10.5.0/3", "ctime = Sun Nov 22 10:05:37 CET 2026"),
        ("XYZ10XYS,M9.5.0,M4.1.0", "ctime = Sun Nov 22 00:05:37 XYS 2026"),
        ("No/Such_Zone", "ctime = Sun Nov 22 09:05:37 UTC 2026"),
    ];
    for (zone, expected) in table {
        let printed = ours(zone);
        let first = printed.lines().find(|line| line.contains("ctime") && line.ends_with("2026"));
        let first = first.unwrap_or_else(|| panic!("{zone}: {printed}"));
        assert_eq!(first.trim(), expected, "{zone}");
    }
}

#[test]
fn the_real_formatter_prints_the_same_in_other_zones() {
    let jars = repository().join("target/tools/zookeeper");
    let Some(java) = which("java").filter(|_| jars.join("zookeeper.jar").is_file()) else {
        return skip_aloud(&format!("no Java, or no ZooKeeper in {}: run tests/tools.sh", jars.display()));
    };
    for zone in ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Sydney"] {
        if !Path::new("/usr/share/zoneinfo").join(zone).is_file() {
            skip(&format!("this machine does not know {zone}"));
            continue;
        }
        let mut theirs = Command::new(&java);
        theirs.arg("-cp").arg(jars.join("*")).args(["org.apache.zookeeper.server.SnapshotFormatter", FILE]);
        let (ours, theirs) = (ours(zone), printed(&mut theirs, zone));
        let differs = ours.lines().zip(theirs.lines()).find(|(ours, theirs)| ours != theirs);
        assert!(ours == theirs, "{zone}: {differs:?}");
    }
}

fn which(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}
