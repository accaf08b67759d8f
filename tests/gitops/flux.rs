//! Flux: the values that its controller composes.

use super::library::{decided, described};
use super::memory::{Memory, layers};

const OBJECTS: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cm}\ndata:\n  values.yaml: |\n    a: {x: 1}\n  \
                       other: 'b: 2'\n  hours: '5'\n  quoted: '\"5\"'\n---\n\
                       apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {values.yaml: Yzoge3g6IDN9, bad: '?'}\n\
                       stringData: {plain: 'd: 4'}\n---\n";

fn release(spec: &str) -> String {
    let lines: String = spec.lines().map(|line| format!("  {line}\n")).collect();
    format!(
        "{OBJECTS}apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: zk, namespace: ns}}\nspec:\n  \
         chart: {{spec: {{chart: zookeeper, version: 1.2.3, sourceRef: {{kind: HelmRepository, name: r}}}}}}\n{lines}"
    )
}

fn told(spec: &str) -> String {
    let text = release(spec);
    let told = layers(&[("zk.yaml", &text)]);
    let lines = told.lines().filter(|line| line.starts_with("  layer "));
    lines.map(|line| format!("{}\n", &line["  layer ".len()..])).collect()
}

#[test]
fn references_count_in_their_order_and_values_last() {
    let spec = "valuesFrom:\n- {kind: ConfigMap, name: cm, valuesKey: other}\n- {kind: ConfigMap, name: cm}\nvalues: {a: {x: 0}}\n";
    let expected =
        "ConfigMap/cm other: {\"b\":2}\nConfigMap/cm values.yaml: {\"a\":{\"x\":1}}\nspec.values: {\"a\":{\"x\":0}}\n";
    assert_eq!(told(spec), expected);
}

/// Operations name places, not settings: what counts is what a patch reaches.
#[test]
fn post_renderers_that_reach_a_server_have_the_last_word() {
    let doubt = "spec.values: {\"a\":1}\nspec.postRenderers: missing: what Helm renders is patched []\n";
    let plain = "spec.values: {\"a\":1}\n";
    let pod = "/spec/template/spec";
    let stateful =
        |operation: &str| format!("patches: [{{target: {{kind: StatefulSet}}, patch: '[{{\"op\": {operation}}}]'}}]");
    let images = |image: &str| format!("images: [{{name: {image}}}]");
    let merge = |kind: &str, spec: &str| {
        format!("patchesStrategicMerge: [{{apiVersion: apps/v1, kind: {kind}, metadata: {{name: zk}}, spec: {spec}}}]")
    };
    let table = [
        (stateful(&format!("\"replace\", \"path\": \"{pod}/containers/0/env/3/value\", \"value\": \"0\"")), doubt),
        (stateful(&format!("\"remove\", \"path\": \"{pod}/containers/0\"")), doubt),
        (stateful("\"replace\", \"path\": \"/spec\", \"value\": {}"), doubt),
        (stateful(&format!("\"move\", \"from\": \"{pod}/volumes/0\", \"path\": \"/metadata/annotations/a\"")), doubt),
        (stateful(&format!("\"copy\", \"from\": \"{pod}/volumes/0\", \"path\": \"/metadata/annotations/a\"")), plain),
        (stateful(&format!("\"test\", \"path\": \"{pod}\", \"value\": {{}}")), plain),
        (stateful(&format!("\"replace\", \"path\": \"{pod}/containers/0/resources\", \"value\": {{}}")), plain),
        (stateful("\"add\", \"path\": \"/metadata/labels/a\", \"value\": b"), plain),
        (stateful("\"replace\", \"path\": \"/spec/replicas\", \"value\": 5"), plain),
        (merge("StatefulSet", "{replicas: 5, template: {spec: {nodeSelector: {a: b}}}}"), plain),
        (merge("StatefulSet", "{template: {spec: {containers: [{name: zk, resources: {limits: {cpu: 1}}}]}}}"), plain),
        (merge("StatefulSet", "{template: {spec: {containers: [{name: zk, command: [sh]}]}}}"), doubt),
        (merge("StatefulSet", "{template: {spec: {containers: [{name: zk, $patch: delete}]}}}"), doubt),
        (merge("Service", "{type: LoadBalancer}"), plain),
        (
            "patches: [{target: {kind: ConfigMap}, patch: '[{op: add, path: /data/zoo.cfg, value: x}]'}]".to_owned(),
            doubt,
        ),
        (
            "patches: [{target: {kind: 'Config.*'}, patch: '[{op: add, path: /metadata/labels/a, value: x}]'}]"
                .to_owned(),
            plain,
        ),
        (
            format!(
                "patchesJson6902: [{{target: {{kind: StatefulSet}}, patch: [{{op: remove, path: {pod}/containers/0/env}}]}}]"
            ),
            doubt,
        ),
        ("patches: [{target: {kind: StatefulSet}, patch: '{'}]".to_owned(), doubt),
        (images("bitnami/kafka, newTag: '3.4'"), plain),
        (images("docker.io/bitnami/zookeeper, newName: registry.corp:5000/mirror/bitnami/zookeeper"), plain),
        (images("docker.io/bitnami/zookeeper"), plain),
        (images("docker.io/bitnami/zookeeper, newName: zookeeper"), doubt),
        (images("bitnami/zookeeper, newTag: 3.4.14"), doubt),
        (images("bitnami/zookeeper, digest: 'sha256:0a'"), doubt),
        (images("corp/zk, newName: zookeeper"), doubt),
    ];
    for (kustomize, expected) in table {
        let spec = format!("values: {{a: 1}}\npostRenderers:\n- kustomize:\n    {kustomize}\n");
        assert_eq!(told(&spec), expected, "{kustomize}");
    }
}

#[test]
fn secrets_are_read_where_they_are_readable() {
    let spec = "valuesFrom:\n- {kind: Secret, name: s, valuesKey: plain}\n- {kind: Secret, name: s, valuesKey: bad}\n\
                - {kind: Secret, name: none, optional: true}\n- {kind: ConfigMap, name: cm, valuesKey: no, optional: true}\n\
                - {kind: ConfigMap, name: cm, valuesKey: no}\n";
    let expected = "Secret/s plain: {\"d\":4}\nSecret/s bad: missing: the key bad cannot be decoded []\n\
                    Secret/none values.yaml: missing: Secret/none is not in this repository []\n\
                    ConfigMap/cm no: missing: ConfigMap/cm has no key no []\n";
    assert_eq!(told(spec), expected);
    assert_eq!(told("valuesFrom: [{kind: Secret, name: s}]\n"), "Secret/s values.yaml: {\"c\":{\"x\":3}}\n");
}

#[test]
fn what_is_found_elsewhere_counts_where_every_folder_is_listed() {
    let release = release("valuesFrom: [{kind: ConfigMap, name: far}]\n");
    let far = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: far}\ndata: {values.yaml: 'a: 1'}\n";
    let files = [("apps/zk.yaml", release.as_str()), ("far/map.yaml", far)];
    let all = described(&Memory::new(&files).read("apps/zk.yaml").releases[0]);
    assert!(all.contains("layer ConfigMap/far values.yaml: {\"a\":1}"), "{all}");
    let some = described(&Memory::new(&files).hiding("x: Permission denied").read("apps/zk.yaml").releases[0]);
    let expected = "missing: ConfigMap/far may be in a folder that cannot be listed (x: Permission denied) []";
    assert!(some.contains(expected), "{some}");
}

#[test]
fn quotes_make_a_text_of_a_target() {
    let spec = "valuesFrom:\n- {kind: ConfigMap, name: cm, valuesKey: hours, targetPath: p.q}\n\
                - {kind: ConfigMap, name: cm, valuesKey: quoted, targetPath: p.r}\n\
                - {kind: ConfigMap, name: cm, valuesKey: quoted, targetPath: p.s, literal: true}\n";
    let expected = "ConfigMap/cm hours: Set p.q=5\nConfigMap/cm quoted: SetString p.r=5\n\
                    ConfigMap/cm quoted: SetLiteral p.s=\"5\"\n";
    assert_eq!(told(spec), expected);
}

/// The controller writes a target into the tables of `values` themselves, if nothing copied them before.
#[test]
fn a_target_beats_values_only_where_their_table_is_shared() {
    let target = |path: &str| format!("- {{kind: ConfigMap, name: cm, valuesKey: hours, targetPath: {path}}}\n");
    let table = [
        // The table is in `values` only: the target is written into it.
        (format!("valuesFrom:\n{}values: {{a: {{x: 0}}}}\n", target("a.x")), "5"),
        // It is in a reference before, too: a copy is written to, and `values` are laid over it.
        (format!("valuesFrom:\n- {{kind: ConfigMap, name: cm}}\n{}values: {{a: {{x: 0}}}}\n", target("a.x")), "0"),
        // Behind another target all tables have been copied.
        (format!("valuesFrom:\n{}{}values: {{a: {{x: 0, y: 0}}}}\n", target("a.y"), target("a.x")), "0"),
        // Without that key in `values` there is nothing to lose to.
        (format!("valuesFrom:\n{}values: {{a: {{z: 0}}}}\n", target("a.x")), "5"),
    ];
    for (spec, expected) in table {
        let text = release(&spec);
        let reading = Memory::new(&[("zk.yaml", &text)]).read("zk.yaml");
        let decided = decided(&reading.releases[0], &["a", "x"]).map(|(value, _)| value);
        assert_eq!(decided.as_deref(), Some(expected), "{spec}");
    }
    let text = release(&format!("valuesFrom:\n{}values: {{x: 0}}\n", target("x")));
    let reading = Memory::new(&[("zk.yaml", &text)]).read("zk.yaml");
    assert_eq!(decided(&reading.releases[0], &["x"]).map(|(value, _)| value).as_deref(), Some("0"));
}

#[test]
fn objects_are_found_in_the_folders_around() {
    let text = release(
        "valuesFrom: [{kind: ConfigMap, name: far}, {kind: ConfigMap, name: made}, {kind: ConfigMap, name: two}]\n",
    );
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: far, namespace: ns}\ndata: {values.yaml: 'a: 1'}\n";
    let two = "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: two}, data: {values.yaml: 'a: 1'}}\n\
               - {apiVersion: v1, kind: ConfigMap, metadata: {name: two}, data: {values.yaml: 'a: 2'}}\n";
    let files = [
        ("apps/zk/zk.yaml", text.as_str()),
        ("apps/far.yaml", map),
        ("apps/zk/two.yaml", two),
        ("apps/zk/kustomization.yaml", "configMapGenerator:\n- name: made\n  files: [values.yaml=v.yaml]\n"),
        ("apps/zk/v.yaml", "b: 1\n"),
        (
            "apps/repository.yaml",
            "apiVersion: source.toolkit.fluxcd.io/v1\nkind: HelmRepository\nmetadata: {name: r}\nspec: {url: https://charts.example.com}\n",
        ),
    ];
    let expected = "HelmRelease/zk\n  chart zookeeper from https://charts.example.com\n  version 1.2.3\n  \
                    layer ConfigMap/far values.yaml: {\"a\":1}\n  layer ConfigMap/made values.yaml: {\"b\":1}\n  \
                    layer ConfigMap/two values.yaml: missing: there is more than one ConfigMap/two []\n";
    assert_eq!(layers(&files), expected);
}

#[test]
fn objects_of_other_namespaces_are_not_meant() {
    let text = release("valuesFrom: [{kind: ConfigMap, name: far}]\n");
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: far, namespace: other}\ndata: {values.yaml: 'a: 1'}\n";
    assert!(layers(&[("a/zk.yaml", text.as_str()), ("a/far.yaml", map)]).contains("missing: "));
}

#[test]
fn charts_come_from_every_kind_of_source() {
    let objects = "apiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nmetadata: {name: oci}\n\
                   spec: {url: 'oci://registry.example.com/charts/zookeeper', ref: {semver: '12.x', tag: 1.0.0}}\n---\n\
                   apiVersion: source.toolkit.fluxcd.io/v1\nkind: HelmChart\nmetadata: {name: c}\n\
                   spec: {chart: kafka, version: 3.0.0, sourceRef: {kind: HelmRepository, name: gone}}\n---\n\
                   apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: git}\n\
                   spec: {url: 'ssh://git@example.com/charts', ref: {branch: main, tag: kafka-3.1.0}}\n---\n";
    let table = [
        (
            "chartRef: {kind: OCIRepository, name: oci}",
            "chart zookeeper from oci://registry.example.com/charts\n  version 12.x",
        ),
        ("chartRef: {kind: HelmChart, name: c}", "chart kafka from @gone\n  version 3.0.0"),
        (
            "chartRef: {kind: OCIRepository, name: none}",
            "chart - from - (OCIRepository/none is not in this repository)\n  version -",
        ),
        (
            "chart: {spec: {chart: ./charts/zk, sourceRef: {kind: GitRepository, name: g}}}",
            "chart - from -\n  version -\n  folder \"charts/zk\"",
        ),
        (
            "chart: {spec: {chart: ./kafka, version: 1.0.0, sourceRef: {kind: GitRepository, name: git}}}",
            "chart kafka from ssh://git@example.com/charts\n  version 3.1.0",
        ),
        (
            "chart: {spec: {chart: ./zk, sourceRef: {kind: GitRepository, name: git}}}",
            "chart zk from ssh://git@example.com/charts\n  version the version is that of kafka-3.1.0 in Git",
        ),
        (
            "chart: {spec: {chart: ./zk, sourceRef: {kind: GitRepository, name: gone}}}",
            "chart zk from @gone\n  version the version is that of GitRepository/gone, and GitRepository/gone is not in this repository",
        ),
        (
            "chart: {spec: {chart: z, version: '${V}', sourceRef: {kind: HelmRepository, name: g}}}",
            "version the version is ${V}",
        ),
    ];
    for (spec, expected) in table {
        let text = format!(
            "{objects}apiVersion: helm.toolkit.fluxcd.io/v2beta2\nkind: HelmRelease\nmetadata: {{name: zk}}\nspec:\n  {spec}\n"
        );
        let told = layers(&[("apps/zk.yaml", &text), ("charts/zk/Chart.yaml", "name: zk\n")]);
        assert!(told.contains(expected), "{spec}: {told}");
    }
}

/// Flux's own examples keep sources in `infrastructure/` and releases in `apps/`.
#[test]
fn sources_and_values_are_found_anywhere_in_the_repository() {
    let text = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: zk, namespace: zk}\nspec:\n  \
                chartRef: {kind: OCIRepository, name: zk, namespace: flux-system}\n  \
                valuesFrom: [{kind: ConfigMap, name: made}]\n";
    let source = |namespace: &str, tag: &str| {
        format!(
            "apiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nmetadata: {{name: zk, namespace: {namespace}}}\n\
             spec: {{url: 'oci://registry.example.com/charts/zookeeper', ref: {{tag: {tag}}}}}\n"
        )
    };
    let (own, foreign, newer) =
        (source("flux-system", "1.0.0"), source("other", "2.0.0"), source("flux-system", "3.0.0"));
    let nginx = own.replace("charts/zookeeper", "charts/nginx");
    let several = "there is more than one OCIRepository/zk in this repository";
    let zookeeper = "chart zookeeper from oci://registry.example.com/charts";
    let table = [
        (vec![own.as_str(), &foreign], format!("{zookeeper}\n  version 1.0.0\n")),
        (vec![&own, &own], format!("{zookeeper}\n  version 1.0.0\n")),
        (vec![&own, &newer], format!("{zookeeper}\n  version {several}\n")),
        (vec![&own, &nginx], format!("chart - from oci://registry.example.com/charts ({several})\n  version 1.0.0\n")),
        (vec![&foreign], "chart - from - (OCIRepository/zk is not in this repository)\n  version -\n".to_owned()),
    ];
    for (sources, chart) in table {
        let paths: Vec<String> = (0..sources.len()).map(|number| format!("infrastructure/{number}/zk.yaml")).collect();
        let mut files = vec![
            ("apps/base/zk.yaml", text),
            ("apps/prod/kustomization.yaml", "configMapGenerator: [{name: made, files: [values.yaml=zk.txt]}]\n"),
            ("apps/prod/zk.txt", "a: 1\n"),
        ];
        files.extend(paths.iter().zip(&sources).map(|(path, source)| (path.as_str(), *source)));
        let expected = format!("HelmRelease/zk\n  {chart}  layer ConfigMap/made values.yaml: {{\"a\":1}}\n");
        assert_eq!(layers(&files), expected, "{sources:?}");
    }
}

#[test]
fn the_first_flux_has_other_names() {
    let text = format!(
        "{OBJECTS}apiVersion: helm.fluxcd.io/v1\nkind: HelmRelease\nmetadata: {{name: zk}}\nspec:\n  \
         chart: {{repository: 'https://charts.example.com', name: zookeeper, version: 1.2.3}}\n  valuesFrom:\n  \
         - configMapKeyRef: {{name: cm, key: other}}\n  - secretKeyRef: {{name: s}}\n  - externalSourceRef: {{url: 'https://x/y.yaml'}}\n  \
         values: {{a: 0}}\n"
    );
    let expected = "HelmRelease/zk\n  chart zookeeper from https://charts.example.com\n  version 1.2.3\n  \
                    layer ConfigMap/cm other: {\"b\":2}\n  layer Secret/s values.yaml: {\"c\":{\"x\":3}}\n  \
                    layer https://x/y.yaml: missing: https://x/y.yaml is not in this repository []\n  layer spec.values: {\"a\":0}\n";
    assert_eq!(layers(&[("zk.yaml", &text)]), expected);
    // The group that it had at Weaveworks.
    let older = text.replace("helm.fluxcd.io/v1", "flux.weave.works/v1beta1");
    assert_eq!(layers(&[("zk.yaml", &older)]), expected);
}

#[test]
fn the_first_flux_takes_charts_from_git() {
    let text = "apiVersion: helm.fluxcd.io/v1\nkind: HelmRelease\nmetadata: {name: zk}\nspec:\n  \
                chart: {git: 'git@example.com:charts', ref: zk-1.0.0, path: stable/zk}\n";
    assert_eq!(
        layers(&[("zk.yaml", text)]),
        "HelmRelease/zk\n  chart zk from git@example.com:charts\n  version 1.0.0\n"
    );
}

#[test]
fn what_a_cluster_puts_in_is_not_known() {
    let text = release("values: {a: '${HOURS}', b: {c: 'x-${Y:=1}', d: 1}}\n");
    let reading = Memory::new(&[("zk.yaml", &text)]).read("zk.yaml");
    assert_eq!(reading.releases[0].layers[0].unknown(), [vec!["a"], vec!["b", "c"]]);
    assert!(reading.releases[0].sites[0].text.is_file());
    let text = release("valuesFrom: [{kind: ConfigMap, name: v}]\n");
    let map = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: v}\ndata:\n  values.yaml: |\n    a: ${HOURS}\n    b: 1\n";
    let text = format!("{text}{map}");
    let reading = Memory::new(&[("zk.yaml", &text)]).read("zk.yaml");
    assert_eq!(reading.releases[0].layers[0].unknown(), [["a"]]);
}
