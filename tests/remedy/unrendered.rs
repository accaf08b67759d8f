//! Remedies for what is not rendered yet: charts, and the releases of GitOps files.

use std::fs;

use tempfile::TempDir;

use crate::post_render::program::{Ran, run, run_with};
use crate::tool::tool;

const CHART: &str = "fixtures/remedy/chart";
const PARAMETERS: &str = "Application/zookeeper-params";

fn text(ran: &Ran) -> String {
    String::from_utf8(ran.stdout.clone()).expect("UTF-8")
}

/// A chart's own values, before anything is rendered; Helm takes what comes out.
#[test]
fn values_of_a_chart_are_those_that_lint_would_write() {
    let ran = run(&["remedy", "--as", "values", CHART], b"");
    let expected = "# Enables purging in ZooKeeper. Values of the chart events 1.0.0.
zookeeper:
  autopurge:
    purgeInterval: 1
";
    assert_eq!((ran.code, text(&ran).as_str()), (0, expected), "{}", ran.stderr);
    let ran = run(&["remedy", "--as", "set", "--interval", "6", CHART], b"");
    assert_eq!(text(&ran), "--set zookeeper.autopurge.purgeInterval=6\n");
    let ran = run(&["remedy", "--as", "values", CHART, "--set", "zookeeper.autopurge.purgeInterval=24"], b"");
    assert_eq!((ran.code, ran.stdout.as_slice()), (0, &b""[..]), "{}", ran.stderr);
}

#[test]
fn a_helm_that_is_not_there_is_to_be_installed() {
    let args = ["remedy", "--as", "strategic", "--render", CHART];
    let ran = run_with(&args, &[("HELM_BIN", "/nowhere/helm")], b"");
    ran.assert_stopped(2, &["cannot run /nowhere/helm", "Install Helm, or set HELM_BIN"]);
}

/// The values can be put right whether or not the post-renderer patches what comes of them.
#[test]
fn a_post_renderer_does_not_stand_in_for_values() {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("helmfile.yaml");
    let release = "releases:\n- {name: zk, chart: 'oci://registry-1.docker.io/bitnamicharts/zookeeper', version: 12.4.4, postRenderer: autopurge}\n";
    fs::write(&file, release).expect("a file");
    let ran = run(&["remedy", "--as", "set", &file.display().to_string()], b"");
    assert_eq!((ran.code, text(&ran).as_str()), (0, "--set autopurge.purgeInterval=1\n"), "{}", ran.stderr);
}

/// Releases on standard input get values; what is made for rendered manifests is made for those beside them.
#[test]
fn releases_on_standard_input_get_values() {
    let release = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: zk}\nspec:\n  source: \
                   {chart: zookeeper, repoURL: 'https://charts.bitnami.com/bitnami', targetRevision: 10.2.0}\n";
    let server = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: other}\nspec: {template: {spec: {containers: \
                  [{name: zk, image: 'bitnami/zookeeper:3.9'}]}}}\n";
    let both = format!("{release}---\n{server}");
    for args in [&["remedy", "--as", "set"][..], &["remedy", "--as", "set", "-"]] {
        let ran = run(args, release.as_bytes());
        assert_eq!((ran.code, text(&ran).as_str()), (0, "--set autopurge.purgeInterval=1\n"), "{}", ran.stderr);
        let ran = run(args, both.as_bytes());
        assert_eq!((ran.code, text(&ran).as_str()), (1, "--set autopurge.purgeInterval=1\n"), "{}", ran.stderr);
        assert!(ran.stderr.contains("StatefulSet other is rendered"), "{}", ran.stderr);
    }
    let ran = run(&["remedy", "--as", "strategic", "-"], both.as_bytes());
    assert!(ran.code == 0 && text(&ran).contains("name: other"), "{}", ran.stderr);
    let ran = run(&["remedy", "--as", "strategic", "-"], release.as_bytes());
    ran.assert_stopped(2, &["Application/zk", "is not rendered", "--as values"]);
}

/// Nothing is taken and passed over in silence.
#[test]
fn options_of_other_shapes_are_refused() {
    let table = [
        (&["remedy", "--as", "set", "--enforce"][..], "no effect with --as set: --enforce"),
        (&["remedy", "--as", "strategic", "--mutate"], "no effect with --as strategic: --mutate"),
        (&["remedy", "--as", "values", "--engine", "kubernetes"], "no effect with --as values: --engine"),
        (&["remedy", "--as", "policy", "--retain", "5"], "no effect with --as policy: --retain"),
        (&["remedy", "--as", "prometheus-rule", "--retain", "5"], "no effect with --as prometheus-rule: --retain"),
        (&["remedy", "--as", "policy", "-f", "nope"], "no effect with --as policy: -f, --set and similar options"),
        (&["remedy", "--as", "policy", "--render"], "no effect with --as policy: --render"),
        (&["remedy", "--as", "strategic", "--helm", "3"], "no effect with --as strategic: --helm"),
        (
            &["remedy", "--as", "set", "--namespace", "zk", CHART],
            "no effect with --as set: --namespace without --render",
        ),
        (&["remedy", "--as", "policy", "--interval", "3"], "no effect with --as policy: --interval without --mutate"),
    ];
    for (args, said) in table {
        run(args, b"").assert_stopped(2, &[said]);
    }
    assert_eq!(run(&["remedy", "--as", "policy", "--mutate", "--interval", "3"], b"").code, 0);
}

/// A folder is searched for charts and GitOps files; that it has none is no mistake in the shape.
#[test]
fn a_folder_without_releases_is_said_to_have_none() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().display().to_string();
    let ran = run(&["remedy", "--as", "values", &path], b"");
    ran.assert_stopped(3, &["no charts or GitOps files found in"]);
    let ran = run(&["remedy", "--as", "strategic", &path], b"");
    ran.assert_stopped(2, &["is a folder, but this shape needs rendered manifests"]);
    let manifest = include_str!("../../fixtures/post-render/never-purges/input.yaml");
    fs::write(folder.path().join("zk.yaml"), manifest).expect("a file");
    let ran = run(&["remedy", "--as", "values", &path], b"");
    ran.assert_stopped(1, &["zk.yaml: StatefulSet zk is rendered; pass the file alone"]);
}

/// What is wrong with standard input is said as in `lint`.
#[test]
fn standard_input_that_holds_nothing_is_said_to_be_empty_or_broken() {
    for shape in ["strategic", "values"] {
        let args = ["remedy", "--as", shape];
        run(&args, b"\n").assert_stopped(3, &["autopurge: standard input is empty\n", "no ZooKeeper server"]);
        run(&args, b"a: [\n").assert_stopped(2, &["line 2, column 1: cannot read document 1: broken YAML"]);
        run(&args, b"a: 1\n").assert_stopped(3, &["autopurge: no ZooKeeper server in the input\n"]);
    }
}

#[test]
fn a_chart_takes_values_from_standard_input() {
    let ran = run(&["remedy", "--as", "set", CHART, "-f", "-"], b"zookeeper: {autopurge: {purgeInterval: 24}}\n");
    assert_eq!((ran.code, ran.stdout.as_slice()), (0, &b""[..]), "{}", ran.stderr);
    run(&["remedy", "--as", "set", "-f", "-"], b"a: 1\n").assert_stopped(2, &["cannot be both"]);
}

/// A chart that cannot be read is named once, with what to do.
#[test]
fn a_broken_package_is_named_once() {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("chart.tgz");
    fs::write(&file, "no archive").expect("a file");
    let ran = run(&["remedy", "--as", "values", &file.display().to_string()], b"");
    ran.assert_stopped(2, &["is not a gzipped archive", "helm package"]);
    assert_eq!(ran.stderr.matches("chart.tgz").count(), 1, "{}", ran.stderr);
}

/// Two charts of one name are told apart.
#[test]
fn charts_of_one_name_are_told_by_their_paths() {
    let folder = TempDir::new().expect("a folder");
    let release = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: zk}\nspec:\n  source: \
                   {chart: zookeeper, repoURL: 'https://charts.bitnami.com/bitnami', targetRevision: 10.2.0}\n";
    let paths = ["a.yaml", "b.yaml"].map(|name| folder.path().join(name).display().to_string());
    for path in &paths {
        fs::write(path, release).expect("a file");
    }
    let ran = run(&["remedy", "--as", "set", &paths[0], &paths[1]], b"");
    let expected = [("line 1 is for ", &paths[0]), ("line 2 is for ", &paths[1])];
    for (line, path) in expected {
        let said = ran.stderr.lines().find(|said| said.contains(line)).unwrap_or_default();
        assert!(said.ends_with(&format!(" in {path}")), "{}", ran.stderr);
    }
}

#[test]
fn the_retain_count_stands_beside_the_interval() {
    let ran = run(&["remedy", "--as", "set", "--retain", "7", CHART], b"");
    let expected = "--set zookeeper.autopurge.purgeInterval=1 --set zookeeper.autopurge.snapRetainCount=7\n";
    assert_eq!((ran.code, text(&ran).as_str()), (0, expected), "{}", ran.stderr);
}

/// Where the chart takes variables or properties, the count goes into the same place, and lint finds nothing more.
#[test]
fn the_retain_count_reaches_every_chart_that_we_have() {
    for entry in fs::read_dir(format!("{}/fixtures/charts", env!("CARGO_MANIFEST_DIR"))).expect("charts") {
        let chart = entry.expect("a folder").path().display().to_string();
        let ran = run(&["remedy", "--as", "values", "--interval", "5", "--retain", "9", &chart], b"");
        let is_cured = ran.code == 0 || ran.stderr.contains("no value is known that sets its retain count");
        assert!(is_cured || ran.stderr.contains("skipped"), "{chart}: {}", ran.stderr);
        if ran.stdout.is_empty() {
            continue;
        }
        let folder = TempDir::new().expect("a folder");
        let values = folder.path().join("values.yaml");
        fs::write(&values, &ran.stdout).expect("a file");
        let lint = run(&["lint", &chart, "-f", &values.display().to_string(), "--format", "json", "--no-config"], b"");
        let report: serde_json::Value = serde_json::from_slice(&lint.stdout).expect("a report");
        let servers = report["servers"].as_array().expect("servers");
        let is_wanted =
            |server: &&serde_json::Value| server["interval"]["hours"] == 5 && server["retain"]["count"] == 9;
        assert!(servers.iter().any(|server| is_wanted(&server)), "{chart}: {}\n{report:#}", text(&ran));
    }
}

#[test]
fn releases_of_gitops_files_get_values() {
    let ran = run(&["remedy", "--as", "values", "fixtures/gitops/main.tf"], b"");
    let expected = "# Enables purging in ZooKeeper. Values of helm_release.zookeeper (chart zookeeper 10.1.1).
autopurge:
  purgeInterval: 1
---
# Enables purging in ZooKeeper. Values of helm_release.posthog (chart posthog 30.46.0).
zookeeper:
  autopurge:
    purgeInterval: 1
";
    assert_eq!((ran.code, text(&ran).as_str()), (1, expected), "{}", ran.stderr);
    ran.assert_says(&["skipped: helm_release.from_variable", "cannot be decided"]);
}

#[test]
fn words_say_which_line_is_for_which_release() {
    let ran = run(&["remedy", "--as", "set", "fixtures/gitops/helmfile.yaml.gotmpl"], b"");
    assert_eq!((ran.code, text(&ran).as_str()), (0, "--set autopurge.purgeInterval=1\n".repeat(2).as_str()));
    ran.assert_says(&["line 1 is for release/zk-default", "line 2 is for release/zk-plain (chart zookeeper 11.0.2)"]);
}

/// A values file lies below parameters: it would change nothing.
#[test]
fn values_that_would_be_overruled_are_not_written() {
    let ran = run(&["remedy", "--as", "values", "fixtures/gitops/argocd.yaml"], b"");
    assert_eq!(ran.code, 1);
    assert!(!text(&ran).contains(PARAMETERS), "{}", text(&ran));
    ran.assert_says(&[PARAMETERS, "a parameter or an option decides here"]);
    assert!(ran.stderr.lines().any(|line| line.contains(PARAMETERS) && line.contains("lint --fix")), "{}", ran.stderr);
    let ran = run(&["remedy", "--as", "set", "fixtures/gitops/argocd.yaml"], b"");
    ran.assert_says(&[&format!("is for {PARAMETERS}")]);
}

#[test]
fn a_helm_release_gets_values_of_its_own() {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("posthog.yaml");
    fs::write(&file, HELM_RELEASE).expect("a file");
    let ran = run(&["remedy", "--as", "flux", "--retain", "4", &file.display().to_string()], b"");
    let expected = "# Enables purging in ZooKeeper. Merge it into HelmRelease/posthog (chart posthog 18.2.0).
spec:
  values:
    zookeeper:
      autopurge:
        purgeInterval: 1
        snapRetainCount: 4
";
    assert_eq!((ran.code, text(&ran).as_str()), (0, expected), "{}", ran.stderr);
    // Merged, it is what lint wants.
    let values = text(&ran).lines().skip(2).map(|line| format!("{line}\n")).collect::<String>();
    fs::write(&file, format!("{HELM_RELEASE}{values}")).expect("a file");
    assert_eq!(run(&["lint", &file.display().to_string()], b"").code, 0);
}

const HELM_RELEASE: &str = "apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: posthog, namespace: posthog}
spec:
  interval: 5m
  chart: {spec: {chart: posthog, version: 18.2.0, sourceRef: {kind: HelmRepository, name: posthog}}}
";

#[test]
fn shapes_for_what_is_rendered_say_how_to_get_there() {
    for shape in ["strategic", "json-patch", "kustomize", "prometheus-rule"] {
        let ran = run(&["remedy", "--as", shape, CHART], b"");
        ran.assert_stopped(2, &["fixtures/remedy/chart: the chart events 1.0.0 is not rendered", "--render"]);
        let ran = run(&["remedy", "--as", shape, "fixtures/gitops/main.tf"], b"");
        ran.assert_stopped(2, &["helm_release.zookeeper", "is not rendered", shape, "lint --fix", "helm template"]);
    }
    let ran = run(&["remedy", "--as", "flux", "fixtures/gitops/argocd.yaml"], b"");
    ran.assert_stopped(2, &["ApplicationSet/zookeepers", "--as flux"]);
}

#[test]
fn what_makes_no_sense_together_is_refused() {
    let rendered = "fixtures/post-render/never-purges/input.yaml";
    let ran = run(&["remedy", "--as", "values", "fixtures/gitops/main.tf", rendered], b"");
    ran.assert_stopped(2, &["main.tf is not rendered", "does not install a release", "in another"]);
    for path in ["fixtures/gitops/main.tf", rendered] {
        let ran = run(&["remedy", "--as", "values", "--set", "a=b", path], b"");
        ran.assert_stopped(2, &["are for one chart", "pass the chart"]);
    }
    run(&["remedy", "--as", "values", "no/such/file"], b"").assert_stopped(2, &["cannot read no/such/file"]);
}

/// A folder may hold manifests too: nobody is to think that they are good.
#[test]
fn manifests_beside_releases_are_named() {
    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join("posthog.yaml"), HELM_RELEASE).expect("a file");
    let manifest = include_str!("../../fixtures/post-render/never-purges/input.yaml");
    fs::write(folder.path().join("zk.yaml"), manifest).expect("a file");
    let ran = run(&["remedy", "--as", "values", &folder.path().display().to_string()], b"");
    assert_eq!(ran.code, 1);
    assert!(text(&ran).contains("purgeInterval: 1"));
    ran.assert_says(&["zk.yaml: StatefulSet zk is rendered; pass the file alone"]);
}

#[test]
fn helm_renders_charts_for_the_other_shapes() {
    let chart = "fixtures/charts/bitnami-zookeeper";
    for name in ["helm3/helm", "helm4/helm"] {
        let Some(helm) = tool(name) else { continue };
        let variables = [("HELM_BIN", helm.to_str().expect("UTF-8")), ("HOME", "/nonexistent")];
        let args = ["remedy", "--as", "kustomize", "--render", chart, "--set", "autopurge.purgeInterval=0"];
        let ran = run_with(&args, &variables, b"");
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert!(text(&ran).contains("ZOO_AUTOPURGE_INTERVAL"), "{}", text(&ran));
    }
    let ran = run_with(&["remedy", "--as", "kustomize", "--render", chart], &[("HELM_BIN", "no-helm")], b"");
    ran.assert_stopped(2, &["cannot run no-helm"]);
}

#[test]
fn a_server_that_nobody_can_judge_is_not_called_good() {
    let ran = run(&["remedy", "--as", "values", "fixtures/gitops/flux.yaml"], b"");
    ran.assert_says(&["HelmRelease/zk-secret", "cannot be decided", "Secret/zk-secret-values"]);
}

/// Standard input is nobody's file: what is said of it has to be something that can be done.
#[test]
fn lint_of_a_stream_names_what_patches_it() {
    let stream = include_bytes!("../../fixtures/post-render/never-purges/input.yaml");
    let ran = run(&["lint", "--no-config", "-"], stream);
    assert!(text(&ran).contains("remedy --as strategic") && !text(&ran).contains("lint --fix"), "{}", text(&ran));
}
