//! The CLI plugins `autopurge-lint` under real Helm 3 and 4, from a clean folder of plugins, and what their hooks install.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::{program_folder, ran, repository, text};
use crate::tool::tool;

/// Both plugins: the Helm that takes it, and its folder.
const PLUGINS: [(&str, &str); 2] = [("helm3/helm", "helm-plugin-lint-helm3"), ("helm4/helm", "helm-plugin-lint")];

/// A Helm that knows no plugin and finds no `autopurge`.
struct Helm {
    program: PathBuf,
    home: TempDir,
}

impl Helm {
    fn find(name: &str) -> Option<Self> {
        let program = tool(name)?;
        let home = TempDir::new().expect("a temporary folder");
        fs::create_dir(home.path().join("bin")).expect("a folder for PATH");
        Some(Self { program, home })
    }

    /// With `autopurge` in `PATH`.
    fn with_program(self) -> Self {
        symlink(program_folder().join("autopurge"), self.home.path().join("bin/autopurge")).expect("a link");
        self
    }

    fn run(&self, args: &[&str], variables: &[(&str, &str)]) -> (Option<i32>, String) {
        let path = format!("{}:/usr/bin:/bin", self.home.path().join("bin").display());
        let data = self.home.path().join("data");
        let mut command = Command::new(&self.program);
        command.env_clear().env("HOME", self.home.path()).env("PATH", path).env("HELM_DATA_HOME", &data);
        command.env("HELM_PLUGINS", data.join("plugins")).envs(variables.iter().copied()).args(args);
        ran(command.current_dir(repository()))
    }
}

/// A copy of a plugin's folder, as an unpacked archive is one: nothing of this repository around it.
fn copied(folder: &str) -> TempDir {
    let copy = TempDir::new().expect("a temporary folder");
    for entry in fs::read_dir(repository().join(folder)).expect("the plugin") {
        let entry = entry.expect("a file");
        fs::copy(entry.path(), copy.path().join(entry.file_name())).expect("a copy");
    }
    copy
}

const OFF: &str = "fixtures/post-render/never-purges/input.yaml";

#[test]
fn helm_lints_with_the_program_in_path() {
    for (program, folder) in PLUGINS {
        let Some(helm) = Helm::find(program).map(Helm::with_program) else { continue };
        let (code, said) = helm.run(&["plugin", "install", &format!("./{folder}")], &[]);
        assert_eq!(code, Some(0), "{program}: {said}");
        assert!(
            !repository().join(folder).join("bin").exists(),
            "{program}: something was installed beside the one in PATH"
        );
        let (code, said) = helm.run(&["autopurge-lint", OFF, "--format", "concise"], &[]);
        assert_eq!(code, Some(1), "{program}: {said}");
        assert!(said.contains("purge-disabled"), "{program}: {said}");
        let (code, said) = helm.run(&["autopurge-lint", "fixtures/post-render/already-purges/input.yaml"], &[]);
        assert_eq!(code, Some(0), "{program}: {said}");
    }
}

/// A release of this program in a folder, as the release workflow packs it, and its list of checksums.
fn releases(is_tampered_with: bool) -> TempDir {
    let folder = TempDir::new().expect("a temporary folder");
    let version = env!("CARGO_PKG_VERSION");
    let place = folder.path().join(format!("v{version}"));
    fs::create_dir(&place).expect("a folder");
    let script = format!(
        "name=autopurge-{version}-x86_64-unknown-linux-musl.tar.gz && tar -czf $name -C {} autopurge && sha256sum $name > SHA256SUMS",
        program_folder().display()
    );
    let (code, said) = ran(Command::new("bash").args(["-c", &script]).current_dir(&place));
    assert_eq!(code, Some(0), "{said}");
    if is_tampered_with {
        let list = place.join("SHA256SUMS");
        let text = fs::read_to_string(&list).expect("a list");
        fs::write(list, format!("{}{}", "0".repeat(64), &text[64..])).expect("a list");
    }
    folder
}

/// Where `curl` and this machine's kind of release are.
fn has_release() -> bool {
    let is_known = cfg!(all(target_os = "linux", target_arch = "x86_64"));
    is_known && ["/usr/bin/curl", "/bin/curl"].iter().any(|path| Path::new(path).exists())
}

#[test]
fn the_hook_installs_a_release() {
    for (program, folder) in PLUGINS {
        let Some(helm) = Helm::find(program).filter(|_| has_release()) else { continue };
        let (plugin, releases) = (copied(folder), releases(false));
        let address = format!("file://{}", releases.path().display());
        let variables = [("AUTOPURGE_RELEASES", address.as_str())];
        let (code, said) = helm.run(&["plugin", "install", plugin.path().to_str().expect("UTF-8")], &variables);
        assert_eq!(code, Some(0), "{program}: {said}");
        let (code, said) = helm.run(&["autopurge-lint", OFF, "--format", "concise"], &[]);
        assert_eq!(code, Some(1), "{program}: {said}");
        assert!(said.contains("purge-disabled"), "{program}: {said}");
    }
}

#[test]
fn a_release_with_another_checksum_is_not_installed() {
    let (program, folder) = PLUGINS[1];
    let Some(helm) = Helm::find(program).filter(|_| has_release()) else { return };
    let (plugin, releases) = (copied(folder), releases(true));
    let address = format!("file://{}", releases.path().display());
    let (code, said) =
        helm.run(&["plugin", "install", plugin.path().to_str().expect("UTF-8")], &[("AUTOPURGE_RELEASES", &address)]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("is not what SHA256SUMS says"), "{said}");
    assert!(!plugin.path().join("bin").exists());
}

/// Cargo is asked where there is no release; this one only notes what it was asked, because building takes minutes.
#[test]
fn the_hook_builds_where_there_is_no_release() {
    let (program, folder) = PLUGINS[1];
    let Some(helm) = Helm::find(program) else { return };
    let cargo = helm.home.path().join("bin/cargo");
    let script = format!(
        "#!/bin/sh\necho \"$@\" > {0}/asked\nwhile [ \"$1\" != --root ]; do shift; done\nmkdir -p \"$2/bin\" && cp {1}/autopurge \"$2/bin/\"\n",
        helm.home.path().display(),
        program_folder().display()
    );
    fs::write(&cargo, script).expect("a file");
    fs::set_permissions(&cargo, fs::Permissions::from_mode(0o755)).expect("permissions");
    let plugin = copied(folder);
    let (code, said) = helm.run(
        &["plugin", "install", plugin.path().to_str().expect("UTF-8")],
        &[("AUTOPURGE_RELEASES", "file:///nowhere")],
    );
    assert_eq!(code, Some(0), "{said}");
    let asked = fs::read_to_string(helm.home.path().join("asked")).expect("cargo was asked");
    assert!(
        asked.starts_with("install --locked")
            && asked.trim_end().ends_with(&format!("autopurge@{}", env!("CARGO_PKG_VERSION"))),
        "{asked}"
    );
    assert!(plugin.path().join("bin/autopurge").is_file());
}

#[test]
fn without_release_and_cargo_the_hook_says_what_to_do() {
    let (program, folder) = PLUGINS[0];
    let Some(helm) = Helm::find(program) else { return };
    let plugin = copied(folder);
    let (code, said) = helm.run(
        &["plugin", "install", plugin.path().to_str().expect("UTF-8")],
        &[("AUTOPURGE_RELEASES", "file:///nowhere")],
    );
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("into a folder of PATH"), "{said}");
}

/// A folder has to work alone, so the scripts stand in both; they are the same.
#[test]
fn scripts_are_the_same_everywhere_and_versions_too() {
    for (_, folder) in PLUGINS {
        assert_eq!(text(&format!("{folder}/install.sh")), text("packaging/install.sh"));
        assert_eq!(text(&format!("{folder}/hook.sh")), text("helm-plugin-lint/hook.sh"));
        assert_eq!(text(&format!("{folder}/run.sh")), text("helm-plugin-lint/run.sh"));
        assert!(
            text(&format!("{folder}/plugin.yaml")).contains(&format!("\nversion: {}\n", env!("CARGO_PKG_VERSION")))
        );
    }
}
