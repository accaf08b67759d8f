//! Writes for people to standard error or the terminal, and decides what a terminal can show.

use std::fs::OpenOptions;
use std::io::{self, IsTerminal, Write};

use miette::{GraphicalReportHandler, GraphicalTheme, Report};

use super::args::{Color, DisplayArgs};
use crate::report::full::Style;

/// Width of horizontal rules, in columns. Lines are not wrapped, so that commands can be copied.
const WIDTH: usize = 100;

/// How to show findings on a stream that may be a terminal. `has_relief`: also show how to free a full disk.
pub(super) fn style(args: &DisplayArgs, is_terminal: bool, has_relief: bool) -> Style {
    Style { handler: handler(has_color(args.color.when, is_terminal)), has_notes: args.verbose, has_relief }
}

fn handler(has_color: bool) -> GraphicalReportHandler {
    let theme = if has_color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    GraphicalReportHandler::new_themed(theme).with_width(WIDTH).with_wrap_lines(false).with_links(false)
}

/// Prints an error that ends the program.
pub(super) fn complain(report: &Report) {
    let mut text = String::new();
    let is_terminal = io::stderr().is_terminal();
    let error: &dyn miette::Diagnostic = report.as_ref();
    if handler(has_color(Color::Auto, is_terminal)).render_report(&mut text, error).is_err() {
        text = format!("{report}\n");
    }
    say(&text);
    say_to_terminal(|| text);
}

/// Prints to standard error. A failure is ignored: there is nowhere left to report it.
pub(super) fn say(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}

/// Helm 4 discards standard error, whether the renderer succeeds or fails, so this writes to the terminal of the user.
/// It does nothing without a terminal, or if standard error is one.
pub(super) fn say_to_terminal(text: impl FnOnce() -> String) {
    let is_helm_4 = std::env::var_os("HELM_PLUGIN_NAME").is_some();
    if !is_helm_4 || io::stderr().is_terminal() {
        return;
    }
    if let Ok(mut terminal) = OpenOptions::new().write(true).open("/dev/tty") {
        let _ = terminal.write_all(text().as_bytes());
    }
}

pub(super) fn has_color(color: Color, is_terminal: bool) -> bool {
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto if is_set("NO_COLOR") => false,
        Color::Auto if is_set("FORCE_COLOR") || is_set("CLICOLOR_FORCE") => true,
        Color::Auto => is_terminal && std::env::var_os("TERM").is_none_or(|term| term != "dumb"),
    }
}
