//! Files that nobody means well with.

use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};

use autopurge::gitops::{Content, Files, Folder, Release, Surroundings, releases};

use super::library::decided;
use super::memory::Memory;

#[test]
fn nothing_outside_of_the_repository_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("repository");
    fs::create_dir(&root).unwrap();
    fs::write(folder.path().join("secret.yaml"), "a: 1\n").unwrap();
    fs::write(root.join("own.yaml"), "a: 2\n").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("../secret.yaml", root.join("link.yaml")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("..", root.join("up")).unwrap();
    let files = Folder::new(&root).unwrap();
    assert_eq!(files.read("own.yaml").as_deref(), Some("a: 2\n"));
    for path in ["../secret.yaml", "link.yaml", "up/secret.yaml", "/etc/hostname", "none.yaml", ""] {
        assert_eq!(files.read(path), None, "{path}");
        assert!(!files.has(path), "{path}");
    }
    assert_eq!(files.list("up"), Vec::<String>::new());
    assert_eq!(files.list(".."), Vec::<String>::new());
}

#[test]
fn paths_out_of_the_repository_are_not_followed() {
    let text = "releases:\n- {name: z, chart: ../../../../etc, values: [../../../etc/passwd, /etc/passwd]}\n";
    let reading = Memory::new(&[("a/helmfile.yaml", text), ("etc/passwd", "a: 1\n")]).read("a/helmfile.yaml");
    let outside = &reading.releases[0].layers[0].content;
    assert!(matches!(outside, Content::Missing(_)), "{outside:?}");
}

#[test]
fn references_in_circles_end() {
    let base = "bases: [helmfile.yaml]\ntemplates:\n  a: {inherit: {template: b}}\n  b: {inherit: {template: a}}\n\
                releases: [{name: z, chart: r/z, inherit: {template: a}}]\n";
    assert_eq!(Memory::new(&[("helmfile.yaml", base)]).read("helmfile.yaml").releases.len(), 1);
    let locals = "locals {\n  a = local.b\n  b = local.a\n}\nresource \"helm_release\" \"z\" {\n  chart = local.a\n  values = [local.a, \"${local.a}\"]\n}\n";
    assert_eq!(Memory::new(&[("main.tf", locals)]).read("main.tf").releases.len(), 1);
}

/// Generators that multiply, aliases that multiply, and plain size.
#[test]
fn large_files_take_no_more_time_than_their_size() {
    let list = format!("{{list: {{elements: [{}]}}}}", vec!["{a: 1}"; 20].join(", "));
    let set = format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {{name: z}}\nspec:\n  generators:\n  \
         - matrix: {{generators: [{list}, {list}, {list}]}}\n  template: {{spec: {{source: {{chart: z}}}}}}\n"
    );
    // One more stands for the rest.
    assert_eq!(Memory::new(&[("a.yaml", &set)]).read("a.yaml").releases.len(), 1_001);
    let bomb: String = (1..30).map(|level| format!("a{level}: &a{level} [*a{0}, *a{0}]\n", level - 1)).collect();
    let bomb = format!("a0: &a0 {{helmCharts: x}}\n{bomb}helmCharts: *a29\n");
    assert_eq!(Memory::new(&[("kustomization.yaml", &bomb)]).read("kustomization.yaml").releases.len(), 0);
    let filler = "- {apiVersion: v1, kind: ConfigMap, metadata: {name: c}}\n".repeat(20_000);
    let large = format!("apiVersion: v1\nkind: List\nitems:\n{filler}# argoproj.io/\n");
    assert_eq!(Memory::new(&[("a.yaml", &large)]).read("a.yaml").releases.len(), 0);
}

/// A repository that counts how often its Terraform files are read.
struct Counted(Memory, AtomicUsize);

impl Files for Counted {
    fn read(&self, path: &str) -> Option<String> {
        self.1.fetch_add(usize::from(path.rsplit('.').next() == Some("tf")), Ordering::Relaxed);
        Files::read(&self.0, path)
    }

    fn list(&self, folder: &str) -> Vec<String> {
        self.0.list(folder)
    }

    fn folders(&self) -> Vec<String> {
        self.0.folders()
    }
}

#[test]
fn terraform_files_are_read_once_for_all_of_their_folder() {
    let release = |name: usize, other: usize| {
        format!(
            "locals {{\n  v{name} = \"1.{name}.0\"\n}}\nresource \"helm_release\" \"z\" {{\n  chart = \"zookeeper\"\n  \
             version = local.v{other}\n}}\n"
        )
    };
    let files: Vec<(String, String)> =
        (0..50).map(|name| (format!("{name}.tf"), release(name, (name + 1) % 50))).collect();
    let written: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let counted = Counted(Memory::new(&written), AtomicUsize::new(0));
    let around = Surroundings::new(&counted);
    let version = |text: &str, path: &str, around: &Surroundings<'_>| {
        let reading = releases(path, text, around);
        reading.releases[0].chart.version.as_ref().unwrap().text.clone()
    };
    for (number, (path, text)) in files.iter().enumerate() {
        assert_eq!(version(text, path, &around), format!("1.{}.0", (number + 1) % 50));
    }
    assert_eq!(counted.1.load(Ordering::Relaxed), 50);
    // One file says something else: it alone is read again.
    let mut written = written;
    written[1].1 = "locals {\n  v1 = \"2.0.0\"\n}\n";
    let overlaid = Counted(Memory::new(&written), AtomicUsize::new(0));
    let around = around.changed(&overlaid, ["1.tf".to_owned()]);
    assert_eq!(version(&files[0].1, "0.tf", &around), "2.0.0");
    assert_eq!(version(&files[3].1, "3.tf", &around), "1.4.0");
    assert_eq!(overlaid.1.load(Ordering::Relaxed), 1);
}

#[test]
fn files_of_others_give_nothing() {
    let table = [
        ("a.yaml", ""),
        ("a.yaml", "argoproj.io/"),
        ("a.yaml", "- argoproj.io/v1alpha1\n- [\n"),
        ("main.tf", ""),
        ("fleet.yaml", "helm:"),
        ("helmfile.yaml", "releases"),
        ("kustomization.yaml", "helmCharts: 3"),
        ("a.txt", "apiVersion: argoproj.io/v1alpha1\nkind: Application\n"),
        (
            "a.yaml",
            "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {name: z}\nspec: {source: {chart: z}}\n",
        ),
        (
            "a.yaml",
            "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: Other\nmetadata: {name: z}\nspec: {chart: {spec: {chart: z}}}\n",
        ),
        (
            "a.yaml",
            "apiVersion: example.com/argoproj.io/v1\nkind: Application\nmetadata: {name: z}\nspec: {source: {chart: z}}\n",
        ),
    ];
    for (path, text) in table {
        assert_eq!(releases(path, text, &Surroundings::new(&())).releases.len(), 0, "{path} {text:?}");
    }
}

/// The values of the first release as the file of Terraform makes them, or why they are not known.
fn of_terraform(file: &str) -> String {
    let reading = Memory::new(&[("main.tf", file)]).read("main.tf");
    reading.releases[0].layers.iter().map(|layer| format!("{:?}\n", layer.content)).collect()
}

fn release_with(arguments: &str) -> String {
    format!("resource \"helm_release\" \"z\" {{\n  chart = \"zookeeper\"\n  {arguments}\n}}\n")
}

#[test]
fn lists_and_objects_that_hold_themselves_end() {
    for list in ["concat(local.a, [])", "concat(local.b)\n  b = flatten(compact(local.a))", "concat(local.a, local.a)"]
    {
        let told = of_terraform(&format!("locals {{\n  a = {list}\n}}\n{}", release_with("values = local.a")));
        assert!(told.contains("Missing"), "{told}");
    }
    let object = "locals {\n  a = local.a.b\n  c = { d = local.c.d }\n  e = \"x${local.e}\"\n  f = [local.f]\n}\n";
    for value in ["local.a.b", "local.c.d", "local.e", "local.f", "\"${local.e}\""] {
        let file = format!("{object}{}", release_with(&format!("version = {value}\n  values = [yamlencode({value})]")));
        let reading = Memory::new(&[("main.tf", &file)]).read("main.tf");
        assert!(reading.releases[0].chart.version_gap.is_some(), "{value}");
    }
}

/// A hundred lines that double what is above them stand for more than any memory holds.
#[test]
fn what_references_multiply_is_given_up() {
    let locals = |first: &str, next: fn(usize) -> String| {
        let lines: String = (1..100).map(|level| format!("  a{level} = {}\n", next(level - 1))).collect();
        format!("locals {{\n  a0 = {first}\n{lines}}}\n")
    };
    let long = format!("\"{}\"", "x".repeat(100_000));
    let doubled = [
        (
            locals("\"x\"", |below| format!("[local.a{below}, local.a{below}]")),
            "values = [yamlencode({ x = local.a40 })]",
        ),
        (locals("[\"a: 1\"]", |below| format!("concat(local.a{below}, local.a{below})")), "values = local.a40"),
        (locals(&long, |below| format!("\"${{local.a{below}}}${{local.a{below}}}\"")), "values = [\"${local.a12}\"]"),
    ];
    for (locals, values) in &doubled {
        let told = of_terraform(&format!("{locals}{}", release_with(values)));
        assert!(told.contains("are larger than autopurge reads"), "{values}");
        assert!(told.len() < 60_000_000, "{values}: {}", told.len());
    }
}

/// What is written out at its place is read however much another release asks for.
#[test]
fn a_release_does_not_hide_behind_another_one() {
    let doubled: String = (1..40).map(|it| format!("  a{it} = [local.a{0}, local.a{0}]\n", it - 1)).collect();
    let large = release_with("values = [yamlencode({ x = local.a39 })]");
    let small = release_with("version = \"1.0.0\"\n  values = [yamlencode({ a = 1 })]");
    let file = format!("locals {{\n  a0 = 1\n{doubled}}}\n{large}{small}");
    let reading = Memory::new(&[("main.tf", &file)]).read("main.tf");
    let chart = &reading.releases[1].chart;
    assert_eq!(chart.name.as_deref(), Some("zookeeper"));
    assert_eq!(chart.version.as_ref().map(|version| version.text.as_str()), Some("1.0.0"));
    assert!(format!("{:?}", reading.releases[1].layers).contains("larger than autopurge reads"));
}

/// Templates that inherit from templates, several times each.
#[test]
fn templates_that_multiply_are_given_up() {
    let template = |it: usize| {
        let next = vec![format!("{{template: t{}}}", it + 1); 6].join(", ");
        format!("  t{it}: {{inherit: [{next}], values: [{{a: {it}}}]}}\n")
    };
    let file = |count: usize| {
        let templates: String = (0..count).map(template).collect();
        format!(
            "templates:\n{templates}releases: [{{name: z, chart: r/z, inherit: [{{template: t0}}], values: [{{b: 1}}]}}]\n"
        )
    };
    let layers = |count: usize| {
        let reading = Memory::new(&[("helmfile.yaml", &file(count))]).read("helmfile.yaml");
        assert_eq!(reading.releases[0].chart.name.as_deref(), Some("z"));
        let layers = reading.releases[0].layers.iter();
        layers.map(|layer| format!("{:?}", layer.content)).collect::<Vec<_>>()
    };
    let some = layers(3);
    assert_eq!(some.len(), 36 + 6 + 1 + 1);
    assert!(some.iter().all(|layer| !layer.contains("Missing")), "{some:?}");
    let many = layers(9);
    assert!(many.last().unwrap().contains("it inherits from more templates than autopurge reads"), "{many:?}");
    assert!(many.len() < 110, "{}", many.len());
}

#[test]
fn a_template_that_is_inherited_twice_counts_where_it_comes_last() {
    let file = "templates:\n  t: {values: [{a: 1, t: 1}]}\n  u: {inherit: [{template: t}], values: [{a: 2}]}\n\
                releases: [{name: z, chart: r/z, inherit: [{template: t}, {template: u}, {template: t}]}]\n";
    let reading = Memory::new(&[("helmfile.yaml", file)]).read("helmfile.yaml");
    let (value, _) = decided(&reading.releases[0], &["a"]).unwrap();
    assert_eq!(value, "1");
}

/// A thousand applications with a long text each.
#[test]
fn large_sets_are_read_up_to_a_limit() {
    let list = format!("{{list: {{elements: [{}]}}}}", ["{a: 1}"; 10].join(", "));
    let set = format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {{name: z}}\nspec:\n  generators:\n  \
         - matrix: {{generators: [{list}, {list}, {list}]}}\n  template: {{spec: {{source: {{chart: z, helm: {{values: '{}'}}}}}}}}\n",
        "x".repeat(200_000)
    );
    let releases = Memory::new(&[("a.yaml", &set)]).read("a.yaml").releases;
    assert_eq!(releases.len(), 1_000);
    let is_unread = |release: &&Release| match release.layers.last().map(|layer| &layer.content) {
        Some(Content::Missing(missing)) => missing.why == "the set has more applications than autopurge reads",
        _ => false,
    };
    assert_eq!(releases.iter().filter(is_unread).count(), 1_000 - (4 << 20) / 200_000);
}
