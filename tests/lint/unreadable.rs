//! GitOps files that cannot be read, or whose charts and values cannot: never as if nothing were in them.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::program::{Ran, lint, lint_stdin, report, write};

const APPLICATION: &str = "apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: zk}
spec: {source: {chart: zookeeper, repoURL: 'https://charts.bitnami.com/bitnami', targetRevision: 10.2.0}}
";
const FLUX: &str = "apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: zk}
spec: {chart: {spec: {chart: zookeeper, version: 10.2.0, sourceRef: {kind: HelmRepository, name: bitnami}}}}
";
const RELEASES: &str =
    "releases:\n- {name: zk, chart: 'oci://registry-1.docker.io/bitnamicharts/zookeeper', version: 12.4.4}\n";
const CHARTS: &str = "helmCharts:\n- {name: zookeeper, repo: 'https://charts.bitnami.com/bitnami', version: 10.2.0}\n";
const FLEET: &str = "helm: {chart: zookeeper, repo: 'https://charts.bitnami.com/bitnami', version: 10.2.0}\n";
const TERRAFORM: &str = "resource \"helm_release\" \"zk\" {
  name       = \"zk\"
  repository = \"https://charts.bitnami.com/bitnami\"
  chart      = \"zookeeper\"
  version    = \"10.2.0\"
}
";
const K3S: &str = "apiVersion: helm.cattle.io/v1
kind: HelmChart
metadata: {name: zk}
spec: {chart: zookeeper, repo: 'https://charts.bitnami.com/bitnami', version: 10.2.0}
";

/// A file of each tool with a release that never purges.
const FILES: [(&str, &str); 8] = [
    ("app.yaml", APPLICATION),
    ("flux.yaml", FLUX),
    ("k3s.yaml", K3S),
    ("helmfile.yaml", RELEASES),
    ("helmfile.yaml.gotmpl", RELEASES),
    ("kustomization.yaml", CHARTS),
    ("fleet.yaml", FLEET),
    ("main.tf", TERRAFORM),
];

/// Where something is unreadable, and why.
fn unreadable(folder: &Path) -> Vec<String> {
    let report = report(folder, &["."]);
    let findings = report["findings"].as_array().expect("findings").iter();
    let unreadable = findings.filter(|finding| finding["check"] == "unreadable-input");
    let told = unreadable.map(|finding| {
        let (path, message) = (finding["path"].as_str().unwrap(), finding["message"].as_str().unwrap());
        format!("{path}:{}:{}: {message}", finding["line"], finding["column"])
    });
    told.collect()
}

/// `autopurge remedy ARGS` in a folder.
fn remedy(folder: &Path, args: &[&str]) -> Ran {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_autopurge"));
    let output = command.env_clear().current_dir(folder).arg("remedy").args(args).output().expect("autopurge starts");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ran { code: output.status.code().unwrap_or(-1), stdout: text(&output.stdout), stderr: text(&output.stderr) }
}

/// A byte of Latin-1 in a comment hides no release, whatever the tool.
#[test]
fn a_byte_that_is_not_utf8_is_told_where_it_stands() {
    for (path, text) in FILES {
        let folder = TempDir::new().unwrap();
        write(folder.path(), &[(path, text)]);
        assert_eq!(unreadable(folder.path()), [""; 0], "{path}");
        fs::write(folder.path().join(path), [text.as_bytes(), b"# caf\xe9\n"].concat()).unwrap();
        let line = text.lines().count() + 1;
        let found = unreadable(folder.path());
        assert_eq!(found.len(), 1, "{path}: {found:?}");
        assert!(found[0].starts_with(&format!("{path}:{line}:6: ")) && found[0].ends_with("not UTF-8"), "{found:?}");
        assert_eq!(lint(folder.path(), &[path]).code, 1, "{path}");
        for shape in ["set", "values"] {
            let ran = remedy(folder.path(), &["--as", shape, path]);
            assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{path}: {}", ran.stderr);
            assert!(ran.stderr.contains(&format!("line {line}, column 6: this is not UTF-8")), "{}", ran.stderr);
        }
    }
}

/// The tools refuse the whole file, so nothing of it is told as if it were deployed.
#[test]
fn a_byte_in_another_document_is_told_too() {
    let folder = TempDir::new().unwrap();
    let others = b"---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: '\xff'}\n";
    fs::write(folder.path().join("a.yaml"), [FLUX.as_bytes(), &others[..]].concat()).unwrap();
    assert_eq!(unreadable(folder.path()), ["a.yaml:9:12: this is not UTF-8"]);
}

/// Words of other files in other encodings are nobody's release.
#[test]
fn files_of_others_need_not_be_utf8() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("a.yaml"), b"apiVersion: v1\nkind: ConfigMap\ndata: {a: '\xff'}\n").unwrap();
    fs::write(folder.path().join("main.tf"), b"# caf\xe9\nlocals { a = 1 }\n").unwrap();
    assert_eq!(unreadable(folder.path()), [""; 0]);
}

/// PowerShell redirects into UTF-16.
#[test]
fn utf16_is_told_of_files_that_are_no_manifests() {
    for path in ["main.tf", "helmfile.yaml.gotmpl", "app.yaml"] {
        let folder = TempDir::new().unwrap();
        let (_, text) = FILES.into_iter().find(|(own, _)| *own == path).unwrap();
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        fs::write(folder.path().join(path), [b"\xff\xfe", wide.as_slice()].concat()).unwrap();
        let found = unreadable(folder.path());
        assert!(matches!(found.as_slice(), [one] if one.contains("UTF-16")), "{path}: {found:?}");
        let ran = remedy(folder.path(), &["--as", "set", path]);
        assert!(ran.code == 2 && ran.stderr.contains("UTF-16"), "{path}: {} {}", ran.code, ran.stderr);
    }
}

/// A chart with a dependency that runs ZooKeeper, and an Application that installs it.
fn application(folder: &Path, values: &str, object: &str) {
    let chart = "apiVersion: v2\nname: events\nversion: 1.0.0\ndependencies:\n- {name: zookeeper, version: 7.0.5, \
                 repository: 'https://charts.bitnami.com/bitnami'}\n";
    let spec = "spec:\n  source:\n    repoURL: https://git.example.com/a.git\n    path: charts/events\n";
    let object =
        format!("apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: events}}\n{spec}{object}");
    let files = [
        (".git/HEAD", ""),
        ("charts/events/Chart.yaml", chart),
        ("charts/events/values.yaml", values),
        ("app.yaml", &object),
    ];
    write(folder, &files);
}

/// The findings about the Application alone: pre-commit names only what has changed.
fn of_application(folder: &Path) -> (i32, String) {
    let ran = lint(folder, &["app.yaml", "--format", "concise"]);
    (ran.code, ran.stdout.lines().filter(|line| line.contains('[')).map(|line| format!("{line}\n")).collect())
}

/// Helm would install nothing, and nobody can say what it is to install.
#[test]
fn a_release_whose_chart_helm_refuses_is_told() {
    let folder = TempDir::new().unwrap();
    application(folder.path(), "a: 1\n", "");
    let (code, told) = of_application(folder.path());
    assert!(code == 1 && told.contains("error[purge-disabled]"), "{told}");
    application(folder.path(), "a: [1\n", "");
    let (code, told) = of_application(folder.path());
    assert!(code == 1 && told.starts_with("app.yaml:3:18: error[unreadable-input] Application/events"), "{told}");
    assert!(told.contains("cannot read its chart: charts/events/values.yaml:"), "{told}");
    let ran = remedy(folder.path(), &["--as", "values", "app.yaml"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{}", ran.stderr);
    assert!(ran.stderr.contains("cannot read its chart: charts/events/values.yaml"), "{}", ran.stderr);
}

#[test]
fn a_release_whose_values_helm_refuses_is_told_at_the_value() {
    let folder = TempDir::new().unwrap();
    let sub_chart = "apiVersion: v2\nname: zookeeper\nversion: 10.2.0\n";
    write(folder.path(), &[("charts/events/charts/zookeeper/Chart.yaml", sub_chart)]);
    application(folder.path(), "a: 1\n", "    helm:\n      valuesObject:\n        zookeeper: 5\n");
    let (code, told) = of_application(folder.path());
    assert!(code == 1 && told.starts_with("app.yaml:10:20: error[unreadable-input] Application/events"), "{told}");
    assert!(told.contains("Helm rejects this value: \"zookeeper\" is the name of a sub-chart"), "{told}");
    let ran = remedy(folder.path(), &["--as", "values", "app.yaml"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{}", ran.stderr);
    assert!(ran.stderr.contains("line 10: Helm rejects this value"), "{}", ran.stderr);
}

/// What is said of the only server of a folder.
fn doubt(folder: &Path) -> String {
    let report = report(folder, &["."]);
    let findings = report["findings"].as_array().expect("findings").iter();
    let unknown = findings.filter(|finding| finding["check"] == "purge-unknown");
    unknown.map(|finding| format!("{}", finding["message"])).collect()
}

/// A file that is there is not said to be nowhere, and what allows files to be missing allows no broken ones.
#[test]
fn a_values_file_that_is_there_and_cannot_be_read_is_told_as_such() {
    let argo = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: zk}\nspec:\n  sources:\n  \
                - {repoURL: 'https://git.example.com/a.git', ref: own}\n  - chart: zookeeper\n    repoURL: \
                'https://charts.bitnami.com/bitnami'\n    targetRevision: 10.2.0\n    helm: {valueFiles: [$own/v.yaml], \
                ignoreMissingValueFiles: true}\n";
    let set_file = RELEASES.replace('}', ", values: [v.yaml], missingFileHandler: Warn}");
    let kustomization = CHARTS.replace('}', ", valuesFile: v.yaml}");
    let terraform = TERRAFORM.replace("\n}", "\n  values = [file(\"v.yaml\")]\n}");
    let fleet = FLEET.replace('}', ", valuesFiles: [v.yaml]}");
    let files = [
        ("app.yaml", argo),
        ("helmfile.yaml", &set_file),
        ("kustomization.yaml", &kustomization),
        ("fleet.yaml", &fleet),
        ("main.tf", &terraform),
    ];
    for (path, text) in files {
        let folder = TempDir::new().unwrap();
        write(folder.path(), &[(".git/HEAD", ""), (path, text)]);
        fs::write(folder.path().join("v.yaml"), b"a: 1\nb: '\xff'\n").unwrap();
        let told = doubt(folder.path());
        assert!(told.contains("cannot read the file v.yaml: line 2 is not UTF-8"), "{path}: {told}");
        fs::File::create(folder.path().join("v.yaml")).unwrap().set_len((16 << 20) + 1).unwrap();
        let told = doubt(folder.path());
        assert!(told.contains("cannot read the file v.yaml: it has more than 16777216 bytes"), "{path}: {told}");
    }
}

/// What helmfile sets from a file goes over the values.
#[test]
fn a_value_out_of_a_file_of_helmfile_that_is_not_at_hand_is_not_known() {
    let folder = TempDir::new().unwrap();
    let set = ", values: [{autopurge: {purgeInterval: 1}}], set: [{name: autopurge.purgeInterval, file: s.txt}]}";
    write(folder.path(), &[("helmfile.yaml", &RELEASES.replace('}', set))]);
    let told = doubt(folder.path());
    assert!(told.contains("autopurge.purgeInterval gets its value from a file: the file s.txt is not in"), "{told}");
    fs::write(folder.path().join("s.txt"), b"\xff").unwrap();
    let told = doubt(folder.path());
    assert!(told.contains("gets its value from a file: cannot read the file s.txt: line 1"), "{told}");
}

/// Terraform takes a folder as a whole, so what one file cannot say may stand in another that is broken.
#[test]
fn files_of_terraform_that_cannot_be_read_are_named() {
    let version = TERRAFORM.replace("\"10.2.0\"", "local.version");
    let values = TERRAFORM.replace("\n}", "\n  values = [local.values]\n}");
    let chart = TERRAFORM.replace("\"zookeeper\"", "local.chart");
    for text in [&version, &values, &chart] {
        let folder = TempDir::new().unwrap();
        write(folder.path(), &[("main.tf", text), ("l.tf", "locals {\n  version = \"10.2.0\"\n")]);
        let told = doubt(folder.path());
        assert!(told.contains(", and l.tf cannot be read"), "{text}: {told}");
        fs::write(folder.path().join("l.tf"), b"locals {\n  version = \"\xff\"\n}\n").unwrap();
        assert!(doubt(folder.path()).contains(", and l.tf cannot be read"), "{text}");
    }
}

#[test]
fn people_see_the_line_that_is_broken_and_that_a_file_was_not_read() {
    let folder = TempDir::new().unwrap();
    write(folder.path(), &[("a.yaml", "apiVersion: apps/v1\nkind: StatefulSet\nspec: {image: zookeeper}\n  b: [1\n")]);
    let ran = lint(folder.path(), &["."]);
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.contains("a.yaml:4:"), "{}", ran.stdout);
    assert!(ran.stdout.contains("1 file could not be read"), "{}", ran.stdout);
}

#[test]
fn an_empty_folder_is_said_to_be_one_once() {
    let folder = TempDir::new().unwrap();
    let ran = lint(folder.path(), &["."]);
    let said = "autopurge: no charts, manifests or GitOps files found in . (use --allow-empty to accept this)\n";
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (3, "", said));
}

#[test]
fn what_was_named_and_holds_nothing_is_said_to_be_unreadable() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("bin.yaml"), [0, 159, 146, 150]).unwrap();
    write(
        folder.path(),
        &[("none.yaml", "\n"), ("broken.yaml", "a: [\n"), ("plain.yaml", "a: 1\n"), ("a.tf", "x {\n")],
    );
    let table = [
        ("bin.yaml", "autopurge: bin.yaml is not text\n"),
        ("none.yaml", "autopurge: none.yaml is empty\n"),
        ("broken.yaml", "autopurge: broken.yaml cannot be read: broken YAML"),
        ("plain.yaml", "autopurge: no charts"),
        ("a.tf", "autopurge: no charts"),
    ];
    for (path, said) in table {
        let ran = lint(folder.path(), &[path]);
        assert_eq!(ran.code, 3, "{path}");
        assert!(ran.stderr.starts_with(said) && ran.stderr.contains(&format!("found in {path} (")), "{}", ran.stderr);
    }
    let ran = lint_stdin(folder.path(), &["-"], "\n");
    assert!(ran.code == 3 && ran.stderr.starts_with("autopurge: standard input is empty\n"), "{}", ran.stderr);
    assert!(ran.stderr.contains("found in standard input ("), "{}", ran.stderr);
}

/// Nobody pipes in what is not to be read, whether or not ZooKeeper is named in it.
#[test]
fn standard_input_of_which_nothing_can_be_read_is_a_finding() {
    let folder = TempDir::new().unwrap();
    for text in ["a: [\n", "apiVersion: v1\nkind: [\n", "kind: [zookeeper\n"] {
        let ran = lint_stdin(folder.path(), &["--allow-empty", "-"], text);
        assert_eq!(ran.code, 1, "{text}: {}", ran.stderr);
        assert!(ran.stdout.matches("unreadable-input").count() == 1, "{text}: {}", ran.stdout);
        assert!(ran.stdout.contains("cannot read document 1: broken YAML"), "{text}: {}", ran.stdout);
    }
    assert_eq!(lint_stdin(folder.path(), &["--allow-empty", "-"], "a: 1\n").code, 0);
}

/// Every pod's commands are for a disk that is full; most are not.
#[test]
fn what_frees_a_full_disk_is_shown_when_asked_for() {
    let folder = TempDir::new().unwrap();
    let manifest = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: zk}\nspec:\n  template:\n    spec:\n      containers:\n        - {name: zookeeper, image: \"bitnami/zookeeper:3.9.2\"}\n";
    write(folder.path(), &[("a.yaml", manifest), ("b.yaml", manifest)]);
    let short = lint(folder.path(), &["."]).stdout;
    assert!(!short.contains("kubectl exec") && short.matches("if a disk is already full").count() == 1, "{short}");
    assert!(!short.contains("Permanent fix") && !short.contains("post-renderer"), "{short}");
    assert!(lint(folder.path(), &["-v", "."]).stdout.contains("kubectl exec zk-0"));
}
