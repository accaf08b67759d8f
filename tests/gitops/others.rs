//! kustomize, k3s and Fleet.

use super::memory::{Memory, layers};

fn kustomized(fields: &str) -> String {
    let text = format!("namespace: zk\nhelmCharts:\n- {{name: zookeeper, repo: r, version: 1.0.0, {fields}}}\n");
    let files = [("k/kustomization.yaml", text.as_str()), ("k/v.yaml", "a: file\n"), ("k/w.yaml", "a: more\n")];
    let told = layers(&files);
    told.lines().skip(3).map(|line| format!("{}\n", line.trim_start())).collect()
}

#[test]
fn inline_values_and_files_are_merged_as_kustomize_says() {
    let (file, inline) =
        ("layer k/v.yaml: {\"a\":\"file\"}\n", "layer helmCharts[0].valuesInline: {\"a\":\"inline\"}\n");
    let both = "valuesFile: v.yaml, valuesInline: {a: inline}";
    assert_eq!(kustomized(both), format!("{file}{inline}"));
    assert_eq!(kustomized(&format!("{both}, valuesMerge: override")), format!("{file}{inline}"));
    assert_eq!(kustomized(&format!("{both}, valuesMerge: merge")), format!("{inline}{file}"));
    assert_eq!(kustomized(&format!("{both}, valuesMerge: replace")), inline);
    assert_eq!(kustomized("valuesFile: v.yaml, valuesInline: {}, valuesMerge: replace"), file);
    let more = kustomized(&format!("{both}, additionalValuesFiles: [w.yaml]"));
    assert_eq!(more, format!("{file}{inline}layer k/w.yaml: {{\"a\":\"more\"}}\n"));
    assert!(kustomized("valuesInline: {a: inline}, valuesMerge: merge").contains("missing: "));
}

#[test]
fn a_chart_in_the_folder_for_charts_is_taken() {
    let text = "helmGlobals: {chartHome: ../charts}\nhelmCharts: [{name: zk, releaseName: z}]\n\
                helmChartInflationGenerator: [{chartName: kafka, chartRepoUrl: r, chartVersion: 2.0.0, values: v.yaml}]\n";
    let files = [("k/kustomization.yml", text), ("charts/zk/Chart.yaml", ""), ("k/v.yaml", "a: 1\n")];
    let expected = "helmCharts/z\n  chart zk from -\n  version -\n  folder \"charts/zk\"\n\
                    helmChartInflationGenerator/kafka\n  chart kafka from r\n  version 2.0.0\n  layer k/v.yaml: {\"a\":1}\n";
    assert_eq!(layers(&files), expected);
    assert_eq!(layers(&[("kustomization.yaml", "resources: [helmCharts.yaml]\n")]), "");
    let generator =
        "apiVersion: builtin\nkind: HelmChartInflationGenerator\nmetadata: {name: x}\nname: zk\nvaluesInline: {a: 1}\n";
    assert!(layers(&[("generator.yaml", generator)]).contains("layer valuesInline: {\"a\":1}"));
}

#[test]
fn a_config_is_laid_over_the_chart_and_under_what_is_set() {
    let chart = "apiVersion: helm.cattle.io/v1\nkind: HelmChart\nmetadata: {name: zk, namespace: kube-system}\nspec:\n  \
                 chart: oci://registry.example.com/charts/zookeeper\n  version: 1.0.0\n  set: {n: '3', b: 'true', t: 'a,b'}\n  \
                 valuesContent: 'a: 1'\n  values: {a: 2}\n";
    let config = "apiVersion: helm.cattle.io/v1\nkind: HelmChartConfig\nmetadata: {name: zk, namespace: kube-system}\n\
                  spec: {valuesContent: 'a: 3'}\n";
    let expected = "HelmChart/zk\n  chart zookeeper from oci://registry.example.com/charts\n  version 1.0.0\n  \
                    layer spec.valuesContent: {\"a\":1}\n  layer spec.values: {\"a\":2}\n  \
                    layer HelmChartConfig/zk spec.valuesContent: {\"a\":3}\n  \
                    layer spec.set: Set b=true; SetString n=3; SetString t=a\\,b\n";
    assert_eq!(layers(&[("a/zk.yaml", chart), ("a/config.yaml", config)]), expected);
    assert_eq!(layers(&[("a/config.yaml", config)]), "");
}

#[test]
fn bundles_have_their_targets() {
    let text = "namespace: n\nhelm:\n  chart: ./zk\n  values: {a: 1}\n  valuesFiles: [v.yaml]\n  \
                valuesFrom: [{configMapKeyRef: {name: c, namespace: n}}]\ntargetCustomizations:\n\
                - {name: dev, helm: {version: 2.0.0, repo: r, chart: zookeeper, values: {a: 3}, valuesFiles: [w.yaml]}}\n\
                - {doNotDeploy: true}\n";
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {values.yaml: 'a: 5'}\n";
    let files = [
        ("zk/fleet.yaml", text),
        ("zk/v.yaml", "a: 2\n"),
        ("zk/w.yaml", "a: 4\n"),
        ("zk/c.yaml", map),
        ("zk/zk/Chart.yaml", ""),
    ];
    let own = "layer helm.values: {\"a\":1}\n  layer zk/v.yaml: {\"a\":2}\n  ";
    let last = "layer ConfigMap/c values.yaml: {\"a\":5}\n";
    let expected = format!(
        "fleet/zk\n  chart - from -\n  version -\n  folder \"zk/zk\"\n  {own}{last}\
         fleet/zk[dev]\n  chart zookeeper from r\n  version 2.0.0\n  {own}\
         layer targetCustomizations[0].helm.values: {{\"a\":3}}\n  layer zk/w.yaml: {{\"a\":4}}\n  {last}\
         fleet/zk[1]\n  chart - from -\n  version -\n  folder \"zk/zk\"\n  Absent(\"doNotDeploy is true\")\n  {own}{last}"
    );
    assert_eq!(layers(&files), expected);
}

#[test]
fn a_fleet_file_without_a_chart_gives_nothing() {
    for text in ["defaultNamespace: x\n", "helm: {releaseName: x}\n", "kustomize: {dir: helm:}\n"] {
        assert_eq!(Memory::new(&[("a/fleet.yaml", text)]).read("a/fleet.yaml").releases.len(), 0, "{text}");
    }
}
