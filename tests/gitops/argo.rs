//! Argo CD: what its repository server hands to Helm.

use autopurge::gitops::{Content, Surroundings, release_again, releases};

use super::library::decided;
use super::memory::{Memory, layers};

/// An application around the lines of its source.
fn application(source: &str) -> String {
    let lines: String = source.lines().map(|line| format!("    {line}\n")).collect();
    format!("apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: zk}}\nspec:\n  source:\n{lines}")
}

const CHART: &str = "repoURL: https://charts.example.com\nchart: zookeeper\ntargetRevision: 1.2.3\n";

fn of_source(helm: &str, files: &[(&str, &str)]) -> String {
    let text = application(&format!("{CHART}{helm}"));
    let mut all = vec![("apps/zk.yaml", text.as_str())];
    all.extend_from_slice(files);
    let told = layers(&all);
    told.lines().skip(3).map(|line| format!("{}\n", line.trim_start())).collect()
}

#[test]
fn values_object_takes_the_place_of_values() {
    let helm = "helm:\n  values: |\n    a: 1\n    b: 1\n  valuesObject: {a: 2}\n";
    assert_eq!(of_source(helm, &[]), "layer spec.source.helm.valuesObject: {\"a\":2}\n");
}

#[test]
fn an_empty_object_is_one_and_null_is_none() {
    let empty = "helm:\n  values: |\n    a: 1\n  valuesObject: {}\n";
    assert_eq!(of_source(empty, &[]), "layer spec.source.helm.valuesObject: {}\n");
    let null = "helm:\n  values: |\n    a: 1\n  valuesObject:\n";
    assert_eq!(of_source(null, &[]), "layer spec.source.helm.values: {\"a\":1}\n");
}

#[test]
fn forced_strings_come_last_and_the_last_of_a_name_counts() {
    let helm = "helm:\n  parameters:\n  - {name: a, value: '1', forceString: true}\n  - {name: b, value: '1'}\n  \
                - {name: b, value: 'x,y\\,z'}\n  - {name: c, value: '{1,2}'}\n  - {name: d}\n";
    let expected = "layer spec.source.helm.parameters: Set b=x\\,y\\,z; Set c={1,2}; Set d=; SetString a=1\n";
    assert_eq!(of_source(helm, &[]), expected);
}

#[test]
fn files_in_a_chart_that_is_elsewhere_are_not_known() {
    let helm = "helm:\n  valueFiles: [values-prod.yaml, https://example.com/v.yaml, '$cfg/v.yaml', '*.yaml']\n";
    let told = of_source(helm, &[("apps/values-prod.yaml", "a: 1\n"), ("v.yaml", "a: 2\n")]);
    assert_eq!(told.matches("missing: ").count(), 4, "{told}");
}

#[test]
fn references_start_at_the_root() {
    let text = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: zk}\nspec:\n  source: {chart: no}\n  \
                sources:\n  - {repoURL: r, chart: zookeeper, helm: {valueFiles: [$cfg/v.yaml, $cfg/w.yaml]}}\n  \
                - {repoURL: g, ref: cfg}\n";
    let files = [("a/b/app.yaml", text), ("v.yaml", "a: 1\n"), ("a/b/v.yaml", "a: 2\n"), ("a/w.yaml", "a: 3\n")];
    let told = layers(&files);
    assert!(told.contains("layer v.yaml: {\"a\":1}\n  layer a/w.yaml: {\"a\":3}\n"), "{told}");
}

#[test]
fn a_chart_in_git_is_found_with_its_files() {
    let source = "repoURL: g\npath: charts/zk\nhelm:\n  ignoreMissingValueFiles: true\n  valueFiles: [a.yaml, ../b.yaml, c.yaml]\n";
    let text = application(source);
    let files = [
        ("apps/zk.yaml", text.as_str()),
        ("charts/zk/Chart.yaml", "name: zk\n"),
        ("charts/zk/a.yaml", "a: 1\n"),
        ("charts/b.yaml", "b: 1\n"),
    ];
    let expected = "Application/zk\n  chart - from -\n  version -\n  folder \"charts/zk\"\n  \
                    layer charts/zk/a.yaml: {\"a\":1}\n  layer charts/b.yaml: {\"b\":1}\n";
    assert_eq!(layers(&files), expected);
}

#[test]
fn files_become_texts() {
    let text = application("repoURL: g\npath: zk\nhelm:\n  fileParameters:\n  - {name: cfg, path: zoo.cfg}\n");
    let files = [("zk.yaml", text.as_str()), ("zk/Chart.yaml", ""), ("zk/zoo.cfg", "a=1\n")];
    assert!(layers(&files).contains("SetFile cfg=a=1\n"), "{}", layers(&files));
}

#[test]
fn what_is_no_chart_gives_nothing() {
    for source in ["{repoURL: g, path: k, kustomize: {}}", "{repoURL: g, path: k, directory: {recurse: true}}", "{}"] {
        let text = format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: zk}}\nspec:\n  source: {source}\n"
        );
        assert_eq!(layers(&[("a.yaml", &text)]), "", "{source}");
    }
    let other = application(CHART).replace("argoproj.io", "app.k8s.io");
    assert_eq!(layers(&[("a.yaml", &other)]), "");
}

/// Argo CD tells by the folder what it holds; from here nobody can.
#[test]
fn a_folder_of_another_repository_may_be_a_chart() {
    let table = [
        ("path: charts/zk\ntargetRevision: zk-1.2.3\n", "zk", "1.2.3", true),
        ("path: charts/zk/\ntargetRevision: refs/tags/zk/v1.2.3\n", "zk", "v1.2.3", true),
        ("path: charts/zk\ntargetRevision: v1.2.3\n", "zk", "the version is that of v1.2.3 in Git", true),
        ("path: charts/zk\ntargetRevision: kafka-1.2.3\n", "zk", "the version is that of kafka-1.2.3 in Git", true),
        ("path: charts/zk\n", "zk", "the version is that of a branch in Git", true),
        ("path: .\ntargetRevision: zk-1.2.3\n", "zk", "1.2.3", true),
        ("path: charts/zk\ntargetRevision: zk-1.2.3\nhelm: {}\n", "zk", "1.2.3", false),
    ];
    for (source, name, version, is_guess) in table {
        let text = application(&format!("repoURL: https://git.example.com/ours/zk.git\n{source}"));
        let told = layers(&[("a.yaml", &text)]);
        let expected = format!("  chart {name} from https://git.example.com/ours/zk.git\n  version {version}\n");
        assert!(told.contains(&expected), "{source}: {told}");
        let reading = Memory::new(&[("a.yaml", &text)]).read("a.yaml");
        assert_eq!(reading.releases[0].chart.is_guess, is_guess, "{source}");
    }
}

fn set(generators: &str, is_go: bool, version: &str, values: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {{name: zks}}\nspec:\n  goTemplate: {is_go}\n  \
         generators:\n{generators}  template:\n    metadata: {{name: zk}}\n    spec:\n      source:\n        \
         repoURL: r\n        chart: zookeeper\n        targetRevision: '{version}'\n        helm:\n          \
         valuesObject: {{a: '{values}', b: 1}}\n"
    )
}

#[test]
fn lists_are_multiplied_and_merged() {
    let matrix = "  - matrix:\n      generators:\n      - list: {elements: [{env: dev, h: 1}, {env: prod, h: 0}]}\n      \
                  - list: {elements: [{v: 1.0.0}, {v: 2.0.0}]}\n";
    let told = layers(&[("a.yaml", &set(matrix, false, "{{v}}", "{{ h }}"))]);
    let expected =
        [("dev-1.0.0", "1.0.0", 1), ("dev-2.0.0", "2.0.0", 1), ("prod-1.0.0", "1.0.0", 0), ("prod-2.0.0", "2.0.0", 0)];
    for (label, version, hours) in expected {
        let part = format!(
            "ApplicationSet/zks[{label}]\n  chart zookeeper from r\n  version {version}\n  \
                            layer spec.template.spec.source.helm.valuesObject: {{\"a\":\"{hours}\",\"b\":1}}\n"
        );
        assert!(told.contains(&part), "{part} in {told}");
    }
    let merge = "  - merge:\n      mergeKeys: [env]\n      generators:\n      \
                 - list: {elements: [{env: dev, h: 1, v: 1.0.0}, {env: prod, h: 1, v: 1.0.0}]}\n      \
                 - list: {elements: [{env: prod, h: 0}]}\n";
    let told = layers(&[("a.yaml", &set(merge, true, "{{.v}}", "{{.h}}"))]);
    assert!(told.contains("[dev]") && told.contains("\"a\":\"1\"") && told.contains("\"a\":\"0\""), "{told}");
}

#[test]
fn what_a_generator_finds_elsewhere_is_not_known() {
    let text = set("  - git: {repoURL: g, files: [{path: '*.json'}]}\n", false, "1.0.0", "{{h}}");
    let memory = Memory::new(&[("a.yaml", &text)]);
    let reading = memory.read("a.yaml");
    let [release] = reading.releases.as_slice() else { panic!("{reading:?}") };
    assert_eq!(release.layers[0].unknown(), [["a"]]);
}

#[test]
fn patches_of_a_template_are_not_known() {
    let text = set("  - list: {elements: [{h: 1}]}\n", true, "1.0.0", "{{.h}}") + "  templatePatch: |\n    spec: {}\n";
    assert!(layers(&[("a.yaml", &text)]).contains("missing: spec.templatePatch may change the values"));
}

#[test]
fn a_missing_value_goes_where_values_are() {
    let table = [
        ("", &["spec.source.helm.valuesObject"][..]),
        ("helm:\n  values: |\n    a: 1\n", &["spec.source.helm.values"]),
        ("helm:\n  values: |\n    a: 1\n  valuesObject: {a: 1}\n", &["spec.source.helm.valuesObject"]),
        ("helm:\n  parameters: []\n", &["spec.source.helm.valuesObject", "spec.source.helm.parameters"]),
        ("path: zk\nhelm: {valueFiles: [v.yaml]}\n", &["zk/v.yaml", "spec.source.helm.valuesObject"]),
        ("path: zk\nhelm: {valueFiles: [v.yaml], valuesObject: {}}\n", &["spec.source.helm.valuesObject", "zk/v.yaml"]),
    ];
    for (source, expected) in table {
        let chart = if source.starts_with("path") { "" } else { CHART };
        let text = application(&format!("{chart}{source}"));
        let memory = Memory::new(&[("a.yaml", &text), ("zk/Chart.yaml", ""), ("zk/v.yaml", "a: 1\n")]);
        let reading = memory.read("a.yaml");
        let sites: Vec<&str> = reading.releases[0].sites.iter().map(|site| site.at.as_str()).collect();
        assert_eq!(sites, expected, "{source}");
    }
}

/// A long set: its elements are not in the text of each of its applications, unless the template needs what they anchor.
#[test]
fn the_generators_are_no_part_of_an_application() {
    let set = |value: &str| {
        let elements: String =
            (0..300).map(|it| format!("      - {{name: &n{it} zk{it}, hours: \"{it}\"}}\n")).collect();
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {{name: z}}\nspec:\n  generators:\n  - list:\n      \
             elements:\n{elements}  template:\n    spec:\n      source:\n        chart: zookeeper\n        helm:\n          \
             releaseName: '{{{{name}}}}'\n          valuesObject: {{a: {value}}}\n"
        )
    };
    for (value, expected, most) in [("'{{hours}}'", "299", 1_000), ("*n299", "zk299", 20_000)] {
        let text = set(value);
        let files = Memory::new(&[("a.yaml", &text)]);
        let around = Surroundings::new(&files);
        let all = releases("a.yaml", &text, &around).releases;
        assert_eq!(all.len(), 300);
        let last = &all[299];
        let (decided, place) = decided(last, &["a"]).unwrap();
        assert_eq!(decided, expected);
        assert_eq!(place.span.of(&text).trim_matches('"'), if value.starts_with('*') { value } else { expected });
        let Content::Values(values) = &last.layers[0].content else { panic!("{:?}", last.layers) };
        assert!(values.text.as_str().len() < most, "{}", values.text.as_str().len());
        let changed = text.replace("hours: \"299\"", "hours: \"7\"");
        let again = release_again(last, "a.yaml", &changed, &around).unwrap();
        assert_eq!(again.name.as_deref(), Some("zk299"));
    }
}
