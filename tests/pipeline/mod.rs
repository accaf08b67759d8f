//! What people put into their pipelines: hooks, actions, plugins and packages, run by the programs that run them there.

mod action;
mod callers;
mod checks_pages;
mod command_line;
mod demo;
mod escapes;
mod helm_plugins;
mod packaging;
mod pre_commit;
mod workflows;

use std::path::Path;
use std::process::{Command, Output};

use crate::tool::repository;

/// A text of the repository.
fn text(path: &str) -> String {
    std::fs::read_to_string(repository().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The folder with the program, for `PATH`.
fn program_folder() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_autopurge")).parent().expect("a folder")
}

/// `PATH` with the program in front.
fn path_with_program() -> String {
    format!("{}:{}", program_folder().display(), std::env::var("PATH").unwrap_or_default())
}

/// Runs a command to its end; both outputs in one text.
fn ran(command: &mut Command) -> (Option<i32>, String) {
    let Output { status, stdout, stderr } = command.output().expect("it starts");
    (status.code(), String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned())
}
