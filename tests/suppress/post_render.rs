//! The post-renderer leaves alone what somebody has suppressed beside the setting.

use super::SERVER;
use crate::post_render::program::run;

fn suppressed() -> String {
    SERVER.replace("value: \"0\"", "value: \"0\" # autopurge: ignore[purge-disabled] purged by a cron job")
}

#[test]
fn what_is_suppressed_is_not_patched() {
    let stream = suppressed();
    for mode in ["patch", "warn", "deny"] {
        let ran = run(&["post-render", "--strict", "--mode", mode], stream.as_bytes());
        ran.assert_untouched(stream.as_bytes());
        ran.assert_says(&["1 finding is suppressed"]);
    }
}

#[test]
fn an_annotation_holds_a_patch_back_too() {
    let stream = SERVER.replace("{checksum: \"1\"}", "{autopurge.dev/ignore: purge-disabled}");
    run(&["post-render"], stream.as_bytes()).assert_untouched(stream.as_bytes());
}

#[test]
fn an_expired_suppression_holds_nothing_back() {
    let stream = suppressed().replace("] purged", "] until 2020-01-31 purged");
    let ran = run(&["post-render"], stream.as_bytes());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    ran.assert_says(&["expired on 2020-01-31"]);
    assert!(String::from_utf8(ran.stdout).expect("UTF-8").contains("value: \"1\""));
}

#[test]
fn an_accepted_unknown_does_not_stop_a_strict_run() {
    let unknown = SERVER.replace("value: \"0\"", "valueFrom: {secretKeyRef: {name: a, key: b}}");
    assert_eq!(run(&["post-render", "--strict"], unknown.as_bytes()).code, 1);
    let accepted = unknown.replace("{checksum: \"1\"}", "{autopurge.dev/ignore: purge-unknown}");
    run(&["post-render", "--strict"], accepted.as_bytes()).assert_untouched(accepted.as_bytes());
}

#[test]
fn the_reason_is_in_the_report_and_nothing_else_of_the_line() {
    let stream = suppressed().replace("- name: ZOO_TICK_TIME", "- name: TOKEN # hunter2");
    let folder = tempfile::TempDir::new().expect("a folder");
    let path = folder.path().join("report.json");
    run(&["--report", path.to_str().expect("UTF-8")], stream.as_bytes());
    let report: serde_json::Value = serde_json::from_slice(&std::fs::read(path).expect("a report")).expect("JSON");
    let suppression = &report["findings"][0]["suppression"];
    assert_eq!(suppression["by"], "comment");
    assert_eq!(suppression["reason"], "purged by a cron job");
    assert_eq!(report["summary"]["suppressed"], 1);
    assert!(!report.to_string().contains("hunter2"));
}
