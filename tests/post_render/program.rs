//! Runs the program as Helm does: bytes in, bytes out, and nothing of the machine's environment.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use crate::tool::repository;

/// What a run left behind.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

impl Ran {
    /// Nothing was passed on, and the message says why. Panics are never a message.
    pub(crate) fn assert_stopped(&self, code: i32, words: &[&str]) {
        assert_eq!(self.code, code, "{}", self.stderr);
        assert!(self.stdout.is_empty(), "something was passed on");
        self.assert_says(words);
    }

    /// The stream came out as it went in.
    pub(crate) fn assert_untouched(&self, input: &[u8]) {
        assert_eq!(self.code, 0, "{}", self.stderr);
        assert!(self.stdout == input, "the stream was changed: {}", String::from_utf8_lossy(&self.stdout));
        self.assert_says(&[]);
    }

    pub(crate) fn assert_says(&self, words: &[&str]) {
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
        for word in words {
            assert!(self.stderr.contains(word), "{word:?} is missing in {}", self.stderr);
        }
    }
}

/// The program with an environment that is empty but for `variables`.
pub(crate) fn autopurge(args: &[&str], variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_autopurge"));
    command.env_clear().args(args).envs(variables.iter().copied()).current_dir(repository());
    command
}

/// Runs `autopurge ARGS` on an input.
pub(crate) fn run(args: &[&str], input: &[u8]) -> Ran {
    run_with(args, &[], input)
}

/// Runs `autopurge ARGS` on an input, with environment variables.
pub(crate) fn run_with(args: &[&str], variables: &[(&str, &str)], input: &[u8]) -> Ran {
    ran(&feed(autopurge(args, variables), input).wait_with_output().expect("an end"))
}

/// Starts a command and gives it its whole input. One that ends without reading it is fine.
pub(crate) fn feed(mut command: Command, input: &[u8]) -> Child {
    let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = pipes.spawn().expect("autopurge starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let _ = stdin.write_all(input);
    child
}

/// How a process ended; -1 stands for a signal.
pub(crate) fn ran(output: &Output) -> Ran {
    Ran {
        code: output.status.code().unwrap_or(-1),
        stdout: output.stdout.clone(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// The folder with a case for each thing that post-render shows.
pub(crate) fn fixtures() -> PathBuf {
    repository().join("fixtures/post-render")
}

/// The input of a case.
pub(crate) fn input_of(case: &str) -> Vec<u8> {
    let folder = fixtures().join(case);
    let path = ["input.yaml", "input.json"].map(|name| folder.join(name)).into_iter().find(|path| path.is_file());
    std::fs::read(path.unwrap_or_else(|| panic!("no input in {case}"))).expect("a readable input")
}
