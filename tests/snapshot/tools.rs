//! The recorded runs of ZooKeeper's tools, byte for byte.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use super::golden::{self, Run};

/// What a run left behind, times masked as in the recorded ones.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs `autopurge snapshot ARGS` in the folder that the recorded runs were made in.
pub(crate) fn snapshot(args: &[&str], stdin: &str) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_autopurge"));
    command.arg("snapshot").args(args).current_dir(golden::folder()).env_clear().env("TZ", "UTC");
    let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = pipes.spawn().unwrap();
    // A program that ends without reading all of it is fine.
    let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(!stderr.contains("panicked"), "{stderr}");
    let stdout = masked(&String::from_utf8(output.stdout).unwrap());
    Ran { code: output.status.code().unwrap(), stdout, stderr }
}

/// Times of the comparer as `T`, the timestamp of JSON as `TS`.
fn masked(stdout: &str) -> String {
    let lines = stdout.split_inclusive('\n').map(|line| match line.rsplit_once(" in ") {
        Some((begin, _)) if line.ends_with(" seconds\n") => format!("{begin} in T seconds\n"),
        _ => masked_timestamp(line),
    });
    lines.collect()
}

fn masked_timestamp(line: &str) -> String {
    match line.split_once("\"timestamp\":") {
        Some((begin, rest)) => {
            format!("{begin}\"timestamp\":TS{}", rest.trim_start_matches(|c: char| c.is_ascii_digit()))
        }
        None => line.to_owned(),
    }
}

fn run(run: &Run) -> Ran {
    let command = match run.tool.as_str() {
        "SnapshotComparer" => "compare",
        "SnapshotFormatter" => "format",
        "SnapshotRecursiveSummary" => "summary",
        tool => panic!("no tool {tool}"),
    };
    let args: Vec<&str> = std::iter::once(command).chain(run.args.iter().map(String::as_str)).collect();
    snapshot(&args, &run.stdin)
}

/// 3.4's formatter knew less, and the JSON of 3.5 and 3.6 escaped slashes.
const OTHER_RELEASES: [&str; 3] = ["format-small-0-zk3.4.14", "format-json-0-zk3.5.10", "format-json-0-zk3.6.4"];

/// Whoever uses none of the tool's options is not told about them.
const WITHOUT_OPTIONS: &str = "compare-error-noargs";

fn left_out(run: &Run) -> bool {
    OTHER_RELEASES.contains(&run.name.as_str()) || run.name == WITHOUT_OPTIONS
}

#[test]
fn recorded_runs_are_repeated_byte_for_byte() {
    let runs: Vec<Run> = golden::runs().into_iter().filter(|run| !left_out(run)).collect();
    assert!(runs.len() >= 70, "{}", runs.len());
    for recorded in &runs {
        let ran = run(recorded);
        assert_eq!(ran.code, recorded.exit, "{}: {}", recorded.name, ran.stderr);
        let expected = recorded.stdout();
        let at = ran.stdout.lines().zip(expected.lines()).position(|(ours, theirs)| ours != theirs);
        assert!(
            ran.stdout == expected,
            "{} ({}) differs from line {at:?}:\n{:?}\n{:?}",
            recorded.name,
            recorded.zookeeper,
            at.and_then(|at| ran.stdout.lines().nth(at)),
            at.and_then(|at| expected.lines().nth(at)),
        );
    }
}

#[test]
fn wrong_options_of_compare_are_refused_in_the_words_of_the_tool() {
    let runs = golden::runs();
    let refused = runs.iter().filter(|run| run.tool == "SnapshotComparer" && run.exit == 2 && !left_out(run));
    let mut count = 0;
    for recorded in refused {
        assert_eq!(
            run(recorded).stderr.lines().next(),
            recorded.stderr.first().map(String::as_str),
            "{}",
            recorded.name
        );
        count += 1;
    }
    assert_eq!(count, 3);
}

#[test]
fn damaged_snapshots_are_refused_where_the_tools_refuse_them() {
    for case in golden::broken() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(&case.file);
        std::fs::write(&file, case.bytes()).unwrap();
        let file = file.to_str().unwrap();
        let formatted = snapshot(&["format", file], "");
        assert_eq!(formatted.code, case.formatter.exit, "{}: {}", case.name, formatted.stderr);
        assert_eq!(formatted.stdout.len(), case.formatter.stdout_bytes, "{}", case.name);
        let args = ["compare", "-l", "small/version-2/snapshot.596", "-r", file, "-b", "0", "-n", "0"];
        let compared = snapshot(&args, "");
        assert_eq!(compared.code, case.comparer.exit, "{}: {}", case.name, compared.stderr);
    }
}

fn at_root(args: &[&str]) -> crate::cleanup::program::Ran {
    crate::cleanup::program::run(Path::new(env!("CARGO_MANIFEST_DIR")), args)
}

/// Java's scanner replaces what is not UTF-8, and goes on.
#[test]
fn an_answer_that_is_not_utf_8_is_not_valid() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_autopurge"));
    command.current_dir(golden::folder()).env_clear().stdin(Stdio::piped()).stdout(Stdio::piped());
    command.args(["snapshot", "compare", "-i", "-b", "1000", "-n", "1000"]);
    command.args(["-l", "small/version-2/snapshot.0", "-r", "small/version-2/snapshot.168"]);
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"\xff\n1\r\n").unwrap();
    let output = child.wait_with_output().unwrap();
    let (stdout, stderr) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert!(stdout.contains("Input \u{fffd} is not valid. Depth must be in range"), "{stdout}");
    assert!(stdout.contains("Analysis for depth 1"), "{stdout}");
    assert!(stderr.contains("the input ended before the deepest level was printed"), "{stderr}");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn usage_and_arguments_agree() {
    for (command, argument) in
        [(&["cleanup"][..], "<DIR>"), (&["disk"], "<DIR>"), (&["snapshot", "compare"], "[OLD] [NEW]...")]
    {
        let help = at_root(&[command, &["--help"]].concat()).stdout;
        let usage = help.lines().find_map(|line| line.strip_prefix("Usage: ")).unwrap();
        assert!(usage.starts_with(&format!("autopurge {} [OPTIONS]", command.join(" "))), "{usage}");
        assert!(usage.ends_with(argument) && help.contains(&format!("Arguments:\n  {argument}")), "{help}");
    }
}

#[test]
fn a_comparison_of_the_first_none_has_no_empty_tables() {
    let args = ["compare", "small/version-2/snapshot.307", "small/version-2/snapshot.596", "--top"];
    let [none, one] = ["0", "1"].map(|top| snapshot(&[&args[..], &[top]].concat(), ""));
    assert!(one.stdout.contains("Grown most") && !none.stdout.contains("Grown most"), "{}", none.stdout);
    assert!(none.stdout.contains("Nodes whose data changed at the same size"), "{}", none.stdout);
}

/// The table in docs/runbook.md.
#[test]
fn exit_codes_are_those_of_the_runbook() {
    const SNAPSHOT: &str = "fixtures/zookeeper/small/version-2/snapshot.307";
    const NO_SNAPSHOT: &str = "Cargo.toml";
    let table = [
        (&["compare", "-l", SNAPSHOT, "-r", SNAPSHOT, "--format", "table"][..], 0),
        (&["compare", "-l", SNAPSHOT, "-r", "none", "--format", "json"], 1),
        (&["compare", "-l", SNAPSHOT, "-r", NO_SNAPSHOT, "-b", "1", "-n", "1"], 1),
        (&["compare", "-l", SNAPSHOT, "-r", SNAPSHOT, "-b", "x", "-n", "1"], 1),
        (&["compare", "-l", SNAPSHOT, "-r", SNAPSHOT, "-b", "1", "-n", "1", "-i"], 1),
        (&["compare", "-l", SNAPSHOT], 2),
        (&["compare", SNAPSHOT, SNAPSHOT], 0),
        (&["compare", SNAPSHOT, "none"], 1),
        (&["compare"], 2),
        (&["compare", SNAPSHOT], 2),
        (&["compare", SNAPSHOT, SNAPSHOT, "--format", "java"], 2),
        (&["format", SNAPSHOT], 0),
        (&["format", NO_SNAPSHOT], 1),
        (&["format", "none"], 2),
        (&["format", "src"], 2),
        (&["format", SNAPSHOT, SNAPSHOT], 2),
        (&["summary", SNAPSHOT, "/", "1"], 0),
        (&["summary", "none", "/", "1"], 1),
        (&["summary", NO_SNAPSHOT, "/", "1"], 1),
        (&["summary", SNAPSHOT, "/none", "1"], 1),
        (&["summary", SNAPSHOT, "/", "x"], 2),
        (&["verify", SNAPSHOT], 0),
        (&["verify", NO_SNAPSHOT], 1),
        (&["verify", "none"], 2),
        (&["verify", "docs"], 2),
    ];
    for (args, code) in table {
        let args: Vec<&str> = std::iter::once("snapshot").chain(args.iter().copied()).collect();
        let ran = at_root(&args);
        assert_eq!(ran.code, code, "{args:?}: {}", ran.stderr);
    }
}

/// The tool's own words come first; who misses its thresholds may want another format.
#[test]
fn a_comparison_without_thresholds_is_told_of_the_formats_that_need_none() {
    let ran = at_root(&["snapshot", "compare", "-l", "a", "-r", "b"]);
    assert_eq!(ran.code, 2);
    let said: Vec<&str> = ran.stderr.lines().collect();
    let way_out = "autopurge: --format text and --format json need neither";
    assert_eq!(said, ["Missing required options: b, n", way_out]);
    let ran = at_root(&["snapshot", "compare", "-l", "a", "-b", "1"]);
    assert!(!ran.stderr.contains("--format"), "{}", ran.stderr);
}

#[test]
fn two_snapshots_are_compared_for_people() {
    let (left, right) = ("small/version-2/snapshot.51c", "small/version-2/snapshot.596");
    let words = snapshot(&["compare", left, right], "");
    let options = snapshot(&["compare", "-l", left, "-r", right, "--format", "table"], "");
    assert_eq!((words.code, &words.stdout), (0, &options.stdout), "{}", words.stderr);
    let java = snapshot(&["compare", left, right, "-b", "0", "-n", "0"], "");
    assert_eq!(java.stdout, snapshot(&["compare", "-l", left, "-r", right, "-b", "0", "-n", "0"], "").stdout);
}

#[test]
fn javas_usage_is_for_those_who_use_javas_options() {
    for args in [&["compare"][..], &["compare", "a"], &["compare", "a", "b", "c"], &["compare", "a", "b", "--wrong"]] {
        let ran = snapshot(args, "");
        assert_eq!(ran.code, 2, "{args:?}");
        assert!(!ran.stdout.contains("java") && !ran.stderr.is_empty(), "{args:?}: {}", ran.stdout);
    }
    assert!(snapshot(&["compare", "-l", "a"], "").stdout.contains("usage: java"));
}
