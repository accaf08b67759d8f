//! Reports of many inputs in every format.

mod discreet;
mod formats;
mod order;
mod program;
mod sample;
mod sarif;
mod severities;
mod xml;

use std::path::PathBuf;

use autopurge::checks::{Kept, Severity, Wanted, examine};
use autopurge::cure::{Comments, cure};
use autopurge::detect::{Trigger, read_stream};
use autopurge::report::full::Style;
use autopurge::report::{Format, Options, Part, Report, State, Stream, Tool};
use autopurge::rules;
use miette::{GraphicalReportHandler, GraphicalTheme};

/// A report as a file or pipe gets it.
fn rendered(format: Format, report: &Report) -> String {
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor());
    let handler = handler.with_width(100).with_wrap_lines(false);
    let style = Style { handler, has_notes: true, has_relief: true, is_terse: false };
    format.render(report, &Options { style, fail_on: Some(Severity::Error) }).expect("a report")
}

/// What a stream contributes to a report, byte edits included.
fn part(path: &str, stream: &[u8]) -> Part {
    let rules = rules::built_in();
    let manifests = read_stream(stream, &Trigger::new(&rules).expect("literals"), &rules).expect("YAML");
    let examination = examine(&manifests, &rules, Wanted { interval: 1, retain: None }, Kept::Elsewhere);
    let cure = cure(&manifests, &examination, &rules, Comments::Omit).expect("a cure");
    let state = State::Curable("`--fix` writes this.");
    Stream {
        path,
        manifests: &manifests,
        elsewhere: &(),
        examination: &examination,
        cure: &cure,
        state,
        has_edits: true,
    }
    .part()
}

/// This program.
fn tool() -> Tool {
    Tool::new("2026-11-26", Vec::new())
}

/// Where a case's expected output stands.
fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/report").join(name)
}
