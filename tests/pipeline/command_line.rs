//! Completions and manual pages: from the one declaration, for every command and every option.

use std::fs;
use std::process::Command;

use autopurge::cli::Cli;
use clap::CommandFactory;
use tempfile::TempDir;

use super::ran;

fn autopurge(args: &[&str]) -> String {
    let (code, said) = ran(Command::new(env!("CARGO_BIN_EXE_autopurge")).args(args));
    assert_eq!(code, Some(0), "{said}");
    said
}

/// The names of all commands that are shown.
fn commands() -> Vec<String> {
    Cli::command()
        .get_subcommands()
        .filter(|command| !command.is_hide_set())
        .map(|command| command.get_name().to_owned())
        .collect()
}

/// The file may have any name: what people type after reading the help is what documents say.
#[test]
fn usage_names_the_program() {
    let folder = TempDir::new().expect("a folder");
    let other = folder.path().join("k2");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_autopurge"), &other).expect("a link");
    for command in commands() {
        let (code, said) = ran(Command::new(&other).args([&command, "--help"]));
        assert_eq!(code, Some(0), "{said}");
        let usage = said.lines().find(|line| line.starts_with("Usage: ")).expect("a usage");
        assert!(usage.starts_with(&format!("Usage: autopurge {command}")), "{usage}");
    }
    let (_, said) = ran(Command::new(&other).arg("--help"));
    assert!(said.contains("Usage: autopurge [OPTIONS]") && !said.contains("k2"), "{said}");
}

#[test]
fn every_shell_completes_every_command() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = autopurge(&["completions", shell]);
        for command in commands() {
            assert!(script.contains(&command), "{shell}: {command}");
        }
        for option in ["fail-on", "enforce"] {
            assert!(script.contains(option), "{shell}: {option}");
        }
    }
}

/// The script is not only printed: bash completes with it.
#[test]
fn bash_completes_shapes() {
    let folder = TempDir::new().expect("a temporary folder");
    fs::write(folder.path().join("autopurge.bash"), autopurge(&["completions", "bash"])).expect("a file");
    let script = "source ./autopurge.bash; COMP_WORDS=(autopurge remedy --as k); COMP_CWORD=3; _autopurge autopurge k --as; printf '%s\\n' \"${COMPREPLY[@]}\"";
    let (code, said) = ran(Command::new("bash").args(["-c", script]).current_dir(folder.path()));
    assert_eq!((code, said.as_str()), (Some(0), "kustomize\n"));
}

#[test]
fn every_command_has_a_page() {
    let folder = TempDir::new().expect("a temporary folder");
    autopurge(&["man", folder.path().to_str().expect("UTF-8")]);
    for command in commands() {
        let page = fs::read_to_string(folder.path().join(format!("autopurge-{command}.1"))).expect("a page");
        assert!(page.contains(".TH") && page.contains("OPTIONS"), "{command}");
    }
    let main = fs::read_to_string(folder.path().join("autopurge.1")).expect("a page");
    assert_eq!(main, autopurge(&["man"]));
    assert!(main.contains("autopurge\\-remedy(1)"), "{main}");
}

/// Whoever reads one line has seen enough; nothing is wrong, and nothing is said.
#[test]
fn a_reader_that_goes_away_is_no_error() {
    for command in [
        "remedy --as policy",
        "rules",
        "lint --no-config fixtures/gitops fixtures/charts",
        "lint --no-config --fail-on never --diff fixtures/post-render",
    ] {
        let script = format!(
            "{{ '{}' {command} 2>&3 | head -n 1 >/dev/null; echo ${{PIPESTATUS[0]}}; }} 3>&1",
            env!("CARGO_BIN_EXE_autopurge")
        );
        let repository = crate::tool::repository();
        let (_, said) = ran(Command::new("bash").args(["-c", &script]).current_dir(repository));
        assert!(!said.contains("pipe") && !said.contains('2'), "{command}: {said}");
    }
}
