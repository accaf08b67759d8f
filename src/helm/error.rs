//! Why a chart or its values cannot be read, with the place and advice.

use std::fmt;

use super::sources::{Origin, Source};
use super::{Place, Sources};
use crate::yaml::{Lines, ParseError, Position, Span};

/// An error that Helm reports as well, except for our own limits, on nested archives for example.
#[derive(Clone, Debug)]
pub struct HelmError {
    /// What is wrong.
    pub fault: Fault,
    /// In which file, package or flag; `None` if there is no single place.
    pub origin: Option<Origin>,
    /// Where in it.
    pub at: Option<At>,
}

/// A place in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At {
    /// The bytes.
    pub span: Span,
    /// Where they start.
    pub position: Position,
}

/// The causes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The system cannot read it.
    #[error("cannot be read: {0}")]
    Unreadable(String),
    /// Broken YAML.
    #[error("{0}")]
    Yaml(String),
    /// Values that are a list or a scalar.
    #[error("values have to be a map")]
    ValuesNotATable,
    /// A folder or package without Chart.yaml.
    #[error("Chart.yaml is missing")]
    NoChartFile,
    /// A mistake in Chart.yaml or a related file.
    #[error("{0}")]
    Metadata(String),
    /// A rule of .helmignore.
    #[error("\"{0}\" is not a valid .helmignore pattern")]
    IgnoreRule(String),
    /// A device, socket or pipe.
    #[error("is neither a file nor a folder")]
    Irregular,
    /// A link that leads back to where it stands.
    #[error("is a link to one of its parent folders")]
    LinkLoop,
    /// A file beyond Helm's limit.
    #[error("has {size} bytes; Helm takes at most {limit} for a file of a chart")]
    TooLarge {
        /// Its size.
        size: u64,
        /// The limit.
        limit: u64,
    },
    /// A package that cannot be trusted or read.
    #[error("{0}")]
    Archive(ArchiveFault),
    /// Charts that are nested too deep.
    #[error("charts are nested deeper than {0} levels")]
    TooManyCharts(usize),
    /// The key of a sub-chart holds something else than a table.
    #[error("\"{0}\" is the name of a sub-chart, so its value has to be a map")]
    SubchartNotATable(String),
    /// An entry of `import-values` that Helm 3 fails on.
    #[error("import-values of \"{0}\" needs strings for child and parent")]
    ImportValues(String),
    /// Tables that are nested too deep, or that `import-values` puts into themselves.
    #[error("values are nested deeper than {0} levels")]
    TooDeep(usize),
    /// Tables that `import-values` puts into several others, each of which is put into several others.
    #[error("values have more than {0} entries")]
    TooMany(usize),
    /// A mistake in a flag that sets values.
    #[error("{0}")]
    Set(String),
    /// A file for `--set-file` that the system cannot read.
    #[error("{0}")]
    SetFile(String),
    /// A values file out of the network.
    #[error("is a URL, and autopurge fetches nothing from the network")]
    Remote,
}

/// What is wrong with a package.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArchiveFault {
    /// It is something else.
    #[error("is not a gzipped archive")]
    NotGzip,
    /// Truncated or damaged.
    #[error("the archive is damaged: {0}")]
    Damaged(String),
    /// Without any files.
    #[error("the archive holds no files")]
    Empty,
    /// `//etc/x`.
    #[error("the archive holds an absolute path: {0}")]
    AbsolutePath(String),
    /// `x/../../y`.
    #[error("the archive holds a path that leads out of it: {0}")]
    ParentPath(String),
    /// Not below the chart's folder.
    #[error("the archive holds a file outside of the chart's folder: {0}")]
    OutsidePath(String),
    /// `c:/x`.
    #[error("the archive holds a path with a drive letter: {0}")]
    DrivePath(String),
    /// A relevant file that is a link.
    #[error("the archive holds a link where a file is needed: {0}")]
    Link(String),
    /// A relevant file that occurs twice.
    #[error("the archive holds a file twice: {0}")]
    Duplicate(String),
    /// More than a chart may hold.
    #[error("the archive holds more than {0} bytes when unpacked")]
    TooLarge(u64),
    /// More than a chart may hold.
    #[error("the archive holds more than {0} entries")]
    TooManyEntries(usize),
}

impl HelmError {
    /// A fault without a place in the text.
    #[must_use]
    pub const fn of(origin: Origin, fault: Fault) -> Self {
        Self { fault, origin: Some(origin), at: None }
    }

    /// A fault at a place in a source.
    #[must_use]
    pub fn at(sources: &Sources, place: Option<Place>, fault: Fault) -> Self {
        let found = place.and_then(|place| Some((sources.get(place.source)?, place.span)));
        match found {
            Some((source, span)) => Self::in_source(source, span, fault),
            None => Self { fault, origin: None, at: None },
        }
    }

    pub(super) fn in_source(source: &Source, span: Span, fault: Fault) -> Self {
        let position = Lines::new(&source.text).position(&source.text, span.start);
        Self { fault, origin: Some(source.origin.clone()), at: Some(At { span, position }) }
    }

    pub(super) fn yaml(source: &Source, error: ParseError) -> Self {
        let span = Span::new(error.offset, error.offset.saturating_add(1));
        Self::in_source(source, span, Fault::Yaml(error.message))
    }

    /// Advice to the user.
    #[must_use]
    pub const fn help(&self) -> &'static str {
        match &self.fault {
            Fault::Unreadable(_) | Fault::SetFile(_) => "Check the path and its permissions.",
            Fault::Yaml(_) => "Fix the line; Helm rejects it too.",
            Fault::ValuesNotATable => "Write keys and values at the top level of the file.",
            Fault::NoChartFile => "Every folder and package in charts/ has to be a chart: remove what is not.",
            Fault::Metadata(_) => "Fix the field; Helm rejects the chart as it is.",
            Fault::IgnoreRule(_) => "Fix the line in .helmignore; ** is not supported there.",
            Fault::Irregular | Fault::TooLarge { .. } => "Remove the file from the chart, or list it in .helmignore.",
            Fault::LinkLoop => "Remove the link from the chart.",
            Fault::Archive(_) => "Package the chart again with `helm package`.",
            Fault::TooManyCharts(_) => "Remove charts from charts/.",
            Fault::SubchartNotATable(_) => "Write the sub-chart's values as a map under its name, or rename the key.",
            Fault::ImportValues(_) => "Write each entry as a name, or as a pair of child and parent paths.",
            Fault::TooDeep(_) => "Look for import-values that import a map into itself.",
            Fault::TooMany(_) => "Look for import-values that import the same map many times.",
            Fault::Set(_) => "Fix the option; escape commas, dots and brackets in names with a backslash.",
            Fault::Remote => "Download the file and pass its path.",
        }
    }
}

impl fmt::Display for HelmError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.origin, self.at) {
            (Some(origin), Some(at)) => write!(f, "{origin}:{}:{}: ", at.position.line, at.position.column)?,
            (Some(origin), None) => write!(f, "{origin}: ")?,
            (None, _) => {}
        }
        write!(f, "{}", self.fault)
    }
}

impl std::error::Error for HelmError {}
