//! What changes the manifests of a release after Helm has rendered them.

use tempfile::TempDir;

use super::program::{lint, report, verdicts, write};

/// The verdicts of releases of helmfile, each with a version of the chart and more of its own.
fn of_helmfile(table: &[(&str, &str, &str)]) -> Vec<String> {
    let release = |(name, version, more): &(&str, &str, &str)| {
        format!("- {{name: {name}, chart: bitnami/zookeeper, version: {version}{more}}}\n")
    };
    let releases: String = table.iter().map(release).collect();
    let file =
        format!("repositories: [{{name: bitnami, url: 'https://charts.bitnami.com/bitnami'}}]\nreleases:\n{releases}");
    let merge = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: z}\nspec: {template: {spec: {containers: [{name: z, \
                 env: [{name: A, value: b}]}]}}}\n";
    let folder = TempDir::new().unwrap();
    let files = [
        ("helmfile.yaml", file.as_str()),
        ("purge.sh", "sed 's/purgeInterval=0/purgeInterval=1/'\n"),
        ("other.sh", "cat\n"),
        ("patch.yaml", merge),
    ];
    write(folder.path(), &files);
    verdicts(&report(folder.path(), &["helmfile.yaml"])).into_iter().map(|(_, verdict)| verdict).collect()
}

/// What has the last word over all values is not judged by them: programs that name a setting, and this program itself.
#[test]
fn what_changes_manifests_behind_helm_leaves_doubt() {
    let table = [
        ("plain", "12.4.4", ""),
        ("by-autopurge", "12.4.4", ", postRenderer: ./bin/autopurge"),
        ("purges-itself", "12.5.0", ", postRenderer: autopurge"),
        ("only-warned", "12.4.4", ", postRenderer: autopurge, postRendererArgs: [--mode, warn]"),
        ("by-a-script", "12.4.4", ", postRenderer: ./purge.sh"),
        ("by-another-script", "12.4.4", ", postRenderer: ./other.sh"),
        ("patch-transformer", "12.5.0", ", transformers: [{kind: PatchTransformer, patch: 'a: b'}]"),
        (
            "image-transformer",
            "12.5.0",
            ", transformers: [{kind: ImageTagTransformer, imageTag: {name: a, newTag: b}}]",
        ),
        ("label-transformer", "12.5.0", ", transformers: [{kind: LabelTransformer, labels: {a: b}}]"),
        ("file-that-is-not-there", "12.5.0", ", transformers: [none.yaml]"),
        ("hook", "12.4.4", ", hooks: [{command: kubectl, args: [set, env, ZOO_AUTOPURGE_INTERVAL=1]}]"),
        ("hook-that-lints", "12.4.4", ", hooks: [{command: autopurge, args: [lint]}]"),
    ];
    let expected = [
        "never-purges",
        "unknown",
        "purges",
        "never-purges",
        "unknown",
        "never-purges",
        "unknown",
        "unknown",
        "purges",
        "unknown",
        "unknown",
        "never-purges",
    ];
    assert_eq!(of_helmfile(&table), expected);
}

/// Patches name places and not settings: what they reach decides.
#[test]
fn patches_behind_helm_leave_doubt_where_they_reach_a_server() {
    let json = |target: &str, operation: &str| {
        format!(", jsonPatches: [{{target: {{kind: {target}}}, patch: [{{op: {operation}}}]}}]")
    };
    let merge = |spec: &str| {
        format!(
            ", strategicMergePatches: [{{apiVersion: apps/v1, kind: StatefulSet, metadata: {{name: z}}, spec: {spec}}}]"
        )
    };
    let container = |fields: &str| merge(&format!("{{template: {{spec: {{containers: [{{name: z, {fields}}}]}}}}}}"));
    let table = [
        (json("StatefulSet", "remove, path: /spec/template/spec/containers/0/env/3"), "unknown"),
        (json("StatefulSet", "add, path: /spec/replicas, value: 3"), "purges"),
        (json("Service", "remove, path: /spec/type"), "purges"),
        (merge("{replicas: 3}"), "purges"),
        (container("resources: {}"), "purges"),
        (container("env: [{name: A, value: b}]"), "unknown"),
        (", strategicMergePatches: [{spec: {replicas: 3}}]".to_owned(), "unknown"),
        (", strategicMergePatches: [patch.yaml]".to_owned(), "unknown"),
        (", strategicMergePatches: [none.yaml]".to_owned(), "unknown"),
    ];
    let releases = table.each_ref().map(|(more, _)| ("zk", "12.5.0", more.as_str()));
    assert_eq!(of_helmfile(&releases), table.map(|(_, verdict)| verdict));
}

/// The setup that README shows does not fail a pipeline, and the values are still offered.
#[test]
fn a_release_that_the_post_renderer_patches_is_unknown() {
    let resource = |postrender: &str| {
        format!(
            "resource \"helm_release\" \"zk\" {{\n  repository = \"https://charts.bitnami.com/bitnami\"\n  \
             chart = \"zookeeper\"\n  version = \"12.4.4\"\n  {postrender}\n}}\n"
        )
    };
    let table = [
        ("postrender = { binary_path = \"autopurge\", args = [\"post-render\"] }", "unknown"),
        ("postrender {\n    binary_path = \"${path.module}/bin/autopurge\"\n  }", "unknown"),
        (
            "postrender {\n    binary_path = \"sed\"\n    args = [\"s/purgeInterval=0/purgeInterval=1/\"]\n  }",
            "unknown",
        ),
        ("postrender = { binary_path = \"autopurge\", args = [\"post-render\", \"--mode=warn\"] }", "never-purges"),
        ("postrender = { binary_path = \"kustomize\" }", "never-purges"),
    ];
    for (postrender, verdict) in table {
        let folder = TempDir::new().unwrap();
        write(folder.path(), &[("main.tf", &resource(postrender))]);
        assert_eq!(
            verdicts(&report(folder.path(), &["main.tf"])),
            [(String::new(), verdict.to_owned())],
            "{postrender}"
        );
        assert_eq!(lint(folder.path(), &["main.tf"]).code, i32::from(verdict == "never-purges"), "{postrender}");
    }
}
