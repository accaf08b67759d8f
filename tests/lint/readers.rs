//! Files that are named, and the GitOps files that read them.

use tempfile::TempDir;

use super::program::{report, verdicts, write};

/// Hooks and jobs that look at one file or folder see what it does to what is deployed with it.
#[test]
fn what_reads_a_file_that_is_named_is_judged() {
    let app = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: zk}\nspec:\n  sources:\n  - {repoURL: r, ref: v}\n  - \
               {repoURL: 'https://charts.bitnami.com/bitnami', chart: zookeeper, targetRevision: 13.0.0, helm: {valueFiles: [$v/values/zk.yaml]}}\n";
    let release = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: zk, namespace: a}\nspec:\n  chart: {spec: {chart: zookeeper, version: \
                   13.0.0, sourceRef: {kind: HelmRepository, name: bitnami}}}\n";
    let patch = "resources: [../../base]\npatches:\n- target: {kind: HelmRelease}\n  patch: |\n    - {op: add, path: /spec/values, value: {autopurge: {purgeInterval: 0}}}\n";
    let helmfile = "environments:\n  prod: {values: [env/prod.yaml]}\nreleases:\n- name: zk\n  chart: oci://registry-1.docker.io/bitnamicharts/zookeeper\n  \
                    version: 13.0.0\n  values: [{autopurge: {purgeInterval: {{ .Values.hours }}}}]\n";
    let terraform = "variable \"hours\" {}\nresource \"helm_release\" \"zk\" {\n  name = \"zk\"\n  repository = \"https://charts.bitnami.com/bitnami\"\n  \
                     chart = \"zookeeper\"\n  version = \"13.0.0\"\n  set = [{ name = \"autopurge.purgeInterval\", value = var.hours }]\n}\n";
    let files = [
        (".git/HEAD", "ref: x\n"),
        ("argo/app.yaml", app),
        ("values/zk.yaml", "autopurge: {purgeInterval: 0}\n"),
        ("base/release.yaml", release),
        ("base/kustomization.yaml", "resources: [release.yaml]\n"),
        ("overlays/prod/kustomization.yaml", patch),
        ("hf/helmfile.yaml", helmfile),
        ("hf/env/prod.yaml", "hours: 0\n"),
        ("tf/zk/main.tf", terraform),
        ("tf/main.tf", "variable \"h\" {}\nmodule \"zk\" {\n  source = \"./zk\"\n  hours = var.h\n}\n"),
        ("tf/terraform.tfvars", "h = 0\n"),
        ("other.yaml", "autopurge: {purgeInterval: 0}\n"),
    ];
    let folder = TempDir::new().unwrap();
    write(folder.path(), &files);
    for (named, servers) in [
        ("values/zk.yaml", 1),
        ("overlays/prod", 1),
        ("hf/env/prod.yaml", 1),
        ("tf/terraform.tfvars", 1),
        ("tf/main.tf", 1),
        ("other.yaml", 0),
        (".", 4),
    ] {
        let found = verdicts(&report(folder.path(), &[named]));
        assert_eq!(found.len(), servers, "{named}: {found:?}");
        assert!(found.iter().all(|(_, verdict)| verdict == "never-purges"), "{named}: {found:?}");
    }
}

/// However a file is written, and whatever is named beside it.
#[test]
fn a_file_is_named_in_any_spelling() {
    let folder = TempDir::new().unwrap();
    let helmfile = "releases:\n- name: zk\n  chart: oci://registry-1.docker.io/bitnamicharts/zookeeper\n  version: 13.0.0\n  \
                    values: [values/v.yaml]\n";
    let files = [
        (".git/HEAD", "ref: x\n"),
        ("hf/helmfile.yaml", helmfile),
        ("hf/values/v.yaml", "autopurge: {purgeInterval: 0}\n"),
    ];
    write(folder.path(), &files);
    let folder = folder.path().join("hf");
    let absolute = folder.join("values/v.yaml").display().to_string();
    for named in [
        &["values/v.yaml"][..],
        &["./values/v.yaml"],
        &["values/./v.yaml"],
        &["values", "values/v.yaml"],
        &["values/v.yaml", "values"],
        &["values/v.yaml", "./values/v.yaml"],
        &[absolute.as_str()],
    ] {
        let found = verdicts(&report(&folder, named));
        assert!(matches!(found.as_slice(), [(_, verdict)] if verdict == "never-purges"), "{named:?}: {found:?}");
    }
    assert_eq!(verdicts(&report(&folder, &["values"])), []);
}
