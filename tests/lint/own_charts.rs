//! Charts that no model knows: what their templates may run, however they write it.

use tempfile::TempDir;

use super::program::{application, report, verdicts, write};

/// The verdicts on a chart of a name, with a template, named templates and values.
fn found(name: &str, template: &str, partial: &str, values: &str) -> Vec<String> {
    let folder = TempDir::new().unwrap();
    let chart = format!("apiVersion: v2\nname: {name}\nversion: 0.1.0\nappVersion: 3.9.2\n");
    let files = [
        ("own/Chart.yaml", chart.as_str()),
        ("own/values.yaml", values),
        ("own/templates/_helpers.tpl", partial),
        ("own/templates/x.yaml", template),
    ];
    write(folder.path(), &files);
    verdicts(&report(folder.path(), &["own"])).into_iter().map(|(_, verdict)| verdict).collect()
}

fn set(container: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: x}}\nspec:\n  template:\n    spec:\n      containers:\n{container}"
    )
}

fn with_image(image: &str) -> String {
    set(&format!("      - name: main\n        image: {image}\n"))
}

#[test]
fn an_image_that_templates_put_together_is_found() {
    let table = [
        ("own", "{{ printf \"%s/zookeeper:%s\" .Values.registry \"3.6.1\" | quote }}", "", true),
        ("own", "{{ printf \"%s/%s:%s\" .Values.registry \"zookeeper\" .Values.tag }}", "", true),
        ("own", "{{ default \"zookeeper\" .Values.name }}:3.9", "", true),
        ("own", "{{ \"zookeeper:3.9\" }}", "", true),
        ("own", "{{ $img }}", "", true),
        ("own", "{{ include \"own.image\" . }}", "zookeeper:3.9", true),
        ("own", "{{ include \"own.image\" . }}", "{{ printf \"%s/zookeeper\" .Values.registry }}", true),
        ("zookeeper", "{{ .Values.registry }}/{{ .Chart.Name }}:{{ .Chart.AppVersion }}", "", true),
        ("zookeeper", "{{ .Values.image.repository | default .Chart.Name }}:1", "", true),
        ("own", "{{ .Values.registry }}/{{ .Chart.Name }}:{{ .Chart.AppVersion }}", "", false),
        ("own", "{{ include \"own.image\" . }}", "{{ printf \"%s/redis\" .Values.registry }}", false),
        ("own", "{{ printf \"%s/zookeeper-exporter:%s\" .Values.registry \"1\" }}", "", false),
        ("own", "{{ index .Values.images \"zookeeper\" }}", "", false),
    ];
    for (name, image, helper, is_server) in table {
        let template = format!("{{{{- $img := \"zookeeper:3.9\" }}}}\n{}", with_image(image));
        let partial = format!("{{{{- define \"own.image\" -}}}}\n{helper}\n{{{{- end -}}}}\n");
        let found = found(name, &template, &partial, "registry: r.example.com\nimages: {}\nimage: {}\n");
        assert_eq!(!found.is_empty(), is_server, "{name} {image} {helper} {found:?}");
        assert!(found.iter().all(|verdict| verdict == "unknown"), "{found:?}");
    }
}

#[test]
fn a_container_is_found_by_its_name_and_port_and_in_any_style() {
    let container = |name: &str, port: &str| {
        set(&format!(
            "      - name: {name}\n        image: {{{{ .Values.image }}}}\n        ports:\n        - containerPort: {port}\n"
        ))
    };
    let json = "{\"apiVersion\": \"apps/v1\", \"kind\": \"StatefulSet\", \"spec\": {\"template\": {\"spec\": {\"containers\": [\n  {\"name\": \"x\", \"image\": \"zookeeper:3.9\"}]}}}}";
    let table = [
        (container("zookeeper", "2181"), true),
        (container("zk", "{{ .Values.port }}"), true),
        (container("zookeeper-1", "2181"), true),
        (container("zookeeper-exporter", "2181"), false),
        (container("kafka", "9092"), false),
        (set("      - {name: zookeeper, image: \"zookeeper:3.9\", ports: [{containerPort: 2181}]}\n"), true),
        (set("      - {name: x, image: \"redis:7\"}\n"), false),
        (json.to_owned(), true),
        (set("      - \"name\": x\n        'image' : zookeeper:3.9\n"), true),
        // All of it is a comment, with an action inside.
        (format!("{{{{- /*\n{}\n{{{{ .Values.image }}}}\n*/ -}}}}\n", with_image("zookeeper:3.9")), false),
    ];
    for (template, is_server) in table {
        let found = found("own", &template, "", "image: registry.example.com/base:1\nport: 2181\n");
        assert_eq!(!found.is_empty(), is_server, "{template} {found:?}");
    }
}

#[test]
fn pods_of_named_templates_and_of_values_are_found() {
    let pod = "{{- define \"pod\" -}}\ncontainers:\n- name: x\n  image: zookeeper:3.9\n{{- end -}}\n";
    let whole = format!("{{{{- define \"pod\" -}}}}\n{}{{{{- end -}}}}\n", with_image("zookeeper:3.9"));
    let of_pod =
        "apiVersion: apps/v1\nkind: StatefulSet\nspec:\n  template:\n    spec: {{ include \"pod\" . | nindent 6 }}\n";
    let of_job = of_pod.replace("StatefulSet", "Job").replace("apps/v1", "batch/v1");
    let of_values = "apiVersion: apps/v1\nkind: StatefulSet\nspec:\n  template:\n    spec:\n      containers: {{ toYaml .Values.extra | nindent 6 }}\n";
    let extra = "{{- range .Values.extra }}\n---\n{{ toYaml . }}\n{{- end }}\n";
    let containers = "extra: [{name: zk, image: 'zookeeper:3.9'}]\n";
    let deployed = "extra: [{apiVersion: apps/v1, kind: StatefulSet, spec: {template: {spec: {containers: [{name: zk, image: 'zookeeper:3.9'}]}}}}]\n";
    let resource = "extra: [{apiVersion: zookeeper.pravega.io/v1beta1, kind: ZookeeperCluster, spec: {replicas: 3}}]\n";
    let job = deployed.replace("StatefulSet", "Job");
    let table = [
        (of_pod, pod, "{}\n", true),
        ("{{ include \"pod\" . }}\n", &whole, "{}\n", true),
        (&of_job, pod, "{}\n", false),
        ("kind: ConfigMap\n", pod, "{}\n", false),
        (of_values, "", containers, true),
        (of_values, "", "extra: [{name: redis, image: 'redis:7'}]\n", false),
        (extra, "", deployed, true),
        (extra, "", resource, true),
        (extra, "", &job, false),
        ("kind: ConfigMap\n", "", deployed, false),
    ];
    for (template, partial, values, is_server) in table {
        let found = found("own", template, partial, values);
        assert_eq!(!found.is_empty(), is_server, "{template} {partial} {values} {found:?}");
    }
}

/// Whatever the chart runs itself.
#[test]
fn a_server_that_values_add_to_a_chart_is_unknown() {
    let extra = "extraDeploy: [{apiVersion: apps/v1, kind: StatefulSet, spec: {template: {spec: {containers: [{name: zk, image: 'zookeeper:3.9'}]}}}}]";
    let resource = "resources: [{apiVersion: kafka.strimzi.io/v1beta2, kind: Kafka, spec: {kafka: {replicas: 3}, zookeeper: {replicas: 3}}}]";
    let table = [
        ("kafka", format!("{{zookeeper: {{enabled: false}}, {extra}}}"), &["unknown"][..]),
        (
            "kafka",
            "{zookeeper: {enabled: false}, sidecars: [{name: zk, image: 'zookeeper:3.9'}]}".to_owned(),
            &["unknown"],
        ),
        (
            "kafka",
            "{zookeeper: {enabled: false}, initContainers: [{name: zk, image: 'zookeeper:3.9'}]}".to_owned(),
            &[],
        ),
        ("kafka", "{zookeeper: {enabled: false}}".to_owned(), &[]),
        ("raw", format!("{{{resource}}}"), &["unknown"]),
    ];
    for (chart, values, expected) in table {
        let folder = TempDir::new().unwrap();
        let source = format!(
            "    chart: {chart}\n    repoURL: https://charts.bitnami.com/bitnami\n    targetRevision: 18.0.0\n    helm: {{valuesObject: {values}}}\n"
        );
        write(folder.path(), &[("app.yaml", &application("app", &source))]);
        let found: Vec<String> =
            verdicts(&report(folder.path(), &["app.yaml"])).into_iter().map(|(_, verdict)| verdict).collect();
        assert_eq!(found, expected, "{chart} {values}");
    }
}

/// Definitions and references name a kind further in.
#[test]
fn a_custom_resource_is_what_the_document_itself_is() {
    let resource =
        "apiVersion: zookeeper.pravega.io/v1beta1\nkind: ZookeeperCluster\nmetadata: {name: zk}\nspec: {replicas: 3}\n";
    let definition = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: zookeeperclusters.zookeeper.pravega.io}\n\
                      spec:\n  group: zookeeper.pravega.io\n  names:\n    kind: ZookeeperCluster\n";
    let reference = "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: zk}\nspec:\n  scaleTargetRef:\n    \
                     apiVersion: zookeeper.pravega.io/v1beta1\n    kind: ZookeeperCluster\n    name: zk\n";
    for (template, count) in [(resource, 1), (definition, 0), (reference, 0)] {
        assert_eq!(found("app", template, "", "{}\n").len(), count, "{template}");
    }
}
