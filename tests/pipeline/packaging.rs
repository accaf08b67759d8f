//! Releases: what is packed, what its name is, and that everybody who asks for it asks for that name. The steps of the
//! release workflow that need nothing of GitHub's are taken out of it and run.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use super::{program_folder, ran, text};
use crate::tool::{repository, tool};

const VERSION: &str = env!("CARGO_PKG_VERSION");
const HOST: &str = "x86_64-unknown-linux-gnu";

fn workflow() -> Value {
    serde_yaml::from_str(&text(".github/workflows/release.yml")).expect("YAML")
}

/// The targets that the workflow builds.
fn targets() -> Vec<String> {
    let matrix = workflow()["jobs"]["build"]["strategy"]["matrix"]["include"].clone();
    let targets = matrix.as_array().expect("a matrix").iter();
    targets.map(|entry| entry["target"].as_str().expect("a target").to_owned()).collect()
}

/// The script of a step of the workflow.
fn step(name: &str) -> String {
    let workflow = workflow();
    let jobs = workflow["jobs"].as_object().expect("jobs").values();
    let mut steps = jobs.filter_map(|job| job["steps"].as_array()).flatten();
    let step = steps.find(|step| step["name"] == name).unwrap_or_else(|| panic!("no step {name}"));
    step["run"].as_str().expect("a script").to_owned()
}

/// Packs a program for a target into `target/pack` of a folder.
fn pack(folder: &TempDir, target: &str, program: &Path) -> String {
    let place = folder.path().join("target/pack");
    fs::create_dir_all(&place).expect("a folder");
    let mut command = Command::new("bash");
    command.args(["packaging/pack.sh", target]).arg(program).env("PACK_FOLDER", &place).current_dir(repository());
    let (code, said) = ran(&mut command);
    assert_eq!(code, Some(0), "{said}");
    said.trim().rsplit('/').next().expect("a name").to_owned()
}

/// A program that says nothing, because packing this one five times takes long.
fn stand_in(folder: &TempDir) -> std::path::PathBuf {
    let program = folder.path().join("stand-in");
    fs::write(&program, "#!/bin/sh\n").expect("a file");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("permissions");
    program
}

fn run_step(name: &str, folder: &TempDir, variables: &[(&str, &str)]) {
    let script = step(name);
    let mut command = Command::new("bash");
    command.args(["-euo", "pipefail", "-c", &script]).envs(variables.iter().copied()).current_dir(folder.path());
    let (code, said) = ran(&mut command);
    assert_eq!(code, Some(0), "{name}: {said}");
}

#[test]
fn an_archive_holds_program_manual_completions_and_licences() {
    let folder = TempDir::new().expect("a temporary folder");
    let name = pack(&folder, HOST, &program_folder().join("autopurge"));
    let (code, list) = ran(Command::new("tar").arg("-tzf").arg(folder.path().join("target/pack").join(name)));
    assert_eq!(code, Some(0), "{list}");
    let expected = [
        "autopurge\n",
        "README.md",
        "CHANGELOG.md",
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "man/autopurge.1",
        "man/autopurge-lint.1",
        "completions/autopurge.bash",
        "completions/autopurge.zsh",
        "completions/autopurge.fish",
        "completions/autopurge.powershell",
        "completions/autopurge.elvish",
    ];
    for file in expected {
        assert!(list.contains(file), "{file} is missing in\n{list}");
    }
}

/// From the archive to the program on somebody's machine, and into the image, with the workflow's own steps between.
#[test]
fn what_is_packed_is_what_is_installed() {
    let folder = TempDir::new().expect("a temporary folder");
    pack(&folder, HOST, &program_folder().join("autopurge"));
    pack(&folder, "aarch64-unknown-linux-gnu", &stand_in(&folder));
    release(&folder);
    let (code, said) = install(&folder, "bin");
    assert_eq!(code, Some(0), "{said}");
    let (_, version) = ran(Command::new(folder.path().join("bin/autopurge")).arg("--version"));
    assert_eq!(version.trim(), format!("autopurge {VERSION}"));
}

/// Makes a release of what is packed in a folder.
fn release(folder: &TempDir) {
    run_step("Checksums", folder, &[]);
    fs::create_dir(folder.path().join("releases")).expect("a folder");
    let release = folder.path().join(format!("releases/v{VERSION}"));
    fs::rename(folder.path().join("target/pack"), release).expect("a release");
}

/// Installs the release in a folder, without a cargo that could build another one.
fn install(folder: &TempDir, into: &str) -> (Option<i32>, String) {
    let tools = folder.path().join("tools");
    fs::create_dir_all(&tools).expect("a folder");
    fs::write(tools.join("cargo"), "#!/bin/sh\nexit 1\n").expect("a file");
    fs::set_permissions(tools.join("cargo"), fs::Permissions::from_mode(0o755)).expect("permissions");
    let path = format!("{}:{}", tools.display(), std::env::var("PATH").unwrap_or_default());
    let address = format!("file://{}", folder.path().join("releases").display());
    let mut command = Command::new("sh");
    command.args(["packaging/install.sh", VERSION]).arg(folder.path().join(into));
    ran(command.env("AUTOPURGE_RELEASES", address).env("PATH", path).current_dir(repository()))
}

/// What the page has people write for GitLab, with a release of a folder in the place of the project's.
#[test]
fn gitlabs_example_installs_what_is_checked() {
    let page = text("docs/pipelines.md");
    let (_, section) = page.split_once("\n## GitLab: code quality\n").expect("the heading");
    let block: Vec<&str> =
        section.lines().skip_while(|line| *line != "```yaml").skip(1).take_while(|line| *line != "```").collect();
    let example: Value = serde_yaml::from_str(&block.join("\n")).expect("YAML");
    let job = &example["autopurge"];
    let folder = TempDir::new().expect("a temporary folder");
    let name = pack(&folder, HOST, &stand_in(&folder));
    release(&folder);
    fs::create_dir(folder.path().join("bin")).expect("a folder");
    assert_eq!(job["variables"]["VERSION"], VERSION);
    let lines = job["before_script"].as_array().expect("lines").iter().map(|line| line.as_str().expect("a line"));
    let script: Vec<&str> = lines.filter(|line| !line.contains("apt-get")).collect();
    let script = script.join("\n").replace("/usr/local/bin", "bin");
    let releases = job["variables"]["RELEASES"].as_str().expect("an address");
    assert_eq!(releases, format!("{}/releases/download", env!("CARGO_PKG_REPOSITORY")));
    let run = || {
        let address = format!("file://{}", folder.path().join("releases").display());
        let mut command = Command::new("sh");
        ran(command.args(["-ec", &script]).env("VERSION", VERSION).env("RELEASES", address).current_dir(folder.path()))
    };
    let (code, said) = run();
    assert_eq!(code, Some(0), "{said}");
    assert!(folder.path().join("bin/autopurge").is_file(), "{said}");
    fs::write(folder.path().join(format!("releases/v{VERSION}/{name}")), "another one").expect("a file");
    assert_ne!(run().0, Some(0));
}

#[test]
fn nothing_is_called_installed_that_is_not() {
    let folder = TempDir::new().expect("a temporary folder");
    pack(&folder, HOST, &stand_in(&folder));
    release(&folder);
    fs::write(folder.path().join("file"), "").expect("a file");
    fs::create_dir_all(folder.path().join("taken/autopurge")).expect("folders");
    for into in ["file", "file/bin", "taken"] {
        let (code, said) = install(&folder, into);
        assert_eq!(code, Some(1), "{into}: {said}");
        assert!(said.contains("nothing has been installed"), "{into}: {said}");
    }
}

#[test]
fn an_archive_that_cannot_be_unpacked_is_not_called_installed() {
    let folder = TempDir::new().expect("a temporary folder");
    let archive = pack(&folder, HOST, &stand_in(&folder));
    fs::write(folder.path().join("target/pack").join(archive), "no archive").expect("a file");
    release(&folder);
    let (code, said) = install(&folder, "bin");
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("into a folder of PATH") && !said.contains("installed version"), "{said}");
}

#[test]
fn the_image_gets_the_programs_of_both_architectures() {
    let folder = TempDir::new().expect("a temporary folder");
    for target in [HOST, "aarch64-unknown-linux-gnu"] {
        pack(&folder, target, &stand_in(&folder));
    }
    run_step("Programs for the image", &folder, &[("TAG", &format!("v{VERSION}"))]);
    let copied = text("Dockerfile");
    for architecture in ["amd64", "arm64"] {
        let program = format!("target/image/{architecture}/autopurge");
        assert!(folder.path().join(&program).is_file(), "{program}");
    }
    assert!(copied.contains("target/image/${TARGETARCH}/autopurge"), "{copied}");
}

/// cargo-binstall's address of a target, as its template says.
fn address(binstall: &Value, target: &str) -> String {
    let own = &binstall["overrides"][target]["pkg-url"];
    let template = own.as_str().or(binstall["pkg-url"].as_str()).expect("a template");
    let repository = env!("CARGO_PKG_REPOSITORY");
    template.replace("{ repo }", repository).replace("{ version }", VERSION).replace("{ target }", target)
}

#[test]
fn cargo_binstall_asks_for_what_is_packed() {
    let mut command = Command::new(env!("CARGO"));
    command.args(["metadata", "--no-deps", "--offline", "--format-version", "1"]).current_dir(repository());
    let output = command.output().expect("cargo starts");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let binstall = &metadata["packages"][0]["metadata"]["binstall"];
    let folder = TempDir::new().expect("a temporary folder");
    let base = format!("{}/releases/download/v{VERSION}/", env!("CARGO_PKG_REPOSITORY"));
    let packed: Vec<String> =
        targets().iter().map(|target| format!("{base}{}", pack(&folder, target, &stand_in(&folder)))).collect();
    let asked: Vec<String> = targets().iter().map(|target| address(binstall, target)).collect();
    assert_eq!(asked, packed);
    for target in binstall["overrides"].as_object().expect("overrides").keys() {
        assert!(packed.contains(&address(binstall, target)), "{target}");
    }
    assert_eq!(binstall["pkg-fmt"], "tgz");
    assert_eq!(binstall["bin-dir"], "{ bin }{ binary-ext }", "the program stands at the top of the archive");
}

#[test]
fn the_dockerfile_is_right() {
    let Some(hadolint) = tool("hadolint") else { return };
    let (code, said) = ran(Command::new(hadolint).arg("Dockerfile").current_dir(repository()));
    assert_eq!(code, Some(0), "{said}");
}
