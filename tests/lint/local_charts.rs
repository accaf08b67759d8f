//! Charts in folders: dependencies with `file://`, and releases of a path.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::program::{application, lint, report, text, verdicts, write};
use crate::tool::tool;

/// A copy of Bitnami's chart that purges every so many hours.
fn copied(version: &str, hours: u32) -> [(String, String); 2] {
    let chart =
        format!("apiVersion: v2\nname: zookeeper\nversion: {version}\nsources: [https://github.com/bitnami/charts]\n");
    let values = format!(
        "image: {{repository: bitnami/zookeeper}}\nheapSize: 1024\nfourlwCommandsWhitelist: ruok\n\
         autopurge: {{purgeInterval: {hours}}}\n"
    );
    [("zookeeper/Chart.yaml".to_owned(), chart), ("zookeeper/values.yaml".to_owned(), values)]
}

fn write_copy(folder: &Path, version: &str, hours: u32) {
    let files = copied(version, hours);
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    write(folder, &files);
}

/// A chart with one dependency.
fn umbrella(name: &str, dependency: &str) -> String {
    format!("apiVersion: v2\nname: {name}\nversion: 0.1.0\ndependencies:\n  - {{{dependency}}}\n")
}

fn of_umbrella(folder: &Path) -> Vec<String> {
    let servers = verdicts(&report(folder, &["umbrella"]));
    servers.iter().map(|(prefix, verdict)| format!("{prefix} {verdict}")).collect()
}

/// Helm packs the folder: what the vendor published under that version says nothing.
#[test]
fn the_chart_in_the_folder_decides() {
    let table = [
        ("12.4.4", 3, "12.4.4", "../zookeeper", "zookeeper purges"),
        ("13.8.7", 0, "13.8.7", "../zookeeper/", "zookeeper never-purges"),
        ("13.8.7", 0, ">=0.0.0", "./../zookeeper", "zookeeper never-purges"),
        ("12.4.4", 3, "*", "../other/../zookeeper", "zookeeper purges"),
    ];
    for (version, hours, asked, path, expected) in table {
        let folder = TempDir::new().unwrap();
        write_copy(folder.path(), version, hours);
        let chart = umbrella("umbrella", &format!("name: zookeeper, version: '{asked}', repository: 'file://{path}'"));
        write(folder.path(), &[("umbrella/Chart.yaml", &chart)]);
        assert_eq!(of_umbrella(folder.path()), [expected], "{asked} {path}");
    }
}

/// `helm dependency build` of Helm 3 and 4, where they accept the folder at all.
#[test]
fn it_is_the_chart_that_helm_packs() {
    let table = [
        ("12.4.4", "12.4.4", "file://../zookeeper"),
        ("12.4.4", "*", "file://./../umbrella/../zookeeper/"),
        ("12.4.4", ">=13", "file://../zookeeper"),
        ("12.4.4", "~12.4", "file:../zookeeper"),
        ("12.4.4", "", "file://../zookeeper"),
    ];
    for helm in ["helm3/helm", "helm4/helm"] {
        let Some(program) = tool(helm) else { return };
        for (version, asked, repository) in table {
            let folder = TempDir::new().unwrap();
            write_copy(folder.path(), version, 3);
            let chart =
                umbrella("umbrella", &format!("name: zookeeper, version: '{asked}', repository: '{repository}'"));
            write(folder.path(), &[("umbrella/Chart.yaml", &chart)]);
            let before = of_umbrella(folder.path());
            let mut command = Command::new(&program);
            let command = command.env("HOME", folder.path()).current_dir(folder.path());
            let built = command.args(["dependency", "build", "umbrella"]).output().expect("Helm starts");
            let is_packed = folder.path().join("umbrella/charts/zookeeper-12.4.4.tgz").is_file();
            assert_eq!(built.status.success(), is_packed, "{asked} {repository}");
            assert_eq!(before == ["zookeeper purges"], is_packed, "{helm} {asked} {repository}: {before:?}");
            assert!(!is_packed || of_umbrella(folder.path()) == before, "{helm} {asked} {repository}");
        }
    }
}

/// What is in `charts/` is what Helm renders until somebody builds it anew.
#[test]
fn what_is_packed_already_counts() {
    let folder = TempDir::new().unwrap();
    write_copy(folder.path(), "12.4.4", 3);
    let packed = copied("12.4.4", 0);
    for (path, text) in &packed {
        write(folder.path(), &[(&format!("umbrella/charts/{path}"), text)]);
    }
    let chart = umbrella("umbrella", "name: zookeeper, version: 12.4.4, repository: 'file://../zookeeper'");
    write(folder.path(), &[("umbrella/Chart.yaml", &chart)]);
    assert_eq!(of_umbrella(folder.path()), ["zookeeper never-purges"]);
}

/// A chart that nobody knows may bring one that is known; the values are those of the chart that is installed.
#[test]
fn a_folder_may_bring_a_server_through_its_own_dependencies() {
    let folder = TempDir::new().unwrap();
    let own = umbrella("umbrella", "name: infra, version: 0.1.0, repository: 'file://../infra'");
    let bitnami = "name: zookeeper, version: 12.4.4, repository: 'https://charts.bitnami.com/bitnami'";
    write(folder.path(), &[("umbrella/Chart.yaml", &own), ("infra/Chart.yaml", &umbrella("infra", bitnami))]);
    assert_eq!(of_umbrella(folder.path()), ["infra.zookeeper never-purges"]);
    let values = "infra: {zookeeper: {autopurge: {purgeInterval: 1}}}\n";
    write(folder.path(), &[("umbrella/values.yaml", values)]);
    assert_eq!(of_umbrella(folder.path()), ["infra.zookeeper purges"]);
    let local = "name: zookeeper, version: 12.4.4, repository: 'file://../zookeeper'";
    write_copy(folder.path(), "12.4.4", 3);
    write(folder.path(), &[("infra/Chart.yaml", &umbrella("infra", local)), ("umbrella/values.yaml", "")]);
    assert_eq!(of_umbrella(folder.path()), ["infra.zookeeper purges"]);
}

/// Helm refuses such a folder, or it is simply not there: a copy may have been changed.
#[test]
fn a_folder_that_helm_cannot_pack_says_nothing() {
    let table = [
        ("12.4.4", "12.4.4", "file://../elsewhere"),
        ("12.4.4", "13.8.7", "file://../zookeeper"),
        ("12.4.4", "12.4.4", "file://../umbrella"),
        ("12.4.4", "12.4.4", "file:../zookeeper"),
    ];
    for (version, asked, repository) in table {
        let folder = TempDir::new().unwrap();
        write_copy(folder.path(), version, 3);
        let chart = umbrella("umbrella", &format!("name: zookeeper, version: '{asked}', repository: '{repository}'"));
        write(folder.path(), &[("umbrella/Chart.yaml", &chart)]);
        assert_eq!(of_umbrella(folder.path()), ["zookeeper unknown"], "{asked} {repository}");
    }
}

#[test]
fn charts_that_name_each_other_come_to_an_end() {
    let folder = TempDir::new().unwrap();
    let other = umbrella("umbrella", "name: infra, version: '*', repository: 'file://../infra'");
    let infra = umbrella("infra", "name: umbrella, version: '*', repository: 'file://../umbrella'");
    write(folder.path(), &[("umbrella/Chart.yaml", &other), ("infra/Chart.yaml", &infra)]);
    assert_eq!(of_umbrella(folder.path()), Vec::<String>::new());
}

/// Other charts may use the folder as well.
#[test]
fn a_fix_goes_into_the_chart_that_is_installed() {
    let folder = TempDir::new().unwrap();
    write_copy(folder.path(), "12.4.4", 0);
    let chart = umbrella("umbrella", "name: zookeeper, version: 12.4.4, repository: 'file://../zookeeper'");
    write(folder.path(), &[("umbrella/Chart.yaml", &chart)]);
    let before = text(folder.path(), "zookeeper/values.yaml");
    assert_eq!(lint(folder.path(), &["--fix", "umbrella"]).code, 0);
    assert_eq!(text(folder.path(), "zookeeper/values.yaml"), before);
    assert_eq!(text(folder.path(), "umbrella/values.yaml"), "zookeeper:\n  autopurge:\n    purgeInterval: 1\n");
}

/// Argo CD and Flux build the dependencies of a chart in a repository.
#[test]
fn a_release_of_a_folder_is_built_too() {
    let folder = TempDir::new().unwrap();
    write_copy(folder.path(), "13.8.7", 0);
    let chart = umbrella("umbrella", "name: zookeeper, version: 13.8.7, repository: 'file://../zookeeper'");
    let app = application("app", "    path: umbrella\n    repoURL: https://git.example.org/app\n");
    write(folder.path(), &[("umbrella/Chart.yaml", &chart), ("app.yaml", &app)]);
    let servers = verdicts(&report(folder.path(), &["app.yaml"]));
    assert_eq!(servers, [("zookeeper".to_owned(), "never-purges".to_owned())]);
}

/// Helm takes a path as it is, whatever version is asked for.
#[test]
fn a_path_that_is_not_at_hand_may_be_any_chart() {
    let helmfile = |chart: &str| format!("releases:\n  - {{name: a, chart: {chart}, version: 11.4.11}}\n");
    let terraform = |chart: &str| {
        format!(
            "resource \"helm_release\" \"a\" {{\n  name = \"a\"\n  chart = \"{chart}\"\n  version = \"11.4.11\"\n}}\n"
        )
    };
    let table = [
        ("helmfile.yaml", helmfile("../private/zookeeper")),
        ("helmfile.yaml", helmfile("./charts/zookeeper")),
        ("helmfile.yaml", helmfile("/srv/charts/zookeeper/")),
        ("main.tf", terraform("../../charts/zookeeper")),
        ("main.tf", terraform("${path.module}/charts/zookeeper")),
        // Whichever version it is a copy of.
        ("helmfile.yaml", helmfile("../private/nifi")),
    ];
    for (file, state) in table {
        let folder = TempDir::new().unwrap();
        write(folder.path(), &[(file, &state)]);
        let report = report(folder.path(), &[file]);
        let servers: Vec<String> = verdicts(&report).into_iter().map(|(_, verdict)| verdict).collect();
        assert_eq!(servers, ["unknown"], "{state}");
        let said = report["findings"].to_string();
        assert!(said.contains("the folder of its chart is not at hand"), "{state}: {said}");
    }
}
