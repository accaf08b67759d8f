//! Overlays of kustomize over releases.

use super::memory::{Memory, layers};

const BASE: &str = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: zk, namespace: ns}\nspec:\n  \
                    chart:\n    spec: {chart: zookeeper, version: 12.10, sourceRef: {kind: HelmRepository, name: r}}\n  \
                    values: {hours: 1, list: [a, b], gone: x, deep: {kept: true}}\n";

/// What the base is in a kustomization with some lists.
fn deployed(lists: &str, files: &[(&str, &str)]) -> String {
    let overlay = format!("resources: [../base]\n{lists}");
    let mut all = vec![
        ("base/zk.yaml", BASE),
        ("base/kustomization.yaml", "resources: [zk.yaml]\n"),
        ("prod/kustomization.yaml", overlay.as_str()),
    ];
    all.extend(files);
    layers(&all)
}

fn told(title: &str, version: &str, values: &str) -> String {
    format!("HelmRelease/{title}\n  chart zookeeper from @r\n  version {version}\n  layer spec.values: {values}\n")
}

const PATCH: &str = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: zk}\nspec:\n  \
                     chart: {spec: {version: 11.x}}\n  values: {hours: 0, list: [c], gone: null, deep: {more: 1}}\n";
const PATCHED: &str = "{\"deep\":{\"kept\":true,\"more\":1},\"hours\":0,\"list\":[\"c\"]}";
const UNPATCHED: &str = "{\"deep\":{\"kept\":true},\"gone\":\"x\",\"hours\":1,\"list\":[\"a\",\"b\"]}";

#[test]
fn strategic_merges_are_laid_over_the_release() {
    let inline: String = PATCH.lines().map(|line| format!("  {line}\n")).collect();
    let other_name = PATCH.replace("name: zk", "name: any");
    let (path, other): (&[_], &[_]) = (&[("prod/p.yaml", PATCH)], &[("prod/p.yaml", other_name.as_str())]);
    let table = [
        ("patches: [{path: p.yaml}]\n".to_owned(), path),
        ("patchesStrategicMerge: [p.yaml]\n".to_owned(), path),
        (format!("patchesStrategicMerge:\n- |\n{inline}"), &[]),
        (format!("patches:\n- patch: |\n{}", inline.replace("  ", "    ")), &[]),
        ("patches: [{path: p.yaml, target: {kind: HelmRelease}}]\n".to_owned(), other),
        ("patches: [{path: p.yaml, target: {name: z.*}}]\n".to_owned(), other),
        (
            "components: [../part]\n".to_owned(),
            &[("part/kustomization.yaml", "kind: Component\npatches: [{path: p.yaml}]\n"), ("part/p.yaml", PATCH)],
        ),
    ];
    for (lists, files) in table {
        assert_eq!(deployed(&lists, files), told("zk[prod]", "11.x", PATCHED), "{lists}");
    }
    for lists in [
        "patches: [{path: p.yaml, target: {kind: Deployment}}]\n",
        "patches: [{path: p.yaml, target: {name: z}}]\n",
        "patches: [{target: {kind: HelmRelease}}]\n",
    ] {
        assert_eq!(deployed(lists, path), told("zk", "12.10", UNPATCHED), "{lists}");
    }
}

#[test]
fn operations_are_carried_out() {
    let patched = |operations: &str| {
        deployed(
            &format!("patchesJson6902:\n- target: {{kind: HelmRelease, name: zk}}\n  patch: |\n    {operations}\n"),
            &[],
        )
    };
    let all = "[{op: replace, path: /spec/values/hours, value: 0}, {op: add, path: /spec/values/list/-, value: c}, \
               {op: remove, path: /spec/values/gone}, {op: add, path: /spec/values/deep, value: {}}, \
               {op: replace, path: /spec/chart/spec/version, value: 11.0.0}]";
    let expected = "{\"deep\":{},\"hours\":0,\"list\":[\"a\",\"b\",\"c\"]}";
    assert_eq!(patched(all), told("zk[prod]", "11.0.0", expected));
    let relocated = "[{op: copy, from: /spec/values/hours, path: /spec/values/deep/copied}, \
                     {op: move, from: /spec/values/gone, path: /spec/values/deep/kept}, {op: remove, path: /spec/values/list}]";
    let expected = "{\"deep\":{\"copied\":1,\"kept\":\"x\"},\"hours\":1}";
    assert_eq!(patched(relocated), told("zk[prod]", "12.10", expected));
    for operation in ["{op: merge, path: /spec/values/h}", "{op: remove, path: /spec/none}"] {
        let told = patched(&format!("[{operation}]"));
        assert!(told.contains("HelmRelease/zk[prod]") && told.contains("layer the overlay prod: missing: "), "{told}");
    }
}

/// What is not followed leaves the release in doubt.
#[test]
fn patches_that_are_not_followed_are_told() {
    let selected = "replacements:\n- source: {kind: ConfigMap, name: c}\n  targets: [{select: {kind: HelmRelease}, fieldPaths: [spec.values.hours]}]\n";
    let table = [
        ("patches: [{path: none.yaml, target: {kind: HelmRelease}}]\n", "none.yaml: it is not in this repository"),
        ("patches: [{path: none.yaml}]\n", "none.yaml: it is not in this repository"),
        (
            "patches: [{path: p.yaml, target: {name: 'z(k'}}]\n",
            "p.yaml: it is not known whether it selects this object",
        ),
        (
            "patches: [{path: p.yaml, target: {labelSelector: 'a>1'}}]\n",
            "p.yaml: it is not known whether it selects this object",
        ),
        (
            "components: [../labels]\npatches: [{path: p.yaml, target: {labelSelector: 'a=b'}}]\n",
            "p.yaml: it is not known whether it selects this object",
        ),
        (selected, "replacements are not supported"),
    ];
    for (lists, why) in table {
        let labels = "kind: Component\npatches: [{target: {kind: HelmRelease}, patch: '[{op: add, path: /metadata/labels, value: {a: b}}]'}]\n";
        let told = deployed(lists, &[("prod/p.yaml", PATCH), ("labels/kustomization.yaml", labels)]);
        assert!(told.contains("layer the overlay prod: missing: ") && told.contains(why), "{lists}: {told}");
    }
}

#[test]
fn each_overlay_deploys_a_release_of_its_own() {
    let deleted = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: zk}\n$patch: delete\n";
    let files = [
        ("base/zk.yaml", BASE),
        ("base/kustomization.yaml", "resources: [zk.yaml]\n"),
        ("dev/kustomization.yaml", "resources: [../base]\n"),
        ("none/kustomization.yaml", "resources: [../base]\npatches: [{path: p.yaml}]\n"),
        ("none/p.yaml", deleted),
        ("prod/kustomization.yaml", "resources: [../base]\npatches: [{path: p.yaml}]\n"),
        ("prod/p.yaml", PATCH),
        // Without patches of their own they deploy what the overlay below them is.
        ("prod-a/kustomization.yaml", "resources: [../prod]\n"),
        (
            "prod-b/kustomization.yaml",
            "resources: [../prod]\npatches: [{path: ../none/p.yaml, target: {name: other}}]\n",
        ),
    ];
    let expected = told("zk[dev]", "12.10", UNPATCHED) + &told("zk[prod]", "11.x", PATCHED);
    assert_eq!(layers(&files), expected);
    assert_eq!(Memory::new(&files).read("prod/p.yaml").releases.len(), 0);
}

/// Flux patches what it deploys, with or without a kustomization.
#[test]
fn what_flux_adds_is_laid_over_the_release() {
    let inline: String = PATCH.lines().map(|line| format!("      {line}\n")).collect();
    let flux = format!(
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: apps}}\nspec:\n  path: ./base\n  \
         patches:\n  - patch: |\n{inline}"
    );
    let files = [
        ("base/zk.yaml", BASE),
        ("clusters/apps.yaml", flux.as_str()),
        ("base/kustomization.yaml", "resources: [zk.yaml]\n"),
    ];
    for number in [2, 3] {
        assert_eq!(layers(&files[..number]), told("zk[Kustomization/apps]", "11.x", PATCHED), "{number}");
    }
}

#[test]
fn circles_and_diamonds_end() {
    let mut files = vec![("0/zk.yaml".to_owned(), BASE.to_owned())];
    files.push(("0/kustomization.yaml".to_owned(), "resources: [zk.yaml, ../9/a]\n".to_owned()));
    for level in 1..10 {
        let resources = if level == 1 { "../../0".to_owned() } else { format!("../../{0}/a, ../../{0}/b", level - 1) };
        for side in ["a", "b"] {
            let text = format!("resources: [{resources}]\npatches: [{{path: p.yaml}}]\n");
            files.push((format!("{level}/{side}/kustomization.yaml"), text));
            files.push((format!("{level}/{side}/p.yaml"), PATCH.to_owned()));
        }
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let told = layers(&files);
    assert!(told.contains("more overlays deploy it than autopurge follows"), "{told}");
}
