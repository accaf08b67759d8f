//! Runs real Helm, with `autopurge` found by name in `PATH` and with folders of its own, so that nothing of the
//! machine's Helm configuration takes part.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use autopurge::helm::HelmVersion;
use tempfile::TempDir;

use crate::tool::{repository, tool};

/// A renderer that hands on what it gets.
const PASS_THROUGH: &str = "apiVersion: v1
type: postrenderer/v1
name: pass-through
version: 0.1.0
runtime: subprocess
runtimeConfig:
  platformCommand:
    - command: cat
";

/// A real Helm that can run `--post-renderer autopurge`.
pub(super) struct Helm {
    pub(super) version: HelmVersion,
    program: PathBuf,
    home: TempDir,
}

impl Helm {
    /// Helm 3 and Helm 4, or those of them that are there.
    pub(super) fn each() -> impl Iterator<Item = Self> {
        HelmVersion::ALL.into_iter().filter_map(Self::find)
    }

    /// `None`, said aloud, where `tests/tools.sh` has not been run; continuous integration must have it.
    pub(super) fn find(version: HelmVersion) -> Option<Self> {
        let program = tool(match version {
            HelmVersion::V3 => "helm3/helm",
            HelmVersion::V4 => "helm4/helm",
        })?;
        let home = TempDir::new().expect("a temporary folder");
        let bin = home.path().join("bin");
        fs::create_dir(&bin).expect("a folder for PATH");
        symlink(env!("CARGO_BIN_EXE_autopurge"), bin.join("autopurge")).expect("autopurge in PATH");
        let helm = Self { version, program, home };
        if version == HelmVersion::V4 {
            helm.install_plugin(&repository().join("helm-plugin"));
        }
        Some(helm)
    }

    /// What `helm template events CHART ARGS` prints, with `autopurge` as the post-renderer.
    pub(super) fn post_rendered(&self, chart: &Path, args: &[&str]) -> String {
        stdout_of(&self.run(chart, &[&["--post-renderer", "autopurge"], args].concat(), &[]))
    }

    /// What Helm makes of the chart by itself: under Helm 4 with a renderer that hands on what it gets, because
    /// there the mere presence of a renderer changes the output.
    pub(super) fn rendered(&self, chart: &Path, args: &[&str]) -> String {
        let renderer: &[&str] = match self.version {
            HelmVersion::V3 => &[],
            HelmVersion::V4 => {
                self.install_pass_through();
                &["--post-renderer", "pass-through"]
            }
        };
        stdout_of(&self.run(chart, &[renderer, args].concat(), &[]))
    }

    /// `helm template events CHART ARGS` with more environment variables.
    pub(super) fn run(&self, chart: &Path, args: &[&str], variables: &[(&str, &str)]) -> Output {
        self.command()
            .args(["template", "events"])
            .arg(chart)
            .args(args)
            .envs(variables.iter().copied())
            .output()
            .expect("Helm starts")
    }

    /// A path in the folder that this Helm has for itself.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command
            .env_clear()
            .env("HOME", self.home.path())
            .env("PATH", self.search_path())
            .env("HELM_CACHE_HOME", self.path("cache"))
            .env("HELM_CONFIG_HOME", self.path("config"))
            .env("HELM_DATA_HOME", self.path("data"));
        command
    }

    fn search_path(&self) -> OsString {
        let inherited = env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(self.path("bin")).chain(env::split_paths(&inherited));
        env::join_paths(folders).expect("PATH without colons in its folders")
    }

    fn install_plugin(&self, folder: &Path) {
        stdout_of(&self.command().args(["plugin", "install"]).arg(folder).output().expect("Helm starts"));
    }

    fn install_pass_through(&self) {
        let folder = self.path("pass-through");
        if folder.exists() {
            return;
        }
        fs::create_dir(&folder).expect("a folder for the plugin");
        fs::write(folder.join("plugin.yaml"), PASS_THROUGH).expect("a plugin");
        self.install_plugin(&folder);
    }
}

fn stdout_of(output: &Output) -> String {
    assert!(output.status.success(), "Helm failed: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}
