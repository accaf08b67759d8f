//! GitOps files of our own.

use tempfile::TempDir;

use super::program::{lint, lint_stdin, report, verdicts, write};

fn application(name: &str, source: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: {name}}}\nspec:\n  source:\n{source}"
    )
}

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

/// A release of a chart in a repository, with values in flow style, and what its servers do.
fn judged(chart: &str, repository: &str, version: &str, values: &str) -> Vec<(String, String)> {
    let folder = TempDir::new().unwrap();
    let source = format!(
        "    chart: {chart}\n    repoURL: {repository}\n    targetRevision: {version}\n    helm: {{valuesObject: {values}}}\n"
    );
    write(folder.path(), &[("app.yaml", &application("app", &source))]);
    verdicts(&report(folder.path(), &["app.yaml"]))
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

/// Bitnami's charts run `sleep infinity` in their diagnostic mode, as their values.yaml says; no user has to write it.
#[test]
fn in_diagnostic_mode_no_server_runs() {
    const BITNAMI: &str = "https://charts.bitnami.com/bitnami";
    let sleeps = "{diagnosticMode: {enabled: true}}";
    let table: [(&str, &str, &str, &str, &[&str]); 10] = [
        ("zookeeper", BITNAMI, "12.4.4", sleeps, &[]),
        ("zookeeper", BITNAMI, "12.5.1", sleeps, &[]),
        ("zookeeper", BITNAMI, "7.1.0", sleeps, &[]),
        ("zookeeper", BITNAMI, "7.0.5", sleeps, &[" never-purges"]),
        ("zookeeper", BITNAMI, "12.4.4", "{diagnosticMode: {enabled: false}}", &[" never-purges"]),
        (
            "zookeeper",
            BITNAMI,
            "12.4.4",
            "{diagnosticMode: {enabled: true, command: [bash, -c], args: [sleep 9]}}",
            &[],
        ),
        (
            "zookeeper",
            BITNAMI,
            "12.4.4",
            "{diagnosticMode: {enabled: true, command: [/scripts/setup.sh], args: []}}",
            &[" never-purges"],
        ),
        ("kafka", BITNAMI, "21.0.0", "{zookeeper: {diagnosticMode: {enabled: true}}}", &[]),
        ("kafka", BITNAMI, "21.0.0", sleeps, &["zookeeper never-purges"]),
        (
            "signoz",
            "https://charts.signoz.io",
            "0.54.1",
            "{clickhouse: {zookeeper: {autopurge: {purgeInterval: 0}, diagnosticMode: {enabled: true}}}}",
            &[],
        ),
    ];
    for (chart, repository, version, values, expected) in table {
        let found = judged(chart, repository, version, values);
        let found: Vec<String> = found.iter().map(|(prefix, verdict)| format!("{prefix} {verdict}")).collect();
        assert_eq!(found, expected, "{chart} {version} {values}");
    }
}

/// Numbers of values are floats to Helm, and whole numbers in the resource that it renders.
#[test]
fn numbers_reach_the_fields_of_a_resource() {
    let table = [
        ("0.2.12", "{}", "purges"),
        ("0.2.12", "{config: {autoPurgePurgeInterval: 0}}", "purges"),
        ("0.2.12", "{config: {autoPurgePurgeInterval: 24}}", "purges"),
        ("0.2.12", "{config: {autoPurgePurgeInterval: -1}}", "never-purges"),
        ("0.2.12", "{config: {autoPurgeSnapRetainCount: 5}}", "purges"),
        ("0.2.9", "{config: {autoPurgePurgeInterval: 24}}", "never-purges"),
    ];
    for (version, values, verdict) in table {
        let found = judged("zookeeper", "https://charts.pravega.io", version, values);
        assert_eq!(found, [(String::new(), verdict.to_owned())], "{version} {values}");
    }
}

#[test]
fn charts_below_charts_come_in_the_versions_that_their_parents_ask_for() {
    let data_flow = |values| judged("spring-cloud-dataflow", "https://charts.bitnami.com/bitnami", "12.0.0", values);
    let server = |verdict: &str| [("kafka.zookeeper".to_owned(), verdict.to_owned())];
    assert_eq!(data_flow("{kafka: {enabled: true}}"), server("never-purges"));
    assert_eq!(data_flow("{kafka: {enabled: true, zookeeper: {autopurge: {purgeInterval: 6}}}}"), server("purges"));
    // A version that nobody has looked at is not that of another chart of this name.
    for version in ["2.0.9", "3.0.0"] {
        let pulsar = judged("pulsar", "https://datastax.github.io/pulsar-helm-chart", version, "{}");
        assert_eq!(pulsar, [(String::new(), "unknown".to_owned())], "{version}");
    }
}

/// A null takes a default away that only the sub-chart has.
#[test]
fn nulls_reach_the_charts_below() {
    let found = judged(
        "cp-helm-charts",
        "https://confluentinc.github.io/cp-helm-charts",
        "0.6.1",
        "{cp-zookeeper: {autoPurgePurgeInterval: null}}",
    );
    assert_eq!(found, [("cp-zookeeper".to_owned(), "does-not-start".to_owned())]);
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

/// What has the last word over all values is not judged by them: patches that name a setting, and this program itself.
#[test]
fn what_changes_manifests_behind_helm_leaves_doubt() {
    let release = |name: &str, version: &str, more: &str| {
        format!("- {{name: {name}, chart: bitnami/zookeeper, version: {version}{more}}}\n")
    };
    let table = [
        ("plain", "12.4.4", "", "never-purges"),
        ("by-autopurge", "12.4.4", ", postRenderer: ./bin/autopurge", "unknown"),
        ("purges-itself", "12.5.0", ", postRenderer: autopurge", "purges"),
        ("only-warned", "12.4.4", ", postRenderer: autopurge, postRendererArgs: [--mode, warn]", "never-purges"),
        ("by-a-script", "12.4.4", ", postRenderer: ./purge.sh", "unknown"),
        ("by-another-script", "12.4.4", ", postRenderer: ./other.sh", "never-purges"),
        (
            "json",
            "12.4.4",
            ", jsonPatches: [{patch: [{op: add, path: /x, value: autopurge.purgeInterval=1}]}]",
            "unknown",
        ),
        ("merge", "12.4.4", ", strategicMergePatches: [{spec: {env: [{name: ZOO_AUTOPURGE_INTERVAL}]}}]", "unknown"),
        ("merge-in-a-file", "12.4.4", ", strategicMergePatches: [patch.yaml]", "unknown"),
        ("other-merge", "12.4.4", ", strategicMergePatches: [{spec: {replicas: 3}}]", "never-purges"),
        ("transformer", "12.4.4", ", transformers: [{kind: PatchTransformer, patch: purgeInterval}]", "unknown"),
        ("hook", "12.4.4", ", hooks: [{command: kubectl, args: [set, env, ZOO_AUTOPURGE_INTERVAL=1]}]", "unknown"),
        ("hook-that-lints", "12.4.4", ", hooks: [{command: autopurge, args: [lint]}]", "never-purges"),
    ];
    let releases: String = table.iter().map(|(name, version, more, _)| release(name, version, more)).collect();
    let file =
        format!("repositories: [{{name: bitnami, url: 'https://charts.bitnami.com/bitnami'}}]\nreleases:\n{releases}");
    let folder = TempDir::new().unwrap();
    let files = [
        ("helmfile.yaml", file.as_str()),
        ("purge.sh", "sed 's/purgeInterval=0/purgeInterval=1/'\n"),
        ("other.sh", "cat\n"),
        ("patch.yaml", "spec: {env: [{name: ZOO_AUTOPURGE_INTERVAL, value: '1'}]}\n"),
    ];
    write(folder.path(), &files);
    let found: Vec<String> =
        verdicts(&report(folder.path(), &["helmfile.yaml"])).into_iter().map(|(_, verdict)| verdict).collect();
    assert_eq!(found.len(), table.len());
    for ((name, .., expected), found) in table.iter().zip(&found) {
        assert_eq!(found, expected, "{name}");
    }
}

/// The setup that README shows does not fail a pipeline, and the values are still offered.
#[test]
fn a_release_that_the_post_renderer_patches_is_unknown() {
    let resource = |postrender: &str| {
        format!(
            "resource \"helm_release\" \"zk\" {{\n  repository = \"https://charts.bitnami.com/bitnami\"\n  \
             chart = \"zookeeper\"\n  version = \"12.4.4\"\n  {postrender}\n}}\n"
        )
    };
    let table = [
        ("postrender = { binary_path = \"autopurge\", args = [\"post-render\"] }", "unknown"),
        ("postrender {\n    binary_path = \"${path.module}/bin/autopurge\"\n  }", "unknown"),
        (
            "postrender {\n    binary_path = \"sed\"\n    args = [\"s/purgeInterval=0/purgeInterval=1/\"]\n  }",
            "unknown",
        ),
        ("postrender = { binary_path = \"autopurge\", args = [\"post-render\", \"--mode=warn\"] }", "never-purges"),
        ("postrender = { binary_path = \"kustomize\" }", "never-purges"),
    ];
    for (postrender, verdict) in table {
        let folder = TempDir::new().unwrap();
        write(folder.path(), &[("main.tf", &resource(postrender))]);
        assert_eq!(
            verdicts(&report(folder.path(), &["main.tf"])),
            [(String::new(), verdict.to_owned())],
            "{postrender}"
        );
        assert_eq!(lint(folder.path(), &["main.tf"]).code, i32::from(verdict == "never-purges"), "{postrender}");
    }
}

/// A zoo.cfg of one's own is read since ZooKeeper's chart 8: the charts above it are told apart there.
#[test]
fn charts_above_bitnami_zookeeper_ask_for_the_major_that_their_own_brings() {
    let own = "configuration: \"autopurge.purgeInterval=4\"";
    let table = [
        ("kafka", "14.9.3", format!("{{zookeeper: {{{own}}}}}"), "never-purges"),
        ("kafka", "15.0.0", format!("{{zookeeper: {{{own}}}}}"), "purges"),
        ("kafka", "17.2.6", format!("{{zookeeper: {{{own}}}}}"), "purges"),
        ("solr", "2.0.0", format!("{{zookeeper: {{{own}}}}}"), "never-purges"),
        ("solr", "3.0.0", format!("{{zookeeper: {{{own}}}}}"), "purges"),
        ("spring-cloud-dataflow", "6.0.0", format!("{{kafka: {{enabled: true, zookeeper: {{{own}}}}}}}"), "purges"),
    ];
    for (chart, version, values, verdict) in table {
        let found = judged(chart, "https://charts.bitnami.com/bitnami", version, &values);
        let verdicts: Vec<&str> = found.iter().map(|(_, verdict)| verdict.as_str()).collect();
        assert_eq!(verdicts, [verdict], "{chart} {version}");
    }
}

/// Which of two Pulsars runs by default has changed; each has a key of its own.
#[test]
fn milvus_runs_the_zookeeper_of_its_queue() {
    let off = "zookeeper: {configData: {PULSAR_PREFIX_autopurge.purgeInterval: '0'}}";
    let table = [
        ("4.2.8", "{}".to_owned(), &[("pulsar", "purges")][..]),
        ("4.2.8", format!("{{pulsar: {{{off}}}}}"), &[("pulsar", "never-purges")]),
        ("4.2.8", "{pulsar: {enabled: false}}".to_owned(), &[]),
        ("4.2.25", "{}".to_owned(), &[("pulsarv3", "unknown")]),
        ("5.0.19", "{}".to_owned(), &[("pulsarv3", "purges")]),
        ("5.0.19", format!("{{pulsarv3: {{{off}}}}}"), &[("pulsarv3", "never-purges")]),
        (
            "5.0.19",
            format!("{{pulsarv3: {{enabled: false}}, pulsar: {{enabled: true, {off}}}}}"),
            &[("pulsar", "never-purges")],
        ),
        (
            "5.0.19",
            "{pulsarv3: {enabled: false}, kafka: {enabled: true}}".to_owned(),
            &[("kafka.zookeeper", "never-purges")],
        ),
    ];
    for (version, values, expected) in table {
        let found = judged("milvus", "https://zilliztech.github.io/milvus-helm", version, &values);
        let found: Vec<(&str, &str)> = found.iter().map(|(key, verdict)| (key.as_str(), verdict.as_str())).collect();
        assert_eq!(found, expected, "{version} {values}");
    }
}

#[test]
fn the_blueprint_of_bitnami_runs_one_zookeeper_for_all() {
    let bitnami =
        |version: &str, values: &str| judged("dataplatform-bp1", "https://charts.bitnami.com/bitnami", version, values);
    let one = |key: &str, verdict: &str| vec![(key.to_owned(), verdict.to_owned())];
    assert_eq!(bitnami("9.0.3", "{}"), one("zookeeper", "never-purges"));
    assert_eq!(bitnami("9.0.3", "{zookeeper: {autopurge: {purgeInterval: 6}}}"), one("zookeeper", "purges"));
    let own = "{zookeeper: {enabled: false}, kafka: {zookeeper: {enabled: true}}}";
    assert_eq!(bitnami("9.0.3", own), one("kafka.zookeeper", "never-purges"));
    // Newer ones were not looked at.
    assert_eq!(bitnami("12.0.0", "{}"), one("zookeeper", "unknown"));
}

#[test]
fn the_solr_chart_of_apache_has_its_operator_run_a_zookeeper() {
    let apache = |version: &str, values: &str| judged("solr", "https://solr.apache.org/charts", version, values);
    let one = |verdict: &str| vec![(String::new(), verdict.to_owned())];
    assert_eq!(apache("0.8.0", "{}"), one("purges"));
    assert_eq!(apache("0.8.0", "{zk: {provided: {config: {autoPurgePurgeInterval: -1}}}}"), one("never-purges"));
    assert_eq!(apache("0.8.0", "{zk: {address: 'zk:2181'}}"), []);
    assert_eq!(apache("0.8.0", "{zk: {externalAddress: 'zk:2181'}}"), []);
    assert_eq!(apache("0.4.0", "{}"), one("unknown"));
}

/// Another maker's image, whose own configuration nobody has read.
#[test]
fn a_pulsar_of_another_maker_is_not_judged_as_the_one_of_apache() {
    let others = [
        "https://charts.streamnative.io",
        "https://datastax.github.io/pulsar-helm-chart",
        "https://helm.kafkaesque.io",
    ];
    for repository in others {
        for version in ["1.4.3", "2.0.9", "3.0.0"] {
            let found = judged("pulsar", repository, version, "{}");
            assert!(found.iter().all(|(_, verdict)| verdict == "unknown"), "{repository} {version} {found:?}");
            assert_eq!(found.len(), 1, "{repository} {version}");
        }
    }
}

/// `apache/dolphinscheduler-helm` is what the project's own guide installs.
#[test]
fn a_chart_is_found_under_all_names_that_it_is_published_under() {
    let one = |prefix: &str, verdict: &str| vec![(prefix.to_owned(), verdict.to_owned())];
    let found = judged("dolphinscheduler-helm", "registry-1.docker.io/apache", "3.2.1", "{}");
    assert_eq!(found, one("zookeeper", "never-purges"));
    let found =
        judged("dolphinscheduler-helm", "registry-1.docker.io/apache", "3.2.1", "{zookeeper: {enabled: false}}");
    assert_eq!(found, []);
    assert_eq!(judged("dolphinscheduler-operator", "registry-1.docker.io/apache", "3.2.1", "{}"), []);
}

#[test]
fn charts_of_a_common_name_without_zookeeper_are_told_by_their_repository() {
    let table = [
        ("clickhouse", "https://helm.altinity.com", "0.3.3"),
        ("clickhouse", "https://sentry-kubernetes.github.io/charts", "3.1.2"),
        ("kafka", "registry-1.docker.io/cloudpirates", "0.1.0"),
        ("kafka", "registry-1.docker.io/cloudpirates", "1.2.0"),
    ];
    for (chart, repository, version) in table {
        assert_eq!(judged(chart, repository, version, "{}"), [], "{chart} {version}");
    }
}
