//! Writes for people to standard error or the terminal, and decides what a terminal can show.

use std::fs::OpenOptions;
use std::io::{self, IsTerminal, Write};
use std::sync::OnceLock;

use miette::{GraphicalReportHandler, GraphicalTheme, Report};

use super::args::{Color, DisplayArgs};
use super::plain_error::PlainError;
use crate::printable::{one_line, plain};
use crate::report::full::Style;

/// Width of horizontal rules, in columns. Lines are not wrapped, so that commands can be copied.
const WIDTH: usize = 100;

/// How to show findings on a stream that may be a terminal. `has_relief`: also show how to free a full disk.
pub(super) fn style(args: &DisplayArgs, is_terminal: bool, has_relief: bool) -> Style {
    let handler = handler(has_color(args.color.when, is_terminal));
    Style { handler, has_notes: args.verbose, has_relief, is_terse: args.quiet }
}

fn handler(has_color: bool) -> GraphicalReportHandler {
    let theme = if has_color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    GraphicalReportHandler::new_themed(theme).with_width(WIDTH).with_wrap_lines(false).with_links(false)
}

/// When to use colours in error messages. They may come from anywhere, long after the options were read.
static COLOR: OnceLock<Color> = OnceLock::new();

/// Decides when to use colours in error messages, once for the whole run.
pub(super) fn choose_color(color: Color) {
    let _ = COLOR.set(color);
}

/// Prints an error that ends the program.
pub(super) fn complain(report: &Report) {
    let mut text = String::new();
    let color = COLOR.get().copied().unwrap_or(Color::Auto);
    let error = PlainError::new(report.as_ref());
    if handler(has_color(color, io::stderr().is_terminal())).render_report(&mut text, &error).is_err() {
        text = format!("{error}\n");
    }
    say_rendered(&text);
    say_to_terminal(|| text);
}

/// Prints a message of one line to standard error.
pub(super) fn tell(message: &str) {
    say_rendered(&format!("autopurge: {}\n", one_line(message)));
}

/// Prints lines to standard error.
pub(super) fn say(text: &str) {
    say_rendered(&plain(text));
}

/// Prints to standard error what may contain colours, and nothing else that moves the cursor. A failure is ignored:
/// there is nowhere left to report it.
pub(super) fn say_rendered(text: &str) {
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
    // https://no-color.org: "when present and not an empty string (regardless of its value)".
    let is_set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let is_on = |name: &str| is_set(name).is_some_and(|value| value != "0");
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto if is_set("NO_COLOR").is_some() => false,
        Color::Auto if is_on("FORCE_COLOR") || is_on("CLICOLOR_FORCE") => true,
        Color::Auto => is_terminal && std::env::var_os("TERM").is_none_or(|term| term != "dumb"),
    }
}
