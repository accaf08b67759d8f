//! The examples of `docs/pipelines.md` for what calls Helm: each is taken out of the page and run, as far as that goes
//! without a cluster and without the network. A chart of our own stands in for the one that would be fetched.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use hcl_edit::expr::{Expression, Object, ObjectKey};
use serde_json::Value;
use tempfile::TempDir;

use super::{program_folder, ran, text};
use crate::tool::{repository, tool};

/// What a cured chart renders to.
const CURED: &str = "value: \"1\" # autopurge changed this";

/// The first block behind a heading of the page.
fn example(heading: &str) -> String {
    let page = text("docs/pipelines.md");
    let (_, section) = page.split_once(&format!("\n## {heading}\n")).expect("the heading");
    let lines = section.lines().skip_while(|line| !line.starts_with("```")).skip(1);
    lines.take_while(|line| *line != "```").map(|line| format!("{line}\n")).collect()
}

/// A folder with a chart whose server never purges, and one for `PATH` with a Helm under its own name.
struct Workplace {
    folder: TempDir,
}

impl Workplace {
    fn new(helm: &Path) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let chart = folder.path().join("chart");
        fs::create_dir_all(chart.join("templates")).expect("a folder");
        fs::write(chart.join("Chart.yaml"), "apiVersion: v2\nname: posthog\nversion: 18.2.0\n").expect("a chart");
        let manifest = repository().join("fixtures/post-render/never-purges/input.yaml");
        fs::copy(manifest, chart.join("templates/zk.yaml")).expect("a template");
        fs::create_dir(folder.path().join("bin")).expect("a folder");
        symlink(helm, folder.path().join("bin/helm")).expect("a link");
        symlink(program_folder().join("autopurge"), folder.path().join("bin/autopurge")).expect("a link");
        Self { folder }
    }

    fn chart(&self) -> String {
        self.folder.path().join("chart").display().to_string()
    }

    /// Runs a command in a folder of the place, with nothing of the machine's environment.
    fn run(&self, command: &mut Command, folder: &str) -> (Option<i32>, String) {
        let home = self.folder.path();
        let path = format!("{}:/usr/bin:/bin", home.join("bin").display());
        ran(command.env_clear().env("HOME", home).env("PATH", path).current_dir(home.join(folder)))
    }
}

#[test]
fn helmfile_renders_with_the_post_renderer() {
    let (Some(helmfile), Some(helm)) = (tool("helmfile"), tool("helm3/helm")) else { return };
    let place = Workplace::new(&helm);
    let example = example("helmfile");
    let local = example.replace("chart: posthog/posthog", &format!("chart: {}", place.chart()));
    assert_ne!(local, example, "the example installs another chart now");
    fs::write(place.folder.path().join("helmfile.yaml"), local).expect("a helmfile");
    let (code, said) = place.run(Command::new(helmfile).args(["template", "--skip-deps"]), "");
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains(CURED), "{said}");
}

/// A text, or a list of texts, of an object in HCL.
fn words(object: &Object, key: &str) -> Vec<String> {
    let is_it = |own: &ObjectKey| own.as_ident().is_some_and(|own| own.as_str() == key);
    let (_, value) = object.iter().find(|(own, _)| is_it(own)).expect(key);
    let text = |value: &Expression| value.as_str().expect("a text").to_owned();
    value.expr().as_array().map_or_else(|| vec![text(value.expr())], |items| items.iter().map(text).collect())
}

/// Terraform's provider is not here: what it would tell Helm is read from the example. It runs post-renderers with the
/// code of Helm 3.
#[test]
fn terraform_names_the_post_renderer_for_helm() {
    let example = example("Terraform");
    let body = hcl_edit::parser::parse_body(&example).expect("HCL");
    let resource = body.get_blocks("resource").next().expect("a resource");
    let attribute = resource.body.get_attribute("postrender").expect("a post-renderer");
    let object = attribute.value.as_object().expect("an object");
    let (program, arguments) = (words(object, "binary_path"), words(object, "args"));
    let Some(helm) = tool("helm3/helm") else { return };
    let place = Workplace::new(&helm);
    let mut command = Command::new(place.folder.path().join("bin/helm"));
    command.args(["template", "posthog", &place.chart(), "--post-renderer", &program[0]]);
    command.args(arguments.iter().flat_map(|argument| ["--post-renderer-args", argument]));
    let (code, said) = place.run(&mut command, "");
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains(CURED), "{said}");
}

/// The values of the example's release never purge, which its post-renderer makes good.
#[test]
fn lint_reads_the_example_for_terraform() {
    let folder = TempDir::new().expect("a temporary folder");
    fs::write(folder.path().join("main.tf"), example("Terraform")).expect("a file");
    let mut command = Command::new(env!("CARGO_BIN_EXE_autopurge"));
    let (code, said) = ran(command.args(["lint", "--format", "concise"]).current_dir(folder.path()));
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("helm_release.posthog") && said.contains("purge-unknown"), "{said}");
}

/// The plugin's specification in the example.
fn argo_plugin() -> Value {
    let map: Value = serde_yaml::from_str(&example("Argo CD")).expect("YAML");
    serde_yaml::from_str(map["data"]["plugin.yaml"].as_str().expect("a text")).expect("YAML")
}

/// The command of a step with its arguments, as Argo CD starts it: in the application's folder, with these variables.
fn argo_step(step: &Value) -> Command {
    let list = |key: &str| step[key].as_array().cloned().unwrap_or_default();
    let words: Vec<String> =
        ["command", "args"].into_iter().flat_map(list).map(|word| word.as_str().expect("a text").to_owned()).collect();
    let mut command = Command::new("env");
    let variables = ["ARGOCD_APP_NAME=posthog", "ARGOCD_APP_NAMESPACE=analytics", "ARGOCD_APP_REVISION=HEAD"];
    command.args(variables).args(words);
    command
}

#[test]
fn the_plugin_of_argo_cd_generates_cured_manifests() {
    let spec = argo_plugin()["spec"].clone();
    for helm in ["helm3/helm", "helm4/helm"] {
        let Some(helm) = tool(helm) else { continue };
        let place = Workplace::new(&helm);
        let found = spec["discover"]["fileName"].as_str().expect("a file's name");
        assert!(Path::new(&place.chart()).join(found).is_file(), "Argo CD would not take the chart");
        for (step, expected) in [("init", ""), ("generate", CURED)] {
            let (code, said) = place.run(&mut argo_step(&spec[step]), "chart");
            assert_eq!(code, Some(0), "{step}: {said}");
            assert!(said.contains(expected), "{step}: {said}");
        }
        fs::write(Path::new(&place.chart()).join("templates/broken.yaml"), "{{ fail \"no\" }}").expect("a template");
        let (code, said) = place.run(&mut argo_step(&spec["generate"]), "chart");
        assert_ne!(code, Some(0), "a failure of Helm is hidden: {said}");
    }
}
