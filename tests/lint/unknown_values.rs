//! Releases of which some values, or the chart, are not known.

use tempfile::TempDir;

use super::program::{application, report, verdicts, write};

/// A release of the chart in the words of each tool, with one parameter.
fn with_parameter(tool: &str, (name, value): (&str, &str), version: &str) -> (&'static str, String) {
    let helm = format!(
        "repository = \"https://charts.bitnami.com/bitnami\"\n  chart = \"zookeeper\"\n  version = \"{version}\""
    );
    let flux = format!(
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: zk}}\nspec:\n  \
         chart: {{spec: {{chart: zookeeper, version: {version}, sourceRef: {{kind: HelmRepository, name: bitnami}}}}}}\n  \
         valuesFrom: [{{kind: ConfigMap, name: one, valuesKey: it, targetPath: '{name}'}}]\n---\n\
         apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: one}}\ndata: {{it: '{value}'}}\n---\n\
         apiVersion: source.toolkit.fluxcd.io/v1\nkind: HelmRepository\nmetadata: {{name: bitnami}}\n\
         spec: {{url: 'https://charts.bitnami.com/bitnami'}}\n"
    );
    let chart = format!(
        "chart: zookeeper\n        repoURL: https://charts.bitnami.com/bitnami\n        targetRevision: {version}"
    );
    match tool {
        "argo" => (
            "set.yaml",
            format!(
                "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {{name: zk}}\nspec:\n  generators: [{{clusters: {{}}}}]\n  \
                 template:\n    metadata: {{name: zk}}\n    spec:\n      source:\n        {chart}\n        \
                 helm: {{parameters: [{{name: '{name}', value: '{value}'}}]}}\n"
            ),
        ),
        "flux" => ("release.yaml", flux),
        "helmfile" => (
            "helmfile.yaml",
            format!(
                "repositories: [{{name: b, url: 'https://charts.bitnami.com/bitnami'}}]\nreleases:\n- name: zk\n  \
                 chart: b/zookeeper\n  version: {version}\n  set: [{{name: '{name}', value: '{value}'}}]\n"
            ),
        ),
        _ => (
            "main.tf",
            format!(
                "resource \"helm_release\" \"zk\" {{\n  name = \"zk\"\n  {helm}\n  set {{\n    name = \"{name}\"\n    value = {value}\n  }}\n}}\n"
            ),
        ),
    }
}

/// What a template or a variable stands for cannot be parsed, and it need not be: it is only the one value.
#[test]
fn an_unknown_parameter_decides_only_about_its_own_path() {
    let unknown = [
        ("argo", "{{metadata.labels.it}}"),
        ("argo", "r{{metadata.labels.it}}"),
        ("flux", "${IT:={a}"),
        ("helmfile", "{{ requiredEnv \"IT\" }}"),
        ("terraform", "lookup(data.x.y.z, \"it\")"),
    ];
    for (tool, value) in unknown {
        let verdict = |name: &str, version: &str| {
            let folder = TempDir::new().unwrap();
            let (path, text) = with_parameter(tool, (name, value), version);
            write(folder.path(), &[(path, &text)]);
            let report = report(folder.path(), &["."]);
            let because = report["servers"][0]["settings"]["interval"]["unknown_because"].as_str().unwrap_or_default();
            assert!(!because.contains("Helm rejects"), "{text}: {because}");
            verdicts(&report).into_iter().map(|(_, verdict)| verdict).collect::<Vec<_>>()
        };
        assert_eq!(verdict("replicaCount", "11.0.0"), ["never-purges"], "{tool} {value}");
        assert_eq!(verdict("commonLabels.a\\\\.b", "13.0.0"), ["purges"], "{tool} {value}");
        for name in ["autopurge.purgeInterval", "autopurge"] {
            assert_eq!(verdict(name, "11.0.0"), ["unknown"], "{tool} {value}");
        }
    }
}

/// An unknown value may switch off the part of a chart that runs the server.
#[test]
fn an_unknown_parameter_that_switches_the_server_off_leaves_it_undecided() {
    let folder = TempDir::new().unwrap();
    let chart = "apiVersion: v2\nname: umbrella\nversion: 0.1.0\ndependencies:\n- {name: zookeeper, version: 11.0.0, \
                 repository: 'https://charts.bitnami.com/bitnami', condition: zk.enabled}\n";
    let source = |name: &str| {
        format!(
            "    path: charts/umbrella\n    repoURL: https://example.com/r\n    helm: {{parameters: [{{name: '{name}', value: '${{ON}}'}}]}}\n"
        )
    };
    for (name, verdict) in [("zk.enabled", "unknown"), ("zk.disabled", "never-purges")] {
        let files = [
            (".git/HEAD", "ref: refs/heads/main\n"),
            ("charts/umbrella/Chart.yaml", chart),
            ("apps/zk.yaml", &application("zk", &source(name))),
        ];
        write(folder.path(), &files);
        assert_eq!(
            verdicts(&report(folder.path(), &["apps"])),
            [("zookeeper".to_owned(), verdict.to_owned())],
            "{name}"
        );
    }
}

/// Whatever a chart's templates do with an image that its values name, it may well be a server.
#[test]
fn values_that_name_an_image_for_an_unknown_chart_are_unknown() {
    let release = |values: &str| {
        format!(
            "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: zk}}\nspec:\n  \
             chart: {{spec: {{chart: app-template, version: 3.x, sourceRef: {{kind: HelmRepository, name: b}}}}}}\n  \
             values: {values}\n"
        )
    };
    let image = "{image: {repository: zookeeper, tag: '3.8'}}";
    let table = [
        (format!("{{controllers: {{zk: {{containers: {{main: {image}}}}}}}}}"), 1),
        (format!("{{controllers: {{zk: {{enabled: false, containers: {{main: {image}}}}}}}}}"), 0),
        (format!("{{controllers: {{app: {{initContainers: {{wait: {image}}}}}}}}}"), 0),
        ("{image: {repository: confluentinc/cp-kafka}, zookeeper: {url: 'zookeeper:2181'}}".to_owned(), 0),
        ("{metadata: {images: {zookeeper: 'hyperledger/fabric-zookeeper:0.4.18'}}}".to_owned(), 1),
        ("{zookeeper: {enabled: true}}".to_owned(), 1),
        ("{kafka: {zookeeper: {replicaCount: 1}}}".to_owned(), 1),
        ("{kafka: {zookeeper: {enabled: false, replicaCount: 1}}}".to_owned(), 0),
        ("{zookeeper: {enabled: true, host: zk.example.com}}".to_owned(), 0),
    ];
    for (values, expected) in table {
        let folder = TempDir::new().unwrap();
        write(folder.path(), &[("zk.yaml", &release(&values))]);
        let found = verdicts(&report(folder.path(), &["zk.yaml"]));
        assert_eq!(found.len(), expected, "{values}: {found:?}");
        assert!(found.iter().all(|(_, verdict)| verdict == "unknown"), "{values}: {found:?}");
    }
}
