//! Writes the requested reports. All of them are rendered before the first one is written.

use std::io::{self, IsTerminal};
use std::path::PathBuf;

use miette::Diagnostic;
use thiserror::Error;

use super::report_args::Output;
use super::{BUG, report_file, write_out};
use crate::report::{Options, Report};

/// Why a report cannot be written.
#[derive(Debug, Error, Diagnostic)]
pub enum ReportError {
    /// It cannot be serialised.
    #[error("cannot create the report: {0}")]
    #[diagnostic(help("{BUG}"))]
    Format(#[from] serde_json::Error),
    /// Its file cannot be written.
    #[error("cannot write the report to {path}: {cause}")]
    #[diagnostic(help("choose a file in an existing, writable folder"))]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// Standard output cannot be written to.
    #[error("cannot write the report to standard output: {0}")]
    Output(io::Error),
}

/// Writes a report in each requested format; first the files, each as a whole or not at all. `options` gives the
/// options for a terminal (`true`) or anything else.
///
/// # Errors
/// The first report that cannot be rendered or written.
pub fn write_reports(
    outputs: &[Output],
    report: &Report,
    options: impl Fn(bool) -> Options,
) -> Result<(), ReportError> {
    let render = |output: &Output| {
        let is_terminal = output.file.is_none() && io::stdout().is_terminal();
        output.format.render(report, &options(is_terminal))
    };
    let texts: Vec<String> = outputs.iter().map(render).collect::<Result<_, serde_json::Error>>()?;
    let (files, streams): (Vec<_>, Vec<_>) = outputs.iter().zip(&texts).partition(|(output, _)| output.file.is_some());
    for (output, text) in files {
        let Some(path) = &output.file else { continue };
        report_file::write_file(path, text).map_err(|cause| ReportError::File { path: path.clone(), cause })?;
    }
    for (_, text) in streams {
        write_out(text.as_bytes()).map_err(ReportError::Output)?;
    }
    Ok(())
}
