//! Finds what to judge, from the paths that the user names: charts, packaged charts and single files.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use super::walk::{Fault, GlobError, Walk, WalkOptions, walk};
use crate::gitops::is_terraform;

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
    let (mut targets, mut faults) = (BTreeSet::new(), Vec::new());
    for path in paths {
        match std::fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => {
                let walked = walk(path, &search);
                targets.extend(in_folder(path, &walked.files));
                faults.extend(walked.faults);
            }
            Ok(_) => {
                targets.insert(named(path));
            }
            Err(error) => faults.push(Fault { path: path.clone(), cause: error.to_string() }),
        }
    }
    let mut targets: Vec<Target> = targets.into_iter().collect();
    // Several named files of one chart select it once, and so do a file and its folder.
    targets.dedup_by(|later, first| {
        let is_same = (&later.path, later.kind) == (&first.path, first.kind);
        first.is_named |= is_same && later.is_named;
        is_same
    });
    Ok(Targets { targets, faults })
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
    let shared = path.components().zip(here.components()).take_while(|(one, other)| one == other).count();
    let up = here.components().skip(shared).map(|_| Component::ParentDir);
    tidy(&up.chain(path.components().skip(shared)).collect::<PathBuf>())
}

/// The actual location of a file, with links and `..` in its parent folders resolved. If the file itself is a link, the
/// link's location counts.
pub(super) fn real(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let folder = absolute.parent().and_then(|folder| folder.canonicalize().ok());
    match (folder, absolute.file_name()) {
        (Some(folder), Some(name)) => folder.join(name),
        _ => absolute.canonicalize().unwrap_or(absolute),
    }
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

/// The path without a leading `./`.
pub(super) fn tidy(path: &Path) -> PathBuf {
    let tidied: PathBuf = path.components().filter(|component| *component != Component::CurDir).collect();
    if tidied.as_os_str().is_empty() { PathBuf::from(".") } else { tidied }
}
