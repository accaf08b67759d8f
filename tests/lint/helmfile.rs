//! Releases of helmfiles, with the environments and files that they take their values from.

use std::path::Path;

use tempfile::TempDir;

use super::program::{lint, text, told, write};

/// A helmfile with the environments `default` and `prod` in files, whose release has some values.
fn with_environments(folder: &Path, (default, prod): (&str, &str), values: &str) {
    let state = format!(
        "environments:\n  default:\n    values:\n      - envs/default.yaml\n  prod:\n    values:\n      - envs/prod.yaml\n---\n{}",
        release(values)
    );
    let files = [("helmfile.yaml.gotmpl", state.as_str()), ("envs/default.yaml", default), ("envs/prod.yaml", prod)];
    write(folder, &files);
}

fn release(values: &str) -> String {
    format!(
        "repositories:\n  - {{name: bitnami, url: https://charts.bitnami.com/bitnami}}\nreleases:\n  - name: zk\n    \
         chart: bitnami/zookeeper\n    version: 11.0.2\n    values:\n{values}"
    )
}

const TEMPLATE: &str = "      - autopurge:\n          purgeInterval: {{ .Values.zk.hours }}\n";

#[test]
fn another_environment_than_the_default_one_may_never_purge() {
    let folder = TempDir::new().unwrap();
    with_environments(folder.path(), ("zk: {hours: 2}\n", "zk: {hours: 0}\n"), TEMPLATE);
    assert_eq!(told(folder.path()), ["0 \"purges\"", "1 \"never-purges\""]);
    let ran = lint(folder.path(), &["--format", "concise", "."]);
    assert!(ran.stdout.contains("envs/prod.yaml:1:13: error[purge-disabled]"), "{}", ran.stdout);
    assert!(ran.stdout.contains("release/zk[prod]"), "{}", ran.stdout);
}

#[test]
fn a_value_of_an_environment_is_changed_in_its_own_file() {
    let folder = TempDir::new().unwrap();
    with_environments(folder.path(), ("zk: {hours: 0}\n", "zk: {hours: \"0\"}\n"), TEMPLATE);
    let state = text(folder.path(), "helmfile.yaml.gotmpl");
    assert_eq!(lint(folder.path(), &["--fix", "."]).code, 0);
    assert_eq!(text(folder.path(), "helmfile.yaml.gotmpl"), state);
    assert_eq!(text(folder.path(), "envs/default.yaml"), "zk: {hours: 1}\n");
    assert_eq!(text(folder.path(), "envs/prod.yaml"), "zk: {hours: \"1\"}\n");
}

#[test]
fn environments_that_differ_in_nothing_that_counts_are_told_once() {
    let folder = TempDir::new().unwrap();
    let values = "      - replicaCount: {{ .Values.zk.hours }}\n";
    with_environments(folder.path(), ("zk: {hours: 1}\n", "zk: {hours: 3}\n"), values);
    assert_eq!(told(folder.path()), ["0 \"never-purges\""]);
    let ran = lint(folder.path(), &["--format", "concise", "."]);
    assert!(ran.stdout.contains(" release/zk "), "{}", ran.stdout);
    assert_eq!(lint(folder.path(), &["--fix", "."]).code, 0);
    assert!(text(folder.path(), "helmfile.yaml.gotmpl").ends_with("autopurge:\n          purgeInterval: 1\n"));
}

#[test]
fn a_fix_leaves_other_environments_and_templates_as_they_are() {
    let fallback = "      - autopurge:\n          purgeInterval: {{ .Values | get \"zk.none\" 0 }}\n";
    let one_of_two = "      - {{ if eq .Environment.Name \"prod\" }}{autopurge: {purgeInterval: 6}}{{ else }}{replicaCount: 1}{{ end }}\n      \
                      - {autopurge: {snapRetainCount: 3}}\n";
    let table = [
        (("zk: {}\n", "zk: {}\n"), fallback, "inserts it: change what that renders to"),
        (("zk: {}\n", "zk: {}\n"), one_of_two, "would also change the environment prod"),
    ];
    for (environments, values, reason) in table {
        let folder = TempDir::new().unwrap();
        with_environments(folder.path(), environments, values);
        let state = text(folder.path(), "helmfile.yaml.gotmpl");
        let ran = lint(folder.path(), &["--fix", "."]);
        assert_eq!(ran.code, 1, "{}", ran.stdout);
        assert!(ran.stdout.contains(reason), "{}", ran.stdout);
        assert_eq!(text(folder.path(), "helmfile.yaml.gotmpl"), state);
    }
}

/// helmfile's own way to have one file per release.
#[test]
fn a_value_goes_into_the_file_that_the_release_alone_reads() {
    let state = |list: &str| {
        format!(
            "repositories:\n  - {{name: bitnami, url: https://charts.bitnami.com/bitnami}}\ntemplates:\n  default: &default\n    \
             values:\n      - {list}\nreleases:\n  - name: one\n    <<: *default\n    chart: bitnami/zookeeper\n    version: 10.2.0\n  \
             - name: two\n    <<: *default\n    chart: bitnami/zookeeper\n    version: 10.2.0\n"
        )
    };
    let own = "values/{{`{{ .Release.Name }}`}}.yaml";
    for (list, code, one) in [(own, 0, "# one\nautopurge:\n  purgeInterval: 1\n"), ("values/one.yaml", 1, "# one\n")] {
        let folder = TempDir::new().unwrap();
        let state = state(list);
        let files = [
            ("helmfile.yaml", state.as_str()),
            ("values/one.yaml", "# one\n"),
            ("values/two.yaml", "{replicaCount: 3}\n"),
        ];
        write(folder.path(), &files);
        let ran = lint(folder.path(), &["--fix", "."]);
        assert_eq!(ran.code, code, "{}", ran.stdout);
        assert_eq!(text(folder.path(), "helmfile.yaml"), state);
        assert_eq!(text(folder.path(), "values/one.yaml"), one);
        let advice = "Permanent fix: set autopurge.purgeInterval to 1 where the values come from (or `--set";
        assert_eq!(ran.stdout.contains(advice), code == 1, "{}", ran.stdout);
    }
}

/// A part that is not written in an environment stays where it is, on lines of its own.
#[test]
fn lines_go_in_front_of_a_part_that_is_written_elsewhere() {
    let head = "repositories:\n- name: bitnami\n  url: https://charts.bitnami.com/bitnami\nreleases:\n- name: zk\n  chart: bitnami/zookeeper\n  version: ";
    let other = "- name: extra\n  chart: bitnami/redis\n";
    let cure = "\n  values:\n  - autopurge:\n      purgeInterval: 1\n";
    let table = [
        ("11.0.0", format!("{{{{- if .Values | get \"extra\" false }}}}\n{other}{{{{- end }}}}\n")),
        ("11.0.0", format!("{{{{ if .Values | get \"extra\" false }}}}\n{other}{{{{ end }}}}\n")),
        (
            "{{ \"11.0.0\" | quote }}",
            format!(
                "{{{{- if .Values | get \"extra\" false }}}}\n{other}{{{{- end }}}}\n- name: last\n  chart: bitnami/redis\n"
            ),
        ),
        ("11.0.0", format!("{{{{- /* the rest */}}}}\n{other}")),
    ];
    for (version, rest) in table {
        let folder = TempDir::new().unwrap();
        write(folder.path(), &[("helmfile.yaml.gotmpl", &format!("{head}{version}\n{rest}"))]);
        let ran = lint(folder.path(), &["--fix", "."]);
        assert_eq!(ran.code, 0, "{}", ran.stdout);
        assert_eq!(text(folder.path(), "helmfile.yaml.gotmpl"), format!("{head}{version}{cure}{rest}"));
    }
}

#[test]
fn a_key_that_is_written_elsewhere_is_not_written_twice() {
    let head = "repositories:\n- name: bitnami\n  url: https://charts.bitnami.com/bitnami\nreleases:\n- name: zk\n  chart: bitnami/zookeeper\n  version: 11.0.0\n";
    let values = "{{- if .Values | get \"large\" false }}\n  values:\n  - replicaCount: 5\n{{- end }}\n";
    for rest in ["", "  namespace: zk\n", "- name: last\n  chart: bitnami/redis\n"] {
        let folder = TempDir::new().unwrap();
        let state = format!("{head}{values}{rest}");
        write(folder.path(), &[("helmfile.yaml.gotmpl", &state)]);
        let ran = lint(folder.path(), &["--fix", "."]);
        assert_eq!(ran.code, 1, "{}", ran.stdout);
        assert!(
            ran.stdout.contains("a part of the template that writes nothing here has the same key"),
            "{}",
            ran.stdout
        );
        assert_eq!(text(folder.path(), "helmfile.yaml.gotmpl"), state);
    }
}

/// Before helmfile 1.0 every state file is a template, whatever its name.
#[test]
fn a_helmfile_is_no_manifest() {
    let state = "{{- $version := \"13.0.0\" }}\nrepositories:\n- name: bitnami\n  url: https://charts.bitnami.com/bitnami\nreleases:\n{{- if true }}\n\
                 - name: zk\n  namespace: \"{{ env \"NS\" | default \"zk\" }}\"\n  chart: bitnami/zookeeper\n  version: 13.0.0\n{{- end }}\n";
    for path in ["helmfile.yaml", "helmfile.d/zookeeper.yaml"] {
        let folder = TempDir::new().unwrap();
        write(folder.path(), &[(path, state)]);
        let ran = lint(folder.path(), &["."]);
        assert_eq!(ran.code, 0, "{}", ran.stdout);
        assert_eq!(told(folder.path()), ["0 \"purges\""]);
    }
}
