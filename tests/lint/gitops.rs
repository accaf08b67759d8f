//! GitOps files of our own.

use tempfile::TempDir;

use super::program::{application, lint, lint_stdin, report, verdicts, write};

#[test]
fn a_chart_in_the_repository_is_judged_with_the_values_of_its_application() {
    let folder = TempDir::new().unwrap();
    let chart = "apiVersion: v2\nname: zookeeper\nversion: 12.4.4\nsources: [https://github.com/bitnami/charts]\n";
    let values = "image: {registry: docker.io, repository: bitnami/zookeeper}\nheapSize: 1024\n\
                  fourlwCommandsWhitelist: ruok\nautopurge: {purgeInterval: 0, snapRetainCount: 3}\n";
    let source = "    repoURL: https://example.com/repo.git\n    path: charts/zk\n    helm:\n      valuesObject: {autopurge: {purgeInterval: 2}}\n";
    let files = [
        (".git/HEAD", "ref: refs/heads/main\n"),
        ("charts/zk/Chart.yaml", chart),
        ("charts/zk/values.yaml", values),
        ("apps/zk.yaml", &application("zk", source)),
    ];
    write(folder.path(), &files);
    let one = (String::new(), "purges".to_owned());
    assert_eq!(verdicts(&report(folder.path(), &["apps"])), [one]);
}

#[test]
fn two_servers_of_one_text_are_fixed_together() {
    let folder = TempDir::new().unwrap();
    let source = "    chart: sentry\n    repoURL: https://sentry-kubernetes.github.io/charts\n    targetRevision: 17.0.0\n    helm:\n      values: |\n        # ours\n        user: {create: true}\n";
    write(folder.path(), &[("sentry.yaml", &application("sentry", source))]);
    assert_eq!(lint(folder.path(), &["."]).code, 1);
    let fixed = lint(folder.path(), &["--fix", "."]);
    assert_eq!(fixed.code, 0, "{}", fixed.stdout);
    let text = std::fs::read_to_string(folder.path().join("sentry.yaml")).unwrap();
    assert!(text.starts_with(&application("sentry", source)), "{text}");
    assert_eq!(text.matches("purgeInterval: 1").count(), 2, "{text}");
}

#[test]
fn values_out_of_sight_are_unknown_with_their_path() {
    let folder = TempDir::new().unwrap();
    let source = "    chart: zookeeper\n    repoURL: https://charts.bitnami.com/bitnami\n    targetRevision: 11.4.11\n    helm:\n      valueFiles: [$here/prod.yaml]\n";
    write(folder.path(), &[("zk.yaml", &application("zk", source))]);
    let ran = lint(folder.path(), &[".", "--fail-on", "warning"]);
    assert_eq!(ran.code, 1, "{}", ran.stdout);
    assert!(ran.stdout.contains("$here/prod.yaml"), "{}", ran.stdout);
}

/// `kubectl get applications,helmreleases,statefulsets -A -o yaml | autopurge lint -`, and what kustomize builds.
#[test]
fn standard_input_holds_releases_too() {
    let source = "    chart: zookeeper\n    repoURL: https://charts.bitnami.com/bitnami\n    targetRevision: 10.2.0\n";
    let server = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: zk}\nspec: {template: {spec: {containers: \
                  [{name: zk, image: 'bitnami/zookeeper:3.9', env: [{name: ZOO_AUTOPURGE_INTERVAL, value: '1'}]}]}}}\n";
    let release = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: zk}\nspec:\n  \
                   chartRef: {kind: OCIRepository, name: zk}\n  valuesFrom: [{kind: ConfigMap, name: values}]\n---\n\
                   apiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nmetadata: {name: zk}\n\
                   spec: {url: 'oci://registry-1.docker.io/bitnamicharts/zookeeper', ref: {tag: 11.0.0}}\n---\n\
                   apiVersion: v1\nkind: ConfigMap\nmetadata: {name: values}\ndata: {values.yaml: 'autopurge: {purgeInterval: 1}'}\n";
    let stream = [application("zk", source).as_str(), server, release].join("---\n");
    let folder = TempDir::new().unwrap();
    let ran = lint_stdin(folder.path(), &["-", "--format", "json"], &stream);
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let verdicts: Vec<String> = verdicts(&report).into_iter().map(|(_, verdict)| verdict).collect();
    assert_eq!((ran.code, verdicts), (1, ["purges", "never-purges", "purges"].map(str::to_owned).to_vec()));
    assert_eq!(report["findings"][0]["path"], "-");
    let ran = lint_stdin(folder.path(), &["-"], &application("zk", source));
    assert!(
        ran.stdout.contains("`autopurge remedy --as values`") && !ran.stdout.contains("lint --fix"),
        "{}",
        ran.stdout
    );
    let broken = lint_stdin(folder.path(), &["-"], &format!("{}  - broken\n", application("zk", source)));
    assert_eq!((broken.code, broken.stdout.matches("cannot be read").count()), (1, 1), "{}", broken.stdout);
}

/// What counts is what an overlay deploys; the fix goes where the value stands, or into the overlay's own patch.
#[test]
fn releases_are_judged_and_fixed_as_their_overlays_deploy_them() {
    let base = |version: &str| {
        let source = format!(
            "    # ours\n    chart: zookeeper\n    repoURL: https://charts.bitnami.com/bitnami\n    targetRevision: {version}\n"
        );
        application("zk", &source)
    };
    let merge = |spec: &str| {
        format!("apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: zk}}\nspec:\n  source:\n{spec}")
    };
    let (off, text, old) = (
        merge("    helm:\n      valuesObject: {autopurge: {purgeInterval: 0}} # off\n"),
        merge("    helm:\n      values: |\n        # text\n        autopurge: {purgeInterval: 0}\n"),
        merge("    targetRevision: 11.0.0\n    helm:\n      valuesObject: {replicaCount: 3}\n"),
    );
    let operation = "[{op: add, path: /spec/source/helm, value: {valuesObject: {autopurge: {purgeInterval: 1}}}}]\n";
    let table = [
        ("13.0.0", off.as_str(), "never-purges", Some(off.replace("purgeInterval: 0", "purgeInterval: 1"))),
        ("13.0.0", &text, "never-purges", Some(text.replace("purgeInterval: 0", "purgeInterval: 1"))),
        (
            "13.0.0",
            &old,
            "never-purges",
            Some(old.replace("{replicaCount: 3}", "{replicaCount: 3, autopurge: {purgeInterval: 1}}")),
        ),
        ("11.0.0", operation, "purges", None),
    ];
    for (version, patch, verdict, fixed) in table {
        let folder = TempDir::new().unwrap();
        let original = base(version);
        let files = [
            ("base/zk.yaml", original.as_str()),
            ("base/kustomization.yaml", "resources: [zk.yaml]\n"),
            (
                "prod/kustomization.yaml",
                "resources: [../base]\npatches: [{path: p.yaml, target: {kind: Application}}]\n",
            ),
            ("prod/p.yaml", patch),
        ];
        write(folder.path(), &files);
        let before = report(folder.path(), &["."]);
        assert_eq!(verdicts(&before), [(String::new(), verdict.to_owned())], "{patch}");
        lint(folder.path(), &["--fix", "."]);
        let read = |path: &str| std::fs::read_to_string(folder.path().join(path)).unwrap();
        assert_eq!((read("base/zk.yaml"), read("prod/p.yaml")), (original, fixed.unwrap_or_else(|| patch.to_owned())));
        assert_eq!(verdicts(&report(folder.path(), &["."])), [(String::new(), "purges".to_owned())], "{patch}");
        let said = lint(folder.path(), &["--format", "concise", "--interval", "5", "-v", "."]).stdout;
        assert!(said.contains("Application/zk[prod]"), "{said}");
    }
}

/// An app of apps: what no template directive touches is judged and fixed, what only Helm fills in is unknown.
#[test]
fn releases_in_the_templates_of_a_chart_are_read() {
    let source = |chart: &str, version: &str| {
        format!("    chart: {chart}\n    repoURL: https://charts.bitnami.com/bitnami\n    targetRevision: {version}\n")
    };
    let plain = application("plain", &source("zookeeper", "10.2.0"));
    let filled = application("filled", &source("zookeeper", "{{ .Values.version }}"));
    let other = application("{{ .Release.Name }}-nginx", &source("nginx", "1.0.0"));
    let open = application("open", &source("{{ .Values.chart }}", "1.0.0"));
    let both = format!(
        "{}---\n{{{{- if .Values.on }}}}\n{}{{{{- end }}}}\n",
        plain.replace("name: plain", "name: mixed"),
        source("kafka", "20.0.0")
    );
    let folder = TempDir::new().unwrap();
    let files = [
        ("apps/Chart.yaml", "apiVersion: v2\nname: apps\nversion: 0.1.0\n"),
        ("apps/templates/filled.yaml", filled.as_str()),
        ("apps/templates/mixed.yaml", &both),
        ("apps/templates/more/plain.yaml", &plain),
        ("apps/templates/open.yaml", &open),
        ("apps/templates/other.yaml", &other),
    ];
    write(folder.path(), &files);
    let named = |report: &serde_json::Value| -> Vec<String> {
        let servers = report["servers"].as_array().unwrap().iter();
        servers
            .map(|server| format!("{} {}", server["name"].as_str().unwrap(), server["verdict"].as_str().unwrap()))
            .collect()
    };
    let expected = ["filled unknown", "mixed never-purges", "plain never-purges"];
    for paths in [".", "apps", "apps/templates/filled.yaml"] {
        assert_eq!(named(&report(folder.path(), &[paths])), expected, "{paths}");
    }
    lint(folder.path(), &["--fix", "."]);
    assert_eq!(named(&report(folder.path(), &["."])), ["filled unknown", "mixed purges", "plain purges"]);
    let read = |path: &str| std::fs::read_to_string(folder.path().join(path)).unwrap();
    assert_eq!((read("apps/templates/filled.yaml"), read("apps/templates/open.yaml")), (filled, open));
}

/// Several makers have a chart of this name; the repository's object stands in another repository.
#[test]
fn the_name_of_a_repository_that_is_not_here_tells_the_maker() {
    let release = |repository: &str| {
        format!(
            "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: ch}}\nspec:\n  interval: 1h\n  chart:\n    spec:\n      chart: zookeeper\n      version: 0.5.0\n      sourceRef: {{kind: HelmRepository, name: {repository}}}\n"
        )
    };
    for (repository, verdict) in [("cloudpirates", "purges"), ("mirror", "unknown")] {
        let folder = TempDir::new().unwrap();
        write(folder.path(), &[("ch.yaml", &release(repository))]);
        let expected = [(String::new(), verdict.to_owned())];
        assert_eq!(verdicts(&report(folder.path(), &["."])), expected, "{repository}");
    }
}

/// What a release installs by a reference is judged by what the reference leads to, and unknown where it leads nowhere.
#[test]
fn charts_that_are_referred_to_are_never_passed_over() {
    let release = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: zk, namespace: zk}\nspec:\n  \
                   chartRef: {kind: OCIRepository, name: zk, namespace: flux-system}\n";
    let source = |address: &str| {
        format!(
            "apiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nmetadata: {{name: zk, namespace: flux-system}}\n\
             spec: {{url: 'oci://registry-1.docker.io/bitnamicharts/{address}', ref: {{tag: 11.0.0}}}}\n"
        )
    };
    for (source, verdict) in
        [(source("zookeeper"), Some("never-purges")), (source("nginx"), None), (String::new(), Some("unknown"))]
    {
        let folder = TempDir::new().unwrap();
        write(folder.path(), &[("apps/zk/zk.yaml", release), ("infrastructure/sources/zk.yaml", &source)]);
        let expected: Vec<_> = verdict.map(|verdict| (String::new(), verdict.to_owned())).into_iter().collect();
        for paths in [&["."][..], &["apps"], &["apps/zk/zk.yaml"]] {
            assert_eq!(verdicts(&report(folder.path(), paths)), expected, "{source} {paths:?}");
        }
    }
}

/// A password out of sight changes nothing; a value that something reads may.
#[test]
fn single_values_out_of_sight_count_where_they_decide() {
    let flux = |path: &str, values: &str| {
        format!(
            "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: kafka}}\nspec:\n  \
             chart: {{spec: {{chart: kafka, version: 20.0.0, sourceRef: {{kind: HelmRepository, name: bitnami}}}}}}\n  \
             valuesFrom: [{{kind: Secret, name: s, valuesKey: k, targetPath: '{path}'}}]\n  values: {values}\n"
        )
    };
    let argo = |path: &str, values: &str| {
        let source = format!(
            "    chart: kafka\n    repoURL: https://charts.bitnami.com/bitnami\n    targetRevision: 20.0.0\n    \
             helm: {{valuesObject: {values}, fileParameters: [{{name: '{path}', path: gone.txt}}]}}\n"
        );
        application("kafka", &source)
    };
    let hourly = "{zookeeper: {autopurge: {purgeInterval: 1}}}";
    let table: [(&str, &str, &str); 7] = [
        ("auth.sasl.jaas.clientPasswords[0]", "{}", "never-purges"),
        ("auth.sasl.jaas.clientPasswords[0]", hourly, "purges"),
        ("zookeeper.autopurge.purgeInterval", "{}", "unknown"),
        ("zookeeper.enabled", "{}", "unknown"),
        ("zookeeper.existingConfigmap", hourly, "unknown"),
        ("zookeeper.configuration", "{}", "unknown"),
        ("zookeeper.auth.client.clientPassword", hourly, "purges"),
    ];
    for (path, values, expected) in table {
        for release in [flux(path, values), argo(path, values)] {
            let folder = TempDir::new().unwrap();
            write(folder.path(), &[("kafka.yaml", &release)]);
            let found = verdicts(&report(folder.path(), &["."]));
            assert_eq!(found, [("zookeeper".to_owned(), expected.to_owned())], "{release}");
        }
    }
}

/// `values.yaml` of a chart are its defaults, unless they come behind another file.
#[test]
fn the_values_that_a_chart_has_anyway_are_at_hand() {
    let source = |files: &str| {
        format!(
            "    chart: zookeeper\n    repoURL: https://charts.bitnami.com/bitnami\n    targetRevision: 11.0.0\n    \
             helm: {{valueFiles: [{files}]}}\n"
        )
    };
    let table = [
        ("values.yaml", "never-purges"),
        ("./values.yaml", "never-purges"),
        ("values.yaml, values-prod.yaml", "unknown"),
        ("values-prod.yaml, values.yaml", "unknown"),
    ];
    for (files, verdict) in table {
        let folder = TempDir::new().unwrap();
        write(folder.path(), &[("zk.yaml", &application("zk", &source(files)))]);
        assert_eq!(verdicts(&report(folder.path(), &["."])), [(String::new(), verdict.to_owned())], "{files}");
    }
}

/// A folder of the Git repository that a chart is developed in is that chart; a folder of another one may be anything.
#[test]
fn charts_in_git_are_told_by_their_repository() {
    let table = [
        ("https://github.com/PostHog/charts-clickhouse.git", "charts/posthog", "posthog-18.2.1", Some("never-purges")),
        ("https://github.com/PostHog/charts-clickhouse", "charts/posthog", "main", Some("unknown")),
        ("git@github.com:bitnami/charts.git", "bitnami/zookeeper", "zookeeper/12.5.0", Some("purges")),
        (
            "https://git.example.com/mirrors/bitnami/charts",
            "bitnami/zookeeper",
            "zookeeper/12.4.4",
            Some("never-purges"),
        ),
        ("https://github.com/bitnami/charts", "bitnami/zookeeper", "6e61c5a", Some("unknown")),
        ("https://git.example.com/ours/apps", "apps/zookeeper", "main", None),
        // A repository that is a chart has another name than the chart, and tags that count it.
        ("https://github.com/cetic/helm-nifi.git", ".", "v1.0.5", Some("never-purges")),
        ("git@github.com:cetic/helm-nifi", "./", "nifi-1.0.5", Some("never-purges")),
        ("https://github.com/cetic/helm-nifi", ".", "master", Some("unknown")),
        ("https://github.com/confluentinc/cp-helm-charts", ".", "master", Some("unknown")),
        ("https://github.com/bitnami/charts", ".", "main", None),
        ("https://git.example.com/ours/helm-nifi", ".", "v1.0.5", None),
        ("https://github.com/bitnami/charts", "bitnami/nginx", "main", None),
    ];
    for (repository, path, revision, verdict) in table {
        let folder = TempDir::new().unwrap();
        let source = format!("    repoURL: {repository}\n    path: {path}\n    targetRevision: {revision}\n");
        write(folder.path(), &[("app.yaml", &application("app", &source))]);
        let mut found: Vec<String> =
            verdicts(&report(folder.path(), &["app.yaml"])).into_iter().map(|(_, verdict)| verdict).collect();
        found.dedup();
        assert_eq!(found, verdict.into_iter().collect::<Vec<_>>(), "{repository} {path} {revision}");
    }
}

#[test]
fn other_objects_of_the_same_kind_say_nothing() {
    let folder = TempDir::new().unwrap();
    let source = "    chart: nginx\n    repoURL: https://charts.bitnami.com/bitnami\n    targetRevision: 15.0.0\n";
    write(folder.path(), &[("nginx.yaml", &application("nginx", source))]);
    let ran = lint(folder.path(), &["."]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "autopurge: no ZooKeeper server in 1 GitOps file\n"));
}

/// `--render` renders charts, and no objects.
#[test]
fn advice_for_the_unknown_fits_the_object() {
    let folder = TempDir::new().unwrap();
    let source = "    chart: zookeeper\n    repoURL: https://charts.bitnami.com/bitnami\n    targetRevision: 11.4.11\n    helm:\n      valueFiles: [$here/prod.yaml]\n";
    write(folder.path(), &[("zk.yaml", &application("zk", source))]);
    let ran = lint(folder.path(), &["."]);
    assert!(ran.stdout.contains("kubectl get statefulsets") && !ran.stdout.contains("--render"), "{}", ran.stdout);
}

/// The chart puts the data into a `ConfigMap` as they are, in which Kubernetes takes no numbers.
#[test]
fn a_text_stays_a_text() {
    let app = |data: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: pulsar}}\nspec:\n  source:\n    \
             repoURL: https://pulsar.apache.org/charts\n    chart: pulsar\n    targetRevision: 4.0.0\n    helm:\n      valuesObject:\n        \
             zookeeper:\n          configData:\n            PULSAR_PREFIX_autopurge.purgeInterval: {data}\n"
        )
    };
    for (before, after) in [("\"0\"", "\"1\""), ("'0'", "'1'"), ("0", "\"1\"")] {
        let folder = TempDir::new().unwrap();
        write(folder.path(), &[("app.yaml", &app(before))]);
        let said = lint(folder.path(), &["."]).stdout;
        assert!(said.contains("--set-string zookeeper.configData.PULSAR_PREFIX_autopurge\\.purgeInterval=1"), "{said}");
        assert_eq!(lint(folder.path(), &["--fix", "."]).code, 0);
        assert_eq!(std::fs::read_to_string(folder.path().join("app.yaml")).unwrap(), app(after));
    }
}

/// Hundreds of releases take their charts from somewhere else, and few of them have to do with `ZooKeeper`.
#[test]
fn a_chart_that_is_filled_in_is_unknown_where_anything_names_zookeeper() {
    let flux = |name: &str, values: &str| {
        format!(
            "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: {name}}}\nspec:\n  chart: {{spec: \
             {{chart: \"${{chart}}\", sourceRef: {{kind: HelmRepository, name: r}}}}}}\n  values: {values}\n"
        )
    };
    let argo = "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: zk}\nspec:\n  generators: [{clusters: {}}]\n  \
                template:\n    metadata: {name: a}\n    spec:\n      source: {repoURL: 'https://e.org', chart: '{{chart}}', targetRevision: 1.0.0}\n";
    let helmfile = "releases:\n- name: kafka\n  chart: {{ .Values.chart }}\n";
    let terraform =
        |name: &str| format!("resource \"helm_release\" \"{name}\" {{\n  name = \"{name}\"\n  chart = var.chart\n}}\n");
    let table = [
        ("a.yaml", flux("zk", "{}"), 1),
        ("a.yaml", flux("app", "{app: {zookeeper: {replicas: 3}}}"), 1),
        ("a.yaml", flux("app", "{autopurge: {purgeInterval: 0}}"), 1),
        ("a.yaml", flux("app", "{replicas: 3}"), 0),
        ("a.yaml", argo.to_owned(), 1),
        ("helmfile.yaml", helmfile.to_owned(), 1),
        ("main.tf", terraform("my-zookeeper"), 1),
        ("main.tf", terraform("redis"), 0),
    ];
    for (path, file, unknown) in table {
        let folder = TempDir::new().unwrap();
        write(folder.path(), &[(path, &file)]);
        let report = report(folder.path(), &["."]);
        assert_eq!(report["summary"]["unknown"], unknown, "{file}");
        let said = report["findings"][0]["message"].as_str().unwrap_or_default();
        assert!(unknown == 0 || said.contains("it is not known whether its chart runs ZooKeeper at all"), "{said}");
    }
}
