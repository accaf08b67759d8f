//! `lint` with suppressions, a configuration and a baseline, from the command line.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::SERVER;
use crate::post_render::program::{Ran, autopurge, ran};

pub(super) const CHART: &str = "apiVersion: v2\nname: zookeeper\nversion: 12.4.4\nhome: https://bitnami.com\n";
pub(super) const VALUES: &str = "image:
  registry: docker.io
  repository: bitnami/zookeeper
  tag: 3.9.1-debian-11-r5
heapSize: 1024
fourlwCommandsWhitelist: srvr, mntr, ruok
autopurge:
  snapRetainCount: 3
  purgeInterval: 0
";
pub(super) const APPLICATION: &str = "apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: zk
  annotations: {}
spec:
  destination: {namespace: events}
  source:
    repoURL: https://charts.bitnami.com/bitnami
    chart: zookeeper
    targetRevision: 12.4.4
    helm:
      valuesObject:
        autopurge:
          purgeInterval: 0
";

/// A repository with a chart, a manifest and an Application, none of which purges.
fn repository() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    for (path, text) in [
        (".git/HEAD", ""),
        ("deploy/zk.yaml", SERVER),
        ("apps/zk.yaml", APPLICATION),
        ("chart/Chart.yaml", CHART),
        ("chart/values.yaml", VALUES),
    ] {
        write(folder.path(), path, text);
    }
    folder
}

pub(super) fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, text).expect("a file");
}

/// Runs `lint ARGS` and gives its exit code with what it printed.
fn lint(folder: &Path, args: &[&str]) -> (i32, String) {
    let args: Vec<&str> = ["lint", "--format", "concise"].iter().chain(args).copied().collect();
    let output = autopurge(&args, &[]).current_dir(folder).output().expect("an end");
    let Ran { code, stdout, stderr } = ran(&output);
    (code, String::from_utf8(stdout).expect("UTF-8") + &stderr)
}

/// The files with findings that count.
fn files(folder: &Path, args: &[&str]) -> Vec<String> {
    let (_, told) = lint(folder, args);
    let lines = told.lines().filter(|line| !line.starts_with("autopurge:"));
    lines.map(|line| line.split(':').next().expect("a path").to_owned()).collect()
}

const ALL: [&str; 3] = ["apps/zk.yaml", "chart/values.yaml", "deploy/zk.yaml"];

#[test]
fn comments_and_annotations_count_in_every_kind_of_file() {
    let folder = repository();
    assert_eq!(files(folder.path(), &[]), ALL);
    let comment = "# autopurge: ignore[purge-disabled] a cron job purges";
    for (path, text) in [
        ("deploy/zk.yaml", SERVER.replace("value: \"0\"", &format!("value: \"0\" {comment}"))),
        ("chart/values.yaml", VALUES.replace("  purge", &format!("  {comment}\n  purge"))),
        ("apps/zk.yaml", APPLICATION.replace("purgeInterval: 0", &format!("purgeInterval: 0 {comment}"))),
        ("apps/zk.yaml", APPLICATION.replace("{}", "{autopurge.dev/ignore: purge-disabled}")),
    ] {
        let folder = repository();
        write(folder.path(), path, &text);
        let others: Vec<&str> = ALL.into_iter().filter(|other| *other != path).collect();
        assert_eq!(files(folder.path(), &[]), others, "{text}");
        let (code, _) = lint(folder.path(), &["--fix"]);
        assert_eq!(code, 0);
        assert_eq!(fs::read_to_string(folder.path().join(path)).expect("a file"), text, "it was changed");
        for other in others {
            assert!(fs::read_to_string(folder.path().join(other)).expect("a file") != text);
        }
    }
}

#[test]
fn excerpts_show_the_sign_of_a_comment_and_the_keys_of_its_line() {
    let folder = TempDir::new().expect("a folder");
    let comment = "autopurge: ignore[purge-unknown]";
    write(folder.path(), "zk.yaml", &SERVER.replace("value: \"0\"", &format!("value: \"0\" # {comment}")));
    write(folder.path(), "main.tf", &format!("locals {{\n  hours = 1 // {comment}\n}}\n"));
    let output = autopurge(&["lint"], &[]).current_dir(folder.path()).output().expect("an end");
    let told = String::from_utf8(ran(&output).stdout).expect("UTF-8");
    for line in [format!(" value: *** # {comment}"), format!(" * // {comment}")] {
        assert!(told.contains(&line), "{line}: {told}");
    }
}

#[test]
fn the_configuration_counts_from_its_folder_wherever_lint_starts() {
    let folder = repository();
    let text = "exclude: [/apps]\nsuppressions:\n- {path: chart/**, reason: known}\nignore: [purge-interval-differs]\n";
    write(folder.path(), "autopurge.yaml", text);
    assert_eq!(files(folder.path(), &[]), ["deploy/zk.yaml"]);
    assert_eq!(files(&folder.path().join("deploy"), &[]), ["zk.yaml"], "what is elsewhere is of use elsewhere");
    assert_eq!(files(&folder.path().join("chart"), &[]), Vec::<String>::new());
    assert_eq!(files(folder.path(), &["--no-config"]), ALL);
    write(folder.path(), "other.yaml", "exclude: [deploy, chart]\n");
    assert_eq!(files(folder.path(), &["--config", "other.yaml"]), ["apps/zk.yaml"]);
}

/// However a path is written, and wherever lint starts.
#[test]
fn paths_of_the_configuration_fit_places_and_not_spellings() {
    let folder = repository();
    let text = "exclude: [/apps]\nsuppressions:\n- {path: chart/**, reason: known}\nignore: [purge-interval-differs]\n";
    write(folder.path(), "autopurge.yaml", text);
    let at = |path: &str| folder.path().join(path).to_string_lossy().into_owned();
    let root = at("");
    for (here, args) in
        [(".", vec![root.as_str()]), (".", vec!["deploy/.."]), ("deploy", vec![".."]), ("chart", vec![&root])]
    {
        let told = files(&folder.path().join(here), &args);
        assert!(
            matches!(&told[..], [one] if one.ends_with("zk.yaml") && !one.contains("apps")),
            "{here} {args:?}: {told:?}"
        );
    }
    assert_eq!(files(&folder.path().join("deploy"), &["../chart"]), Vec::<String>::new());
    assert_eq!(files(&folder.path().join("deploy"), &[&at("chart")]), Vec::<String>::new());
    // All of it is examined, so that every suppression has to be of use.
    write(folder.path(), "autopurge.yaml", "suppressions:\n- {path: gone/**, reason: known}\n");
    for (here, path) in [(".", "."), (".", root.as_str()), ("deploy", "..")] {
        let (_, told) = lint(&folder.path().join(here), &[path]);
        assert!(told.contains("unused-suppression"), "{here} {path}: {told}");
    }
    assert!(!lint(folder.path(), &["deploy"]).1.contains("unused-suppression"));
    // What only looks as if it were in the folder.
    write(folder.path(), "autopurge.yaml", "suppressions:\n- {path: deploy/**, reason: known}\n");
    assert_eq!(files(&folder.path().join("deploy"), &["../chart"]), ["../chart/values.yaml"]);
    // The file may be elsewhere, too.
    write(folder.path(), "autopurge.yaml", "");
    write(folder.path(), "ci/lint.yaml", "suppressions:\n- {path: ../chart, reason: known}\nexclude: [../apps]\n");
    assert_eq!(files(folder.path(), &["-c", "ci/lint.yaml"]), ["deploy/zk.yaml"]);
}

#[test]
fn charts_are_judged_with_the_values_of_the_configuration() {
    let folder = repository();
    write(folder.path(), "prod.yaml", "autopurge: {purgeInterval: 6}\n");
    write(folder.path(), "autopurge.yaml", "charts:\n- {path: chart, values: [prod.yaml]}\n");
    assert_eq!(files(folder.path(), &[]), ["apps/zk.yaml", "deploy/zk.yaml"]);
    write(folder.path(), "autopurge.yaml", "charts:\n- {path: ./chart, set: [autopurge.purgeInterval=6]}\n");
    assert_eq!(files(folder.path(), &["chart"]), Vec::<String>::new());
    assert_eq!(files(&folder.path().join("chart"), &[]), Vec::<String>::new());
    assert_eq!(files(folder.path(), &["chart", "--set", "autopurge.purgeInterval=0"]), ["chart/values.yaml"]);
    let absolute = folder.path().join("chart").to_string_lossy().into_owned();
    assert_eq!(files(folder.path(), &[&absolute]), Vec::<String>::new());
    assert_eq!(files(&folder.path().join("deploy"), &["../chart"]), Vec::<String>::new());
}

#[test]
fn a_baseline_takes_what_is_there_and_nothing_new() {
    let folder = repository();
    let (code, told) = lint(folder.path(), &["--create-baseline", "baseline.json"]);
    assert!(code == 0 && told.contains("wrote 5 findings to baseline.json"), "{told}");
    let (code, told) = lint(folder.path(), &["--baseline", "baseline.json"]);
    assert!(code == 0 && told.contains("5 findings are suppressed"), "{told}");
    write(folder.path(), "autopurge.yaml", "baseline: baseline.json\nfail-on: warning\n");
    assert_eq!(lint(folder.path(), &[]).0, 0);
    write(folder.path(), "deploy/new.yaml", SERVER);
    assert_eq!(files(folder.path(), &[]), ["deploy/new.yaml"]);
    fs::remove_file(folder.path().join("deploy/new.yaml")).expect("a file");
    lint(folder.path(), &["--no-config", "--fix", "deploy"]);
    let (code, told) = lint(folder.path(), &[]);
    assert!(code == 1 && told.contains("1 finding of the baseline is no longer there"), "{told}");
    assert_eq!(lint(folder.path(), &["apps"]).0, 0);
}

/// What the baseline holds is left alone, in manifests, charts and GitOps files; what is new beside it is fixed.
#[test]
fn a_baseline_holds_fixes_back() {
    let folder = repository();
    lint(folder.path(), &["--create-baseline", "baseline.json"]);
    for args in [["--fix", "--baseline", "baseline.json"], ["--diff", "--baseline", "baseline.json"]] {
        let (code, told) = lint(folder.path(), &args);
        assert!(code == 0 && !told.contains("+++ "), "{args:?} {code}\n{told}");
        for (path, text) in [("deploy/zk.yaml", SERVER), ("apps/zk.yaml", APPLICATION), ("chart/values.yaml", VALUES)] {
            assert_eq!(fs::read_to_string(folder.path().join(path)).expect("a file"), text, "{args:?} {path}");
        }
    }
    write(folder.path(), "deploy/zk.yaml", &format!("{SERVER}---\n{SERVER}"));
    write(folder.path(), "deploy/new.yaml", SERVER);
    let (code, told) = lint(folder.path(), &["--fix", "--baseline", "baseline.json"]);
    assert!(code == 0 && told.contains("fixed 2 files"), "{code}\n{told}");
    let text = |path: &str| fs::read_to_string(folder.path().join(path)).expect("a file");
    assert_eq!(text("deploy/zk.yaml").matches("\"0\"").count(), 1, "one of the two is new");
    assert_eq!(text("deploy/new.yaml").matches("\"0\"").count(), 0);
    assert_eq!((text("apps/zk.yaml").as_str(), text("chart/values.yaml").as_str()), (APPLICATION, VALUES));
}

#[test]
fn mistakes_end_with_2_before_anything_is_examined() {
    let folder = repository();
    write(folder.path(), "autopurge.yaml", "ignor: [a]\n");
    write(folder.path(), "baseline.json", "{}");
    for (args, word) in [
        (vec![], "did you mean `ignore`?"),
        (vec!["--config", "missing.yaml"], "missing.yaml"),
        (vec!["--no-config", "--select", "purge-disabeld"], "did you mean `purge-disabled`?"),
        (vec!["--no-config", "--baseline", "missing.json"], "missing.json"),
        (vec!["--no-config", "--baseline", "baseline.json"], "not a baseline file"),
        (vec!["--no-config", "--config", "autopurge.yaml"], "cannot be used with"),
    ] {
        let (code, told) = lint(folder.path(), &args);
        assert!(code == 2 && told.contains(word), "{args:?} {code}\n{told}");
    }
}

#[test]
fn what_is_in_force_is_shown() {
    let folder = repository();
    write(folder.path(), "autopurge.yaml", "interval: 6\nretain: 5\n");
    let (code, told) = lint(&folder.path().join("deploy"), &["--show-config", "--interval", "12"]);
    assert_eq!(code, 0);
    for line in ["# ../autopurge.yaml", "interval: 12 # command line or environment", "retain: 5 # configuration"] {
        assert!(told.contains(line), "{told}");
    }
}

#[test]
fn the_exit_code_is_the_same_in_every_format() {
    let folder = repository();
    let bad = ["full", "concise", "json", "sarif", "junit", "github", "gitlab", "checkstyle"].map(|format| {
        let run = |args: &[&str]| {
            let args: Vec<&str> = ["lint", "--format", format].iter().chain(args).copied().collect();
            ran(&autopurge(&args, &[]).current_dir(folder.path()).output().expect("an end")).code
        };
        (run(&[]), run(&["--fail-on", "never"]), run(&["--select", "purge-unknown"]))
    });
    assert!(bad.iter().all(|codes| *codes == (1, 0, 0)), "{bad:?}");
}

#[test]
fn several_reports_come_out_of_one_run() {
    let folder = repository();
    let args = ["-o", "all.txt", "--format", "sarif", "-o", "x.sarif", "--format", "junit", "-o", "x.xml"];
    let (code, told) = lint(folder.path(), &args);
    assert_eq!((code, told.as_str()), (1, ""), "everything went into files");
    for (file, word) in [("all.txt", "error[purge-disabled]"), ("x.sarif", "\"2.1.0\""), ("x.xml", "<testsuites")] {
        assert!(fs::read_to_string(folder.path().join(file)).expect("a report").contains(word), "{file}");
    }
}
