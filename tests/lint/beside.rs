//! Servers whose configuration is in other files: of the same folder, of a kustomization, or of those from which
//! kustomize makes it.

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use super::overlays::servers;
use super::program::{lint, lint_stdin, report, text, write};
use crate::tool::{skip_aloud, tool};

/// A server with volumes or variables from other objects.
fn server(container: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: zk}}\nspec:\n  selector: {{matchLabels: {{app: zk}}}}\n  template:\n    metadata: \
         {{labels: {{app: zk}}}}\n    spec:\n      containers:\n      - name: zookeeper\n        image: zookeeper:3.8\n{container}"
    )
}

/// One that mounts its `zoo.cfg`.
fn mounting() -> String {
    let mounts =
        "        volumeMounts: [{name: c, mountPath: /conf}]\n      volumes: [{name: c, configMap: {name: zk-cfg}}]\n";
    server(mounts)
}

/// One that takes its variables from an object.
fn taking(kind: &str) -> String {
    server(&format!("        envFrom: [{{{kind}Ref: {{name: zk-env}}}}]\n"))
}

/// A `zoo.cfg` in a `ConfigMap`.
fn config(line: &str) -> String {
    format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: zk-cfg\ndata:\n  zoo.cfg: |\n    dataDir=/data\n    {line}\n"
    )
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    write(folder.path(), files);
    folder
}

/// What kustomize builds, as lint judges it without the files.
fn built(kubectl: &Path, folder: &Path) -> String {
    let built = Command::new(kubectl).arg("kustomize").arg(folder).output().expect("kubectl starts");
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let stream = String::from_utf8(built.stdout).expect("UTF-8");
    let ran = lint_stdin(folder, &["-", "--format", "json", "--fail-on", "never"], &stream);
    servers(&serde_json::from_str::<Value>(&ran.stdout).expect("a report")).join(", ")
}

const OFF: &str = "autopurge.purgeInterval=0";
const ON: &str = "autopurge.purgeInterval=1";

/// A name, files beside `base/sts.yaml`, which mounts its `zoo.cfg`, and what its server does in `over`, the one overlay
/// of `base`, or everywhere.
type Case<'t> = (&'t str, Vec<(&'t str, &'t str)>, &'t str);

/// Compares what is found with what is expected, and with what kustomize builds.
fn check(table: &[Case<'_>]) {
    let kubectl = tool("kubectl");
    for (name, files, expected) in table {
        let folder = folder(&[("base/sts.yaml", &mounting())]);
        write(folder.path(), files);
        assert_eq!(servers(&report(folder.path(), &["."])).join(", "), *expected, "{name}");
        assert_eq!(servers(&report(folder.path(), &["base/sts.yaml"])).join(", "), *expected, "{name}");
        if !folder.path().join("over").exists() {
            write(folder.path(), &[("over/kustomization.yaml", "resources: [../base]\n")]);
        }
        if let Some(kubectl) = &kubectl {
            let expected = expected.trim_start_matches("over ");
            assert_eq!(built(kubectl, &folder.path().join("over")), expected, "{name}");
        }
    }
    if kubectl.is_none() {
        skip_aloud("kubectl");
    }
}

#[test]
fn objects_of_a_kustomization_are_read_together() {
    let (off, on) = (config(OFF), config(ON));
    let both = "resources: [sts.yaml, cm.yaml]\n";
    let table: Vec<Case<'_>> = vec![
        ("beside it", vec![("base/kustomization.yaml", both), ("base/cm.yaml", &off)], "never-purges"),
        (
            "with a suffix",
            vec![
                ("base/kustomization.yaml", "resources: [sts.yaml, cm.yaml]\nnameSuffix: -v2\n"),
                ("base/cm.yaml", &on),
            ],
            "purges",
        ),
        (
            "in another base",
            vec![
                ("base/kustomization.yaml", "resources: [sts.yaml, ../conf]\n"),
                ("conf/kustomization.yaml", "resources: [cm.yaml]\n"),
                ("conf/cm.yaml", &on),
            ],
            "purges",
        ),
        (
            "in a component",
            vec![
                ("base/kustomization.yaml", "resources: [sts.yaml]\ncomponents: [../part]\n"),
                (
                    "part/kustomization.yaml",
                    "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [cm.yaml]\n",
                ),
                ("part/cm.yaml", &on),
            ],
            "purges",
        ),
    ];
    check(&table);
}

#[test]
fn objects_of_an_overlay_are_read_with_its_base() {
    let (on, taking) = (config(ON), taking("configMap"));
    let env =
        "apiVersion: v1\nkind: Secret\nmetadata: {name: zk-env}\nstringData: {ZOO_AUTOPURGE_PURGEINTERVAL: '1'}\n";
    let both = "resources: [sts.yaml, cm.yaml]\n";
    let patch = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: zk-cfg}\ndata: {zoo.cfg: 'dataDir=/data'}\n";
    let table: Vec<Case<'_>> = vec![
        (
            "patched by the overlay",
            vec![
                ("base/kustomization.yaml", both),
                ("base/cm.yaml", &on),
                ("over/kustomization.yaml", "resources: [../base]\npatches: [{path: p.yaml}]\n"),
                ("over/p.yaml", patch),
            ],
            "over never-purges",
        ),
        (
            "in the overlay",
            vec![
                ("base/kustomization.yaml", "resources: [sts.yaml]\n"),
                ("over/kustomization.yaml", "resources: [../base, cm.yaml]\nnamePrefix: a-\n"),
                ("over/cm.yaml", &on),
            ],
            "over purges",
        ),
        (
            "named by a patch",
            vec![
                ("base/sts.yaml", &taking),
                ("base/kustomization.yaml", "resources: [sts.yaml]\n"),
                (
                    "over/kustomization.yaml",
                    "resources: [../base, env.yaml]\npatches:\n- patch: |\n    {apiVersion: apps/v1, kind: StatefulSet, metadata: {name: zk}, spec: {template: \
                     {spec: {containers: [{name: zookeeper, envFrom: [{secretRef: {name: zk-env}}]}]}}}}\n",
                ),
                ("over/env.yaml", env),
            ],
            "over purges",
        ),
    ];
    check(&table);
}

#[test]
fn what_kustomize_makes_of_files_and_literals_is_read() {
    let (taking, taking_secret) = (taking("configMap"), taking("secret"));
    let literal =
        "resources: [sts.yaml]\nconfigMapGenerator: [{name: zk-env, literals: [ZOO_AUTOPURGE_PURGEINTERVAL=1]}]\n";
    let quoted = literal.replace("ZOO_AUTOPURGE_PURGEINTERVAL=1", "'ZOO_AUTOPURGE_PURGEINTERVAL=\"1\"'");
    let from_file = "resources: [sts.yaml]\nconfigMapGenerator: [{name: zk-cfg, files: [zoo.cfg]}]\n";
    let keyed = from_file.replace("[zoo.cfg]", "[zoo.cfg=c/z]");
    let table: Vec<Case<'_>> = vec![
        ("a literal", vec![("base/sts.yaml", &taking), ("base/kustomization.yaml", literal)], "purges"),
        ("a literal in quotes", vec![("base/sts.yaml", &taking), ("base/kustomization.yaml", &quoted)], "purges"),
        (
            "a secret of an env file",
            vec![
                ("base/sts.yaml", &taking_secret),
                (
                    "base/kustomization.yaml",
                    "resources: [sts.yaml]\nsecretGenerator: [{name: zk-env, envs: [e.env]}]\n",
                ),
                ("base/e.env", "\u{feff}# c\r\n\r\n  ZOO_AUTOPURGE_PURGEINTERVAL=1\r\n"),
            ],
            "purges",
        ),
        (
            "quotes in an env file",
            vec![
                ("base/sts.yaml", &taking),
                (
                    "base/kustomization.yaml",
                    "resources: [sts.yaml]\nconfigMapGenerator: [{name: zk-env, env: e.env}]\n",
                ),
                ("base/e.env", "ZOO_AUTOPURGE_PURGEINTERVAL=\"1\""),
            ],
            "does-not-start",
        ),
        (
            "a file",
            vec![
                ("base/kustomization.yaml", from_file),
                ("base/zoo.cfg", "\n  # c\ndataDir=/data\nautopurge.purgeInterval=1"),
            ],
            "purges",
        ),
        (
            "a file with other line ends",
            vec![
                ("base/kustomization.yaml", from_file),
                ("base/zoo.cfg", "dataDir=/data\r\nautopurge.purgeInterval=1\r\n"),
            ],
            "purges",
        ),
        ("a file under another key", vec![("base/kustomization.yaml", &keyed), ("base/c/z", OFF)], "never-purges"),
    ];
    check(&table);
}

#[test]
fn generators_of_an_overlay_change_what_those_of_its_base_make() {
    let taking = taking("configMap");
    let literal =
        "resources: [sts.yaml]\nconfigMapGenerator: [{name: zk-env, literals: [ZOO_AUTOPURGE_PURGEINTERVAL=1]}]\n";
    let from_file = "resources: [sts.yaml]\nconfigMapGenerator: [{name: zk-cfg, files: [zoo.cfg]}]\n";
    let table: Vec<Case<'_>> = vec![
        (
            "a file of the overlay in its place",
            vec![
                ("base/kustomization.yaml", from_file),
                ("base/zoo.cfg", ON),
                (
                    "over/kustomization.yaml",
                    "resources: [../base]\nconfigMapGenerator: [{name: zk-cfg, behavior: merge, files: [zoo.cfg]}]\n",
                ),
                ("over/zoo.cfg", "dataDir=/data\n"),
            ],
            "over never-purges",
        ),
        (
            "nothing of the base is left",
            vec![
                ("base/sts.yaml", &taking),
                ("base/kustomization.yaml", literal),
                (
                    "over/kustomization.yaml",
                    "resources: [../base]\nconfigMapGenerator: [{name: zk-env, behavior: replace, literals: [X=1]}]\n",
                ),
            ],
            "over never-purges",
        ),
    ];
    check(&table);
}

/// What lint does not know of the server in `a/sts.yaml`, which mounts its `zoo.cfg`.
fn check_unknown(table: &[Case<'_>]) {
    for (name, files, reason) in table {
        let folder = folder(&[("a/sts.yaml", &mounting())]);
        write(folder.path(), files);
        let report = report(folder.path(), &["."]);
        let told = report["servers"][0]["unknown_because"].as_str().unwrap_or_default();
        assert_eq!(told, *reason, "{name}");
    }
}

#[test]
fn what_is_not_deployed_with_a_server_says_nothing_of_it() {
    let (mounting, on) = (mounting(), config(ON));
    let not_here = "zoo.cfg may be mounted from ConfigMap zk-cfg, which is not in these manifests";
    let other = on.replace("  name: zk-cfg\n", "  name: zk-cfg\n  namespace: other\n");
    let here = mounting.replace("{name: zk}\nspec", "{name: zk, namespace: own}\nspec");
    let (off, broken) = (config(OFF), on.replace("data:", "data: ["));
    let table: Vec<Case<'_>> = vec![
        ("another folder", vec![("b/cm.yaml", &on)], not_here),
        ("another namespace", vec![("a/sts.yaml", &here), ("a/cm.yaml", &other)], not_here),
        ("a patch", vec![("a/cm.yaml", &on), ("x/kustomization.yaml", "patches: [{path: ../a/cm.yaml}]\n")], not_here),
        ("not listed", vec![("a/cm.yaml", &on), ("a/kustomization.yaml", "resources: [sts.yaml]\n")], not_here),
        (
            "several",
            vec![("a/dev.yaml", &off), ("a/prod.yaml", &on)],
            "zoo.cfg is mounted from ConfigMap zk-cfg, of which there are several",
        ),
        ("a broken neighbour", vec![("a/cm.yaml", &broken)], not_here),
    ];
    check_unknown(&table);
}

#[test]
fn what_generators_make_is_unknown_where_that_is_not_followed() {
    let (mounting, on) = (mounting(), config(ON));
    let made = "resources: [sts.yaml]\nconfigMapGenerator: [{name: zk-cfg, files: [zoo.cfg]}]\n";
    let both = format!("{mounting}---\n{on}");
    let patched = format!("{made}patches: [{{path: p.yaml}}]\n");
    let table: Vec<Case<'_>> = vec![
        (
            "a file that is not there",
            vec![("a/kustomization.yaml", made)],
            "kustomize makes ConfigMap zk-cfg, and the file zoo.cfg is not in this repository",
        ),
        (
            "the environment of kustomize",
            vec![
                (
                    "a/kustomization.yaml",
                    "resources: [sts.yaml]\nconfigMapGenerator: [{name: zk-cfg, envs: [e.env]}]\n",
                ),
                ("a/e.env", "X\n"),
            ],
            "kustomize makes ConfigMap zk-cfg, and e.env takes X from the environment that kustomize runs in",
        ),
        (
            "merged into an object",
            vec![
                ("a/cm.yaml", &on),
                (
                    "a/kustomization.yaml",
                    "resources: [sts.yaml, cm.yaml]\nconfigMapGenerator: [{name: zk-cfg, behavior: merge, literals: [a=b]}]\n",
                ),
            ],
            "a generator in a/kustomization.yaml changes ConfigMap zk-cfg, which is not followed",
        ),
        (
            "merged into an object of its own file",
            vec![
                ("a/sts.yaml", &both),
                (
                    "a/kustomization.yaml",
                    "resources: [sts.yaml]\nconfigMapGenerator: [{name: zk-cfg, behavior: merge, literals: [a=b]}]\n",
                ),
            ],
            "a generator in a/kustomization.yaml changes ConfigMap zk-cfg, which is not followed",
        ),
        (
            "patched and then merged",
            vec![
                ("a/kustomization.yaml", &patched),
                ("a/zoo.cfg", ON),
                ("a/p.yaml", &on),
                (
                    "b/kustomization.yaml",
                    "resources: [../a]\nconfigMapGenerator: [{name: zk-cfg, behavior: merge, literals: [a=b]}]\n",
                ),
            ],
            "it is patched before a generator changes it, which is not followed",
        ),
    ];
    check_unknown(&table);
}

/// Helm takes the files of a chart together, and not those of a folder.
#[test]
fn templates_of_a_chart_are_judged_alone() {
    let files = [
        ("Chart.yaml", "apiVersion: v2\nname: x\nversion: 1.0.0\n"),
        ("templates/sts.yaml", &mounting()),
        ("templates/cm.yaml", &config(ON)),
    ];
    let folder = folder(&files);
    assert_eq!(servers(&report(folder.path(), &["templates/sts.yaml"])), ["unknown"]);
}

/// As it is with every other file that is changed.
#[test]
fn a_setting_in_another_file_is_found_and_changed_there() {
    let table = [
        (config(OFF), "a/cm.yaml:8", config(ON)),
        (config("x=y"), "a/sts.yaml:10", config(&format!("x=y\n    {ON}"))),
        (config("x=y").trim_end().to_owned(), "a/sts.yaml:10", config(&format!("x=y\n    {ON}")).trim_end().to_owned()),
        (
            format!("# first\n---\n{}---\na: b\n", config(OFF)),
            "a/cm.yaml:10",
            format!("# first\n---\n{}---\na: b\n", config(ON)),
        ),
        (
            format!(
                "{{\"apiVersion\": \"v1\", \"kind\": \"ConfigMap\", \"metadata\": {{\"name\": \"zk-cfg\"}},\n\"data\": {{\"zoo.cfg\": \"{OFF}\\n\"}}}}\n"
            ),
            "a/cm.yaml:2",
            format!(
                "{{\"apiVersion\": \"v1\", \"kind\": \"ConfigMap\", \"metadata\": {{\"name\": \"zk-cfg\"}},\n\"data\": {{\"zoo.cfg\": \"{ON}\\n\"}}}}\n"
            ),
        ),
    ];
    for (before, place, after) in table {
        for kustomization in [None, Some("resources: [sts.yaml, cm.yaml]\n")] {
            let folder = folder(&[("a/sts.yaml", &mounting()), ("a/cm.yaml", &before)]);
            let kustomization = kustomization.map(|text| ("a/kustomization.yaml", text));
            write(folder.path(), kustomization.as_slice());
            let found = report(folder.path(), &["a"]);
            let finding = &found["findings"][0];
            let path = finding["path"].as_str().unwrap();
            assert_eq!(format!("{path}:{}", finding["line"]), place, "{before}");
            assert_eq!(finding["fix"][0]["path"].as_str().unwrap_or(path), "a/cm.yaml", "{before}");
            let diff = lint(folder.path(), &["--diff", "--no-config", "a"]).stdout;
            assert!(diff.contains("+++ b/a/cm.yaml") && !diff.contains("sts.yaml"), "{diff}");
            lint(folder.path(), &["--fix", "--no-config", "a/sts.yaml"]);
            assert_eq!(text(folder.path(), "a/cm.yaml"), after);
            assert_eq!(text(folder.path(), "a/sts.yaml"), mounting());
            assert_eq!(servers(&report(folder.path(), &["a"])), ["purges"]);
        }
    }
}

/// Two servers with one configuration change it once, and one whose overlay undoes the change does not count.
#[test]
fn a_file_that_several_read_is_changed_once() {
    let other = mounting().replace("{name: zk}", "{name: zk2}");
    let patch = config(ON).replace("  zoo.cfg", "  other: x\n  zoo.cfg");
    let folder = folder(&[
        ("base/a.yaml", &mounting()),
        ("base/b.yaml", &other),
        ("base/cm.yaml", &config(OFF)),
        ("base/kustomization.yaml", "resources: [a.yaml, b.yaml, cm.yaml]\n"),
        ("dev/kustomization.yaml", "resources: [../base]\n"),
        ("prod/kustomization.yaml", "resources: [../base]\npatches: [{path: p.yaml}]\n"),
        ("prod/p.yaml", &patch),
    ]);
    let expected = ["dev never-purges", "prod purges", "dev never-purges", "prod purges"];
    assert_eq!(servers(&report(folder.path(), &["."])), expected);
    lint(folder.path(), &["--fix", "--no-config", "."]);
    assert_eq!(text(folder.path(), "base/cm.yaml"), config(ON));
    assert_eq!(text(folder.path(), "prod/p.yaml"), patch);
    let after = servers(&report(folder.path(), &["."]));
    assert!(after.iter().all(|server| server.ends_with(" purges") || server == "purges"), "{after:?}");
}

/// The finding says which file to change.
#[test]
fn what_kustomize_makes_or_an_overlay_adds_is_changed_by_hand() {
    let made = "resources: [sts.yaml]\nconfigMapGenerator: [{name: zk-cfg, files: [zoo.cfg]}]\n";
    let (one, two) = (format!("a=b\n{OFF}\n"), config(OFF));
    let table: Vec<Case<'_>> = vec![
        (
            "base/zoo.cfg:2",
            vec![("base/kustomization.yaml", made), ("base/zoo.cfg", &one)],
            "kustomize makes ConfigMap zk-cfg, and autopurge does not change what it is made from; change base/zoo.cfg",
        ),
        (
            "base/sts.yaml:10",
            vec![("base/kustomization.yaml", made), ("base/zoo.cfg", "a=b\n")],
            "kustomize makes ConfigMap zk-cfg, and autopurge does not change what it is made from; change base/zoo.cfg",
        ),
        (
            "over/cm.yaml:8",
            vec![
                ("base/kustomization.yaml", "resources: [sts.yaml]\n"),
                ("over/kustomization.yaml", "resources: [../base, cm.yaml]\n"),
                ("over/cm.yaml", &two),
            ],
            "it belongs into what the overlay adds; change over/cm.yaml",
        ),
    ];
    for (place, files, reason) in &table {
        let folder = folder(&[("base/sts.yaml", &mounting())]);
        write(folder.path(), files);
        let report = report(folder.path(), &["."]);
        let finding = &report["findings"][0];
        assert_eq!(format!("{}:{}", finding["path"].as_str().unwrap(), finding["line"]), *place);
        assert_eq!(finding["not_fixed_because"], *reason);
        lint(folder.path(), &["--fix", "--no-config", "."]);
        for (path, before) in files {
            assert_eq!(text(folder.path(), path), *before);
        }
    }
}

#[test]
fn suppressions_in_the_other_file_count_there() {
    let comment = config(OFF).replace("  zoo.cfg: |", "  # autopurge: ignore[purge-disabled] known\n  zoo.cfg: |");
    let annotation = config(OFF)
        .replace("  name: zk-cfg\n", "  name: zk-cfg\n  annotations: {autopurge.dev/ignore: purge-disabled}\n");
    let made = [
        ("a/sts.yaml", mounting()),
        (
            "a/kustomization.yaml",
            "resources: [sts.yaml]\nconfigMapGenerator: [{name: zk-cfg, files: [zoo.cfg]}]\n".to_owned(),
        ),
        ("a/zoo.cfg", format!("a=b\n# autopurge: ignore[purge-disabled] known\n{OFF}\n")),
    ];
    let folder_of_made = folder(&made.each_ref().map(|(path, text)| (*path, text.as_str())));
    assert_eq!(report(folder_of_made.path(), &["a"])["summary"]["suppressed"], 1);
    for config in [comment, annotation] {
        let folder = folder(&[("a/sts.yaml", &mounting()), ("a/cm.yaml", &config)]);
        for named in ["a", "a/sts.yaml"] {
            let report = report(folder.path(), &[named]);
            assert_eq!(report["summary"]["suppressed"], 1, "{config}");
            assert_eq!(report["findings"].as_array().unwrap().len(), 1, "{report}");
        }
        lint(folder.path(), &["--fix", "--no-config", "a"]);
        assert_eq!(text(folder.path(), "a/cm.yaml"), config);
    }
}

#[test]
fn a_baseline_knows_findings_in_other_files() {
    let folder = folder(&[("a/sts.yaml", &mounting()), ("a/cm.yaml", &config(OFF))]);
    lint(folder.path(), &["--create-baseline", "base.json", "a"]);
    for named in ["a", "a/sts.yaml"] {
        let ran = lint(folder.path(), &["--baseline", "base.json", named]);
        assert_eq!(ran.code, 0, "{}", ran.stdout);
    }
}

/// Hooks name what a commit changes.
#[test]
fn naming_configuration_judges_what_reads_it() {
    let made = "resources: [sts.yaml]\nconfigMapGenerator: [{name: zk-cfg, files: [zoo.cfg]}]\n";
    let files = [
        (".git/HEAD", "ref: x\n"),
        ("a/sts.yaml", &mounting()),
        ("a/cm.yaml", &config(OFF)),
        ("a/other.yaml", &config(OFF).replace("zk-cfg", "another")),
        ("b/sts.yaml", &mounting()),
        ("b/kustomization.yaml", made),
        ("b/zoo.cfg", OFF),
    ];
    let folder = folder(&files);
    for (named, expected) in [("a/cm.yaml", 1), ("a/other.yaml", 0), ("b/zoo.cfg", 1)] {
        assert_eq!(servers(&report(folder.path(), &[named])).len(), expected, "{named}");
    }
}

/// No file is beside standard input.
#[test]
fn standard_input_stands_alone() {
    let folder = folder(&[("cm.yaml", &config(ON))]);
    let ran = lint_stdin(folder.path(), &["-"], &mounting());
    assert!(ran.stdout.contains("which is not in these manifests"), "{}", ran.stdout);
}
