//! Argo CD: sets of applications, plugins, applications in charts.

use tempfile::TempDir;

use super::program::{application, lint, report, text, verdicts, write};

#[test]
fn what_a_git_generator_finds_in_this_repository_is_followed() {
    let set = |generator: &str, source: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {{name: infra}}\nspec:\n  goTemplate: true\n  \
             generators: [{{git: {{repoURL: 'https://e.org/r', revision: HEAD, {generator}}}}}]\n  template:\n    metadata: {{name: a}}\n    \
             spec:\n      source:\n        repoURL: https://e.org/r\n{source}"
        )
    };
    let folders = set(
        "directories: [{path: charts/*}, {path: charts/skip, exclude: true}]",
        "        path: '{{.path.path}}'\n        helm: {valueFiles: ['../../env/{{.path.basename}}.yaml']}\n",
    );
    let files = set(
        "files: [{path: 'apps/*/config.json'}]",
        "        chart: '{{.chart}}'\n        targetRevision: '{{.version}}'\n        helm: {parameters: [{name: autopurge.purgeInterval, value: '{{.hours}}'}]}\n",
    );
    let files = files.replace("https://e.org/r\n        chart", "https://charts.bitnami.com/bitnami\n        chart");
    let chart = "apiVersion: v2\nname: umb\nversion: 0.1.0\ndependencies:\n- {name: zookeeper, version: 13.0.0, repository: 'https://charts.bitnami.com/bitnami'}\n";
    let config = "{\"chart\": \"zookeeper\", \"version\": \"11.0.0\", \"hours\": \"0\"}\n";
    let all = [
        (".git/HEAD", "ref: refs/heads/main\n"),
        ("sets/folders.yaml", folders.as_str()),
        ("sets/files.yaml", files.as_str()),
        ("charts/umb/Chart.yaml", chart),
        ("charts/skip/Chart.yaml", chart),
        ("env/umb.yaml", "zookeeper: {autopurge: {purgeInterval: 0}}\n"),
        ("apps/zk/config.json", config),
    ];
    let folder = TempDir::new().unwrap();
    write(folder.path(), &all);
    let never = |prefix: &str| (prefix.to_owned(), "never-purges".to_owned());
    assert_eq!(verdicts(&report(folder.path(), &["sets"])), [never(""), never("zookeeper")]);
    assert_eq!(lint(folder.path(), &["--fix", "sets"]).code, 0);
    let text = |path: &str| text(folder.path(), path);
    assert_eq!(text("env/umb.yaml"), "zookeeper: {autopurge: {purgeInterval: 1}}\n");
    assert_eq!(text("apps/zk/config.json"), config.replace("\"0\"", "\"1\""));
    assert_eq!(text("sets/files.yaml"), files);
}

/// Two generators of one set keep their paths apart by a prefix, which counts for the file's name too.
#[test]
fn the_paths_of_a_git_generator_stand_below_its_prefix() {
    let set = "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: infra}\nspec:\n  goTemplate: true\n  \
               generators: [{git: {repoURL: 'https://e.org/r', files: [{path: apps/*/*}], pathParamPrefix: it}}]\n  template:\n    \
               metadata: {name: a}\n    spec:\n      source:\n        repoURL: https://charts.bitnami.com/bitnami\n        \
               chart: '{{.it.path.filename}}'\n        targetRevision: '{{.version}}'\n";
    let folder = TempDir::new().unwrap();
    let files = [(".git/HEAD", "ref: x\n"), ("set.yaml", set), ("apps/a/zookeeper", "version: 11.0.0\n")];
    write(folder.path(), &files);
    assert_eq!(verdicts(&report(folder.path(), &["."])), [(String::new(), "never-purges".to_owned())]);
}

/// What is written into the template of a set goes to all of its applications.
#[test]
fn a_fix_of_one_application_does_not_reach_those_of_other_charts() {
    let set = |elements: &str, helm: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {{name: mix}}\nspec:\n  goTemplate: true\n  \
             generators: [{{list: {{elements: [{elements}]}}}}]\n  template:\n    metadata: {{name: '{{{{.n}}}}'}}\n    spec:\n      sources:\n      - \
             {{ref: v, repoURL: r}}\n      - repoURL: https://charts.bitnami.com/bitnami\n        chart: '{{{{.chart}}}}'\n        \
             targetRevision: '{{{{.v}}}}'\n{helm}"
        )
    };
    let own = "        helm: {valueFiles: ['$v/{{.n}}.yaml']}\n";
    let (zookeeper, redis) = ("{n: a, chart: zookeeper, v: 11.0.0}", "{n: b, chart: redis, v: 18.0.0}");
    let both = format!("{zookeeper}, {redis}");
    for (elements, helm, code) in [(zookeeper, "", 0), (both.as_str(), "", 1), (both.as_str(), own, 0)] {
        let folder = TempDir::new().unwrap();
        let set = set(elements, helm);
        write(folder.path(), &[("set.yaml", &set), ("a.yaml", "replicaCount: 3\n"), ("b.yaml", "replicaCount: 1\n")]);
        let ran = lint(folder.path(), &["--fix", "."]);
        assert_eq!(ran.code, code, "{}", ran.stdout);
        assert_eq!(code == 1, ran.stdout.contains("would also change the values of b"), "{}", ran.stdout);
        let text = |path: &str| text(folder.path(), path);
        assert_eq!(text("set.yaml") == set, elements == both, "{}", text("set.yaml"));
        assert_eq!(text("a.yaml").contains("purgeInterval: 1"), helm == own);
    }
}

/// Argo CD takes one of `helm` and `plugin`, and the plugin brings values of its own.
#[test]
fn what_a_plugin_renders_is_unknown() {
    let chart = "apiVersion: v2\nname: umb\nversion: 0.1.0\ndependencies:\n- {name: zookeeper, version: 11.0.0, repository: 'https://charts.bitnami.com/bitnami'}\n";
    let folder = TempDir::new().unwrap();
    let source = "    repoURL: https://e.org/r\n    path: charts/umb\n    plugin: {name: argocd-vault-plugin-helm}\n";
    let app = application("umb", source);
    let files = [(".git/HEAD", "ref: x\n"), ("charts/umb/Chart.yaml", chart), ("apps/umb.yaml", app.as_str())];
    write(folder.path(), &files);
    assert_eq!(verdicts(&report(folder.path(), &["apps"])), [("zookeeper".to_owned(), "unknown".to_owned())]);
    let said = lint(folder.path(), &["--fix", "apps"]).stdout;
    assert!(said.contains("the values that the plugin gives to Helm are not at hand"), "{said}");
    assert_eq!(text(folder.path(), "apps/umb.yaml"), app);
}

#[test]
fn a_version_that_is_written_down_in_a_template_is_told() {
    let folder = TempDir::new().unwrap();
    let source = "    chart: zookeeper\n    repoURL: https://charts.bitnami.com/bitnami\n    targetRevision: 11.0.0\n";
    let app = format!("{{{{- if .Values.zk }}}}\n{}{{{{- end }}}}\n", application("zk", source));
    let files =
        [("apps/Chart.yaml", "apiVersion: v2\nname: apps\nversion: 1.0.0\n"), ("apps/templates/zk.yaml", app.as_str())];
    write(folder.path(), &files);
    let said = lint(folder.path(), &["."]).stdout;
    assert!(
        said.contains("chart zookeeper 11.0.0") && said.contains("it is a template, which only Helm can render"),
        "{said}"
    );
    assert!(!said.contains("a template computes the version"), "{said}");
}
