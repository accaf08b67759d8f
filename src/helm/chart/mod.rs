//! Charts: their metadata (Chart.yaml and related files), default values, the charts below `charts/`, and the texts of
//! templates, which are not run.

mod archive;
mod assemble;
mod fields;
mod folder;
mod glob;
mod ignore;
mod local;
mod metadata;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{HelmError, HelmVersion, Origin, Sources, Value};

pub use assemble::read_values;
pub(crate) use glob::Glob;
pub use metadata::{ChartKind, Dependency, Import, Lock, Locked, Metadata};

/// A chart as loaded; nothing has been evaluated yet.
#[derive(Clone, Debug)]
pub struct Chart {
    /// Chart.yaml, with the dependencies of requirements.yaml if that exists.
    pub metadata: Metadata,
    /// The table in values.yaml; an empty table without a place if there is no such file.
    pub values: Value,
    /// Chart.lock or requirements.lock.
    pub lock: Option<Lock>,
    /// The charts in `charts/`, by the names of their folders and packages.
    pub subcharts: Vec<Self>,
    /// Chart.yaml as a source.
    pub metadata_source: usize,
    /// values.yaml as a source.
    pub values_source: Option<usize>,
    /// The templates that render manifests, by their names: `templates/statefulset.yaml`.
    pub templates: BTreeMap<String, Arc<str>>,
    /// The files of named templates, by their names: `templates/_helpers.tpl`.
    pub partials: BTreeMap<String, Arc<str>>,
    /// The folder that it is packed from, if that is outside of the chart above: see [`Chart::load_built`].
    pub folder: Option<PathBuf>,
}

/// Helm's limit for a file of a chart.
pub(super) const MAX_FILE: u64 = 5 * 1024 * 1024;
/// How deep charts may be nested.
const MAX_CHARTS: usize = 50;

/// A file of a chart. Only relevant files have a text; of the others only the name is known.
struct Member {
    /// The path within the chart.
    name: String,
    origin: Origin,
    text: Option<Vec<u8>>,
}

impl Chart {
    /// Loads a folder or a package (`.tgz`) as Helm does. Every metadata and values file becomes one of the sources.
    ///
    /// A package is never written to disk. What Helm refuses is refused: broken YAML in one file makes the whole chart
    /// an error, and the caller goes on with the next chart.
    pub fn load(path: &Path, helm: HelmVersion, sources: &mut Sources) -> Result<Self, HelmError> {
        let is_folder = folder::is_folder(path)?;
        let mut budget = archive::Budget::default();
        let members = if is_folder { folder::members(path)? } else { archive::members_of_file(path, &mut budget)? };
        let origin = Origin::File(path.to_owned());
        let mut loading = assemble::Loading { helm, sources, budget, depth: 0 };
        loading.assemble(members, &origin)
    }

    /// This chart's name in Chart.yaml.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.metadata.name
    }
}

/// Whether a file of a chart is read.
fn is_read(name: &str) -> bool {
    matches!(name, "Chart.yaml" | "Chart.lock" | "values.yaml" | "requirements.yaml" | "requirements.lock")
        || is_template(name)
        || is_partial(name)
}

/// Whether a file is a template that renders manifests: neither named templates, nor tests, nor notes.
fn is_template(name: &str) -> bool {
    let is_manifest =
        name.rsplit_once('.').is_some_and(|(_, ending)| matches!(ending, "yaml" | "yml" | "json" | "tpl"));
    is_manifest && name.starts_with("templates/") && !name.starts_with("templates/tests/") && !is_partial(name)
}

/// Whether a file has named templates only; Helm renders nothing from it.
fn is_partial(name: &str) -> bool {
    let file = name.strip_prefix("templates/").map(|below| below.rsplit('/').next().unwrap_or(below));
    file.is_some_and(|file| file.starts_with('_'))
}

/// Whether a file of a chart or of its sub-charts is relevant: it is read, or is a package.
fn counts(name: &str) -> bool {
    let mut rest = name;
    loop {
        let Some(below) = rest.strip_prefix("charts/") else { return is_read(rest) };
        match below.split_once('/') {
            None => return is_package(below),
            Some((folder, _)) if folder.starts_with(['_', '.']) => return false,
            Some((_, inside)) => rest = inside,
        }
    }
}

fn is_package(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, ending)| ending == "tgz") && !name.starts_with(['_', '.'])
}
