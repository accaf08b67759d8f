//! kustomize: patches and generators.

use tempfile::TempDir;

use super::program::{report, verdicts, write};

#[test]
fn patches_of_a_kustomization_have_the_last_word_over_its_charts() {
    let charts = "helmCharts:\n- {name: zookeeper, repo: 'https://charts.bitnami.com/bitnami', version: 13.0.0}\n";
    let patch = |name: &str| {
        format!(
            "patches:\n- target: {{kind: StatefulSet}}\n  patch: |\n    - {{op: add, path: /spec/template/spec/containers/0/env/-, value: \
             {{name: {name}, value: \"0\"}}}}\n"
        )
    };
    let positional = "patches:\n- target: {kind: StatefulSet}\n  patch: '[{op: remove, path: /spec/template/spec/containers/0/env/3}]'\n";
    let harmless = "patches:\n- target: {kind: StatefulSet}\n  patch: '[{op: add, path: /spec/replicas, value: 3}]'\n\
                    - target: {kind: Service}\n  patch: '[{op: add, path: /spec/type, value: NodePort}]'\n";
    let table = [
        (charts.to_owned(), String::new(), "purges"),
        (charts.to_owned() + &patch("ZOO_AUTOPURGE_INTERVAL"), String::new(), "unknown"),
        (charts.to_owned() + positional, String::new(), "unknown"),
        (charts.to_owned() + harmless, String::new(), "purges"),
        (charts.to_owned() + "patches: [{path: none.yaml}]\n", String::new(), "unknown"),
        (charts.to_owned(), patch("ZOO_AUTOPURGE_INTERVAL"), "unknown"),
        (charts.to_owned(), positional.to_owned(), "unknown"),
        (charts.to_owned(), harmless.to_owned(), "purges"),
    ];
    for (base, overlay, verdict) in table {
        let folder = TempDir::new().unwrap();
        let overlay = format!("resources: [../base]\n{overlay}");
        write(folder.path(), &[("base/kustomization.yaml", &base), ("prod/kustomization.yaml", &overlay)]);
        assert_eq!(verdicts(&report(folder.path(), &["."])), [(String::new(), verdict.to_owned())], "{base}{overlay}");
    }
}

#[test]
fn generators_of_kustomize_make_keys_of_literals_and_merge_others() {
    let release = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: zk}\nspec:\n  chart: {spec: {chart: zookeeper, version: 13.0.0, \
                   sourceRef: {kind: HelmRepository, name: bitnami}}}\n  valuesFrom:\n  - {kind: Secret, name: zks, valuesKey: hours, targetPath: autopurge.purgeInterval}\n";
    let generator = |literal: &str, behavior: &str| {
        format!(
            "secretGenerator:\n- name: zks\n  literals: [{literal}]\n{behavior}generatorOptions: {{disableNameSuffixHash: true}}\n"
        )
    };
    let merge = "  behavior: merge\n";
    let table = [
        ("hours=0", String::new(), "never-purges"),
        ("'hours=\"6\"'", String::new(), "purges"),
        ("other=1", String::new(), "unknown"),
        ("hours=6", generator("hours=0", merge), "unknown"),
        ("hours=6", generator("other=0", merge), "purges"),
    ];
    for (literal, overlay, verdict) in table {
        let folder = TempDir::new().unwrap();
        let base = format!("resources: [release.yaml]\n{}", generator(literal, ""));
        let overlay = format!("resources: [../base]\n{overlay}");
        let files = [
            ("base/kustomization.yaml", base.as_str()),
            ("base/release.yaml", release),
            ("prod/kustomization.yaml", &overlay),
        ];
        write(folder.path(), &files);
        assert_eq!(
            verdicts(&report(folder.path(), &["."])),
            [(String::new(), verdict.to_owned())],
            "{literal} {overlay}"
        );
    }
}
