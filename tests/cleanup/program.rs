//! Runs the program with nothing of the machine's environment.

use std::path::Path;
use std::process::{Command, Output, Stdio};

/// What a run left behind.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    /// Every one of these words was said, on either stream. Panics are never a message.
    pub(crate) fn assert_says(&self, words: &[&str]) {
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
        for word in words {
            let is_said = [&self.stdout, &self.stderr].into_iter().any(|text| unwrapped(text).contains(word));
            assert!(is_said, "{word:?} is missing in {self:#?}");
        }
    }

    /// The report in JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:#?}"))
    }
}

/// Messages may be laid out in lines.
fn unwrapped(text: &str) -> String {
    text.split_whitespace().collect::<Vec<&str>>().join(" ")
}

/// The program, in a folder.
pub(crate) fn autopurge(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_autopurge"));
    command.env_clear().args(args).current_dir(folder).stdin(Stdio::null());
    command
}

/// Runs `autopurge ARGS` in a folder.
pub(crate) fn run(folder: &Path, args: &[&str]) -> Ran {
    ran(&autopurge(folder, args).output().expect("autopurge starts"))
}

/// How a process ended; -1 stands for a signal.
pub(crate) fn ran(output: &Output) -> Ran {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ran { code: output.status.code().unwrap_or(-1), stdout: text(&output.stdout), stderr: text(&output.stderr) }
}
