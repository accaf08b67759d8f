//! Why no remedy can be written.

use std::io;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use miette::Diagnostic;
use thiserror::Error;

use super::Shape;
use crate::cure::CureError;
use crate::helm::HelmError;
use crate::manifests::BrokenDocument;
use crate::remedy::Inexpressible;
use crate::yaml::Lines;

/// Why no remedy can be written. Nothing has been then.
#[derive(Debug, Error, Diagnostic)]
pub enum RemedyError {
    /// An input cannot be read.
    #[error("cannot read {}: {cause}", path.display())]
    Input {
        /// Its path; `-` is standard input.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// No path, and nobody writes to standard input.
    #[error("nothing to read: no path is named, and standard input is a terminal")]
    #[diagnostic(help(
        "name a chart, a GitOps file or rendered manifests, or pipe them in: helm template ... | autopurge remedy --as ..."
    ))]
    NothingGiven,
    /// A folder, where a file with manifests is wanted.
    #[error("{} is a folder, and remedies are made from rendered manifests", path.display())]
    #[diagnostic(help(
        "name the file that `helm template`, `kustomize build` or `kubectl get -o yaml` has written, or give it on standard input"
    ))]
    Folder {
        /// Its path.
        path: PathBuf,
    },
    /// A chart or a release, where rendered manifests are wanted.
    #[error("{}: {title} is not rendered, and --as {} is made for what is", path.display(), name(*shape))]
    #[diagnostic(help("{}", way_out(path, title, *shape)))]
    NotRendered {
        /// Its path.
        path: PathBuf,
        /// What it is.
        title: String,
        /// The shape.
        shape: Shape,
    },
    /// Some inputs are rendered, others are not.
    #[error("{} is not rendered, and {} asks for no release", other.display(), rendered.display())]
    #[diagnostic(help("give charts and GitOps files in one call, and rendered manifests in another"))]
    Mixed {
        /// A file that is no chart's and asks for no release.
        rendered: PathBuf,
        /// A chart, or a file with a release.
        other: PathBuf,
    },
    /// Values without the one chart that they are for.
    #[error("-f, --set and their kin are values for one chart, and no one chart is named")]
    #[diagnostic(help("name the chart's folder or package, and nothing else"))]
    ValuesOfNothing,
    /// An option that changes nothing.
    #[error("{option}: changes nothing in --as {}", name(*shape))]
    #[diagnostic(help("leave it out; `autopurge remedy --help` says which option is for which shape"))]
    Ignored {
        /// The option.
        option: &'static str,
        /// The shape.
        shape: Shape,
    },
    /// A chart that Helm refuses as well.
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
    /// Policies are made from the rules alone.
    #[error("policies are made from the rules, and not from manifests")]
    #[diagnostic(help("leave the path out: autopurge remedy --as policy"))]
    PolicyOfManifests,
    /// A document that can matter is broken.
    #[error("line {line}, column {column}: document {number} cannot be read: {cause}")]
    #[diagnostic(help("a ZooKeeper server may hide in it; lines are counted over all files together"))]
    Broken {
        /// Line of the fault, from 1.
        line: usize,
        /// Column of the fault, from 1, in characters.
        column: usize,
        /// Number of the document, from 1.
        number: usize,
        /// What is wrong.
        cause: String,
    },
    /// The edits are not what was meant.
    #[error("the remedy is not what was meant: {0}")]
    #[diagnostic(help("this is a mistake of ours: please report it with the manifest"))]
    Cure(#[from] CureError),
    /// A patch that was said to be possible is not.
    #[error("the remedy cannot be written: {0}")]
    #[diagnostic(help("this is a mistake of ours: please report it with the manifest"))]
    Inexpressible(#[from] Inexpressible),
    /// A patch cannot be written as JSON.
    #[error("the remedy cannot be written as JSON: {0}")]
    Json(String),
    /// The literals of the rules are unusable.
    #[error("the literals of the rules cannot be searched for: {0}")]
    Literals(String),
}

fn name(shape: Shape) -> String {
    shape.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

fn way_out(path: &Path, title: &str, shape: Shape) -> String {
    let (path, shape) = (path.display().to_string(), name(shape));
    if title.starts_with("the chart ") {
        return format!(
            "--render lets Helm render it first; --as values goes without: autopurge remedy --as values {path}"
        );
    }
    let fix =
        if path == "-" { String::new() } else { format!(", and `autopurge lint --fix {path}` writes them there") };
    format!(
        "--as values goes without{fix}; or render what it installs: helm template ... | autopurge remedy --as {shape}"
    )
}

impl RemedyError {
    /// A fault of a chart; one without a place in it is a fault of the whole.
    pub(super) fn refused(path: &Path, cause: &HelmError) -> Self {
        let place = if cause.origin.is_none() { format!("{}: ", path.display()) } else { String::new() };
        Self::Refused { cause: format!("{place}{cause}"), help: cause.help() }
    }

    /// A broken document with its place in the stream.
    pub(super) fn broken(stream: &[u8], broken: &BrokenDocument) -> Self {
        let position = Lines::new(stream).position(stream, broken.cause.offset);
        Self::Broken {
            line: position.line,
            column: position.column,
            number: broken.index.saturating_add(1),
            cause: broken.cause.message.clone(),
        }
    }
}
