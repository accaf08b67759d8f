//! Charts of our own: where a finding points, and what is looked at.

use serde_json::Value;
use tempfile::TempDir;

use super::program::{lint, lint_stdin, report, text, verdicts, write};

const CHART: &str = "apiVersion: v2\nname: zookeeper\nversion: 12.4.4\nsources: [https://github.com/bitnami/charts]\n";
const VALUES: &str = "image: {registry: docker.io, repository: bitnami/zookeeper, tag: 3.9.1}\nheapSize: 1024\n\
                      fourlwCommandsWhitelist: ruok\nautopurge:\n  snapRetainCount: 3\n  purgeInterval: 0\n";

#[test]
fn a_finding_points_at_the_value_that_decides() {
    let folder = TempDir::new().unwrap();
    write(
        folder.path(),
        &[
            ("zk/Chart.yaml", CHART),
            ("zk/values.yaml", VALUES),
            ("prod.yaml", "a: 1\nautopurge:\n  purgeInterval: -5\n"),
        ],
    );
    let place = |args: &[&str]| {
        let report = report(folder.path(), args);
        let mut findings = report["findings"].as_array().unwrap().iter();
        let finding = findings.find(|finding| finding["check"] == "purge-disabled").unwrap();
        format!("{}:{}:{} {}", finding["path"], finding["line"], finding["column"], finding["check"])
    };
    assert_eq!(place(&["zk"]), "\"zk/values.yaml\":6:18 \"purge-disabled\"");
    assert_eq!(place(&["zk", "-f", "prod.yaml"]), "\"prod.yaml\":3:18 \"purge-disabled\"");
}

/// As in Helm, `-f -` is standard input, which no fix can be written to.
#[test]
fn values_are_read_from_standard_input() {
    let folder = TempDir::new().unwrap();
    write(folder.path(), &[("zk/Chart.yaml", CHART), ("zk/values.yaml", VALUES)]);
    let on = "autopurge: {purgeInterval: 24}\n";
    for args in [["zk", "-f", "-"], ["zk", "--set-file", "autopurge.purgeInterval=-"]] {
        let ran = lint_stdin(folder.path(), &args, if args[1] == "-f" { on } else { "24" });
        assert_eq!(ran.code, 0, "{args:?}: {}{}", ran.stdout, ran.stderr);
    }
    let off = lint_stdin(folder.path(), &["zk", "-f", "-", "--fix"], "autopurge: {purgeInterval: 0}\n");
    assert_eq!(off.code, 1, "{}", off.stderr);
    assert!(off.stdout.contains("autopurge.purgeInterval is set in standard input"), "{}", off.stdout);
    assert_eq!(text(folder.path(), "zk/values.yaml"), VALUES);
    let twice = lint_stdin(folder.path(), &["-", "-f", "-"], on);
    assert_eq!(twice.code, 2, "{}", twice.stderr);
    assert!(twice.stderr.contains("cannot be both"), "{}", twice.stderr);
}

/// What is said of a server does not depend on where it was found; the place does, and is the line to change.
#[test]
fn findings_name_the_value_at_fault() {
    let folder = TempDir::new().unwrap();
    write(folder.path(), &[("zk/Chart.yaml", CHART), ("zk/values.yaml", VALUES)]);
    let unread = "extraEnvVars: [{name: ZOO_AUTOPURGE_PURGEINTERVAL, value: '1'}]";
    let table = [
        (
            "autopurge: {snapRetainCount: x}",
            "error[purge-invalid] 1:30 does not start: autopurge.snapRetainCount is \"x\"",
        ),
        ("autopurge: {purgeInterval: x}", "error[purge-invalid] 1:28 does not start: autopurge.purgeInterval is \"x\""),
        (
            "autopurge: {snapRetainCount: 1}",
            "warning[retain-below-minimum] 1:30 is told to keep 1 snapshot; ZooKeeper keeps 3",
        ),
        (
            "autopurge: {purgeInterval: 5}",
            "note[purge-interval-differs] 1:28 purges every 5 hours instead of every hour",
        ),
        ("image: {tag: 3.5.8}", "warning[purge-unsafe] 6:18: the first purge may delete every good snapshot"),
        ("extraEnvVarsCM: more", "note[purge-unknown] 6:18 is judged by autopurge.purgeInterval, but envFrom"),
        (
            "command: [/mine.sh]",
            "warning[purge-unknown] 1:11 may or may not delete old snapshots: the command is replaced",
        ),
        (unread, "error[setting-not-read] 1:59 does not read extraEnvVars[0].value (env ZOO_AUTOPURGE_PURGEINTERVAL)"),
        ("", "note[chart-ships-purge-off] 3:1chart"),
    ];
    for (values, expected) in table {
        std::fs::write(folder.path().join("own.yaml"), values).unwrap();
        let report = report(folder.path(), &["zk", "-f", "own.yaml"]);
        let said: Vec<String> = report["findings"].as_array().unwrap().iter().map(said).collect();
        assert!(said.iter().any(|said| said.starts_with(expected)), "{values}: {said:#?}");
    }
}

#[test]
fn a_setting_that_nothing_reads_is_found_beside_others_in_one_word() {
    let folder = TempDir::new().unwrap();
    let chart =
        "apiVersion: v1\nname: zookeeper\nversion: 1.0.0\nsources: [https://github.com/kow3ns/kubernetes-zookeeper]\n";
    let values = "Image: 'gcr.io/google_samples/kubernetes-zookeeper:1.0-3.4.10'\nSnapRetain: 3\nPurgeHours: 12\n";
    write(folder.path(), &[("zk/Chart.yaml", chart), ("zk/values.yaml", values)]);
    let report = report(folder.path(), &["zk"]);
    let dead = &report["servers"][0]["ignored_settings"][0];
    assert_eq!((&dead["store"], &dead["line"], &dead["text"]), (&"value PurgeHours".into(), &3.into(), &"12".into()));
}

/// Severity, check, place and message without the name of the server.
fn said(finding: &Value) -> String {
    let text = |key: &str| finding[key].as_str().unwrap();
    let message = text("message").trim_start_matches("ZooKeeper of chart zookeeper 12.4.4");
    format!("{}[{}] {}:{}{message}", text("severity"), text("check"), finding["line"], finding["column"])
}

/// Whatever a release sets: the next one that sets nothing has it.
#[test]
fn versions_that_ship_purging_switched_off_are_told_where_they_are_named() {
    let folder = TempDir::new().unwrap();
    let on = "{autopurge: {purgeInterval: 1}}";
    let umbrella = "apiVersion: v2\nname: app\nversion: 1.0.0\ndependencies:\n- name: zookeeper\n  version: 12.4.4\n  repository: https://charts.bitnami.com/bitnami\n";
    let release = format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: zk}}\nspec:\n  source:\n    chart: zookeeper\n    repoURL: https://charts.bitnami.com/bitnami\n    targetRevision: 12.4.4\n    helm: {{valuesObject: {on}}}\n"
    );
    // Its sub-chart ships it off, and this one switches it on.
    let umbrella_release = release
        .replace("chart: zookeeper", "chart: posthog")
        .replace("https://charts.bitnami.com/bitnami", "https://posthog.github.io/charts-clickhouse/")
        .replace("targetRevision: 12.4.4", "targetRevision: 18.2.2")
        .replace(on, "{}");
    let files = [
        ("posthog.yaml", umbrella_release.as_str()),
        ("zk/Chart.yaml", CHART),
        ("zk/values.yaml", VALUES),
        ("changed/Chart.yaml", CHART),
        ("changed/values.yaml", &VALUES.replace("purgeInterval: 0", "purgeInterval: 1")),
        ("app/Chart.yaml", umbrella),
        ("app/values.yaml", &format!("zookeeper: {on}\n")),
        ("on.yaml", on),
        ("release.yaml", &release),
    ];
    write(folder.path(), &files);
    let table: [(&[&str], &[&str]); 5] = [
        (&["posthog.yaml"], &[]),
        (&["zk", "-f", "on.yaml"], &["zk/Chart.yaml:3 Its default for autopurge.purgeInterval is 0"]),
        (&["changed"], &[]),
        (&["app"], &["app/Chart.yaml:5 Its default for zookeeper.autopurge.purgeInterval is 0"]),
        (&["release.yaml"], &["release.yaml:8 Its default for autopurge.purgeInterval is 0"]),
    ];
    for (args, expected) in table {
        let report = report(folder.path(), args);
        let told = report["findings"].as_array().unwrap().iter().map(|finding| {
            assert_eq!((&finding["check"], &finding["severity"]), (&"chart-ships-purge-off".into(), &"note".into()));
            let help = finding["help"].as_str().unwrap();
            assert!(help.ends_with("Upgrade to 12.5.0 or later, or set the value."), "{help}");
            let default = help.split(". ").next().unwrap();
            format!("{}:{} {default}", finding["path"].as_str().unwrap(), finding["line"])
        });
        assert_eq!(told.collect::<Vec<_>>(), expected, "{args:?}");
    }
}

#[test]
fn sub_charts_are_judged_through_the_chart_above_them_only() {
    let folder = TempDir::new().unwrap();
    let umbrella = "apiVersion: v2\nname: app\nversion: 1.0.0\ndependencies: [{name: zookeeper, version: 12.4.4}]\n";
    let files = [
        ("app/Chart.yaml", umbrella),
        ("app/values.yaml", "zookeeper: {autopurge: {purgeInterval: 3}}\n"),
        ("app/charts/zookeeper/Chart.yaml", CHART),
        ("app/charts/zookeeper/values.yaml", VALUES),
    ];
    write(folder.path(), &files);
    for path in [".", "app", "app/values.yaml", "app/charts/zookeeper"] {
        let expected = [("zookeeper".to_owned(), "purges".to_owned())];
        assert_eq!(verdicts(&report(folder.path(), &[path])), expected, "{path}");
    }
}

#[test]
fn libraries_and_other_charts_have_no_servers() {
    let folder = TempDir::new().unwrap();
    write(
        folder.path(),
        &[
            ("lib/Chart.yaml", "apiVersion: v2\nname: zookeeper\nversion: 12.4.4\ntype: library\n"),
            ("web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n"),
        ],
    );
    let ran = lint(folder.path(), &["."]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "autopurge: no ZooKeeper server in 2 charts\n"));
}

const OWN_TEMPLATE: &str = "{{/* image: zookeeper */}}
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: zk}
spec:
  template:
    spec:
      containers:
        - name: server
          image: \"{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}\"
";

/// A chart that no model knows is never silent where its templates run a server.
#[test]
fn a_chart_of_ones_own_is_unknown_where_its_templates_run_a_server() {
    let table = [
        ("image: {repository: registry.example.com/zookeeper, tag: 3.8.0}\n", OWN_TEMPLATE.to_owned(), true),
        ("image: {repository: zookeeper-exporter, tag: 1.0.0}\n", OWN_TEMPLATE.to_owned(), false),
        (
            "{}\n",
            OWN_TEMPLATE.replace("image: \"{{", "command: [/opt/zk/bin/zkServer.sh, start-foreground] # \"{{"),
            true,
        ),
        ("image: {repository: zookeeper, tag: 3.8.0}\n", OWN_TEMPLATE.replace("StatefulSet", "Job"), false),
        (
            "image: {repository: zookeeper}\n",
            OWN_TEMPLATE.replace(
                ".Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion",
                "include \"own.image\" .",
            ),
            true,
        ),
        (
            "{}\n",
            "apiVersion: zookeeper.pravega.io/v1beta1\nkind: ZookeeperCluster\nmetadata: {name: zk}\n".to_owned(),
            true,
        ),
        ("{}\n", "apiVersion: kafka.strimzi.io/v1beta2\nkind: Kafka\nspec: {kafka: {replicas: 3}}\n".to_owned(), false),
    ];
    for (values, template, is_server) in table {
        let folder = TempDir::new().unwrap();
        let chart = ("Chart.yaml", "apiVersion: v2\nname: own\nversion: 0.1.0\n");
        write(folder.path(), &[chart, ("values.yaml", values), ("templates/server.yaml", &template)]);
        let found = verdicts(&report(folder.path(), &["."]));
        let expected = if is_server { vec![(String::new(), "unknown".to_owned())] } else { Vec::new() };
        assert_eq!(found, expected, "{values}{template}");
    }
}

/// Charts whose server never purges.
fn two_charts(folder: &std::path::Path) {
    for name in ["a", "b"] {
        let chart = format!("apiVersion: v2\nname: {name}\nversion: 1.0.0\n");
        write(folder, &[(&format!("{name}/Chart.yaml"), &chart), (&format!("{name}/values.yaml"), "a: 1\n")]);
    }
}

/// A mistake on the command line is no finding about each of the charts, whatever counts as one.
#[test]
fn values_that_helm_refuses_are_a_mistake_on_the_command_line() {
    let folder = TempDir::new().unwrap();
    two_charts(folder.path());
    write(folder.path(), &[("broken.yaml", "a: [1\n"), ("list.yaml", "- 1\n"), ("folder/x", "")]);
    let mistakes: [(&[&str], &str); 6] = [
        (&["--set", "a[=1"], "--set:1:"),
        (&["--set-json", "a={"], "--set-json:1:"),
        (&["--set-file", "a=none.txt"], "none.txt"),
        (&["-f", "broken.yaml"], "broken.yaml:2:1: broken YAML"),
        (&["-f", "list.yaml"], "list.yaml:1:1: values have to be a map"),
        (&["-f", "folder"], "folder: cannot be read: Is a directory"),
    ];
    for (args, said) in mistakes {
        for paths in [&["a"][..], &["a", "b"], &["."], &["broken.yaml"], &["a", "--fail-on", "never"]] {
            let ran = lint(folder.path(), &[paths, args].concat());
            assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{args:?} {paths:?}: {}", ran.stderr);
            assert_eq!(ran.stderr.matches(said).count(), 1, "{args:?}: {}", ran.stderr);
        }
    }
}

/// The values of one chart are laid over no other, and are not ignored where there is none.
#[test]
fn values_are_for_one_chart() {
    let folder = TempDir::new().unwrap();
    two_charts(folder.path());
    write(folder.path(), &[("m/zk.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n"), ("v.yaml", "a: 2\n")]);
    for values in [&["-f", "v.yaml"], &["--set", "a=2"]] {
        for (paths, said) in
            [(&["."][..], "but there are 2"), (&["a", "b"], "but there are 2"), (&["m"], "but there is none")]
        {
            let ran = lint(folder.path(), &[paths, values].concat());
            assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{paths:?}: {}", ran.stderr);
            assert!(ran.stderr.contains(said) && ran.stderr.contains("pass one chart's folder"), "{}", ran.stderr);
        }
        assert_eq!(lint(folder.path(), &[&["a", "m"][..], values].concat()).code, 0);
        // A hook whose commit changes no chart.
        assert_eq!(lint(folder.path(), &[&["m", "--allow-empty"][..], values].concat()).code, 0);
    }
}

/// `helm create zookeeper` has the name and the number of a chart of the Helm incubator, and nothing else of it.
#[test]
fn a_chart_of_ones_own_is_no_published_one_of_its_name_and_number() {
    let folder = TempDir::new().unwrap();
    let server = "kind: StatefulSet\nspec:\n  template:\n    spec:\n      containers:\n        - name: zookeeper\n          image: zookeeper:{{ .Values.tag }}\n";
    let names = [
        ("zookeeper", "0.1.0"),
        ("zookeeper", "1.2.0"),
        ("zookeeper", "2.1.6"),
        ("hbase", "0.1.6"),
        ("nifi", "0.7.8"),
        ("openwhisk", "1.0.0"),
        ("cp-zookeeper", "0.1.0"),
        ("clickhouse-cluster", "1.0.0"),
        ("datahub-prerequisites", "0.1.7"),
        ("posthog", "18.2.0"),
    ];
    for (name, version) in names {
        let chart = format!("apiVersion: v2\nname: {name}\ndescription: A Helm chart\nversion: {version}\n");
        write(
            folder.path(),
            &[("own/Chart.yaml", &chart), ("own/values.yaml", "tag: 3.9.2\n"), ("own/templates/a.yaml", server)],
        );
        let found = verdicts(&report(folder.path(), &["own"]));
        assert_eq!(found, [(String::new(), "unknown".to_owned())], "{name} {version}");
    }
}

/// A copy of a published chart says that it is one, and may run a server that the original does not.
#[test]
fn a_server_that_was_added_to_a_copy_is_seen() {
    let folder = TempDir::new().unwrap();
    let server =
        "kind: StatefulSet\nspec:\n  template:\n    spec:\n      containers:\n        - image: zookeeper:3.9.2\n";
    let chart = "apiVersion: v2\nname: hbase\nversion: 0.1.6\nhome: https://github.com/Gradiant/bigdata-charts\n";
    write(folder.path(), &[("own/Chart.yaml", chart), ("own/templates/a.yaml", server)]);
    assert_eq!(verdicts(&report(folder.path(), &["own"])), [(String::new(), "unknown".to_owned())]);
}

/// Many publish a chart for `NiFi`; PostHog's is copied.
#[test]
fn a_chart_from_a_repository_that_nobody_knows_is_known_only_by_its_makers_name() {
    let folder = TempDir::new().unwrap();
    let table = [
        ("nifi", "0.7.8", "https://charts.example.com", "unknown"),
        ("nifi", "0.7.8", "https://cetic.github.io/helm-charts", "never-purges"),
        ("posthog", "18.2.0", "https://charts.example.com", "never-purges"),
    ];
    for (name, version, repository, expected) in table {
        let chart = format!(
            "apiVersion: v2\nname: ours\nversion: 1.0.0\ndependencies:\n  - name: {name}\n    version: {version}\n    repository: {repository}\n"
        );
        write(folder.path(), &[("own/Chart.yaml", &chart)]);
        let found = verdicts(&report(folder.path(), &["own"]));
        assert!(
            found.iter().all(|(_, verdict)| verdict == expected) && !found.is_empty(),
            "{name} {repository}: {found:?}"
        );
    }
}

/// A copy of a chart is often given a number of its own; what its templates read tells.
#[test]
fn a_renumbered_copy_is_judged_by_the_value_that_its_templates_read() {
    let folder = TempDir::new().unwrap();
    let chart = CHART.replace("12.4.4", "1.5.2");
    let reading = "value: {{ .Values.autopurge.purgeInterval | quote }}\n";
    let on = VALUES.replace("purgeInterval: 0", "purgeInterval: 2");
    let table = [(VALUES, reading, "never-purges"), (&on, reading, "purges"), (&on, "a: b\n", "never-purges")];
    for (values, template, expected) in table {
        let files = [("zk/Chart.yaml", &*chart), ("zk/values.yaml", values), ("zk/templates/a.yaml", template)];
        write(folder.path(), &files);
        let report = report(folder.path(), &["zk"]);
        assert_eq!(verdicts(&report), [(String::new(), expected.to_owned())], "{values}{template}");
    }
    write(folder.path(), &[("zk/values.yaml", VALUES), ("zk/templates/a.yaml", reading)]);
    let output = lint(folder.path(), &["zk", "--fix"]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    assert!(std::fs::read_to_string(folder.path().join("zk/values.yaml")).unwrap().contains("purgeInterval: 1"));
}

/// What the templates of a chart that nobody knows may run, by its values.
#[test]
fn templates_of_unknown_charts_are_taken_for_what_they_may_render() {
    let set = |name: &str, containers: &str| {
        format!(
            "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: {name}}}\nspec:\n  template:\n    spec:\n{containers}"
        )
    };
    let plain = set("zk", "      containers:\n      - name: zk\n        image: zookeeper:3.8\n");
    let waiting = set(
        "kafka",
        "      initContainers:\n      - name: wait\n        image: zookeeper:3.8\n      containers:\n      \
         - name: kafka\n        image: confluentinc/cp-kafka:7.3\n",
    );
    let looped = format!(
        "{{{{- range $name, $service := .Values.services }}}}\n---\n{}{{{{- end }}}}\n",
        set("{{ $name }}", "      containers:\n      - name: main\n        image: {{ $service.image | quote }}\n")
    );
    let off = format!("{{{{- if .Values.zookeeper.enabled }}}}\n{plain}{{{{- end }}}}\n");
    let job = format!("{}---\n{}", waiting, plain.replace("StatefulSet", "Job").replace("apps/v1", "batch/v1"));
    let of_function =
        |call: &str| set("zk", &format!("      containers:\n      - name: zk\n        image: {{{{ {call} }}}}\n"));
    let by_index = of_function("index .Values.images \"zookeeper\"");
    let by_template = of_function("template \"x.image\" (dict \"image\" .Values.images.zookeeper \"root\" .)");
    let by_text = of_function("tpl $.Values.zkImage .");
    let by_root = of_function("$.Values.images.zookeeper");
    let other = of_function("index .Values.images \"kafka\"");
    let images =
        "images: {zookeeper: 'confluentinc/cp-zookeeper:7.5.0', kafka: x}\nzkImage: '{{ .Values.images.zookeeper }}'\n";
    let services = "services: {zookeeper: {image: 'confluentinc/cp-zookeeper:7.5.0'}, kafka: {image: x}}\n";
    let table = [
        (plain.as_str(), "a: 1\n", &["official"][..]),
        (&waiting, "a: 1\n", &[]),
        (&job, "a: 1\n", &[]),
        (&looped, services, &["confluent"]),
        (&looped, "services: {kafka: {image: x}}\n", &[]),
        (&by_index, images, &["confluent"]),
        (&by_template, images, &["confluent"]),
        (&by_text, images, &["confluent"]),
        (&by_root, images, &["confluent"]),
        (&other, images, &[]),
        (&off, "zookeeper: {enabled: false}\n", &[]),
        (&off, "zookeeper: {enabled: true}\n", &["official"]),
    ];
    for (template, values, expected) in table {
        let folder = TempDir::new().unwrap();
        let chart = "apiVersion: v2\nname: own\nversion: 0.1.0\n";
        let files = [("own/Chart.yaml", chart), ("own/values.yaml", values), ("own/templates/x.yaml", template)];
        write(folder.path(), &files);
        let report = report(folder.path(), &["own"]);
        let servers: Vec<&str> =
            report["servers"].as_array().unwrap().iter().map(|server| server["flavor"].as_str().unwrap()).collect();
        assert_eq!(servers, expected, "{template}\n{values}");
    }
}
