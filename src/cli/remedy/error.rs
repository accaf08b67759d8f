//! Why no remedy can be written.

use std::io;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use miette::Diagnostic;
use thiserror::Error;

use super::{BUG, Shape};
use crate::cli::TO_UTF8;
use crate::cli::broken::LocatedFault;
use crate::cure::CureError;
use crate::helm::HelmError;
use crate::lint::RenderError;
use crate::printable::shell_word;
use crate::remedy::Inexpressible;

/// Why no remedy can be written. Nothing has been written.
#[derive(Debug, Error, Diagnostic)]
pub(in crate::cli) enum RemedyError {
    /// An input cannot be read.
    #[error("cannot read {}: {cause}", path.display())]
    Input {
        /// Its path; `-` is standard input.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// An input is in an encoding that is not supported.
    #[error("{}: the manifests are UTF-16; autopurge reads UTF-8 only", path.display())]
    #[diagnostic(help("convert them {TO_UTF8}"))]
    Utf16 {
        /// Its path; `-` is standard input.
        path: PathBuf,
    },
    /// No path is given, and standard input is a terminal.
    #[error("nothing to read: no path given, and standard input is a terminal")]
    #[diagnostic(help(
        "pass a chart, a GitOps file or rendered manifests, or pipe them in: helm template ... | autopurge remedy --as ..."
    ))]
    NothingGiven,
    /// A folder is given, but this shape needs a file with manifests.
    #[error("{} is a folder, but this shape needs rendered manifests", path.display())]
    #[diagnostic(help(
        "pass the output of `helm template`, `kustomize build` or `kubectl get -o yaml`, as a file or on standard input"
    ))]
    Folder {
        /// Its path.
        path: PathBuf,
    },
    /// A folder without charts and GitOps files is given, beside other paths.
    #[error("no charts or GitOps files found in {}", path.display())]
    #[diagnostic(help("leave it out, or pass the files with rendered manifests in it"))]
    NothingIn {
        /// Its path.
        path: PathBuf,
    },
    /// A chart or a release is given, but this shape needs rendered manifests.
    #[error("{}: {title} is not rendered, and --as {} needs rendered manifests", path.display(), name(*shape))]
    #[diagnostic(help("{}", way_out(path, title, *shape)))]
    NotRendered {
        /// Its path.
        path: PathBuf,
        /// The chart or release, as messages name it.
        title: String,
        /// The shape.
        shape: Shape,
    },
    /// Some inputs are rendered and others are not.
    #[error("{} is not rendered, and {} does not install a release", other.display(), rendered.display())]
    #[diagnostic(help("pass charts and GitOps files in one call, and rendered manifests in another"))]
    Mixed {
        /// A file that is neither part of a chart nor installs a release.
        rendered: PathBuf,
        /// A chart, or a file that installs a release.
        other: PathBuf,
    },
    /// Standard input is named twice.
    #[error("standard input cannot be both manifests and values (`-f -`)")]
    #[diagnostic(help("write one of them to a file"))]
    InputTwice,
    /// Standard input cannot be read for `-f -`.
    #[error("cannot read the values from standard input: {0}")]
    Values(io::Error),
    /// There are values on the command line, but not exactly one chart.
    #[error("-f, --set and similar options are for one chart, but not exactly one is named")]
    #[diagnostic(help("pass the chart's folder or package, and nothing else"))]
    ValuesOfNothing,
    /// An option has no effect with this shape.
    #[error("no effect with --as {}: {option}", name(*shape))]
    #[diagnostic(help("leave it out; `autopurge remedy --help` says which option is for which shape"))]
    Ignored {
        /// The option.
        option: &'static str,
        /// The shape.
        shape: Shape,
    },
    /// A chart that Helm rejects, too.
    #[error("{cause}")]
    #[diagnostic(help("{help}"))]
    Refused {
        /// What is wrong, and where.
        cause: String,
        /// What to do.
        help: &'static str,
    },
    /// A chart or a GitOps file cannot be read.
    #[error("{}: {cause}", path.display())]
    Chart {
        /// Its path.
        path: PathBuf,
        /// What is wrong.
        cause: String,
    },
    /// A chart that Helm did not render.
    #[error("{}: {cause}", path.display())]
    #[diagnostic(help("{}", cause.help()))]
    Render {
        /// Its path.
        path: PathBuf,
        /// Why.
        cause: RenderError,
    },
    /// Paths are given, but policies are made from the rules alone.
    #[error("policies are made from the rules, not from manifests")]
    #[diagnostic(help("leave out the path: autopurge remedy --as policy"))]
    PolicyOfManifests,
    /// A document that may contain a server cannot be parsed.
    #[error("{0}")]
    #[diagnostic(help("it may define a ZooKeeper server; lines are counted across all files"))]
    Broken(LocatedFault),
    /// The edits do not give the result of the patch.
    #[error("internal check failed, the remedy does not match the patch: {0}")]
    #[diagnostic(help("{BUG}, with the manifest"))]
    Cure(#[from] CureError),
    /// A patch that should be possible is not.
    #[error("cannot write the remedy: {0}")]
    #[diagnostic(help("{BUG}, with the manifest"))]
    Inexpressible(#[from] Inexpressible),
    /// A patch cannot be serialised as JSON.
    #[error("cannot write the remedy as JSON: {0}")]
    Json(String),
    /// The literals of the rules cannot be compiled.
    #[error("cannot compile the literals of the rules: {0}")]
    Literals(String),
}

fn name(shape: Shape) -> String {
    shape.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

fn way_out(path: &Path, title: &str, shape: Shape) -> String {
    let (path, shape) = (shell_word(&path.display().to_string()), name(shape));
    if title.starts_with("the chart ") {
        return format!(
            "use --render to let Helm render it first, or --as values, which needs no rendering: autopurge remedy --as values {path}"
        );
    }
    let fix =
        if path == "-" { String::new() } else { format!(", and `autopurge lint --fix {path}` writes them there") };
    format!(
        "use --as values, which needs no rendering{fix}; or render what it installs: helm template ... | autopurge remedy --as {shape}"
    )
}

impl RemedyError {
    /// The error about a chart; it names the path unless the cause has a more precise place.
    pub(super) fn refused(path: &Path, cause: &HelmError) -> Self {
        let place = if cause.origin.is_none() { format!("{}: ", path.display()) } else { String::new() };
        Self::Refused { cause: format!("{place}{cause}"), help: cause.help() }
    }
}
