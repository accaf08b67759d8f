//! Asks the Go libraries that Helm itself is made of.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::tool::{repository, skip};

/// A program of `tests/helm/oracle`, built against one version of a Go module.
pub(super) struct Oracle {
    folder: TempDir,
}

impl Oracle {
    /// `None`, said aloud, where Go or the module cannot be had.
    pub(super) fn build(program: &str, module: &str, version: &str) -> Option<Self> {
        let folder = TempDir::new().unwrap();
        fs::copy(repository().join("tests/helm/oracle").join(program), folder.path().join("main.go")).unwrap();
        let needs = format!("module oracle\n\ngo 1.21\n\nrequire {module} {version}\n");
        fs::write(folder.path().join("go.mod"), needs).unwrap();
        let mut build = Command::new("go");
        build
            .args(["build", "-o", "oracle", "."])
            .env("GOFLAGS", "-mod=mod -buildvcs=false")
            .env("GOTOOLCHAIN", "local");
        let reason = match build.current_dir(folder.path()).output() {
            Ok(output) if output.status.success() => return Some(Self { folder }),
            Ok(output) => String::from_utf8_lossy(&output.stderr).into_owned(),
            Err(error) => error.to_string(),
        };
        skip(&format!("{module} {version} cannot be built with Go: {reason}"));
        None
    }

    /// One answer for each question, both without line ends.
    pub(super) fn ask(&self, questions: &[String]) -> Vec<String> {
        let mut command = Command::new(self.folder.path().join("oracle"));
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut input = child.stdin.take().unwrap();
        let text = questions.iter().map(|question| format!("{question}\n")).collect::<String>();
        let writer = std::thread::spawn(move || input.write_all(text.as_bytes()));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap().unwrap();
        let answers: Vec<_> = String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect();
        assert_eq!(answers.len(), questions.len());
        answers
    }
}
