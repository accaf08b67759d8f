//! Transcripts of a terminal: commands with what they print.

use tempfile::TempDir;

use super::{bash, runnable};

/// A command with the lines that it prints.
fn steps(text: &str) -> Vec<(String, Vec<&str>)> {
    let mut steps: Vec<(String, Vec<&str>)> = Vec::new();
    for line in text.lines() {
        match (line.strip_prefix("$ "), steps.last_mut()) {
            (Some(command), _) => steps.push((command.to_owned(), Vec::new())),
            (None, Some((command, printed))) if printed.is_empty() && command.ends_with('\\') => {
                command.push('\n');
                command.push_str(line);
            }
            (None, Some((_, printed))) => printed.push(line),
            (None, None) => panic!("a transcript begins with a command: {line}"),
        }
    }
    steps
}

/// The commands alone.
pub(super) fn commands(text: &str) -> String {
    steps(text).into_iter().map(|(command, _)| command + "\n").collect()
}

/// Runs all commands in one folder; the exit code is that of the last one.
pub(super) fn check(text: &str, code: i32, folder: &TempDir) -> Result<(), String> {
    let steps = steps(text);
    for (at, (command, printed)) in steps.iter().enumerate() {
        let code = if at + 1 == steps.len() { code } else { 0 };
        let said = bash(&["-c", &runnable(command)], folder, code)?;
        let lines: Vec<&str> = said.lines().collect();
        if !fits(&lines, printed) {
            return Err(format!("$ {command}\nprints\n{said}\nand not\n{}", printed.join("\n")));
        }
    }
    Ok(())
}

/// Whether lines are those that were written down.
fn fits(lines: &[&str], written: &[&str]) -> bool {
    match written.split_first() {
        None => lines.is_empty(),
        Some((&"...", rest)) => (0..=lines.len()).any(|skipped| fits(&lines[skipped..], rest)),
        Some((first, rest)) => {
            lines.split_first().is_some_and(|(line, lines)| fits_line(line, first) && fits(lines, rest))
        }
    }
}

fn fits_line(line: &str, written: &str) -> bool {
    let Some((head, tail)) = written.split_once("[..]") else { return line.trim_end() == written.trim_end() };
    let Some(rest) = line.strip_prefix(head) else { return false };
    (0..=rest.len()).filter(|at| rest.is_char_boundary(*at)).any(|at| fits_line(&rest[at..], tail))
}

#[test]
fn transcripts_stand_for_what_is_printed() {
    assert!(fits(&["a", "b", "c"], &["a", "...", "c"]));
    assert!(fits(&["a 12 b"], &["a [..] b"]));
    assert!(!fits(&["a", "b"], &["a"]));
    assert!(!fits(&["a 12 c"], &["a [..] b"]));
    assert_eq!(steps("$ a \\\n  b\nc\n"), [("a \\\n  b".to_owned(), vec!["c"])]);
}
