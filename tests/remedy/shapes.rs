//! What each shape looks like, and what is said beside it.

use super::{objects, remedy, written};
use crate::post_render::program::{input_of, run};

/// The objects of one release, each once, however its file is written.
#[test]
fn a_file_that_is_named_twice_is_cured_once() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let file = folder.path().join("m.yaml");
    std::fs::write(&file, include_str!("../../fixtures/post-render/never-purges/input.yaml")).expect("a file");
    let (file, other) = (file.to_string_lossy(), folder.path().join("./../.").join(&file));
    let once = written("strategic", &[&file], b"");
    assert_eq!(written("strategic", &[&file, &file, &other.to_string_lossy()], b""), once);
}

#[test]
fn values_are_those_of_the_chart() {
    let posthog = input_of("posthog-label-18.2.0");
    let expected = "# Enables purging in ZooKeeper. Values of the PostHog chart.
zookeeper:
  autopurge:
    purgeInterval: 1
";
    assert_eq!(written("values", &[], &posthog), expected);
    let words = written("set", &["--interval", "12", "--retain", "5"], &posthog);
    assert_eq!(words, "--set zookeeper.autopurge.purgeInterval=12 --set zookeeper.autopurge.snapRetainCount=5\n");
}

#[test]
fn values_of_an_unknown_chart_are_not_made_up() {
    let ran = remedy("values", &[], &input_of("never-purges"));
    assert_eq!((ran.code, ran.stdout.as_slice()), (1, &b""[..]));
    ran.assert_says(&["no known chart value controls this setting", "--as strategic, kustomize and flux"]);
}

#[test]
fn strategic_patches_select_by_name() {
    let patch = written("strategic", &[], &input_of("posthog-label-18.2.0"));
    let expected = r#"apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: zk
spec:
  template:
    spec:
      containers:
      - name: zookeeper
        env:
        - name: ZOO_AUTOPURGE_INTERVAL
          value: "1"
"#;
    assert_eq!(patch, expected);
}

#[test]
fn json_patches_test_both_names_before_they_change_anything() {
    let ran = remedy("json-patch", &[], &input_of("posthog-label-18.2.0"));
    let patch: json_patch::Patch = serde_json::from_slice(&ran.stdout).expect("RFC 6902");
    let paths: Vec<String> = patch.iter().map(|operation| operation.path().to_string()).collect();
    let container = "/spec/template/spec/containers/0";
    let expected = ["/name", "/env/0/name", "/env/0/value"].map(|tail| format!("{container}{tail}"));
    assert_eq!(paths, expected);
    ran.assert_says(&["kubectl patch statefulset zk --type json --patch-file FILE"]);
}

#[test]
fn json_patches_test_a_whole_text_before_they_write_it_anew() {
    let patch = written("json-patch", &[], &input_of("configmap-projected"));
    let patch: json_patch::Patch = serde_json::from_str(&patch).expect("RFC 6902");
    let mut other = serde_json::json!({"data": {"zoo.cfg": "clientPort=2182\n"}});
    assert!(json_patch::patch(&mut other, &patch).is_err(), "a newer text was overwritten");
}

#[test]
fn what_has_no_remedy_is_said() {
    for shape in ["strategic", "json-patch", "kustomize", "flux", "values"] {
        let ran = remedy(shape, &[], &input_of("old-image-not-curable"));
        assert_eq!((ran.code, ran.stdout.as_slice()), (1, &b""[..]), "{shape}");
        ran.assert_says(&["skipped: StatefulSet zk"]);
    }
}

#[test]
fn nothing_is_written_where_nothing_is_wrong() {
    for shape in ["strategic", "json-patch", "kustomize", "flux", "values", "set"] {
        let ran = remedy(shape, &[], &input_of("already-purges"));
        assert_eq!((ran.code, ran.stdout.as_slice()), (0, &b""[..]), "{shape}");
        ran.assert_says(&["nothing to do"]);
    }
}

#[test]
fn no_server_is_no_remedy() {
    let ran = remedy("strategic", &[], &input_of("no-zookeeper"));
    assert_eq!(ran.code, 3);
    ran.assert_says(&["no ZooKeeper server in the input"]);
}

#[test]
fn broken_manifests_and_folders_are_refused() {
    let ran = remedy("strategic", &[], b"kind: StatefulSet\nimage: zookeeper: [\n");
    ran.assert_stopped(2, &["line 2", "cannot read document"]);
    run(&["remedy", "--as", "strategic", "fixtures"], b"")
        .assert_stopped(2, &["fixtures is a folder", "helm template"]);
    run(&["remedy", "--as", "policy", "Cargo.toml"], b"").assert_stopped(2, &["from the rules"]);
}

#[test]
fn several_files_are_one_release() {
    let files = ["configmap-projected", "already-purges"].map(|case| format!("fixtures/post-render/{case}/input.yaml"));
    let ran = run(&["remedy", "--as", "strategic", &files[0], &files[1]], b"");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let patches = objects(&String::from_utf8(ran.stdout).expect("UTF-8"));
    assert_eq!(patches.len(), 1);
    assert_eq!(patches[0]["kind"], "ConfigMap");
}

/// A merge patch for a kind whose lists Kubernetes does not merge by name would take all other containers away.
#[test]
fn lists_of_custom_kinds_are_not_merged() {
    let rollout = String::from_utf8(input_of("never-purges")).expect("UTF-8");
    let rollout =
        rollout.replace("apiVersion: apps/v1\nkind: StatefulSet", "apiVersion: argoproj.io/v1alpha1\nkind: Rollout");
    assert!(rollout.contains("kind: Rollout"), "the fixture has changed");
    let ran = remedy("strategic", &[], rollout.as_bytes());
    assert_eq!((ran.code, ran.stdout.as_slice()), (1, &b""[..]));
    ran.assert_says(&["a merge cannot select by name", "use --as json-patch"]);
    assert!(written("json-patch", &[], rollout.as_bytes()).contains("\"test\""));
}

/// PowerShell pipes UTF-16.
#[test]
fn utf_16_is_told_and_not_passed_over() {
    let text = String::from_utf8(input_of("never-purges")).expect("UTF-8");
    let wide = text.encode_utf16().flat_map(u16::to_le_bytes);
    let stream: Vec<u8> = [0xff, 0xfe].into_iter().chain(wide).collect();
    for args in [&[][..], &["-"]] {
        remedy("strategic", args, &stream).assert_stopped(2, &["UTF-16", "help"]);
    }
}

#[test]
fn options_without_effect_are_refused() {
    let table = [
        (vec!["policy", "-n", "zk"], "no effect with --as policy: --namespace"),
        (vec!["policy", "--kube-version", "1.30"], "no effect with --as policy: --kube-version without --render"),
        (vec!["set", "-n", "zk"], "no effect with --as set: --namespace without --render"),
        (vec!["strategic", "--helm", "3"], "no effect with --as strategic: --helm"),
        (vec!["values", "--kube-version", "1.30"], "no effect with --as values: --kube-version without --render"),
        (vec!["set", "--mutate"], "no effect with --as set: --mutate"),
    ];
    for (args, said) in table {
        let ran = run(&[&["remedy", "--as"], args.as_slice()].concat(), b"");
        assert!(ran.code == 2 && ran.stderr.contains(said), "{args:?}: {}", ran.stderr);
    }
}
