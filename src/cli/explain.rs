//! `autopurge explain`: the texts of the checks.

use miette::Diagnostic;
use thiserror::Error;

use super::args::ExplainArgs;
use super::{ExitCode, Knowledge, RulesError, print};
use crate::checks::{Check, UnknownCheck};
use crate::printable::plain;
use crate::rules::CheckText;

/// There is no check with this name.
#[derive(Debug, Error, Diagnostic)]
#[error(transparent)]
#[diagnostic(help("`autopurge explain` lists all checks"))]
struct NoSuchCheck(UnknownCheck);

/// Prints one check's text, or the list of checks.
pub(super) fn run(args: &ExplainArgs) -> miette::Result<ExitCode> {
    let texts = Knowledge::load(args.rules.dir.as_deref())?.texts()?;
    let text = match &args.check {
        None => list(&texts),
        Some(name) => {
            let check: Check = name.parse().map_err(NoSuchCheck)?;
            let text = texts.iter().find(|text| text.id == check.id()).map(whole);
            text.ok_or_else(|| RulesError::BuiltIn(format!("{name} has no text")))?
        }
    };
    print(&plain(&text))?;
    Ok(ExitCode::Success)
}

fn list(texts: &[CheckText]) -> String {
    let width = Check::ALL.iter().map(|check| check.id().len()).max().unwrap_or(0);
    let lines: Vec<String> = texts.iter().map(|text| format!("{:width$}  {}", text.id, text.title)).collect();
    lines.join("\n") + "\n"
}

fn whole(text: &CheckText) -> String {
    let CheckText { id, title, means, why, fix, .. } = text;
    format!(
        "{id}: {title}\nSeverity: {}\n\nWhat it means\n{}\nWhy it matters\n{}\nHow to fix it\n{}",
        text.severity_in_words(),
        indent(means),
        indent(why),
        indent(fix)
    )
}

fn indent(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| format!("  {line}")).collect();
    lines.join("\n") + "\n"
}
