//! Our plugins under real Helm 3 and 4, from a clean folder of plugins, and what their hooks install.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::{program_folder, ran, text};
use crate::tool::{repository, skip_aloud, tool};

/// A plugin, and the Helm that takes it.
#[derive(Clone, Copy, Debug)]
struct Plugin {
    helm: &'static str,
    folder: &'static str,
    is_renderer: bool,
}

const LINT_3: Plugin = Plugin { helm: "helm3/helm", folder: "helm-plugin-lint-helm3", is_renderer: false };
const LINT_4: Plugin = Plugin { helm: "helm4/helm", folder: "helm-plugin-lint", is_renderer: false };
const RENDERER: Plugin = Plugin { helm: "helm4/helm", folder: "helm-plugin", is_renderer: true };
const PLUGINS: [Plugin; 3] = [LINT_3, LINT_4, RENDERER];

impl Plugin {
    /// The plugin that Helm has installed does its work.
    fn assert_works(self, helm: &Helm) {
        let folder = self.folder;
        if self.is_renderer {
            return helm.assert_renders("autopurge");
        }
        let (code, said) = helm.run(&["autopurge-lint", OFF, "--format", "concise"], &[]);
        assert_eq!(code, Some(1), "{folder}: {said}");
        assert!(said.contains("purge-disabled"), "{folder}: {said}");
        let (code, said) = helm.run(&["autopurge-lint", "fixtures/post-render/already-purges/input.yaml"], &[]);
        assert_eq!(code, Some(0), "{folder}: {said}");
    }
}

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

impl Helm {
    /// `helm template` of a chart whose server never purges, through a post-renderer.
    fn assert_renders(&self, renderer: &str) {
        let chart = self.home.path().join("chart");
        fs::create_dir_all(chart.join("templates")).expect("a folder");
        fs::write(chart.join("Chart.yaml"), "apiVersion: v2\nname: zk\nversion: 1.0.0\n").expect("a chart");
        fs::copy(repository().join(OFF), chart.join("templates/zk.yaml")).expect("a template");
        let (code, said) =
            self.run(&["template", "zk", chart.to_str().expect("UTF-8"), "--post-renderer", renderer], &[]);
        assert_eq!(code, Some(0), "{renderer}: {said}");
        assert!(said.contains("value: \"1\" # autopurge changed this"), "{renderer}: {said}");
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
fn plugins_take_the_program_in_path() {
    for plugin in PLUGINS {
        let Some(helm) = Helm::find(plugin.helm).map(Helm::with_program) else { continue };
        let (code, said) = helm.run(&["plugin", "install", &format!("./{}", plugin.folder)], &[]);
        assert_eq!(code, Some(0), "{plugin:?}: {said}");
        let own = repository().join(plugin.folder).join("bin");
        assert!(!own.exists(), "{plugin:?}: something was installed beside the one in PATH");
        plugin.assert_works(&helm);
    }
}

/// A release of this program in a folder, as the release workflow packs it, and its list of checksums.
fn releases(is_tampered_with: bool) -> TempDir {
    let folder = TempDir::new().expect("a temporary folder");
    let version = env!("CARGO_PKG_VERSION");
    let place = folder.path().join(format!("v{version}"));
    fs::create_dir(&place).expect("a folder");
    let script = format!(
        "name=autopurge-{version}-x86_64-unknown-linux-gnu.tar.gz && tar -I 'gzip -1' -cf $name -C {} autopurge && sha256sum $name > SHA256SUMS",
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
    for plugin in PLUGINS {
        let Some(helm) = Helm::find(plugin.helm).filter(|_| has_release()) else { continue };
        let (folder, releases) = (copied(plugin.folder), releases(false));
        let address = format!("file://{}", releases.path().display());
        let variables = [("AUTOPURGE_RELEASES", address.as_str())];
        let (code, said) = helm.run(&["plugin", "install", folder.path().to_str().expect("UTF-8")], &variables);
        assert_eq!(code, Some(0), "{plugin:?}: {said}");
        plugin.assert_works(&helm);
    }
}

/// Helm 3 has no plugins that render, but takes the path of the program that the other plugin's hook installed.
#[test]
fn helm_3_renders_with_what_the_hook_installed() {
    let Some(helm) = Helm::find(LINT_3.helm).filter(|_| has_release()) else { return };
    let (folder, releases) = (copied(LINT_3.folder), releases(false));
    let address = format!("file://{}", releases.path().display());
    let path = folder.path().to_str().expect("UTF-8");
    let (code, said) = helm.run(&["plugin", "install", path], &[("AUTOPURGE_RELEASES", &address)]);
    assert_eq!(code, Some(0), "{said}");
    let (_, plugins) = helm.run(&["env", "HELM_PLUGINS"], &[]);
    let name = folder.path().file_name().expect("a name").to_str().expect("UTF-8");
    helm.assert_renders(&format!("{}/{name}/bin/autopurge", plugins.trim()));
}

#[test]
fn a_release_with_another_checksum_is_not_installed() {
    for plugin in [LINT_4, RENDERER] {
        let Some(helm) = Helm::find(plugin.helm).filter(|_| has_release()) else { return };
        let (folder, releases) = (copied(plugin.folder), releases(true));
        let address = format!("file://{}", releases.path().display());
        let path = folder.path().to_str().expect("UTF-8");
        let (code, said) = helm.run(&["plugin", "install", path], &[("AUTOPURGE_RELEASES", &address)]);
        assert_eq!(code, Some(1), "{plugin:?}: {said}");
        assert!(said.contains("is not what SHA256SUMS says"), "{plugin:?}: {said}");
        assert!(!folder.path().join("bin").exists());
    }
}

/// Puts a cargo into a Helm's `PATH` that only notes what it was asked, because building takes minutes.
fn add_cargo(helm: &Helm) {
    let cargo = helm.home.path().join("bin/cargo");
    let script = format!(
        "#!/bin/sh\necho \"$@\" > {0}/asked\nwhile [ \"$1\" != --root ]; do shift; done\nmkdir -p \"$2/bin\" && cp {1}/autopurge \"$2/bin/\"\n",
        helm.home.path().display(),
        program_folder().display()
    );
    fs::write(&cargo, script).expect("a file");
    fs::set_permissions(&cargo, fs::Permissions::from_mode(0o755)).expect("permissions");
}

#[test]
fn the_hook_builds_where_there_is_no_release() {
    for plugin in [LINT_4, RENDERER] {
        let Some(helm) = Helm::find(plugin.helm) else { return };
        add_cargo(&helm);
        let folder = copied(plugin.folder);
        let path = folder.path().to_str().expect("UTF-8");
        let (code, said) = helm.run(&["plugin", "install", path], &[("AUTOPURGE_RELEASES", "file:///nowhere")]);
        assert_eq!(code, Some(0), "{plugin:?}: {said}");
        let asked = fs::read_to_string(helm.home.path().join("asked")).expect("cargo was asked");
        let crate_of_version = format!("autopurge@{}", env!("CARGO_PKG_VERSION"));
        assert!(asked.starts_with("install --locked") && asked.trim_end().ends_with(&crate_of_version), "{asked}");
        assert!(folder.path().join("bin/autopurge").is_file());
        plugin.assert_works(&helm);
    }
}

#[test]
fn without_release_and_cargo_the_hook_says_what_to_do() {
    for plugin in [LINT_3, RENDERER] {
        let Some(helm) = Helm::find(plugin.helm) else { return };
        let folder = copied(plugin.folder);
        let path = folder.path().to_str().expect("UTF-8");
        let (code, said) = helm.run(&["plugin", "install", path], &[("AUTOPURGE_RELEASES", "file:///nowhere")]);
        assert_eq!(code, Some(1), "{plugin:?}: {said}");
        assert!(said.contains("into a folder of PATH"), "{plugin:?}: {said}");
    }
}

/// Helm keeps what the program would say to itself; what `run.sh` says without a program names the way out.
#[test]
fn a_plugin_without_its_program_says_how_to_get_it() {
    let mut command = Command::new("sh");
    command
        .arg("helm-plugin/run.sh")
        .arg("post-render")
        .env("PATH", "/usr/bin:/bin")
        .env("HELM_PLUGIN_NAME", "autopurge");
    let (code, said) = ran(command.current_dir(repository()));
    assert_eq!(code, Some(127), "{said}");
    assert!(said.contains("helm plugin update autopurge installs it"), "{said}");
}

/// An archive of the post-renderer, packed and signed by a key of its own as the documentation says.
fn signed(helm: &Helm) -> Option<(PathBuf, PathBuf)> {
    if Command::new("gpg").arg("--version").output().is_err() {
        skip_aloud("gpg is not there, so no plugin can be signed");
        return None;
    }
    let home = helm.home.path();
    let script = format!(
        "set -e; umask 077; mkdir -p keys; export GNUPGHOME=$PWD/keys
         gpg --batch --quiet --passphrase '' --quick-generate-key you@example.com rsa2048
         gpg --batch --quiet --export-secret-keys > keys/secring.gpg; gpg --batch --quiet --export > keys/pubring.gpg
         {} plugin package --sign --key you@example.com --keyring keys/secring.gpg -d . {}/helm-plugin
         gpgconf --kill all",
        helm.program.display(),
        repository().display()
    );
    let mut command = Command::new("bash");
    let (code, said) = ran(command.args(["-c", &script]).current_dir(home).env("HOME", home));
    assert_eq!(code, Some(0), "{said}");
    Some((home.join(format!("autopurge-{}.tgz", env!("CARGO_PKG_VERSION"))), home.join("keys/pubring.gpg")))
}

#[test]
fn an_archive_is_verified_by_its_signature() {
    let Some(helm) = Helm::find(RENDERER.helm).map(Helm::with_program) else { return };
    let Some((archive, keyring)) = signed(&helm) else { return };
    let (archive, keyring) = (archive.to_str().expect("UTF-8"), keyring.to_str().expect("UTF-8"));
    let (code, said) = helm.run(&["plugin", "install", "--keyring", keyring, archive], &[]);
    assert_eq!(code, Some(0), "{said}");
    RENDERER.assert_works(&helm);
    let (_, said) = helm.run(&["plugin", "uninstall", "autopurge"], &[]);
    fs::remove_file(format!("{archive}.prov")).expect("a provenance file");
    let (code, refused) = helm.run(&["plugin", "install", "--keyring", keyring, archive], &[]);
    assert_eq!(code, Some(1), "{said}{refused}");
    assert!(refused.contains("no provenance file"), "{refused}");
    let (code, said) = helm.run(&["plugin", "install", "--verify=false", archive], &[]);
    assert_eq!(code, Some(0), "{said}");
    RENDERER.assert_works(&helm);
}

/// A folder has to work alone, so the scripts stand in all of them; they are the same.
#[test]
fn scripts_are_the_same_everywhere_and_versions_too() {
    for Plugin { folder, .. } in PLUGINS {
        assert_eq!(text(&format!("{folder}/install.sh")), text("packaging/install.sh"));
        assert_eq!(text(&format!("{folder}/hook.sh")), text("helm-plugin/hook.sh"));
        assert_eq!(text(&format!("{folder}/run.sh")), text("helm-plugin/run.sh"));
        let version = format!("\nversion: {}\n", env!("CARGO_PKG_VERSION"));
        assert!(text(&format!("{folder}/plugin.yaml")).contains(&version), "{folder}");
    }
}
