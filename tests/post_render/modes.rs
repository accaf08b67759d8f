//! The table of modes: what a mode makes of a situation, with and without `--strict`.

use tempfile::TempDir;

use super::program::{autopurge, feed, input_of, ran, run, run_with};

/// What comes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Out {
    /// What came in.
    Same,
    /// Something else.
    Changed,
    Nothing,
}

use Out::{Changed, Nothing, Same};

/// Exit code and output in the modes patch, warn and deny.
type Row = (&'static str, [(i32, Out); 3]);

const LAX: [Row; 11] = [
    ("never-purges", [(0, Changed), (0, Same), (1, Nothing)]),
    ("not-a-number", [(0, Changed), (0, Same), (1, Nothing)]),
    ("old-image-not-curable", [(0, Changed), (0, Same), (1, Nothing)]),
    ("retain-not-a-number", [(0, Changed), (0, Same), (1, Nothing)]),
    ("env-file-unknown", [(0, Same), (0, Same), (0, Same)]),
    ("unknown-command", [(0, Same), (0, Same), (0, Same)]),
    ("already-purges", [(0, Same), (0, Same), (0, Same)]),
    ("retain-below-minimum", [(0, Same), (0, Same), (0, Same)]),
    ("no-zookeeper", [(0, Same), (0, Same), (0, Same)]),
    ("hooks-only", [(0, Same), (0, Same), (0, Same)]),
    ("diagnostic-mode", [(0, Same), (0, Same), (0, Same)]),
];

const STRICT: [Row; 11] = [
    ("never-purges", [(0, Changed), (0, Same), (1, Nothing)]),
    ("not-a-number", [(0, Changed), (0, Same), (1, Nothing)]),
    ("old-image-not-curable", [(1, Nothing), (0, Same), (1, Nothing)]),
    ("retain-not-a-number", [(1, Nothing), (0, Same), (1, Nothing)]),
    ("env-file-unknown", [(1, Nothing), (0, Same), (1, Nothing)]),
    ("unknown-command", [(1, Nothing), (0, Same), (1, Nothing)]),
    ("already-purges", [(0, Same), (0, Same), (0, Same)]),
    ("retain-below-minimum", [(0, Same), (0, Same), (0, Same)]),
    ("no-zookeeper", [(0, Same), (0, Same), (0, Same)]),
    ("hooks-only", [(0, Same), (0, Same), (0, Same)]),
    ("diagnostic-mode", [(0, Same), (0, Same), (0, Same)]),
];

const MODES: [&str; 3] = ["patch", "warn", "deny"];

#[test]
fn the_table_of_modes() {
    assert_table(&LAX, &[]);
}

#[test]
fn the_table_of_modes_with_strict() {
    assert_table(&STRICT, &["--strict"]);
}

fn assert_table(table: &[Row], more: &[&str]) {
    for (case, row) in table {
        let input = input_of(case);
        for (mode, expected) in MODES.into_iter().zip(row) {
            let ran = run(&[&["post-render", "--mode", mode], more].concat(), &input);
            assert_eq!((ran.code, out(&ran.stdout, &input)), *expected, "{case} {mode} {more:?}\n{}", ran.stderr);
        }
    }
}

fn out(stdout: &[u8], input: &[u8]) -> Out {
    if stdout == input {
        Same
    } else if stdout.is_empty() {
        Nothing
    } else {
        Changed
    }
}

#[test]
fn a_broken_document_that_matters_stops_every_mode() {
    for mode in MODES {
        run(&["--mode", mode], b"kind: StatefulSet\nimage: [zookeeper\n").assert_stopped(2, &["line 3, column 1"]);
    }
}

#[test]
fn a_report_that_cannot_be_written_stops_every_mode() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("missing/report.json");
    for mode in MODES {
        let ran = run(&["--mode", mode, "--report", path.to_str().expect("UTF-8")], &input_of("never-purges"));
        ran.assert_stopped(2, &["missing/report.json", "help"]);
    }
}

#[test]
fn an_empty_stream_is_fine_in_every_mode() {
    for mode in MODES {
        for strict in [&[][..], &["--strict"]] {
            run(&[&["post-render", "--mode", mode], strict].concat(), b"").assert_untouched(b"");
        }
    }
}

#[test]
fn the_worst_server_of_a_stream_decides() {
    let join = |cases: [&str; 2]| cases.map(input_of).join(&b"---\n"[..]);
    let stream = join(["never-purges", "old-image-not-curable"]);
    assert_eq!(run(&["--strict"], &stream).code, 1);
    let stream = join(["already-purges", "env-file-unknown"]);
    assert_eq!(run(&["--strict", "--mode", "deny"], &stream).code, 1);
    assert_eq!(run(&["--mode", "deny"], &stream).code, 0);
}

#[test]
fn variables_do_what_options_do() {
    let input = input_of("never-purges");
    assert_eq!(run_with(&[], &[("AUTOPURGE_MODE", "deny")], &input).code, 1);
    assert!(run_with(&[], &[("AUTOPURGE_MODE", "warn")], &input).stdout == input);
    assert!(run_with(&[], &[("AUTOPURGE_INTERVAL", "6")], &input).stdout == run(&["--interval", "6"], &input).stdout);
    assert!(run_with(&[], &[("AUTOPURGE_NO_COMMENT", "1")], &input).stdout == run(&["--no-comment"], &input).stdout);
    assert!(run_with(&[], &[("AUTOPURGE_RETAIN", "5")], &input).stdout == run(&["--retain", "5"], &input).stdout);
    let unknown = input_of("env-file-unknown");
    assert_eq!(run_with(&[], &[("AUTOPURGE_STRICT", "true")], &unknown).code, 1);
    assert_eq!(run_with(&[], &[("AUTOPURGE_STRICT", "0")], &unknown).code, 0);
    assert!(run_with(&[], &[("AUTOPURGE_QUIET", "yes")], &input).stderr.is_empty());
}

#[test]
fn options_go_before_variables() {
    let input = input_of("never-purges");
    assert!(run_with(&["--mode", "warn"], &[("AUTOPURGE_MODE", "deny")], &input).stdout == input);
}

#[test]
fn what_stopped_a_run_is_said_even_when_asked_to_be_quiet() {
    let ran = run(&["--mode", "deny", "-q"], &input_of("never-purges"));
    ran.assert_stopped(1, &["purge-disabled", "nothing was passed on"]);
}

#[test]
fn a_report_is_written_in_every_mode_and_before_a_refusal() {
    let folder = TempDir::new().expect("a folder");
    for mode in MODES {
        let path = folder.path().join(mode);
        run(&["--mode", mode, "--report", path.to_str().expect("UTF-8")], &input_of("never-purges"));
        assert!(path.is_file(), "{mode}");
    }
}

#[test]
fn a_folder_gets_one_report_per_call() {
    let folder = TempDir::new().expect("a folder");
    let path = format!("{}/reports/", folder.path().display());
    let calls: Vec<_> = (0..4).map(|_| feed(autopurge(&["--report", &path], &[]), &input_of("never-purges"))).collect();
    for call in calls {
        assert_eq!(ran(&call.wait_with_output().expect("an end")).code, 0);
    }
    let reports: Vec<_> = std::fs::read_dir(path).expect("the folder").collect();
    assert_eq!(reports.len(), 4);
    for report in reports {
        let text = std::fs::read(report.expect("an entry").path()).expect("a report");
        let report: serde_json::Value = serde_json::from_slice(&text).expect("JSON");
        assert_eq!(report["schema"], "autopurge/report/v1");
    }
}
