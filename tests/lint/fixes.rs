//! `--fix` and `--diff`: what is curable purges afterwards, by our word and by Helm's.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::Command;

use autopurge::lint::{LintOptions, Linter};
use tempfile::TempDir;

use super::program::{copy, lint, lint_stdin, report, text, verdicts, write};
use crate::corpus;
use crate::tool::skip;

/// An umbrella of our own with a sub-chart that is a model's chart by name, version and looks.
const UMBRELLA: [(&str, &str); 4] = [
    (
        "Chart.yaml",
        "apiVersion: v2\nname: app\nversion: 1.0.0\ndependencies:\n  - name: zookeeper\n    version: 11.x\n    repository: https://charts.bitnami.com/bitnami\n    condition: zookeeper.enabled\n",
    ),
    (
        "Chart.lock",
        "dependencies:\n- name: zookeeper\n  repository: https://charts.bitnami.com/bitnami\n  version: 11.4.11\n",
    ),
    ("values.yaml", "# the app\nreplicas: 2\nzookeeper:\n  enabled: true # keep\n  persistence: {size: 8Gi}\n"),
    ("values-prod.yaml", "replicas: 5\n"),
];

const APPLICATION: &str = "apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: zk}
spec: {source: {chart: zookeeper, repoURL: 'https://charts.bitnami.com/bitnami', targetRevision: 10.2.0}}
";

fn is_git_there() -> bool {
    Command::new("git").arg("--version").output().is_ok_and(|output| output.status.success())
}

fn git(folder: &Path, args: &[&str]) {
    let output = Command::new("git").current_dir(folder).args(args).output().expect("git");
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_missing_value_is_written_below_its_key_and_nothing_else_changes() {
    let folder = TempDir::new().unwrap();
    write(folder.path(), &UMBRELLA);
    assert_eq!(lint(folder.path(), &["."]).code, 1);
    let fixed = lint(folder.path(), &["--fix", "."]);
    assert_eq!(fixed.code, 0, "{}", fixed.stdout);
    let values = std::fs::read_to_string(folder.path().join("values.yaml")).unwrap();
    let expected = "# the app\nreplicas: 2\nzookeeper:\n  enabled: true # keep\n  persistence: {size: 8Gi}\n  autopurge:\n    purgeInterval: 1\n";
    assert_eq!(values, expected);
    assert_eq!(lint(folder.path(), &["--fix", "."]).stderr, "autopurge: nothing to fix\n");
}

#[test]
fn byte_edits_are_worked_out_for_reports_that_show_them() {
    let rules = autopurge::rules::built_in();
    let server = b"apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: zk}\nspec:\n  template:\n    spec:\n      containers:\n        - {name: zookeeper, image: bitnami/zookeeper:3.9.2}\n";
    let edits = |has_edits| {
        let linter = Linter::new(&rules, LintOptions { has_edits, ..LintOptions::default() }).expect("literals");
        let findings = linter.examine_stream(Some(Path::new("a.yaml")), server).expect("a cure").part.findings;
        findings.iter().flat_map(|finding| &finding.fix).map(|fix| fix.edits.len()).sum::<usize>()
    };
    assert_eq!((edits(false), edits(true)), (0, 1));
}

#[test]
fn a_patch_made_inside_of_a_chart_applies() {
    if !is_git_there() {
        return;
    }
    let folder = TempDir::new().unwrap();
    write(folder.path(), &UMBRELLA);
    for paths in [[].as_slice(), &["."], &["./values.yaml"]] {
        let diff = lint(folder.path(), &[&["--diff"], paths].concat());
        assert!(diff.stdout.starts_with("diff --git a/values.yaml b/values.yaml\n"), "{}", diff.stdout);
        std::fs::write(folder.path().join("fixes.diff"), &diff.stdout).unwrap();
        git(folder.path(), &["apply", "--check", "fixes.diff"]);
    }
    for format in ["concise", "github", "gitlab"] {
        let said = lint(folder.path(), &["--format", format]).stdout;
        assert!(said.contains("values.yaml") && !said.contains("./values.yaml"), "{said}");
    }
    git(folder.path(), &["apply", "fixes.diff"]);
    assert_eq!(lint(folder.path(), &[]).code, 0);
}

/// git reads paths from the root of the repository, and skips what is outside of the working folder without a word.
#[test]
fn a_patch_made_below_the_root_applies_or_is_refused() {
    if !is_git_there() {
        return;
    }
    let folder = TempDir::new().unwrap();
    let charts = folder.path().join("apps/charts");
    for (path, text) in UMBRELLA {
        write(&charts.join("zk"), &[(path, text)]);
    }
    git(folder.path(), &["init", "-q", "."]);
    let diff = lint(&charts, &["--diff", "."]).stdout;
    assert!(diff.starts_with("diff --git a/apps/charts/zk/values.yaml b/apps/charts/zk/values.yaml\n"), "{diff}");
    let elsewhere = charts.join("zk/templates");
    write(&elsewhere, &[("x.yaml", "")]);
    let root = folder.path().canonicalize().unwrap();
    for (here, paths) in [(&elsewhere, ["--diff", ".."]), (&elsewhere, ["--diff", "../../.."])] {
        let ran = lint(here, &paths);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{}", ran.stderr);
        assert!(
            ran.stderr.contains("outside the working folder") && ran.stderr.contains(root.to_str().unwrap()),
            "{}",
            ran.stderr
        );
    }
    std::fs::write(folder.path().join("fixes.diff"), &diff).unwrap();
    git(&charts, &["apply", "../../fixes.diff"]);
    assert_eq!(lint(&charts, &[]).code, 0);
}

#[test]
fn a_file_of_the_users_is_the_one_that_is_written() {
    let folder = TempDir::new().unwrap();
    write(folder.path(), &UMBRELLA);
    assert_eq!(lint(folder.path(), &["--fix", ".", "-f", "values-prod.yaml", "--interval", "6"]).code, 0);
    let values = std::fs::read_to_string(folder.path().join("values-prod.yaml")).unwrap();
    assert_eq!(values, "replicas: 5\nzookeeper:\n  autopurge:\n    purgeInterval: 6\n");
}

/// YAML takes CR alone for a line break, and patches do not.
#[test]
fn a_patch_of_a_file_with_other_line_breaks_applies() {
    if !is_git_there() {
        return;
    }
    for (from, to) in [("\n", "\r"), ("\n", "\r\n"), ("disabled}\n", "disabled}")] {
        let folder = TempDir::new().unwrap();
        write(folder.path(), &[("zk.yaml", &OFF.replace(from, to))]);
        let diff = lint(folder.path(), &["--diff"]).stdout;
        std::fs::write(folder.path().join("fixes.diff"), &diff).unwrap();
        git(folder.path(), &["apply", "fixes.diff"]);
        assert_eq!(lint(folder.path(), &[]).code, 0, "{diff}");
    }
}

const OFF: &str = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: zk}\nspec:\n  template:\n    spec:\n      containers:\n        - name: zookeeper\n          image: bitnami/zookeeper:3.9.2\n          env:\n            - name: ZOO_AUTOPURGE_INTERVAL\n              value: \"0\"\n";

/// Nothing else tells of what is not in the patch.
#[test]
fn what_fails_a_patch_is_told() {
    let folder = TempDir::new().unwrap();
    write(folder.path(), &[("zk.yaml", OFF), ("broken.yaml", "image: zookeeper\n x: [")]);
    let wide: Vec<u8> = OFF.encode_utf16().flat_map(u16::to_le_bytes).collect();
    std::fs::write(folder.path().join("wide.yaml"), [b"\xff\xfe", wide.as_slice()].concat()).unwrap();
    let ran = lint(folder.path(), &["--diff", "wide.yaml"]);
    let told = "wide.yaml: error[unreadable-input] the file is UTF-16; autopurge reads UTF-8 only\n";
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (1, "", told));
    let ran = lint(folder.path(), &["--diff"]);
    assert!(ran.stdout.starts_with("diff --git a/zk.yaml"), "{}", ran.stdout);
    assert!(ran.stderr.contains("broken.yaml:2:") && ran.stderr.ends_with(told), "{}", ran.stderr);
    assert!(!ran.stderr.contains("zk.yaml:1"), "{}", ran.stderr);
    assert_eq!(lint(folder.path(), &["--diff", "--fail-on", "never"]).stderr, "");
}

/// Root may mend the files of others, and they stay theirs.
#[test]
fn a_fixed_file_keeps_its_owner_and_its_mode() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};

    let folder = TempDir::new().unwrap();
    write(folder.path(), &[("zk.yaml", OFF)]);
    let file = folder.path().join("zk.yaml");
    if chown(&file, Some(1234), Some(2345)).is_err() {
        skip("only root may give files away");
        return;
    }
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
    assert_eq!(lint(folder.path(), &["--fix"]).code, 0);
    let metadata = std::fs::metadata(&file).unwrap();
    assert_eq!((metadata.uid(), metadata.gid(), metadata.mode() & 0o7777), (1234, 2345, 0o640));
}

/// What is advised is what is written.
#[test]
fn other_hours_are_advised_too() {
    let folder = TempDir::new().unwrap();
    write(folder.path(), &UMBRELLA);
    let said = lint(folder.path(), &[".", "--interval", "24"]).stdout;
    assert!(said.contains("--set zookeeper.autopurge.purgeInterval=24"), "{said}");
    assert!(said.contains("set zookeeper.autopurge.purgeInterval to 24"), "{said}");
}

#[test]
fn what_a_flag_decides_is_not_written_past_it() {
    let folder = TempDir::new().unwrap();
    write(folder.path(), &UMBRELLA);
    let flag = "zookeeper.autopurge.purgeInterval=0,zookeeper.auth.password=hunter2";
    let ran = lint(folder.path(), &["--fix", ".", "--set", flag]);
    assert_eq!((ran.code, ran.stderr.as_str()), (1, "autopurge: 1 finding has no automatic fix\n"));
    assert!(ran.stdout.contains("zookeeper.autopurge.purgeInterval is set by --set"), "{}", ran.stdout);
    assert!(!ran.stdout.contains("hunter2"), "{}", ran.stdout);
}

#[test]
fn everything_curable_in_the_corpus_is_cured_and_the_patch_applies() {
    let Some(corpus) = corpus::folder() else { return };
    let folder = TempDir::new().unwrap();
    for part in ["charts", "gitops", "rendered"] {
        copy(&corpus.join(part), &folder.path().join(part));
    }
    let before = report(folder.path(), &["."]);
    let curable = |report: &serde_json::Value| {
        let findings = report["findings"].as_array().expect("findings");
        findings
            .iter()
            .filter(|one| one["severity"] == "error" && one["fix"].as_array().is_some_and(|fix| !fix.is_empty()))
            .count()
    };
    assert!(curable(&before) > 80, "{}", curable(&before));
    let diff = lint(folder.path(), &["--diff", "."]);
    if is_git_there() {
        git(folder.path(), &["init", "-q", "."]);
        std::fs::write(folder.path().join("../fixes.diff"), &diff.stdout).unwrap();
        git(folder.path(), &["apply", "--check", "../fixes.diff"]);
    }
    lint(folder.path(), &["--fix", "."]);
    let after = report(folder.path(), &["."]);
    assert_eq!(curable(&after), 0, "{}", after["findings"]);
    let changed =
        |report: &serde_json::Value, verdict| verdicts(report).iter().filter(|(_, one)| one == verdict).count();
    assert_eq!(changed(&before, "unknown"), changed(&after, "unknown"));
    assert_eq!(verdicts(&before).len(), verdicts(&after).len());
}

/// A chart of a dependency alone, whose purging is off: there is no `values.yaml` to write into.
#[test]
fn a_values_file_is_made_where_the_chart_has_none() {
    let folder = TempDir::new().unwrap();
    let [chart, lock, _, _] = UMBRELLA;
    write(folder.path(), &[chart, lock]);
    let found = lint(folder.path(), &["."]);
    assert!(found.stdout.contains("is not set, and chart zookeeper"), "{}", found.stdout);
    assert!(!found.stdout.contains("values.yaml:"), "{}", found.stdout);
    let diff = lint(folder.path(), &["--diff", "."]).stdout;
    assert!(diff.contains("--- /dev/null\n+++ b/values.yaml\n"), "{diff}");
    let fixed = lint(folder.path(), &["--fix", "."]);
    assert_eq!((fixed.code, fixed.stderr.as_str()), (0, "autopurge: fixed values.yaml\n"), "{}", fixed.stdout);
    let values = std::fs::read_to_string(folder.path().join("values.yaml")).unwrap();
    assert_eq!(values, "zookeeper:\n  autopurge:\n    purgeInterval: 1\n");
}

#[test]
fn a_patch_says_which_findings_it_does_not_fix() {
    let manifest = "apiVersion: v1\nkind: Pod\nmetadata: {name: zk}\nspec: {containers: [{name: zk, image: 'zookeeper:3.4.12'}]}\n";
    let folder = TempDir::new().unwrap();
    write(folder.path(), &[("zk.yaml", manifest)]);
    let ran = lint(folder.path(), &["--diff", "zk.yaml"]);
    assert_eq!(
        (ran.code, ran.stdout.as_str(), ran.stderr.as_str()),
        (
            1,
            "",
            "zk.yaml:4:28: error[purge-disabled] Pod zk (container zk) never deletes old snapshots: the purge interval is \
             not set, and the default is off (Docker official image)\nautopurge: 1 finding has no automatic fix\n"
        )
    );
}

const SERVER: &str = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: zk}\nspec:\n  template:\n    spec:\n      containers:\n        - name: zookeeper\n          image: zookeeper:3.9.2\n";

/// On Unix, a backslash is a character like any other, and `a\b.yaml` is not `a/b.yaml`.
#[test]
fn a_file_with_a_backslash_in_its_name_is_the_one_that_is_fixed() {
    let folder = TempDir::new().unwrap();
    for (name, object) in [("a\\b.yaml", SERVER), ("c\\d.yaml", APPLICATION)] {
        let other = name.replace('\\', "/");
        write(folder.path(), &[(name, object), (&other, object)]);
        let fixed = lint(folder.path(), &["--fix", name]);
        assert_eq!((fixed.code, fixed.stderr.lines().next()), (0, Some(format!("autopurge: fixed {name}").as_str())));
        assert_ne!(text(folder.path(), name), object);
        assert_eq!(text(folder.path(), &other), object);
    }
}

/// What a report shows of such a name is the name of another file.
#[test]
fn a_file_whose_name_is_not_utf8_is_the_one_that_is_fixed() {
    let folder = TempDir::new().unwrap();
    let objects = [(&b"bad\xff.yaml"[..], SERVER), (b"app\xff.yaml", APPLICATION)];
    let paths = objects.map(|(name, _)| folder.path().join(OsStr::from_bytes(name)));
    for (path, (_, object)) in paths.iter().zip(objects) {
        // Some file systems have no such names.
        if std::fs::write(path, object).is_err() {
            return;
        }
    }
    write(folder.path(), &[("bad\u{fffd}.yaml", "a: 1\n"), ("app\u{fffd}.yaml", "a: 1\n")]);
    let diff = lint(folder.path(), &["--diff", "."]).stdout;
    assert!(!diff.contains("new file"), "{diff}");
    assert!(diff.contains("--- \"a/bad\\377.yaml\"\n+++ \"b/bad\\377.yaml\"\n"), "{diff}");
    if is_git_there() {
        std::fs::write(folder.path().join("fixes.diff"), &diff).unwrap();
        git(folder.path(), &["apply", "--check", "fixes.diff"]);
    }
    assert_eq!(lint(folder.path(), &["--fix", "."]).code, 0);
    for (path, (_, object)) in paths.iter().zip(objects) {
        assert_ne!(std::fs::read_to_string(path).unwrap(), object);
    }
    assert_eq!(text(folder.path(), "bad\u{fffd}.yaml"), "a: 1\n");
    assert_eq!(text(folder.path(), "app\u{fffd}.yaml"), "a: 1\n");
}

/// There is no file to write to, whatever is on standard input.
#[test]
fn standard_input_is_said_to_be_no_file_that_can_be_fixed() {
    let folder = TempDir::new().unwrap();
    let said = "autopurge: 1 finding is in standard input, which is no file to fix: use `autopurge post-render` or `autopurge remedy`\n";
    for object in [SERVER, APPLICATION] {
        let diff = lint_stdin(folder.path(), &["--diff", "-"], object);
        assert_eq!((diff.code, diff.stdout.as_str(), diff.stderr.as_str()), (1, "", said));
        let fix = lint_stdin(folder.path(), &["--fix", "-"], object);
        assert_eq!((fix.code, fix.stderr.lines().next()), (1, said.lines().next()));
    }
    write(folder.path(), &[("-", SERVER)]);
    let fixed = lint(folder.path(), &["--fix", "./-"]);
    assert_eq!((fixed.code, fixed.stderr.lines().next()), (0, Some("autopurge: fixed ./-")));
    assert_ne!(text(folder.path(), "-"), SERVER);
}
