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

/// Which one counts is decided in the cluster: a value that may be overridden is not known.
#[test]
fn a_config_is_found_wherever_it_is_and_several_are_doubted() {
    let object = |kind: &str, spec: &str| {
        format!(
            "apiVersion: helm.cattle.io/v1\nkind: {kind}\nmetadata: {{name: zk, namespace: kube-system}}\nspec: {{{spec}}}\n"
        )
    };
    let chart = object("HelmChart", "chart: zookeeper, repo: r, version: 1.0.0, valuesContent: 'a: 1'");
    let config = |a: u8| object("HelmChartConfig", &format!("valuesContent: 'a: {a}'"));
    let (zero, two) = (config(0), config(2));
    let own = "  layer spec.valuesContent: {\"a\":1}\n";
    let laid = |a: u8| format!("{own}  layer HelmChartConfig/zk spec.valuesContent: {{\"a\":{a}}}\n");
    let unknown = |why: &str| format!("{own}  layer HelmChartConfig/zk: missing: {why} []\n");
    let several = unknown("there is more than one with this name");
    let elsewhere = unknown("it may be for another of the HelmCharts that are called zk");
    let other = chart.replace("kube-system", "other");
    let table: [(&[(&str, &str)], String); 8] = [
        (&[], own.to_owned()),
        (&[("charts/b.yaml", &zero)], laid(0)),
        (&[("config/b.yaml", &zero)], laid(0)),
        (&[("charts/b.yaml", &zero), ("charts/c.yaml", &two)], several.clone()),
        (&[("one/b.yaml", &zero), ("two/b.yaml", &two)], several),
        (&[("one/b.yaml", &zero), ("two/b.yaml", &zero)], laid(0)),
        (&[("other/a.yaml", &chart), ("other/b.yaml", &zero)], elsewhere),
        (&[("other/a.yaml", &other), ("config/b.yaml", &zero)], laid(0)),
    ];
    for (files, expected) in table {
        let told = layers(&[&[("charts/a.yaml", chart.as_str())], files].concat());
        let told: String = told.lines().skip(3).map(|line| format!("{line}\n")).collect();
        assert_eq!(told, expected, "{files:?}");
    }
    let files = [("charts/a.yaml", chart.as_str())];
    let hidden = Memory::new(&files).hiding("no permission").read("charts/a.yaml");
    assert_eq!(hidden.releases[0].layers[1].unknown(), [Vec::<String>::new()]);
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

#[test]
fn a_release_of_crossplane_has_what_it_sets_over_its_values() {
    let text = "apiVersion: helm.crossplane.io/v1beta1\nkind: Release\nmetadata: {name: zk}\nspec:\n  forProvider:\n    \
                chart: {name: zookeeper, repository: 'https://r', version: 1.0.0}\n    namespace: n\n    \
                valuesFrom: [{configMapKeyRef: {name: c, namespace: n}}]\n    values: {a: 2}\n    \
                set: [{name: a.b, value: '3'}, {name: c, valueFrom: {secretKeyRef: {name: s, key: k, namespace: n}}}]\n";
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: n}\ndata: {values.yaml: 'a: 1'}\n";
    let expected = "Release/zk\n  chart zookeeper from https://r\n  version 1.0.0\n  \
                    layer ConfigMap/c values.yaml: {\"a\":1}\n  layer spec.forProvider.values: {\"a\":2}\n  \
                    layer spec.forProvider.set[0]: Set a.b=3\n";
    let told = layers(&[("zk.yaml", text), ("c.yaml", map)]);
    assert!(told.starts_with(expected), "{told}");
    assert!(told.contains("c gets its value from Secret/s k"), "{told}");
    let patched = text.replace("    values:", "    patchesFrom: [{configMapKeyRef: {name: p}}]\n    values:");
    assert!(layers(&[("zk.yaml", &patched), ("c.yaml", map)]).contains("they patch what Helm renders"));
    let by_address = text.replace("chart: {", "chart: {url: 'https://r/zookeeper-2.0.0.tgz', ");
    assert!(layers(&[("zk.yaml", &by_address)]).contains("chart zookeeper from https://r\n  version 2.0.0"));
    let observed = text.replace("spec:\n", "spec:\n  managementPolicies: [Observe]\n");
    assert!(layers(&[("zk.yaml", &observed)]).contains("Absent("));
}

#[test]
fn values_that_are_filled_in_for_each_cluster_are_known_but_for_that() {
    let proxy = |values: &str| {
        format!(
            "apiVersion: addons.cluster.x-k8s.io/v1alpha1\nkind: HelmChartProxy\nmetadata: {{name: zk}}\nspec:\n  \
             chartName: zookeeper\n  repoURL: oci://registry.example.com/charts\n  version: 1.0.0\n  \
             valuesTemplate: |\n{values}"
        )
    };
    let told = |values: &str| layers(&[("zk.yaml", &proxy(values))]);
    let head = "HelmChartProxy/zk\n  chart zookeeper from oci://registry.example.com/charts\n  version 1.0.0\n";
    assert_eq!(told("    a: 1\n"), format!("{head}  layer spec.valuesTemplate: {{\"a\":1}}\n"));
    let filled = told("    a: {{ .Cluster.metadata.name }}\n    b: 2\n");
    assert!(filled.contains("\"b\":2") && filled.contains("\"a\":\"unknown\""), "{filled}");
    let branching = told("    {{ if .ControlPlane }}\n    a: 1\n    {{ end }}\n");
    assert!(branching.contains("filled in for each cluster"), "{branching}");
}

#[test]
fn a_profile_of_sveltos_has_several_charts() {
    let text = "apiVersion: config.projectsveltos.io/v1beta1\nkind: ClusterProfile\nmetadata: {name: p}\nspec:\n  \
                helmCharts:\n  - {repositoryURL: 'https://r', repositoryName: r, chartName: r/zookeeper, chartVersion: 1.0.0, releaseName: zk, releaseNamespace: n, values: 'a: 1'}\n  \
                - {repositoryURL: 'https://r', repositoryName: r, chartName: r/kafka, chartVersion: 2.0.0, releaseName: k, releaseNamespace: n, helmChartAction: Uninstall, valuesFrom: [{kind: ConfigMap, name: c}]}\n";
    let told = layers(&[("p.yaml", text)]);
    let first = "ClusterProfile/p[zk]\n  chart zookeeper from https://r\n  version 1.0.0\n  \
                 layer spec.helmCharts[0].values: {\"a\":1}\nClusterProfile/p[k]\n  chart kafka from https://r\n";
    assert!(told.starts_with(first), "{told}");
    assert!(told.contains("Absent(\"helmChartAction is Uninstall\")"), "{told}");
    assert!(told.contains("the objects of valuesFrom are looked up in the cluster"), "{told}");
    let patched = |path: &str| {
        let patch = format!(
            "  patches:\n  - target: {{kind: StatefulSet}}\n    patch: '[{{op: replace, path: {path}, value: x}}]'\n"
        );
        layers(&[("p.yaml", &format!("{text}{patch}"))])
    };
    let positional = patched("/spec/template/spec/containers/0/env/3/value");
    assert!(positional.contains("layer spec.patches[0]: missing: what Helm renders is patched"), "{positional}");
    assert_eq!(patched("/spec/replicas"), told);
}

#[test]
fn skaffold_sets_values_over_files_and_files_over_overrides() {
    let text = "apiVersion: skaffold/v4beta6\nkind: Config\ndeploy:\n  helm:\n    releases:\n    - name: zk\n      \
                remoteChart: bitnami/zookeeper\n      version: 1.0.0\n      valuesFiles: [v.yaml]\n      \
                overrides: {a: 1}\n      setValues: {b: {c: 3}, a: 4}\n      setValueTemplates: {d: '{{.TAG}}'}\n\
                profiles:\n- name: prod\n  manifests:\n    helm:\n      releases: [{name: own, chartPath: charts/own}]\n";
    let files = [("d/skaffold.yaml", text), ("d/v.yaml", "a: 2\n"), ("d/charts/own/Chart.yaml", "")];
    let expected = "skaffold/zk\n  chart zookeeper from -\n  version 1.0.0\n  \
                    layer deploy.helm.releases[0].overrides: {\"a\":1}\n  layer d/v.yaml: {\"a\":2}\n  \
                    layer deploy.helm.releases[0].setValues: Set a=4; Set b.c=3\n";
    let told = layers(&files);
    assert!(told.starts_with(expected), "{told}");
    assert!(told.ends_with("skaffold/own[prod]\n  chart - from -\n  version -\n  folder \"d/charts/own\"\n"), "{told}");
    assert!(layers(&[("x.yaml", "apiVersion: skaffold/v4beta6\nkind: Config\nbuild: {}\n")]).is_empty());
}

/// A profile patches what the configuration has, or what the profile puts in its place.
#[test]
fn what_a_profile_of_skaffold_patches_is_not_known() {
    let config = "apiVersion: skaffold/v4beta6\nkind: Config\nmanifests:\n  helm:\n    releases:\n    \
                  - {name: zk, remoteChart: bitnami/zookeeper, version: 1.0.0, setValues: {a: 1}}\n    \
                  - {name: other, remoteChart: bitnami/kafka, version: 2.0.0}\nprofiles:\n- name: prod\n";
    let titles = |profile: &str| {
        let text = format!("{config}{profile}");
        let reading = Memory::new(&[("skaffold.yaml", &text)]).read("skaffold.yaml");
        let told = reading.releases.iter().map(|release| {
            let is_known = release.layers.iter().all(|layer| layer.unknown().is_empty());
            format!("{}{}", release.object.title(), if is_known { "" } else { "?" })
        });
        told.skip(2).collect::<Vec<_>>()
    };
    let own = "  manifests: {helm: {releases: [{name: own, remoteChart: bitnami/zookeeper, version: 3.0.0}]}}\n";
    let patch = |path: &str| format!("  patches: [{{op: add, path: {path}, value: x}}]\n");
    let table: [(String, &[&str]); 9] = [
        ("  activation: [{env: A=b}]\n".to_owned(), &[]),
        (patch("/build/artifacts/0/image"), &[]),
        (patch("/manifests/helm/releases/0/setValues"), &["skaffold/zk[prod]?"]),
        (patch("/manifests/helm/releases/name=zk/setValues"), &["skaffold/zk[prod]?", "skaffold/other[prod]?"]),
        (patch("/manifests/helm/releases"), &["skaffold/zk[prod]?", "skaffold/other[prod]?"]),
        (patch("/manifests/helm/releases/1/version"), &["skaffold/other[prod]?"]),
        ("  patches: [{op: move, from: /manifests/helm/releases/0, path: /x}]\n".to_owned(), &["skaffold/zk[prod]?"]),
        (own.to_owned(), &["skaffold/own[prod]"]),
        (own.to_owned() + &patch("/manifests/helm/releases/0/version"), &["skaffold/own[prod]?"]),
    ];
    for (profile, expected) in table {
        assert_eq!(titles(&profile), expected, "{profile}");
    }
    let flagged = |flag: &str| {
        let text = config.replace("  helm:\n", &format!("  helm:\n    flags: {{template: [{flag}]}}\n"));
        let reading = Memory::new(&[("skaffold.yaml", &text)]).read("skaffold.yaml");
        reading.releases[0].layers.iter().any(|layer| !layer.unknown().is_empty())
    };
    assert!(flagged("--set=a=0") && flagged("-fother.yaml") && flagged("--post-renderer=./x") && !flagged("--debug"));
}

#[test]
fn components_of_kubevela_and_charts_of_kapp_are_read() {
    let vela = "apiVersion: core.oam.dev/v1beta1\nkind: Application\nmetadata: {name: app}\nspec:\n  components:\n  \
                - {name: web, type: webservice, properties: {image: x}}\n  - name: zk\n    type: helm\n    properties: \
                {repoType: helm, url: 'https://r', chart: zookeeper, version: 1.0.0, values: {a: 1}}\n";
    let expected = "Application/app[zk]\n  chart zookeeper from https://r\n  version 1.0.0\n  \
                    layer spec.components[1].properties.values: {\"a\":1}\n";
    assert_eq!(layers(&[("app.yaml", vela)]), expected);
    let overridden = format!("{vela}  policies: [{{name: p, type: override}}]\n");
    assert!(layers(&[("app.yaml", &overridden)]).contains("a policy overrides properties"));
    let kapp = "apiVersion: kappctrl.k14s.io/v1alpha1\nkind: App\nmetadata: {name: zk}\nspec:\n  fetch:\n  \
                - helmChart: {name: zookeeper, version: 1.0.0, repository: {url: 'https://r'}}\n  \
                template: [{helmTemplate: {valuesFrom: [{secretRef: {name: s}}]}}]\n";
    let told = layers(&[("app.yaml", kapp)]);
    assert!(told.starts_with("App/zk\n  chart zookeeper from https://r\n  version 1.0.0\n"), "{told}");
    assert!(told.contains("are not looked up"), "{told}");
}
