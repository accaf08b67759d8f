//! Finds what to judge, from the paths that the user names: charts, packaged charts and single files.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use super::walk::{Fault, Walk, WalkOptions, walk};
use crate::gitops::{STANDARD_INPUT, is_terraform};
use crate::globs::GlobError;
use crate::path::{normal, real, way};

/// One thing to judge.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target {
    /// Its path, as the user would write it.
    pub path: PathBuf,
    /// How to judge it.
    pub kind: TargetKind,
    /// The path named by the user under which it was found.
    pub named: PathBuf,
    /// Whether the user named a file, rather than a folder that holds it.
    pub is_named: bool,
}

/// The kind of a target, judging by location and name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TargetKind {
    /// A folder with a `Chart.yaml`. Its sub-charts are judged through it.
    Chart,
    /// A `.tgz`, which may be a packaged chart or something else.
    Archive,
    /// Manifests, GitOps objects, or any other file.
    File,
}

impl TargetKind {
    /// The kind of a path looked at on its own; `None` for a folder that is not a chart.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        if path.is_dir() {
            return path.join(CHART).is_file().then_some(Self::Chart);
        }
        Some(Self::of_file(path))
    }

    fn of_file(path: &Path) -> Self {
        if is_archive(path) { Self::Archive } else { Self::File }
    }
}

/// Everything to judge.
#[derive(Debug, Default)]
pub struct Targets {
    /// Ordered by path, without duplicates.
    pub targets: Vec<Target>,
    /// Places that could not be searched.
    pub faults: Vec<Fault>,
    /// Paths that the user both names and excludes.
    pub contradicted: Vec<PathBuf>,
}

/// The name of the file that makes a folder a chart.
const CHART: &str = "Chart.yaml";

/// Finds what to judge in files and folders. A file that the user names is judged whatever its name, and even if git
/// ignores it; one that belongs to a chart selects the whole chart.
///
/// # Errors
/// When an `exclude` glob is invalid.
pub fn find(paths: &[PathBuf], options: &WalkOptions) -> Result<Targets, GlobError> {
    let search = Walk::new(options)?;
    let here = Here::new();
    let (mut targets, mut faults) = (BTreeSet::new(), Vec::new());
    for path in paths {
        let path = &here.path_of(path);
        match std::fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => {
                let walked = walk(path, &search);
                let files: Vec<PathBuf> = walked.files.iter().map(|file| here.shortest(file)).collect();
                targets.extend(in_folder(path, &files));
                faults.extend(walked.faults);
            }
            Ok(_) => {
                targets.insert(named(path));
            }
            Err(error) => faults.push(Fault { path: path.clone(), cause: error.to_string() }),
        }
    }
    let contradicted = paths.iter().filter(|path| search.contradicts(path)).cloned().collect();
    let mut targets: Vec<Target> = targets.into_iter().collect();
    // Several named files of one chart select it once, and so do a file and its folder.
    targets.dedup_by(|later, first| {
        let is_same = (&later.path, later.kind) == (&first.path, first.kind);
        first.is_named |= is_same && later.is_named;
        is_same
    });
    Ok(Targets { targets, faults, contradicted })
}

/// The working folder, from which paths are shown.
struct Here(PathBuf);

impl Here {
    fn new() -> Self {
        Self(std::env::current_dir().and_then(|here| here.canonicalize()).unwrap_or_default())
    }

    /// A path as the user would write it: relative to the working folder if it is below it, however it was typed. So
    /// the services that get reports find the file, and fingerprints do not depend on the spelling.
    fn path_of(&self, typed: &Path) -> PathBuf {
        let is_plain = typed.is_relative() && !typed.components().any(|one| one == Component::ParentDir);
        let real = if is_plain { PathBuf::new() } else { real(typed) };
        match real.strip_prefix(&self.0) {
            _ if is_plain => tidy(typed),
            Ok(below) => tidy(below),
            Err(_) if typed.is_relative() => tidy(&way(&self.0, &real)),
            Err(_) => tidy(typed),
        }
    }

    /// A path that a search has found, which may have begun above the working folder.
    fn shortest(&self, found: &Path) -> PathBuf {
        match normal(&self.0.join(found)).strip_prefix(&self.0) {
            Ok(below) => tidy(below),
            Err(_) => tidy(found),
        }
    }
}

/// The target for a file that the user names.
fn named(path: &Path) -> Target {
    let (found, kind) = match enclosing_chart(path) {
        Some(chart) if belongs_to_chart(path, &chart) => (tidy(&chart), TargetKind::Chart),
        _ => (tidy(path), TargetKind::of_file(path)),
    };
    Target { path: found, kind, named: path.to_owned(), is_named: true }
}

/// The targets among the files of a folder.
fn in_folder(root: &Path, files: &[PathBuf]) -> Vec<Target> {
    let target = |path: &Path, kind| Target { path: tidy(path), kind, named: root.to_owned(), is_named: false };
    // A folder inside a chart selects the whole chart: `lint charts/posthog/templates`.
    if let Some(chart) = enclosing_chart(&root.join(CHART)).filter(|chart| belongs_to_chart(root, chart)) {
        return vec![target(&chart, TargetKind::Chart)];
    }
    let charts = outermost_charts(files);
    let mut targets: Vec<Target> = charts.iter().map(|chart| target(chart, TargetKind::Chart)).collect();
    let is_of_chart =
        |file: &Path| file.ancestors().any(|folder| charts.contains(folder) && belongs_to_chart(file, folder));
    for file in files.iter().filter(|file| !is_of_chart(file)) {
        let kind = TargetKind::of_file(file);
        if kind == TargetKind::Archive || may_hold_objects(file) {
            targets.push(target(file, kind));
        }
    }
    targets
}

/// The folders with a `Chart.yaml` that are not sub-charts.
fn outermost_charts(files: &[PathBuf]) -> BTreeSet<PathBuf> {
    let with_chart = files.iter().filter(|file| file.file_name().is_some_and(|name| name == CHART));
    let folders: BTreeSet<PathBuf> = with_chart.filter_map(|file| file.parent().map(Path::to_owned)).collect();
    let is_sub_chart = |folder: &Path| {
        folder.ancestors().skip(1).any(|above| folders.contains(above) && is_below(folder, above, &["charts"]))
    };
    folders.iter().filter(|folder| !is_sub_chart(folder)).cloned().collect()
}

/// The outermost chart that a file may be part of, up to the root of its repository.
fn enclosing_chart(file: &Path) -> Option<PathBuf> {
    let absolute = std::path::absolute(file).ok()?;
    let mut found: Option<PathBuf> = None;
    for folder in absolute.ancestors().skip(1) {
        if folder.join(CHART).is_file() && found.as_ref().is_none_or(|inner| is_below(inner, folder, &["charts"])) {
            found = Some(folder.to_owned());
        }
        if folder.join(".git").exists() {
            break;
        }
    }
    found.map(|absolute| from_here(&absolute))
}

/// A path relative to the working directory if it is below it.
pub(super) fn from_here(path: &Path) -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    match path.strip_prefix(&here) {
        Ok(relative) if relative.as_os_str().is_empty() => PathBuf::from("."),
        Ok(relative) => relative.to_owned(),
        Err(_) => path.to_owned(),
    }
}

/// A path relative to the working directory, even if it is not below it.
pub(super) fn relative(path: &Path) -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    tidy(&way(&here, path))
}

/// The path of a file in a patch that is applied in the working directory: relative to the root of the enclosing
/// repository, as in git. If the file is outside of the working directory, git would ignore it.
///
/// # Errors
/// The folder in which the patch could be made.
pub fn patch_path(file: &Path) -> Result<PathBuf, PathBuf> {
    let here = std::env::current_dir().and_then(|here| here.canonicalize()).unwrap_or_default();
    let (file, root) = (real(file), repository_of(&here));
    match (file.starts_with(&here), file.strip_prefix(&root)) {
        (true, Ok(path)) => Ok(path.to_owned()),
        (false, Ok(_)) => Err(root),
        (_, Err(_)) => Err(repository_of(file.parent().unwrap_or(&file))),
    }
}

/// The root of the repository that contains a folder, or the folder itself.
fn repository_of(folder: &Path) -> PathBuf {
    folder.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(folder).to_owned()
}

/// Whether a file or folder is part of what makes up a chart. Other files next to it (an Argo CD `Application`, say)
/// are judged on their own.
fn belongs_to_chart(file: &Path, chart: &Path) -> bool {
    let (file, chart) = (absolute(file), absolute(chart));
    let is_own = file.parent() == Some(chart.as_path())
        && file.file_name().is_some_and(|name| is_chart_file(&name.to_string_lossy()));
    file == chart || is_own || is_below(&file, &chart, &["charts", "templates", "crds"])
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

fn is_chart_file(name: &str) -> bool {
    let is_values = name.starts_with("values") && has_ending(name, &["yaml", "yml", "json"]);
    is_values || [CHART, "Chart.lock", "requirements.yaml", "requirements.lock"].contains(&name)
}

/// Whether a path is in one of these folders within another one.
fn is_below(path: &Path, above: &Path, folders: &[&str]) -> bool {
    let first = path.strip_prefix(above).ok().and_then(|rest| rest.components().next());
    matches!(first, Some(Component::Normal(name)) if folders.iter().any(|folder| name == *folder))
}

fn is_archive(file: &Path) -> bool {
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    has_ending(&name, &["tgz"]) || name.ends_with(".tar.gz")
}

/// Whether a file has an extension that manifests and GitOps tools use.
pub(super) fn may_hold_objects(file: &Path) -> bool {
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let is_template = name.ends_with(".yaml.gotmpl") || name.ends_with(".yml.gotmpl");
    has_ending(&name, &["yaml", "yml", "json"]) || is_template || is_terraform(&name)
}

fn has_ending(name: &str, endings: &[&str]) -> bool {
    name.rsplit_once('.').is_some_and(|(_, ending)| endings.iter().any(|one| ending.eq_ignore_ascii_case(one)))
}

/// The path without a leading `./`. A file whose name is `-` keeps it, because `-` is standard input.
pub(super) fn tidy(path: &Path) -> PathBuf {
    let tidied: PathBuf = path.components().filter(|component| *component != Component::CurDir).collect();
    match tidied.to_str() {
        Some("") => PathBuf::from("."),
        Some(STANDARD_INPUT) => Path::new(".").join(tidied),
        _ => tidied,
    }
}
