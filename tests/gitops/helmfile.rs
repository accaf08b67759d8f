//! helmfile: state files with templates, bases and environments.

use autopurge::gitops::Release;

use super::library::decided;
use super::memory::{Memory, layers};

#[test]
fn templates_come_before_what_inherits_them() {
    let text = "templates:\n  base: {namespace: zk, version: 1.0.0, values: [{a: 1}], set: [{name: s, value: 1}]}\n  \
                child: {inherit: [{template: base}], chart: r/zookeeper, values: [{a: 2}]}\n\
                repositories: [{name: r, url: registry.example.com/charts, oci: true}]\nreleases:\n\
                - {name: one, inherit: [{template: child}], version: 2.0.0, values: [{a: 3}], set: [{name: t, value: '{x,y}'}]}\n\
                - {name: two, inherit: {template: child, except: [values]}}\n";
    let expected = "release/one\n  chart zookeeper from oci://registry.example.com/charts\n  version 2.0.0\n  \
                    layer templates.base.values[0]: {\"a\":1}\n  layer templates.child.values[0]: {\"a\":2}\n  \
                    layer releases[0].values[0]: {\"a\":3}\n  layer templates.base.set: Set s=1; Set t=\\{x\\,y\\}\n\
                    release/two\n  chart zookeeper from oci://registry.example.com/charts\n  version 1.0.0\n  \
                    layer templates.base.values[0]: {\"a\":1}\n  layer templates.base.set: Set s=1\n";
    assert_eq!(layers(&[("helmfile.yaml", text)]), expected);
}

#[test]
fn charts_come_from_git() {
    let table = [
        (
            "git::https://example.com/ours/charts@stable/zk?ref=zk/1.2.3",
            "zk from https://example.com/ours/charts",
            "1.2.3",
        ),
        (
            "git::https://example.com/ours/zk.git//?ref=zk-1.2.3&depth=1",
            "zk from https://example.com/ours/zk.git",
            "1.2.3",
        ),
        (
            "git::ssh://git@example.com/ours/charts.git//stable/zk?ref=main",
            "zk from ssh://git@example.com/ours/charts.git",
            "the version is that of main in Git",
        ),
        (
            "git::git@example.com:ours/charts@zk",
            "zk from git@example.com:ours/charts",
            "the version is that of a branch in Git",
        ),
    ];
    for (chart, expected, version) in table {
        let text = format!("releases:\n- {{name: zk, chart: '{chart}'}}\n");
        assert_eq!(
            layers(&[("helmfile.yaml", &text)]),
            format!("release/zk\n  chart {expected}\n  version {version}\n")
        );
    }
}

#[test]
fn anchors_are_read_as_yaml_reads_them() {
    let text = "x: &d {chart: ./zk, values: [{a: 1}]}\nreleases:\n- {<<: *d, name: one}\n";
    let files = [("apps/helmfile.yaml", text), ("apps/zk/Chart.yaml", "name: zk\n")];
    let expected =
        "release/one\n  chart - from -\n  version -\n  folder \"apps/zk\"\n  layer releases[0].values[0]: {\"a\":1}\n";
    assert_eq!(layers(&files), expected);
}

#[test]
fn environments_decide_what_is_installed() {
    let text = "bases: [env.yaml]\nreleases:\n- {name: front, chart: r/z, condition: front.enabled}\n\
                - {name: back, chart: r/z, condition: back.enabled}\n- {name: unknown, chart: r/z, condition: none.enabled}\n\
                - {name: gone, chart: r/z, installed: false}\n";
    let env = "environments:\n  default:\n    values: [values.yaml, {back: {enabled: false}}]\n";
    let files = [
        ("helmfile.yaml", text),
        ("env.yaml", env),
        ("values.yaml", "{front: {enabled: true}, back: {enabled: true}}\n"),
    ];
    let reading = Memory::new(&files).read("helmfile.yaml");
    let told: Vec<String> = reading.releases.iter().map(|release| format!("{:?}", release.presence)).collect();
    let expected = [
        "Installed",
        "Absent(\"condition: back.enabled\")",
        "Unknown(\"condition: none.enabled\")",
        "Absent(\"installed: false\")",
    ];
    assert_eq!(told, expected);
}

#[test]
fn each_environment_installs_its_own() {
    let text = |others: &str| {
        format!(
            "environments:\n  default: {{values: [{{zk: {{enabled: false}}}}]}}\n{others}---\nreleases:\n\
             {{{{ if .Values.zk.enabled }}}}\n- {{name: one, chart: r/z}}\n{{{{ else }}}}\n- {{name: two, chart: r/z}}\n{{{{ end }}}}\n\
             - {{name: three, chart: r/z, condition: zk.enabled}}\n"
        )
    };
    let told = |others: &str| {
        let reading = Memory::new(&[("helmfile.yaml.gotmpl", &text(others))]).read("helmfile.yaml.gotmpl");
        let presence = |release: &Release| format!("{} {:?}", release.object.name, release.presence);
        reading.releases.iter().map(presence).collect::<Vec<_>>()
    };
    assert_eq!(told(""), ["two Installed", "three Absent(\"condition: zk.enabled\")"]);
    let others = "  production: {values: [{zk: {enabled: true}}]}\n  staging: {values: [none.yaml]}\n";
    let reading = Memory::new(&[("helmfile.yaml.gotmpl", &text(others))]).read("helmfile.yaml.gotmpl");
    let told: Vec<String> =
        reading.releases.iter().map(|release| format!("{} {:?}", release.object.title(), release.presence)).collect();
    let between = "Unknown(\"it is inside template actions\")";
    let expected = [
        "release/two[default] Installed".to_owned(),
        format!("release/two[staging] {between}"),
        "release/three[default] Absent(\"condition: zk.enabled\")".to_owned(),
        "release/three[production] Installed".to_owned(),
        "release/three[staging] Unknown(\"condition: zk.enabled\")".to_owned(),
        "release/one[production] Installed".to_owned(),
        format!("release/one[staging] {between}"),
    ];
    assert_eq!(told, expected);
}

#[test]
fn environments_that_say_the_same_make_one_release() {
    let text = "environments: {dev: {}, prod: {}}\nreleases:\n- {name: same, chart: r/z, values: [{a: 1}]}\n";
    let expected = "release/same\n  chart z from -\n  version -\n  layer releases[0].values[0]: {\"a\":1}\n";
    assert_eq!(layers(&[("helmfile.yaml", text)]), expected);
}

#[test]
fn each_environment_has_its_own_values() {
    let text = "environments:\n  dev: {values: [{zk: {h: 1}}]}\n  prod: {values: ['{{ .Environment.Name }}.yaml']}\n---\nreleases:\n\
                - name: other\n  chart: r/z\n  values:\n  - {a: {{ .Values.zk.h }}}\n  - {b: {{ if eq .Environment.Name \"prod\" }}2{{ else }}3{{ end }}}\n";
    let files = [("helmfile.yaml.gotmpl", text), ("prod.yaml", "zk:\n  h: 7\n")];
    let told = layers(&files);
    let one = |label: &str, a: u8, b: u8| {
        format!(
            "release/other{label}\n  chart z from -\n  version -\n  layer releases[0].values[0]: {{\"a\":{a}}}\n  layer releases[0].values[1]: {{\"b\":{b}}}\n"
        )
    };
    assert_eq!(told, format!("{}{}", one("[dev]", 1, 3), one("[prod]", 7, 2)));
    let reading = Memory::new(&files).read("helmfile.yaml.gotmpl");
    let place = decided(&reading.releases[1], &["a"]).unwrap().1;
    assert_eq!((&*place.file, place.span.start..place.span.end), ("prod.yaml", 9..10));
}

#[test]
fn helmfiles_in_helmfiles_know_the_environments_above_them() {
    let text = "environments: {dev: {}, prod: {}}\n---\nhelmfiles: [apps/zk.yaml]\n# releases\n";
    let other =
        "releases:\n- {name: z, chart: r/z, version: '{{ if eq .Environment.Name \"prod\" }}1{{ else }}2{{ end }}'}\n";
    let told = layers(&[("helmfile.yaml", text), ("apps/zk.yaml", other)]);
    let one = |label: &str, version: u8| format!("release/z[{label}]\n  chart z from -\n  version {version}\n");
    assert_eq!(told, format!("{}{}", one("dev", 2), one("prod", 1)));
}

const TEMPLATE: &str = "environments:\n  default:\n    values: [{zk: {v: 1.2.3, h: 0, t: \"yes\"}}]\n---\nreleases:\n\
- name: zk\n  chart: r/zookeeper\n  version: {{ .Values.zk.v | quote }}\n  values:\n  - a: {{ .Values.zk.h }}\n    \
b: {{ .Values | get \"zk.h\" 7 }}\n    c: {{ env \"HOURS\" }}\n    d: {{ .Values.zk.none | default 3 }}\n    \
{{- if .x }}\n    e: 5\n    {{- end }}\n    f: '{{`{{ .Release.Name }}`}}'\n  {{/* }} */}}\n  - {{ tpl \"x\" . }}\n\
{{ if eq .Environment.Name \"prod\" }}\n- name: maybe\n  chart: r/zookeeper\n  installed: {{ .Values.zk.none }}\n{{ end }}\n";

#[test]
fn actions_are_replaced_where_they_are_known() {
    let told = layers(&[("helmfile.yaml.gotmpl", TEMPLATE)]);
    let expected = "release/zk\n  chart zookeeper from -\n  version 1.2.3\n  layer releases[0].values[0]: \
                    {\"a\":0,\"b\":0,\"c\":\"unknown\",\"d\":3,\"e\":5,\"f\":\"{{ .Release.Name }}\"}\n  \
                    layer unknown: missing: a template computes the name of a values file []\n";
    assert!(told.starts_with(expected), "{told}");
}

#[test]
fn what_is_not_known_is_said() {
    let reading = Memory::new(&[("helmfile.yaml.gotmpl", TEMPLATE)]).read("helmfile.yaml.gotmpl");
    let [known, maybe] = reading.releases.as_slice() else { panic!("{reading:?}") };
    assert_eq!(known.layers[0].unknown(), [["c"], ["e"]]);
    assert!(format!("{:?}", maybe.presence).starts_with("Unknown"), "{:?}", maybe.presence);
    let version = known.chart.version.as_ref().unwrap();
    assert_eq!(&TEMPLATE[version.place.span.start..version.place.span.end], "1.2.3");
}

#[test]
fn values_files_may_be_templates() {
    let files = [
        (
            "helmfile.d/zk.yaml",
            "values: [{h: 2}]\nreleases:\n- name: zk\n  chart: r/z\n  values: [v.yaml.gotmpl, none.yaml]\n",
        ),
        ("helmfile.d/v.yaml.gotmpl", "a: {{ .Values.h }}\nb: {{ .Release.Name }}\n"),
    ];
    let told = layers(&files);
    assert!(told.contains("layer helmfile.d/v.yaml.gotmpl: {\"a\":2,\"b\":\"unknown\"}\n"), "{told}");
    assert!(
        told.contains(
            "layer none.yaml: missing: the values file none.yaml is not in this repository [\"helmfile.d/none.yaml\"]"
        ),
        "{told}"
    );
}

#[test]
fn templates_that_leave_no_yaml_are_told() {
    let text = "releases:\n- name: {{ .Values.x }}: [\n";
    let reading = Memory::new(&[("helmfile.yaml", text)]).read("helmfile.yaml");
    assert_eq!(reading.releases.len(), 0);
    assert!(reading.broken[0].message.starts_with("this template cannot be read"), "{:?}", reading.broken);
}

#[test]
fn other_files_with_releases_are_none() {
    assert_eq!(layers(&[("values.yaml", "releases: [{name: a, chart: r/b}]\n")]), "");
}

#[test]
fn helmfiles_under_other_names_are_told_by_their_keys() {
    let state = "repositories: [{name: r, url: u}]\nreleases: [{name: z, chart: r/z}]\n";
    let releases = "releases: [{name: z, chart: ./z}]\n";
    let object = "apiVersion: example.com/v1\nrepositories: []\nreleases: [{name: z, chart: r/z}]\n";
    let table = [
        ("kafka.helmfile.yaml", releases, 1),
        ("zk-helmfile.yml.gotmpl", releases, 1),
        ("releases.yaml", state, 1),
        ("releases.yaml.gotmpl", state, 1),
        ("releases.txt", state, 0),
        ("releases.yaml", object, 0),
    ];
    for (path, text, count) in table {
        assert_eq!(Memory::new(&[(path, text)]).read(path).releases.len(), count, "{path}");
    }
}

#[test]
fn helmfiles_name_others() {
    let text = "repositories: [{name: r, url: u}]\nhelmfiles: [apps/zk.yaml, {path: helmfile-two.yaml}, none.yaml, helmfile.yaml]\n";
    let other = "releases: [{name: z, chart: ./zk}]\nhelmfiles: [../helmfile.yaml, zk.yaml]\n";
    let files =
        [("helmfile.yaml", text), ("apps/zk.yaml", other), ("apps/zk/Chart.yaml", ""), ("helmfile-two.yaml", other)];
    let text = format!("{text}# releases\n");
    let files: Vec<(&str, &str)> =
        std::iter::once(("helmfile.yaml", text.as_str())).chain(files[1..].iter().copied()).collect();
    let reading = Memory::new(&files).read("helmfile.yaml");
    assert_eq!(reading.releases.len(), 1);
    assert_eq!(reading.releases[0].chart.folder.as_deref(), Some("apps/zk"));
    assert_eq!(&*reading.releases[0].object.place.file, "apps/zk.yaml");
}

#[test]
fn helmfiles_are_named_by_patterns_and_folders() {
    let files = [
        ("helmfile.yaml", ""),
        ("apps/a/release.yaml", "releases: [{name: a, chart: r/z}]\n"),
        ("apps/b/release.yaml", "releases: [{name: b, chart: r/z}]\n"),
        ("apps/b/c/release.yaml", "releases: [{name: c, chart: r/z}]\n"),
        ("apps/b/other.yaml", "releases: [{name: d, chart: r/z}]\n"),
        ("more/e.yaml.gotmpl", "releases: [{name: e, chart: r/z}]\n"),
        ("more/f.txt", "releases: [{name: f, chart: r/z}]\n"),
    ];
    let table = [
        ("apps/*/release.yaml", &["a", "b"][..]),
        ("./apps/[b-z]/*.yaml", &["d", "b"]),
        ("apps/*/*/release.yaml", &["c"]),
        ("more", &["e"]),
        ("more/*", &["e", "f"]),
        ("none/*.yaml", &[]),
        ("apps/[", &[]),
        ("../*.yaml", &[]),
    ];
    for (pattern, expected) in table {
        let text = format!("helmfiles: [\"{pattern}\"]\n");
        let mut files = files;
        files[0].1 = &text;
        let reading = Memory::new(&files).read("helmfile.yaml");
        let names: Vec<&str> = reading.releases.iter().map(|release| release.object.name.as_str()).collect();
        assert_eq!(names, expected, "{pattern}");
    }
}

#[test]
fn conditions_are_followed_where_they_are_known() {
    let table = [
        ("if .Values.yes", "a: 1"),
        ("if .Values.no", "a: 2"),
        ("if not .Values.no", "a: 1"),
        ("if eq .Values.name \"x\"", "a: 1"),
        ("if ne .Values.name \"x\"", "a: 2"),
        ("if .Values | get \"none\" false", "a: 2"),
        ("if .Values.no }}\n  a: 3\n{{ else if .Values.yes", "a: 1"),
        ("if .Values.yes }}\n  a: 3\n{{ else if .Values.yes", "a: 3"),
    ];
    for (condition, expected) in table {
        let text = format!(
            "environments: {{default: {{values: [{{yes: true, no: false, name: x}}]}}}}\n---\nreleases:\n- name: z\n  chart: r/z\n  values:\n  \
             - b: 0\n{{{{ {condition} }}}}\n    a: 1\n{{{{ else }}}}\n    a: 2\n{{{{ end }}}}\n"
        );
        let text = text
            .replace("\n  a: 3", "\n    a: 3")
            .replace("values: [{yes: true, no: false", "values: [{\"yes\": true, \"no\": false");
        let reading = Memory::new(&[("helmfile.yaml", &text)]).read("helmfile.yaml");
        let release = &reading.releases[0];
        let decided = decided(release, &["a"]).map(|(value, _)| format!("a: {value}"));
        assert_eq!(decided.as_deref(), Some(expected), "{condition}");
        assert_eq!(release.layers[0].unknown(), Vec::<Vec<String>>::new(), "{condition}");
    }
}

#[test]
fn other_environments_keep_conditions_open() {
    let text = "releases:\n{{ if eq .Environment.Name \"prod\" }}\n- name: z\n  chart: r/z\n{{ else }}\n- name: y\n  chart: r/y\n{{ end }}\n";
    let reading = Memory::new(&[("helmfile.yaml", text)]).read("helmfile.yaml");
    assert_eq!(reading.releases.len(), 2);
    assert!(reading.releases.iter().all(|release| format!("{:?}", release.presence).starts_with("Unknown")));
}

#[test]
fn releases_name_their_own_files() {
    let text = "templates:\n  t: {chart: 'r/{{`{{ .Release.Name }}`}}', values: ['{{`{{ .Release.Namespace }}`}}/{{ .Release.Name }}.yaml', '{{ .Release.Chart }}.yaml']}\n\
                releases: [{name: z, namespace: n, inherit: [{template: t}]}]\n";
    let told = layers(&[("helmfile.yaml", text), ("n/z.yaml", "a: 1\n")]);
    assert!(told.starts_with("release/z\n  chart z from -\n"), "{told}");
    assert!(told.contains("layer n/z.yaml: {\"a\":1}\n"), "{told}");
    assert!(told.contains("missing: a template computes the name of a values file"), "{told}");
}

#[test]
fn an_environment_counts_in_its_own_part() {
    let text = "environments: {default: {values: [{zk: {h: 4}}]}}\nreleases:\n- name: z\n  chart: r/z\n  values:\n  - a: {{ .Values.zk.h }}\n";
    assert!(layers(&[("helmfile.yaml", text)]).contains("layer releases[0].values[0]: {\"a\":4}\n"));
}
