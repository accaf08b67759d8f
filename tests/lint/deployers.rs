//! What Argo CD, Flux and Fleet add to the kustomizations and folders that they deploy.

use serde_json::Value;
use tempfile::TempDir;

use super::overlays::{server, servers};
use super::program::{lint, report, text, write};

/// An operation that sets the interval of every stateful set.
fn operation(hours: &str) -> String {
    format!("[{{op: replace, path: /spec/template/spec/containers/0/env/0/value, value: \"{hours}\"}}]")
}

/// A list with that operation, in flow style.
fn patches(hours: &str) -> String {
    format!("patches: [{{target: {{kind: StatefulSet}}, patch: '{}'}}]", operation(hours))
}

/// An application that deploys a folder.
fn application(path: &str, kustomize: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: zk}}\nspec:\n  source:\n    repoURL: \
         https://example.com/acme/repo\n    path: {path}\n    kustomize:\n      {kustomize}\n"
    )
}

/// A `Kustomization` of Flux that deploys a folder.
fn flux(path: &str, spec: &str) -> String {
    format!(
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: zk, namespace: flux-system}}\nspec:\n  \
         path: {path}\n  prune: true\n  sourceRef: {{kind: GitRepository, name: flux-system}}\n  {spec}\n"
    )
}

/// Paths and texts.
type Files<'f> = &'f [(&'f str, &'f str)];

/// A folder with these files.
fn repository(files: Files<'_>) -> TempDir {
    let folder = TempDir::new().unwrap();
    write(folder.path(), files);
    folder
}

/// Overlay and verdict of each server of a repository.
fn judged(files: Files<'_>) -> String {
    servers(&report(repository(files).path(), &["."])).join(", ")
}

/// A base with an interval, and what deploys it.
fn deployed(hours: u8, kustomization: &str, deployer: &str) -> String {
    judged(&[
        ("base/zk.yaml", &server(hours)),
        ("base/kustomization.yaml", &format!("resources: [zk.yaml]\n{kustomization}")),
        ("part/kustomization.yaml", &format!("kind: Component\n{}\n", patches("0"))),
        ("deploy.yaml", deployer),
    ])
}

#[test]
fn what_argo_adds_to_a_kustomization_counts() {
    let table = [
        (1, "{}".to_owned(), "purges"),
        (1, patches("0"), "Application/zk never-purges"),
        (0, patches("1"), "Application/zk purges"),
        (1, "patches: [{path: p.yaml}]".to_owned(), "Application/zk unknown"),
        (1, "images: ['docker.io/bitnami/zookeeper=zookeeper:3.8']".to_owned(), "Application/zk never-purges"),
        (1, "images: ['other=zookeeper:3.8']".to_owned(), "purges"),
        (1, "images: [$IMAGE]".to_owned(), "Application/zk unknown"),
        (1, "components: [../part]".to_owned(), "Application/zk never-purges"),
        (1, "components: [../none]".to_owned(), "Application/zk unknown"),
        (
            1,
            "{namePrefix: a-, replicas: [{name: zk, count: 3}], commonLabels: {a: b}, other: [1]}".to_owned(),
            "purges",
        ),
    ];
    for (hours, kustomize, expected) in table {
        assert_eq!(deployed(hours, "", &application("base", &kustomize)), expected, "{kustomize}");
    }
    for other in ["elsewhere", "../base"] {
        assert_eq!(deployed(1, "", &application(other, &patches("0"))), "purges", "{other}");
    }
    let sources = application("base", &patches("0")).replace("source:\n    ", "sources:\n  - ");
    assert_eq!(deployed(1, "", &sources), "Application/zk never-purges");
}

/// It changes the kustomization itself, rather than what comes out of it.
#[test]
fn what_argo_adds_takes_its_place_among_what_is_there() {
    let image = "docker.io/bitnami/zookeeper";
    let table = [
        (patches("0"), patches("2"), "Application/zk purges"),
        (format!("images: [{{name: {image}, newName: zookeeper}}]"), format!("images: ['{image}:3.9.3']"), "purges"),
        (format!("images: [{{name: {image}, newName: zookeeper}}]"), "images: ['a:1']".to_owned(), "base never-purges"),
        // The patches of the list come before the operations of the older one.
        (
            format!("patchesJson6902: [{{target: {{kind: StatefulSet, name: zk}}, patch: '{}'}}]", operation("0")),
            patches("1"),
            "base never-purges",
        ),
        (
            "namePrefix: a-".to_owned(),
            patches("0").replace("kind: StatefulSet", "name: zk"),
            "Application/zk never-purges",
        ),
    ];
    for (own, added, expected) in table {
        let own = format!("{own}\n");
        assert_eq!(deployed(1, &own, &application("base", &added)), expected, "{own} {added}");
    }
}

/// Lists in the files beside the kustomization take the place of those of the application.
#[test]
fn files_that_override_a_source_are_merged_into_it() {
    let (on, off) = (format!("kustomize: {{{}}}\n", patches("2")), format!("kustomize: {{{}}}\n", patches("0")));
    let image = "kustomize: {images: ['docker.io/bitnami/zookeeper=zookeeper:3.8']}\n";
    let table = [
        (".argocd-source.yaml", off.as_str(), "{}".to_owned(), "Application/zk never-purges"),
        (".argocd-source-zk.yaml", &on, patches("0"), "Application/zk purges"),
        (".argocd-source-other.yaml", &off, patches("2"), "Application/zk purges"),
        (".argocd-source-zk.yaml", image, patches("2"), "Application/zk never-purges"),
        (".argocd-source.yaml", "helm: {}\n", patches("2"), "Application/zk purges"),
    ];
    for (name, text, kustomize, expected) in table {
        let files = [
            ("base/zk.yaml", server(1).as_str()),
            ("base/kustomization.yaml", "resources: [zk.yaml]\n"),
            (&format!("base/{name}"), text),
            ("deploy.yaml", &application("base", &kustomize)),
        ]
        .map(|(path, text)| (path.to_owned(), text.to_owned()));
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        assert_eq!(judged(&files), expected, "{name} {text}");
    }
}

#[test]
fn each_application_of_a_set_deploys_its_own() {
    let set = |generators: &str, patch: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {{name: all}}\nspec:\n  generators: [{generators}]\n  \
             template:\n    metadata: {{name: a}}\n    spec:\n      source:\n        repoURL: https://example.com/r\n        path: base\n        \
             kustomize:\n          patches:\n          - target: {{kind: StatefulSet}}\n            patch: |-\n              - op: replace\n                \
             path: {patch}\n"
        )
    };
    let value = "/spec/template/spec/containers/0/env/0/value\n                value: '{{hours}}'";
    let list = "{list: {elements: [{name: a, hours: '1'}, {name: b, hours: '0'}]}}";
    let table = [
        (set(list, value), "ApplicationSet/all, a purges, ApplicationSet/all, b never-purges"),
        (set("{clusters: {}}", value), "ApplicationSet/all unknown"),
        (set("{clusters: {}}", "/spec/replicas\n                value: '{{hours}}'"), "purges"),
        (
            format!(
                "{}  templatePatch: 'spec: {{source: {{kustomize: {{}}}}}}'\n",
                set(list, "/spec/replicas\n                value: 1")
            ),
            "ApplicationSet/all, a unknown",
        ),
    ];
    for (set, expected) in table {
        assert_eq!(deployed(1, "", &set), expected, "{set}");
    }
}

#[test]
fn what_flux_adds_to_a_kustomization_counts() {
    let merge = |hours: &str| {
        format!(
            "{{apiVersion: apps/v1, kind: StatefulSet, metadata: {{name: zk}}, spec: {{template: {{spec: {{containers: [{{name: zookeeper, \
             env: [{{name: ZOO_AUTOPURGE_INTERVAL, value: \"{hours}\"}}]}}]}}}}}}}}"
        )
    };
    let table = [
        (1, String::new(), "purges"),
        (1, "targetNamespace: a".to_owned(), "purges"),
        (1, patches("0"), "Kustomization/zk never-purges"),
        (0, format!("patches: [{{patch: '{}'}}]", merge("1")), "Kustomization/zk purges"),
        (1, format!("patchesStrategicMerge: [{}]", merge("0")), "Kustomization/zk never-purges"),
        (
            1,
            format!("patchesJson6902: [{{target: {{kind: StatefulSet, name: zk}}, patch: {}}}]", operation("0")),
            "Kustomization/zk never-purges",
        ),
        (
            1,
            "images: [{name: docker.io/bitnami/zookeeper, newName: zookeeper}]".to_owned(),
            "Kustomization/zk never-purges",
        ),
        (1, "components: [../part]".to_owned(), "Kustomization/zk never-purges"),
        (1, "{}".to_owned().replace("{}", "postBuild: {substitute: {A: b}}"), "purges"),
    ];
    for (hours, spec, expected) in table {
        for path in ["./base", "base/"] {
            assert_eq!(deployed(hours, "", &flux(path, &spec)), expected, "{path} {spec}");
        }
    }
}

/// Flux makes a kustomization of a folder without one, of all files and kustomizations below it.
#[test]
fn flux_deploys_folders_without_a_kustomization() {
    let (zk, off) = (server(1), flux("./apps", &patches("0")));
    let never = "Kustomization/zk never-purges";
    assert_eq!(judged(&[("apps/a/b/zk.yaml", &zk), ("ks.yaml", &off)]), never);
    let kustomization = ("apps/a/kustomization.yaml", "resources: [b/zk.yaml]\n");
    assert_eq!(judged(&[("apps/a/b/zk.yaml", &zk), kustomization, ("ks.yaml", &off)]), never);
    // The kustomization in the folder does not name it.
    let other = ("apps/kustomization.yaml", "resources: [other.yaml]\n");
    assert_eq!(judged(&[("apps/a/zk.yaml", &zk), other, ("ks.yaml", &off)]), "purges");
    assert_eq!(judged(&[("other/zk.yaml", &zk), ("ks.yaml", &off)]), "purges");
}

/// What is deployed as it is counts, too, where an overlay patches it for somewhere else.
#[test]
fn a_base_that_is_deployed_itself_is_judged_itself() {
    let files = |deployer: &str| {
        judged(&[
            ("base/zk.yaml", &server(0)),
            ("base/kustomization.yaml", "resources: [zk.yaml]\n"),
            ("prod/kustomization.yaml", &format!("resources: [../base]\n{}\n", patches("1"))),
            ("ks.yaml", deployer),
        ])
    };
    assert_eq!(files("a: b\n"), "prod purges");
    assert_eq!(files(&flux("prod", "")), "prod purges");
    assert_eq!(files(&flux("base", "")), "base never-purges, prod purges");
    assert_eq!(files(&application("base", "namePrefix: a-")), "base never-purges, prod purges");
}

/// Deployers of one name are told apart by their files, and those that do the same are one.
#[test]
fn clusters_are_told_apart() {
    let files = |hours: [&str; 2]| {
        judged(&[
            ("base/zk.yaml", &server(1)),
            ("base/kustomization.yaml", "resources: [zk.yaml]\n"),
            ("clusters/a/zk.yaml", &flux("base", &patches(hours[0]))),
            ("clusters/b/zk.yaml", &flux("base", &patches(hours[1]))),
        ])
    };
    let told = "Kustomization/zk in clusters/a/zk.yaml never-purges, Kustomization/zk in clusters/b/zk.yaml purges";
    assert_eq!(files(["0", "2"]), told);
    assert_eq!(files(["0", "0"]), "Kustomization/zk in clusters/a/zk.yaml never-purges");
}

/// Fleet patches plain files, and builds another kustomization for a target.
#[test]
fn overlays_of_fleet_are_for_plain_files() {
    let merge = "spec: {template: {spec: {containers: [{name: zookeeper, env: [{name: ZOO_AUTOPURGE_INTERVAL, value: '0'}]}]}}}\n";
    let zk = server(1);
    let target = "targetCustomizations:\n- name: prod\n  yaml: {overlays: [off]}\n";
    let table: [(&str, Files<'_>, &str); 7] = [
        (target, &[("zk/zk.yaml", &zk)], "zk purges, fleet/zk, prod never-purges"),
        ("yaml: {overlays: [off]}\n", &[("zk/zk.yaml", &zk)], "fleet/zk never-purges"),
        ("yaml: {overlays: [none]}\n", &[("zk/zk.yaml", &zk)], "purges"),
        (target, &[("zk/base/zk.yaml", &zk)], "purges"),
        (
            "kustomize: {dir: base}\ntargetCustomizations:\n- name: prod\n  yaml: {overlays: [off]}\n",
            &[("zk/base/zk.yaml", &zk), ("zk/base/kustomization.yaml", "resources: [zk.yaml]\n")],
            "purges",
        ),
        (
            "yaml: {overlays: [other]}\n",
            &[("zk/zk.yaml", &zk), ("zk/overlays/other/zk.yaml", "a: b\n")],
            "fleet/zk unknown",
        ),
        (
            "kustomize: {dir: base}\ntargetCustomizations:\n- name: prod\n  kustomize: {dir: prod}\n",
            &[
                ("zk/base/zk.yaml", &zk),
                ("zk/base/kustomization.yaml", "resources: [zk.yaml]\n"),
                (
                    "zk/prod/kustomization.yaml",
                    "resources: [../base]\npatches: [{target: {kind: StatefulSet}, patch: '[{op: remove, path: /spec/template/spec/containers/0/env}]'}]\n",
                ),
            ],
            "zk/base purges, zk/prod never-purges",
        ),
    ];
    for (bundle, files, expected) in table {
        let mut all = vec![("zk/fleet.yaml", bundle), ("zk/overlays/off/zk_patch.yaml", merge)];
        all.extend(files);
        assert_eq!(judged(&all), expected, "{bundle} {files:?}");
    }
}

/// File, line and check of each error, and whether it has a fix.
fn errors(report: &Value) -> Vec<String> {
    let findings = report["findings"].as_array().expect("findings").iter();
    let errors = findings.filter(|finding| finding["severity"] == "error");
    let told = |finding: &Value| {
        let is_fixed = finding["fix"].as_array().is_some_and(|fix| !fix.is_empty());
        format!("{}:{} {}", finding["path"].as_str().unwrap_or_default(), finding["line"], is_fixed)
    };
    errors.map(told).collect()
}

/// A fix that the layer above undoes is not made; one that it leaves alone is.
#[test]
fn fixes_are_made_where_they_last() {
    let harmless = "patches: [{target: {kind: StatefulSet}, patch: '[{op: add, path: /spec/replicas, value: 3}]'}]";
    for (added, told, hours) in
        [(patches("0"), "deploy.yaml:8 false", 0), (harmless.to_owned(), "base/zk.yaml:13 true", 1)]
    {
        for deployer in [application("base", &added), flux("base", &added)] {
            let folder = repository(&[
                ("base/zk.yaml", &server(0)),
                ("base/kustomization.yaml", "resources: [zk.yaml]\n"),
                ("deploy.yaml", &deployer),
            ]);
            let [error] = errors(&report(folder.path(), &["."])).try_into().expect("one error");
            // Both name the file and whether it is fixed; the line of the patch is theirs.
            let parts = |told: &str| told.split([':', ' ']).map(str::to_owned).collect::<Vec<_>>();
            let (error, told) = (parts(&error), parts(told));
            assert_eq!((&error[0], &error[2]), (&told[0], &told[2]), "{deployer}");
            lint(folder.path(), &["--fix", "."]);
            assert_eq!(text(folder.path(), "base/zk.yaml"), server(hours), "{deployer}");
        }
    }
}

/// A patch that is for every release gets no values of one of them.
#[test]
fn values_are_added_to_the_release_rather_than_to_a_patch_of_all() {
    let release = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: zk}\nspec:\n  chart: {spec: {chart: zookeeper, \
                   version: 11.0.3, sourceRef: {kind: HelmRepository, name: bitnami}}}\n";
    let patch = |target: &str| {
        let merge = "{apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, metadata: {name: zk}, spec: {upgrade: {force: true}}}";
        flux("apps", &format!("patches:\n  - target: {target}\n    patch: |\n      {merge}"))
    };
    for (target, fixed) in [("{kind: HelmRelease}", "apps/zk.yaml"), ("{kind: HelmRelease, name: zk}", "deploy.yaml")] {
        let deployer = patch(target);
        let folder = repository(&[("apps/zk.yaml", release), ("deploy.yaml", &deployer)]);
        lint(folder.path(), &["--fix", "."]);
        let is_changed = |path: &str, before: &str| text(folder.path(), path) != before;
        assert!(is_changed(fixed, if fixed == "deploy.yaml" { &deployer } else { release }), "{target}");
        assert_eq!(servers(&report(folder.path(), &["."])), ["Kustomization/zk purges"], "{target}");
    }
}

/// Naming what deploys a folder stands for the folder.
#[test]
fn what_deploys_a_folder_stands_for_it() {
    for deployer in [application("base", &patches("0")), flux("base", &patches("0"))] {
        let folder = repository(&[
            ("base/zk.yaml", &server(1)),
            ("base/kustomization.yaml", "resources: [zk.yaml]\n"),
            ("clusters/deploy.yaml", &deployer),
        ]);
        for named in ["clusters/deploy.yaml", "base", "base/zk.yaml"] {
            let servers = servers(&report(folder.path(), &[named]));
            assert!(matches!(servers.as_slice(), [one] if one.ends_with("/zk never-purges")), "{named} {servers:?}");
        }
    }
}

/// The files of a folder without a kustomization are deployed together, and changed together.
#[test]
fn what_deploys_a_folder_changes_the_config_map_in_another_file() {
    let server = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: zk}\nspec: {template: {spec: {containers: [{name: zk, \
                  image: 'zookeeper:3.9', volumeMounts: [{name: c, mountPath: /conf}]}], volumes: [{name: c, configMap: \
                  {name: zk}}]}}}\n";
    let map = |hours: &str| {
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: zk}}\ndata: {{zoo.cfg: autopurge.purgeInterval={hours}}}\n"
        )
    };
    let patch = map("0").replace('\n', "\n        ");
    let patching = flux("./app", &format!("patches:\n  - patch: |\n        {patch}"));
    let listing = "resources: [zk.yaml, map.yaml]\n";
    for (deployer, expected) in [
        (flux("./app", "timeout: 1m"), "purges"),
        (flux("./app", "images: [{name: other, newName: zookeeper}]"), "purges"),
        (patching, "Kustomization/zk never-purges"),
    ] {
        let files = [("app/zk.yaml", server), ("app/map.yaml", &map("1")), ("deploy.yaml", &deployer)];
        assert_eq!(judged(&files), expected, "{deployer}");
        let kustomized = [files.as_slice(), &[("app/kustomization.yaml", listing)]].concat();
        assert_eq!(judged(&kustomized), expected, "with a kustomization: {deployer}");
        let folder = repository(&kustomized);
        let read = servers(&report(folder.path(), &["app/map.yaml"])).join(", ");
        assert_eq!(read, expected, "what reads the map: {deployer}");
    }
}
