//! Whatever is left out of a release: of what is there, the layer that the tool puts last decides.

use proptest::prelude::*;

use super::library::decided;
use super::memory::Memory;

/// Up to one value for each place that a tool knows, the weakest first; the number tells which one decided.
fn places(count: usize) -> impl Strategy<Value = Vec<bool>> {
    proptest::collection::vec(any::<bool>(), count)
}

/// The number of the strongest place that is used.
fn strongest(places: &[bool]) -> Option<String> {
    places.iter().rposition(|is_used| *is_used).map(|number| number.to_string())
}

fn decides(files: &[(&str, String)], name: &str) -> Option<String> {
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let reading = Memory::new(&files).read(files[0].0);
    assert_eq!(reading.broken, []);
    let release = reading.releases.iter().find(|release| release.object.title() == name).unwrap();
    decided(release, &["a", "b"]).map(|(value, _)| value)
}

/// A text if the place is used.
fn used(is_used: bool, text: &str) -> &str {
    if is_used { text } else { "" }
}

proptest! {
    #[test]
    fn argo_cd(places in places(6)) {
        let mut expected = places.clone();
        // `valuesObject` takes the place of `values`.
        expected[2] &= !expected[3];
        let text = format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: z}}\nspec:\n  source:\n    path: c\n    helm:\n      \
             valueFiles: [{}{}]\n{}{}      parameters: [{}{}]\n",
            used(places[0], "v0.yaml, "),
            used(places[1], "v1.yaml"),
            used(places[2], "      values: '{a: {b: 2}}'\n"),
            used(places[3], "      valuesObject: {a: {b: 3}}\n"),
            used(places[5], "{name: a.b, value: '5', forceString: true}, "),
            used(places[4], "{name: a.b, value: '4'}"),
        );
        let value = |number: usize| format!("a: {{b: {number}}}\n");
        let files = [("z.yaml", text), ("c/Chart.yaml", String::new()), ("c/v0.yaml", value(0)), ("c/v1.yaml", value(1))];
        prop_assert_eq!(decides(&files, "Application/z"), strongest(&expected));
    }

    #[test]
    fn flux(places in places(3)) {
        let text = format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c}}\ndata: {{k0: 'a: {{b: 0}}', k1: 'a: {{b: 1}}'}}\n---\n\
             apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: z}}\nspec:\n  chartRef: {{name: x}}\n  \
             valuesFrom: [{}{}]\n{}",
            used(places[0], "{kind: ConfigMap, name: c, valuesKey: k0}, "),
            used(places[1], "{kind: ConfigMap, name: c, valuesKey: k1}"),
            used(places[2], "  values: {a: {b: 2}}\n"),
        );
        prop_assert_eq!(decides(&[("z.yaml", text)], "HelmRelease/z"), strongest(&places));
    }

    #[test]
    fn helmfile(places in places(6)) {
        let text = format!(
            "templates: {{t: {{chart: r/z, values: [{}], set: [{}]}}}}\nreleases:\n- name: z\n  inherit: [{{template: t}}]\n  \
             values: [{}{}]\n  set: [{}]\n  setString: [{}]\n",
            used(places[0], "{a: {b: 0}}"),
            used(places[3], "{name: a.b, value: 3}"),
            used(places[1], "v.yaml, "),
            used(places[2], "{a: {b: 2}}"),
            used(places[4], "{name: a.b, value: 4}"),
            used(places[5], "{name: a.b, value: 5}"),
        );
        let files = [("helmfile.yaml", text), ("v.yaml", "a: {b: 1}\n".to_owned())];
        prop_assert_eq!(decides(&files, "release/z"), strongest(&places));
    }

    #[test]
    fn fleet(places in places(6)) {
        let text = format!(
            "helm:\n  chart: c\n  repo: r\n{}  valuesFiles: [{}]\n  valuesFrom: [{}]\ntargetCustomizations:\n- name: t\n  helm:\n    \
             chart: c\n{}    valuesFiles: [{}]\n    valuesFrom: [{}]\n",
            used(places[0], "  values: {a: {b: 0}}\n"),
            used(places[1], "v.yaml"),
            used(places[4], "{configMapKeyRef: {name: c, key: k4}}"),
            used(places[2], "    values: {a: {b: 2}}\n"),
            used(places[3], "w.yaml"),
            used(places[5], "{configMapKeyRef: {name: c, key: k5}}"),
        );
        let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {k4: 'a: {b: 4}', k5: 'a: {b: 5}'}\n";
        let value = |number: usize| format!("a: {{b: {number}}}\n");
        let files = [("f/fleet.yaml", text), ("f/c.yaml", map.to_owned()), ("f/v.yaml", value(1)), ("f/w.yaml", value(3))];
        prop_assert_eq!(decides(&files, "fleet/f[t]"), strongest(&places));
    }

    #[test]
    fn k3s(places in places(4)) {
        let text = format!(
            "apiVersion: helm.cattle.io/v1\nkind: HelmChart\nmetadata: {{name: z}}\nspec:\n  chart: z\n{}{}{}---\n\
             apiVersion: helm.cattle.io/v1\nkind: HelmChartConfig\nmetadata: {{name: z}}\nspec:\n  x: y\n{}",
            used(places[0], "  valuesContent: 'a: {b: 0}'\n"),
            used(places[1], "  values: {a: {b: 1}}\n"),
            used(places[3], "  set: {a.b: 3}\n"),
            used(places[2], "  valuesContent: 'a: {b: 2}'\n"),
        );
        prop_assert_eq!(decides(&[("z.yaml", text)], "HelmChart/z"), strongest(&places));
    }

    #[test]
    fn terraform(places in places(5)) {
        let text = format!(
            "resource \"helm_release\" \"z\" {{\n  chart = \"z\"\n{}{}  values = [{}{}{}]\n}}\n",
            used(places[4], "  set_sensitive {\n    name = \"a.b\"\n    value = 4\n  }\n"),
            used(places[3], "  set {\n    name = \"a.b\"\n    value = \"3\"\n  }\n"),
            used(places[0], "yamlencode({ a = { b = 0 } }),"),
            used(places[1], "file(\"v.yaml\"),"),
            used(places[2], "\"a: {b: 2}\""),
        );
        let files = [("main.tf", text), ("v.yaml", "a: {b: 1}\n".to_owned())];
        prop_assert_eq!(decides(&files, "helm_release.z"), strongest(&places));
    }
}
