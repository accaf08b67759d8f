//! Documentation cannot rot: every code block of README and docs says what it is, and is run or parsed.
//!
//! The words behind a fence: `sh run` and `console run` are run in a folder that looks like a fresh clone with
//! `autopurge` in `PATH`, `run=1` expects exit code 1; `sh parse` and `console parse` need a cluster or the network, and
//! are read by bash alone. In `console`, lines behind `$ ` are commands and the others what they print: `...` stands for
//! any lines, `[..]` for anything within one.

mod block;
mod layers;
mod transcript;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use block::{Block, blocks};

use crate::tool::repository;

/// Languages that nobody here can check.
const LEFT_ALONE: [&str; 5] = ["text", "hcl", "groovy", "mermaid", "promql"];

#[test]
fn every_block_is_what_it_says() {
    let pages = pages();
    assert!(pages.len() > 20, "{pages:?}");
    let wrong: Vec<String> = pages.iter().flat_map(|page| mistakes(page)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// All pages in the repository's root, in `docs/`, and beside plugins.
fn pages() -> Vec<PathBuf> {
    let is_page = |path: &Path| path.extension().is_some_and(|extension| extension == "md");
    let is_ours = |entry: &walkdir::DirEntry| {
        let name = entry.file_name().to_string_lossy();
        entry.depth() != 1 || name == "docs" || name.starts_with("helm-plugin") || is_page(entry.path())
    };
    let walk = walkdir::WalkDir::new(repository()).sort_by_file_name().into_iter().filter_entry(is_ours);
    walk.map(|entry| entry.expect("a readable folder").into_path()).filter(|path| is_page(path)).collect()
}

fn mistakes(page: &Path) -> Vec<String> {
    let text = fs::read_to_string(page).expect("a page");
    let name = page.strip_prefix(repository()).expect("inside").display();
    let wrong = blocks(&text).into_iter().filter_map(|block| Some((block.line, check(&block).err()?)));
    wrong.map(|(line, mistake)| format!("{name}:{line}: {mistake}")).collect()
}

fn check(block: &Block) -> Result<(), String> {
    match (block.language.as_str(), block.tag.as_str()) {
        ("yaml", "") => every_yaml(&block.text),
        ("json", "") => {
            serde_json::from_str::<serde_json::Value>(&block.text).map(|_| ()).map_err(|error| error.to_string())
        }
        ("sh" | "bash", "parse") => bash(&["-n", "-c", &block.text], &clone(), 0).map(|_| ()),
        ("sh" | "bash", "run") => {
            bash(&["-euo", "pipefail", "-c", &runnable(&block.text)], &clone(), block.code).map(|_| ())
        }
        ("console", "parse") => bash(&["-n", "-c", &transcript::commands(&block.text)], &clone(), 0).map(|_| ()),
        ("console", "run") => transcript::check(&block.text, block.code, &clone()),
        ("sh" | "bash" | "console", tag) => {
            Err(format!("a shell block has to be tagged run or parse, and not {tag:?}"))
        }
        (language, "") if LEFT_ALONE.contains(&language) => Ok(()),
        (language, tag) => Err(format!("nobody knows what to do with {language:?} {tag:?}")),
    }
}

fn every_yaml(text: &str) -> Result<(), String> {
    use serde::Deserialize;
    serde_yaml::Deserializer::from_str(text)
        .try_for_each(|document| serde_json::Value::deserialize(document).map(|_| ()))
        .map_err(|error| error.to_string())
}

/// Building takes minutes, and the program that is tested was built already.
fn runnable(text: &str) -> String {
    text.replace("cargo run --release -- ", "autopurge ")
}

/// A folder in which everything of the repository is seen, and nothing that is written stays. Fixtures are copies:
/// whoever changes files does not follow links.
fn clone() -> TempDir {
    let folder = TempDir::new().expect("a temporary folder");
    for entry in fs::read_dir(repository()).expect("the repository") {
        let entry = entry.expect("a file");
        if entry.file_name() == "fixtures" {
            let copied = Command::new("cp").arg("-r").args([entry.path().as_path(), folder.path()]).status();
            assert!(copied.expect("cp starts").success());
        } else if entry.file_name() != "target" && entry.file_name() != ".git" {
            symlink(entry.path(), folder.path().join(entry.file_name())).expect("a link");
        }
    }
    folder
}

/// Runs bash; both outputs in one text, or what went wrong.
fn bash(args: &[&str], folder: &TempDir, code: i32) -> Result<String, String> {
    let program = Path::new(env!("CARGO_BIN_EXE_autopurge")).parent().expect("a folder");
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap_or_default());
    let mut command = Command::new("bash");
    command.args(args).env("PATH", path).env("NO_COLOR", "1").env_remove("AUTOPURGE_MODE").current_dir(folder.path());
    let output = command.stdin(std::process::Stdio::null()).output().expect("bash starts");
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    if output.status.code() == Some(code) {
        Ok(said)
    } else {
        Err(format!("ended with {} and not {code}:\n{said}", output.status))
    }
}
